import { Stack } from 'aws-cdk-lib';
import type { World } from './harness';
import type { AIRecommendation } from '../../sandbox/sagemaker';
import { DeployRecommendation, DeployRecommendationProps, PinnedRecommendation } from '../../src';

/** One of a job's recommendations, on image, environment and channels. */
export interface Recommendation {
  readonly instanceType?: string;
  readonly count?: number;
  readonly copies?: number;
  readonly tensorParallelSize?: number;
  readonly memory?: number;
  readonly image?: string;
  readonly adapters?: string[];
}

/** The answer of a job, kept in a file: what is deployed without a job is deployed quickly. */
export function pinned(...recommendations: Recommendation[]): PinnedRecommendation {
  return PinnedRecommendation.fromText(JSON.stringify({
    AIRecommendationJobName: 'pinned-job', AIRecommendationJobStatus: 'Completed', Recommendations: recommendations.map(answered),
  }));
}

function answered({ instanceType = 'ml.g6.24xlarge', count, copies, tensorParallelSize, memory, image = 'image:1', adapters }: Recommendation): AIRecommendation {
  return {
    ModelDetails: { InferenceSpecificationName: `on-${instanceType.replace(/\./g, '-')}` },
    DeploymentConfiguration: {
      InstanceType: instanceType as never,
      InstanceCount: count,
      CopyCountPerInstance: copies,
      MinCpuMemoryRequiredInMb: memory,
      ImageUri: `763104351884.dkr.ecr.us-west-2.amazonaws.com/${image}`,
      EnvironmentVariables: tensorParallelSize === undefined ? {} : { SM_VLLM_TENSOR_PARALLEL_SIZE: String(tensorParallelSize) },
      S3: [{ ChannelName: 'base_model', Uri: 's3://my-models/gpt-oss-20b/' }],
    },
    ExpectedPerformance: [{ Metric: 'TimeToFirstToken', Stat: 'p50', Value: '269.55', Unit: 'Milliseconds' }],
    AdapterDetails: adapters && {
      S3Uris: adapters.map(AdapterId => ({ AdapterId, S3Uri: `s3://my-models/adapters/${AdapterId}/` })), ModelPackageArns: [],
    },
  };
}

/** A stack with one endpoint, and whatever else is made of it. */
export function endpoint(
  props: DeployRecommendationProps, also: (stack: Stack, endpoint: DeployRecommendation) => void = () => {},
): (stack: Stack) => void {
  return stack => also(stack, new DeployRecommendation(stack, 'Endpoint', { endpointName: 'chat', ...props }));
}

/** The endpoint, its configuration, and what each variant has. */
export function serving(world: World) {
  const { sagemaker } = world.sandbox;
  const [found] = sagemaker.endpoints;
  const config = sagemaker.endpointConfigs.find(({ name }) => name === found.configName)!;
  return {
    endpoint: found,
    config: config.request,
    counts: Object.fromEntries(found.fleet.production.map(({ name, desiredInstanceCount }) => [name, desiredInstanceCount])),
  };
}

/** Names of what a deployment has made. */
export function made(world: World) {
  const { sagemaker } = world.sandbox;
  return {
    configs: sagemaker.endpointConfigs.map(({ name }) => name),
    models: sagemaker.models.map(({ name }) => name),
    endpoints: sagemaker.endpoints.map(({ name, configName, status }) => ({ name, configName, status })),
    components: sagemaker.inferenceComponents.map(({ name }) => name),
  };
}

export const NOTHING = { configs: [], models: [], endpoints: [], components: [] };
