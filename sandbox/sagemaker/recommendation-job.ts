import { Authorization, ServiceError } from '../service';
import { withLogs, writeLog } from './benchmark-job';
import { defaultRecommendations, JOB_PACKAGE } from './default-recommendations';
import { readsOf, writesOf } from './execution-roles';
import { AI_JOB_STATUSES, Job, JobKind, JobOutcome, JobServices } from './job-kind';
import { HOUR, MINUTE } from './scenario';
import { AIRecommendation, CreateAIRecommendationJobRequest as Request } from './types';
import { assertShape } from './validation';
import { nameOf } from './world';

const PLAIN_DURATION = 70 * MINUTE;
const OPTIMIZING_DURATION = 9 * HOUR + 40 * MINUTE;
const SECOND = 1_000;
const FAILURE = 'Benchmarking failed for all evaluated configurations: InsufficientInstanceCapacity';

export const recommendationJob: JobKind = {
  noun: 'AIRecommendationJob',
  plural: 'AIRecommendationJobs',
  summaryShape: 'AIRecommendationJobSummary',
  arnType: 'ai-recommendation-job',
  members: { name: 'AIRecommendationJobName', arn: 'AIRecommendationJobArn', status: 'AIRecommendationJobStatus', start: 'StartTime', end: 'EndTime' },
  statuses: AI_JOB_STATUSES,
  deletable: true,
  workloadConfig: (request: Request) => request.AIWorkloadConfigIdentifier!,
  check,
  authorizations,
  outcome,
};

function check(request: Request, { workloadConfigs, modelPackages }: JobServices): void {
  const workload = workloadConfigs.find(request.AIWorkloadConfigIdentifier!);
  const metrics = request.PerformanceTarget!.Constraints!.map(constraint => constraint.Metric);
  if (request.OutputConfig!.ModelPackageGroupIdentifier) {
    modelPackages.group(request.OutputConfig!.ModelPackageGroupIdentifier);
  }
  refuseIf(metrics.length !== 1, `PerformanceTarget.Constraints takes one constraint, got ${metrics.length}`);
  refuseIf(!request.ModelSource!.S3?.S3Uri, 'ModelSource.S3.S3Uri is required');
  refuseIf(!request.OutputConfig!.S3OutputLocation, 'OutputConfig.S3OutputLocation is required');
  refuseIf(metrics[0] === 'cost' && request.ComputeSpec?.InstanceTypes !== undefined,
    'ComputeSpec.InstanceTypes cannot be specified when the performance target is cost');
  refuseIf(metrics[0] === 'throughput' && optimizes(request) && !workload.request.DatasetConfig,
    `The performance target throughput with model optimization requires a DatasetConfig in the workload configuration ${workload.name}`);
  const adapters = adaptersOf(request).map(adapter => adapter.AdapterId!);
  refuseIf(new Set(adapters).size < adapters.length, `AdapterSource has an AdapterId more than once: ${adapters.join(', ')}`);
  refuseIf(adapters.length > 0 && adapterGroup(request).length > 63, `The model package group "${adapterGroup(request)}" would exceed 63 characters`);
}

function outcome(request: Request, nth: number, services: JobServices): JobOutcome {
  const { world, modelPackages } = services;
  const scripted = world.scenario.recommendation?.(request, nth) ?? {};
  const recommendations = scripted.recommendations ?? defaultRecommendations(request);
  // Told at once and not hours later, when nobody waits for the error: that of a scenario's mistake.
  assertShape('AIRecommendationList', withPackage(recommendations, world.arn('model-package', 'group/1')));
  const duration = scripted.duration ?? (optimizes(request) ? OPTIMIZING_DURATION : PLAIN_DURATION);
  return {
    duration,
    begun: job => {
      void benchmark(job, recommendations, duration - MINUTE, services);
      return {};
    },
    succeeds: scripted.status !== 'Failed',
    failureReason: scripted.failureReason ?? FAILURE,
    result: job => {
      const given = request.OutputConfig!.ModelPackageGroupIdentifier;
      // The group outlives its job: another job of the same name finds it.
      const group = given ? modelPackages.group(given) : modelPackages.groups.get(job.name) ?? modelPackages.createGroup(job.name);
      const packaged = recommendations.filter(recommendation => recommendation.ModelDetails?.ModelPackageArn === JOB_PACKAGE);
      const arn = packaged.length > 0 ? modelPackages.register(group, packaged).arn : '';
      return {
        OutputConfig: { ...request.OutputConfig, ModelPackageGroupIdentifier: given ?? group.name },
        Recommendations: withAdapters(request, withPackage(recommendations, arn), { world, modelPackages }),
      };
    },
  };
}

/**
 * The service measures each configuration by a benchmark job of its own, which everybody finds in the listing. That their names begin like this is known;
 * how they go on is not, and neither is their order.
 */
async function benchmark(
  job: Job, recommendations: readonly AIRecommendation[], duration: number, { world, logs, innerBenchmarks }: JobServices,
): Promise<void> {
  const each = Math.max(0, Math.floor(duration / recommendations.length) - SECOND);
  for (const [index, { DeploymentConfiguration }] of recommendations.entries()) {
    const name = `ai-rec-${job.name.slice(0, 50)}-${index + 1}`;
    const inner = innerBenchmarks.begin({
      AIBenchmarkJobName: name,
      AIWorkloadConfigIdentifier: job.request.AIWorkloadConfigIdentifier,
      BenchmarkTarget: { Endpoint: { Identifier: name } },
      OutputConfig: { S3OutputLocation: job.request.OutputConfig.S3OutputLocation },
      RoleArn: job.request.RoleArn,
    });
    inner.result = withLogs(inner, world);
    writeLog(inner, { world, logs }, [`Deploying on ${DeploymentConfiguration?.InstanceType ?? 'an instance'}`, 'Profiling']);
    await world.clock.sleep(each);
    const { running, completed, failed, stopped } = AI_JOB_STATUSES;
    const isStopped = job.status !== running && job.status !== completed && job.status !== failed;
    innerBenchmarks.end(inner, isStopped ? stopped : job.status === failed ? failed : completed);
    if (job.status !== running) {
      return;
    }
  }
}

/** What the docs and those who ran such jobs say that the job does, as far as its name or its request tell the resource. */
function authorizations(request: Request, { world, workloadConfigs }: JobServices): Authorization[] {
  const inner = `ai-rec-${request.AIRecommendationJobName}`;
  const workload = workloadConfigs.all.get(nameOf(request.AIWorkloadConfigIdentifier!));
  const inputs = [
    request.ModelSource!.S3!.S3Uri!,
    ...(workload?.request.DatasetConfig?.InputDataConfig ?? []).map(channel => channel.DataSource!.S3DataSource!.S3Uri!),
    ...adaptersOf(request).flatMap(adapter => 'S3Uri' in adapter ? [adapter.S3Uri!] : []),
  ];
  const group = nameOf(request.OutputConfig!.ModelPackageGroupIdentifier ?? request.AIRecommendationJobName!);
  const on = (type: string, ...actions: string[]): Authorization[] => actions
    .map(action => ({ action: `sagemaker:${action}`, resource: world.arn(type, inner) }));
  return [
    { action: 'servicequotas:GetServiceQuota', resource: '*' },
    ...inputs.flatMap(readsOf),
    ...writesOf(request.OutputConfig!.S3OutputLocation!),
    ...(request.OutputConfig!.ModelPackageGroupIdentifier ? []
      : [{ action: 'sagemaker:CreateModelPackageGroup', resource: world.arn('model-package-group', group) }]),
    { action: 'sagemaker:CreateModelPackage', resource: world.arn('model-package', `${group}/1`) },
    ...(request.AdapterSource?.ModelPackageArns ?? []).map(adapter => ({ action: 'sagemaker:DescribeModelPackage', resource: adapter.ModelPackageArn! })),
    ...on('training-job', 'CreateTrainingJob', 'DescribeTrainingJob'),
    ...on('model', 'CreateModel', 'DescribeModel', 'DeleteModel'),
    ...on('endpoint-config', 'CreateEndpointConfig', 'DescribeEndpointConfig', 'DeleteEndpointConfig'),
    ...on('endpoint', 'CreateEndpoint', 'DescribeEndpoint', 'DeleteEndpoint', 'InvokeEndpoint', 'InvokeEndpointWithResponseStream'),
    { action: 'iam:PassRole', resource: request.RoleArn!, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  ];
}

function withPackage(recommendations: AIRecommendation[], arn: string): AIRecommendation[] {
  return recommendations.map(recommendation => recommendation.ModelDetails?.ModelPackageArn === JOB_PACKAGE
    ? { ...recommendation, ModelDetails: { ...recommendation.ModelDetails, ModelPackageArn: arn } } : recommendation);
}

/** Adapters given in S3 become packages in a group of their own; the answer always holds both lists. */
function withAdapters(request: Request, recommendations: AIRecommendation[], { world, modelPackages }: Pick<JobServices, 'world' | 'modelPackages'>): AIRecommendation[] {
  const fromS3 = request.AdapterSource?.S3Uris;
  if (!fromS3) {
    return recommendations;
  }
  const group = modelPackages.groups.get(adapterGroup(request)) ?? modelPackages.createGroup(adapterGroup(request));
  const ModelPackageArns = fromS3.map(({ AdapterId }) => ({ AdapterId, ModelPackageArn: world.arn('model-package', modelPackages.register(group).name) }));
  return recommendations.map(recommendation => ({ AdapterDetails: { S3Uris: fromS3, ModelPackageArns }, ...recommendation }));
}

function adaptersOf(request: Request): { AdapterId: string | undefined; S3Uri?: string }[] {
  return request.AdapterSource?.S3Uris ?? request.AdapterSource?.ModelPackageArns ?? [];
}

function adapterGroup(request: Request): string {
  return `${request.AIRecommendationJobName}-adapters`;
}

/** Optimization is on unless it is switched off. */
function optimizes(request: Request): boolean {
  return request.OptimizeModel !== false;
}

function refuseIf(wrong: boolean, message: string): void {
  if (wrong) {
    throw new ServiceError('ValidationException', message);
  }
}
