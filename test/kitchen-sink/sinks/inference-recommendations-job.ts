import { Duration, Size, Stack } from 'aws-cdk-lib';
import type { InferenceRecommendationsOutcome } from '../../../sandbox/sagemaker';
import { INFERENCE_RECOMMENDATIONS_JOB } from '../../../scripts/api-coverage/kinds/inference-recommendations-job';
import {
  DeployRecommendation, EndpointInputConfiguration, FlatInvocations, InferenceModel, InferenceRecommendationsJob, InferenceRecommendationsJobProps,
  InferenceRecommendationsJobType, JobOutput, MlInstanceType, ModelDomain, ModelFramework, ModelLatencyThreshold, ModelSource, ModelTask,
  RecommendationContainerConfig, SamplePayload, SupportedEndpointType, TrafficPattern,
} from '../../../src';
import { bucketOf, everyJobProp, everyNetworkProp, keyOf, WITH_DEFAULT_ROLE } from '../common';
import type { Sink } from '../sink';

const PACKAGE = 'arn:aws:sagemaker:us-west-2:111122223333:model-package/resnet/1';

/** One set of values for a model package, and another for a model. */
function containerOf(
  stack: Stack, name: string, chosen: Pick<RecommendationContainerConfig, 'domain' | 'task' | 'framework'>,
): Required<RecommendationContainerConfig> {
  return {
    ...chosen,
    frameworkVersion: '2.1.0',
    nearestModelName: `${name}-nearest`,
    samplePayload: SamplePayload.fromBucket(bucketOf(stack), `${name}/payload.tar.gz`),
    supportedContentTypes: [`image/${name}`],
    supportedInstanceTypes: [MlInstanceType.fromName('ml.c6i.large'), MlInstanceType.fromName('ml.m7g.large')],
    supportedEndpointType: SupportedEndpointType.REAL_TIME,
    dataInputConfig: `{"${name}":[1,3,224,224]}`,
    supportedResponseMimeTypes: [`application/${name}+json`],
  };
}

function everything(stack: Stack): InferenceRecommendationsJobProps[] {
  const bucket = bucketOf(stack);
  const every: Required<Omit<InferenceRecommendationsJobProps, 'executionPolicy'>> = {
    jobType: InferenceRecommendationsJobType.ADVANCED,
    model: InferenceModel.fromModelPackageArn(PACKAGE, {
      artifacts: [ModelSource.fromBucket(bucket, 'artifacts/')],
      ...containerOf(stack, 'resnet', {
        domain: ModelDomain.COMPUTER_VISION, task: ModelTask.IMAGE_CLASSIFICATION, framework: ModelFramework.PYTORCH,
      }),
    }),
    jobDescription: 'a kitchen sink',
    jobDuration: Duration.minutes(55),
    endpointConfigurations: [
      EndpointInputConfiguration.realTime(MlInstanceType.fromName('ml.c5.4xlarge'), {
        inferenceSpecificationName: 'of-instances', environmentParameterRanges: { OMP_NUM_THREADS: ['four', 'seven'] },
      }),
      EndpointInputConfiguration.serverless({
        memorySize: Size.gibibytes(3),
        maxConcurrency: 21,
        provisionedConcurrency: 20,
        inferenceSpecificationName: 'of-serverless',
        environmentParameterRanges: { MKL_NUM_THREADS: ['eleven'] },
      }),
    ],
    trafficPattern: TrafficPattern.phases([{ initialNumberOfUsers: 1, spawnRate: 2, duration: Duration.seconds(130) }]),
    stoppingConditions: {
      maxInvocations: 1234, modelLatencyThreshold: ModelLatencyThreshold.p95(Duration.millis(111)), flatInvocations: FlatInvocations.CONTINUE,
    },
    resourceLimit: { maxNumberOfTests: 9, maxParallelOfTests: 6 },
    existingEndpoint: DeployRecommendation.fromEndpointName(stack, 'Endpoint', 'my-endpoint'),
    compiledOutput: JobOutput.toBucket(bucket, 'compiled/'),
    outputEncryptionKey: keyOf(stack, 'OutputKey', 'a'),
    volumeEncryptionKey: keyOf(stack, 'VolumeKey', 'b'),
    ...everyJobProp(stack),
    ...everyNetworkProp(stack),
  };
  return [every, {
    jobType: InferenceRecommendationsJobType.ADVANCED,
    model: InferenceModel.fromModelName('my-model', {
      artifacts: [ModelSource.fromS3Uri('s3://my-models/m.tar.gz')],
      ...containerOf(stack, 'bert', {
        domain: ModelDomain.NATURAL_LANGUAGE_PROCESSING, task: ModelTask.FILL_MASK, framework: ModelFramework.TENSORFLOW,
      }),
    }),
    endpointConfigurations: [EndpointInputConfiguration.realTime(MlInstanceType.fromName('ml.m5.4xlarge'))],
    trafficPattern: TrafficPattern.stairs({ duration: Duration.seconds(900), numberOfSteps: 5, usersPerStep: 3 }),
    stoppingConditions: { modelLatencyThreshold: ModelLatencyThreshold.p99(Duration.millis(222)) },
    ...WITH_DEFAULT_ROLE,
  }];
}

/** One result has all figures of an instance, the other those of a serverless endpoint, and both what makes them differ from what was asked for. */
function outcome(nth: number): InferenceRecommendationsOutcome {
  const metrics = {
    CostPerHour: 0.25, CostPerInference: 0.0625, MaxInvocations: 648, ModelLatency: 263596, CpuUtilization: 92.5, MemoryUtilization: 35,
  };
  const names = { EndpointName: 'sm-epc-test', VariantName: 'sm-epc-variant' };
  return {
    duration: 120_000,
    recommendations: [{
      RecommendationId: `nightly/${nth}`,
      Metrics: nth === 1 ? metrics : { ...metrics, CpuUtilization: NaN, ModelSetupTime: 4920 },
      EndpointConfiguration: nth === 1 ? { ...names, InstanceType: 'ml.c5.4xlarge', InitialInstanceCount: 2 }
        : { ...names, ServerlessConfig: { MemorySizeInMB: 3072, MaxConcurrency: 21, ProvisionedConcurrency: 20 } },
      ModelConfiguration: {
        InferenceSpecificationName: 'of-instances',
        EnvironmentParameters: [{ Key: 'OMP_NUM_THREADS', ValueType: 'String', Value: 'seven' }],
        CompilationJobName: 'compiled-by-neo',
      },
    }],
  };
}

export const inferenceRecommendationsJobSink: Sink<InferenceRecommendationsJobProps> = {
  coverage: INFERENCE_RECOMMENDATIONS_JOB,
  make: (stack, id, props) => new InferenceRecommendationsJob(stack, id, props),
  prepare: async world => {
    await world.byHand('CreateModelPackageGroup', { ModelPackageGroupName: 'resnet' });
    await world.byHand('CreateModelPackage', {
      ModelPackageGroupName: 'resnet',
      InferenceSpecification: {
        Containers: [{ Image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/resnet:1', ModelDataUrl: 's3://weights-and-results/artifacts/m.tar.gz' }],
      },
    });
  },
  everything,
  minimal: stack => ({
    jobType: InferenceRecommendationsJobType.DEFAULT,
    model: InferenceModel.fromModelName('my-model', {
      domain: ModelDomain.MACHINE_LEARNING,
      task: ModelTask.CLASSIFICATION,
      framework: ModelFramework.XGBOOST,
      samplePayload: SamplePayload.fromBucket(bucketOf(stack), 'payload.tar.gz'),
      supportedContentTypes: ['text/csv'],
      artifacts: [ModelSource.fromS3Uri('s3://my-models/m.tar.gz')],
    }),
  }),
  minimalMembers: [
    'JobName', 'JobType', 'RoleArn', 'InputConfig.ModelName', 'InputConfig.ContainerConfig.Domain', 'InputConfig.ContainerConfig.Task',
    'InputConfig.ContainerConfig.Framework', 'InputConfig.ContainerConfig.PayloadConfig.SamplePayloadUrl',
    'InputConfig.ContainerConfig.PayloadConfig.SupportedContentTypes', 'Tags[].Key', 'Tags[].Value',
  ],
  scenario: { inferenceRecommendations: (_, nth) => outcome(nth) },
  // There is no way to delete them.
  leaves: arn => arn.includes(':inference-recommendations-job/'),
};
