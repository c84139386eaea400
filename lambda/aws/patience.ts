import type { SageMakerClientConfig } from '@aws-sdk/client-sagemaker';
import { isPermission, isTransient } from '../errors';
import { GRACE, PATIENCE } from '../time';

type RetryStrategy = Extract<SageMakerClientConfig['retryStrategy'], { refreshRetryTokenForRetry: unknown }>;
type Failed = Parameters<RetryStrategy['refreshRetryTokenForRetry']>[1];

/** How often the calls of an invocation are tried again, and for how long after a permission was missing. */
const PATIENCE_OF = {
  /**
   * It has no next poll, and a rollback in which it fails leaves a stack that is stuck. So it goes on for as long as throttling and IAM may last,
   * which it can, since all that it does can be done twice.
   */
  onEvent: { attempts: Infinity, longestPause: 45_000, permission: GRACE },
  /** A missing permission is left to the next poll. */
  isComplete: { attempts: 2, longestPause: 1_000, permission: 0 },
  /** Most of all calls are those of waits. Where they are throttled they make room, and look again 30 seconds later. */
  wait: { attempts: 1, longestPause: 0, permission: 0 },
};

let patience = { ...PATIENCE_OF.isComplete, began: Date.now() };

/** Called before the first call of an invocation. */
export function patienceOf(entry: keyof typeof PATIENCE_OF): void {
  patience = { ...PATIENCE_OF[entry], began: Date.now() };
}

/**
 * Pauses are anything between nothing and three times the longest one before: hundreds of deployments that are throttled in the same second spread over
 * the next minute, and each call that succeeds is over and done with, however the one after it goes.
 */
export const RETRIES: RetryStrategy = {
  acquireInitialRetryToken: () => Promise.resolve(after(0, 0)),
  refreshRetryTokenForRetry: (token, failed) => {
    const tries = token.getRetryCount() + 1;
    const pause = Math.random() * Math.min(patience.longestPause, 2_000 * 3 ** (tries - 1));
    return tries < patience.attempts && Date.now() + pause < patience.began + lastsFor(failed)
      ? Promise.resolve(after(tries, pause))
      : Promise.reject(new Error('no other try'));
  },
  recordSuccess: () => undefined,
};

function after(tries: number, pause: number) {
  return { getRetryCount: () => tries, getRetryDelay: () => pause };
}

function lastsFor({ error, errorType }: Failed): number {
  if (isPermission(error)) {
    return patience.permission;
  }
  return errorType !== 'CLIENT_ERROR' || isTransient(error) ? PATIENCE : 0;
}
