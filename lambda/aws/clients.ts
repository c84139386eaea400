import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ATTEMPTS, REQUEST_HANDLER } from './client-options';

let maxAttempts = ATTEMPTS.isComplete;
let sageMakerClient: SageMakerClient | undefined;
let cloudFormationClient: CloudFormationClient | undefined;

/** Called before the first call of an invocation. */
export function patienceOf(entry: keyof typeof ATTEMPTS): void {
  if (maxAttempts !== ATTEMPTS[entry]) {
    maxAttempts = ATTEMPTS[entry];
    sageMakerClient = cloudFormationClient = undefined;
  }
}

export function sagemaker(): SageMakerClient {
  return sageMakerClient ??= new SageMakerClient({ maxAttempts, requestHandler: REQUEST_HANDLER });
}

export function cloudFormation(): CloudFormationClient {
  return cloudFormationClient ??= new CloudFormationClient({ maxAttempts, requestHandler: REQUEST_HANDLER });
}
