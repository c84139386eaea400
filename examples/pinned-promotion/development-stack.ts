import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { MODEL_PACKAGE_GROUP } from './models-stack';
import {
  AiRecommendationJob, AiWorkloadConfig, GpuInstanceType, JobOutput, ModelSource, ModelPackageGroup, PerformanceObjective, WorkloadSpec,
} from 'cdk-sagemaker-inference';

export interface DevelopmentStackProps extends StackProps {
  /** Name of the bucket with the model under `gpt-oss-20b/`. */
  readonly bucketName: string;
  /** The account that deploys what is found here. */
  readonly productionAccount: string;
  /** How many requests at a time the job tries. Another number is another run, of which production knows nothing. */
  readonly concurrency?: number;
}

/**
 * Finds out how best to serve the model, and shares the model packages that come of it with the account of production.
 *
 * The outputs are the two commands that promote one: approve it, and write it to the file in the repository.
 */
export class DevelopmentStack extends Stack {
  constructor(scope: Construct, id: string, props: DevelopmentStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);

    const recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig: new AiWorkloadConfig(this, 'Chat', {
        spec: WorkloadSpec.synthetic({
          inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: props.concurrency ?? 10, requestCount: 300,
        }),
      }),
      objective: PerformanceObjective.THROUGHPUT,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
      modelPackageGroup: ModelPackageGroup.fromName(MODEL_PACKAGE_GROUP),
      modelPackagesSharedWith: [props.productionAccount],
    });

    new CfnOutput(this, 'Approve', {
      value: `aws sagemaker update-model-package --model-approval-status Approved --model-package-arn ${recommendation.modelPackageArn}`,
    });
    new CfnOutput(this, 'Pin', {
      value: `aws sagemaker describe-ai-recommendation-job --ai-recommendation-job-name ${recommendation.recommendationJobName} > recommendation.json`,
    });
  }
}
