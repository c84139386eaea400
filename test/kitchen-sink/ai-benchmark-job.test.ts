import { Stack } from 'aws-cdk-lib';
import { bucketOf, everyJobProp, everyMlflowProp, everyNetworkProp } from './common';
import { describeSink } from './sink';
import { AI_BENCHMARK_JOB } from '../../scripts/api-coverage/kinds/ai-benchmark-job';
import {
  AiBenchmarkJob, AiBenchmarkJobProps, AiWorkloadConfig, Attempts, BenchmarkMetric, BenchmarkTarget, DeployRecommendation, Expectation,
  IAiWorkloadConfig, JobOutput, WorkloadSpec,
} from '../../src';

function workloadOf(stack: Stack): IAiWorkloadConfig {
  return new AiWorkloadConfig(stack, 'Workload', {
    spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10, requestCount: 1000 }),
  });
}

function everything(stack: Stack): AiBenchmarkJobProps[] {
  const every: Required<AiBenchmarkJobProps> = {
    target: BenchmarkTarget.endpoint(DeployRecommendation.fromEndpointName(stack, 'Endpoint', 'my-endpoint'), {
      containerHostname: 'second-container', inferenceComponents: ['adapter-one', 'adapter-two'],
    }),
    workloadConfig: workloadOf(stack),
    output: JobOutput.toBucket(bucketOf(stack), 'benchmarks/'),
    expectations: [Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(5000)],
    attempts: Attempts.bestOf(2),
    mlflow: everyMlflowProp,
    ...everyJobProp(stack),
    ...everyNetworkProp(stack),
  };
  return [every];
}

describeSink<AiBenchmarkJobProps>({
  coverage: AI_BENCHMARK_JOB,
  make: (stack, id, props) => new AiBenchmarkJob(stack, id, props),
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
});
