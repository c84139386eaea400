import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  AiRecommendationJob, AiWorkloadConfig, DeployRecommendation, GpuInstanceType, JobOutput, ModelSource, PerformanceObjective, WorkloadSpec,
} from 'cdk-sagemaker-inference';

export interface ChatEndpointStackProps extends StackProps {
  /** Name of the bucket with the model under `gpt-oss-20b/`; the results go to the same bucket. In the Region of the stack. */
  readonly bucketName: string;
  /** What matters most: another objective is another job. */
  readonly objective?: PerformanceObjective;
}

/**
 * A chat model in S3 becomes an endpoint on the GPU instance that serves chat traffic best.
 *
 * The bucket is not of this stack on purpose: a job is found again by what it was made from, and a bucket that goes with the stack comes
 * back under another name.
 */
export class ChatEndpointStack extends Stack {
  constructor(scope: Construct, id: string, props: ChatEndpointStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);

    const workloadConfig = new AiWorkloadConfig(this, 'Chat', {
      spec: WorkloadSpec.synthetic({
        inputTokens: { mean: 550, stddev: 150 },
        outputTokens: { mean: 150 },
        concurrency: 10,
        requestCount: 1000,
        tokenizer: 'openai/gpt-oss-20b',
      }),
    });

    const recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig,
      objective: props.objective ?? PerformanceObjective.THROUGHPUT,
      optimizeModel: false, // with optimization, a throughput objective needs a dataset
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
    });

    const endpoint = new DeployRecommendation(this, 'Endpoint', { recommendation });

    new CfnOutput(this, 'EndpointName', { value: endpoint.endpointName });
    new CfnOutput(this, 'InstanceType', { value: endpoint.instanceType });
    new CfnOutput(this, 'RecommendationJob', { value: recommendation.recommendationJobName });
  }
}
