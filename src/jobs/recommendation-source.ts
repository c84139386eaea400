import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IDependable } from 'constructs';

/**
 * Where a deployable configuration comes from: a recommendation job of this app, or an imported one.
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
   * Name of the job.
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
}
