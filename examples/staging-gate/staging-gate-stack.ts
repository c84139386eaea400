import { Stack, StackProps } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  AiBenchmarkJob, AiRecommendationJob, AiWorkloadConfig, BenchmarkMetric, BenchmarkTarget, DeployRecommendation, Expectation, GpuInstanceType,
  JobOutput, ModelSource, PerformanceObjective, RecommendationSelector, WorkloadSpec,
} from 'cdk-sagemaker-inference';

export interface StagingGateStackProps extends StackProps {
  /** Name of the bucket with the model under `gpt-oss-20b/`; all results go to the same bucket. In the Region of the stack. */
  readonly bucketName: string;
  /** Which recommendation is deployed. By default the best. Another one goes through the gate first. */
  readonly selector?: RecommendationSelector;
  /** How many instances serve in production. By default two. Staging has as many as are recommended. */
  readonly instanceCount?: number;
}

/**
 * What is recommended is deployed on a staging endpoint and measured there. Production follows only if it is as fast as it has to be, so that its users
 * never share an endpoint with a load test.
 *
 * When the gate is missed, production has not been touched, and CloudFormation brings staging back.
 */
export class StagingGateStack extends Stack {
  constructor(scope: Construct, id: string, props: StagingGateStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);

    const workloadConfig = new AiWorkloadConfig(this, 'Chat', {
      spec: WorkloadSpec.synthetic({
        inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10, requestCount: 300, tokenizer: 'openai/gpt-oss-20b',
      }),
    });
    const recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig,
      objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
    });

    const staging = new DeployRecommendation(this, 'Staging', { recommendation, selector: props.selector });
    const gate = new AiBenchmarkJob(this, 'Gate', {
      target: BenchmarkTarget.deployment(staging),
      workloadConfig,
      output: JobOutput.toBucket(bucket, 'benchmarks/'),
      expectations: [Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(500)], // milliseconds
    });

    const production = new DeployRecommendation(this, 'Production', {
      recommendation,
      selector: props.selector,
      initialInstanceCount: props.instanceCount ?? 2,
    });
    production.node.addDependency(gate);
    production.addOutputs();
  }
}
