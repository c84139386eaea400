import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ATTEMPTS, REQUEST_HANDLER } from './client-options';

interface Options {
  readonly maxAttempts: number;
  readonly requestHandler: typeof REQUEST_HANDLER;
}

let maxAttempts = ATTEMPTS.isComplete;
const clients = new Map<object, unknown>();

/** Called before the first call of an invocation. */
export function patienceOf(entry: keyof typeof ATTEMPTS): void {
  if (maxAttempts !== ATTEMPTS[entry]) {
    maxAttempts = ATTEMPTS[entry];
    clients.clear();
  }
}

/** The one client of its class, which has the patience of the invocation. */
export function clientOf<Client>(constructor: new (options: Options) => Client): Client {
  const client = clients.get(constructor) as Client | undefined ?? new constructor({ maxAttempts, requestHandler: REQUEST_HANDLER });
  clients.set(constructor, client);
  return client;
}

export function sagemaker(): SageMakerClient {
  return clientOf(SageMakerClient);
}
