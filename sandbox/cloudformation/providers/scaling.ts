import type { AutoScaling } from '../../autoscaling';
import { ServiceError } from '../../service';
import { Behaviour } from '../engine';
import { Copy } from '../stack';
import { Properties } from '../template';
import { Effect, Effects } from './native';

type Identity = { readonly ServiceNamespace: string; readonly ResourceId: string; readonly ScalableDimension: string };

/** What CloudFormation says of a resource that is not there although it should be. */
function notFound(type: string, identifier: string): Error {
  return new Error(`Resource of type '${type}' with identifier '${identifier}' was not found. (HandlerErrorCode: NotFound)`);
}

/** The types of Application Auto Scaling. What was registered or put by others in the meantime is found or not, as the behaviour says. */
export function scalingEffects(autoScaling: AutoScaling, behaviour: Required<Behaviour>): Record<string, Effects> {
  const call = (operation: string, input: object) =>
    autoScaling.handle({ service: 'application-autoscaling', operation, input, caller: 'cloudformation' }) as Promise<Record<string, any>>;
  return {
    'AWS::ApplicationAutoScaling::ScalableTarget': scalableTarget(autoScaling, call, behaviour),
    'AWS::ApplicationAutoScaling::ScalingPolicy': scalingPolicy(autoScaling, call, behaviour),
  };
}

type Call = (operation: string, input: object) => Promise<Record<string, any>>;

function scalableTarget(autoScaling: AutoScaling, call: Call, { scalingIdentity }: Required<Behaviour>): Effects {
  const type = 'AWS::ApplicationAutoScaling::ScalableTarget';
  const register = ({ ScheduledActions: _actions, Tags, ...properties }: Properties, isNew: boolean) => {
    const tags = (Tags ?? []) as { Key: string; Value: string }[];
    const given = isNew && tags.length > 0 ? { Tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) } : {};
    return call('RegisterScalableTarget', { ...properties, ...given });
  };
  const exists = ({ ResourceId }: Identity) => autoScaling.isScalableTarget(ResourceId);
  const putActions = async (properties: Properties, before: Properties = {}) => {
    const names = actionsIn(properties).map(({ ScheduledActionName }) => ScheduledActionName);
    for (const action of actionsIn(properties)) {
      await call('PutScheduledAction', { ...identityOf(properties), ...action });
    }
    for (const { ScheduledActionName } of actionsIn(before).filter(action => !names.includes(action.ScheduledActionName))) {
      await ifPresent(call('DeleteScheduledAction', { ...identityOf(properties), ScheduledActionName }));
    }
  };
  return {
    exists: ({ properties }: Effect) => exists(identityOf(properties)),
    create: async ({ properties }: Effect) => {
      await register(properties, true);
      await putActions(properties);
    },
    update: async ({ properties, physicalId }: Effect, before: Copy) => {
      const isNew = !exists(identityOf(properties));
      if (isNew && scalingIdentity === 'by-arn') {
        throw notFound(type, physicalId);
      }
      await register(properties, isNew);
      await putActions(properties, before.properties);
    },
    delete: ({ properties }: Effect) => ifPresent(call('DeregisterScalableTarget', identityOf(properties))),
  };
}

function scalingPolicy(autoScaling: AutoScaling, call: Call, { scalingIdentity }: Required<Behaviour>): Effects {
  const type = 'AWS::ApplicationAutoScaling::ScalingPolicy';
  const input = ({ ScalingTargetId, ...properties }: Properties) => ({ ...properties, ...identityOf({ ScalingTargetId, ...properties }) });
  const isThere = (physicalId: string) => scalingIdentity === 'by-name' || autoScaling.policyByArn(physicalId) !== undefined;
  return {
    exists: ({ properties }: Effect) => {
      const { ResourceId } = identityOf(properties);
      return autoScaling.policies.some(policy => policy.PolicyName === properties.PolicyName && policy.ResourceId === ResourceId);
    },
    create: async ({ properties }: Effect) => (await call('PutScalingPolicy', input(properties))).PolicyARN,
    update: async ({ properties, physicalId }: Effect) => {
      if (!isThere(physicalId)) {
        throw notFound(type, `${physicalId}|${input(properties).ScalableDimension}`);
      }
      await call('PutScalingPolicy', input(properties));
    },
    delete: async ({ properties, physicalId }: Effect) => {
      if (isThere(physicalId)) {
        await ifPresent(call('DeleteScalingPolicy', { ...identityOf(properties), PolicyName: properties.PolicyName }));
      }
    },
  };
}

/** A policy names its target by the three parts, or by the id that Ref gives of the target. */
function identityOf({ ScalingTargetId, ServiceNamespace, ResourceId, ScalableDimension }: Properties): Identity {
  if (ScalingTargetId === undefined && [ServiceNamespace, ResourceId, ScalableDimension].includes(undefined)) {
    throw new Error('Either ScalingTargetId or all three of [ResourceId, ScalableDimension, ServiceNamespace] must be specified');
  }
  if (ScalingTargetId === undefined) {
    return { ServiceNamespace: String(ServiceNamespace), ResourceId: String(ResourceId), ScalableDimension: String(ScalableDimension) };
  }
  const [resourceId, dimension, namespace] = String(ScalingTargetId).split('|');
  return { ServiceNamespace: namespace, ResourceId: resourceId, ScalableDimension: dimension };
}

function actionsIn({ ScheduledActions }: Properties): Record<string, any>[] {
  return (ScheduledActions ?? []) as Record<string, any>[];
}

async function ifPresent(result: Promise<unknown>): Promise<void> {
  try {
    await result;
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'ObjectNotFoundException')) {
      throw error;
    }
  }
}
