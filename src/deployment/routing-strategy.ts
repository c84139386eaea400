/**
 * How an endpoint spreads requests over its instances and copies of the model.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantRoutingConfig.html
 */
export enum RoutingStrategy {
  /** To the one with the fewest requests under way. */
  LEAST_OUTSTANDING_REQUESTS = 'LEAST_OUTSTANDING_REQUESTS',
  /** To any. */
  RANDOM = 'RANDOM',
}
