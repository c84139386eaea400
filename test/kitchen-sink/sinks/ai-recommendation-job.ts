import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AI_RECOMMENDATION_JOB } from '../../../scripts/api-coverage/kinds/ai-recommendation-job';
import {
  AdapterSource, AiRecommendationJob, AiRecommendationJobProps, AiWorkloadConfig, CapacityReservationPreference, Dataset, DatasetFormat,
  GpuInstanceType, IAiWorkloadConfig, InferenceFramework, JobOutput, ModelSource, ModelPackageGroup, PerformanceObjective, WorkloadSpec,
} from '../../../src';
import { bucketOf, everyJobProp, everyMlflowProp, WITH_DEFAULT_ROLE } from '../common';
import type { Sink } from '../sink';

function workloadOf(stack: Stack): IAiWorkloadConfig {
  return new AiWorkloadConfig(stack, 'Workload', {
    spec: WorkloadSpec.dataset({
      dataset: Dataset.fromBucket(bucketOf(stack), 'chats/', { fileName: 'chats.jsonl', format: DatasetFormat.SHAREGPT }), toolVersion: '0.8.0',
    }),
  });
}

function everything(stack: Stack): AiRecommendationJobProps[] {
  const workloadConfig = workloadOf(stack);
  const bucket = bucketOf(stack);
  const every: Required<Omit<AiRecommendationJobProps, 'executionPolicy'>> = {
    model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
    workloadConfig,
    objective: PerformanceObjective.THROUGHPUT,
    optimizeModel: true,
    instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
    framework: InferenceFramework.VLLM,
    capacityReservation: {
      preference: CapacityReservationPreference.CAPACITY_RESERVATIONS_ONLY,
      reservationArns: ['arn:aws:sagemaker:us-west-2:111122223333:training-plan/gpus'],
    },
    adapters: AdapterSource.fromS3([{ adapterId: 'support', source: ModelSource.fromBucket(bucket, 'adapters-of-s3/') }]),
    output: JobOutput.toBucket(bucket, 'recommendations/'),
    modelPackageGroup: ModelPackageGroup.fromName('chat-packages'),
    modelPackageRemovalPolicy: RemovalPolicy.DESTROY,
    modelPackagesSharedWith: ['444455556666'],
    mlflow: everyMlflowProp,
    ...everyJobProp(stack),
  };
  return [every, {
    model: ModelSource.fromBucket(bucket, 'llama/'),
    workloadConfig,
    objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
    adapters: AdapterSource.fromModelPackages([
      { adapterId: 'of-package', modelPackageArn: 'arn:aws:sagemaker:us-west-2:111122223333:model-package/adapters/1' },
    ]),
    output: JobOutput.toBucket(bucket, 'others/'),
    ...WITH_DEFAULT_ROLE,
  }];
}

export const aiRecommendationJobSink: Sink<AiRecommendationJobProps> = {
  coverage: AI_RECOMMENDATION_JOB,
  make: (stack, id, props) => new AiRecommendationJob(stack, id, props),
  prepare: async world => { await world.byHand('CreateModelPackageGroup', { ModelPackageGroupName: 'chat-packages' }); },
  everything,
  minimal: stack => ({
    model: ModelSource.fromS3Uri('s3://weights/gpt-oss-20b/'),
    workloadConfig: workloadOf(stack),
    objective: PerformanceObjective.COST,
    output: JobOutput.toS3Uri('s3://weights/recommendations/'),
  }),
  minimalMembers: [
    'AIRecommendationJobName', 'RoleArn', 'ModelSource.S3.S3Uri', 'OutputConfig.S3OutputLocation', 'AIWorkloadConfigIdentifier',
    'PerformanceTarget.Constraints[].Metric', 'Tags[].Key', 'Tags[].Value',
  ],
};
