import { ServiceError } from '../service';
import { pick } from './model';
import { Models } from './models';
import { CreateEndpointConfigInput, ProductionVariant } from './types';
import { Operations, World } from './world';

/** Their local storage is encrypted by the instance: a volume key is refused. */
const LOCAL_STORAGE = /^ml\.(g4dn|g5|g6e?|g7e|p4de?|p5(e|en)?|p6-b200)\./;

/** Members of a variant that speak of instances, which a serverless one has not. */
const OF_INSTANCES = [
  'InstanceType', 'InitialInstanceCount', 'InstancePools', 'InferenceAmiVersion', 'ModelDataDownloadTimeoutInSeconds',
  'ContainerStartupHealthCheckTimeoutInSeconds', 'VariantInstanceProvisionTimeoutInSeconds', 'VolumeSizeInGB', 'AcceleratorType',
  'ManagedInstanceScaling', 'RoutingConfig', 'CapacityReservationConfig', 'EnableSSMAccess',
] as const;

/** Memory comes in whole gigabytes. */
const MEMORY_STEP = 1024;

export interface EndpointConfig {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly request: CreateEndpointConfigInput;
}

export class EndpointConfigs {
  public readonly operations: Operations = {
    CreateEndpointConfig: request => this.create(request),
    DescribeEndpointConfig: ({ EndpointConfigName }) => this.describe(this.find(EndpointConfigName)),
    DeleteEndpointConfig: ({ EndpointConfigName }) => this.delete(this.find(EndpointConfigName)),
  };

  public readonly all = new Map<string, EndpointConfig>();

  /** `usedBy` gives the ARN of an endpoint that has the configuration. */
  constructor(private readonly world: World, private readonly models: Models, private readonly usedBy: (name: string) => string | undefined) {
  }

  public find(name: string): EndpointConfig {
    const found = this.all.get(name);
    if (!found) {
      throw new ServiceError('ValidationException', `Could not find endpoint configuration "${this.world.arn('endpoint-config', name)}".`);
    }
    return found;
  }

  private create(request: CreateEndpointConfigInput): object {
    const name = request.EndpointConfigName!;
    const arn = this.world.arn('endpoint-config', name);
    if (this.all.has(name)) {
      throw new ServiceError('ValidationException', `Cannot create already existing endpoint configuration "${arn}".`);
    }
    const variants = [...request.ProductionVariants!, ...request.ShadowProductionVariants ?? []];
    const names = variants.map(variant => variant.VariantName);
    if (new Set(names).size < names.length) {
      throw new ServiceError('ValidationException', `Variant names must be unique, got ${names.join(', ')}`);
    }
    variants.forEach(variant => this.checkVariant(variant, request));
    this.world.tags.create(arn, request.Tags);
    this.all.set(name, { name, arn, creationTime: this.world.seconds(), request });
    return { EndpointConfigArn: arn };
  }

  private checkVariant(variant: ProductionVariant, request: CreateEndpointConfigInput): void {
    const { VariantName, ModelName, InstanceType, InstancePools, InitialInstanceCount } = variant;
    if (ModelName) {
      this.models.find(ModelName);
    } else if (!request.ExecutionRoleArn) {
      throw new ServiceError('ValidationException', `Variant "${VariantName}" has no ModelName: for inference components the configuration needs an ExecutionRoleArn`);
    }
    if (variant.ServerlessConfig) {
      this.checkServerless(variant, request);
    } else if (!InstancePools && (!InstanceType || InitialInstanceCount === undefined)) {
      throw new ServiceError('ValidationException', `Variant "${VariantName}" needs InstanceType and InitialInstanceCount, or a ServerlessConfig`);
    }
    if (request.KmsKeyId && InstanceType && LOCAL_STORAGE.test(InstanceType)) {
      throw new ServiceError('ValidationException', `KmsKeyId cannot be specified for ${InstanceType}, which has local storage`);
    }
  }

  /** What AWS lists as excluded from serverless inference is refused here, before an endpoint would fail by it. */
  private checkServerless(variant: ProductionVariant, request: CreateEndpointConfigInput): void {
    const { MemorySizeInMB, MaxConcurrency, ProvisionedConcurrency } = variant.ServerlessConfig!;
    const ofInstances = OF_INSTANCES.filter(member => variant[member] !== undefined);
    const { VpcConfig, EnableNetworkIsolation, Containers = [] } = variant.ModelName ? this.models.find(variant.ModelName).request : {};
    const others = request.ProductionVariants!.length + (request.ShadowProductionVariants ?? []).length - 1;
    const problems: [boolean, string][] = [
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
    const problem = problems.find(([holds]) => holds);
    if (problem) {
      throw new ServiceError('ValidationException', `Variant "${variant.VariantName}": ${problem[1]}`);
    }
  }

  private describe({ name, arn, request, creationTime }: EndpointConfig): object {
    return { ...pick('DescribeEndpointConfigOutput', request), EndpointConfigName: name, EndpointConfigArn: arn, CreationTime: creationTime };
  }

  private delete(config: EndpointConfig): void {
    const user = this.usedBy(config.name);
    if (user) {
      throw new ServiceError('ValidationException', `Cannot delete endpoint configuration "${config.arn}": it is in use by endpoint "${user}".`);
    }
    this.all.delete(config.name);
    this.world.tags.delete(config.arn);
  }
}
