import {
  CreateInferenceRecommendationsJobCommand, DescribeInferenceRecommendationsJobCommand, ListInferenceRecommendationsJobsCommand,
  ListInferenceRecommendationsJobStepsCommand, ListInferenceRecommendationsJobStepsCommandOutput, StopInferenceRecommendationsJobCommand,
} from '@aws-sdk/client-sagemaker';
import { call } from '../aws/calls';
import { sagemaker } from '../aws/clients';
import { Candidate, count, list, object, string, tensorParallelSizeIn } from '../candidate';
import { sentence } from '../errors';
import type { Properties } from '../event';
import type { Kind } from '../kind';
import { figuresIn } from '../selection/metrics';
import type { Found } from '../store';

/** More reasons than these are no easier to understand. */
const MAX_REASONS = 5;

const best = (described: Properties) => list(described.InferenceRecommendations)[0];
const metric = (name: string) => (described: Properties) => figure(object(best(described)?.Metrics)[name]);
const endpointMetric = (name: string) => (described: Properties) => figure(object(list(described.EndpointPerformances)[0]?.Metrics)[name]);
const configuration = (name: string) => (described: Properties) => object(best(described)?.EndpointConfiguration)[name];
const serverless = (name: string) => (described: Properties) => object(configuration('ServerlessConfig')(described))[name];
const model = (name: string) => (described: Properties) => object(best(described)?.ModelConfiguration)[name];

/** NaN is the service's way to say that there is no figure. */
function figure(value: unknown): unknown {
  return Number.isNaN(Number(value)) ? undefined : value;
}

function candidatesOf(described: Properties): Candidate[] {
  const input = object(described.InputConfig);
  return list(described.InferenceRecommendations).map((recommendation, index) => {
    const endpoint = object(recommendation.EndpointConfiguration);
    const found = object(recommendation.ModelConfiguration);
    const inferenceSpecificationName = string(found.InferenceSpecificationName);
    const compilation = string(found.CompilationJobName);
    const environment = Object.fromEntries(list(found.EnvironmentParameters).map(({ Key, Value }) => [String(Key), String(Value)]));
    return {
      rank: index + 1,
      recommendationId: string(recommendation.RecommendationId),
      inferenceSpecificationName,
      instanceType: string(endpoint.InstanceType),
      instanceCount: count(endpoint.InitialInstanceCount),
      copyCountPerInstance: 1,
      serverless: endpoint.ServerlessConfig as Properties | undefined,
      modelPackageArn: string(input.ModelPackageVersionArn),
      modelName: string(input.ModelName),
      channels: [],
      environment,
      recommendedEnvironment: environment,
      performance: figuresIn(Object.entries(object(recommendation.Metrics)).map(([Metric, Value]) => ({ Metric, Value }))),
      tensorParallelSize: tensorParallelSizeIn(environment),
      adapters: [],
      obstacle: compilation && !inferenceSpecificationName
        ? `its model is what compilation job ${compilation} made, and no inference specification says so` : undefined,
    };
  });
}

/** The job's own FailureReason says little: each configuration was tried in a step of its own. */
async function failureDetails({ name }: Found): Promise<string | undefined> {
  const reasons = new Set<string>();
  let NextToken: string | undefined;
  do {
    const page: ListInferenceRecommendationsJobStepsCommandOutput = await sagemaker()
      .send(new ListInferenceRecommendationsJobStepsCommand({ JobName: name, Status: 'FAILED', NextToken }));
    for (const { InferenceBenchmark: benchmark } of page.Steps ?? []) {
      const on = benchmark?.EndpointConfiguration?.InstanceType ?? (benchmark?.EndpointConfiguration?.ServerlessConfig && 'serverless');
      if (benchmark?.FailureReason) {
        reasons.add(`${on ? `${on}: ` : ''}${sentence(benchmark.FailureReason)}`);
      }
    }
    NextToken = page.NextToken;
  } while (NextToken && reasons.size <= MAX_REASONS);
  const shown = [...reasons].slice(0, MAX_REASONS);
  return shown.length === 0 ? undefined : `Failed steps: ${shown.join('; ')}${reasons.size > MAX_REASONS ? '; and more' : ''}`;
}

export const INFERENCE_RECOMMENDATIONS_JOB: Kind = {
  type: 'InferenceRecommendationsJob',
  title: 'Inference Recommender job',
  arnType: 'inference-recommendations-job',
  nameMember: 'JobName',
  arnMember: 'JobArn',
  listMember: 'InferenceRecommendationsJobs',
  // The API takes 64, but what the job makes is named by its first 40.
  maxNameLength: 40,
  create: call(CreateInferenceRecommendationsJobCommand),
  list: call(ListInferenceRecommendationsJobsCommand),
  describe: call(DescribeInferenceRecommendationsJobCommand),
  stop: call(StopInferenceRecommendationsJobCommand),
  numbers: [
    'InputConfig.JobDurationInSeconds',
    'InputConfig.TrafficPattern.Phases.*.*',
    'InputConfig.TrafficPattern.Stairs.*',
    'InputConfig.ResourceLimit.*',
    'InputConfig.EndpointConfigurations.*.ServerlessConfig.*',
    'StoppingConditions.MaxInvocations',
    'StoppingConditions.ModelLatencyThresholds.*.ValueInMilliseconds',
  ],
  outputLocation: 'OutputConfig.CompiledOutputConfig.S3OutputUri',
  job: {
    statusMember: 'Status',
    states: {
      PENDING: 'running',
      IN_PROGRESS: 'running',
      COMPLETED: 'succeeded',
      FAILED: 'failed',
      STOPPING: 'stopping',
      STOPPED: 'stopped',
      DELETING: 'stopping',
      DELETED: 'stopped',
    },
    logs: 'the CloudWatch log group /aws/sagemaker/InferenceRecommendationsJobs, and those that begin with /aws/sagemaker/Endpoints/sm-epc-',
    candidates: candidatesOf,
    failureDetails,
    attributes: {
      RecommendationCount: described => list(described.InferenceRecommendations).length,
      RecommendationId: described => best(described)?.RecommendationId,
      InstanceType: configuration('InstanceType'),
      InitialInstanceCount: configuration('InitialInstanceCount'),
      ServerlessMemorySizeInMB: serverless('MemorySizeInMB'),
      ServerlessMaxConcurrency: serverless('MaxConcurrency'),
      ServerlessProvisionedConcurrency: serverless('ProvisionedConcurrency'),
      InferenceSpecificationName: model('InferenceSpecificationName'),
      EnvironmentParameters: described => environmentOf(described),
      CompilationJobName: model('CompilationJobName'),
      CostPerHour: metric('CostPerHour'),
      CostPerInference: metric('CostPerInference'),
      MaxInvocations: metric('MaxInvocations'),
      ModelLatency: metric('ModelLatency'),
      CpuUtilization: metric('CpuUtilization'),
      MemoryUtilization: metric('MemoryUtilization'),
      ModelSetupTime: metric('ModelSetupTime'),
      EndpointMaxInvocations: endpointMetric('MaxInvocations'),
      EndpointModelLatency: endpointMetric('ModelLatency'),
      CreationTime: described => described.CreationTime,
      EndTime: described => described.CompletionTime,
    },
  },
};

/** As JSON, so that a dashboard or a script can take it apart. */
function environmentOf(described: Properties): string | undefined {
  const [first] = candidatesOf(described);
  return first && Object.keys(first.environment).length > 0 ? JSON.stringify(first.environment) : undefined;
}
