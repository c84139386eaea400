import { aws_kms as kms, Duration } from 'aws-cdk-lib';
import { JobOutput } from '../job-output';
import { JobNetworkProps, JobProps } from '../job-props';
import { MlInstanceType } from '../ml-instance-type';
import { ModelOptimization } from './model-optimization';
import { OptimizationModel } from './optimization-model';

/**
 * What is known of an existing optimization job.
 */
export interface OptimizationJobAttributes {
  /**
   * Name of the job.
   */
  readonly optimizationJobName: string;

  /**
   * Where the job wrote the optimized model. An endpoint with it downloads it, and is granted read access to it.
   *
   * @default - not known: grant the endpoint's role read access yourself
   */
  readonly output?: JobOutput;

  /**
   * The KMS key that the job encrypted the optimized model with. An endpoint with it is allowed to decrypt by it.
   *
   * @default - none, or not known
   */
  readonly outputEncryptionKey?: kms.IKey;
}

/**
 * What an optimization job is to do.
 */
export interface OptimizationJobProps extends JobProps, JobNetworkProps {
  /**
   * The model to optimize.
   */
  readonly model: OptimizationModel;

  /**
   * The instance type that the optimized model is to be deployed on. The service chooses by itself what the job runs on.
   *
   * `GpuInstanceType` has constants for those with GPUs; `MlInstanceType.fromName('ml.inf2.48xlarge')` is for all others.
   */
  readonly instanceType: MlInstanceType;

  /**
   * What to do with the model: 1 to 10 optimizations, which must go together on the instance type.
   */
  readonly optimizations: ModelOptimization[];

  /**
   * Where the optimized model goes. The job's name is appended as a folder.
   */
  readonly output: JobOutput;

  /**
   * The KMS key that the optimized model is encrypted with. The default role is allowed to use it, and so is the role of an endpoint that
   * deploys the model.
   *
   * @default - encryption is that of the bucket
   */
  readonly outputEncryptionKey?: kms.IKey;

  /**
   * Name of the SageMaker model that the job writes its result to, beside the files in S3: up to 63 letters, digits and hyphens. A deployment
   * of the job then deploys that model.
   *
   * The model is not part of the stack, so nothing deletes it. AWS doesn't say what becomes of an existing one: give a new name with each
   * change that runs the job again.
   *
   * @default - none: a deployment makes a model of the files
   */
  readonly outputModelName?: string;

  /**
   * Environment variables of the model's container, up to 25. Names have 1 to 256 characters, values up to 256. A deployment serves the
   * optimized model with them too.
   *
   * @default - none
   */
  readonly environment?: { [key: string]: string };

  /**
   * How many instances the job may use at most, at least 1.
   *
   * @default - the service's choice
   */
  readonly maxInstanceCount?: number;

  /**
   * ARN of the SageMaker training plan on whose reserved capacity the job runs.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/reserve-capacity-with-training-plans.html
   * @default - on-demand capacity
   */
  readonly trainingPlanArn?: string;

  /**
   * How long the job may run before the service stops it: 1 second to 28 days. Another value is another job.
   *
   * The deployment waits for as long as `waitTimeout` says, which for a job of more than 16 hours must be given too.
   *
   * @default Duration.hours(10)
   */
  readonly maxRuntime?: Duration;

  /**
   * How long the job may take with all waiting for capacity, at least as long as `maxRuntime`. Another value is another job.
   *
   * @default - the service's choice
   */
  readonly maxWaitTime?: Duration;

  /**
   * How long the job may be pending before the service stops it: 2 hours to 28 days. Another value is another job.
   *
   * @default - the service's choice
   */
  readonly maxPendingTime?: Duration;
}
