import type { Found } from '../store';

/**
 * On a job that was judged: the run that passed last as of then.
 *
 * Its own name if it passed, and one without expectations passes. If it did not, the run that it was compared with, so that after an update
 * that failed and was not rolled back the next run is not compared with one that failed. Where several runs are judged together all of them
 * have the same: the run whose figures were taken, or the first one that completed where it was the median of all. Of such a group that is
 * found by its tag alone, the other runs are not known, and that one run stands for them.
 */
export const LAST_PASSING_RUN_TAG = 'cdk-sagemaker-inference:last-passing-run';

/** No run has passed yet. No job has this name. */
const NONE = '-';

/** The calls that this takes. */
export interface JobCalls {
  find(name: string): Promise<Found | undefined>;
  tags(arn: string): Promise<Map<string, string>>;
  tag(arn: string, current: Map<string, string>, key: string, value: string): Promise<void>;
}

/** The run that passed last, and those that were judged with it if they are known; or why there is none. */
export type LastPassing =
  | { readonly names: readonly string[]; readonly passed?: string }
  | { readonly names?: undefined; readonly why: string; readonly lost?: boolean };

/** Before the runs that are judged now, as of those that the stack stood for before. Both are the same when they are judged again. */
export async function lastPassing(now: readonly string[], before: readonly string[], calls: JobCalls): Promise<LastPassing> {
  const jobs = present(await Promise.all(before.map(name => calls.find(name))));
  if (jobs.length === 0) {
    return before.length === 0
      ? { why: 'no run has passed before' }
      : { why: `the run before, ${before.join(', ')}, was deleted`, lost: true };
  }
  const passed = await passedAsOf(jobs[0], calls);
  if (passed === NONE || (passed === undefined && now.includes(jobs[0].name))) {
    return { why: 'no run has passed before' };
  }
  // What the stack stands for is good enough to be compared with, even if nobody could note that it passed.
  return passed === undefined || before.includes(passed) ? { names: jobs.map(({ name }) => name), passed } : { names: [passed], passed };
}

export async function passedAsOf(job: Found, calls: JobCalls): Promise<string | undefined> {
  return (await calls.tags(job.arn)).get(LAST_PASSING_RUN_TAG);
}

/** Whether these runs have passed, or nobody knows any more, since they were deleted by hand. */
export async function havePassed(names: readonly string[], calls: JobCalls): Promise<boolean> {
  const jobs = present(await Promise.all(names.map(name => calls.find(name))));
  return jobs.length < names.length || names.includes(await passedAsOf(jobs[0], calls) ?? NONE);
}

/** Writes down on a job which run has passed last. */
export async function note(name: string, passed: string | undefined, calls: JobCalls): Promise<void> {
  const job = await calls.find(name);
  if (job) {
    await calls.tag(job.arn, await calls.tags(job.arn), LAST_PASSING_RUN_TAG, passed ?? NONE);
  }
}

export function present(jobs: readonly (Found | undefined)[]): Found[] {
  return jobs.filter(job => job !== undefined);
}
