import { aws_applicationautoscaling as appscaling } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ScalableCopyCountOptions, scaleFromZero, scalingRole, warnAtTheEnd } from './private/scaling';
import { validateBounds, validateCustomMetric, validateScaleFromZero, validateSchedule, validateSteps, validateTracking } from './private/scaling-rules';
import { ConcurrentRequestsPerCopyScalingProps, CustomMetricScalingProps, InvocationsPerCopyScalingProps, ScaleFromZeroProps } from './scaling-props';

/**
 * From how many copies to how many an inference component is scaled.
 */
export interface ScalableCopyCountProps {
  /**
   * There are never fewer. A whole number, at least 0. With 0, call `scaleFromZero` too, and let the instances go with `managedInstanceScaling` of
   * `minInstanceCount` 0.
   *
   * @default 1
   */
  readonly minCapacity?: number;

  /**
   * There are never more. A whole number, at least 1 and at least `minCapacity`. Copies need instances with room for them:
   * `managedInstanceScaling` starts them.
   */
  readonly maxCapacity: number;
}

/**
 * The number of an inference component's copies, scaled by Application Auto Scaling. What `autoScaleCopies` returns.
 *
 * Scaling by itself does nothing: add at least one of the methods. With several, the one that wants the most copies has its way. It stays
 * registered when the instance type of the endpoint changes.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
 */
export class ScalableCopyCount extends appscaling.BaseScalableAttribute {
  /** @internal */
  public static _of(scope: Construct, id: string, options: ScalableCopyCountOptions): ScalableCopyCount {
    validateBounds(scope, 'autoScaleCopies', options.props, true);
    return new ScalableCopyCount(scope, id, options);
  }

  private readonly inferenceComponentName: string;
  private startsFromZero = false;

  private constructor(scope: Construct, id: string, options: ScalableCopyCountOptions) {
    const { inferenceComponentName, dependable, managedInstanceScaling, props: { minCapacity, maxCapacity } } = options;
    super(scope, id, {
      serviceNamespace: appscaling.ServiceNamespace.SAGEMAKER,
      resourceId: `inference-component/${inferenceComponentName}`,
      dimension: 'sagemaker:inference-component:DesiredCopyCount',
      role: scalingRole(scope, `${id}Role`),
      minCapacity,
      maxCapacity,
    });
    this.inferenceComponentName = inferenceComponentName;
    this.node.addDependency(dependable);
    warnAtTheEnd(this, 'copiesFromZero', () => (minCapacity === 0 && !this.startsFromZero
      ? 'with minCapacity 0 nothing starts a copy again once there is none: call scaleFromZero, or raise minCapacity'
      : undefined));
    warnAtTheEnd(this, 'zeroCopies', () => (minCapacity === 0 && managedInstanceScaling?.minInstanceCount !== 0
      ? 'with minCapacity 0 the instances stay, and cost, when there is no copy on them: give the hosting managedInstanceScaling with minInstanceCount 0'
      : undefined));
  }

  /**
   * Keeps the number of requests that each copy gets per minute at a target.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html
   * @param id id of the policy, unique among those of this inference component
   * @param props the target
   */
  public scaleOnInvocations(id: string, props: InvocationsPerCopyScalingProps): void {
    validateTracking(this, 'scaleOnInvocations', props, 'invocationsPerCopy');
    const { invocationsPerCopy, ...tracking } = props;
    this.doScaleToTrackMetric(id, {
      ...tracking,
      targetValue: invocationsPerCopy,
      predefinedMetric: appscaling.PredefinedMetric.SAGEMAKER_INFERENCE_COMPONENT_INVOCATIONS_PER_COPY,
    });
  }

  /**
   * Keeps the number of requests that a copy works on at a time at a target: what suits language models, whose requests take their time.
   *
   * The metric has a figure every 10 seconds, so copies are started sooner than with `scaleOnInvocations`. They are stopped no sooner.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html
   * @param id id of the policy, unique among those of this inference component
   * @param props the target
   */
  public scaleOnConcurrency(id: string, props: ConcurrentRequestsPerCopyScalingProps): void {
    validateTracking(this, 'scaleOnConcurrency', props, 'concurrentRequestsPerCopy');
    const { concurrentRequestsPerCopy, ...tracking } = props;
    this.doScaleToTrackMetric(id, {
      ...tracking,
      targetValue: concurrentRequestsPerCopy,
      predefinedMetric: appscaling.PredefinedMetric.SAGEMAKER_INFERENCE_COMPONENT_CONCURRENT_REQUESTS_PER_COPY_HIGH_RESOLUTION,
    });
  }

  /**
   * Starts a copy of an inference component that has none when a request comes. With its instances gone that takes minutes, in which requests fail:
   * clients have to try again.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
   * @param options how many are started
   */
  public scaleFromZero(options: ScaleFromZeroProps = {}): void {
    validateScaleFromZero(this, 'scaleFromZero', options);
    this.startsFromZero = true;
    scaleFromZero(this, 'NoCapacityInvocationFailures', { InferenceComponentName: this.inferenceComponentName }, options);
  }

  /**
   * Keeps a metric of your own at a target.
   *
   * @param id id of the policy, unique among those of this inference component
   * @param props the metric and the target
   */
  public scaleToTrackCustomMetric(id: string, props: CustomMetricScalingProps): void {
    validateCustomMetric(this, 'scaleToTrackCustomMetric', props);
    const { metric, ...tracking } = props;
    this.doScaleToTrackMetric(id, { ...tracking, customMetric: metric });
  }

  /**
   * Starts or stops copies in steps, by how far a metric is from a threshold. Two alarms watch it.
   *
   * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html
   * @param id id of the policy, unique among those of this inference component
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
   * @param id name of the scheduled action, unique among those of this inference component
   * @param schedule when, and which bounds
   */
  public scaleOnSchedule(id: string, schedule: appscaling.ScalingSchedule): void {
    validateSchedule(this, 'scaleOnSchedule', schedule, true);
    this.doScaleOnSchedule(id, schedule);
    this.startsFromZero = true;
  }
}
