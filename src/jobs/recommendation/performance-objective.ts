/**
 * What a recommendation job optimizes for. The service takes no threshold: it ranks what it finds, best first.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations.html
 */
export enum PerformanceObjective {
  /**
   * The shortest time to the first token: interactive use. Where the model and the instance allow it, kernels are tuned.
   */
  TIME_TO_FIRST_TOKEN = 'ttft-ms',

  /**
   * The most tokens per second: many users or batches. With `optimizeModel` (the default) a draft model for speculative decoding is
   * trained, and for that the workload configuration must have a dataset.
   */
  THROUGHPUT = 'throughput',

  /**
   * The lowest cost. The service chooses the instance types itself and refuses a request that names any.
   */
  COST = 'cost',
}
