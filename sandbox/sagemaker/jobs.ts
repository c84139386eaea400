import { ServiceError } from '../service';
import { InnerJobs, Job, JobKind, JobOutcome, JobServices } from './job-kind';
import { list, ListRequest } from './listing';
import { OPERATIONS, pick } from './model';
import { MINUTE } from './scenario';
import { nameOf, Operations } from './world';

/** How long a job is about to begin. After that the service has found out what is in its way: the execution role above all. */
const START = MINUTE;
const STOP_DURATION = 3 * MINUTE;

/** The jobs of one kind: created, running on the virtual clock, stopped, deleted. */
export class Jobs {
  public readonly operations: Operations;
  /** Those that somebody has created. */
  public readonly all = new Map<string, Job>();
  /** For the service itself: what it runs is among those that are listed. */
  public readonly inner: InnerJobs = {
    begin: request => {
      const job = this.newJob(request, this.kind.statuses.running);
      this.ofTheService.set(job.name, job);
      return job;
    },
    end: (job, status, failureReason) => this.end(job, status, failureReason),
  };
  private readonly ofTheService = new Map<string, Job>();
  private created = 0;

  constructor(public readonly kind: JobKind, private readonly services: JobServices) {
    const { noun, plural, members, deletable } = kind;
    this.operations = {
      [`Create${noun}`]: request => this.create(request),
      [`Describe${noun}`]: request => this.describe(this.find(request[members.name])),
      [`Stop${noun}`]: request => this.stop(this.find(request[members.name])),
      [`List${plural}`]: (request: ListRequest) => this.list(request),
      ...(deletable ? { [`Delete${noun}`]: request => this.delete(this.find(request[members.name])) } as Operations : {}),
    };
  }

  /** Jobs that have not ended: they cost money. */
  public active(): Job[] {
    return [...this.all.values()].filter(job => this.isActive(job));
  }

  private create(request: Record<string, any>): object | void {
    const { kind, services: { world } } = this;
    const name: string = request[kind.members.name];
    if (this.all.has(name)) {
      throw new ServiceError('ResourceInUse', `${kind.noun} ${name} already exists`);
    }
    kind.check?.(request, this.services);
    world.roles.assume(request.RoleArn);
    const outcome = kind.outcome(request, this.created + 1, this.services);
    const job = this.newJob(request, kind.statuses.starting ?? kind.statuses.running, ++this.created);
    this.all.set(name, job);
    void this.run(job, outcome);
    return this.answer('Create', job);
  }

  private newJob(request: Record<string, any>, status: string, number = 0): Job {
    const { kind, services: { world } } = this;
    const name: string = request[kind.members.name];
    const arn = world.arn(kind.arnType, name);
    world.tags.create(arn, request.Tags);
    return { name, arn, number, request, creationTime: world.seconds(), status, result: {} };
  }

  private async run(job: Job, outcome: JobOutcome): Promise<void> {
    const { kind, services: { world } } = this;
    const start = Math.min(START, outcome.duration);
    await world.clock.sleep(start);
    if (!this.runs(job)) {
      return;
    }
    job.status = kind.statuses.running;
    const obstacle = world.roles.refusal(job.request.RoleArn, kind.authorizations?.(job.request, this.services) ?? [])
      ?? kind.obstacle?.(job.request, this.services);
    if (obstacle !== undefined) {
      this.end(job, kind.statuses.failed, obstacle);
      return;
    }
    job.result = outcome.begun?.(job) ?? {};
    if (outcome.duration > start) {
      await world.clock.sleep(outcome.duration - start);
    }
    if (this.runs(job)) {
      await this.finish(job, outcome);
    }
  }

  private async finish(job: Job, outcome: JobOutcome): Promise<void> {
    const { kind, services: { world } } = this;
    try {
      // What the job leaves may take real work to make: no time passes by it.
      const result = await world.clock.work(async () => (outcome.succeeds ? outcome.result?.(job) : outcome.failedResult?.(job)) ?? {});
      if (!this.runs(job)) {
        return;
      }
      job.result = result;
      this.end(job, outcome.succeeds ? kind.statuses.completed : kind.statuses.failed, outcome.succeeds ? undefined : outcome.failureReason);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.end(job, kind.statuses.failed, error.message);
    }
  }

  private end(job: Job, status: string, failureReason?: string): void {
    job.status = status;
    job.endTime = this.services.world.seconds();
    job.failureReason = failureReason?.slice(0, 1024);
  }

  private stop(job: Job): object | void {
    const { kind, services: { world } } = this;
    if (!this.runs(job)) {
      throw new ServiceError('ValidationException', `The request was rejected because the ${kind.noun} is in status ${job.status}.`);
    }
    job.status = kind.statuses.stopping;
    void world.clock.sleep(world.scenario.stopDuration ?? STOP_DURATION).then(() => this.end(job, kind.statuses.stopped));
    return this.answer('Stop', job);
  }

  private delete(job: Job): object | void {
    if (this.isActive(job)) {
      throw new ServiceError('ValidationException', `The request was rejected because the ${this.kind.noun} is in status ${job.status}.`);
    }
    this.all.delete(job.name);
    this.ofTheService.delete(job.name);
    this.services.world.tags.delete(job.arn);
    return this.answer('Delete', job);
  }

  private list(request: ListRequest): object {
    const { items, NextToken } = list([...this.all.values(), ...this.ofTheService.values()], request);
    return { [this.kind.listMember ?? this.kind.plural]: items.map(job => pick(this.kind.summaryShape, this.members(job))), NextToken };
  }

  private describe(job: Job): object | void {
    return this.answer('Describe', job);
  }

  /** Of all that is known about a job, what the operation's output has members for; some operations answer nothing. */
  private answer(verb: string, job: Job): object | void {
    const output = OPERATIONS.get(verb + this.kind.noun)?.output;
    return output ? pick(output, this.members(job)) : undefined;
  }

  private members(job: Job): Record<string, unknown> {
    const { members } = this.kind;
    return {
      ...job.request,
      ...job.result,
      ...(members.start ? { [members.start]: job.creationTime } : {}),
      [members.name]: job.name,
      [members.arn]: job.arn,
      [members.status]: job.status,
      [members.end]: job.endTime,
      CreationTime: job.creationTime,
      LastModifiedTime: job.endTime ?? job.creationTime,
      FailureReason: job.failureReason,
      Tags: this.services.world.tags.list(job.arn),
      AIWorkloadConfigName: this.kind.workloadConfig && nameOf(this.kind.workloadConfig(job.request)),
    };
  }

  private find(name: string): Job {
    const found = this.all.get(name) ?? this.ofTheService.get(name);
    if (!found) {
      throw new ServiceError('ResourceNotFound', `${this.kind.noun} ${name} does not exist`);
    }
    return found;
  }

  private isActive(job: Job): boolean {
    return this.runs(job) || job.status === this.kind.statuses.stopping;
  }

  /** Whether it runs or is about to. */
  private runs({ status }: Job): boolean {
    return status === this.kind.statuses.running || status === this.kind.statuses.starting;
  }
}
