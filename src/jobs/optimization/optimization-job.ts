import { aws_ec2 as ec2, aws_events as events, aws_iam as iam, Duration, IResource, Resource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { JobGrants } from '../job-grants';
import { OptimizationJobAttributes, OptimizationJobProps } from './optimization-props';
import { IRecommendationSource, RecommendationSourceConfig } from '../recommendation-source';
import { permitOptimizationJob } from './private/optimization-permissions';
import { renderOptimizationRequest } from './private/optimization-request';
import { validateOptimizationJob, WAIT_HOURS, warnOfOptimizationJob } from './private/optimization-rules';
import { nameInArn, validatePlace } from '../../private/environment';
import { JobRole, JobRun } from '../../private/job';
import { failedRule, finishedRule } from '../../private/job-events';
import { connectionsOf, JobNetwork } from '../../private/network';
import { injectable } from '../../private/property-injection';
import { checkNew } from '../../private/types';
import { Validation } from '../../private/validation';
import { WaitChain } from '../../private/wait-chain';
import { bindArtifacts, bindSource } from '../private/source';

const JOB_TYPE = 'OptimizationJob';
const ARN_RESOURCE = 'optimization-job';
const DESCRIBE = 'DescribeOptimizationJob';

/**
 * An optimization job of this app, or an imported one.
 */
export interface IOptimizationJob extends IResource, IRecommendationSource {
  /**
   * Name of the job.
   *
   * @attribute
   */
  readonly optimizationJobName: string;

  /**
   * ARN of the job.
   *
   * @attribute
   */
  readonly optimizationJobArn: string;

  /**
   * Permissions on the job.
   */
  readonly grants: JobGrants;
}

/** What a deployment gets to know beside the job's type and name. */
type SourceTraits = Pick<RecommendationSourceConfig, 'imported' | 'dependable'>;

/** What own and imported jobs have in common. */
abstract class OptimizationJobBase extends Resource implements IOptimizationJob {
  public abstract readonly optimizationJobName: string;
  public abstract readonly optimizationJobArn: string;
  public abstract readonly grants: JobGrants;

  /** @internal */
  protected abstract _source(): SourceTraits;

  public bindRecommendation(scope: Construct): RecommendationSourceConfig {
    // The result is one model, and no model package that somebody would have to approve.
    return bindSource(this, scope, { jobType: JOB_TYPE, jobName: this.optimizationJobName, ownsModelPackageGroup: false, ...this._source() });
  }

  public bindEndpointRole(scope: Construct, role: iam.IGrantable): void {
    bindArtifacts(scope, role, this.grants, this._source().imported, 'give fromOptimizationJobAttributes the output');
  }
}

/**
 * Makes a model faster or cheaper to serve: quantizes it, compiles it, splits it for fast loading, or trains it to foretell tokens.
 *
 * The deployment starts the job and waits for it, however many hours it takes. A job runs once for the same inputs: changing one runs a
 * new job and removes the old one, while tags, the role, waitTimeout and the removal policy change without a run. If a deployment fails
 * elsewhere, the result of a finished job is kept and found again by the next one. The name is made from the inputs, the name of
 * the stack and the logical id, so renaming a stack or a construct runs the job again.
 *
 * The optimized model is written to S3 and can be deployed by `DeployRecommendation`, on the instance type that it was made for. The service
 * chooses what the job runs on, and bills that.
 *
 * Who depends on this construct, or uses an attribute of its result, waits for the job to complete.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-optimize.html
 * @example
 *
 * const bucket = s3.Bucket.fromBucketName(this, 'Bucket', 'amzn-s3-demo-bucket');
 * const optimization = new OptimizationJob(this, 'Optimization', {
 *   model: OptimizationModel.fromS3(ModelSource.fromBucket(bucket, 'models/llama-3-8b/'), { acceptEula: true }),
 *   instanceType: GpuInstanceType.G6_12XLARGE,
 *   optimizations: [ModelOptimization.quantization({ technique: QuantizationTechnique.AWQ })],
 *   output: JobOutput.toBucket(bucket, 'optimized/'),
 * });
 * new DeployRecommendation(this, 'Endpoint', { recommendation: optimization });
 */
@injectable
export class OptimizationJob extends OptimizationJobBase implements iam.IGrantable, ec2.IConnectable {
  /**
   * The id by which property injectors know this class: their `constructUniqueId`.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-sagemaker-inference.OptimizationJob';

  /**
   * An existing job of the stack's account and Region.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param optimizationJobName name of the job
   */
  public static fromOptimizationJobName(scope: Construct, id: string, optimizationJobName: string): IOptimizationJob {
    return OptimizationJob.fromOptimizationJobAttributes(scope, id, { optimizationJobName });
  }

  /**
   * An existing job.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param optimizationJobArn ARN of the job
   */
  public static fromOptimizationJobArn(scope: Construct, id: string, optimizationJobArn: string): IOptimizationJob {
    const name = nameInArn(scope, id, 'optimizationJobArn', optimizationJobArn, ARN_RESOURCE);
    return new ImportedOptimizationJob(scope, id, { optimizationJobName: name }, optimizationJobArn);
  }

  /**
   * An existing job of the stack's account and Region, of which more is known than its name.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param attributes what is known of the job
   */
  public static fromOptimizationJobAttributes(scope: Construct, id: string, attributes: OptimizationJobAttributes): IOptimizationJob {
    return new ImportedOptimizationJob(scope, id, attributes);
  }

  /**
   * Name of the job. Known as soon as the job is created: whoever uses it does not wait for the result.
   *
   * @attribute
   */
  public readonly optimizationJobName: string;

  /**
   * ARN of the job. Known as soon as the job is created: whoever uses it does not wait for the result.
   *
   * @attribute
   */
  public readonly optimizationJobArn: string;

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
  private readonly network?: JobNetwork;
  private readonly run: JobRun;
  private readonly wait: WaitChain;

  constructor(scope: Construct, id: string, props: OptimizationJobProps) {
    checkNew('OptimizationJob', scope, id, props);
    super(scope, id);
    validateOptimizationJob(this, props);
    warnOfOptimizationJob(this, props);

    this.network = JobNetwork.of(this, props);
    this.executionRole = new JobRole(this, props, 'optimization job', role => permitOptimizationJob(role, this.stack, props));
    this.role = this.executionRole.role;
    this.grantPrincipal = this.role.grantPrincipal;

    this.run = new JobRun(this, this.role, {
      type: JOB_TYPE,
      props,
      request: renderOptimizationRequest(props, this.network),
      waitTimeout: Duration.hours(WAIT_HOURS),
    });
    const { resource, wait } = this.run;
    this.wait = wait;
    this.optimizationJobName = resource.attrName;
    this.optimizationJobArn = resource.attrArn;
    this.grants = JobGrants._of(DESCRIBE, this.optimizationJobArn, artifactsOf(props));
  }

  /**
   * The security groups of the job's network interfaces, of a job in a VPC.
   */
  public get connections(): ec2.Connections {
    return connectionsOf(this.network, this);
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

  /** State of the job: `COMPLETED`. Waits for the job, as do all the following. */
  public get optimizationJobStatus(): string {
    return this.wait.getAtt('Status');
  }

  /** The image to serve the optimized model with; an empty string if the service recommends none. */
  public get recommendedImageUri(): string {
    return this.wait.getAtt('RecommendedInferenceImage');
  }

  /** Where the optimized model is: the S3 prefix of this run. */
  public get optimizedModelS3Uri(): string {
    return this.wait.getAtt('S3OutputLocation');
  }

  /** The instance type that the model was optimized for, such as `ml.g6.12xlarge`. */
  public get deploymentInstanceType(): string {
    return this.wait.getAtt('DeploymentInstanceType');
  }

  /** Name of the SageMaker model that the job wrote its result to; an empty string without one. */
  public get outputModelName(): string {
    return this.wait.getAtt('OutputModelName');
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
    return { imported: false, dependable: this.wait.result };
  }
}

class ImportedOptimizationJob extends OptimizationJobBase {
  /** Name of the job. */
  public readonly optimizationJobName: string;
  /** ARN of the job. */
  public readonly optimizationJobArn: string;
  /** Permissions on the job. */
  public readonly grants: JobGrants;

  constructor(scope: Construct, id: string, attributes: OptimizationJobAttributes, arn?: string) {
    super(scope, id, { environmentFromArn: arn });
    const validation = new Validation('OptimizationJob');
    validation.add(attributes.output?._location.validate('output') ?? []);
    validation.check(attributes.output !== undefined || attributes.outputEncryptionKey === undefined,
      'outputEncryptionKey is of no use without output: give both, or neither');
    validation.add(validatePlace('outputEncryptionKey', { region: attributes.outputEncryptionKey?.env.region }, this));
    validation.required(attributes, 'optimizationJobName');
    validation.resourceName('optimizationJobName', attributes.optimizationJobName);
    validation.throwIfAny(this);

    this.optimizationJobName = attributes.optimizationJobName;
    this.optimizationJobArn = arn
      ?? this.stack.formatArn({ service: 'sagemaker', resource: ARN_RESOURCE, resourceName: attributes.optimizationJobName });
    this.grants = JobGrants._of(DESCRIBE, this.optimizationJobArn, artifactsOf(attributes));
  }

  /** @internal */
  protected _source(): SourceTraits {
    return { imported: true };
  }
}

/** The files that an endpoint with the optimized model downloads. */
function artifactsOf({ output, outputEncryptionKey }: Pick<OptimizationJobAttributes, 'output' | 'outputEncryptionKey'>) {
  return output ? [output._location.encryptedBy(outputEncryptionKey)] : [];
}
