import { Duration } from 'aws-cdk-lib';
import { JobFixture } from './fixture';
import {
  EndpointInputConfiguration, InferenceModel, InferenceRecommendationsJob, InferenceRecommendationsJobProps, InferenceRecommendationsJobType,
  MlInstanceType, ModelDomain, ModelFramework, ModelLatencyThreshold, ModelSource, ModelTask, RecommendationContainerConfig, SamplePayload,
  TrafficPattern,
} from '../../src/jobs';

export const JOB = 'Custom::SageMakerInferenceRecommendationsJob';
export const WAIT = 'Custom::SageMakerJobWait';
export const PACKAGE = 'arn:aws:sagemaker:us-west-2:111122223333:model-package/resnet/3';

/** A model of which all is known that must be. */
export const CONTAINER: RecommendationContainerConfig = {
  domain: ModelDomain.COMPUTER_VISION,
  task: ModelTask.IMAGE_CLASSIFICATION,
  framework: ModelFramework.PYTORCH,
  samplePayload: SamplePayload.fromS3Uri('s3://payloads/images.tar.gz'),
  supportedContentTypes: ['image/jpeg'],
};

export const FILES = [ModelSource.fromS3Uri('s3://models/resnet/')];

export const type = (name: string) => MlInstanceType.fromName(name);

/** What an advanced job must have. */
export const LOAD_TEST = {
  jobType: InferenceRecommendationsJobType.ADVANCED,
  endpointConfigurations: [EndpointInputConfiguration.realTime(type('ml.c5.xlarge'))],
  trafficPattern: TrafficPattern.phases([{ initialNumberOfUsers: 1, spawnRate: 1, duration: Duration.minutes(2) }]),
  stoppingConditions: { maxInvocations: 1000, modelLatencyThreshold: ModelLatencyThreshold.p95(Duration.millis(100)) },
};

/** A stack with what an Inference Recommender job needs. */
export class RecommenderFixture extends JobFixture {
  /** A default job with the fewest props, and those given. */
  public recommender(props: Partial<InferenceRecommendationsJobProps> = {}, id: string = 'Recommender'): InferenceRecommendationsJob {
    return new InferenceRecommendationsJob(this.stack, id, {
      jobType: InferenceRecommendationsJobType.DEFAULT,
      model: InferenceModel.fromModelPackageArn(PACKAGE, { artifacts: FILES }),
      ...props,
    });
  }

  /** An advanced job with the fewest props, and those given. */
  public loadTest(props: Partial<InferenceRecommendationsJobProps> = {}, id: string = 'Recommender'): InferenceRecommendationsJob {
    return this.recommender({ ...LOAD_TEST, ...props }, id);
  }

  /** The Create request of the one job. */
  public request(): Record<string, any> {
    return this.single(JOB).Properties.Request;
  }
}
