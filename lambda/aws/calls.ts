import { isBusy, isNotFound } from '../errors';

/** What a Describe answers, or undefined if there is no such thing. */
export async function orNothing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Whether a Stop or Delete has taken effect: what is gone already needs neither, and what is in use needs another try. */
export async function settled(call: Promise<unknown> | undefined): Promise<boolean> {
  try {
    await call;
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
