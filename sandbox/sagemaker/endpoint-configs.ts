import { ServiceError } from '../service';
import { checkConfig } from './endpoint-config-rules';
import { pick } from './model';
import { Models } from './models';
import { CreateEndpointConfigInput } from './types';
import { Operations, World } from './world';

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
    checkConfig(request, this.models);
    if (request.ExecutionRoleArn) {
      this.world.roles.assume(request.ExecutionRoleArn);
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
