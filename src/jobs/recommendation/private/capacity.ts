import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { regionOf, validatePlace } from '../../../private/environment';
import { Validation } from '../../../private/validation';
import { CapacityReservation, CapacityReservationPreference } from '../capacity-reservation';

/** What is wrong with a reservation. */
export function validateCapacityReservation(prop: string, reservation: CapacityReservation | undefined, scope: IConstruct): string[] {
  const validation = new Validation(prop);
  if (reservation === undefined) {
    return [];
  }
  const { preference, reservationArns } = reservation;
  validation.check(preference !== undefined || reservationArns !== undefined, `${prop} is empty: give reservationArns or a preference, or leave it out`);
  validation.oneOf(`${prop}.preference`, preference, Object.values(CapacityReservationPreference));
  if (reservationArns !== undefined && !Token.isUnresolved(reservationArns)) {
    validation.check(reservationArns.length > 0, `${prop}.reservationArns is empty: name the training plans, or leave it out`);
    validation.distinct(`${prop}.reservationArns`, reservationArns);
    for (const [i, arn] of reservationArns.entries()) {
      validation.length(`${prop}.reservationArns[${i}]`, arn, 1, 256);
      validation.matches(`${prop}.reservationArns[${i}]`, arn, /arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:[a-z0-9-]{1,14}\/.*/,
        'be an ARN like arn:aws:sagemaker:us-west-2:111122223333:training-plan/name');
      validation.add(validatePlace(`${prop}.reservationArns[${i}]`, { region: regionOf(arn) }, scope));
    }
  }
  return validation.messages;
}

/** The member of the Create request. */
export function renderCapacityReservation(reservation: CapacityReservation | undefined): Record<string, unknown> | undefined {
  return reservation && {
    CapacityReservationPreference: reservation.preference,
    MlReservationArns: reservation.reservationArns,
  };
}
