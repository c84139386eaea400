import {
  ApplicationAutoScalingClient, DeregisterScalableTargetCommand, DescribeScalableTargetsCommand, DescribeScalableTargetsCommandOutput,
  DescribeScalingPoliciesCommand, DescribeScalingPoliciesCommandOutput, DescribeScheduledActionsCommand, DescribeScheduledActionsCommandOutput,
  PutScalingPolicyCommand, PutScheduledActionCommand, RegisterScalableTargetCommand, ScalableTarget, ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import { clientOf } from '../aws/clients';
import { log } from '../log';
import { alarmsOf, follow } from './alarms';
import { KeptAction, KeptPolicy, KeptTarget, POLICY_MEMBERS } from './kept';
import { isNamed } from './parameter';

const autoScaling = () => clientOf(ApplicationAutoScalingClient);

/** The number of a variant's instances: copies of inference components are scaled whatever the instances are, and stay registered. */
const INSTANCES = { ServiceNamespace: 'sagemaker', ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' } as const;

export function resourceIdOf(endpointName: string, variantName: string): string {
  return `endpoint/${endpointName}/variant/${variantName}`;
}

/** The scaling that these variants have now, whoever registered it. */
export async function present(resourceIds: string[]): Promise<KeptTarget[]> {
  const targets: KeptTarget[] = [];
  for (const { ResourceId, MinCapacity, MaxCapacity, SuspendedState } of await registered(resourceIds)) {
    const Policies: KeptPolicy[] = [];
    for (const policy of await policiesOf(ResourceId!)) {
      const request = Object.fromEntries(POLICY_MEMBERS.flatMap(member => policy[member] === undefined ? [] : [[member, policy[member]]]));
      // Those of target tracking are the policy's own: they go with it, and come with it.
      const Alarms = policy.PolicyType === 'StepScaling' ? await alarmsOf(policy.PolicyARN!) : [];
      Policies.push({ ...request, Arns: [policy.PolicyARN!], Alarms } as unknown as KeptPolicy);
    }
    targets.push({ ResourceId: ResourceId!, MinCapacity, MaxCapacity, SuspendedState, Policies, Actions: await actionsOf(ResourceId!) });
  }
  return targets;
}

/** With the target go its policies and scheduled actions. */
export async function deregister(ResourceId: string): Promise<void> {
  try {
    await autoScaling().send(new DeregisterScalableTargetCommand({ ...INSTANCES, ResourceId }));
  } catch (error) {
    if (!isNamed(error, 'ObjectNotFoundException')) {
      throw error;
    }
  }
}

/** Makes what is missing, and leaves what is there: an earlier try may have made it, or somebody who knows better. */
export async function register({ ResourceId, Policies, Actions, ...bounds }: KeptTarget): Promise<void> {
  const identity = { ...INSTANCES, ResourceId };
  if ((await registered([ResourceId])).length === 0) {
    await autoScaling().send(new RegisterScalableTargetCommand({ ...identity, ...bounds }));
  }
  const arns = new Map((await policiesOf(ResourceId)).map(({ PolicyName, PolicyARN }) => [PolicyName!, PolicyARN!]));
  for (const { Arns, Alarms, ...policy } of Policies) {
    const arn = arns.get(policy.PolicyName) ?? (await autoScaling().send(new PutScalingPolicyCommand({ ...identity, ...policy }))).PolicyARN!;
    await follow({ Arns, Alarms, ...policy }, arn);
  }
  const names = new Set((await actionsOf(ResourceId)).map(action => action.ScheduledActionName));
  for (const action of Actions.filter(({ ScheduledActionName }) => !names.has(ScheduledActionName))) {
    await schedule(identity, action);
  }
}

/** An action whose time came meanwhile may be refused. One that has begun is put without its beginning, one that was for once is over. */
async function schedule(identity: typeof INSTANCES & { readonly ResourceId: string }, action: KeptAction): Promise<void> {
  const [StartTime, EndTime] = [action.StartTime, action.EndTime].map(time => time === undefined ? undefined : new Date(time));
  const put = (start: Date | undefined) => autoScaling().send(new PutScheduledActionCommand({ ...identity, ...action, StartTime: start, EndTime }));
  try {
    await put(StartTime);
  } catch (error) {
    if (!isNamed(error, 'ValidationException')) {
      throw error;
    }
    if (action.Schedule.startsWith('at(') || (EndTime && EndTime.getTime() <= Date.now())) {
      log('scheduled action not put back, since its time has passed', { action: action.ScheduledActionName, reason: (error as Error).message });
    } else if (StartTime && StartTime.getTime() <= Date.now()) {
      await put(undefined);
    } else {
      throw error;
    }
  }
}

async function registered(ResourceIds: string[]): Promise<ScalableTarget[]> {
  return pages(async NextToken => {
    const command = new DescribeScalableTargetsCommand({ ...INSTANCES, ResourceIds, NextToken });
    const page: DescribeScalableTargetsCommandOutput = await autoScaling().send(command);
    return [page.ScalableTargets, page.NextToken];
  });
}

async function policiesOf(ResourceId: string): Promise<ScalingPolicy[]> {
  return pages(async NextToken => {
    const command = new DescribeScalingPoliciesCommand({ ...INSTANCES, ResourceId, NextToken });
    const page: DescribeScalingPoliciesCommandOutput = await autoScaling().send(command);
    return [page.ScalingPolicies, page.NextToken];
  });
}

async function actionsOf(ResourceId: string): Promise<KeptAction[]> {
  const actions = await pages(async NextToken => {
    const command = new DescribeScheduledActionsCommand({ ...INSTANCES, ResourceId, NextToken });
    const page: DescribeScheduledActionsCommandOutput = await autoScaling().send(command);
    return [page.ScheduledActions, page.NextToken];
  });
  return actions.map(({ ScheduledActionName, Schedule, Timezone, StartTime, EndTime, ScalableTargetAction }) => (
    { ScheduledActionName: ScheduledActionName!, Schedule: Schedule!, Timezone, StartTime, EndTime, ScalableTargetAction }));
}

async function pages<T>(read: (token: string | undefined) => Promise<readonly [T[] | undefined, string | undefined]>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const [items, next] = await read(token);
    all.push(...items ?? []);
    token = next;
  } while (token);
  return all;
}
