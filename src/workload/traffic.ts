import { Duration } from 'aws-cdk-lib';

/**
 * A normal distribution that sizes are drawn from.
 */
export interface NormalDistribution {
  /**
   * The mean. Token counts and pixels are counted from 1.
   */
  readonly mean: number;

  /**
   * The standard deviation, 0 or more: 0 makes all sizes equal to the mean.
   *
   * @default - the load generator's own default, which is 0
   */
  readonly stddev?: number;
}

/**
 * How requests are spread over time when they are sent at a given rate.
 *
 * The patterns are those of AIPerf, the load generator that SageMaker AI runs.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 */
export class ArrivalPattern {
  /** Requests leave at equal intervals: a baseline without variance. */
  public static readonly CONSTANT = new ArrivalPattern('constant');
  /** Requests arrive independently of each other, as from many users: the load generator's default. */
  public static readonly POISSON = new ArrivalPattern('poisson');
  /** Bursts or smooth traffic, as `arrivalSmoothness` says. */
  public static readonly GAMMA = new ArrivalPattern('gamma');

  /**
   * A pattern that this class doesn't list.
   *
   * @param value the pattern as the load generator names it
   */
  public static of(value: string): ArrivalPattern {
    return new ArrivalPattern(value);
  }

  /**
   * @param value the pattern as the load generator names it
   */
  private constructor(public readonly value: string) {}
}

/**
 * Which model a request goes to when an endpoint serves several, such as LoRA adapters of one base model.
 */
export enum ModelSelectionStrategy {
  /** One after the other. */
  ROUND_ROBIN = 'round_robin',
  /** At random, each as likely as the others. */
  RANDOM = 'random',
}

/**
 * Requests that are sent before the measurement, so that it doesn't include what is slow only once.
 *
 * The warm-up takes place when `requestCount`, `duration` or `sessions` is set; the other settings need one of them. What is left out follows
 * the main load.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 */
export interface WarmupOptions {
  /**
   * How many requests to send at most, 1 or more.
   *
   * @default - no limit by number
   */
  readonly requestCount?: number;

  /**
   * How long to warm up at most, in whole seconds.
   *
   * @default - no limit by time
   */
  readonly duration?: Duration;

  /**
   * How many conversations to send, 1 or more.
   *
   * @default - as many as `requestCount` says
   */
  readonly sessions?: number;

  /**
   * How many requests are under way at the same time, 1 or more.
   *
   * @default - as in the main load
   */
  readonly concurrency?: number;

  /**
   * How many requests may wait for their first token at the same time, 1 or more.
   *
   * @default - as in the main load
   */
  readonly prefillConcurrency?: number;

  /**
   * Requests per second, more than 0.
   *
   * @default - as in the main load
   */
  readonly requestRate?: number;

  /**
   * How the requests are spread over time.
   *
   * @default - as in the main load
   */
  readonly arrivalPattern?: ArrivalPattern;

  /**
   * How long to wait at the end for answers that are still on their way.
   *
   * @default - until all have arrived
   */
  readonly gracePeriod?: Duration;
}

/**
 * What a goodput objective measures: a latency of one request.
 */
export class GoodputMetric {
  /** From sending a request to its first token. */
  public static readonly TIME_TO_FIRST_TOKEN = new GoodputMetric('time_to_first_token');
  /** From the first token to the second. */
  public static readonly TIME_TO_SECOND_TOKEN = new GoodputMetric('time_to_second_token');
  /** The mean time between two tokens of an answer, also known as time per output token. */
  public static readonly INTER_TOKEN_LATENCY = new GoodputMetric('inter_token_latency');
  /** From sending a request to the end of its answer. */
  public static readonly REQUEST_LATENCY = new GoodputMetric('request_latency');

  /**
   * A metric that this class doesn't list.
   *
   * @param value the metric as the load generator names it
   */
  public static of(value: string): GoodputMetric {
    return new GoodputMetric(value);
  }

  /**
   * @param value the metric as the load generator names it
   */
  private constructor(public readonly value: string) {}
}

/**
 * A limit that a request must keep to count as a good one. Goodput is the number of good requests per second.
 */
export interface GoodputObjective {
  /**
   * What is measured.
   */
  readonly metric: GoodputMetric;

  /**
   * The highest value of a good request.
   */
  readonly threshold: Duration;
}

/**
 * The service level that a concurrency search looks for the limit of. At least one threshold must be set, and all that are set must hold.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-concurrency-search.html
 */
export interface ConcurrencySla {
  /**
   * The longest acceptable time to the first token. Needs streaming.
   *
   * @default - any
   */
  readonly timeToFirstToken?: Duration;

  /**
   * The longest acceptable time per output token, also known as inter-token latency. Needs streaming.
   *
   * @default - any
   */
  readonly timePerOutputToken?: Duration;

  /**
   * The longest acceptable time from sending a request to the end of its answer.
   *
   * @default - any
   */
  readonly requestLatency?: Duration;

  /**
   * The highest acceptable share of failed requests, from 0 to 1: 0.01 is one percent.
   *
   * Older versions of the load generator find no feasible concurrency when this is set.
   *
   * @default - any
   */
  readonly errorRate?: number;
}

/**
 * Which statistic of the latencies a concurrency search compares with the thresholds.
 */
export enum SearchStatistic {
  /** The mean. */
  AVG = 'avg',
  /** The median. */
  P50 = 'p50',
  /** The 90th percentile. */
  P90 = 'p90',
  /** The 95th percentile. */
  P95 = 'p95',
  /** The 99th percentile; needs some 1,000 requests per level to mean anything. */
  P99 = 'p99',
}

/**
 * The API that the endpoint speaks.
 */
export class ApiStandard {
  /** OpenAI's chat completions. */
  public static readonly OPENAI = new ApiStandard('openai');

  /**
   * A standard that this class doesn't list.
   *
   * @param value the standard as SageMaker AI names it
   */
  public static of(value: string): ApiStandard {
    return new ApiStandard(value);
  }

  /**
   * @param value the standard as SageMaker AI names it
   */
  private constructor(public readonly value: string) {}
}
