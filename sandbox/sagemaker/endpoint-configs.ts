import { ServiceError } from '../service';
import { pick } from './model';
import { Models } from './models';
import { CreateEndpointConfigInput } from './types';
import { Operations, World } from './world';

/** Their local storage is encrypted by the instance: a volume key is refused. */
const LOCAL_STORAGE = /^ml\.(g4dn|g5|g6e?|g7e|p4de?|p5(e|en)?|p6-b200)\./;

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
    for (const { VariantName, ModelName, InstanceType, InstancePools, InitialInstanceCount, ServerlessConfig } of variants) {
      if (ModelName) {
        this.models.find(ModelName);
      } else if (!request.ExecutionRoleArn) {
        throw new ServiceError('ValidationException', `Variant "${VariantName}" has no ModelName: for inference components the configuration needs an ExecutionRoleArn`);
      }
      if (!ServerlessConfig && !InstancePools && (!InstanceType || InitialInstanceCount === undefined)) {
        throw new ServiceError('ValidationException', `Variant "${VariantName}" needs InstanceType and InitialInstanceCount`);
      }
      if (request.KmsKeyId && InstanceType && LOCAL_STORAGE.test(InstanceType)) {
        throw new ServiceError('ValidationException', `KmsKeyId cannot be specified for ${InstanceType}, which has local storage`);
      }
    }
    this.world.tags.create(arn, request.Tags);
    this.all.set(name, { name, arn, creationTime: this.world.seconds(), request });
    return { EndpointConfigArn: arn };
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
