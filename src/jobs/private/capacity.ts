import { Validation } from '../../private/validation';
import { CapacityReservation } from '../capacity-reservation';

/** What is wrong with a reservation. */
export function validateCapacityReservation(prop: string, reservation: CapacityReservation | undefined): string[] {
  const validation = new Validation(prop);
  if (reservation !== undefined) {
    validation.check(reservation.preference !== undefined || reservation.reservationArns !== undefined,
      `${prop} is empty: give reservationArns or a preference, or leave it out`);
  }
  for (const [i, arn] of (reservation?.reservationArns ?? []).entries()) {
    validation.length(`${prop}.reservationArns[${i}]`, arn, 1, 256);
    validation.matches(`${prop}.reservationArns[${i}]`, arn, /arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:[a-z0-9-]{1,14}\/.*/,
      'be an ARN like arn:aws:sagemaker:us-west-2:111122223333:training-plan/name');
  }
  validation.distinct(`${prop}.reservationArns`, reservation?.reservationArns);
  return validation.messages;
}

/** The member of the Create request. */
export function renderCapacityReservation(reservation: CapacityReservation | undefined): Record<string, unknown> | undefined {
  return reservation && {
    CapacityReservationPreference: reservation.preference,
    MlReservationArns: reservation.reservationArns,
  };
}
