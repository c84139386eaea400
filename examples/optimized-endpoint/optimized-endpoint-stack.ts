import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  DeployRecommendation, GpuInstanceType, JobOutput, ModelOptimization, ModelSource, OptimizationJob, OptimizationModel, QuantizationTechnique,
} from 'cdk-sagemaker-inference';

export interface OptimizedEndpointStackProps extends StackProps {
  /** Name of the bucket with the model under `llama-3-8b/`; the optimized model goes to the same bucket. In the Region of the stack. */
  readonly bucketName: string;
  /** Whether you have read the license agreement of the model and accept it. The service optimizes a model that has one only then. */
  readonly acceptEula: boolean;
  /** How the weights are made smaller. By default to 4 bits by AWQ. Another technique is another job. */
  readonly technique?: QuantizationTechnique;
  /** How many instances serve. By default one. Another number is no other job. */
  readonly instanceCount?: number;
}

/**
 * A model in S3 is quantized, so that it needs a smaller and cheaper instance, and deployed on the type that it was quantized for.
 *
 * A quantized model answers a little differently. Look at the quality of its answers before users do: no figure of a deployment shows it.
 */
export class OptimizedEndpointStack extends Stack {
  constructor(scope: Construct, id: string, props: OptimizedEndpointStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);

    const optimization = new OptimizationJob(this, 'Optimization', {
      model: OptimizationModel.fromS3(ModelSource.fromBucket(bucket, 'llama-3-8b/'), { acceptEula: props.acceptEula }),
      instanceType: GpuInstanceType.G6_12XLARGE, // where it is to be served; what the job itself runs on is the service's choice
      optimizations: [ModelOptimization.quantization({ technique: props.technique ?? QuantizationTechnique.AWQ })],
      environment: { OPTION_TENSOR_PARALLEL_DEGREE: '4' }, // all GPUs of the instance; the endpoint is served with it too
      output: JobOutput.toBucket(bucket, 'optimized/'),
    });

    const endpoint = new DeployRecommendation(this, 'Endpoint', { recommendation: optimization, initialInstanceCount: props.instanceCount });

    new CfnOutput(this, 'EndpointName', { value: endpoint.endpointName });
    new CfnOutput(this, 'InstanceType', { value: endpoint.instanceType });
    new CfnOutput(this, 'OptimizedModel', { value: optimization.optimizedModelS3Uri });
    new CfnOutput(this, 'Image', { value: optimization.recommendedImageUri });
  }
}
