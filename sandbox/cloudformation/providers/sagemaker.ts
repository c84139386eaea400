import { isDeepStrictEqual } from 'node:util';
import { VirtualClock } from '../../clock';
import { ServiceError, ServiceStandIn } from '../../service';
import { Properties } from '../template';
import { Effect, Effects } from './native';

/** Properties of an endpoint that only an update has. */
const ONLY_ON_UPDATE = ['RetainAllVariantProperties', 'ExcludeRetainedVariantProperties', 'RetainDeploymentConfig'];
/** Properties of an endpoint that only its creation has. */
const ONLY_ON_CREATE = ['Tags'];
/** Properties of an inference component that no update of it has a member for. CloudFormation's schema says of none of them that it replaces the component. */
const FIXED = ['InferenceComponentName', 'EndpointName', 'VariantName'];
const DEPLOYED = ['Specification', 'Specifications', 'RuntimeConfig', 'DeploymentConfig'];
const STABLE = ['InService', 'OutOfService', 'Failed', 'UpdateRollbackFailed'];
const COMPONENT_STABLE = ['InService', 'Failed'];
const POLL = 30_000;

type Call = (operation: string, input: Properties) => Promise<Properties>;

/** SageMaker's resource types, made in the sandbox's SageMaker: their properties are the members of its requests. */
export function sageMakerEffects(sageMaker: Pick<ServiceStandIn, 'handle'>, clock: VirtualClock): Record<string, Effects> {
  const call: Call = async (operation, input) =>
    await sageMaker.handle({ service: 'sagemaker', operation, input, caller: 'cloudformation' }) as Properties;
  return {
    'AWS::SageMaker::Model': immutable(call, 'Model'),
    'AWS::SageMaker::EndpointConfig': immutable(call, 'EndpointConfig'),
    'AWS::SageMaker::ModelPackageGroup': modelPackageGroup(call),
    'AWS::SageMaker::Endpoint': endpoint(call, clock),
    'AWS::SageMaker::InferenceComponent': inferenceComponent(call, clock),
  };
}

/** Types of which every change is a replacement, except that of tags, which the sandbox leaves as they are. */
function immutable(call: Call, noun: string): Effects {
  return {
    create: ({ name, properties }) => call(`Create${noun}`, { ...properties, [`${noun}Name`]: name }),
    update: () => {},
    delete: ({ name }) => ifPresent(call(`Delete${noun}`, { [`${noun}Name`]: name })),
  };
}

/** Of a group the policy can change, which has operations of its own. */
function modelPackageGroup(call: Call): Effects {
  const { create, delete: remove } = immutable(call, 'ModelPackageGroup');
  const put = ({ name, properties: { ModelPackageGroupPolicy: policy } }: Effect) => call('PutModelPackageGroupPolicy', {
    ModelPackageGroupName: name, ResourcePolicy: typeof policy === 'string' ? policy : JSON.stringify(policy),
  });
  return {
    create: async effect => {
      await create({ ...effect, properties: without(effect.properties, ['ModelPackageGroupPolicy']) });
      if (effect.properties.ModelPackageGroupPolicy !== undefined) {
        await put(effect);
      }
    },
    update: async (effect, before) => {
      if (effect.properties.ModelPackageGroupPolicy !== undefined) {
        await put(effect);
      } else if (before.properties.ModelPackageGroupPolicy !== undefined) {
        await ifPresent(call('DeleteModelPackageGroupPolicy', { ModelPackageGroupName: effect.name }));
      }
    },
    delete: remove,
  };
}

function endpoint(call: Call, clock: VirtualClock): Effects {
  const described = settling(clock, 'EndpointStatus', STABLE, name => call('DescribeEndpoint', { EndpointName: name }));
  return {
    create: async effect => {
      await call('CreateEndpoint', { ...without(effect.properties, ONLY_ON_UPDATE), EndpointName: effect.name });
      await described.inService(effect);
    },
    update: async effect => {
      // An update that was given up may still be under way.
      await described.settled(effect);
      await call('UpdateEndpoint', { ...without(effect.properties, ONLY_ON_CREATE), EndpointName: effect.name });
      await described.inService(effect);
    },
    delete: async effect => {
      if (await described.settled(effect)) {
        await call('DeleteEndpoint', { EndpointName: effect.name });
        await described.settled(effect);
      }
    },
  };
}

function inferenceComponent(call: Call, clock: VirtualClock): Effects {
  const described = settling(clock, 'InferenceComponentStatus', COMPONENT_STABLE, name => call('DescribeInferenceComponent', { InferenceComponentName: name }));
  const inService = async (effect: Effect) => {
    const { InferenceComponentStatus, FailureReason, CreationTime, LastModifiedTime, RuntimeConfig = {} } = await described.inService(effect);
    const copies = RuntimeConfig as Properties;
    Object.assign(effect.attributes, {
      InferenceComponentStatus,
      'FailureReason': FailureReason ?? '',
      'CreationTime': dateOf(CreationTime),
      'LastModifiedTime': dateOf(LastModifiedTime),
      'RuntimeConfig.CurrentCopyCount': copies.CurrentCopyCount ?? '',
      'RuntimeConfig.DesiredCopyCount': copies.DesiredCopyCount ?? '',
    });
  };
  return {
    create: async effect => {
      await call('CreateInferenceComponent', { ...without(effect.properties, ['DeploymentConfig', 'EndpointArn']), InferenceComponentName: effect.name });
      await inService(effect);
    },
    update: async (effect, before) => {
      refuseFixed(effect, await described.settled(effect));
      // All of it, as the template has it: a number of copies that was scaled meanwhile is set back. What CloudFormation really leaves out is not documented.
      if (DEPLOYED.some(name => !isDeepStrictEqual(effect.properties[name], before.properties[name]))) {
        await call('UpdateInferenceComponent', { ...only(effect.properties, DEPLOYED), InferenceComponentName: effect.name });
      }
      await inService(effect);
    },
    delete: async effect => {
      if (await described.settled(effect)) {
        await call('DeleteInferenceComponent', { InferenceComponentName: effect.name });
        await described.settled(effect);
      }
    },
  };
}

function refuseFixed({ properties }: Effect, description: Properties | undefined): void {
  const changed = FIXED.filter(name => properties[name] !== undefined && description && properties[name] !== description[name]);
  if (changed.length > 0) {
    throw new Error(`Resource handler returned message: "${changed.join(', ')} of an inference component cannot be updated" (HandlerErrorCode: NotUpdatable)`);
  }
}

/** Waits until a resource has a status in which it stays. */
function settling(clock: VirtualClock, status: string, stable: string[], describe: (name: string) => Promise<Properties>) {
  const settled = async ({ name, request }: Effect): Promise<Properties | undefined> => {
    for (;;) {
      const description = await ifPresent(describe(name));
      if (!description || stable.includes(String(description[status]))) {
        return description;
      }
      await request.cancellation.orThrow(clock.sleep(POLL));
    }
  };
  const inService = async (effect: Effect): Promise<Properties> => {
    const description = await settled(effect);
    if (description?.[status] !== 'InService') {
      throw new Error(`Resource handler returned message: "${String(description?.FailureReason ?? `${effect.name} is gone`)}" (HandlerErrorCode: NotStabilized)`);
    }
    return description;
  };
  return { settled, inService };
}

/** The API gives seconds since the epoch. */
function dateOf(seconds: unknown): string {
  return new Date(Number(seconds) * 1000).toISOString();
}

function only(properties: Properties, names: string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

function without(properties: Properties, names: string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

async function ifPresent(result: Promise<Properties>): Promise<Properties | undefined> {
  try {
    return await result;
  } catch (error) {
    const gone = error instanceof ServiceError && (error.code === 'ResourceNotFound' || error.message.startsWith('Could not find'));
    if (!gone) {
      throw error;
    }
    return undefined;
  }
}
