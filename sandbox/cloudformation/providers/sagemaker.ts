import { VirtualClock } from '../../clock';
import { ServiceError, ServiceStandIn } from '../../service';
import { Properties } from '../template';
import { Effect, Effects } from './native';

/** Properties of an endpoint that only an update has. */
const ONLY_ON_UPDATE = ['RetainAllVariantProperties', 'ExcludeRetainedVariantProperties', 'RetainDeploymentConfig'];
/** Properties of an endpoint that only its creation has. */
const ONLY_ON_CREATE = ['Tags'];
const STABLE = ['InService', 'OutOfService', 'Failed', 'UpdateRollbackFailed'];
const POLL = 30_000;

type Call = (operation: string, input: Properties) => Promise<Properties>;

/** SageMaker's resource types, made in the sandbox's SageMaker: their properties are the members of its requests. */
export function sageMakerEffects(sageMaker: Pick<ServiceStandIn, 'handle'>, clock: VirtualClock): Record<string, Effects> {
  const call: Call = async (operation, input) =>
    await sageMaker.handle({ service: 'sagemaker', operation, input, caller: 'cloudformation' }) as Properties;
  return {
    'AWS::SageMaker::Model': immutable(call, 'Model'),
    'AWS::SageMaker::EndpointConfig': immutable(call, 'EndpointConfig'),
    'AWS::SageMaker::ModelPackageGroup': immutable(call, 'ModelPackageGroup'),
    'AWS::SageMaker::Endpoint': endpoint(call, clock),
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

function endpoint(call: Call, clock: VirtualClock): Effects {
  const settled = async ({ name, request }: Effect): Promise<Properties | undefined> => {
    for (;;) {
      const description = await ifPresent(call('DescribeEndpoint', { EndpointName: name }));
      if (!description || STABLE.includes(String(description.EndpointStatus))) {
        return description;
      }
      await request.cancellation.orThrow(clock.sleep(POLL));
    }
  };
  const inService = async (effect: Effect) => {
    const description = await settled(effect);
    if (description?.EndpointStatus !== 'InService') {
      throw new Error(`Resource handler returned message: "${String(description?.FailureReason ?? 'the endpoint is gone')}" (HandlerErrorCode: NotStabilized)`);
    }
  };
  return {
    create: async effect => {
      await call('CreateEndpoint', { ...without(effect.properties, ONLY_ON_UPDATE), EndpointName: effect.name });
      await inService(effect);
    },
    update: async effect => {
      // An update that was given up may still be under way.
      await settled(effect);
      await call('UpdateEndpoint', { ...without(effect.properties, ONLY_ON_CREATE), EndpointName: effect.name });
      await inService(effect);
    },
    delete: async effect => {
      if (await settled(effect)) {
        await call('DeleteEndpoint', { EndpointName: effect.name });
        await settled(effect);
      }
    },
  };
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
