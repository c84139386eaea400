import { patienceOf } from './aws/patience';
import { clip, reasonOf, sentence, sentences } from './errors';
import { constantId, done, Failure, Named, NOT_YET, PlannedEvent, Progress, ResourceEvent, ResourceHandler, stackOf, text } from './event';
import type { JobKind, JobState, Kind } from './kind';
import { KINDS } from './kinds';
import { log } from './log';
import { StackState, stackState } from './stack';
import { Found, Store } from './store';
import { listTags, OWNER_TAG } from './tags';
import { LAP, Timed, timed } from './time';

/** How often a wait asks whether the stack still goes forward: DescribeStacks is rate-limited, and a cancelled deployment is rare. */
const STACK_CHECK = 5 * 60_000;
const POLL = 30_000;
/** CloudFormation takes 4,096 bytes for the whole answer. No location in S3 is longer than this. */
const MAX_ATTRIBUTE_BYTES = 1_024;
/** So that the ARN, the logs and what to do are still in the message. */
const MAX_REASON = 1_300;

/**
 * One lap of the wait for a job.
 *
 * A lap whose job is still running near its end completes, and the next one goes on; the last one stops the job and fails. Throwing is
 * final, so only a job that has ended badly makes a wait throw: whatever else goes wrong is asked again 30 seconds later.
 */
export class JobWait implements ResourceHandler<WaitPlan> {
  public async onEvent(event: ResourceEvent): Promise<Named<WaitPlan>> {
    const PhysicalResourceId = constantId(event);
    if (event.RequestType === 'Delete') {
      return { PhysicalResourceId, Plan: timed(LAP) };
    }
    const lap = Number(text(event.ResourceProperties, 'LapSeconds') ?? 0) * 1000;
    const operation = isLast(event) ? (await stackState(event)).operation : undefined;
    return { PhysicalResourceId, Plan: { operation, ...timed(lap) } };
  }

  public async isComplete(event: PlannedEvent<WaitPlan>): Promise<Progress> {
    if (event.RequestType === 'Delete' && !KINDS.get(text(event.ResourceProperties, 'JobType') ?? '')?.job) {
      return done(); // it never waited for anything
    }
    const wait = new Wait(event);
    return event.RequestType === 'Delete' ? wait.end() : wait.look();
  }
}

interface WaitPlan extends Timed {
  /** Of the last lap, which alone stops a job: the stack operation that it belongs to. */
  readonly operation?: string;
}

function isLast(event: ResourceEvent): boolean {
  return text(event.ResourceProperties, 'Last') === 'true';
}

class Wait {
  private readonly kind: Kind;
  private readonly job: JobKind;
  private readonly store: Store;
  private readonly name: string;
  private readonly last: boolean;
  /** Whether somebody else judges a run that failed. */
  private readonly acceptsFailure: boolean;

  constructor(private readonly event: PlannedEvent<WaitPlan>) {
    const type = text(event.ResourceProperties, 'JobType') ?? '';
    const kind = KINDS.get(type);
    if (!kind?.job) {
      throw new Failure(`JobType must be a kind of job that this handler knows, got "${type}"`);
    }
    this.kind = kind;
    this.job = kind.job;
    this.store = new Store(kind);
    this.name = text(event.ResourceProperties, 'JobName') ?? '';
    this.last = isLast(event);
    this.acceptsFailure = text(event.ResourceProperties, 'AcceptFailure') === 'true';
  }

  public async look(): Promise<Progress> {
    let found: Found | undefined;
    patienceOf(this.over() ? 'isComplete' : 'wait');
    try {
      found = await this.store.find(this.name);
    } catch (error) {
      return this.blind(error);
    }
    switch (found?.state) {
      case 'succeeded':
        await this.announce(found);
        return this.answer(found.status, found);
      case 'running':
      case 'stopping':
        return this.running(found);
      default:
        return this.bad(found);
    }
  }

  /** A lap that goes away while the stack rolls back stops a job that runs: a retained job gets no Delete of its own. */
  public async end(): Promise<Progress> {
    const rollback = (await stackState(this.event)).phase === 'rollback';
    const found = rollback ? await this.store.find(this.name) : undefined;
    if (found?.state === 'running') {
      const owner = (await listTags(found.arn)).get(OWNER_TAG);
      if (owner?.startsWith(`${stackOf(this.event).name}/`)) {
        log('stopping the job of a deployment that rolls back', { name: this.name });
        await this.store.stop(this.name);
      }
    }
    return done();
  }

  private async running(found: Found): Promise<Progress> {
    const over = this.over();
    if (over || this.timeToAsk()) {
      const stack = await this.stack();
      if (stack && stack.phase !== 'forward') {
        return this.answer(found.status, found); // whoever rolls back or deletes the stack ends the job
      }
      if (over && this.last) {
        return this.giveUp(found, stack);
      }
    }
    return over ? this.answer(found.status, found) : NOT_YET;
  }

  private async giveUp(found: Found, stack: StackState | undefined): Promise<Progress> {
    // A lap of a cancelled deployment that comes late must not stop the job of the next one.
    if (stack?.operation === this.event.Plan.operation) {
      await this.store.stop(this.name);
      await this.announce({ ...found, state: 'stopped' }, `it was still ${found.status} when waitTimeout ran out, so it was stopped`, Date.now());
    }
    throw new Failure(`${this.kind.title} ${found.arn} was still ${found.status} when waitTimeout ran out, so it was stopped. `
      + 'Raise waitTimeout and deploy again; after --no-rollback change rerunToken too');
  }

  /** Failed, stopped, or gone. */
  private async bad(found: Found | undefined): Promise<Progress> {
    if (!found && !this.last) {
      return this.answer('Gone'); // judged once, by the lap that stays when their number changes
    }
    patienceOf('isComplete'); // asked once in the whole wait, and what it hears is the failure's reason
    const stack = await this.stack();
    if (!stack && !this.over()) {
      return NOT_YET;
    }
    if (stack?.phase === 'rollback' || stack?.phase === 'delete') {
      return this.answer(found?.status ?? 'Gone', found);
    }
    if (!found) {
      if (text(this.event.OldResourceProperties, 'JobName') === this.name) {
        return this.answer('Gone'); // it had been waited for before, and was deleted by hand since
      }
      throw new Failure(`${this.kind.title} ${this.name} was never made, or was deleted while the deployment waited for it. `
        + 'Change rerunToken to run it again');
    }
    if (this.acceptsFailure && found.state === 'failed') {
      await this.announce(found, text(found.described, 'FailureReason'));
      return this.answer(found.status, found);
    }
    const reason = clip(sentences(text(found.described, 'FailureReason'), await this.details(found)), MAX_REASON);
    await this.announce(found, reason);
    throw new Failure(`${this.kind.title} ended ${found.status}${reason ? `: ${reason}` : ''} (${found.arn}). `
      + `Logs: ${this.job.logs}. Mend the cause and deploy again; ${this.advice()}`);
  }

  /** Tells of the end of the job whoever wants to know. Whatever comes of that, the wait ends as it would have without. */
  private async announce(found: Found, reason = '', stoppedAt?: number): Promise<void> {
    const logicalId = text(this.event.ResourceProperties, 'Announce');
    if (logicalId === undefined) {
      return;
    }
    try {
      const { announce } = await import('./announcement.js');
      await announce(this.event, { logicalId, kind: this.kind, job: this.job, found, reason: clip(reason, MAX_REASON), stoppedAt });
    } catch (error) {
      log('the end of the job was not announced', { name: this.name, reason: reasonOf(error) });
    }
  }

  private advice(): string {
    return text(this.event.OldResourceProperties, 'JobName') === this.name
      ? 'change rerunToken too, since this run failed in an earlier deployment and still stands for its inputs'
      : 'after --no-rollback change rerunToken too, since the failed job still stands for its inputs';
  }

  /** The job has failed, whatever else can or cannot be found out about it. */
  private async details(found: Found): Promise<string | undefined> {
    try {
      return found.state === 'failed' ? await this.job.failureDetails?.(found) : undefined;
    } catch (error) {
      log('no details of the failure', { name: this.name, reason: reasonOf(error) });
      return undefined;
    }
  }

  /** The job could not be looked at. That says nothing about the job, so the lap goes on, and so do the laps after it. */
  private async blind(error: unknown): Promise<Progress> {
    log('could not look at the job', { name: this.name, reason: reasonOf(error) });
    if (!this.over()) {
      return NOT_YET;
    }
    if (!this.last) {
      return this.answer('Unknown');
    }
    throw new Failure(`${this.kind.title} ${this.name} could not be looked at when waitTimeout ran out: ${sentence(reasonOf(error))}`);
  }

  /** Undefined while CloudFormation does not say: DescribeStacks is throttled sooner than anything else here. */
  private async stack(): Promise<StackState | undefined> {
    try {
      return await stackState(this.event);
    } catch (error) {
      log('could not look at the stack', { reason: reasonOf(error) });
      return undefined;
    }
  }

  private over(): boolean {
    return Date.now() + POLL >= this.event.Plan.deadline;
  }

  private timeToAsk(): boolean {
    return (Date.now() - this.event.Plan.started) % STACK_CHECK >= STACK_CHECK - POLL;
  }

  /** Every attribute that was promised is there, if only as an empty string: CloudFormation fails whoever reads one that is missing. */
  private answer(status: string, found?: Found): Progress {
    const data: Record<string, string> = { Status: status, JobName: this.name, JobArn: found?.arn ?? '' };
    if (this.last) {
      const ended: JobState[] = this.acceptsFailure ? ['succeeded', 'failed'] : ['succeeded'];
      for (const [attribute, read] of Object.entries(this.job.attributes)) {
        data[attribute] = found && ended.includes(found.state) ? short(read(found.described)) : '';
      }
    }
    return done(data);
  }
}

function short(value: unknown): string {
  const string = value === undefined || value === null ? '' : value instanceof Date ? value.toISOString() : String(value);
  return Buffer.byteLength(JSON.stringify(string)) <= MAX_ATTRIBUTE_BYTES ? string : '';
}
