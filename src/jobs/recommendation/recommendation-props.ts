import { RemovalPolicy } from 'aws-cdk-lib';
import { AdapterSource } from './adapter-source';
import { CapacityReservation } from './capacity-reservation';
import { GpuInstanceType } from '../gpu-instance-type';
import { InferenceFramework } from './inference-framework';
import { JobOutput } from '../job-output';
import { JobProps } from '../job-props';
import { MlflowTracking } from '../mlflow-tracking';
import { ModelSource } from '../model-source';
import { ModelPackageGroup } from './model-package-group';
import { PerformanceObjective } from './performance-objective';
import { IAiWorkloadConfig } from '../../workload';

/**
 * What is known of an existing recommendation job.
 */
export interface AiRecommendationJobAttributes {
  /**
   * Name of the job.
   */
  readonly recommendationJobName: string;

  /**
   * The model that the job looked at. An endpoint with a recommended configuration downloads it, and is granted read access to it.
   *
   * @default - not known: grant the endpoint's role read access yourself
   */
  readonly model?: ModelSource;

  /**
   * Where the job wrote its results, such as a draft model. An endpoint downloads them, and is granted read access to them.
   *
   * @default - not known: grant the endpoint's role read access yourself
   */
  readonly output?: JobOutput;

  /**
   * The adapters that are served with the model. An endpoint downloads those in S3, and is granted read access to them.
   *
   * @default - none, or not known
   */
  readonly adapters?: AdapterSource;
}

/**
 * What a recommendation job is to find out.
 */
export interface AiRecommendationJobProps extends JobProps {
  /**
   * The model.
   */
  readonly model: ModelSource;

  /**
   * The traffic that the model is to be tested with.
   *
   * For `PerformanceObjective.THROUGHPUT` with model optimization it must have a dataset, in a form that recommendation jobs read: ShareGPT,
   * OpenAI chat or OpenAI completions.
   */
  readonly workloadConfig: IAiWorkloadConfig;

  /**
   * What to optimize for.
   */
  readonly objective: PerformanceObjective;

  /**
   * Where the results go. The job's name is appended as a folder.
   */
  readonly output: JobOutput;

  /**
   * Whether the service may change how the model runs to make it faster, for instance with a draft model for speculative decoding or with
   * tuned kernels. A job takes 2 to 10 hours with it, and typically 1 to 3 hours without.
   *
   * @default - the service optimizes
   */
  readonly optimizeModel?: boolean;

  /**
   * Up to 3 instance types to compare. Their quotas "for endpoint usage" and "for training job usage" must allow for them.
   *
   * Must be left out with `PerformanceObjective.COST`.
   *
   * @default - the service chooses
   */
  readonly instanceTypes?: GpuInstanceType[];

  /**
   * The serving framework to look at.
   *
   * @default - the service chooses
   */
  readonly framework?: InferenceFramework;

  /**
   * Reserved capacity to run on.
   *
   * @default - on-demand capacity
   */
  readonly capacityReservation?: CapacityReservation;

  /**
   * LoRA adapters that are to be served with the model.
   *
   * @default - none
   */
  readonly adapters?: AdapterSource;

  /**
   * The group that receives a model package for each recommended configuration.
   *
   * A deployment approves packages by itself only in a group that the job made; in a group given here approval is yours.
   *
   * @default - the service makes a group named like the job
   */
  readonly modelPackageGroup?: ModelPackageGroup;

  /**
   * What happens to the model packages that the job made when the job leaves the stack or is replaced: those of the recommended configurations,
   * those of adapters from S3, and the groups that the service made for them.
   *
   * With `RemovalPolicy.DESTROY` they are deleted together with the job. A package stays if a model of the account uses it then, such as that of
   * a deployment in another stack; so does a group with anything left in it, and so do the packages of a job that is retained or was deleted by
   * hand. In a group given by `modelPackageGroup` only the packages of the job are deleted.
   *
   * @default RemovalPolicy.RETAIN - they are the record of what was found, and cost nothing
   */
  readonly modelPackageRemovalPolicy?: RemovalPolicy;

  /**
   * Accounts that may deploy the recommended configurations, by their 12-digit ids: a statement in the resource policy of the model package
   * group lets them describe and list its packages and make models of them. Approving a package stays with this account. Other statements in
   * the policy stay as they are.
   *
   * The statement is on the whole group. In one that the service made there is nothing but what this job found, and the statement goes when
   * another run replaces the job; in a group given by `modelPackageGroup` the packages of earlier runs stay shared as well.
   *
   * What the packages point to in S3 is shared by `job.grants.readArtifacts(new iam.AccountPrincipal('111122223333'))`.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html
   * @default - the account of the stack alone
   */
  readonly modelPackagesSharedWith?: string[];

  /**
   * Where the figures are logged to as MLflow runs. The workload's tooling must be at least 0.8.0 for it.
   *
   * @default - nowhere
   */
  readonly mlflow?: MlflowTracking;
}
