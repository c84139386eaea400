import { ServiceError } from '../service';
import { list, ListRequest } from './listing';
import { pick } from './model';
import { allows, parseResourcePolicy } from './resource-policy';
import { AIRecommendation, ContainerDefinition, CreateModelPackageInput, Tag } from './types';
import { nameOf, Operations, World } from './world';

export interface ModelPackageGroup {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly description?: string;
  /** Versions are never given twice, not even that of a deleted package. */
  lastVersion: number;
  /** Who of other accounts may do what with it and its packages. */
  policy?: string;
}

export interface ModelPackage {
  /** `<group>/<version>` */
  readonly name: string;
  readonly arn: string;
  readonly group: string;
  readonly version: number;
  readonly creationTime: number;
  /** One per configuration that a job evaluated; the first is the primary one as well. */
  readonly specifications: InferenceSpecification[];
  approval: 'Approved' | 'Rejected' | 'PendingManualApproval';
  approvalDescription?: string;
  lastModifiedTime?: number;
  /** Of a package that was not left by a job. */
  readonly request: CreateModelPackageInput;
}

interface InferenceSpecification {
  readonly Name?: string;
  readonly Containers: ContainerDefinition[];
}

/** Model package groups and the packages in them: what a recommendation job leaves for deployment, and what somebody registers. */
export class ModelPackages {
  public readonly operations: Operations = {
    CreateModelPackageGroup: ({ ModelPackageGroupName, ModelPackageGroupDescription, Tags }) => {
      if (this.groups.has(ModelPackageGroupName)) {
        throw new ServiceError('ValidationException', `Model Package Group already exists: ${this.groups.get(ModelPackageGroupName)!.arn}`);
      }
      return { ModelPackageGroupArn: this.createGroup(ModelPackageGroupName, ModelPackageGroupDescription, Tags).arn };
    },
    DescribeModelPackageGroup: ({ ModelPackageGroupName }) => this.describeGroup(this.group(ModelPackageGroupName)),
    DeleteModelPackageGroup: ({ ModelPackageGroupName }) => this.deleteGroup(this.group(ModelPackageGroupName)),
    ListModelPackageGroups: request => this.listGroups(request),
    PutModelPackageGroupPolicy: ({ ModelPackageGroupName, ResourcePolicy }) => {
      const group = this.group(ModelPackageGroupName);
      parseResourcePolicy(ResourcePolicy);
      group.policy = ResourcePolicy;
      return { ModelPackageGroupArn: group.arn };
    },
    GetModelPackageGroupPolicy: ({ ModelPackageGroupName }) => ({ ResourcePolicy: this.policyOf(this.group(ModelPackageGroupName)) }),
    DeleteModelPackageGroupPolicy: ({ ModelPackageGroupName }) => {
      const group = this.group(ModelPackageGroupName);
      this.policyOf(group);
      group.policy = undefined;
    },
    CreateModelPackage: request => this.create(request),
    DescribeModelPackage: ({ ModelPackageName }, caller = '') => this.describe(this.use(ModelPackageName, caller, 'sagemaker:DescribeModelPackage')),
    UpdateModelPackage: input => this.update(input),
    DeleteModelPackage: ({ ModelPackageName }) => {
      const found = this.find(ModelPackageName);
      this.packages.delete(found.name);
      this.world.tags.delete(found.arn);
    },
    ListModelPackages: (request: ListRequest & { ModelPackageGroupName?: string; ModelApprovalStatus?: string }) => {
      const group = request.ModelPackageGroupName && this.group(request.ModelPackageGroupName).name;
      const chosen = [...this.packages.values()].filter(item => (!group || item.group === group)
        && (!request.ModelApprovalStatus || item.approval === request.ModelApprovalStatus));
      const { items, NextToken } = list(chosen, request);
      return { ModelPackageSummaryList: items.map(item => pick('ModelPackageSummary', this.describe(item))), NextToken };
    },
  };

  public readonly groups = new Map<string, ModelPackageGroup>();
  public readonly packages = new Map<string, ModelPackage>();

  constructor(private readonly world: World) {
  }

  /** The group of a name or ARN. */
  public group(identifier: string): ModelPackageGroup {
    const name = nameOf(identifier);
    const found = this.groups.get(name);
    if (!found) {
      throw new ServiceError('ValidationException', `ModelPackageGroup ${this.world.arn('model-package-group', name)} does not exist.`);
    }
    return found;
  }

  /** The package of an ARN or a `name/version`. */
  public find(identifier: string): ModelPackage {
    const name = nameOf(identifier);
    const found = this.foreign(identifier) ? undefined : this.packages.get(name);
    if (!found) {
      throw new ServiceError('ValidationException', `ModelPackage ${this.world.arn('model-package', name)} does not exist.`);
    }
    return found;
  }

  /** A package of this account, or one of another that its group's policy lets the caller do all this with. */
  public use(identifier: string, caller: string, ...actions: string[]): ModelPackage {
    const place = this.foreign(identifier);
    if (!place) {
      return this.find(identifier);
    }
    if (place.region !== this.world.region) {
      throw new ServiceError('ValidationException', `ModelPackage ${identifier} is in ${place.region}: a package is used in its own Region, not in ${this.world.region}.`);
    }
    const owner = this.world.neighbours.otherAccounts?.(place.account);
    const found = owner?.modelPackages.find(({ arn }) => arn === identifier);
    const policy = owner?.modelPackageGroups.find(({ name }) => name === found?.group)?.policy;
    const { account } = this.world;
    const denied = actions.find(action => policy === undefined || !allows(policy, { caller, account, action, resource: identifier }));
    if (!found || denied) {
      // Whether it is there is told to those only who may know.
      throw new ServiceError('ValidationException',
        `User: ${caller} is not authorized to perform: ${denied ?? actions[0]} on resource: ${identifier} because no resource-based policy allows the action`);
    }
    return found;
  }

  /** A package wherever it is, whoever asks: what a model was made from. It may have been deleted since. */
  public lookUp(identifier: string): ModelPackage | undefined {
    const place = this.foreign(identifier);
    return place ? this.world.neighbours.otherAccounts?.(place.account)?.modelPackages.find(({ arn }) => arn === identifier)
      : this.packages.get(nameOf(identifier));
  }

  public createGroup(name: string, description?: string, tags: { Key?: string; Value?: string }[] = []): ModelPackageGroup {
    const arn = this.world.arn('model-package-group', name);
    this.world.tags.create(arn, tags as { Key: string; Value: string }[]);
    const group = { name, arn, description, creationTime: this.world.seconds(), lastVersion: 0 };
    this.groups.set(name, group);
    return group;
  }

  /** A new version in a group, with a specification for each recommended configuration. It arrives unapproved. */
  public register(group: ModelPackageGroup, recommendations: AIRecommendation[] = []): ModelPackage {
    return this.add(group, specificationsOf(recommendations), {});
  }

  /** Where a package is that is not of this account and Region. */
  private foreign(identifier: string): { account: string; region: string } | undefined {
    const [, , , region, account] = identifier.split(':');
    return region === undefined || (region === this.world.region && account === this.world.account) ? undefined : { account, region };
  }

  private create(request: CreateModelPackageInput): object {
    if (!request.ModelPackageGroupName || request.ModelPackageName) {
      throw new Error('the stand-in has model packages in groups only: give ModelPackageGroupName and no ModelPackageName');
    }
    const { InferenceSpecification: primary, AdditionalInferenceSpecifications: named = [], Tags } = request;
    const specifications = [...primary ? [primary] : [], ...named] as InferenceSpecification[];
    return { ModelPackageArn: this.add(this.group(request.ModelPackageGroupName), specifications, request, Tags).arn };
  }

  private add(group: ModelPackageGroup, specifications: InferenceSpecification[], request: CreateModelPackageInput, tags?: Tag[]): ModelPackage {
    const version = ++group.lastVersion;
    const name = `${group.name}/${version}`;
    const created: ModelPackage = {
      name,
      arn: this.world.arn('model-package', name),
      group: group.name,
      version,
      creationTime: this.world.seconds(),
      specifications,
      approval: request.ModelApprovalStatus ?? 'PendingManualApproval',
      request,
    };
    this.world.tags.create(created.arn, tags);
    this.packages.set(name, created);
    return created;
  }

  private describeGroup(group: ModelPackageGroup): object {
    return {
      ModelPackageGroupName: group.name,
      ModelPackageGroupArn: group.arn,
      ModelPackageGroupDescription: group.description,
      CreationTime: group.creationTime,
      CreatedBy: {},
      ModelPackageGroupStatus: 'Completed',
    };
  }

  private listGroups(request: ListRequest & { CrossAccountFilterOption?: string }): object {
    if (request.CrossAccountFilterOption === 'CrossAccount') {
      throw new Error('the stand-in lists the model package groups of its own account only');
    }
    const { items, NextToken } = list(this.groups.values(), request);
    return { ModelPackageGroupSummaryList: items.map(item => pick('ModelPackageGroupSummary', this.describeGroup(item))), NextToken };
  }

  private policyOf({ arn, policy }: ModelPackageGroup): string {
    if (policy === undefined) {
      throw new ServiceError('ValidationException', `Could not find a resource policy of ${arn}.`);
    }
    return policy;
  }

  private deleteGroup(group: ModelPackageGroup): void {
    if ([...this.packages.values()].some(item => item.group === group.name)) {
      throw new ServiceError('ConflictException', `Model Package Group cannot be deleted because it still contains Model Packages: ${group.arn}`);
    }
    this.groups.delete(group.name);
    this.world.tags.delete(group.arn);
  }

  private update({ ModelPackageArn, ModelApprovalStatus, ApprovalDescription, ...others }: Record<string, any>): object {
    if (Object.keys(others).length > 0) {
      throw new Error(`the stand-in's UpdateModelPackage changes the approval only, not ${Object.keys(others).join(', ')}`);
    }
    const found = this.find(ModelPackageArn);
    found.approval = ModelApprovalStatus ?? found.approval;
    found.approvalDescription = ApprovalDescription ?? found.approvalDescription;
    found.lastModifiedTime = this.world.seconds();
    return { ModelPackageArn: found.arn };
  }

  private describe(found: ModelPackage): object {
    const [primary, ...named] = [found.specifications[0], ...found.specifications.filter(item => item.Name)];
    return {
      ModelPackageName: found.group,
      ModelPackageGroupName: found.group,
      ModelPackageVersion: found.version,
      ModelPackageArn: found.arn,
      CreationTime: found.creationTime,
      LastModifiedTime: found.lastModifiedTime,
      InferenceSpecification: primary && { Containers: primary.Containers },
      AdditionalInferenceSpecifications: named.length > 0 ? named : undefined,
      ...pick('DescribeModelPackageOutput', { ...found.request, ModelPackageGroupName: undefined }),
      ModelPackageStatus: 'Completed',
      ModelPackageStatusDetails: { ValidationStatuses: [] },
      ModelApprovalStatus: found.approval,
      ApprovalDescription: found.approvalDescription,
    };
  }
}

/** Rows that share a name share a specification. */
function specificationsOf(recommendations: AIRecommendation[]): InferenceSpecification[] {
  const specifications = new Map<string | undefined, InferenceSpecification>();
  for (const { ModelDetails, DeploymentConfiguration: { S3: channels = [], ImageUri, EnvironmentVariables } = {} } of recommendations) {
    const Name = ModelDetails?.InferenceSpecificationName;
    if (specifications.has(Name)) {
      continue;
    }
    const sources = channels.filter(channel => channel.ChannelName && channel.Uri).map(channel => ({
      ChannelName: channel.ChannelName,
      S3DataSource: { S3Uri: channel.Uri, S3DataType: 'S3Prefix' as const, CompressionType: 'None' as const },
    }));
    specifications.set(Name, {
      Name,
      Containers: [{ Image: ImageUri, Environment: EnvironmentVariables, AdditionalModelDataSources: sources.length > 0 ? sources : undefined }],
    });
  }
  return [...specifications.values()];
}
