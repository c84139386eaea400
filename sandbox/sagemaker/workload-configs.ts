import { ServiceError } from '../service';
import { list, ListRequest } from './listing';
import { pick } from './model';
import { CreateAIWorkloadConfigRequest } from './types';
import { specProblems } from './workload-spec';
import { nameOf, Operations, World } from './world';

export interface WorkloadConfig {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly request: CreateAIWorkloadConfigRequest;
}

export class WorkloadConfigs {
  public readonly operations: Operations = {
    CreateAIWorkloadConfig: request => this.create(request),
    DescribeAIWorkloadConfig: ({ AIWorkloadConfigName }) => this.describe(this.find(AIWorkloadConfigName)),
    DeleteAIWorkloadConfig: ({ AIWorkloadConfigName }) => this.delete(AIWorkloadConfigName),
    ListAIWorkloadConfigs: (request: ListRequest) => {
      const { items, NextToken } = list(this.all.values(), request);
      return { AIWorkloadConfigs: items.map(item => pick('AIWorkloadConfigSummary', this.describe(item))), NextToken };
    },
  };

  public readonly all = new Map<string, WorkloadConfig>();

  /** `usedBy` names the active job that uses a configuration, if there is one. */
  constructor(private readonly world: World, private readonly usedBy: (config: WorkloadConfig) => string | undefined) {
  }

  /** The configuration of a name or ARN. */
  public find(identifier: string): WorkloadConfig {
    const found = this.all.get(nameOf(identifier));
    if (!found) {
      throw new ServiceError('ResourceNotFound', `AIWorkloadConfig ${identifier} does not exist`);
    }
    return found;
  }

  private create(request: CreateAIWorkloadConfigRequest): object {
    const name = request.AIWorkloadConfigName!;
    if (this.all.has(name)) {
      throw new ServiceError('ResourceInUse', `AIWorkloadConfig ${name} already exists`);
    }
    const inline = request.AIWorkloadConfigs?.WorkloadSpec?.Inline;
    const problems = inline === undefined ? [] : specProblems(inline, request.DatasetConfig?.InputDataConfig ?? []);
    if (problems.length > 0) {
      throw new ServiceError('ValidationException', `WorkloadSpec of ${name} is not valid: ${problems.join('; ')}`);
    }
    const arn = this.world.arn('ai-workload-config', name);
    this.world.tags.create(arn, request.Tags);
    this.all.set(name, { name, arn, request, creationTime: this.world.seconds() });
    return { AIWorkloadConfigArn: arn };
  }

  private describe({ name, arn, request, creationTime }: WorkloadConfig): object {
    return {
      AIWorkloadConfigName: name,
      AIWorkloadConfigArn: arn,
      AIWorkloadConfigs: request.AIWorkloadConfigs,
      DatasetConfig: request.DatasetConfig,
      CreationTime: creationTime,
      Tags: this.world.tags.list(arn),
    };
  }

  private delete(name: string): object {
    // As the service does: a configuration with a capital in its name can be made and read, but not deleted.
    const config = this.find(name.toLowerCase());
    const user = this.usedBy(config);
    if (user) {
      throw new ServiceError('ResourceInUse', `AIWorkloadConfig ${name} is referenced by the active job ${user}`);
    }
    this.all.delete(config.name);
    this.world.tags.delete(config.arn);
    return { AIWorkloadConfigArn: config.arn };
  }
}
