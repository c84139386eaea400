import { Stack } from 'aws-cdk-lib';
import { AI_BENCHMARK_JOB } from '../../../scripts/api-coverage/kinds/ai-benchmark-job';
import {
  AiBenchmarkJob, AiBenchmarkJobProps, AiWorkloadConfig, Attempts, BenchmarkMetric, BenchmarkTarget, DeployRecommendation, Expectation,
  IAiWorkloadConfig, JobOutput, WorkloadSpec,
} from '../../../src';
import { MINUTE, World } from '../../lifecycle/harness';
import { bucketOf, everyJobProp, everyMlflowProp, everyNetworkProp, WITH_DEFAULT_ROLE } from '../common';
import type { Sink } from '../sink';

const ENDPOINT = 'my-component-endpoint';
const COMPONENTS = ['adapter-one', 'adapter-two'];

/** An endpoint whose inference components can be loaded. The role is that of the endpoint that is there already. */
async function prepare(world: World): Promise<void> {
  const [{ request }] = world.sandbox.sagemaker.models;
  await world.byHand('CreateEndpointConfig', {
    EndpointConfigName: ENDPOINT,
    ExecutionRoleArn: request.ExecutionRoleArn,
    ProductionVariants: [{ VariantName: 'AllTraffic', InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 }],
  });
  await world.byHand('CreateEndpoint', { EndpointName: ENDPOINT, EndpointConfigName: ENDPOINT });
  await world.pass(20 * MINUTE);
  for (const InferenceComponentName of COMPONENTS) {
    await world.byHand('CreateInferenceComponent', {
      InferenceComponentName,
      EndpointName: ENDPOINT,
      VariantName: 'AllTraffic',
      Specification: {
        ModelName: request.ModelName, ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 1, MinMemoryRequiredInMb: 1024 },
      },
      RuntimeConfig: { CopyCount: 1 },
    });
  }
  await world.pass(20 * MINUTE);
}

function workloadOf(stack: Stack): IAiWorkloadConfig {
  return new AiWorkloadConfig(stack, 'Workload', {
    spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10, requestCount: 1000 }),
  });
}

function everything(stack: Stack): AiBenchmarkJobProps[] {
  const every: Required<Omit<AiBenchmarkJobProps, 'executionPolicy'>> = {
    target: BenchmarkTarget.endpoint(DeployRecommendation.fromEndpointName(stack, 'Endpoint', ENDPOINT), {
      containerHostname: 'second-container', inferenceComponentNames: COMPONENTS,
    }),
    workloadConfig: workloadOf(stack),
    output: JobOutput.toBucket(bucketOf(stack), 'benchmarks/'),
    expectations: [Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(5000)],
    attempts: Attempts.bestOf(2),
    mlflow: everyMlflowProp,
    ...everyJobProp(stack),
    ...everyNetworkProp(stack),
  };
  return [every, {
    target: BenchmarkTarget.endpointName('my-endpoint'),
    workloadConfig: every.workloadConfig,
    output: JobOutput.toBucket(bucketOf(stack), 'others/'),
    ...WITH_DEFAULT_ROLE,
  }];
}

export const aiBenchmarkJobSink: Sink<AiBenchmarkJobProps> = {
  coverage: AI_BENCHMARK_JOB,
  make: (stack, id, props) => new AiBenchmarkJob(stack, id, props),
  prepare,
  everything,
  minimal: stack => ({
    target: BenchmarkTarget.endpointName('my-endpoint'),
    workloadConfig: workloadOf(stack),
    output: JobOutput.toBucket(bucketOf(stack)),
  }),
  minimalMembers: [
    'AIBenchmarkJobName', 'RoleArn', 'BenchmarkTarget.Endpoint.Identifier', 'OutputConfig.S3OutputLocation', 'AIWorkloadConfigIdentifier',
    'Tags[].Key', 'Tags[].Value',
  ],
};
