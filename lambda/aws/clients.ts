import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';

/**
 * Time-outs well inside the Lambda's own five minutes, for all calls of an invocation together: a call that hangs ends as an error that the
 * next poll gets over, not as a killed function, which the framework takes for the end.
 */
const REQUEST_HANDLER = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** onEvent has one chance to come to a name, isComplete has the next poll. */
const ATTEMPTS = { onEvent: 8, isComplete: 2 };

let maxAttempts = ATTEMPTS.isComplete;
let sageMakerClient: SageMakerClient | undefined;
let cloudFormationClient: CloudFormationClient | undefined;

/** Called before the first call: each process runs one of the two entries. */
export function patienceOf(entry: keyof typeof ATTEMPTS): void {
  maxAttempts = ATTEMPTS[entry];
}

export function sagemaker(): SageMakerClient {
  return sageMakerClient ??= new SageMakerClient({ maxAttempts, requestHandler: REQUEST_HANDLER });
}

export function cloudFormation(): CloudFormationClient {
  return cloudFormationClient ??= new CloudFormationClient({ maxAttempts, requestHandler: REQUEST_HANDLER });
}
