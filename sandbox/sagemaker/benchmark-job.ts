import { createHash } from 'node:crypto';
import { Authorization, ServiceError } from '../service';
import { archived, bundleFiles, Files } from './benchmark-bundle';
import { invalidity, profileOf } from './benchmark-profile';
import { searchHistory } from './benchmark-search';
import { pullsOf, readsOf, writesOf } from './execution-roles';
import { AI_JOB_STATUSES, Job, JobKind, JobOutcome, JobResult, JobServices } from './job-kind';
import { networkNeeds, objectReadsOf } from './role-needs';
import { BenchmarkOutcome, MINUTE, Profile } from './scenario';
import { CreateAIBenchmarkJobRequest as Request } from './types';
import { WorkloadConfig } from './workload-configs';
import { nameOf, World } from './world';

const DURATION = 12 * MINUTE;
const FAILURE = 'AlgorithmError: the load generator exited with code 1. See the CloudWatch logs of the job for the reason.';
const LOG_GROUP = '/aws/sagemaker/TrainingJobs';
/** What the load generator logs when it begins. */
const BEGIN = ['Waiting for the endpoint to answer', 'Profiling'];

/** Where the load generator comes from is not documented: an image of AWS like others. */
const IMAGE_REPOSITORY = 'sagemaker-ai-benchmark';

export const benchmarkJob: JobKind = {
  noun: 'AIBenchmarkJob',
  plural: 'AIBenchmarkJobs',
  summaryShape: 'AIBenchmarkJobSummary',
  arnType: 'ai-benchmark-job',
  members: { name: 'AIBenchmarkJobName', arn: 'AIBenchmarkJobArn', status: 'AIBenchmarkJobStatus', start: 'StartTime', end: 'EndTime' },
  statuses: AI_JOB_STATUSES,
  deletable: true,
  workloadConfig: (request: Request) => request.AIWorkloadConfigIdentifier!,
  check,
  authorizations,
  obstacle,
  outcome,
};

function check(request: Request, { workloadConfigs, endpoints }: JobServices): void {
  workloadConfigs.find(request.AIWorkloadConfigIdentifier!);
  const { Identifier } = request.BenchmarkTarget!.Endpoint!;
  if (!endpoints.all.has(nameOf(Identifier!))) {
    throw new ServiceError('ResourceNotFound', `Endpoint ${Identifier} does not exist`);
  }
}

/** What the load generator runs into at the endpoint. */
function obstacle(request: Request, { endpoints, endpointConfigs, inferenceComponents }: JobServices): string | undefined {
  const { Identifier, InferenceComponents = [] } = request.BenchmarkTarget!.Endpoint!;
  const endpoint = endpoints.all.get(nameOf(Identifier!));
  if (endpoint?.status !== 'InService') {
    return `Endpoint ${Identifier} must be InService to be benchmarked, ${endpoint ? `and is ${endpoint.status}` : 'and does not exist any more'}`;
  }
  const { ProductionVariants } = endpointConfigs.find(endpoint.configName).request;
  if (InferenceComponents.length === 0 && ProductionVariants!.every(({ ModelName }) => !ModelName)) {
    return `Endpoint ${Identifier} has no model deployed directly on it: name its inference components in BenchmarkTarget.Endpoint.InferenceComponents`;
  }
  for (const component of InferenceComponents.map(item => nameOf(item.Identifier!))) {
    const found = inferenceComponents.on(endpoint.name).find(({ name }) => name === component);
    if (found?.status !== 'InService') {
      return `Inference component ${component} must be InService on endpoint ${Identifier} to be benchmarked, ${found ? `and is ${found.status}` : 'and is not there'}`;
    }
  }
  return undefined;
}

function outcome(request: Request, nth: number, { world, workloadConfigs, s3, logs }: JobServices): JobOutcome {
  const scripted = world.scenario.benchmark?.(request, nth) ?? {};
  const { parameters = {} } = specOf(workloadConfigs.find(request.AIWorkloadConfigIdentifier!));
  const runs = runsOf(parameters, scripted);
  const invalid = [...runs.values()].map(invalidity).find(reason => reason !== undefined);
  const fails = scripted.status === 'Failed' || invalid !== undefined;
  const others: Files = {
    ...parameters.search_recipe === undefined ? {} : { 'search_history.json': JSON.stringify(searchHistory(parameters, scripted, runs.get('')!), null, 2) },
    ...invalid === undefined ? {} : { 'failure_reason.txt': `${invalid}\n` },
  };
  // A search has a history in place of one profile.
  const written = parameters.search_recipe === undefined ? runs : new Map<string, Profile>();
  const files = (): Files => bundleFiles(written, others, new Date(world.clock.now()));
  const end = async (job: Job): Promise<JobResult> => {
    writeLog(job, { world, logs }, scripted.log?.end ?? [fails ? `ERROR ${scripted.failureReason ?? invalid ?? FAILURE}` : 'Wrote profile_export_aiperf.json']);
    await leaveBundle(job, fails && invalid === undefined ? { bundle: 'none', ...scripted } : scripted, files, { world, s3 });
    return withLogs(job, world);
  };
  return {
    begun: job => {
      writeLog(job, { world, logs }, scripted.log?.begin ?? BEGIN);
      return withLogs(job, world);
    },
    duration: scripted.duration ?? DURATION,
    succeeds: !fails,
    failureReason: scripted.failureReason ?? invalid ?? FAILURE,
    result: end,
    failedResult: end,
  };
}

/** What was measured, by the folder that it is in: a run has one, a sweep one for each level. */
function runsOf(parameters: Record<string, any>, scripted: BenchmarkOutcome): Map<string, Profile> {
  const levels: number[] = Array.isArray(parameters.concurrency) ? parameters.concurrency : [];
  const unknown = typeof scripted.figures === 'object'
    ? Object.keys(scripted.figures).find(path => path.startsWith('concurrency_') && !levels.some(level => path.startsWith(`concurrency_${level}.`))) : undefined;
  if (unknown !== undefined) {
    throw new Error(`the scenario has a figure ${unknown}, and the workload the levels ${levels.join(', ') || 'of no sweep'}`);
  }
  return new Map(levels.length > 0
    ? levels.map(level => [`concurrency_${level}/`, profileOf(scripted, level)]) : [['', profileOf(scripted)]]);
}

async function leaveBundle(job: Job, { bundle }: BenchmarkOutcome, files: () => Files, { world, s3 }: Pick<JobServices, 'world' | 's3'>): Promise<void> {
  if (bundle === 'none') {
    return;
  }
  const [, bucket, prefix] = /^[^:]+:\/\/([^/]+)\/?(.*?)\/?$/.exec(job.request.OutputConfig.S3OutputLocation)!;
  const key = [prefix, folderOf(job), 'output/output.tar.gz'].filter(Boolean).join('/');
  s3.put(bucket, key, typeof bundle === 'function' || Buffer.isBuffer(bundle)
    ? bundle : await archived({ ...files(), ...bundle }, new Date(world.clock.now())));
}

/** The name of the training job that the benchmark is: another one for each job, whatever the job's name. */
function folderOf({ arn, number }: Job): string {
  return `ai-benchmark-${createHash('sha256').update(`${arn} ${number}`).digest('hex').slice(0, 16)}`;
}

/** Adds to the log of a benchmark, whoever has begun it. */
export function writeLog(job: Job, { world, logs }: Pick<JobServices, 'world' | 'logs'>, messages: readonly string[]): void {
  logs.put(LOG_GROUP, logsOf(job, world).LogStreamName, messages);
}

/** Members of Describe that tell where the log is. */
export function withLogs(job: Job, world: World): JobResult {
  return { OutputConfig: { ...job.request.OutputConfig, CloudWatchLogs: [logsOf(job, world)] } };
}

function logsOf(job: Job, world: World) {
  return { LogGroupArn: logGroup(world), LogStreamName: `${folderOf(job)}/algo-1-${Math.floor(job.creationTime)}` };
}

function logGroup(world: World): string {
  const [, , , region, account] = world.arn('', '').split(':');
  return `arn:aws:logs:${region}:${account}:log-group:${LOG_GROUP}`;
}

function specOf({ request }: WorkloadConfig): { parameters?: Record<string, any>; secrets?: Record<string, string> } {
  return JSON.parse(request.AIWorkloadConfigs?.WorkloadSpec?.Inline ?? '{}');
}

/** What a training job does under its role, and what the load that it generates takes, as far as the request tells the resource. */
function authorizations(request: Request, { world, workloadConfigs }: JobServices): Authorization[] {
  const { Identifier, InferenceComponents = [] } = request.BenchmarkTarget!.Endpoint!;
  const { S3OutputLocation, MlflowConfig } = request.OutputConfig!;
  const workload = workloadConfigs.find(request.AIWorkloadConfigIdentifier!);
  const channels = (workload.request.DatasetConfig?.InputDataConfig ?? []).map(channel => channel.DataSource!.S3DataSource!.S3Uri!);
  const endpoint = world.arn('endpoint', nameOf(Identifier!));
  const targets = [endpoint, ...InferenceComponents.map(component => world.arn('inference-component', nameOf(component.Identifier!)))];
  const trainingJob = world.arn('training-job', request.AIBenchmarkJobName!);
  const [, , , region] = endpoint.split(':');
  const on = (resource: string, ...actions: string[]): Authorization[] => actions.map(action => ({ action, resource }));
  return [
    ...on(trainingJob, 'sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob'),
    // They are passed on.
    ...request.Tags?.length ? on(trainingJob, 'sagemaker:AddTags') : [],
    { action: 'iam:PassRole', resource: request.RoleArn!, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    ...on(endpoint, 'sagemaker:DescribeEndpoint'),
    ...targets.flatMap(target => on(target, 'sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream')),
    // A channel can be one file.
    ...channels.flatMap(uri => uri.endsWith('/') ? readsOf(uri) : objectReadsOf(uri)),
    ...Object.values(specOf(workload).secrets ?? {}).flatMap(secret => on(secret, 'secretsmanager:GetSecretValue')),
    ...writesOf(S3OutputLocation!),
    ...pullsOf(`763104351884.dkr.ecr.${region}.amazonaws.com/${IMAGE_REPOSITORY}:latest`),
    ...on(logGroup(world), 'logs:CreateLogGroup', 'logs:DescribeLogStreams'),
    ...on(`${logGroup(world)}:log-stream:${request.AIBenchmarkJobName}/algo-1`, 'logs:CreateLogStream', 'logs:PutLogEvents'),
    { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': LOG_GROUP } },
    ...MlflowConfig ? on(MlflowConfig.MlflowResourceArn!, 'sagemaker:DescribeMlflowApp', 'sagemaker:CallMlflowAppApi') : [],
    ...networkNeeds(request.NetworkConfig?.VpcConfig, world),
  ];
}
