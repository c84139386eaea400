import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';

/**
 * Where a deployable configuration comes from: a job of this app, an imported one, or a file.
 *
 * The jobs and `PinnedRecommendation` are such sources. It is not meant to be implemented elsewhere: members may be added in any version.
 */
export interface IRecommendationSource {
  /**
   * Called by the deployment of a recommendation: says which job to read.
   *
   * @param scope the construct that deploys
   */
  bindRecommendation(scope: Construct): RecommendationSourceConfig;

  /**
   * Called by the deployment of a recommendation for a role that its endpoint runs under: gives it read access to the model, the
   * adapters in S3 and the job's results, as far as the source knows where they are.
   *
   * @param scope the construct that deploys
   * @param role the role
   */
  bindEndpointRole(scope: Construct, role: iam.IGrantable): void;
}

/**
 * What a deployment needs to know about the job whose recommendation it deploys.
 */
export interface RecommendationSourceConfig {
  /**
   * The kind of job, in the words of the SageMaker API, such as `AIRecommendationJob`.
   */
  readonly jobType: string;

  /**
   * Name of the job. Of a job of another stack it is what that stack wrote into an SSM parameter, as of the deployment.
   */
  readonly jobName: string;

  /**
   * Whether the job was imported, so that this app neither made nor waits for it.
   */
  readonly imported: boolean;

  /**
   * Whether the job itself made the group that its model packages are in.
   *
   * Only then may a deployment approve a package by itself; approval in a group that others use too is their decision.
   */
  readonly ownsModelPackageGroup: boolean;

  /**
   * What must be complete before the job's result can be read.
   *
   * @default - nothing: an imported job is expected to have completed
   */
  readonly dependable?: IDependable;

  /**
   * The job's result itself, as JSON: the answer of its Describe operation, reduced to what deploying needs. The job is then not read.
   *
   * @default - the job is read when the stack is deployed
   */
  readonly pinned?: string;

  /**
   * How many requests at a time the job's workload sends, if that is one number that is known at synthesis. Figures are judged at it.
   *
   * @default - not known, or several, as in a sweep
   */
  readonly concurrency?: number;

  /**
   * Ids of the LoRA adapters that the job was given, in its order.
   *
   * @default - none, or none that are known at synthesis
   */
  readonly adapterIds?: string[];

  /**
   * Changes with the inputs of a job of another stack: put into the template, it makes the deployment an update when the job is another one.
   *
   * @default - the job's name is one that changes the template, or the deployment, by itself
   */
  readonly revision?: string;

  /**
   * Whether a recommendation is deployed from image, environment and S3 channels although it has a model package, for instance because the
   * package is in an account whose registry is not shared.
   *
   * @default false
   */
  readonly withoutModelPackage?: boolean;

  /**
   * Other places for the files that a recommendation names, such as a copy of the bucket in this account.
   *
   * @default - the files are where the job says
   */
  readonly artifacts?: RecommendationArtifact[];
}

/**
 * Where the files of one of a recommendation's channels are instead of where the job says.
 */
export interface RecommendationArtifact {
  /**
   * Name of the channel, as in the recommendation; `model_data` for the model itself.
   */
  readonly channelName: string;

  /**
   * Where its files are: an S3 prefix that ends with a slash, or an object.
   */
  readonly s3Uri: string;
}
