/** When a request began, and when its handler ends by itself: both travel with it, since nothing else outlives a poll. */
export interface Timed {
  readonly started: number;
  readonly deadline: number;
}

const MINUTE = 60_000;

/** Well inside CloudFormation's hour and the framework's 54 minutes: the framework's own time-out may end without an answer. */
export const LAP = 50 * MINUTE;
/** How long what waits for no job is tried again: throttling passes in minutes, what lasts longer should be seen. */
export const HOLD = 15 * MINUTE;
/** How long onEvent tries calls that are throttled or fail: the function has 14 minutes. */
export const PATIENCE = 12 * MINUTE;
/** How long a missing permission may be IAM that has not caught up yet. */
export const GRACE = 5 * MINUTE;

/** A Create that CloudFormation gave up on may still be between two of its calls for this long. */
export const SLOW_CREATE = 2.5 * MINUTE;

/** What CloudFormation says of a resource is at most so old. */
export const STALE = MINUTE;

/** By then CloudFormation has taken in what the framework may have said at once: that it could not start the waiter, which runs all the same. */
const SETTLED = 10_000;

/** Nobody promises that the results of a job are there the moment it says that it has completed. */
export const LATE_RESULTS = 3 * MINUTE;

export function timed(duration: number): Timed {
  const started = Date.now();
  return { started, deadline: started + duration };
}

/** Waits until what CloudFormation says of a resource tells whether it still waits for the request. Before that nothing is made. */
export async function settled({ started }: Timed): Promise<void> {
  const left = started + SETTLED - Date.now();
  if (left > 0) {
    await new Promise(resolve => setTimeout(resolve, left));
  }
}

/** Whether so much time has passed since the request began. */
export function hasPassed({ started }: Timed, duration: number): boolean {
  return Date.now() >= started + duration;
}
