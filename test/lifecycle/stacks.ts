import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import { ENV } from './harness';
import {
  AiBenchmarkJob, AiRecommendationJob, AiRecommendationJobProps, AiWorkloadConfig, BenchmarkTarget, DeployRecommendation, GpuInstanceType, JobOutput,
  ModelSource, PerformanceObjective, WorkloadSpec,
} from '../../src';

/** What a test says of them. */
export interface StacksOptions {
  readonly concurrency?: number;
  readonly job?: Partial<AiRecommendationJobProps>;
  readonly tag?: string;
  readonly gate?: false;
  readonly also?: (stacks: Record<'traffic' | 'search' | 'serving', Stack>, recommendation: AiRecommendationJob) => void;
}

/** Traffic, search, serving and gate, each a stack of its own. */
export function inStacks(app: App, options: StacksOptions = {}): void {
  const [traffic, search, serving] = ['Traffic', 'Search', 'Serving'].map(name => new Stack(app, name, { env: ENV }));
  const workloadConfig = new AiWorkloadConfig(traffic, 'Chat', {
    spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: options.concurrency ?? 10 }),
  });
  const recommendation = new AiRecommendationJob(search, 'Recommendation', {
    model: ModelSource.fromS3Uri('s3://my-models/gpt-oss-20b/'),
    workloadConfig,
    objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
    optimizeModel: false,
    instanceTypes: [GpuInstanceType.G6_24XLARGE],
    output: JobOutput.toS3Uri('s3://my-models/recommendations/'),
    waitTimeout: Duration.hours(4),
    ...options.job,
  });
  const deployment = new DeployRecommendation(serving, 'Endpoint', { recommendation });
  if (options.gate !== false) {
    new AiBenchmarkJob(new Stack(app, 'Gate', { env: ENV }), 'Benchmark', {
      target: BenchmarkTarget.deployment(deployment), workloadConfig, output: JobOutput.toS3Uri('s3://my-models/benchmarks/'),
    });
  }
  if (options.tag !== undefined) {
    Tags.of(serving).add('team', options.tag);
  }
  options.also?.({ traffic, search, serving }, recommendation);
}
