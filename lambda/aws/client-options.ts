/**
 * Time-outs well inside the Lambda's own five minutes, for all calls of an invocation together: a call that hangs ends as an error that the
 * next poll gets over, not as a killed function, which the framework takes for the end.
 */
export const REQUEST_HANDLER = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** onEvent has one chance to come to a name, isComplete has the next poll. */
export const ATTEMPTS = { onEvent: 8, isComplete: 2 };

/** For the clients that only a poll uses. */
export const WITHIN_A_POLL = { maxAttempts: ATTEMPTS.isComplete, requestHandler: REQUEST_HANDLER };
