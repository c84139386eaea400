import type { CreateEndpointConfigCommandInput, ProductionVariant } from '@aws-sdk/client-sagemaker';
import type { Choice } from './choice';
import { hasLocalStorage } from './hardware';
import { typed } from './members';
import { modelName } from './names';
import { flag, integer, Wanted } from './properties';
import { instanceTypesOf, variantsIn } from './resources';
import { Failure, Properties, record, text } from '../event';
import { log } from '../log';

/** What AWS documents for several copies on one instance of a plain variant. */
const COPIES_AMI = 'al2-ami-sagemaker-inference-gpu-2';
/** What AWS documents for them too, and shows for inference components and for instances of several types. */
const ROUTING = 'LEAST_OUTSTANDING_REQUESTS';
/** In seconds: weights of tens of gigabytes take their time, and the service's own defaults are made for small models. */
const DOWNLOAD_TIMEOUT = 3600;
const HEALTH_CHECK_TIMEOUT = 1200;

type Config = Omit<CreateEndpointConfigCommandInput, 'EndpointConfigName'>;

/** What CreateEndpointConfig is to make of the chosen candidates. */
export function endpointConfig(name: string, wanted: Wanted, choices: readonly Choice[]): Config {
  const { KmsKeyOnLocalStorage, ...members } = wanted.endpoint;
  const hosting = wanted.components
    ? { ProductionVariants: [componentVariant(choices[0])], ExecutionRoleArn: wanted.executionRoleArn }
    : plainVariants(name, choices);
  const config = { ...typed(members), ...hosting } as Config;
  return config.KmsKeyId === undefined ? config : withVolumeKey(config, text({ KmsKeyOnLocalStorage }, 'KmsKeyOnLocalStorage'));
}

/** All inference components share one variant, which has no model. */
function componentVariant(choice: Choice): ProductionVariant {
  if (choice.instanceType === undefined) {
    throw new Failure('the recommendation is a serverless one, and inference components run on instances: '
      + 'select another recommendation, or set instanceType on the deployment');
  }
  return { ...variantOf(choice), ...onInstances(choice, ROUTING) };
}

function plainVariants(name: string, choices: readonly Choice[]): Pick<Config, 'ProductionVariants' | 'ShadowProductionVariants'> {
  const variants = choices.map((choice, index) => ({ shadow: flag(choice.wanted.variant, 'Shadow'), variant: plainVariant(name, choice, index) }));
  const production = variants.filter(({ shadow }) => !shadow).map(({ variant }) => variant);
  const shadows = variants.filter(({ shadow }) => shadow).map(({ variant }) => variant);
  const serverless = variants.find(({ variant }) => variant.ServerlessConfig !== undefined);
  if (serverless && variants.length > 1) {
    throw new Failure(`variant ${serverless.variant.VariantName} would be serverless, and a serverless endpoint has no other variant beside it: `
      + 'select another recommendation for it, or give it an instance type');
  }
  if (shadows.length > 0 && (production.length !== 1 || shadows.length > 1)) {
    throw new Failure('SageMaker takes a shadow variant beside exactly one production variant, and only one, '
      + `got ${shadows.length} beside ${production.length}: leave the others out`);
  }
  return { ProductionVariants: production, ...(shadows.length > 0 && { ShadowProductionVariants: shadows }) };
}

function plainVariant(name: string, choice: Choice, index: number): ProductionVariant {
  const variant = { ...variantOf(choice), ModelName: modelName(name, index) };
  if (variant.ManagedInstanceScaling) {
    throw new Failure(`variant ${variant.VariantName} cannot have managed instance scaling, which SageMaker has for inference components only: `
      + 'scale its instances with autoScaleInstances');
  }
  const { candidate, fallbacks, instanceType } = choice;
  if (instanceType === undefined) {
    // A serverless variant takes nothing that has to do with instances.
    const { VariantName, ModelName, InitialVariantWeight } = variant;
    return { VariantName, ModelName, InitialVariantWeight, ServerlessConfig: candidate.serverless } as ProductionVariant;
  }
  const copies = candidate.copyCountPerInstance > 1;
  const onOne = { ...variant, ...onInstances(choice, copies || fallbacks.length > 0 ? ROUTING : undefined, copies ? COPIES_AMI : undefined) };
  if (fallbacks.length === 0) {
    return onOne;
  }
  const { InstanceType, ...onSeveral } = onOne;
  const others = fallbacks.map((fallback, place) => ({
    InstanceType: fallback.instanceType, ModelNameOverride: modelName(name, index, place + 1), Priority: place + 2,
  }));
  return { ...onSeveral, InstancePools: [{ InstanceType, Priority: 1 }, ...others] } as ProductionVariant;
}

function variantOf({ wanted: { variant } }: Choice): ProductionVariant {
  const { Shadow, ...members } = variant;
  return { ...typed(members), VariantName: text(variant, 'VariantName') ?? 'AllTraffic' };
}

function onInstances({ wanted, candidate, instanceType }: Choice, routing?: string, ami?: string): Partial<ProductionVariant> {
  const { options } = wanted;
  const strategy = text(options, 'RoutingStrategy') ?? routing;
  return {
    InstanceType: instanceType,
    InitialInstanceCount: integer(options, 'InitialInstanceCount') ?? within(record(wanted.variant, 'ManagedInstanceScaling'), candidate.instanceCount),
    InferenceAmiVersion: text(options, 'InferenceAmiVersion') ?? ami,
    RoutingConfig: strategy === undefined ? undefined : { RoutingStrategy: strategy },
    ModelDataDownloadTimeoutInSeconds: integer(options, 'ModelDataDownloadTimeoutInSeconds') ?? DOWNLOAD_TIMEOUT,
    ContainerStartupHealthCheckTimeoutInSeconds: integer(options, 'ContainerStartupHealthCheckTimeoutInSeconds') ?? HEALTH_CHECK_TIMEOUT,
  } as Partial<ProductionVariant>;
}

/** A recommended number of instances inside of what they may scale between. */
function within(scaling: Properties, count: number): number {
  return Math.min(Math.max(count, integer(scaling, 'MinInstanceCount') ?? count), integer(scaling, 'MaxInstanceCount') ?? Infinity);
}

/** SageMaker refuses a volume key where an instance brings a disk, which encrypts itself. */
function withVolumeKey(config: Config, onLocalStorage: string | undefined): Config {
  const local = variantsIn(config as Parameters<typeof variantsIn>[0]).flatMap(instanceTypesOf).filter(hasLocalStorage);
  if (local.length === 0) {
    return config;
  }
  if (onLocalStorage !== 'LeaveOut') {
    throw new Failure(`${[...new Set(local)].join(', ')} has local storage, which the instance encrypts with a key of its own, and SageMaker refuses a volume key `
      + 'with it: leave volumeEncryption out, or let it leave the key out on local storage');
  }
  log('no volume key, since the instances encrypt their local storage by themselves', { instanceTypes: local });
  const { KmsKeyId, ...rest } = config;
  return rest;
}
