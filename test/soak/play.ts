import { FAULTS, FaultName, mayFailOneDelivery, passes, Planned, Weather } from './faults';
import { Invariants } from './invariants';
import { Config, Life, LONG, MAX_CHANCE, Meddling, Move, Outcomes } from './life';
import { STACK, synthesize } from './stack';
import { Sandbox } from '../../sandbox';
import type { Stack, StackOperation } from '../../sandbox/cloudformation';
import { Environments } from '../../sandbox/runtime';
import type { Scenario } from '../../sandbox/sagemaker';
import { ServiceError } from '../../sandbox/service';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const UPDATABLE = /^(CREATE_COMPLETE|UPDATE_COMPLETE|UPDATE_ROLLBACK_COMPLETE|CREATE_FAILED|UPDATE_FAILED)$/;
const ROLE = 'arn:aws:iam::111122223333:role/existing';
/** Which jobs end at once, and which late. */
const DURATIONS = { 'completes': 6 * MINUTE, 'fails at once': 3_000, 'fails late': 8 * MINUTE, 'takes hours': 9.6 * HOUR };

/** The handlers cannot know it while another operation waits long for the same resource: docs/decisions.md. */
const HOURS_LATE: FaultName = 'an answer after CloudFormation gave up';

/** As long as it can be, and twice as long as JSON. */
const REASON = `The model could not be loaded: ${'"\\'.repeat(490)}`;

/** What happens beside the faults. */
export type Happening = FaultName | 'a failed job' | 'a failed endpoint' | 'an update that is cancelled'
  | 'a deletion while running' | 'a job stopped by somebody' | 'a job deleted by somebody' | 'an older handler in a rollback' | 'an invented id' | 'a rollback'
  | 'IAM that is behind';

export interface Played {
  readonly violations: string[];
  readonly steps: number;
  /** Stopped jobs that CloudFormation has let go of. */
  readonly records: number;
  readonly happened: ReadonlyMap<Happening, number>;
}

/** Plays a life, and looks at what must hold in it. */
export async function play(life: Life, environments: Environments): Promise<Played> {
  const sandbox = await Sandbox.start({
    environments, behaviour: { rollbackPhysicalId: life.rollbackPhysicalId }, consistencyDelay: life.consistencyDelay * 1000,
  });
  const random = Math.random;
  Math.random = drawnFrom(life.chance);
  try {
    return await new Player(sandbox, life).play();
  } finally {
    Math.random = random;
    await sandbox.stop();
  }
}

/** The same numbers each time that a life is played (Lehmer's generator, with the multiplier of C++'s minstd_rand). */
function drawnFrom(chance: number): () => number {
  let state = chance;
  return () => (state = state * 48_271 % MAX_CHANCE) / MAX_CHANCE;
}

class Player {
  private readonly invariants: Invariants;
  private readonly happened = new Map<Happening, number>();
  private outcomes: Outcomes = { job: 'completes', endpoint: 'serves' };
  private refusals: Array<(operation: string, input: Record<string, any>) => ServiceError | undefined> = [];
  private readonly hooks = new Map<string, (input: Record<string, any>) => Promise<void>>();
  private steps = 0;
  private retained = false;
  private handlers = 0;
  private arranged = 0;

  constructor(private readonly sandbox: Sandbox, private readonly life: Life) {
    this.invariants = new Invariants(sandbox, life.moves.some(move => move.type === 'deploy' && move.config.rerun > 0));
    sandbox.sagemaker.scenario = this.scenario();
    this.hook();
    if (life.consistencyDelay > 0) {
      this.hit('IAM that is behind');
    }
  }

  public async play(): Promise<Played> {
    const { invariants, life } = this;
    try {
      await this.foreign();
      for (const move of life.moves) {
        this.steps++;
        await this.move(move);
      }
      this.heal();
      await this.finale();
      await this.pass(12 * HOUR);
      invariants.end();
    } catch (error) {
      invariants.violations.push(`it cannot be played: ${error instanceof Error ? error.stack : error}`);
    }
    this.hit('an invented id', invariants.invented);
    this.hit('a rollback', this.rollbacks);
    return { violations: [...new Set(invariants.violations)], steps: this.steps, records: invariants.records.size, happened: this.happened };
  }

  /** What is there before, and is nobody's business. */
  private async foreign(): Promise<void> {
    const { sandbox: { iam, sagemaker } } = this;
    const Statement = [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }];
    iam.putRole({ arn: ROLE, name: 'existing', trust: { Version: '2012-10-17', Statement } as never });
    await sagemaker.console('CreateModel', { ModelName: 'existing-model', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: 'image' } });
    await sagemaker.console('CreateAIWorkloadConfig', {
      AIWorkloadConfigName: 'existing-workload', AIWorkloadConfigs: { WorkloadSpec: { Inline: '{"benchmark":{"type":"aiperf"},"parameters":{}}' } },
    });
    this.invariants.claimForeign();
  }

  private async move(move: Move): Promise<void> {
    switch (move.type) {
      case 'deploy': return this.deploy(move);
      case 'destroy':
        this.arrange(move.faults);
        return this.destroy();
      case 'roll back':
        this.arrange(move.faults);
        return this.rollBack();
      case 'delete by hand': return this.deleteByHand(move.what);
      case 'look': return this.look(move.hours);
    }
  }

  private get stack(): Stack | undefined {
    return this.sandbox.cloudFormation.stack(STACK);
  }

  private get status(): string {
    return this.stack?.status ?? '';
  }

  private async deploy(move: Extract<Move, { type: 'deploy' }>): Promise<void> {
    if (/^(ROLLBACK_|DELETE_|REVIEW)/.test(this.status)) {
      await this.destroy();
    }
    if (this.stack && !UPDATABLE.test(this.status)) {
      await this.rollBack();
    }
    if (this.stack && !UPDATABLE.test(this.status)) {
      return;
    }
    this.arrange(move.faults);
    await this.lateOnes();
    this.outcomes = move.outcomes;
    const isFirst = this.stack === undefined && this.steps === 1;
    const operation = this.begin(move.config, move.noRollback);
    if (move.meddling) {
      await this.meddle(move.meddling, operation);
    }
    const stack = await this.sandbox.run(operation.done);
    if (move.config.handlers !== this.handlers && /ROLLBACK/.test(stack.status)) {
      this.hit('an older handler in a rollback');
    }
    this.handlers = move.config.handlers;
    if (isFirst && (move.config.waitTimeout === LONG || this.goesWell(move)) && stack.status !== 'CREATE_COMPLETE') {
      this.invariants.violations.push(`rolled back for errors that pass: ${reasons(stack)}`);
    }
  }

  /** Whether nothing happens for which a deployment may fail. */
  private goesWell({ config, outcomes, faults, meddling }: Extract<Move, { type: 'deploy' }>): boolean {
    return faults.every(passes) && meddling === undefined && this.life.consistencyDelay === 0
      && outcomes.job === 'completes' && outcomes.endpoint === 'serves' && config.broken === 'nothing';
  }

  private begin(config: Config, disableRollback: boolean): StackOperation {
    this.retained ||= config.removal !== 'destroy';
    return this.sandbox.cloudFormation.deploy({ stackName: STACK, disableRollback, ...synthesize(config) });
  }

  private async meddle({ act, after }: Meddling, operation: StackOperation): Promise<void> {
    let over = false;
    void operation.done.then(() => { over = true; }, () => { over = true; });
    for (let minute = 0; minute < after && !over; minute++) {
      await this.pass(MINUTE);
    }
    if (over) {
      return;
    }
    const { sagemaker } = this.sandbox;
    const running = sagemaker.jobs('AIRecommendationJob')
      .filter(({ status, arn }) => status === 'InProgress' && !this.invariants.isForeign(arn)).map(({ name }) => ({ AIRecommendationJobName: name }));
    if (act === 'cancel' && this.status === 'UPDATE_IN_PROGRESS') {
      this.sandbox.cloudFormation.cancelUpdate(STACK);
      this.hit('an update that is cancelled');
    } else if (act === 'destroy' && this.status === 'CREATE_IN_PROGRESS') {
      await this.delete();
      this.hit('a deletion while running');
    } else if (act === 'stop the job' && running.length > 0) {
      await sagemaker.console('StopAIRecommendationJob', running[0]);
      this.hit('a job stopped by somebody');
    } else if (act === 'delete the job' && running.length > 0) {
      await sagemaker.console('StopAIRecommendationJob', running[0]);
      await this.pass(5 * MINUTE);
      await sagemaker.console('DeleteAIRecommendationJob', running[0]).catch(() => {});
      this.hit('a job deleted by somebody');
    }
  }

  private async destroy(): Promise<void> {
    if (this.stack && !this.stack.status.endsWith('_IN_PROGRESS')) {
      await this.delete();
    }
  }

  /** A job that runs then is kept as it is, if it was to be. */
  private async delete(): Promise<void> {
    if (this.retained) {
      this.invariants.retainRunning();
    }
    await this.sandbox.run(this.sandbox.cloudFormation.destroy(STACK).done);
  }

  private async rollBack(): Promise<void> {
    if (/^(CREATE_FAILED|UPDATE_FAILED|UPDATE_ROLLBACK_FAILED)$/.test(this.status)) {
      await this.sandbox.run(this.sandbox.cloudFormation.rollback(STACK).done);
    }
  }

  private async deleteByHand(what: Extract<Move, { type: 'delete by hand' }>['what']): Promise<void> {
    const { sagemaker } = this.sandbox;
    const remove = async (operation: string, member: string, found: readonly { readonly name: string; readonly arn: string }[]) => {
      for (const { name } of found.filter(({ arn }) => !this.invariants.isForeign(arn))) {
        await sagemaker.console(operation, { [member]: name }).then(() => what === 'job' && this.hit('a job deleted by somebody'), () => {});
      }
    };
    switch (what) {
      case 'job': return remove('DeleteAIRecommendationJob', 'AIRecommendationJobName', sagemaker.jobs('AIRecommendationJob'));
      case 'model': return remove('DeleteModel', 'ModelName', sagemaker.models);
      case 'config': return remove('DeleteEndpointConfig', 'EndpointConfigName', sagemaker.endpointConfigs);
      case 'workload': return remove('DeleteAIWorkloadConfig', 'AIWorkloadConfigName', sagemaker.workloadConfigs);
    }
  }

  /** After so long nothing of an operation is under way any more. */
  private async look(hours: number): Promise<void> {
    await this.pass((1 + hours) * HOUR);
    if (this.stack === undefined || /_COMPLETE$/.test(this.stack.status)) {
      this.quiet();
    }
  }

  /** Whatever has happened, the next deployment or deletion works. */
  private async finale(): Promise<void> {
    const { violations } = this.invariants;
    const [last] = this.life.moves.filter(move => move.type === 'deploy').slice(-1) as Extract<Move, { type: 'deploy' }>[];
    await this.pass(2 * HOUR);
    await this.othersEnd();
    // An endpoint that failed without rollback keeps its name: what AWS makes of the next creation is not documented, here it is refused.
    if (this.life.recovers && last && (this.endpointFailed || /ROLLBACK_FAILED$/.test(this.status))) {
      await this.rollBack();
    }
    // SageMaker lets an endpoint that failed in an update only be deleted, and CloudFormation goes back to no model that somebody has deleted: so that no
    // rollback gets by either, and the stack can only be deleted.
    const stuck = /ROLLBACK_FAILED$/.test(this.status) && (this.endpointFailed || this.life.moves.some(move => move.type === 'delete by hand' && move.what !== 'job'));
    if (this.life.recovers && last && !stuck) {
      if (/^(ROLLBACK_|DELETE_)/.test(this.status)) {
        await this.destroyInTheEnd();
      }
      // A job that failed is not run again by a retry in a stack that keeps it: what is deployed is another one.
      const operation = this.begin({ ...last.config, broken: 'nothing', inputs: 7, rerun: 0 }, false);
      const stack = await this.sandbox.run(operation.done).catch(error => { violations.push(`the next deployment is refused: ${error}`); });
      if (stack && !/^(CREATE|UPDATE)_COMPLETE$/.test(stack.status)) {
        violations.push(`the next deployment ends ${stack.status}: ${reasons(stack)}`);
      }
      await this.look(2);
    }
    await this.destroyInTheEnd();
    if (this.stack) {
      violations.push(`the stack cannot be deleted, ${this.stack.status}: ${reasons(this.stack)}`);
    }
    await this.pass(20 * MINUTE);
    this.quiet();
  }

  /** Another try may be needed: a job that is kept while it runs keeps its workload. */
  private async destroyInTheEnd(): Promise<void> {
    for (let attempt = 1; attempt <= 2 && this.stack; attempt++) {
      await this.rollBack();
      await this.destroy();
      if (this.stack) {
        await this.othersEnd();
      }
    }
  }

  /** A workload can only be deleted when the jobs that use it have ended. */
  private async othersEnd(): Promise<void> {
    if (this.invariants.othersRun()) {
      await this.pass(12 * HOUR);
    }
  }

  private get endpointFailed(): boolean {
    return this.sandbox.sagemaker.endpoints.some(({ status }) => status === 'Failed');
  }

  private quiet(): void {
    this.invariants.quiet({ exists: this.stack !== undefined, retained: this.retained, rolledBack: this.rollbacks > 0 });
  }

  private get rollbacks(): number {
    const { events } = this.sandbox.journal;
    return events.filter(({ status, type }) => type === 'AWS::CloudFormation::Stack' && /ROLLBACK_IN_PROGRESS$/.test(status)).length;
  }

  private heal(): void {
    this.sandbox.faults.clear();
    this.refusals = [];
    this.hooks.clear();
    this.sandbox.iam.consistencyDelay = 0;
    this.outcomes = { job: 'completes', endpoint: 'serves' };
  }

  /** What may keep a deployment waiting begins when nothing of the one before it is still to come. */
  private async lateOnes(): Promise<void> {
    if (this.happened.has(HOURS_LATE) && this.arranged > 1) {
      await this.pass(75 * MINUTE);
    }
  }

  private get hasDuplicates(): boolean {
    return this.life.moves.some(move => 'faults' in move && move.faults.some(({ fault }) => fault === 'a duplicate'));
  }

  private arrange(faults: readonly Planned[]): void {
    this.arranged += faults.length;
    for (const planned of faults) {
      if (this.hasDuplicates && mayFailOneDelivery(planned)) {
        continue;
      }
      const weather: Weather = {
        sandbox: this.sandbox,
        hit: () => this.struck(planned.fault),
        refuse: refusal => { this.refusals.push(refusal); },
        before: (operation, act) => { this.hooks.set(operation, act); },
      };
      FAULTS[planned.fault](weather, planned);
    }
  }

  private struck(fault: FaultName): void {
    this.hit(fault);
    // The framework starts its waiter again when it has not heard that it runs.
    if (fault === 'a duplicate' || fault === 'an answer that is lost') {
      this.invariants.duplicate();
    }
    if (['a time-out', 'an answer after CloudFormation gave up', 'a kill between two calls'].includes(fault)) {
      this.invariants.excused = true;
    }
  }

  private scenario(): Scenario {
    const outcome = (failed: string) => () => {
      const { job } = this.outcomes;
      const fails = job.startsWith('fails');
      if (fails) {
        this.hit('a failed job');
      }
      return { duration: DURATIONS[job], ...fails && { status: failed as never, failureReason: REASON } };
    };
    return {
      recommendation: outcome('Failed'),
      benchmark: () => ({ duration: 6 * MINUTE }),
      optimization: outcome('FAILED'),
      inferenceRecommendations: outcome('FAILED'),
      endpoint: ({ EndpointName }) => {
        const { endpoint } = this.outcomes;
        const isNew = this.sandbox.sagemaker.endpoints.every(({ name, status }) => name !== EndpointName || status === 'Creating');
        if (endpoint === 'serves' || (endpoint === 'rolls back' && isNew)) {
          return {};
        }
        this.hit('a failed endpoint');
        return endpoint === 'rolls back' ? { rollsBack: true } : { status: 'Failed', failureReason: 'InsufficientInstanceCapacity' };
      },
      refuse: (operation, input) => this.refusals.map(refusal => refusal(operation, input)).find(refusal => refusal !== undefined),
    };
  }

  private hook(): void {
    const { sagemaker } = this.sandbox;
    const handle = sagemaker.handle.bind(sagemaker);
    sagemaker.handle = async call => {
      const act = call.caller === 'console' ? undefined : this.hooks.get(call.operation);
      if (act) {
        this.hooks.delete(call.operation);
        await this.invariants.claimWhatIsMade(() => act(call.input));
      }
      return handle(call);
    };
  }

  private pass(milliseconds: number): Promise<void> {
    return this.sandbox.run(this.sandbox.clock.sleep(milliseconds));
  }

  private hit(happening: Happening, times = 1): void {
    this.happened.set(happening, (this.happened.get(happening) ?? 0) + times);
  }
}

function reasons(stack: Stack): string {
  return stack.events.filter(({ status, reason }) => status.endsWith('_FAILED') && reason && !/cancelled/.test(reason)).slice(-3).map(({ logicalId, reason }) => `${logicalId}: ${reason}`).join(' / ');
}
