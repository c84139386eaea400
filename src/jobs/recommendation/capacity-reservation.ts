/**
 * How strictly a job keeps to reserved capacity.
 */
export enum CapacityReservationPreference {
  /**
   * Runs on reserved capacity and nothing else: where the reservation ends or is full, what needs more fails.
   */
  CAPACITY_RESERVATIONS_ONLY = 'capacity-reservations-only',
}

/**
 * Capacity that was reserved with a SageMaker training plan.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/training-plan-utilization-for-inference-endpoints.html
 */
export interface CapacityReservation {
  /**
   * ARNs of the training plans to run on. They must be active and have endpoints as their target resource.
   *
   * @default - none named
   */
  readonly reservationArns?: string[];

  /**
   * How strictly to keep to them.
   *
   * @default - the service's choice
   */
  readonly preference?: CapacityReservationPreference;
}
