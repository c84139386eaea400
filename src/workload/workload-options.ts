import { aws_secretsmanager as secretsmanager, Duration } from 'aws-cdk-lib';
import { InputChannel } from './input-channel';
import { ImageOptions, VideoOptions } from './media';
import { ApiStandard, ArrivalPattern, GoodputObjective, ModelSelectionStrategy, NormalDistribution, WarmupOptions } from './traffic';

/**
 * What all workloads have in common: how much is sent, how fast, and how it is measured.
 *
 * Only what is set becomes part of the workload; for the rest the service's own defaults hold.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 */
export interface WorkloadOptions {
  /**
   * How many tokens to ask for in an answer; the mean is 1 or more.
   *
   * It is a limit, so answers can be shorter: for a fixed length add the extra input `ignore_eos: true`, but not for reasoning models.
   *
   * @default - the model decides
   */
  readonly outputTokens?: NormalDistribution;

  /**
   * How many requests to send, 1 or more. A 99th percentile needs some 1,000 to mean anything.
   *
   * @default - the load generator decides, by duration, concurrency and dataset
   */
  readonly requestCount?: number;

  /**
   * How many requests to send per second, more than 0; fractions are possible.
   *
   * @default - as many as the concurrency allows
   */
  readonly requestRate?: number;

  /**
   * How the requests are spread over time when `requestRate` is set.
   *
   * @default - the load generator's own default, a Poisson process
   */
  readonly requestRateMode?: ArrivalPattern;

  /**
   * How smooth the gamma arrival pattern is, more than 0: below 1 requests come in bursts, 1 is a Poisson process, above 1 is smoother.
   *
   * @default - the load generator's own default, which is 1
   */
  readonly arrivalSmoothness?: number;

  /**
   * How long to send requests, in whole seconds.
   *
   * @default - until `requestCount` requests have been sent
   */
  readonly benchmarkDuration?: Duration;

  /**
   * How long to wait for answers that are still on their way when `benchmarkDuration`, which it needs, is over, in whole seconds.
   *
   * @default - the load generator's own default
   */
  readonly gracePeriod?: Duration;

  /**
   * How many requests may be under way at the same time when they are sent at a rate, 1 or more.
   *
   * @default - no limit
   */
  readonly maxConcurrency?: number;

  /**
   * How many requests may wait for their first token at the same time, 1 or more.
   *
   * @default - no limit
   */
  readonly prefillConcurrency?: number;

  /**
   * Whether answers are streamed. Without streaming there is no time to first token and no time per output token.
   *
   * @default - the service's own default, which is true
   */
  readonly streaming?: boolean;

  /**
   * The tokenizer by which tokens are counted: an id at Hugging Face such as `openai/gpt-oss-20b`, or a folder, such as the
   * `containerPath` of an input channel.
   *
   * Set it for endpoints that are made from a model package: there the tokenizer cannot be found automatically, and the job fails. A gated
   * one needs `huggingFaceToken`.
   *
   * @default - the service finds out by the model
   */
  readonly tokenizer?: string;

  /**
   * A secret with a Hugging Face token, for gated tokenizers and models.
   *
   * The specification holds the secret's full ARN and never the token. A secret that is imported by name has no full ARN:
   * import it by its complete ARN.
   *
   * @default - none
   */
  readonly huggingFaceToken?: secretsmanager.ISecret;

  /**
   * How long to wait for an answer, in whole seconds; a request that takes longer has failed.
   *
   * @default - the load generator's own default
   */
  readonly requestTimeout?: Duration;

  /**
   * What a request must keep to count as a good one. Needs streaming.
   *
   * @default - goodput is not measured
   */
  readonly goodput?: GoodputObjective[];

  /**
   * What is added to each request, such as `{ temperature: 0, ignore_eos: true, reasoning_effort: 'low' }`: texts, numbers and
   * booleans, without spaces.
   *
   * @default - nothing
   */
  readonly extraInputs?: { [name: string]: unknown };

  /**
   * What random numbers start from: the same seed makes the same requests. 0 or more.
   *
   * @default - the service's own default, which is 42
   */
  readonly randomSeed?: number;

  /**
   * Whether the load generator logs in detail.
   *
   * @default - the service's own default, which is false
   */
  readonly verbose?: boolean;

  /**
   * How many conversations there are, 1 or more. With fewer conversations than requests they repeat, and an endpoint with a prefix cache
   * looks faster than it is.
   *
   * @default - the load generator decides
   */
  readonly conversations?: number;

  /**
   * Which model a request goes to when the endpoint serves several, such as adapters.
   *
   * @default - the service's own default, one after the other
   */
  readonly modelSelectionStrategy?: ModelSelectionStrategy;

  /**
   * Requests that are sent before the measurement.
   *
   * @default - none
   */
  readonly warmup?: WarmupOptions;

  /**
   * Synthetic images in each request.
   *
   * @default - none
   */
  readonly images?: ImageOptions;

  /**
   * Synthetic videos in each request.
   *
   * @default - none
   */
  readonly video?: VideoOptions;

  /**
   * Further folders that the load generator needs, such as the files of a tokenizer.
   *
   * @default - none
   */
  readonly additionalInputs?: InputChannel[];

  /**
   * The API that the endpoint speaks.
   *
   * @default - the service's own default
   */
  readonly apiStandard?: ApiStandard;

  /**
   * Version of the load generator, such as `0.8.0`: pin it to compare figures over months. Nested MLflow runs need 0.8.0 or later.
   *
   * @default - the latest that the service has
   */
  readonly toolVersion?: string;
}
