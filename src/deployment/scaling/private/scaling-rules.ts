import { aws_applicationautoscaling as appscaling } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { known, Validation } from '../../../private/validation';
import { CustomMetricScalingProps, ScaleFromZeroProps } from '../scaling-props';

export interface Bounds {
  readonly minCapacity?: number;
  readonly maxCapacity: number;
}

/** The service's own default, like the CDK's. */
const DEFAULT_MIN = 1;

/** @param zero whether there may be none, or why not */
export function validateBounds(scope: IConstruct, method: string, props: Bounds, zero: true | string): void {
  const validation = new Validation(method);
  validation.required(props, 'maxCapacity');
  const { minCapacity, maxCapacity } = props;
  if (minCapacity === 0 && zero !== true) {
    validation.check(false, `minCapacity must be at least 1, got 0: ${zero}`);
  } else {
    validation.integer('minCapacity', minCapacity, 0);
  }
  validation.integer('maxCapacity', maxCapacity ?? undefined, 1);
  const min = minCapacity ?? DEFAULT_MIN;
  validation.check(!known(maxCapacity) || !known(min) || maxCapacity >= min, `maxCapacity must be at least minCapacity (${min}), got ${maxCapacity}`);
  validation.throwIfAny(scope);
}

/** @param prop the one that says at which value the metric is kept */
export function validateTracking<T extends appscaling.BaseTargetTrackingProps>(
  scope: IConstruct, method: string, props: T, prop: keyof T & string,
): void {
  const validation = new Validation(method);
  validation.required(props, prop);
  const target = props[prop] as number | undefined;
  validation.check(!known(target) || target > 0, `${prop} must be above 0, got ${target}`);
  validation.duration('scaleInCooldown', props.scaleInCooldown, 0, Infinity);
  validation.duration('scaleOutCooldown', props.scaleOutCooldown, 0, Infinity);
  validation.length('policyName', props.policyName, 1, 256);
  validation.throwIfAny(scope);
}

export function validateCustomMetric(scope: IConstruct, method: string, props: CustomMetricScalingProps): void {
  const validation = new Validation(method);
  validation.required(props, 'metric');
  validation.throwIfAny(scope);
  validateTracking(scope, method, props, 'targetValue');
}

export function validateSchedule(scope: IConstruct, method: string, schedule: appscaling.ScalingSchedule, zero: true | string): void {
  const validation = new Validation(method);
  validation.required(schedule, 'schedule');
  const { minCapacity, maxCapacity } = schedule;
  for (const [prop, value] of Object.entries({ minCapacity, maxCapacity })) {
    if (value === 0 && zero !== true) {
      validation.check(false, `${prop} must be at least 1, got 0: ${zero}`);
    } else {
      validation.integer(prop, value, 0);
    }
  }
  validation.check(minCapacity !== undefined || maxCapacity !== undefined, 'minCapacity or maxCapacity is required: give the bounds from then on');
  validation.check(!known(minCapacity) || !known(maxCapacity) || maxCapacity >= minCapacity,
    `maxCapacity must be at least minCapacity (${minCapacity}), got ${maxCapacity}`);
  validation.throwIfAny(scope);
}

/** What CloudFormation wants of steps, beyond what the CDK looks at. */
export function validateSteps(scope: IConstruct, method: string, props: appscaling.BasicStepScalingPolicyProps): void {
  const validation = new Validation(method);
  validation.required(props, 'metric', 'scalingSteps');
  (props.scalingSteps ?? []).forEach((step, i) => validation.integer(`scalingSteps[${i}].change`, step.change, -Infinity));
  for (const prop of ['evaluationPeriods', 'datapointsToAlarm', 'minAdjustmentMagnitude'] as const) {
    validation.integer(prop, props[prop], 1);
  }
  validation.throwIfAny(scope);
}

export function validateScaleFromZero(scope: IConstruct, method: string, props: ScaleFromZeroProps): void {
  const validation = new Validation(method);
  validation.integer('change', props.change, 1);
  validation.duration('cooldown', props.cooldown, 0, Infinity);
  validation.throwIfAny(scope);
}
