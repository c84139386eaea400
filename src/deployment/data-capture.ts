import { aws_kms as kms } from 'aws-cdk-lib';
import { JobOutput } from '../jobs/job-output';

/**
 * Which part of a request's traffic is captured.
 */
export enum CaptureMode {
  /** What the caller sent. */
  INPUT = 'Input',
  /** What the model answered. */
  OUTPUT = 'Output',
}

/**
 * Requests and answers that an endpoint writes to S3.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
 */
export interface DataCapture {
  /**
   * Where they are written. The URI has up to 512 characters.
   *
   * Files are put in folders by endpoint, variant and hour.
   */
  readonly destination: JobOutput;

  /**
   * Percentage of the requests that are captured: a whole number, 0 to 100.
   *
   * @default 100
   */
  readonly samplingPercentage?: number;

  /**
   * What is captured of each.
   *
   * @default - both, the input and the output
   */
  readonly modes?: CaptureMode[];

  /**
   * The KMS key that encrypts the files.
   *
   * @default - they are encrypted as the bucket says
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Content types that are written as they are, as CSV: 1 to 10. Content of no given type is written in base64.
   *
   * @default - SageMaker's choice
   */
  readonly csvContentTypes?: string[];

  /**
   * Content types that are written as they are, as JSON: 1 to 10, such as `application/json`. Content of no given type is written in base64.
   *
   * @default - SageMaker's choice
   */
  readonly jsonContentTypes?: string[];
}
