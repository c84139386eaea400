/**
 * Where a job logs its figures to as an MLflow run.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-mlflow.html
 */
export interface MlflowTracking {
  /**
   * ARN of a SageMaker MLflow App, which must be in the job's Region and running.
   *
   * The API lets the ARN of a tracking server through as well, but the documentation speaks of Apps only.
   */
  readonly resourceArn: string;

  /**
   * The experiment that the run belongs to: 1 to 256 letters, digits and `-_./`.
   *
   * @default - the service's choice
   */
  readonly experimentName?: string;

  /**
   * Name of the run: 1 to 256 letters, digits and `-_./`.
   *
   * @default - the name of the job
   */
  readonly runName?: string;
}
