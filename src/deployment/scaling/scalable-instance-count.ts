import { aws_applicationautoscaling as appscaling, aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { REQUESTS, ScalableInstanceCountOptions, scaleFromZero, scalingRole, warnAtTheEnd } from './private/scaling';
import { validateBounds, validateCustomMetric, validateScaleFromZero, validateSchedule, validateSteps, validateTracking } from './private/scaling-rules';
import {
  BacklogScalingProps, ConcurrencyScalingProps, CustomMetricScalingProps, InvocationScalingProps, ScaleFromZeroProps,
} from './scaling-props';
import { Validation } from '../../private/validation';

/** SageMaker has it for inference components and for queues only. */
const NO_ZERO = 'the variant of an endpoint that answers at once keeps one instance. Use Hosting.inferenceComponents, or asyncInference, to have none';

/**
 * From how many instances to how many a variant is scaled.
 */
export interface ScalableInstanceCountProps {
  /**
   * There are never fewer. A whole number, at least 1, or 0 on an asynchronous endpoint.
   *
   * @default 1
   */
  readonly minCapacity?: number;

  /**
   * There are never more. A whole number, at least 1 and at least `minCapacity`. The account's quota for the instance type is a limit too, of
   * which scaling says nothing before it is met.
   */
  readonly maxCapacity: number;
}

/**
 * The number of a variant's instances, scaled by Application Auto Scaling. What `autoScaleInstances` returns.
 *
 * Scaling by itself does nothing: add at least one of the methods. With several, the one that wants the most instances has its way.
 *
 * SageMaker changes the instance type of no variant that is scaled. When a deployment does, it takes the scaling off before, and puts it back as
 * it was when the endpoint is in service.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
 */
export class ScalableInstanceCount extends appscaling.BaseScalableAttribute {
  /** @internal */
  public static _of(scope: Construct, id: string, options: ScalableInstanceCountOptions): ScalableInstanceCount {
    validateBounds(scope, 'autoScaleInstances', options.props, options.asynchronous ? true : NO_ZERO);
    return new ScalableInstanceCount(scope, id, options);
  }

  private readonly endpointName: string;
  private readonly asynchronous: boolean;
  private startsFromZero = false;

  private constructor(scope: Construct, id: string, options: ScalableInstanceCountOptions) {
    const { endpointName, variantName, dependable, asynchronous = false, props: { minCapacity, maxCapacity } } = options;
    super(scope, id, {
      serviceNamespace: appscaling.ServiceNamespace.SAGEMAKER,
      resourceId: `endpoint/${endpointName}/variant/${variantName}`,
      dimension: 'sagemaker:variant:DesiredInstanceCount',
      role: scalingRole(scope, `${id}Role`),
      minCapacity,
      maxCapacity,
    });
    this.endpointName = endpointName;
    this.asynchronous = asynchronous;
    this.node.addDependency(dependable);
    warnAtTheEnd(this, 'instancesFromZero', () => (minCapacity === 0 && !this.startsFromZero
      ? 'with minCapacity 0 an instance starts only after the queue has grown beyond the target: call scaleFromZero to start it with the first request'
      : undefined));
  }

  /**
   * Keeps the number of requests that each instance gets per minute at a target.
   *
   * The metric has a figure each minute. While there are no requests it has none, and no instance is stopped.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html
   * @param id id of the policy, unique among those of this variant
   * @param props the target
   */
  public scaleOnInvocations(id: string, props: InvocationScalingProps): void {
    validateTracking(this, 'scaleOnInvocations', props, 'invocationsPerInstance');
    const { invocationsPerInstance, ...tracking } = props;
    this.doScaleToTrackMetric(id, {
      ...tracking,
      targetValue: invocationsPerInstance,
      predefinedMetric: appscaling.PredefinedMetric.SAGEMAKER_VARIANT_INVOCATIONS_PER_INSTANCE,
    });
  }

  /**
   * Keeps the number of requests that a container works on at a time at a target: what suits language models, whose requests take their time.
   *
   * The metric has a figure every 10 seconds, so instances are started sooner than with `scaleOnInvocations`. They are stopped no sooner.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html
   * @param id id of the policy, unique among those of this variant
   * @param props the target
   */
  public scaleOnConcurrency(id: string, props: ConcurrencyScalingProps): void {
    validateTracking(this, 'scaleOnConcurrency', props, 'concurrentRequestsPerModel');
    const { concurrentRequestsPerModel, ...tracking } = props;
    this.doScaleToTrackMetric(id, {
      ...tracking,
      targetValue: concurrentRequestsPerModel,
      predefinedMetric: appscaling.PredefinedMetric.SAGEMAKER_VARIANT_CONCURRENT_REQUESTS_PER_MODEL_HIGH_RESOLUTION,
    });
  }

  /**
   * Keeps the number of requests in the queue of an asynchronous endpoint at a target for each instance.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html
   * @param id id of the policy, unique among those of this variant
   * @param props the target
   */
  public scaleOnBacklog(id: string, props: BacklogScalingProps): void {
    this.onlyAsynchronous('scaleOnBacklog');
    validateTracking(this, 'scaleOnBacklog', props, 'backlogPerInstance');
    const { backlogPerInstance, ...tracking } = props;
    this.doScaleToTrackMetric(id, {
      ...tracking,
      targetValue: backlogPerInstance,
      customMetric: new cloudwatch.Metric({
        namespace: REQUESTS,
        metricName: 'ApproximateBacklogSizePerInstance',
        dimensionsMap: { EndpointName: this.endpointName }, // the queue is one for all variants
        statistic: cloudwatch.Stats.AVERAGE,
        period: Duration.minutes(1),
      }),
    });
  }

  /**
   * Starts an instance of an asynchronous endpoint that has none when a request comes. The request waits in the queue meanwhile.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html
   * @param options how many are started
   */
  public scaleFromZero(options: ScaleFromZeroProps = {}): void {
    this.onlyAsynchronous('scaleFromZero');
    validateScaleFromZero(this, 'scaleFromZero', options);
    this.startsFromZero = true;
    scaleFromZero(this, 'HasBacklogWithoutCapacity', { EndpointName: this.endpointName }, options);
  }

  /**
   * Keeps a metric of your own at a target.
   *
   * @param id id of the policy, unique among those of this variant
   * @param props the metric and the target
   */
  public scaleToTrackCustomMetric(id: string, props: CustomMetricScalingProps): void {
    validateCustomMetric(this, 'scaleToTrackCustomMetric', props);
    const { metric, ...tracking } = props;
    this.doScaleToTrackMetric(id, { ...tracking, customMetric: metric });
  }

  /**
   * Starts or stops instances in steps, by how far a metric is from a threshold. Two alarms watch it.
   *
   * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html
   * @param id id of the policy, unique among those of this variant
   * @param props the metric and the steps
   */
  public scaleOnMetric(id: string, props: appscaling.BasicStepScalingPolicyProps): void {
    validateSteps(this, 'scaleOnMetric', props);
    this.doScaleOnMetric(id, props);
    this.startsFromZero = true;
  }

  /**
   * Changes the bounds at certain times. They hold until another schedule changes them.
   *
   * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
   * @param id name of the scheduled action, unique among those of this variant
   * @param schedule when, and which bounds
   */
  public scaleOnSchedule(id: string, schedule: appscaling.ScalingSchedule): void {
    validateSchedule(this, 'scaleOnSchedule', schedule, this.asynchronous ? true : NO_ZERO);
    this.doScaleOnSchedule(id, schedule);
    this.startsFromZero = true;
  }

  private onlyAsynchronous(method: string): void {
    const validation = new Validation(method);
    validation.check(this.asynchronous, 'it needs an asynchronous endpoint, which alone has a queue: give asyncInference, or use scaleOnConcurrency');
    validation.throwIfAny(this);
  }
}
