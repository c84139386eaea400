import { Duration, Size } from 'aws-cdk-lib';
import { InferenceAmiVersion } from './inference-ami-version';
import { ModelApproval } from './model-approval';
import { RecommendationSelector } from './recommendation-selector';
import { RoutingStrategy } from './routing-strategy';
import { MlInstanceType } from '../jobs/ml-instance-type';
import { CapacityReservation } from '../jobs/recommendation/capacity-reservation';
import { IRecommendationSource } from '../jobs/recommendation-source';

/**
 * Which recommendation is served, and how its container starts.
 */
export interface ServedModelProps {
  /**
   * The job whose recommendation is deployed: an `AiRecommendationJob`, an `InferenceRecommendationsJob`, an `OptimizationJob`, or an
   * imported one.
   *
   * The deployment waits until the job has completed. An imported job must have completed already.
   *
   * A recommendation of Inference Recommender can be a serverless one. SageMaker cannot update an endpoint on instances to a serverless one: when
   * that may happen, select by instance type, or give the endpoint's construct another id.
   */
  readonly recommendation: IRecommendationSource;

  /**
   * Which of the job's recommendations is deployed.
   *
   * Another selector updates the endpoint, even to the same recommendation.
   *
   * @default RecommendationSelector.best()
   */
  readonly selector?: RecommendationSelector;

  /**
   * What happens when the recommended model package has not been approved.
   *
   * @default ModelApproval.automatic()
   */
  readonly approval?: ModelApproval;

  /**
   * Whether you accept the end-user license agreement of the model, for one that asks for it.
   *
   * A model package has no place for it, so the recommendation is then deployed from its image, environment and S3 channels.
   *
   * @default false
   */
  readonly acceptEula?: boolean;

  /**
   * How long the download of the model may take on each instance. 60 to 3600 seconds.
   *
   * @default Duration.hours(1)
   */
  readonly modelDataDownloadTimeout?: Duration;

  /**
   * How long the container may take until it passes its first health check: loading weights into GPU memory takes minutes. 60 to
   * 3600 seconds.
   *
   * @default Duration.minutes(20)
   */
  readonly containerStartupHealthCheckTimeout?: Duration;
}

/**
 * The instances of a variant.
 */
export interface VariantInstanceProps {
  /**
   * Instance type to deploy on, instead of the recommended one. The other settings of the recommendation were measured on the
   * recommended type: another one should have the same accelerators.
   *
   * With it a serverless recommendation is deployed on instances.
   *
   * @default - the recommended instance type, or none for a serverless recommendation
   */
  readonly instanceType?: MlInstanceType;

  /**
   * Number of instances. At least 1. A serverless recommendation has none, and leaves this and all else that has to do with instances aside.
   *
   * @default - the recommended number, or 1 where the recommendation names none
   */
  readonly initialInstanceCount?: number;

  /**
   * How many of the next best recommendations stand by with their instance types, in case there is no capacity for the first: 0 to 4. Each has a
   * model of its own.
   *
   * Not with inference components, and not with a capacity reservation.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-heterogeneous.html
   * @default 0
   */
  readonly fallbackCount?: number;

  /**
   * How long SageMaker looks for capacity among the instance types before the deployment fails: 300 to 3600 seconds. Only with `fallbackCount`.
   *
   * @default - SageMaker's choice
   */
  readonly instanceProvisionTimeout?: Duration;

  /**
   * Capacity of a training plan to run on: one plan, whose target resource is endpoints.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/training-plan-utilization-for-inference-endpoints.html
   * @default - on-demand capacity
   */
  readonly capacityReservation?: CapacityReservation;

  /**
   * Size of each instance's storage volume: 1 to 512 GiB. SageMaker refuses it for types with local storage, as most GPU types have.
   *
   * @default - SageMaker's choice
   */
  readonly volumeSize?: Size;

  /**
   * The machine image of the instances.
   *
   * @default - SageMaker's choice, or with several copies of the model on an instance `AL2_GPU_2`, which AWS documents for them. That one
   * has CUDA 12.2: an image for CUDA 13 may want `AL2023_GPU_4_1`
   */
  readonly inferenceAmiVersion?: InferenceAmiVersion;

  /**
   * How requests are spread over instances and copies.
   *
   * @default - SageMaker's choice, or with several copies of the model on an instance `LEAST_OUTSTANDING_REQUESTS`, which AWS documents for them
   */
  readonly routingStrategy?: RoutingStrategy;
}
