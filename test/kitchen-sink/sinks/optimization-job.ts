import { Duration, Stack } from 'aws-cdk-lib';
import { OPTIMIZATION_JOB } from '../../../scripts/api-coverage/kinds/optimization-job';
import {
  GpuInstanceType, JobOutput, MlInstanceType, ModelOptimization, ModelSource, OptimizationJob, OptimizationJobProps, OptimizationModel,
  QuantizationTechnique, SpeculativeDecodingTechnique, TrainingDataSource,
} from '../../../src';
import { bucketOf, everyJobProp, everyNetworkProp, keyOf, WITH_DEFAULT_ROLE } from '../common';
import type { Sink } from '../sink';

const IMAGES = '763104351884.dkr.ecr.us-west-2.amazonaws.com';

function everything(stack: Stack): OptimizationJobProps[] {
  const bucket = bucketOf(stack);
  const every: Required<Omit<OptimizationJobProps, 'executionPolicy'>> = {
    model: OptimizationModel.fromS3(ModelSource.fromBucket(bucket, 'llama/'), { acceptEula: true }),
    instanceType: GpuInstanceType.G6_12XLARGE,
    optimizations: [
      ModelOptimization.quantization({ technique: QuantizationTechnique.AWQ, imageUri: `${IMAGES}/quantizer:1`, environment: { CALIBRATION: 'quick' } }),
      ModelOptimization.compilation({ imageUri: `${IMAGES}/compiler:1`, environment: { OPTION_MAX_BATCH: '128' } }),
    ],
    output: JobOutput.toBucket(bucket, 'optimized/'),
    outputEncryptionKey: keyOf(stack, 'Key', 'a'),
    outputModelName: 'llama-optimized',
    environment: { OPTION_DTYPE: 'fp16-of-all' },
    maxInstanceCount: 2,
    trainingPlanArn: 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/gpus',
    maxRuntime: Duration.hours(5),
    maxWaitTime: Duration.hours(7),
    maxPendingTime: Duration.hours(3),
    ...everyJobProp(stack),
    ...everyNetworkProp(stack),
  };
  const speculative = (trainingData: TrainingDataSource): OptimizationJobProps => ({
    model: OptimizationModel.fromModelName('my-model', { artifacts: [ModelSource.fromS3Uri('s3://my-models/m.tar.gz')] }),
    instanceType: GpuInstanceType.P5_48XLARGE,
    optimizations: [ModelOptimization.speculativeDecoding({ technique: SpeculativeDecodingTechnique.EAGLE, trainingData })],
    output: JobOutput.toBucket(bucket, 'foretelling/'),
    ...WITH_DEFAULT_ROLE,
  });
  return [
    every,
    speculative(TrainingDataSource.fromBucket(bucket, 'conversations/')),
    speculative(TrainingDataSource.fromManifest(bucket, 'conversations.manifest')),
    {
      model: OptimizationModel.fromS3(ModelSource.fromBucket(bucket, 'mixtral/')),
      instanceType: MlInstanceType.fromName('ml.p4d.24xlarge'),
      // Goes with no other.
      optimizations: [
        ModelOptimization.sharding({ tensorParallelDegree: 8, imageUri: `${IMAGES}/sharder:1`, environment: { OPTION_LOAD: 'streamed' } }),
      ],
      output: JobOutput.toBucket(bucket, 'sharded/'),
      ...WITH_DEFAULT_ROLE,
    },
  ];
}

export const optimizationJobSink: Sink<OptimizationJobProps> = {
  coverage: OPTIMIZATION_JOB,
  make: (stack, id, props) => new OptimizationJob(stack, id, props),
  everything,
  minimal: stack => {
    const bucket = bucketOf(stack);
    return {
      model: OptimizationModel.fromS3(ModelSource.fromBucket(bucket, 'llama/')),
      instanceType: GpuInstanceType.G6_12XLARGE,
      optimizations: [ModelOptimization.compilation()],
      output: JobOutput.toBucket(bucket),
    };
  },
  minimalMembers: [
    'OptimizationJobName', 'RoleArn', 'ModelSource.S3.S3Uri', 'DeploymentInstanceType', 'OutputConfig.S3OutputLocation',
    'StoppingCondition.MaxRuntimeInSeconds', 'Tags[].Key', 'Tags[].Value',
  ],
  // The model that the job was told to write is the user's.
  leaves: arn => arn.endsWith(':model/llama-optimized'),
};
