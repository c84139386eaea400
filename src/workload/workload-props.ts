import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Dataset } from './dataset';
import { InputChannel } from './input-channel';
import { RequestTemplate } from './request-template';
import { ConcurrencySla, NormalDistribution, SearchStatistic } from './traffic';
import { WorkloadOptions } from './workload-options';

/**
 * A workload of synthetic requests.
 */
export interface SyntheticWorkloadProps extends WorkloadOptions {
  /**
   * How many tokens the requests have; the mean is 1 or more.
   */
  readonly inputTokens: NormalDistribution;

  /**
   * How many requests are under way at the same time, 1 or more.
   *
   * @default - the load generator's own default
   */
  readonly concurrency?: number;
}

/**
 * A workload of real requests.
 */
export interface DatasetWorkloadProps extends WorkloadOptions {
  /**
   * The requests.
   */
  readonly dataset: Dataset;

  /**
   * How many tokens the requests have, as a description of the dataset; the mean is 1 or more.
   *
   * @default - not said
   */
  readonly inputTokens?: NormalDistribution;

  /**
   * How many requests are under way at the same time, 1 or more.
   *
   * @default - the load generator's own default
   */
  readonly concurrency?: number;
}

/**
 * What is sent: synthetic requests or a dataset.
 */
export interface PromptOptions extends WorkloadOptions {
  /**
   * How many tokens the requests have; the mean is 1 or more.
   *
   * @default - the load generator's own default
   */
  readonly inputTokens?: NormalDistribution;

  /**
   * Real requests.
   *
   * @default - synthetic requests
   */
  readonly dataset?: Dataset;
}

/**
 * A workload for endpoints with a request format of their own.
 */
export interface TemplateWorkloadProps extends PromptOptions {
  /**
   * The template that makes the requests.
   */
  readonly template: RequestTemplate;

  /**
   * How many requests are under way at the same time, 1 or more.
   *
   * @default - the load generator's own default
   */
  readonly concurrency?: number;
}

/**
 * A workload that is measured at several levels of concurrency.
 */
export interface ConcurrencySweepProps extends PromptOptions {
  /**
   * How many requests are under way at the same time, such as 1, 10 and 100: at least two levels, each 1 or more, all distinct.
   */
  readonly concurrencies: number[];

  /**
   * The template that makes the requests, for endpoints that don't speak OpenAI's chat completions.
   *
   * @default - OpenAI's chat completions
   */
  readonly template?: RequestTemplate;
}

/**
 * A workload that finds the highest concurrency that keeps a service level.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-concurrency-search.html
 */
export interface ConcurrencySearchProps extends PromptOptions {
  /**
   * What must be kept. At least one threshold.
   */
  readonly sla: ConcurrencySla;

  /**
   * Which statistic of the latencies is compared with the thresholds.
   *
   * @default - the service's own default, the mean
   */
  readonly statistic?: SearchStatistic;

  /**
   * The concurrency from which to search, 1 or more.
   *
   * @default - the load generator's own default
   */
  readonly lowestConcurrency?: number;

  /**
   * The concurrency up to which to search, at least `lowestConcurrency`.
   *
   * @default - the load generator's own default
   */
  readonly highestConcurrency?: number;

  /**
   * How many levels to try at most, 1 or more. Each takes as long as one load test.
   *
   * @default - the load generator's own default
   */
  readonly maxIterations?: number;

  /**
   * The template that makes the requests, for endpoints that don't speak OpenAI's chat completions.
   *
   * @default - OpenAI's chat completions
   */
  readonly template?: RequestTemplate;
}

/**
 * What a specification of one's own refers to.
 */
export interface CustomWorkloadOptions {
  /**
   * The folders whose files the specification names as `/opt/ml/input/data/<channel>/...`. The jobs' default roles may read them.
   *
   * @default - none
   */
  readonly channels?: InputChannel[];

  /**
   * The secrets whose full ARNs are in the specification's `secrets`. The jobs' default roles may read them. A secret that the specification
   * names and this list doesn't makes a warning.
   *
   * @default - none
   */
  readonly secrets?: secretsmanager.ISecret[];
}
