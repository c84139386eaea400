import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  AiRecommendationJob, AiWorkloadConfig, CapacitySize, DeployRecommendation, GpuInstanceType, JobOutput, ModelSource, PerformanceLimit,
  PerformanceMetric, PerformanceObjective, RecommendationSelector, Rollout, WorkloadSpec,
} from 'cdk-sagemaker-inference';

export interface CanaryStackProps extends StackProps {
  /** Name of the bucket with the model under `gpt-oss-20b/`; the results go to the same bucket. In the Region of the stack. */
  readonly bucketName: string;
  /** How slow an answer may be. By default 30 seconds. A tighter limit is no other deployment. */
  readonly modelLatency?: Duration;
  /** How many instances serve. By default two. */
  readonly instanceCount?: number;
}

/**
 * A new recommendation gets a tenth of the traffic first. If requests fail or answers are slow in the next ten minutes, SageMaker goes back to what
 * served before, and the deployment fails.
 *
 * Both fleets run, and are paid for, until the old one has gone.
 */
export class CanaryStack extends Stack {
  constructor(scope: Construct, id: string, props: CanaryStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);

    const recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig: new AiWorkloadConfig(this, 'Chat', {
        spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 88, requestCount: 1000 }),
      }),
      objective: PerformanceObjective.THROUGHPUT,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
    });

    const endpoint = new DeployRecommendation(this, 'Endpoint', {
      recommendation,
      // The fastest of those that answer soon enough, instead of the fastest of all.
      selector: RecommendationSelector.best().require(PerformanceLimit.p90(PerformanceMetric.TIME_TO_FIRST_TOKEN).atMost(1000)),
      initialInstanceCount: props.instanceCount ?? 2,
      rollout: Rollout.canary({ size: CapacitySize.percent(10), waitInterval: Duration.minutes(10), terminationWait: Duration.minutes(5) }),
    });
    endpoint.addDefaultAlarms({ errorRatePercent: 1, modelLatency: props.modelLatency ?? Duration.seconds(30) });
    endpoint.addOutputs();
  }
}
