import { Duration } from 'aws-cdk-lib';
import { Validation } from '../../private/validation';

/**
 * What a load test does when more users no longer mean more requests, which is when an endpoint has reached its capacity.
 */
export enum FlatInvocations {
  /**
   * Goes on, to see how the endpoint behaves at its limit.
   */
  CONTINUE = 'Continue',

  /**
   * Stops.
   */
  STOP = 'Stop',
}

/**
 * How long a model may take to answer: the time that SageMaker waits for the container, which is not all that a client waits.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelLatencyThreshold.html
 */
export class ModelLatencyThreshold {
  /**
   * What 95 of 100 requests must stay below. This is the one that custom load tests (advanced jobs) are documented to take.
   *
   * @param value whole milliseconds, at least 1
   */
  public static p95(value: Duration): ModelLatencyThreshold {
    return new ModelLatencyThreshold('P95', value);
  }

  /**
   * What 99 of 100 requests must stay below.
   *
   * @param value whole milliseconds, at least 1
   */
  public static p99(value: Duration): ModelLatencyThreshold {
    return new ModelLatencyThreshold('P99', value);
  }

  /**
   * The percentile as SageMaker names it, `P95` or `P99`.
   */
  public readonly percentile: string;

  private constructor(percentile: string, private readonly value: Duration) {
    this.percentile = percentile;
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const validation = new Validation(prop);
    if (this.value === undefined) {
      validation.check(false, `${prop} needs a duration`);
    } else if (this.value.isUnresolved()) {
      validation.check(this.value.unitLabel() === 'millis', `${prop} must be given by Duration.millis(), got a token in ${this.value.unitLabel()}`);
    } else {
      const millis = this.value.toMilliseconds({ integral: false });
      validation.check(Number.isInteger(millis) && millis >= 1, `${prop} must be a whole number of milliseconds, at least 1, got ${millis}`);
    }
    return validation.messages;
  }

  /**
   * FROZEN like the request that it is part of.
   *
   * @internal
   */
  public _render(): Record<string, unknown> {
    return { Percentile: this.percentile, ValueInMilliseconds: this.value.toMilliseconds() };
  }
}

/**
 * When a job has seen enough: it stops as soon as one of these is met.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RecommendationJobStoppingConditions.html
 */
export interface RecommendationJobStoppingConditions {
  /**
   * Requests per minute that you expect at most: 1 to 30,000. The recommended number of instances is made for them.
   *
   * @default - no limit
   */
  readonly maxInvocations?: number;

  /**
   * How long the model may take to answer.
   *
   * @default - no limit
   */
  readonly modelLatencyThreshold?: ModelLatencyThreshold;

  /**
   * What happens when more users no longer mean more requests.
   *
   * @default - the service stops the test
   */
  readonly flatInvocations?: FlatInvocations;
}
