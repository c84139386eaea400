import { aws_cloudwatch as cloudwatch, aws_sagemaker as sagemaker, Duration } from 'aws-cdk-lib';
import { CapacitySize } from './capacity-size';
import { MAX_ALARMS } from './private/limits';
import { known, Validation } from '../private/validation';

/** What AWS documents, in seconds. */
const LONGEST_WAIT = 3600;
const SHORTEST_EXECUTION = 600;
const LONGEST_EXECUTION = 28_800;

/**
 * What all ways to update an endpoint have in common.
 */
export interface RolloutOptions {
  /**
   * How long the update may take in all: 600 to 28800 seconds, and longer than the waits in it.
   *
   * @default - SageMaker's choice
   */
  readonly maximumExecutionTimeout?: Duration;

  /**
   * Alarms that end the update and bring the old configuration back, if one of them goes off while it waits: 1 to 10, with those that are added
   * later. Without alarms nothing is brought back but what does not start.
   *
   * @default - those of `addRollbackAlarm` and `addDefaultAlarms`
   */
  readonly alarms?: cloudwatch.IAlarmRef[];
}

/**
 * Options of an update that brings up the new instances beside the old ones.
 */
export interface BlueGreenOptions extends RolloutOptions {
  /**
   * How long the old instances stay when all requests go to the new ones, with the alarms watched: 0 to 3600 seconds.
   *
   * @default - they go at once
   */
  readonly terminationWait?: Duration;
}

/**
 * Options of an update in two steps.
 */
export interface CanaryOptions extends BlueGreenOptions {
  /**
   * How much of the new capacity gets requests first: up to 50 percent of it.
   */
  readonly size: CapacitySize;

  /**
   * How long to watch it before the rest follows: 0 to 3600 seconds.
   */
  readonly waitInterval: Duration;
}

/**
 * Options of an update in equal steps.
 */
export interface LinearOptions extends BlueGreenOptions {
  /**
   * How much of the new capacity gets requests with each step: 10 to 50 percent of it.
   */
  readonly stepSize: CapacitySize;

  /**
   * How long to watch each step before the next one: 0 to 3600 seconds.
   */
  readonly waitInterval: Duration;
}

/**
 * Options of an update that replaces a few instances, or copies, at a time.
 */
export interface RollingOptions extends RolloutOptions {
  /**
   * How much is replaced at a time: 5 to 50 percent.
   */
  readonly batchSize: CapacitySize;

  /**
   * How long to watch each batch before the next one: 0 to 3600 seconds.
   */
  readonly waitInterval: Duration;

  /**
   * How much is brought back at a time when the update is rolled back: 5 to 100 percent.
   *
   * @default - all at once
   */
  readonly rollbackBatchSize?: CapacitySize;
}

/**
 * How an endpoint goes over to another configuration: the deployment guardrails of SageMaker.
 *
 * The first deployment of an endpoint has nothing to go over from.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
 */
export class Rollout {
  /**
   * New instances beside the old ones, which get all requests as soon as they are ready. It is what SageMaker does by itself.
   *
   * @param options time-outs and alarms
   */
  public static allAtOnce(options: BlueGreenOptions = {}): Rollout {
    return new Rollout('ALL_AT_ONCE', { ...options, waitInterval: Duration.seconds(0) });
  }

  /**
   * New instances beside the old ones: a part of them gets requests first, and then the rest.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-canary.html
   * @param options size of the part, and how long it is watched
   */
  public static canary(options: CanaryOptions): Rollout {
    return new Rollout('CANARY', options, { prop: 'size', size: options?.size, min: 1 });
  }

  /**
   * New instances beside the old ones, which get requests in equal steps.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-linear.html
   * @param options size of a step, and how long it is watched
   */
  public static linear(options: LinearOptions): Rollout {
    return new Rollout('LINEAR', options, { prop: 'stepSize', size: options?.stepSize, min: 10 });
  }

  /**
   * A few instances at a time are replaced, which needs the least capacity beside the old ones. On an endpoint with inference components: a few
   * copies at a time. For an endpoint with one variant, and no shadow variant.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html
   * @param options size of a batch, and how long it is watched
   */
  public static rolling(options: RollingOptions): Rollout {
    return new Rollout('ROLLING', options, { prop: 'batchSize', size: options?.batchSize, min: 5 });
  }

  private constructor(
    private readonly type: 'ALL_AT_ONCE' | 'CANARY' | 'LINEAR' | 'ROLLING',
    private readonly options: Partial<BlueGreenOptions & RollingOptions>,
    private readonly step?: { readonly prop: string; readonly size: CapacitySize; readonly min: number },
  ) {}

  /** @internal */
  public get _isRolling(): boolean {
    return this.type === 'ROLLING';
  }

  /** @internal */
  public get _alarms(): cloudwatch.IAlarmRef[] {
    return this.options?.alarms ?? [];
  }

  /**
   * @param unit what capacity is counted in
   * @internal
   */
  public _validate(prop: string, unit: 'instances' | 'copies'): string[] {
    const validation = new Validation(prop);
    const { waitInterval, terminationWait, maximumExecutionTimeout, rollbackBatchSize } = this.options ?? {};
    validation.check(waitInterval !== undefined && waitInterval !== null, `${prop}.waitInterval is required`);
    validation.duration(`${prop}.waitInterval`, waitInterval, 0, LONGEST_WAIT);
    validation.duration(`${prop}.terminationWait`, terminationWait, 0, LONGEST_WAIT);
    validation.duration(`${prop}.maximumExecutionTimeout`, maximumExecutionTimeout, SHORTEST_EXECUTION, LONGEST_EXECUTION);
    if (maximumExecutionTimeout && [maximumExecutionTimeout, waitInterval, terminationWait].every(each => !each?.isUnresolved())) {
      const waits = (waitInterval?.toSeconds({ integral: false }) ?? 0) + (terminationWait?.toSeconds({ integral: false }) ?? 0);
      const timeout = maximumExecutionTimeout.toSeconds({ integral: false });
      validation.check(timeout > waits,
        `${prop}.maximumExecutionTimeout must be longer than waitInterval and terminationWait, which are ${waits} seconds, got ${timeout} seconds`);
    }
    if (this.step) {
      const { prop: name, size, min } = this.step;
      validation.check(size !== undefined && size !== null, `${prop}.${name} is required`);
      validation.add(size?._validate(`${prop}.${name}`, min, 50, unit) ?? []);
    }
    validation.add(rollbackBatchSize?._validate(`${prop}.rollbackBatchSize`, 5, 100, unit) ?? []);
    if (known(this.options?.alarms)) {
      validation.count(`${prop}.alarms`, this._alarms, 1, MAX_ALARMS, 'alarms', 'keep those that tell most, or combine them into one');
    }
    return validation.messages;
  }

  /** @internal */
  public _renderForEndpoint(): sagemaker.CfnEndpoint.DeploymentConfigProperty {
    if (this._isRolling) {
      return { rollingUpdatePolicy: this.renderRolling() };
    }
    const { terminationWait, maximumExecutionTimeout, waitInterval } = this.options;
    const size = this.step?.size._render();
    return {
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: {
          type: this.type,
          waitIntervalInSeconds: waitInterval?.toSeconds(),
          canarySize: this.type === 'CANARY' ? size : undefined,
          linearStepSize: this.type === 'LINEAR' ? size : undefined,
        },
        terminationWaitInSeconds: terminationWait?.toSeconds(),
        maximumExecutionTimeoutInSeconds: maximumExecutionTimeout?.toSeconds(),
      },
    };
  }

  /** @internal */
  public _renderForComponent(): sagemaker.CfnInferenceComponent.InferenceComponentDeploymentConfigProperty {
    return { rollingUpdatePolicy: this.renderRolling() };
  }

  /** The two kinds of resources have the same policy. */
  private renderRolling(): sagemaker.CfnEndpoint.RollingUpdatePolicyProperty {
    const { batchSize, rollbackBatchSize, maximumExecutionTimeout, waitInterval } = this.options;
    return {
      maximumBatchSize: batchSize!._render(),
      rollbackMaximumBatchSize: rollbackBatchSize?._render(),
      waitIntervalInSeconds: waitInterval!.toSeconds(),
      maximumExecutionTimeoutInSeconds: maximumExecutionTimeout?.toSeconds(),
    };
  }
}
