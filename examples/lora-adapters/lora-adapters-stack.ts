import { Stack, StackProps } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  AdapterSource, AiRecommendationJob, AiWorkloadConfig, DeployRecommendation, GpuInstanceType, Hosting, JobOutput, ModelSource,
  PerformanceObjective, WorkloadSpec,
} from 'cdk-sagemaker-inference';

export interface LoraAdaptersStackProps extends StackProps {
  /** Name of the bucket with the model under `llama-3-8b/`, and each adapter in PEFT format under `adapters/<id>/`. In the Region of the stack. */
  readonly bucketName: string;
  /** Ids of the adapters. Another list is another job, since adapters take memory that copies of the model would have. */
  readonly adapterIds?: string[];
}

/**
 * One model and several fine-tunings of it share the same GPUs: the model is an inference component, and each LoRA adapter another one on top of it.
 *
 * A client calls an adapter by its id, as the name of the inference component, and the model itself by the component's name in the outputs.
 */
export class LoraAdaptersStack extends Stack {
  constructor(scope: Construct, id: string, props: LoraAdaptersStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);
    const adapterIds = props.adapterIds ?? ['support', 'sales'];

    const workloadConfig = new AiWorkloadConfig(this, 'Chat', {
      spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10, requestCount: 300 }),
    });

    const recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'llama-3-8b/'),
      adapters: AdapterSource.fromS3(adapterIds.map(adapterId => ({ adapterId, source: ModelSource.fromBucket(bucket, `adapters/${adapterId}/`) }))),
      workloadConfig,
      objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.G6_24XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
    });

    const endpoint = new DeployRecommendation(this, 'Endpoint', {
      recommendation,
      // The second instance is for updates only: new copies of the model start beside the old ones, for which one has no room.
      hosting: Hosting.inferenceComponents({ managedInstanceScaling: { minInstanceCount: 1, maxInstanceCount: 2 } }),
    });
    endpoint.addOutputs();
  }
}
