import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { regionOf, validatePlace } from '../../private/environment';
import { known, Validation } from '../../private/validation';
import { MlflowTracking } from '../mlflow-tracking';

const NAME = /[a-zA-Z0-9\-_./]+/;
const NAME_RULE = 'hold only letters, digits and -_./';

/** What is wrong with where a job logs to. */
export function validateMlflow(prop: string, mlflow: MlflowTracking | undefined, scope: IConstruct): string[] {
  const validation = new Validation(prop);
  validation.length(`${prop}.resourceArn`, mlflow?.resourceArn, 20, 2048);
  validation.matches(`${prop}.resourceArn`, mlflow?.resourceArn,
    /arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:mlflow-(app|tracking-server)\/.*/, 'be the ARN of a SageMaker MLflow App');
  validation.add(validatePlace(`${prop}.resourceArn`, { region: regionOf(mlflow?.resourceArn) }, scope));
  validation.length(`${prop}.experimentName`, mlflow?.experimentName, 1, 256);
  validation.matches(`${prop}.experimentName`, mlflow?.experimentName, NAME, NAME_RULE);
  validation.length(`${prop}.runName`, mlflow?.runName, 1, 256);
  validation.matches(`${prop}.runName`, mlflow?.runName, NAME, NAME_RULE);
  return validation.messages;
}

/** What is legal but not documented to work. */
export function warnOfMlflow(prop: string, mlflow: MlflowTracking | undefined, scope: IConstruct): void {
  if (known(mlflow?.resourceArn) && mlflow.resourceArn.includes(':mlflow-tracking-server/')) {
    Annotations.of(scope).addWarningV2('cdk-sagemaker-inference:mlflowTrackingServer',
      `${prop} names an MLflow tracking server, but jobs are documented to log to MLflow Apps only: the job may fail`);
  }
}

/** The member of the Create request. */
export function renderMlflow(mlflow: MlflowTracking | undefined): Record<string, unknown> | undefined {
  return mlflow && {
    MlflowResourceArn: mlflow.resourceArn,
    MlflowExperimentName: mlflow.experimentName,
    MlflowRunName: mlflow.runName,
  };
}
