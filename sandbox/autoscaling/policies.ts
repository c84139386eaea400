import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { VirtualClock } from '../clock';
import { Identity, identityIn, invalid, keyOf, notFound, VARIANT, wordsFor } from './identity';
import { Place, Targets } from './targets';

export interface ScalingPolicy extends Identity {
  readonly PolicyARN: string;
  readonly PolicyName: string;
  readonly CreationTime: Date;
  readonly PolicyType: string;
  readonly TargetTrackingScalingPolicyConfiguration?: Record<string, any>;
  readonly StepScalingPolicyConfiguration?: Record<string, any>;
}

export interface PolicyAlarm {
  readonly AlarmName: string;
  readonly AlarmARN: string;
}

/** The alarms of CloudWatch, as far as policies go with them. */
export interface Alarms {
  put(alarm: Record<string, any>): PolicyAlarm;
  delete(names: string[]): void;
  /** The alarms with the action. */
  withAction(arn: string): PolicyAlarm[];
}

/** The metrics that a dimension can be tracked by without spelling them out. */
const PREDEFINED: Record<'variant' | 'component', string[]> = {
  variant: ['SageMakerVariantInvocationsPerInstance', 'SageMakerVariantConcurrentRequestsPerModelHighResolution'],
  component: ['SageMakerInferenceComponentInvocationsPerCopy', 'SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution'],
};
const ADJUSTMENTS = ['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity'];

/** Policies, known by the target and their name. */
export class Policies {
  public readonly all = new Map<string, ScalingPolicy>();
  private readonly alarms = new Map<string, PolicyAlarm[]>();

  constructor(
    private readonly clock: VirtualClock, private readonly place: Place, private readonly targets: Targets, private readonly cloudWatch?: Alarms,
  ) {
  }

  public put(input: Record<string, any>): object {
    const identity = identityIn(input);
    const { PolicyName } = input;
    if (typeof PolicyName !== 'string' || !/^\P{C}+$/u.test(PolicyName) || PolicyName.length > 256) {
      throw invalid(`Invalid policy name: ${PolicyName}`);
    }
    this.targets.find(identity);
    const known = this.all.get(keyOf(identity, PolicyName));
    const policy: ScalingPolicy = {
      ...identity,
      PolicyName,
      // An update leaves the ARN as it is; a policy that is made again has another one.
      PolicyARN: known?.PolicyARN ?? this.newArn(identity, PolicyName),
      CreationTime: known?.CreationTime ?? new Date(this.clock.now()),
      ...configurationIn({ ...known, ...given(input) }, identity),
    };
    this.refuseSecondOf(policy);
    this.all.set(keyOf(identity, PolicyName), policy);
    return { PolicyARN: policy.PolicyARN, Alarms: this.remakeAlarms(policy) };
  }

  public delete(identity: Identity, name: string): void {
    const policy = this.all.get(keyOf(identity, name));
    if (!policy) {
      throw notFound(`No scaling policy found for ${wordsFor(identity)}, policy name: ${name}`);
    }
    this.remove(policy);
  }

  public deleteOf(identity: Identity): void {
    this.of(identity).forEach(policy => this.remove(policy));
  }

  public describe(policy: ScalingPolicy): object {
    return { ...policy, Alarms: this.alarmsOf(policy) };
  }

  public byArn(arn: string): ScalingPolicy | undefined {
    return [...this.all.values()].find(policy => policy.PolicyARN === arn);
  }

  /** Those that tracking made, or those of the user that step scaling acts on. */
  public alarmsOf(policy: ScalingPolicy): PolicyAlarm[] {
    return this.alarms.get(policy.PolicyARN) ?? this.cloudWatch?.withAction(policy.PolicyARN) ?? [];
  }

  private of(identity: Identity): ScalingPolicy[] {
    return [...this.all.values()].filter(policy => keyOf(policy) === keyOf(identity));
  }

  private newArn({ ServiceNamespace, ResourceId }: Identity, name: string): string {
    const { region, account } = this.place;
    return `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${randomUUID()}:resource/${ServiceNamespace}/${ResourceId}:policyName/${name}`;
  }

  /** Alarms of step scaling are the user's and stay. */
  private remove(policy: ScalingPolicy): void {
    this.all.delete(keyOf(policy, policy.PolicyName));
    this.cloudWatch?.delete((this.alarms.get(policy.PolicyARN) ?? []).map(({ AlarmName }) => AlarmName));
    this.alarms.delete(policy.PolicyARN);
  }

  /** Two policies may not track the same metric of one target. */
  private refuseSecondOf(policy: ScalingPolicy): void {
    const metric = metricOf(policy);
    const other = metric && this.of(policy).find(present => present.PolicyName !== policy.PolicyName && isDeepStrictEqual(metricOf(present), metric));
    if (other) {
      throw invalid('Only one TargetTrackingScaling policy for a given metric specification is allowed.');
    }
  }

  private remakeAlarms(policy: ScalingPolicy): PolicyAlarm[] {
    const configuration = policy.TargetTrackingScalingPolicyConfiguration;
    const before = this.alarms.get(policy.PolicyARN) ?? [];
    this.alarms.delete(policy.PolicyARN);
    this.cloudWatch?.delete(before.map(({ AlarmName }) => AlarmName));
    if (configuration && this.cloudWatch) {
      const sides = configuration.DisableScaleIn ? ['High'] : ['High', 'Low'];
      this.alarms.set(policy.PolicyARN, sides.map(side => this.cloudWatch!.put({
        AlarmName: `TargetTracking-${policy.ResourceId}-Alarm${side}-${randomUUID()}`,
        AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.PolicyARN}.`,
        AlarmActions: [policy.PolicyARN],
        ComparisonOperator: side === 'High' ? 'GreaterThanThreshold' : 'LessThanThreshold',
        EvaluationPeriods: side === 'High' ? 3 : 15,
        Threshold: configuration.TargetValue,
        ...alarmMetric(policy, configuration),
      })));
    }
    return this.alarmsOf(policy);
  }
}

function given({ PolicyType, TargetTrackingScalingPolicyConfiguration, StepScalingPolicyConfiguration }: Record<string, any>): object {
  return Object.fromEntries(Object.entries({ PolicyType, TargetTrackingScalingPolicyConfiguration, StepScalingPolicyConfiguration })
    .filter(([, value]) => value !== undefined));
}

/** The type of a policy, and what belongs to it. What a request for an existing policy does not say stays as it is. */
function configurationIn(merged: Record<string, any>, identity: Identity): Pick<ScalingPolicy, 'PolicyType'> {
  const { PolicyType = 'StepScaling', TargetTrackingScalingPolicyConfiguration: tracking, StepScalingPolicyConfiguration: step } = merged;
  switch (PolicyType) {
    case 'TargetTrackingScaling':
      if (!tracking) {
        throw invalid('TargetTrackingScalingPolicyConfiguration is required for the policy type TargetTrackingScaling');
      }
      checkTracking(tracking, identity);
      return { PolicyType, TargetTrackingScalingPolicyConfiguration: tracking } as ScalingPolicy;
    case 'StepScaling':
      if (!step) {
        throw invalid('StepScalingPolicyConfiguration is required for the policy type StepScaling');
      }
      checkSteps(step);
      return { PolicyType, StepScalingPolicyConfiguration: step } as ScalingPolicy;
    default:
      throw invalid(`The sandbox has no policies of the type ${PolicyType}`);
  }
}

function checkTracking(configuration: Record<string, any>, { ScalableDimension }: Identity): void {
  const { TargetValue, PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration;
  if (typeof TargetValue !== 'number' || TargetValue <= 0) {
    throw invalid(`The target value must be a positive number, got ${TargetValue}`);
  }
  if ((predefined === undefined) === (customized === undefined)) {
    throw invalid('Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified');
  }
  const kind = ScalableDimension === VARIANT ? 'variant' : 'component';
  if (predefined && !PREDEFINED[kind].includes(predefined.PredefinedMetricType)) {
    throw invalid(`Unsupported predefined metric ${predefined.PredefinedMetricType} for the scalable dimension ${ScalableDimension}`);
  }
  const single = customized && ['MetricName', 'Namespace', 'Statistic'].every(member => typeof customized[member] === 'string');
  if (customized && single === Array.isArray(customized.Metrics)) {
    throw invalid('A customized metric has either MetricName, Namespace and Statistic, or Metrics');
  }
}

function checkSteps({ AdjustmentType, StepAdjustments, MinAdjustmentMagnitude }: Record<string, any>): void {
  if (!ADJUSTMENTS.includes(AdjustmentType)) {
    throw invalid(`The adjustment type is one of ${ADJUSTMENTS.join(', ')}, got ${AdjustmentType}`);
  }
  if (!Array.isArray(StepAdjustments) || StepAdjustments.length === 0 || !StepAdjustments.every(step => Number.isInteger(step.ScalingAdjustment))) {
    throw invalid('Step adjustments with a ScalingAdjustment each are required');
  }
  const unbounded = StepAdjustments.some(step => step.MetricIntervalLowerBound === undefined && step.MetricIntervalUpperBound === undefined);
  if (unbounded && StepAdjustments.length > 1) {
    throw invalid('Each of several step adjustments needs a lower or an upper bound');
  }
  if (MinAdjustmentMagnitude !== undefined && AdjustmentType !== 'PercentChangeInCapacity') {
    throw invalid('MinAdjustmentMagnitude is for PercentChangeInCapacity only');
  }
}

function metricOf({ TargetTrackingScalingPolicyConfiguration: configuration }: ScalingPolicy): unknown {
  return configuration && (configuration.PredefinedMetricSpecification ?? configuration.CustomizedMetricSpecification);
}

/** The metric of an alarm that tracking makes. Which one stands behind a predefined type is the service's own business. */
function alarmMetric({ ResourceId }: ScalingPolicy, configuration: Record<string, any>): object {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration;
  if (predefined) {
    const Dimensions = [{ Name: 'ResourceId', Value: ResourceId }];
    return { Namespace: 'AWS/SageMaker', MetricName: predefined.PredefinedMetricType, Statistic: 'Sum', Period: 60, Dimensions };
  }
  const { Metrics, MetricName, Namespace, Statistic, Dimensions } = customized;
  return Metrics ? { Metrics } : { MetricName, Namespace, Statistic, Dimensions, Period: 60 };
}
