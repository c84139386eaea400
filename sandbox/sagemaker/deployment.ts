import { ServiceError } from '../service';
import { CreateEndpointConfigInput, DeploymentConfig } from './types';
import { Fleet, Variant, variantsOf } from './variants';
import { World } from './world';

const SECOND = 1000;
/** How often alarms are looked at. */
const WATCH = 30 * SECOND;

/** One move of traffic to the new fleet. */
export interface Step {
  /** What the new fleet has of the traffic from now on, in percent. */
  readonly share: number;
  /** Whether instances are started for it. */
  readonly provisions: boolean;
  /** How long the alarms are watched then, in milliseconds. */
  readonly bake: number;
}

/** How an update goes about it. */
export interface Plan {
  readonly steps: Step[];
  readonly terminationWait: number;
  readonly timeout?: number;
  readonly alarms: string[];
}

/** The steps from one fleet to the next. Without a deployment configuration, all at once. */
export function planOf(config: DeploymentConfig | undefined, fleet: Fleet): Plan {
  const { BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling } = config ?? {};
  const alarms = alarmsOf(config?.AutoRollbackConfiguration);
  // As documented, Inf1 falls back to all at once without a baking period.
  if (variantsOf(fleet).some(variant => variant.config.InstanceType?.startsWith('ml.inf1.'))) {
    return { steps: [{ share: 100, provisions: true, bake: 0 }], terminationWait: 0, alarms: [] };
  }
  if (rolling) {
    const bake = rolling.WaitIntervalInSeconds! * SECOND;
    const shares = sharesIn(percentOf(rolling.MaximumBatchSize!, fleet.production[0]));
    return {
      steps: shares.map(share => ({ share, provisions: true, bake })),
      terminationWait: 0,
      timeout: milliseconds(rolling.MaximumExecutionTimeoutInSeconds),
      alarms,
    };
  }
  const traffic = blueGreen?.TrafficRoutingConfiguration;
  const size = traffic?.CanarySize ?? traffic?.LinearStepSize;
  const step = size ? Math.max(...fleet.production.map(variant => percentOf(size, variant))) : 100;
  const shares = traffic?.Type === 'CANARY' ? [step, 100] : sharesIn(step);
  return {
    steps: shares.map((share, index) => ({ share, provisions: index === 0, bake: (traffic?.WaitIntervalInSeconds ?? 0) * SECOND })),
    terminationWait: (blueGreen?.TerminationWaitInSeconds ?? 0) * SECOND,
    timeout: milliseconds(blueGreen?.MaximumExecutionTimeoutInSeconds),
    alarms,
  };
}

/** Refuses what the documentation of deployment guardrails excludes. */
export function checkDeployment(
  config: DeploymentConfig | undefined, request: CreateEndpointConfigInput, fleet: Fleet, world: World, before?: CreateEndpointConfigInput,
): void {
  const problem = config && [
    ...exclusions(config, request),
    ...policyProblems(config, fleet),
    ...componentProblems(config, request),
    ...nameProblems(request, before),
    ...alarmProblems(config.AutoRollbackConfiguration, world),
  ][0];
  if (problem) {
    throw new ServiceError('ValidationException', problem);
  }
}

export function alarmsOf(rollback: DeploymentConfig['AutoRollbackConfiguration']): string[] {
  return (rollback?.Alarms ?? []).map(alarm => alarm.AlarmName!);
}

/** Alarms that are not there: they could never go off. */
export function alarmProblems(rollback: DeploymentConfig['AutoRollbackConfiguration'], world: World): string[] {
  return alarmsOf(rollback).filter(name => stateOf(name, world) === undefined)
    .map(name => `Could not find the CloudWatch alarm "${name}" of AutoRollbackConfiguration`);
}

/** Watches the alarms for a while, in milliseconds, and gives those that go off, as soon as one does. */
export async function watch(alarms: string[], duration: number, world: World): Promise<string[]> {
  const end = world.clock.now() + duration;
  for (;;) {
    const triggered = alarms.filter(name => stateOf(name, world) === 'ALARM');
    if (triggered.length > 0 || world.clock.now() >= end) {
      return triggered;
    }
    await world.clock.sleep(Math.min(WATCH, end - world.clock.now()));
  }
}

function stateOf(name: string, { neighbours }: World) {
  return neighbours.alarmState ? neighbours.alarmState(name) : 'OK';
}

function policyProblems({ BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling }: DeploymentConfig, fleet: Fleet): string[] {
  if (blueGreen && rolling) {
    return ['DeploymentConfig takes BlueGreenUpdatePolicy or RollingUpdatePolicy, not both'];
  }
  if (rolling) {
    return sizeProblems('MaximumBatchSize', rolling.MaximumBatchSize, 5, fleet);
  }
  if (!blueGreen) {
    return [];
  }
  const { Type, WaitIntervalInSeconds, CanarySize, LinearStepSize } = blueGreen.TrafficRoutingConfiguration!;
  const { TerminationWaitInSeconds = 0, MaximumExecutionTimeoutInSeconds: timeout } = blueGreen;
  return [
    ...(Type === 'CANARY' ? sizeProblems('CanarySize', CanarySize, 0, fleet) : CanarySize ? [`CanarySize is for traffic routing of type CANARY, not ${Type}`] : []),
    ...(Type === 'LINEAR' ? sizeProblems('LinearStepSize', LinearStepSize, 10, fleet)
      : LinearStepSize ? [`LinearStepSize is for traffic routing of type LINEAR, not ${Type}`] : []),
    ...(timeout !== undefined && timeout <= TerminationWaitInSeconds + WaitIntervalInSeconds!
      ? ['MaximumExecutionTimeoutInSeconds must be larger than TerminationWaitInSeconds and WaitIntervalInSeconds together'] : []),
  ];
}

/** Sizes are a part of each variant's instances, at most half of them. */
function sizeProblems(member: string, size: { Type?: string; Value?: number } | undefined, least: number, fleet: Fleet): string[] {
  if (!size) {
    return [`${member} is required for this type of traffic routing`];
  }
  return fleet.production.map(variant => percentOf(size, variant)).filter(percent => percent > 50 || percent < least)
    .map(percent => `${member} must be from ${least} % to 50 % of the variant's instances, got ${Math.round(percent)} %`);
}

function exclusions({ RollingUpdatePolicy }: DeploymentConfig, request: CreateEndpointConfigInput): string[] {
  const { ProductionVariants, ShadowProductionVariants = [] } = request;
  return [
    ...(ProductionVariants!.some(({ ServerlessConfig }) => ServerlessConfig) ? ['A DeploymentConfig is not supported for serverless endpoints'] : []),
    ...(RollingUpdatePolicy && ProductionVariants!.length + ShadowProductionVariants.length > 1
      ? ['A rolling deployment is not supported for endpoints with several variants'] : []),
  ];
}

/** Of endpoints with inference components AWS describes rolling updates. Whether it shifts their traffic in steps is not documented: not here. */
function componentProblems({ BlueGreenUpdatePolicy }: DeploymentConfig, { ProductionVariants }: CreateEndpointConfigInput): string[] {
  const type = BlueGreenUpdatePolicy?.TrafficRoutingConfiguration?.Type;
  return type && type !== 'ALL_AT_ONCE' && ProductionVariants!.some(({ ModelName }) => !ModelName)
    ? [`Traffic routing of type ${type} is not supported for endpoints with inference components`] : [];
}

/** Guardrails take the same variants before and after: whether others are refused or make them fall back is not documented. */
function nameProblems(after: CreateEndpointConfigInput, before?: CreateEndpointConfigInput): string[] {
  const names = (request: CreateEndpointConfigInput): string => request.ProductionVariants!.map(variant => variant.VariantName).sort().join(', ');
  return before && names(before) !== names(after)
    ? [`A DeploymentConfig needs variants of the same names before and after: they are ${names(before)} and would be ${names(after)}`] : [];
}

function percentOf({ Type, Value }: { Type?: string; Value?: number }, { desiredInstanceCount }: Variant): number {
  return Type === 'CAPACITY_PERCENT' ? Value! : Value! / (desiredInstanceCount || 1) * 100;
}

function sharesIn(step: number): number[] {
  const count = Math.ceil(100 / step);
  return Array.from({ length: count }, (_, index) => Math.min(100, Math.round(step * (index + 1))));
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * SECOND;
}
