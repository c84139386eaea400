import { putEvent } from './aws/events';
import { patienceOf } from './aws/patience';
import { PlannedEvent, stackOf, text } from './event';
import type { JobKind, JobState, Kind } from './kind';
import { log } from './log';
import { isAwaited, stackState } from './stack';
import type { Found } from './store';
import type { Timed } from './time';

/*
 * Loaded when somebody wants to know of the end of a job, and only then.
 *
 * FROZEN: what is in an event stays in it, and means the same. Rules of users look for it.
 */

const SOURCE = 'cdk-sagemaker-inference';
const DETAIL_TYPE = 'SageMaker Inference Job Ended';
/** Raised if a member goes or gets another meaning. */
const VERSION = '1';

/** Each kind of job has words of its own for how it ended. */
const STATUS: Partial<Record<JobState, string>> = { succeeded: 'Completed', failed: 'Failed', stopped: 'Stopped' };

/** A job that has ended, as the wait for it has seen it. */
export interface Ended {
  /** The resource of the job, in the template. */
  readonly logicalId: string;
  readonly kind: Kind;
  readonly job: JobKind;
  readonly found: Found;
  /** Empty if it completed. */
  readonly reason: string;
  /** Of one that is stopped right now, and has no end yet. */
  readonly stoppedAt?: number;
}

/** Puts an event that says how a job ended, unless it is known already. */
export async function announce(event: PlannedEvent<Timed>, { logicalId, kind, job, found, reason, stoppedAt }: Ended): Promise<void> {
  const status = STATUS[found.state];
  const created = time(found.described.CreationTime);
  const ended = stoppedAt ?? time(job.attributes.EndTime(found.described));
  patienceOf('wait'); // the deployment waits for this: no second try
  if (status === undefined || !await isNews(event, job, ended ?? created)) {
    return;
  }
  const endedAt = ended ?? Date.now();
  const startedAt = created ?? event.Plan.started;
  await putEvent({
    Source: SOURCE,
    DetailType: DETAIL_TYPE,
    Resources: [found.arn],
    Detail: JSON.stringify({
      version: VERSION,
      jobType: kind.type,
      jobName: found.name,
      jobArn: found.arn,
      status,
      failureReason: reason,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(endedAt).toISOString(),
      durationSeconds: Math.round((endedAt - startedAt) / 1000),
      stackName: stackOf(event).name,
      stackId: event.StackId,
      logicalId,
    }),
  });
  log('announced', { name: found.name, status });
}

/**
 * Every lap, and every later update of one, looks at a job that has ended. It is news to the first lap that sees it, if the job ended in the
 * operation of the stack that this lap is a part of: a job that a retry adopts was announced when it ended. And it is news only while
 * CloudFormation waits for this lap: of two deliveries of one request the second finds that it does not any more.
 *
 * @param ended when the job ended, or what is known of that: no earlier than this
 */
async function isNews(event: PlannedEvent<Timed>, job: JobKind, ended: number | undefined): Promise<boolean> {
  const before = job.states[text(event.ResourceProperties, 'StatusBefore') ?? ''];
  if (before !== undefined && before in STATUS) {
    return false;
  }
  // Where it ended before this lap began, only the stack knows when the operation did. That is rare: between two laps, or within seconds.
  if (ended !== undefined && ended < event.Plan.started) {
    const { operation } = await stackState(event);
    if (ended < Date.parse(operation)) {
      return false;
    }
  }
  return isAwaited(event).catch(() => true);
}

function time(value: unknown): number | undefined {
  return value instanceof Date ? value.getTime() : undefined;
}
