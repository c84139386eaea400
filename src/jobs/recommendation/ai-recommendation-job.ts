import { aws_events as events, aws_iam as iam, Duration, IResource, RemovalPolicy, Resource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { JobGrants } from '../job-grants';
import { AiRecommendationJobAttributes, AiRecommendationJobProps } from './recommendation-props';
import { bindArtifacts, bindSource } from '../private/source';
import { IRecommendationSource, RecommendationSourceConfig } from '../recommendation-source';
import { permitRecommendationJob } from './private/recommendation-permissions';
import { renderRecommendationRequest } from './private/recommendation-request';
import { validateRecommendationJob, warnOfRecommendationJob } from './private/recommendation-rules';
import { referToWorkload, revisionsOf } from '../../private/cross-stack';
import { nameInArn } from '../../private/environment';
import { JobRole, JobRun } from '../../private/job';
import { failedRule, finishedRule } from '../../private/job-events';
import { injectable } from '../../private/property-injection';
import { S3Location } from '../../private/s3-location';
import { ProviderResource } from '../../private/sagemaker-resource';
import { checkNew } from '../../private/types';
import { known, Validation } from '../../private/validation';
import { WaitChain } from '../../private/wait-chain';

const JOB_TYPE = 'AIRecommendationJob';
const ARN_RESOURCE = 'ai-recommendation-job';
const DESCRIBE = 'DescribeAIRecommendationJob';

/**
 * A recommendation job of this app, or an imported one.
 */
export interface IAiRecommendationJob extends IResource, IRecommendationSource {
  /**
   * Name of the job.
   *
   * @attribute
   */
  readonly recommendationJobName: string;

  /**
   * ARN of the job.
   *
   * @attribute
   */
  readonly recommendationJobArn: string;

  /**
   * Permissions on the job.
   */
  readonly grants: JobGrants;
}

/** What a deployment gets to know beside the job's type and name. */
type SourceTraits = Pick<RecommendationSourceConfig, 'imported' | 'ownsModelPackageGroup' | 'dependable' | 'concurrency' | 'adapterIds'>;

/** What own and imported jobs have in common. */
abstract class AiRecommendationJobBase extends Resource implements IAiRecommendationJob {
  public abstract readonly recommendationJobName: string;
  public abstract readonly recommendationJobArn: string;
  public abstract readonly grants: JobGrants;

  /** @internal */
  protected abstract _source(): SourceTraits;

  public bindRecommendation(scope: Construct): RecommendationSourceConfig {
    return bindSource(this, scope, { jobType: JOB_TYPE, jobName: this.recommendationJobName, ...this._source() });
  }

  public bindEndpointRole(scope: Construct, role: iam.IGrantable): void {
    bindArtifacts(scope, role, this.grants, this._source().imported,
      'give fromRecommendationJobAttributes the model and the output');
  }
}

/**
 * Finds out how best to serve a model: runs it on GPU instances under the given traffic, and ranks the configurations, best first.
 *
 * The deployment starts the job and waits for it, however many hours it takes. A job runs once for the same inputs: changing one runs a
 * new job and removes the old one, while tags, the role, waitTimeout and the removal policy change without a run. If a deployment fails
 * elsewhere, the result of a finished job is kept and found again by the next one. The name is made from the inputs, the name of
 * the stack and the logical id, so renaming a stack or a construct runs the job again.
 *
 * All work happens in your account, under the execution role and the account's quotas: training jobs and temporary endpoints, which cost
 * what such jobs and endpoints cost, and no more. The API has neither a VPC nor a KMS key for these jobs: they can't run in private subnets,
 * and the encryption of the results is that of the bucket.
 *
 * Who depends on this construct, or uses an attribute of its result, waits for the job to complete.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations.html
 * @example
 *
 * const models = s3.Bucket.fromBucketName(this, 'Models', 'amzn-s3-demo-models');
 * const workloadConfig = new AiWorkloadConfig(this, 'Chat', {
 *   spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
 * });
 * const recommendation = new AiRecommendationJob(this, 'Recommendation', {
 *   model: ModelSource.fromBucket(models, 'gpt-oss-20b/'),
 *   workloadConfig,
 *   objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
 *   instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
 *   output: JobOutput.toBucket(new s3.Bucket(this, 'Results'), 'recommendations/'),
 * });
 */
@injectable
export class AiRecommendationJob extends AiRecommendationJobBase implements iam.IGrantable {
  /**
   * The id by which property injectors know this class: their `constructUniqueId`.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-sagemaker-inference.AiRecommendationJob';

  /**
   * An existing job of the stack's account and Region.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param recommendationJobName name of the job
   */
  public static fromRecommendationJobName(scope: Construct, id: string, recommendationJobName: string): IAiRecommendationJob {
    return AiRecommendationJob.fromRecommendationJobAttributes(scope, id, { recommendationJobName });
  }

  /**
   * An existing job.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param recommendationJobArn ARN of the job
   */
  public static fromRecommendationJobArn(scope: Construct, id: string, recommendationJobArn: string): IAiRecommendationJob {
    const name = nameInArn(scope, id, 'recommendationJobArn', recommendationJobArn, ARN_RESOURCE);
    return new ImportedAiRecommendationJob(scope, id, { recommendationJobName: name }, recommendationJobArn);
  }

  /**
   * An existing job of the stack's account and Region, of which more is known than its name.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param attributes what is known of the job
   */
  public static fromRecommendationJobAttributes(
    scope: Construct, id: string, attributes: AiRecommendationJobAttributes,
  ): IAiRecommendationJob {
    return new ImportedAiRecommendationJob(scope, id, attributes);
  }

  /**
   * Name of the job. Known as soon as the job is created: whoever uses it does not wait for the result.
   *
   * @attribute
   */
  public readonly recommendationJobName: string;

  /**
   * ARN of the job. Known as soon as the job is created: whoever uses it does not wait for the result.
   *
   * @attribute
   */
  public readonly recommendationJobArn: string;

  /**
   * The role under which the job does its work.
   */
  public readonly role: iam.IRole;

  /**
   * The principal of the role, so that more can be granted to the job, as in `bucket.grantRead(job)`.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * Permissions on the job.
   */
  public readonly grants: JobGrants;

  private readonly executionRole: JobRole;
  private readonly run: JobRun;
  private readonly wait: WaitChain;
  private readonly props: AiRecommendationJobProps;

  constructor(scope: Construct, id: string, props: AiRecommendationJobProps) {
    checkNew('AiRecommendationJob', scope, id, props);
    super(scope, id);
    validateRecommendationJob(this, props);
    warnOfRecommendationJob(this, props);
    this.props = props;

    this.executionRole = new JobRole(this, props, 'AI recommendation job', role => permitRecommendationJob(role, this.stack, props));
    this.role = this.executionRole.role;
    this.grantPrincipal = this.role.grantPrincipal;

    const workload = referToWorkload(this, props.workloadConfig);
    this.run = new JobRun(this, this.role, {
      type: JOB_TYPE,
      props,
      request: renderRecommendationRequest(props, workload.value),
      unhashed: {
        ModelPackages: props.modelPackageRemovalPolicy === RemovalPolicy.DESTROY ? 'Destroy' : undefined,
        SourceRevisions: revisionsOf([workload]),
      },
      waitTimeout: Duration.hours(props.optimizeModel === false ? 6 : 16),
    });
    const { resource, wait } = this.run;
    this.wait = wait;
    this.recommendationJobName = resource.attrName;
    this.recommendationJobArn = resource.attrArn;
    this.grants = JobGrants._of(DESCRIBE, this.recommendationJobArn, artifactsOf(props));

    if (props.modelPackagesSharedWith !== undefined) {
      new ProviderResource(this, 'ModelPackageSharing', {
        type: 'ModelPackageSharing',
        properties: { Group: this.modelPackageGroupIdentifier, Accounts: props.modelPackagesSharedWith },
      });
    }
  }

  /**
   * Gives a role of your own all that the default role has, for a role to which it is not added by itself.
   *
   * With a role of another stack of the app, keep the buckets out of this stack: the role comes before the job, and what it may read before it.
   *
   * @param role the role that the job was made with
   */
  public addExecutionPermissions(role: iam.IRole): void {
    this.executionRole.addPermissions(role);
  }

  /**
   * A rule that does something when the job has ended, however it did: `Completed`, `Failed`, or `Stopped`, also because `waitTimeout` ran out.
   *
   * SageMaker sends no events of these jobs. So the deployment that waits for the job puts one on the default event bus when it sees the end:
   * once for each run, and neither for a job that it finds finished, nor for one that goes because the deployment is rolled back, cancelled or
   * deleted. Whether that succeeds never changes the deployment. As with all events, one may rarely arrive twice.
   *
   * The detail of the event has `version`, `jobType`, `jobName`, `jobArn`, `status`, `failureReason` (empty if it completed), `startedAt`,
   * `endedAt`, `durationSeconds`, `stackName`, `stackId` and `logicalId`. Another `eventPattern` narrows the rule.
   *
   * The first call gives the handlers of the stack the permission to put such events, and runs no job again.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
   * @param id the id of the rule
   * @param options what the rule does, and where it is
   */
  public onFinished(id: string, options: events.OnEventOptions = {}): events.Rule {
    return finishedRule(this, [this.run], id, options);
  }

  /**
   * A rule that does something when the job has ended without a result: `Failed` or `Stopped`. Otherwise like `onFinished`.
   *
   * @param id the id of the rule
   * @param options what the rule does, and where it is
   */
  public onFailed(id: string, options: events.OnEventOptions = {}): events.Rule {
    return failedRule(this, [this.run], id, options);
  }

  /** State of the job: `Completed`. Waits for the job, as do all the following. */
  public get recommendationJobStatus(): string {
    return this.wait.getAtt('Status');
  }

  /** How many configurations are recommended, as a string. */
  public get recommendationCount(): string {
    return this.wait.getAtt('RecommendationCount');
  }

  /** Name or ARN of the group with the model packages of the recommended configurations. */
  public get modelPackageGroupIdentifier(): string {
    return this.wait.getAtt('ModelPackageGroup');
  }

  /** ARN of the model package with the best configuration; an empty string if there is none. */
  public get modelPackageArn(): string {
    return this.wait.getAtt('ModelPackageArn');
  }

  /**
   * ARNs of the model packages of all recommended configurations, best first, separated by commas; an empty string if there are none. One package
   * can hold several configurations. Of very many ARNs it has as many as CloudFormation takes: `modelPackageCount` says how many there are.
   */
  public get modelPackageArns(): string {
    return this.wait.getAtt('ModelPackageArns');
  }

  /** How many model packages the recommended configurations are in, as a string. */
  public get modelPackageCount(): string {
    return this.wait.getAtt('ModelPackageCount');
  }

  /** Name of the inference specification with the best configuration: another run may rank anew, but keeps to these names. */
  public get inferenceSpecificationName(): string {
    return this.wait.getAtt('InferenceSpecificationName');
  }

  /** Instance type of the best configuration, such as `ml.g6.24xlarge`. */
  public get recommendedInstanceType(): string {
    return this.wait.getAtt('InstanceType');
  }

  /** Number of instances of the best configuration, as a string. */
  public get recommendedInstanceCount(): string {
    return this.wait.getAtt('InstanceCount');
  }

  /** How many copies of the model run on each instance of the best configuration, as a string. */
  public get recommendedCopyCountPerInstance(): string {
    return this.wait.getAtt('CopyCountPerInstance');
  }

  /** Serving image of the best configuration. */
  public get recommendedImageUri(): string {
    return this.wait.getAtt('ImageUri');
  }

  /** When the job was created, in ISO 8601. */
  public get creationTime(): string {
    return this.wait.getAtt('CreationTime');
  }

  /** When the job completed, in ISO 8601. */
  public get endTime(): string {
    return this.wait.getAtt('EndTime');
  }

  /** @internal */
  protected _source(): SourceTraits {
    return {
      imported: false,
      ownsModelPackageGroup: this.props.modelPackageGroup === undefined,
      dependable: this.wait.result,
      concurrency: this.props.workloadConfig.concurrency,
      adapterIds: adapterIdsOf(this.props),
    };
  }
}

class ImportedAiRecommendationJob extends AiRecommendationJobBase {
  /** Name of the job. */
  public readonly recommendationJobName: string;
  /** ARN of the job. */
  public readonly recommendationJobArn: string;
  /** Permissions on the job. */
  public readonly grants: JobGrants;
  private readonly adapterIds?: string[];

  constructor(scope: Construct, id: string, attributes: AiRecommendationJobAttributes, arn?: string) {
    super(scope, id, { environmentFromArn: arn });
    const validation = new Validation('AiRecommendationJob');
    validation.add(attributes.model?._location.validate('model') ?? []);
    validation.add(attributes.output?._location.validate('output') ?? []);
    validation.add(attributes.adapters?._validate('adapters') ?? []);
    validation.required(attributes, 'recommendationJobName');
    validation.resourceName('recommendationJobName', attributes.recommendationJobName);
    validation.throwIfAny(this);

    this.recommendationJobName = attributes.recommendationJobName;
    this.recommendationJobArn = arn
      ?? this.stack.formatArn({ service: 'sagemaker', resource: ARN_RESOURCE, resourceName: attributes.recommendationJobName });
    this.grants = JobGrants._of(DESCRIBE, this.recommendationJobArn, artifactsOf(attributes));
    this.adapterIds = adapterIdsOf(attributes);
  }

  /** @internal */
  protected _source(): SourceTraits {
    return { imported: true, ownsModelPackageGroup: false, adapterIds: this.adapterIds };
  }
}

/** The files that an endpoint with a recommended configuration downloads. */
function artifactsOf(job: Pick<AiRecommendationJobAttributes, 'model' | 'output' | 'adapters'>): S3Location[] {
  return [job.model?._location, job.output?._location, ...(job.adapters?._locations ?? [])].filter(location => location !== undefined);
}

/** A token among them says nothing of what an adapter is called. */
function adapterIdsOf({ adapters }: Pick<AiRecommendationJobAttributes, 'adapters'>): string[] | undefined {
  return adapters?._adapterIds.every(known) ? adapters._adapterIds : undefined;
}
