import { Authorization, ServiceError } from '../service';
import { list, ListRequest } from './listing';
import { pick } from './model';
import { ModelPackages } from './model-packages';
import { containerNeeds, networkNeeds } from './role-needs';
import { ContainerDefinition, CreateModelInput } from './types';
import { Operations, World } from './world';

/** Of all keys and values of the environment variables of a model's containers. */
const MAX_ENVIRONMENT_BYTES = 32 * 1024;

export interface Model {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly request: CreateModelInput;
}

export class Models {
  public readonly operations: Operations = {
    CreateModel: (request, caller = '') => this.create(request, caller),
    DescribeModel: ({ ModelName }) => this.describe(this.find(ModelName)),
    DeleteModel: ({ ModelName }) => this.remove(this.find(ModelName)),
    ListModels: (request: ListRequest) => {
      const { items, NextToken } = list(this.all.values(), request);
      return { Models: items.map(item => pick('ModelSummary', this.describe(item))), NextToken };
    },
  };

  public readonly all = new Map<string, Model>();

  constructor(private readonly world: World, private readonly modelPackages: ModelPackages) {
  }

  public find(name: string): Model {
    const found = this.all.get(name);
    if (!found) {
      throw new ServiceError('ValidationException', `Could not find model "${this.world.arn('model', name)}".`);
    }
    return found;
  }

  private create(request: CreateModelInput, caller: string): object {
    const name = request.ModelName!;
    const arn = this.world.arn('model', name);
    if (this.all.has(name)) {
      throw new ServiceError('ValidationException', `Cannot create already existing model "${arn}".`);
    }
    if (request.PrimaryContainer && request.Containers) {
      throw new ServiceError('ValidationException', 'Both PrimaryContainer and Containers are given: a model takes one of them');
    }
    const containers = request.Containers ?? (request.PrimaryContainer ? [request.PrimaryContainer] : []);
    if (containers.length === 0) {
      throw new ServiceError('ValidationException', 'A model needs PrimaryContainer or Containers');
    }
    containers.forEach(container => this.checkContainer(container, caller));
    const environment = containers.flatMap(container => Object.entries(container.Environment ?? {}));
    if (Buffer.byteLength(environment.flat().join('')) > MAX_ENVIRONMENT_BYTES) {
      throw new ServiceError('ValidationException', 'The environment variables of all containers must not exceed 32 KB in all');
    }
    if (!request.ExecutionRoleArn) {
      throw new ServiceError('ValidationException', 'ExecutionRoleArn is required to create a model that is hosted');
    }
    this.world.roles.assume(request.ExecutionRoleArn);
    this.world.tags.create(arn, request.Tags);
    this.all.set(name, { name, arn, creationTime: this.world.seconds(), request });
    return { ModelArn: arn };
  }

  /** Why the model's execution role cannot bring its containers up, if it cannot: it has to read their data and pull their images. */
  public roleRefusal(name: string, more: Authorization[] = []): string | undefined {
    return this.world.roles.refusal(this.find(name).request.ExecutionRoleArn!, [...this.needsOf(name), ...more]);
  }

  /** What bringing a model up takes, whoever does it. */
  public needsOf(name: string): Authorization[] {
    return [...this.containersOf(name).flatMap(containerNeeds), ...networkNeeds(this.find(name).request.VpcConfig, this.world)];
  }

  /** The containers of a model, with those of the packages that it is made from. */
  public containersOf(name: string): ContainerDefinition[] {
    const { PrimaryContainer, Containers = [PrimaryContainer!] } = this.find(name).request;
    return Containers.flatMap(container => [container, ...this.packagedContainers(container)]);
  }

  /** What a job of the service makes by itself. A model of that name is replaced but for its tags: models cannot be changed. */
  public put(request: CreateModelInput): void {
    const existing = this.all.get(request.ModelName!);
    const Tags = existing ? this.world.tags.list(existing.arn) : request.Tags;
    if (existing) {
      this.remove(existing);
    }
    this.create({ ...request, Tags }, 'sagemaker');
  }

  private remove(model: Model): void {
    this.all.delete(model.name);
    this.world.tags.delete(model.arn);
  }

  private packagedContainers({ ModelPackageName, InferenceSpecificationName }: ContainerDefinition): ContainerDefinition[] {
    // The package may have been deleted since the model was made.
    const specifications = this.modelPackages.lookUp(ModelPackageName ?? '')?.specifications ?? [];
    return specifications.find(item => !InferenceSpecificationName || item.Name === InferenceSpecificationName)?.Containers ?? [];
  }

  private checkContainer(container: ContainerDefinition, caller: string): void {
    if (container.ModelPackageName) {
      this.checkPackage(container, caller);
    } else if (!container.Image) {
      throw new ServiceError('ValidationException', 'A container needs an Image or a ModelPackageName');
    } else if (container.InferenceSpecificationName) {
      throw new ServiceError('ValidationException', 'InferenceSpecificationName is for containers of a model package');
    }
    if (container.ModelDataUrl && container.ModelDataSource) {
      throw new ServiceError('ValidationException', 'A container takes ModelDataUrl or ModelDataSource, not both');
    }
    const sources = container.AdditionalModelDataSources ?? [];
    const channels = sources.map(source => source.ChannelName);
    if (new Set(channels).size < channels.length) {
      throw new ServiceError('ValidationException', `AdditionalModelDataSources has a ChannelName more than once: ${channels.join(', ')}`);
    }
    for (const source of [...sources.map(item => item.S3DataSource), container.ModelDataSource?.S3DataSource]) {
      if (source?.S3DataType === 'S3Prefix' && !source.S3Uri!.endsWith('/')) {
        throw new ServiceError('ValidationException', `S3Uri "${source.S3Uri}" must end with a forward slash when S3DataType is S3Prefix`);
      }
    }
  }

  private checkPackage(container: ContainerDefinition, caller: string): void {
    // Of a package of another account the documented policy allows both.
    const used = this.modelPackages.use(container.ModelPackageName!, caller, 'sagemaker:CreateModel', 'sagemaker:DescribeModelPackage');
    if (container.Image || container.ModelDataUrl || container.ModelDataSource) {
      throw new ServiceError('ValidationException', 'A container of a model package takes no Image and no model data of its own');
    }
    const specification = container.InferenceSpecificationName;
    if (specification && !used.specifications.some(item => item.Name === specification)) {
      throw new ServiceError('ValidationException', `InferenceSpecification "${specification}" does not exist in ModelPackage ${used.arn}`);
    }
    if (used.approval === 'Rejected' || (used.approval !== 'Approved' && this.world.scenario.requireApproval !== false)) {
      throw new ServiceError('ValidationException', `Cannot create a model from ModelPackage ${used.arn} in approval status ${used.approval}: it must be Approved`);
    }
  }

  private describe({ name, arn, request, creationTime }: Model): object {
    return { EnableNetworkIsolation: false, ...pick('DescribeModelOutput', request), ModelName: name, ModelArn: arn, CreationTime: creationTime };
  }
}
