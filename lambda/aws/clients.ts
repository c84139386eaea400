import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { RETRIES } from './patience';

/**
 * Time-outs well inside the Lambda's own, for all calls of an invocation together: a call that hangs ends as an error that the next poll gets
 * over, not as a killed function, which the framework takes for the end.
 */
export const OPTIONS = { retryStrategy: RETRIES, requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true } };

const clients = new Map<object, unknown>();

/** The one client of its class. Loaded with whatever calls it: most are as large as the rest of the handlers. */
export function clientOf<Client>(constructor: new (options: typeof OPTIONS) => Client): Client {
  const client = clients.get(constructor) as Client | undefined ?? new constructor(OPTIONS);
  clients.set(constructor, client);
  return client;
}

export function sagemaker(): SageMakerClient {
  return clientOf(SageMakerClient);
}
