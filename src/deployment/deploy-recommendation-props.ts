import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { InferenceAmiVersion } from './inference-ami-version';
import { RecommendationSelector } from './recommendation-selector';
import { RoutingStrategy } from './routing-strategy';
import { MlInstanceType } from '../jobs/ml-instance-type';
import { IRecommendationSource } from '../jobs/recommendation-source';

/**
 * Properties of a DeployRecommendation.
 */
export interface DeployRecommendationProps {
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
   * Name of the endpoint. 1 to 63 letters, digits and hyphens, unique in account and Region.
   *
   * Changing it replaces the endpoint: clients of the old name lose it.
   *
   * @default - a name that CloudFormation makes
   */
  readonly endpointName?: string;

  /**
   * Name of the production variant, a dimension of the endpoint's metrics. 1 to 63 letters, digits and hyphens.
   *
   * @default AllTraffic
   */
  readonly variantName?: string;

  /**
   * The role under which the endpoint runs: it reads the model from S3, pulls the image and writes logs.
   *
   * A role that is defined in the same stack gets the permissions added; hand over `role.withoutPolicyUpdates()` to keep it as it is. To a
   * role from elsewhere nothing is added unless `addServingPermissions` is called with it. The role must be of the stack's account.
   *
   * @default - a role with the least privilege that serving takes
   */
  readonly role?: iam.IRole;

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

  /**
   * Whether a recommended model package that nobody has approved is approved by this deployment, if SageMaker refuses to deploy it
   * otherwise. The approval's description names the stack. A package that was rejected is never deployed.
   *
   * @default - only packages in a group that the recommendation job made for itself are approved; in a group of yours that is your decision
   */
  readonly approveModelPackage?: boolean;

  /**
   * What happens to the endpoint, its configuration and its model when they are removed from the stack. A retained endpoint goes on costing
   * money, and needs its role: give it one that is retained too.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What is known of an endpoint that was deployed elsewhere.
 */
export interface DeployRecommendationAttributes {
  /**
   * Name of the endpoint.
   */
  readonly endpointName: string;

  /**
   * Name of its production variant.
   *
   * @default AllTraffic
   */
  readonly variantName?: string;
}
