import { aws_ec2 as ec2, aws_events as events, aws_iam as iam, aws_kms as kms, IResource, Resource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InferenceRecommendationsJobAttributes, InferenceRecommendationsJobProps } from './inference-recommendations-props';
import { nameInArn } from '../../private/environment';
import { JobRole, JobRun } from '../../private/job';
import { failedRule, finishedRule } from '../../private/job-events';
import { connectionsOf, JobNetwork } from '../../private/network';
import { injectable } from '../../private/property-injection';
import { checkNew } from '../../private/types';
import { WaitChain } from '../../private/wait-chain';
import { JobGrants } from '../job-grants';
import { JobOutput } from '../job-output';
import { ModelSource } from '../model-source';
import { IRecommendationSource, RecommendationSourceConfig } from '../recommendation-source';
import { permitInferenceRecommendationsJob } from './private/inference-recommendations-permissions';
import { renderInferenceRecommendationsRequest } from './private/inference-recommendations-request';
import {
  validateImportedJob, validateInferenceRecommendationsJob, waitTimeoutOf, warnOfInferenceRecommendationsJob,
} from './private/inference-recommendations-rules';
import { bindArtifacts, bindSource } from '../private/source';

const JOB_TYPE = 'InferenceRecommendationsJob';
const ARN_RESOURCE = 'inference-recommendations-job';
const DESCRIBE = 'DescribeInferenceRecommendationsJob';

/**
 * An Inference Recommender job of this app, or an imported one.
 */
export interface IInferenceRecommendationsJob extends IResource, IRecommendationSource {
  /**
   * Name of the job.
   *
   * @attribute
   */
  readonly inferenceRecommendationsJobName: string;

  /**
   * ARN of the job.
   *
   * @attribute
   */
  readonly inferenceRecommendationsJobArn: string;

  /**
   * Permissions on the job.
   */
  readonly grants: JobGrants;
}

/** What a deployment gets to know beside the job's type and name. */
interface SourceTraits extends Pick<RecommendationSourceConfig, 'imported' | 'dependable'> {
  /** Whether an endpoint may need files of which nobody knows where they are. */
  readonly artifactsUnknown: boolean;
}

/** What own and imported jobs have in common. */
abstract class InferenceRecommendationsJobBase extends Resource implements IInferenceRecommendationsJob {
  public abstract readonly inferenceRecommendationsJobName: string;
  public abstract readonly inferenceRecommendationsJobArn: string;
  public abstract readonly grants: JobGrants;

  /** @internal */
  protected abstract _source(): SourceTraits;

  public bindRecommendation(scope: Construct): RecommendationSourceConfig {
    const { imported, dependable } = this._source();
    // The packages are the user's: such a job makes none.
    return bindSource(this, scope, {
      jobType: JOB_TYPE, jobName: this.inferenceRecommendationsJobName, ownsModelPackageGroup: false, imported, dependable,
    });
  }

  public bindEndpointRole(scope: Construct, role: iam.IGrantable): void {
    // A job of this app has warned of it by itself.
    const { imported, artifactsUnknown } = this._source();
    bindArtifacts(scope, role, this.grants, imported && artifactsUnknown, 'give fromInferenceRecommendationsJobAttributes the artifacts');
  }
}

/**
 * Finds out on which instances, or on which serverless endpoint, a model is served best: SageMaker Inference Recommender, which takes models of
 * any framework. For generative AI on GPUs there is `AiRecommendationJob`.
 *
 * The deployment starts the job and waits for it. A job runs once for the same inputs: changing one runs a new job, while tags, the
 * role, waitTimeout and the removal policy change without a run. The name is made from the inputs, the name of the stack and
 * the logical id, so renaming a stack or a construct runs the job again.
 *
 * There is no way to delete such a job. When it leaves the stack it is stopped if it runs, and otherwise stays as it is, with its name taken.
 * A deployment that comes to the same inputs again, even after the stack was deleted, finds the finished job and its result again;
 * `rerunToken` is for another run.
 *
 * All work happens in your account, under the execution role and the account's quotas: endpoints for the length of a test, which cost
 * what endpoints cost. What they log is in the log groups `/aws/sagemaker/Endpoints/sm-epc-*` and `/aws/sagemaker/InferenceRecommendationsJobs`.
 * With a VPC the tested endpoints are connected to it. The sample payload, the model's files and its image must still be
 * readable from outside of it.
 *
 * Who depends on this construct, or uses an attribute of its result, waits for the job to complete.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender.html
 * @example
 *
 * const bucket = s3.Bucket.fromBucketName(this, 'Models', 'amzn-s3-demo-models');
 * const recommendations = new InferenceRecommendationsJob(this, 'Recommendations', {
 *   jobType: InferenceRecommendationsJobType.ADVANCED,
 *   model: InferenceModel.fromModelName('resnet', {
 *     domain: ModelDomain.COMPUTER_VISION,
 *     task: ModelTask.IMAGE_CLASSIFICATION,
 *     framework: ModelFramework.PYTORCH,
 *     frameworkVersion: '2.1.0',
 *     samplePayload: SamplePayload.fromBucket(bucket, 'resnet/payload.tar.gz'),
 *     supportedContentTypes: ['image/jpeg'],
 *     artifacts: [ModelSource.fromBucket(bucket, 'resnet/')],
 *   }),
 *   endpointConfigurations: [
 *     EndpointInputConfiguration.realTime(MlInstanceType.fromName('ml.c6i.xlarge'), {
 *       environmentParameterRanges: { OMP_NUM_THREADS: ['1', '2', '4'] },
 *     }),
 *     EndpointInputConfiguration.realTime(MlInstanceType.fromName('ml.c7g.xlarge')),
 *   ],
 *   trafficPattern: TrafficPattern.phases([{ initialNumberOfUsers: 1, spawnRate: 1, duration: Duration.minutes(2) }]),
 *   stoppingConditions: { maxInvocations: 1000, modelLatencyThreshold: ModelLatencyThreshold.p95(Duration.millis(100)) },
 * });
 * new DeployRecommendation(this, 'Endpoint', { recommendation: recommendations });
 */
@injectable
export class InferenceRecommendationsJob extends InferenceRecommendationsJobBase implements iam.IGrantable, ec2.IConnectable {
  /**
   * The id by which property injectors know this class: their `constructUniqueId`.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-sagemaker-inference.InferenceRecommendationsJob';

  /**
   * An existing job of the stack's account and Region.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param inferenceRecommendationsJobName name of the job
   */
  public static fromInferenceRecommendationsJobName(
    scope: Construct, id: string, inferenceRecommendationsJobName: string,
  ): IInferenceRecommendationsJob {
    return InferenceRecommendationsJob.fromInferenceRecommendationsJobAttributes(scope, id, { inferenceRecommendationsJobName });
  }

  /**
   * An existing job.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param inferenceRecommendationsJobArn ARN of the job
   */
  public static fromInferenceRecommendationsJobArn(
    scope: Construct, id: string, inferenceRecommendationsJobArn: string,
  ): IInferenceRecommendationsJob {
    const name = nameInArn(scope, id, 'inferenceRecommendationsJobArn', inferenceRecommendationsJobArn, ARN_RESOURCE);
    return new ImportedInferenceRecommendationsJob(scope, id, { inferenceRecommendationsJobName: name }, inferenceRecommendationsJobArn);
  }

  /**
   * An existing job of the stack's account and Region, of which more is known than its name.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param attributes what is known of the job
   */
  public static fromInferenceRecommendationsJobAttributes(
    scope: Construct, id: string, attributes: InferenceRecommendationsJobAttributes,
  ): IInferenceRecommendationsJob {
    return new ImportedInferenceRecommendationsJob(scope, id, attributes);
  }

  /**
   * Name of the job. Known as soon as the job is created: whoever uses it does not wait for the result.
   *
   * @attribute
   */
  public readonly inferenceRecommendationsJobName: string;

  /**
   * ARN of the job. Known as soon as the job is created: whoever uses it does not wait for the result.
   *
   * @attribute
   */
  public readonly inferenceRecommendationsJobArn: string;

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
  private readonly artifactsUnknown: boolean;

  constructor(scope: Construct, id: string, props: InferenceRecommendationsJobProps) {
    checkNew('InferenceRecommendationsJob', scope, id, props);
    super(scope, id);
    validateInferenceRecommendationsJob(this, props);
    warnOfInferenceRecommendationsJob(this, props);

    this.network = JobNetwork.of(this, props);
    this.executionRole = new JobRole(this, props, 'Inference Recommender job',
      role => permitInferenceRecommendationsJob(role, this.stack, props));
    this.role = this.executionRole.role;
    this.grantPrincipal = this.role.grantPrincipal;

    this.run = new JobRun(this, this.role, {
      type: JOB_TYPE,
      props,
      request: renderInferenceRecommendationsRequest(props, this.network?.render()),
      waitTimeout: waitTimeoutOf(props),
    });
    const { resource, wait } = this.run;
    if (props.existingEndpoint) {
      // Its name is known before it serves.
      resource.node.addDependency(props.existingEndpoint);
    }
    this.wait = wait;
    this.inferenceRecommendationsJobName = resource.attrName;
    this.inferenceRecommendationsJobArn = resource.attrArn;
    this.artifactsUnknown = props.model._artifacts === undefined;
    this.grants = JobGrants._of(DESCRIBE, this.inferenceRecommendationsJobArn, artifactsOf(props, props.model._artifacts));
  }

  /**
   * The network connections of the tested endpoints. Only a job with a `vpc` has any.
   */
  public get connections(): ec2.Connections {
    return connectionsOf(this.network, this);
  }

  /**
   * Gives a role of your own all that the default role has, for a role to which it is not added by itself.
   *
   * With a role of another stack of the app, keep buckets and keys out of this stack: the role comes before the job, and what it may use before it.
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
  public get inferenceRecommendationsJobStatus(): string {
    return this.wait.getAtt('Status');
  }

  /** How many configurations are recommended, as a string: up to 10. */
  public get recommendationCount(): string {
    return this.wait.getAtt('RecommendationCount');
  }

  /** Id of the best recommendation. It begins with the name of the job, so another run has other ids. */
  public get recommendationId(): string {
    return this.wait.getAtt('RecommendationId');
  }

  /** Instance type of the best recommendation, such as `ml.c5.xlarge`; an empty string for a serverless one. */
  public get recommendedInstanceType(): string {
    return this.wait.getAtt('InstanceType');
  }

  /** Number of instances of the best recommendation, as a string; empty for a serverless one. */
  public get recommendedInstanceCount(): string {
    return this.wait.getAtt('InitialInstanceCount');
  }

  /** Memory of the best recommendation in MB, as a string; empty for one on instances. */
  public get recommendedServerlessMemorySizeInMb(): string {
    return this.wait.getAtt('ServerlessMemorySizeInMB');
  }

  /** How many requests the best recommendation can have under way at once, as a string; empty for one on instances. */
  public get recommendedServerlessMaxConcurrency(): string {
    return this.wait.getAtt('ServerlessMaxConcurrency');
  }

  /** How many requests the best recommendation is kept warm for, as a string; empty for one on instances, or if there is no such number. */
  public get recommendedServerlessProvisionedConcurrency(): string {
    return this.wait.getAtt('ServerlessProvisionedConcurrency');
  }

  /** Name of the inference specification of the best recommendation; empty if it has none. */
  public get inferenceSpecificationName(): string {
    return this.wait.getAtt('InferenceSpecificationName');
  }

  /** Environment variables of the best recommendation as JSON, such as `{"OMP_NUM_THREADS":"2"}`; empty if there are none, or too many to pass on. */
  public get recommendedEnvironment(): string {
    return this.wait.getAtt('EnvironmentParameters');
  }

  /** Name of the SageMaker Neo compilation job that made the model of the best recommendation; empty if it is not compiled. */
  public get compilationJobName(): string {
    return this.wait.getAtt('CompilationJobName');
  }

  /** What the best recommendation costs in US dollars per hour; empty if not known. */
  public get costPerHour(): string {
    return this.wait.getAtt('CostPerHour');
  }

  /** What the best recommendation costs in US dollars per request; empty if not known. */
  public get costPerInference(): string {
    return this.wait.getAtt('CostPerInference');
  }

  /** How many requests per minute the best recommendation can take; empty if not known. */
  public get maxInvocations(): string {
    return this.wait.getAtt('MaxInvocations');
  }

  /**
   * How long the model takes to answer on the best recommendation at that number of requests, as seen from SageMaker; empty if not known.
   *
   * In milliseconds, says AWS of the results, and in microseconds elsewhere: look at its size before you build on it.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-interpret-results.html
   */
  public get modelLatency(): string {
    return this.wait.getAtt('ModelLatency');
  }

  /** Use of the CPUs of the best recommendation in percent; empty if not known. */
  public get cpuUtilization(): string {
    return this.wait.getAtt('CpuUtilization');
  }

  /** Use of the memory of the best recommendation in percent; empty if not known. */
  public get memoryUtilization(): string {
    return this.wait.getAtt('MemoryUtilization');
  }

  /** How long a serverless endpoint takes to start, in microseconds; empty for instances, or if not known. */
  public get modelSetupTime(): string {
    return this.wait.getAtt('ModelSetupTime');
  }

  /** How many requests per minute the existing endpoint can take; empty without one. */
  public get existingEndpointMaxInvocations(): string {
    return this.wait.getAtt('EndpointMaxInvocations');
  }

  /** How long the model takes to answer on the existing endpoint, in the unit of `modelLatency`; empty without one. */
  public get existingEndpointModelLatency(): string {
    return this.wait.getAtt('EndpointModelLatency');
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
    return { imported: false, dependable: this.wait.result, artifactsUnknown: this.artifactsUnknown };
  }
}

class ImportedInferenceRecommendationsJob extends InferenceRecommendationsJobBase {
  /** Name of the job. */
  public readonly inferenceRecommendationsJobName: string;
  /** ARN of the job. */
  public readonly inferenceRecommendationsJobArn: string;
  /** Permissions on the job. */
  public readonly grants: JobGrants;

  private readonly artifactsUnknown: boolean;

  constructor(scope: Construct, id: string, attributes: InferenceRecommendationsJobAttributes, arn?: string) {
    super(scope, id, { environmentFromArn: arn });
    validateImportedJob(this, attributes);

    this.inferenceRecommendationsJobName = attributes.inferenceRecommendationsJobName;
    this.inferenceRecommendationsJobArn = arn
      ?? this.stack.formatArn({ service: 'sagemaker', resource: ARN_RESOURCE, resourceName: attributes.inferenceRecommendationsJobName });
    this.artifactsUnknown = attributes.artifacts === undefined;
    this.grants = JobGrants._of(DESCRIBE, this.inferenceRecommendationsJobArn, artifactsOf(attributes, attributes.artifacts));
  }

  /** @internal */
  protected _source(): SourceTraits {
    return { imported: true, artifactsUnknown: this.artifactsUnknown };
  }
}

interface CompiledOutput {
  readonly compiledOutput?: JobOutput;
  readonly outputEncryptionKey?: kms.IKey;
}

/** The files that an endpoint with a recommended configuration downloads. */
function artifactsOf({ compiledOutput, outputEncryptionKey }: CompiledOutput, artifacts: ModelSource[] = []) {
  return [
    ...artifacts.map(artifact => artifact._location),
    ...(compiledOutput ? [compiledOutput._location.encryptedBy(outputEncryptionKey)] : []),
  ];
}
