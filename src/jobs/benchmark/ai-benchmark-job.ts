import { aws_ec2 as ec2, aws_events as events, aws_iam as iam, Duration, IResource, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BenchmarkMetric } from './benchmark-metric';
import { AiBenchmarkJobAttributes, AiBenchmarkJobProps } from './benchmark-props';
import { JobGrants } from '../job-grants';
import { FEASIBLE_CONCURRENCY, figurePath, INFEASIBLE_CONCURRENCY, validateFigure } from './private/benchmark-figure';
import { permitBenchmarkJob } from './private/benchmark-permissions';
import { renderBenchmarkRequest } from './private/benchmark-request';
import { BenchmarkResult } from './private/benchmark-result';
import { validateBenchmarkJob, validateSweepOrSearch, warnOfBenchmarkJob } from './private/benchmark-rules';
import { Stat } from './stat';
import { referToWorkload, revisionsOf } from '../../private/cross-stack';
import { nameInArn } from '../../private/environment';
import { JobRole, JobRun } from '../../private/job';
import { failedRule, finishedRule } from '../../private/job-events';
import { JobProvider } from '../../private/job-provider';
import { connectionsOf, JobNetwork } from '../../private/network';
import { injectable } from '../../private/property-injection';
import { S3Location } from '../../private/s3-location';
import { checkNew } from '../../private/types';
import { Validation } from '../../private/validation';

const JOB_TYPE = 'AIBenchmarkJob';
const ARN_RESOURCE = 'ai-benchmark-job';
const DESCRIBE = 'DescribeAIBenchmarkJob';

/**
 * A benchmark job of this app, or an imported one.
 */
export interface IAiBenchmarkJob extends IResource {
  /**
   * Name of the job.
   *
   * @attribute
   */
  readonly benchmarkJobName: string;

  /**
   * ARN of the job.
   *
   * @attribute
   */
  readonly benchmarkJobArn: string;

  /**
   * Permissions on the job.
   */
  readonly grants: JobGrants;
}

/**
 * Measures how an endpoint keeps up with given traffic, and, if expectations are given, lets the deployment go on only if they are met.
 *
 * The deployment starts the job when the endpoint is ready, and waits for it. A job runs once for the same inputs: changing one runs a new
 * job and removes the old one, while tags, the role, expectations, waitTimeout and the removal policy change without a run. With
 * `BenchmarkTarget.deployment` what is served is an input too: a gate that every new configuration has to pass, and one that doesn't is
 * rolled back. The name is made from the inputs, the name of the stack and the logical id, so renaming a stack or a construct runs the job again.
 *
 * A benchmark sends real load to the endpoint, besides that of its users. It runs in your account, under the execution role and the account's
 * quotas, as a training job that costs what such a job costs. A run takes minutes: the deployment waits up to an hour for one, or 6 for
 * a sweep or a search, unless `waitTimeout` says otherwise. A job of which more than one percent of the requests failed has failed.
 *
 * Who depends on this construct, or uses an attribute of its result, waits for the benchmark and its verdict.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-benchmark.html
 * @example
 *
 * declare const deployment: DeployRecommendation;
 * const workloadConfig = new AiWorkloadConfig(this, 'Chat', {
 *   spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10, requestCount: 1000 }),
 * });
 * const gate = new AiBenchmarkJob(this, 'Gate', {
 *   target: BenchmarkTarget.deployment(deployment),
 *   workloadConfig,
 *   output: JobOutput.toBucket(new s3.Bucket(this, 'Results'), 'benchmarks/'),
 *   expectations: [
 *     Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(500), // milliseconds
 *     Expectation.avg(BenchmarkMetric.OUTPUT_TOKEN_THROUGHPUT).regressesAtMostPercent(10),
 *   ],
 *   attempts: Attempts.bestOf(3),
 * });
 * new CfnOutput(this, 'Throughput', { value: gate.measured(BenchmarkMetric.REQUEST_THROUGHPUT, Stat.AVG) });
 */
@injectable
export class AiBenchmarkJob extends Resource implements IAiBenchmarkJob, iam.IGrantable, ec2.IConnectable {
  /**
   * The id by which property injectors know this class: their `constructUniqueId`.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-sagemaker-inference.AiBenchmarkJob';

  /**
   * An existing job of the stack's account and Region.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param benchmarkJobName name of the job
   */
  public static fromBenchmarkJobName(scope: Construct, id: string, benchmarkJobName: string): IAiBenchmarkJob {
    return AiBenchmarkJob.fromBenchmarkJobAttributes(scope, id, { benchmarkJobName });
  }

  /**
   * An existing job.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param benchmarkJobArn ARN of the job
   */
  public static fromBenchmarkJobArn(scope: Construct, id: string, benchmarkJobArn: string): IAiBenchmarkJob {
    const name = nameInArn(scope, id, 'benchmarkJobArn', benchmarkJobArn, ARN_RESOURCE);
    return new ImportedAiBenchmarkJob(scope, id, { benchmarkJobName: name }, benchmarkJobArn);
  }

  /**
   * An existing job of the stack's account and Region, of which more is known than its name.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param attributes what is known of the job
   */
  public static fromBenchmarkJobAttributes(scope: Construct, id: string, attributes: AiBenchmarkJobAttributes): IAiBenchmarkJob {
    return new ImportedAiBenchmarkJob(scope, id, attributes);
  }

  /**
   * Name of the job; with several attempts, of the first. Known as soon as the job is created: whoever uses it does not wait for the result.
   *
   * @attribute
   */
  public readonly benchmarkJobName: string;

  /**
   * ARN of the job; with several attempts, of the first. Known as soon as the job is created: whoever uses it does not wait for the result.
   *
   * @attribute
   */
  public readonly benchmarkJobArn: string;

  /**
   * Names of the jobs of all attempts, in the order in which they run.
   */
  public readonly benchmarkJobNames: string[];

  /**
   * The role under which the job does its work.
   */
  public readonly role: iam.IRole;

  /**
   * The principal of the role, so that more can be granted to the job, as in `bucket.grantRead(job)`.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * Permissions on the job; with several attempts, on the first, and on the results of all.
   */
  public readonly grants: JobGrants;

  private readonly executionRole: JobRole;
  private readonly network?: JobNetwork;
  private readonly runs: JobRun[];
  private readonly result: BenchmarkResult;
  private readonly props: AiBenchmarkJobProps;

  constructor(scope: Construct, id: string, props: AiBenchmarkJobProps) {
    checkNew('AiBenchmarkJob', scope, id, props);
    super(scope, id);
    validateBenchmarkJob(this, props);
    warnOfBenchmarkJob(this, props);
    const target = props.target._bind(this);
    this.props = { ...props, target };

    this.executionRole = new JobRole(this, props, 'AI benchmark job', role => permitBenchmarkJob(role, this, this.props));
    this.role = this.executionRole.role;
    this.grantPrincipal = this.role.grantPrincipal;
    this.network = JobNetwork.of(this, props);

    this.runs = this.startRuns(props.attempts?.runs ?? 1);
    this.result = new BenchmarkResult(this, props, this.runs);
    // Runs that fail don't fail by themselves where there are several of them, so that somebody has to look at them.
    if (props.expectations !== undefined || this.runs.length > 1) {
      this.result.make();
    }

    const [first] = this.runs;
    this.benchmarkJobName = first.resource.attrName;
    this.benchmarkJobArn = first.resource.attrArn;
    this.benchmarkJobNames = this.runs.map(run => run.resource.attrName);
    this.grants = JobGrants._of(DESCRIBE, this.benchmarkJobArn, [props.output._location]);
  }

  /**
   * The network interfaces of the job. Only a job with `vpc` has any.
   */
  public get connections(): ec2.Connections {
    return connectionsOf(this.network, this);
  }

  /**
   * Gives a role of your own all that the default role has, for a role to which it is not added by itself.
   *
   * With a role of another stack of the app, keep the bucket of the results out of this stack: the role comes before the job, and what it may
   * write to before it. A role of your own may load all endpoints of the account and Region, unless the name of the endpoint is known at
   * synthesis.
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
   * `endedAt`, `durationSeconds`, `stackName`, `stackId` and `logicalId`. Each attempt is a job with an event of its own; expectations are judged
   * afterwards, and a job that missed them has `Completed`. Another `eventPattern` narrows the rule.
   *
   * The first call gives the handlers of the stack the permission to put such events, and runs no job again.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
   * @param id the id of the rule
   * @param options what the rule does, and where it is
   */
  public onFinished(id: string, options: events.OnEventOptions = {}): events.Rule {
    return finishedRule(this, this.runs, id, options);
  }

  /**
   * A rule that does something when the job has ended without a result: `Failed` or `Stopped`. Otherwise like `onFinished`.
   *
   * @param id the id of the rule
   * @param options what the rule does, and where it is
   */
  public onFailed(id: string, options: events.OnEventOptions = {}): events.Rule {
    return failedRule(this, this.runs, id, options);
  }

  /**
   * Applies to the jobs of all attempts.
   *
   * @param policy what happens to them when they leave the stack
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    this.runs.forEach(run => run.resource.applyRemovalPolicy(policy));
  }

  /**
   * A figure of the result as a string, to the digit as the result file has it. With several attempts it is that of the best run, or the median
   * of all. Waits for the benchmark and its verdict, and fails the deployment if the result doesn't have it. Up to 50 different ones.
   *
   * A sweep has figures of its levels only: see `measuredAt`.
   *
   * @param metric what was measured
   * @param stat which statistic of it: `Stat.AVG` for a metric that is one number
   */
  public measured(metric: BenchmarkMetric, stat: Stat): string {
    return this.figure(metric, stat);
  }

  /**
   * A figure of one level of a concurrency sweep as a string, otherwise like `measured`.
   *
   * @param concurrency the level, one of the workload's `concurrencies`
   * @param metric what was measured
   * @param stat which statistic of it: `Stat.AVG` for a metric that is one number
   */
  public measuredAt(concurrency: number, metric: BenchmarkMetric, stat: Stat): string {
    this.requireSweepOrSearch('measuredAt');
    return this.figure(metric, stat, concurrency);
  }

  /** The highest concurrency that kept the service level of a concurrency search, as a string. Waits for the benchmark and its verdict. */
  public get feasibleConcurrency(): string {
    this.requireSweepOrSearch('feasibleConcurrency');
    return this.result.figure(FEASIBLE_CONCURRENCY);
  }

  /** The lowest concurrency that didn't keep the service level of a concurrency search, as a string. Waits for the benchmark and its verdict. */
  public get infeasibleConcurrency(): string {
    this.requireSweepOrSearch('infeasibleConcurrency');
    return this.result.figure(INFEASIBLE_CONCURRENCY);
  }

  /** What came of the expectations, in words. Waits for the benchmark; only one with expectations has it. */
  public get verdict(): string {
    this.requireExpectations('verdict');
    return this.result.attribute('Verdict');
  }

  /**
   * Name of the job whose figures met the expectations; for a median of several attempts, of the first that completed. Waits for the benchmark;
   * only one with expectations has it.
   */
  public get passedRun(): string {
    this.requireExpectations('passedRun');
    return this.result.attribute('PassedRun');
  }

  /**
   * State of the job: `Completed`. Waits for the job, as do all the following.
   *
   * With several attempts it is the first of them that this and the following are about, and it can be `Failed`.
   */
  public get benchmarkJobStatus(): string {
    return this.waited('Status');
  }

  /** Where the job wrote its results, as an S3 URI: `.../output/output.tar.gz` below it is the archive. */
  public get resultsS3Uri(): string {
    return this.waited('S3OutputLocation');
  }

  /** ARN of the log group of the job. An empty string if the service names none. */
  public get logGroupArn(): string {
    return this.waited('LogGroupArn');
  }

  /** Log stream of the job. An empty string if the service names none. */
  public get logStreamName(): string {
    return this.waited('LogStreamName');
  }

  /** When the job was created, in ISO 8601. */
  public get creationTime(): string {
    return this.waited('CreationTime');
  }

  /** When the job ended, in ISO 8601. */
  public get endTime(): string {
    return this.waited('EndTime');
  }

  /**
   * Each run begins when the one before has ended, be it of this benchmark or of another one of the stack on the same endpoint: they would take
   * the endpoint's time from each other.
   */
  private startRuns(count: number): JobRun[] {
    const { props } = this;
    const workload = referToWorkload(this, props.workloadConfig);
    const queue = queueOf(this, props.target._endpointName);
    // A run that failed is explained from its results.
    const read = JobProvider.getOrCreate(this).allowRead(props.output._location);
    const runs: JobRun[] = [];
    for (let number = 1; number <= count; number++) {
      const run = new JobRun(number === 1 ? this : new Construct(this, `Attempt${number}`), this.role, {
        type: JOB_TYPE,
        props,
        request: renderBenchmarkRequest(props, workload.value, this.network),
        subject: props.target._subject,
        unhashed: { SourceRevisions: revisionsOf([workload, ...props.target._referrals]) },
        waitTimeout: Duration.hours(props.workloadConfig.benchmarkOnly ? 6 : 1),
        acceptFailure: count > 1,
      });
      run.resource.node.addDependency(...props.target._dependencies(this), ...queue.slice(-1).map(previous => previous.wait.result));
      queue.push(run);
      read.applyBefore(run.resource);
      runs.push(run);
    }
    return runs;
  }

  private figure(metric: BenchmarkMetric, stat: Stat, concurrency?: number): string {
    const validation = new Validation('AiBenchmarkJob');
    validation.add(validateFigure(metric, stat, concurrency));
    validation.throwIfAny(this);
    return this.result.figure(figurePath(metric, stat, concurrency));
  }

  private waited(attribute: string): string {
    return this.runs[0].wait.getAtt(attribute);
  }

  private requireSweepOrSearch(member: string): void {
    const validation = new Validation('AiBenchmarkJob');
    validation.add(validateSweepOrSearch(this.props, member));
    validation.throwIfAny(this);
  }

  private requireExpectations(member: string): void {
    const validation = new Validation('AiBenchmarkJob');
    validation.check(this.props.expectations !== undefined, `${member} needs expectations, got none: there is nothing to judge by`);
    validation.throwIfAny(this);
  }
}

/** The runs of a stack on each endpoint, in the order in which they were made. */
const QUEUES = new WeakMap<Stack, Map<string, JobRun[]>>();

function queueOf(scope: Construct, endpointName: string): JobRun[] {
  const stack = Stack.of(scope);
  const queues = QUEUES.get(stack) ?? new Map<string, JobRun[]>();
  const queue = queues.get(endpointName) ?? [];
  QUEUES.set(stack, queues.set(endpointName, queue));
  return queue;
}

class ImportedAiBenchmarkJob extends Resource implements IAiBenchmarkJob {
  /** Name of the job. */
  public readonly benchmarkJobName: string;
  /** ARN of the job. */
  public readonly benchmarkJobArn: string;
  /** Permissions on the job. */
  public readonly grants: JobGrants;

  constructor(scope: Construct, id: string, attributes: AiBenchmarkJobAttributes, arn?: string) {
    super(scope, id, { environmentFromArn: arn });
    const validation = new Validation('AiBenchmarkJob');
    validation.add(attributes.output?._location.validate('output') ?? []);
    validation.required(attributes, 'benchmarkJobName');
    validation.resourceName('benchmarkJobName', attributes.benchmarkJobName);
    validation.throwIfAny(this);

    this.benchmarkJobName = attributes.benchmarkJobName;
    this.benchmarkJobArn = arn
      ?? this.stack.formatArn({ service: 'sagemaker', resource: ARN_RESOURCE, resourceName: attributes.benchmarkJobName });
    const locations: S3Location[] = attributes.output ? [attributes.output._location] : [];
    this.grants = JobGrants._of(DESCRIBE, this.benchmarkJobArn, locations);
  }
}
