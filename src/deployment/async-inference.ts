import { aws_kms as kms, aws_sns as sns } from 'aws-cdk-lib';
import { JobOutput } from '../jobs/job-output';

/**
 * A notification of an asynchronous endpoint.
 */
export enum AsyncNotification {
  /** That of a request which was answered. */
  SUCCESS = 'SUCCESS_NOTIFICATION_TOPIC',
  /** That of a request which failed. */
  ERROR = 'ERROR_NOTIFICATION_TOPIC',
}

/**
 * An endpoint that queues its requests, and writes its answers to S3.
 *
 * Requests name an object in S3 as their input: let the role of the endpoint read it, as in `bucket.grantRead(deployment)`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
 */
export interface AsyncInference {
  /**
   * Where answers are written. The URI has up to 512 characters.
   */
  readonly output: JobOutput;

  /**
   * Where answers of requests that failed are written. The URI has up to 512 characters.
   *
   * @default - nowhere: what went wrong is only in the notification
   */
  readonly failureOutput?: JobOutput;

  /**
   * The topic that is told of each request that was answered.
   *
   * @default - none
   */
  readonly successTopic?: sns.ITopic;

  /**
   * The topic that is told of each request that failed.
   *
   * @default - none
   */
  readonly errorTopic?: sns.ITopic;

  /**
   * Which of the notifications have the answer itself in them. Each needs its topic.
   *
   * @default - none: they say where the answer is
   */
  readonly includeInferenceResponseIn?: AsyncNotification[];

  /**
   * How many requests an instance works on at a time: 1 to 1000.
   *
   * @default - SageMaker's choice
   */
  readonly maxConcurrentInvocationsPerInstance?: number;

  /**
   * The KMS key that encrypts the answers.
   *
   * @default - they are encrypted as the bucket says
   */
  readonly encryptionKey?: kms.IKey;
}
