import { ServiceError } from '../service';
import { hasLocalStorage } from './instance-types';
import { Models } from './models';
import { CreateEndpointConfigInput, ProductionVariant } from './types';
import { instanceTypesOf } from './variants';

/** Members of a variant that speak of instances, which a serverless one has not. */
const OF_INSTANCES = [
  'InstanceType', 'InitialInstanceCount', 'InstancePools', 'InferenceAmiVersion', 'ModelDataDownloadTimeoutInSeconds',
  'ContainerStartupHealthCheckTimeoutInSeconds', 'VariantInstanceProvisionTimeoutInSeconds', 'VolumeSizeInGB', 'AcceleratorType',
  'ManagedInstanceScaling', 'RoutingConfig', 'CapacityReservationConfig', 'EnableSSMAccess',
] as const;

/** Memory comes in whole gigabytes. */
const MEMORY_STEP = 1024;

/** What holds, and what is wrong then. */
type Problem = [boolean, string];

/** Refuses what the shapes of CreateEndpointConfig let through. */
export function checkConfig(request: CreateEndpointConfigInput, models: Models): void {
  const shadows = request.ShadowProductionVariants ?? [];
  const variants = [...request.ProductionVariants!, ...shadows];
  const names = variants.map(variant => variant.VariantName);
  refuse([
    [new Set(names).size < names.length, `Variant names must be unique, got ${names.join(', ')}`],
    [shadows.length > 1 || (shadows.length === 1 && request.ProductionVariants!.length > 1),
      'With ShadowProductionVariants there is one variant in ProductionVariants and one in ShadowProductionVariants'],
    [shadows.length > 0 && request.AsyncInferenceConfig !== undefined, 'A shadow variant cannot be used with AsyncInferenceConfig'],
    [shadows.some(({ ModelName }) => !ModelName), 'A shadow variant needs a ModelName'],
  ]);
  variants.forEach(variant => checkVariant(variant, request, models));
  // Whether some variants of an endpoint may have a model and others components is not documented.
  const withModel = request.ProductionVariants!.filter(({ ModelName }) => ModelName).length;
  refuse([[withModel > 0 && withModel < request.ProductionVariants!.length, 'Either all variants have a ModelName or none has']]);
}

function checkVariant(variant: ProductionVariant, request: CreateEndpointConfigInput, models: Models): void {
  const { VariantName, ModelName, InstanceType, InstancePools, InitialInstanceCount, ServerlessConfig } = variant;
  if (ModelName) {
    models.find(ModelName);
  }
  const local = instanceTypesOf(variant).find(hasLocalStorage);
  refuse([
    [!ModelName && !request.ExecutionRoleArn, `Variant "${VariantName}" has no ModelName: for inference components the configuration needs an ExecutionRoleArn`],
    ...ServerlessConfig ? serverlessProblems(variant, request, models) : [
      ...poolProblems(variant, models),
      [!InstancePools && (!InstanceType || InitialInstanceCount === undefined),
        `Variant "${VariantName}" needs InstanceType and InitialInstanceCount, or a ServerlessConfig`] as Problem,
      ...scalingProblems(variant),
    ],
    [Boolean(request.KmsKeyId && local), `KmsKeyId cannot be specified for ${local}, which has local storage`],
  ]);
}

function poolProblems(variant: ProductionVariant, models: Models): Problem[] {
  const { VariantName, ModelName, InstanceType, InstancePools: pools, InitialInstanceCount, CapacityReservationConfig } = variant;
  if (!pools) {
    return [];
  }
  const overrides = pools.flatMap(({ ModelNameOverride }) => ModelNameOverride ?? []);
  overrides.forEach(name => models.find(name));
  const repeated = (values: unknown[]): boolean => new Set(values).size < values.length;
  return [
    [InstanceType !== undefined, `Variant "${VariantName}" takes InstanceType or InstancePools, not both`],
    [InitialInstanceCount === undefined, `Variant "${VariantName}" with InstancePools needs InitialInstanceCount`],
    [repeated(pools.map(pool => pool.Priority)), `The priorities of the InstancePools of variant "${VariantName}" must be unique`],
    [repeated(pools.map(pool => pool.InstanceType)), `The instance types of the InstancePools of variant "${VariantName}" must be unique`],
    [!ModelName && overrides.length > 0, `Variant "${VariantName}" has no ModelName that a ModelNameOverride could take the place of`],
    // A reservation is of one type; whether pools may be given beside it is not documented.
    [CapacityReservationConfig !== undefined, `Variant "${VariantName}" takes CapacityReservationConfig or InstancePools, not both`],
  ];
}

function scalingProblems({ VariantName, ModelName, InitialInstanceCount, ManagedInstanceScaling: scaling }: ProductionVariant): Problem[] {
  if (!scaling) {
    return [];
  }
  const { Status, MinInstanceCount: least = 1, MaxInstanceCount: most = InitialInstanceCount! } = scaling;
  const enabled = Status === 'ENABLED';
  return [
    [ModelName !== undefined, 'ManagedInstanceScaling is only supported for inference component endpoints.'],
    [enabled && least > most, `MinInstanceCount ${least} of variant "${VariantName}" is more than MaxInstanceCount ${most}`],
    // Not documented, but a count outside of its own bounds can hardly be meant.
    [enabled && (InitialInstanceCount! < least || InitialInstanceCount! > most),
      `InitialInstanceCount ${InitialInstanceCount} of variant "${VariantName}" must be from ${least} to ${most}, as ManagedInstanceScaling has it`],
  ];
}

/** What AWS lists as excluded from serverless inference is refused here, before an endpoint would fail by it. */
function serverlessProblems(variant: ProductionVariant, request: CreateEndpointConfigInput, models: Models): Problem[] {
  const { MemorySizeInMB, MaxConcurrency, ProvisionedConcurrency } = variant.ServerlessConfig!;
  const ofInstances = OF_INSTANCES.filter(member => variant[member] !== undefined);
  const { VpcConfig, EnableNetworkIsolation, Containers = [] } = variant.ModelName ? models.find(variant.ModelName).request : {};
  const others = request.ProductionVariants!.length + (request.ShadowProductionVariants ?? []).length - 1;
  const problems: Problem[] = [
    [ofInstances.length > 0, `${ofInstances.join(', ')} cannot be specified with ServerlessConfig`],
    [!variant.ModelName, 'a serverless variant needs a ModelName'],
    [MemorySizeInMB! % MEMORY_STEP > 0, `MemorySizeInMB must be a multiple of ${MEMORY_STEP}, got ${MemorySizeInMB}`],
    [(ProvisionedConcurrency ?? 0) > MaxConcurrency!, `ProvisionedConcurrency ${ProvisionedConcurrency} is more than MaxConcurrency ${MaxConcurrency}`],
    [others > 0, 'a serverless endpoint has one variant'],
    [(VpcConfig ?? request.VpcConfig) !== undefined, 'a serverless endpoint takes no VpcConfig'],
    [Boolean(EnableNetworkIsolation || request.EnableNetworkIsolation), 'a serverless endpoint takes no network isolation'],
    [Containers.length > 1, 'a serverless endpoint serves no inference pipeline'],
    [request.DataCaptureConfig !== undefined, 'a serverless endpoint captures no data'],
  ];
  return problems.map(([holds, message]) => [holds, `Variant "${variant.VariantName}": ${message}`]);
}

function refuse(problems: Problem[]): void {
  const problem = problems.find(([holds]) => holds);
  if (problem) {
    throw new ServiceError('ValidationException', problem[1]);
  }
}
