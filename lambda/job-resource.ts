import { isTaken } from './errors';
import { done, Failure, Named, NOT_YET, PlannedEvent, Progress, ResourceEvent, ResourceHandler, sagemakerArn } from './event';
import type { Kind } from './kind';
import { log } from './log';
import { byRun, hashOf, isContentName, isRunOf, runNames } from './naming';
import { baseName, createRequest, sameInputs } from './request';
import { currentId, isAwaited, isCleaningUp, isEnding, isOfThis, mayCreate, stackState, StackState } from './stack';
import { Found, Store } from './store';
import { listTags, ownerOf, OWNER_TAG, ownTags, REQUEST_TAG, retag, tagsIn, updateTags } from './tags';
import { hasPassed, LAP, settled, SLOW_CREATE, STALE, Timed, timed } from './time';

/** What isComplete is to bring about. */
export interface JobPlan extends Timed {
  /** `ensure`: it shall exist. `keep`: whatever is there stays, and nothing is created. `remove`: it shall not exist. */
  readonly action: 'ensure' | 'keep' | 'remove';
  /** The stack operation that this request belongs to. */
  readonly operation?: string;
  /** What a failed update was to make: its first name. */
  readonly abandon?: string;
  /** What this resource stood for before this update: a job of it that still runs is nobody's any more. */
  readonly supersede?: { readonly id: string; readonly base: string };
}

/**
 * A SageMaker resource that is named by what it is made from.
 *
 * onEvent only reads and comes to a name. All that has an effect happens in isComplete: when onEvent fails on Create, the framework answers
 * with a marker and swallows the Delete that follows, so whatever it had created would outlive the stack.
 */
export class JobResource implements ResourceHandler<JobPlan> {
  private readonly store: Store;

  constructor(private readonly kind: Kind) {
    this.store = new Store(kind);
  }

  public async onEvent(event: ResourceEvent): Promise<Named<JobPlan>> {
    if (event.RequestType === 'Delete') {
      return { PhysicalResourceId: event.PhysicalResourceId!, Plan: { action: 'remove', ...timed(LAP) } };
    }
    const base = baseName(this.kind, event, event.ResourceProperties);
    if (event.RequestType === 'Create') {
      const { operation } = await stackState(event);
      return { PhysicalResourceId: await this.nextRun(base, event), Plan: { action: 'ensure', operation, ...timed(LAP) } };
    }
    return this.planUpdate(event, event.PhysicalResourceId!, base);
  }

  private async planUpdate(event: ResourceEvent, id: string, base: string): Promise<Named<JobPlan>> {
    const same = sameInputs(event.ResourceProperties, event.OldResourceProperties);
    if (same && isRunOf(base, id)) {
      return { PhysicalResourceId: id, Plan: { action: 'keep', ...timed(LAP) } };
    }
    const stack = await stackState(event);
    if (same) {
      return this.planAgain(event, id, base, stack);
    }
    const before = baseName(this.kind, event, event.OldResourceProperties);
    // In a rollback the "old" properties are those of the update that failed. Otherwise what they made is what this resource
    // stands for, and CloudFormation deletes it in its clean-up, unless an earlier update failed before it could say its id.
    // A configuration is left to the clean-up even in a rollback: it costs nothing, and jobs may still use it.
    const untold = !isRunOf(before, id);
    const abandon = untold || (stack.phase === 'rollback' && this.kind.job) ? before : undefined;
    if (isRunOf(base, id)) {
      return { PhysicalResourceId: id, Plan: { action: 'keep', abandon, ...timed(LAP) } };
    }
    const forward = stack.phase === 'forward';
    return {
      PhysicalResourceId: forward ? await this.nextRun(base, event) : await this.lastRun(base, event),
      Plan: forward
        ? { action: 'ensure', operation: stack.operation, abandon, supersede: { id, base: before }, ...timed(LAP) }
        : { action: 'keep', abandon, ...timed(LAP) },
    };
  }

  /**
   * An update to these inputs failed before it could say its id, so that the resource still stands for others: CloudFormation takes the properties
   * that failed for the old ones. What there is of these inputs is left alone, whichever way the stack goes.
   */
  private async planAgain(event: ResourceEvent, id: string, base: string, { phase, operation }: StackState): Promise<Named<JobPlan>> {
    if (phase === 'forward') {
      return { PhysicalResourceId: await this.nextRun(base, event), Plan: { action: 'ensure', operation, ...timed(LAP) } };
    }
    return { PhysicalResourceId: await this.lastRun(base, event, id), Plan: { action: 'keep', ...timed(LAP) } };
  }

  /** Nothing for a request to make something: whether that is still waited for, isComplete asks first. */
  public async beginToRemove(event: PlannedEvent<JobPlan>): Promise<void> {
    const { action, abandon } = event.Plan;
    if (action === 'remove') {
      await this.remove(event);
    } else if (action === 'keep' && abandon !== undefined) {
      await this.abandon(abandon, event);
    }
  }

  public async isComplete(event: PlannedEvent<JobPlan>): Promise<Progress> {
    const { action, abandon, supersede } = event.Plan;
    if (action === 'remove') {
      return this.remove(event);
    }
    if (action === 'ensure') {
      await settled(event.Plan);
      if (!await isAwaited(event)) {
        return this.unasked(event);
      }
    }
    if (abandon !== undefined && !await this.abandon(abandon, event)) {
      return NOT_YET;
    }
    if (supersede !== undefined && this.kind.stop) {
      await this.stopRunning(supersede, event);
    }
    return action === 'ensure' ? this.ensure(event) : this.keep(event);
  }

  /** Nothing is done for a request that comes too late; but the state of a resource may be some seconds old where it is asked for. */
  private unasked({ Plan }: PlannedEvent<JobPlan>): Progress {
    if (!hasPassed(Plan, STALE)) {
      return NOT_YET;
    }
    throw new Failure(`no ${this.kind.title} was created, because CloudFormation no longer waits for it`);
  }

  /** The run that is to be adopted, or the first free name: a run that failed in an earlier deployment is over, one that succeeded is kept. */
  private async nextRun(base: string, event: ResourceEvent): Promise<string> {
    const { runs, taken } = await this.survey(base, event);
    const adopted = runs.find(run => run.requestId === event.RequestId)
      ?? runs.find(run => run.state === 'succeeded')
      ?? runs.find(run => run.state === 'running');
    if (adopted) {
      log('adopting', { name: adopted.name, status: adopted.status });
      return adopted.name;
    }
    for (const name of runNames(base)) {
      if (!taken.has(name)) {
        return name;
      }
    }
    throw new Failure(`every name from ${base} to its 99th run is taken: delete runs that failed, or change rerunToken`);
  }

  /** What a rollback goes back to: the best of the runs that are there, and no new one. */
  private async lastRun(base: string, event: ResourceEvent, otherwise = base): Promise<string> {
    const { runs } = await this.survey(base, event);
    return (runs.find(run => run.state === 'succeeded') ?? runs.at(-1))?.name ?? otherwise;
  }

  /**
   * The runs of the same inputs that belong to this resource, oldest name first, and the names that are taken.
   *
   * Listed by hash, because a run may have another prefix (`jobName` was changed since) and an earlier one may have been deleted by hand;
   * the first name is also asked for directly, because a list may lag behind.
   */
  private async survey(base: string, event: ResourceEvent): Promise<{ runs: Run[]; taken: Set<string> }> {
    const names = new Set([base, ...(await this.store.list(hashOf(base))).filter(name => isRunOf(base, name))]);
    const runs: Run[] = [];
    const taken = new Set<string>();
    for (const name of [...names].sort(byRun)) {
      const found = await this.store.find(name);
      if (!found) {
        continue;
      }
      taken.add(name);
      const tags = await listTags(found.arn);
      if (tags.get(OWNER_TAG) === ownerOf(event)) {
        runs.push({ ...found, requestId: tags.get(REQUEST_TAG) });
      } else {
        log('name is taken by something of somebody else', { name });
      }
    }
    return { runs, taken };
  }

  private async ensure(event: PlannedEvent<JobPlan>): Promise<Progress> {
    const name = event.PhysicalResourceId;
    const found = await this.store.find(name);
    if (found) {
      const tags = await listTags(found.arn);
      if (tags.get(OWNER_TAG) !== ownerOf(event)) {
        throw new Failure(`${this.kind.title} ${found.arn} exists, but this stack did not make it: delete it and deploy again`);
      }
      // Whoever adopts a job is its maker from now on: a duplicate of this request must recognize it, even when it has failed by then.
      await updateTags(found.arn, tags, [...tagsIn(event.ResourceProperties), ...ownTags(event)], []);
      return this.answer(event, found.arn);
    }
    return this.create(event);
  }

  private async create(event: PlannedEvent<JobPlan>): Promise<Progress> {
    const name = event.PhysicalResourceId;
    const stack = await stackState(event);
    if (!mayCreate(stack, event.Plan.operation)) {
      throw new Failure(`no ${this.kind.title} was created, because the stack operation that asked for it is over (the stack is ${stack.status})`);
    }
    try {
      const arn = await this.store.create(createRequest(this.kind, event, name));
      log('created', { name, arn });
      return this.answer(event, arn);
    } catch (error) {
      if (isTaken(error)) {
        return NOT_YET; // the next poll sees whose it is
      }
      throw error;
    }
  }

  /**
   * No job is created here, even if someone deleted it by hand: a tag edit or a rollback must not start one. A configuration costs nothing,
   * and jobs need it, so it comes back.
   */
  private async keep(event: PlannedEvent<JobPlan>): Promise<Progress> {
    const found = await this.store.find(event.PhysicalResourceId);
    if (!found) {
      if (!this.kind.job && (await stackState(event)).phase === 'forward') {
        return this.create(event);
      }
      log('gone, and not made again', { name: event.PhysicalResourceId });
    } else {
      const tags = await listTags(found.arn);
      if (tags.get(OWNER_TAG) === ownerOf(event)) {
        await retag(event, found.arn, tags);
      }
    }
    return this.answer(event, found?.arn);
  }

  /**
   * --no-rollback leaves a job running whose deployment failed; the next update must not pay for both. A job that a stack stands for has ended.
   * By its id and by the properties before, since CloudFormation does not say of which update they are after one that failed.
   */
  private async stopRunning({ id, base }: { id: string; base: string }, event: PlannedEvent<JobPlan>): Promise<void> {
    const { runs } = await this.survey(base, event);
    const current = isContentName(id) ? await this.owned(id, event) : [];
    const running = [...current, ...runs].filter(run => run.state === 'running').map(run => run.name);
    for (const name of new Set(running)) {
      log('stopping what the failed update before this one had started', { name });
      await this.store.stop(name);
    }
  }

  private answer(event: PlannedEvent<JobPlan>, arn?: string): Progress {
    const name = event.PhysicalResourceId;
    return done({ Name: name, Arn: arn ?? sagemakerArn(event, this.kind.arnType, name) });
  }

  /**
   * Ends what a failed update had started, at once and not only in CloudFormation's clean-up, which knows nothing of a job whose id it was
   * never told. Returns whether that is over.
   */
  private async abandon(base: string, event: PlannedEvent<JobPlan>): Promise<boolean> {
    const { runs } = await this.survey(base, event);
    if (runs.length === 0) {
      return hasPassed(event.Plan, SLOW_CREATE);
    }
    const ended = await Promise.all(runs.map(run => this.end(run, { keepSucceeded: this.kind.job !== undefined })));
    // A configuration without states may be in use by a job that is only stopped after it: the clean-up deletes it.
    if (ended.every(Boolean)) {
      // Where failed runs can't be deleted, one that is found says nothing of another that may still land.
      return this.kind.delete !== undefined || hasPassed(event.Plan, SLOW_CREATE);
    }
    return this.kind.job === undefined || event.Plan.deadline <= Date.now();
  }

  private async remove(event: PlannedEvent<JobPlan>): Promise<Progress> {
    const id = event.PhysicalResourceId;
    const ours = isContentName(id);
    const stack = await stackState(event);
    const runs = await this.toRemove(event, stack);
    // With an invented id in a clean-up, the run that is found may be the one that a retry has adopted: that one has succeeded by then.
    const keepSucceeded = stack.phase === 'rollback' ? this.kind.job !== undefined : stack.phase === 'forward' && !ours;

    const ended = await Promise.all(runs.map(run => this.end(run, { keepSucceeded, deletion: event })));
    if (ended.every(Boolean)) {
      // The id is not ours when CloudFormation gave up on a Create, or ours but unused when a Create failed: either may still land.
      const wait = !ours ? SLOW_CREATE : runs.length === 0 && stack.phase === 'rollback' ? LATE_CREATE : 0;
      return hasPassed(event.Plan, wait) ? done() : NOT_YET;
    }
    if (event.Plan.deadline <= Date.now()) {
      throw new Failure(`${this.kind.title} ${runs.map(run => run.arn).join(', ')} could not be deleted yet (${this.statusOf(runs, stack)}): `
        + 'delete the stack again when the job has ended');
    }
    return NOT_YET;
  }

  /**
   * What the id says. What the properties say, if CloudFormation has invented the id; and where nothing is to stay of whatever was made for them: an update
   * that failed before it could say its id leaves the id of other inputs, and of two deliveries of one request each may have made a run.
   */
  private async toRemove(event: PlannedEvent<JobPlan>, stack: StackState): Promise<Found[]> {
    const id = event.PhysicalResourceId;
    const base = baseName(this.kind, event, event.ResourceProperties);
    if (!isContentName(id)) {
      return (await this.survey(base, event)).runs;
    }
    if (!isEnding(stack) && !(stack.phase === 'rollback' && isRunOf(base, id))) {
      const { runs, taken } = await this.at(id, event);
      return taken && isCleaningUp(stack) && isRunOf(base, id) ? this.unclaimed(base, event, stack) : runs;
    }
    const runs = (await this.survey(base, event)).runs.filter(({ name, described }) => name === id || isOfThis(stack, described.CreationTime));
    return runs.some(({ name }) => name === id) ? runs : [...await this.owned(id, event), ...runs];
  }

  /**
   * Where somebody else has the name that a request came to, another delivery of that request may have made a run under the next name, unless it is what the
   * resource stands for now.
   */
  private async unclaimed(base: string, event: ResourceEvent, stack: StackState): Promise<Found[]> {
    const runs = (await this.survey(base, event)).runs.filter(({ described }) => isOfThis(stack, described.CreationTime));
    const current = runs.length > 0 ? await currentId(event) : undefined;
    return runs.filter(({ name }) => name !== current);
  }

  private statusOf(runs: Found[], stack: StackState): string {
    return `${runs.map(run => run.status || 'in use').join(', ')}, the stack is ${stack.status}`;
  }

  private async owned(name: string, event: ResourceEvent): Promise<Found[]> {
    return (await this.at(name, event)).runs;
  }

  /** The run of a name, if it is this resource's, or that somebody else has taken the name. */
  private async at(name: string, event: ResourceEvent): Promise<{ runs: Found[]; taken: boolean }> {
    const found = await this.store.find(name);
    if (!found) {
      return { runs: [], taken: false };
    }
    if ((await listTags(found.arn)).get(OWNER_TAG) !== ownerOf(event)) {
      log('left alone, since this stack did not make it', { name });
      return { runs: [], taken: true };
    }
    return { runs: [found], taken: false };
  }

  /** Stops what runs, deletes what has ended. Returns whether nothing is left to do. */
  private async end(run: Found, options: { keepSucceeded: boolean; deletion?: PlannedEvent<JobPlan> }): Promise<boolean> {
    switch (run.state) {
      case 'running':
        log('stopping', { name: run.name });
        await this.store.stop(run.name);
        return false;
      case 'stopping':
        return false;
      case 'succeeded':
        if (options.keepSucceeded) {
          log('kept: a finished result costs nothing, and the next deployment adopts it', { name: run.name });
          return true;
        }
        break;
      case 'failed':
      case 'stopped':
        break;
    }
    if (options.deletion && this.kind.beforeDelete && !await this.kind.beforeDelete(run, options.deletion)) {
      return false;
    }
    log('deleting', { name: run.name, status: run.status });
    return this.store.delete(run.name);
  }
}

interface Run extends Found {
  /** The request that made it. */
  readonly requestId?: string;
}

/** A Create that failed may have lost the answer to its last call. */
const LATE_CREATE = 45_000;
