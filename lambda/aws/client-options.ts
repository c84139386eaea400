/**
 * For the clients that only a poll uses: time-outs well inside the Lambda's own five minutes, and one more try, since another poll follows.
 */
export const WITHIN_A_POLL = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
