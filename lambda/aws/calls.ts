import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { isBusy, isNotFound } from '../errors';
import type { Properties } from '../event';

/** A call by the class of its command. Requests are made from data, so their types are checked by the service and not by the compiler. */
export function call(command: new (input: never) => unknown): (client: SageMakerClient, input: Properties) => Promise<unknown> {
  return (client, input) => client.send(new command(input as never) as Parameters<SageMakerClient['send']>[0]);
}

/** What a Describe answers, or undefined if there is no such thing. */
export async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Whether a Stop or Delete has taken effect: what is gone already needs neither, and what is in use needs another try. */
export async function settled(answer: Promise<unknown> | undefined): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (isNotFound(error)) {
      return true;
    }
    if (isBusy(error)) {
      return false;
    }
    throw error;
  }
}
