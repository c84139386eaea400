import { aws_kms as kms, aws_sagemaker as sagemaker, Duration } from 'aws-cdk-lib';
import { EndpointInputConfiguration } from './endpoint-input-configuration';
import { InferenceModel } from './inference-model';
import { JobOutput } from '../job-output';
import { JobNetworkProps, JobProps } from '../job-props';
import { ModelSource } from '../model-source';
import { RecommendationJobStoppingConditions } from './stopping-conditions';
import { TrafficPattern } from './traffic-pattern';

/**
 * What Inference Recommender does with a model.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-recommendation-jobs.html
 */
export enum InferenceRecommendationsJobType {
  /**
   * Tries instance types, and a serverless endpoint, that it chooses itself. It takes up to 45 minutes.
   */
  DEFAULT = 'Default',

  /**
   * Runs a custom load test: your endpoint configurations, your traffic, your requirements. It takes 2 hours on average.
   */
  ADVANCED = 'Advanced',
}

/**
 * How many load tests a job may run.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RecommendationJobResourceLimit.html
 */
export interface RecommendationJobResourceLimit {
  /**
   * Tests in all: at least 1.
   *
   * @default - the service's choice
   */
  readonly maxNumberOfTests?: number;

  /**
   * Tests at the same time: at least 1. The account's quotas for endpoint usage must allow for them.
   *
   * @default - the service's choice
   */
  readonly maxParallelOfTests?: number;
}

/**
 * What is known of an existing Inference Recommender job.
 */
export interface InferenceRecommendationsJobAttributes {
  /**
   * Name of the job.
   */
  readonly inferenceRecommendationsJobName: string;

  /**
   * Where the model's files are. An endpoint with a recommended configuration downloads them, and is granted read access to them.
   *
   * @default - not known: grant the endpoint's role read access yourself
   */
  readonly artifacts?: ModelSource[];

  /**
   * Where the job wrote compiled models. An endpoint downloads one, and is granted read access to them.
   *
   * @default - nowhere, or not known
   */
  readonly compiledOutput?: JobOutput;

  /**
   * The key that the compiled models are encrypted with. An endpoint is allowed to decrypt with it.
   *
   * @default - that of the bucket, or not known
   */
  readonly outputEncryptionKey?: kms.IKey;
}

/**
 * What an Inference Recommender job is to find out.
 */
export interface InferenceRecommendationsJobProps extends JobProps, JobNetworkProps {
  /**
   * Whether the service chooses what to try, or you do.
   */
  readonly jobType: InferenceRecommendationsJobType;

  /**
   * The model.
   */
  readonly model: InferenceModel;

  /**
   * What the job is about, up to 128 characters. It cannot be changed on a job: another description is another job.
   *
   * @default - none
   */
  readonly jobDescription?: string;

  /**
   * How long the job may go on starting tests: 1 to 18,000 seconds (5 hours). Tests that have begun are finished, so the job can take longer.
   *
   * @default - the service's choice
   */
  readonly jobDuration?: Duration;

  /**
   * The endpoints to try: up to 10. An advanced job must have some, unless it has an existing endpoint. For a default job
   * `supportedInstanceTypes` of the model does it.
   *
   * @default - the service chooses
   */
  readonly endpointConfigurations?: EndpointInputConfiguration[];

  /**
   * How the load develops. Required for an advanced job, and not documented for a default one.
   *
   * @default - the service chooses
   */
  readonly trafficPattern?: TrafficPattern;

  /**
   * When the job has seen enough. Required for an advanced job.
   *
   * @default - the service chooses
   */
  readonly stoppingConditions?: RecommendationJobStoppingConditions;

  /**
   * How many load tests the job may run. Not documented for a default job.
   *
   * @default - the service chooses
   */
  readonly resourceLimit?: RecommendationJobResourceLimit;

  /**
   * An endpoint to compare with; `DeployRecommendation.fromEndpointName` imports one by its name. It is put under load as well, so don't
   * take one that serves clients. It must be a real-time endpoint with one variant and one model, without auto scaling.
   *
   * An endpoint that has changed doesn't run the job again: see `rerunToken`.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-existing-endpoint.html
   * @default - none
   */
  readonly existingEndpoint?: sagemaker.IEndpointRef;

  /**
   * Where models that were compiled with SageMaker Neo go. The job's name is appended as a folder.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-neo-compilation.html
   * @default - the service's choice
   */
  readonly compiledOutput?: JobOutput;

  /**
   * The key that encrypts what the job writes to S3, from the job's Region.
   *
   * @default - that of the bucket
   */
  readonly outputEncryptionKey?: kms.IKey;

  /**
   * The key that encrypts the volumes of the tested instances, from the job's Region. The execution role is allowed to create grants on it.
   *
   * @default - a key of the service
   */
  readonly volumeEncryptionKey?: kms.IKey;
}
