import { ServiceError } from '../service';
import { list, ListRequest } from './listing';
import { pick } from './model';
import { AIRecommendation, ContainerDefinition, CreateModelPackageInput, Tag } from './types';
import { nameOf, Operations, World } from './world';

export interface ModelPackageGroup {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly description?: string;
  /** Versions are never given twice, not even that of a deleted package. */
  lastVersion: number;
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
    CreateModelPackage: request => this.create(request),
    DescribeModelPackage: ({ ModelPackageName }) => this.describe(this.find(ModelPackageName)),
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
    const found = this.packages.get(name);
    if (!found) {
      throw new ServiceError('ValidationException', `ModelPackage ${this.world.arn('model-package', name)} does not exist.`);
    }
    return found;
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
