import type { Sandbox } from '../../sandbox';
import { ServiceCall } from '../../sandbox/service';

const JOBS = ['AIRecommendationJob', 'AIBenchmarkJob', 'OptimizationJob', 'InferenceRecommendationsJob'];
const OWNER = 'cdk-sagemaker-inference:owner';
const FINISHED = /^completed$/i;
const STOPPED = /^stopped$/i;
const ENDED = /^(completed|failed|stopped)$/i;
/** How often CloudFormation tries to delete in a clean-up. */
const DELETES = 3;

/** An answer that was asked of the provider. */
interface Asked {
  readonly what: string;
  readonly token: string;
}

/** Watches a sandbox, and says what it sees that must not be. */
export class Invariants {
  public readonly violations: string[] = [];
  private readonly asked: Asked[] = [];
  private readonly foreign = new Map<string, string>();
  private readonly retainedRunning = new Set<string>();
  private duplicates = 0;
  /** Delete requests whose physical id CloudFormation had invented. */
  public invented = 0;
  /** Stopped jobs that CloudFormation has let go of. */
  public readonly records = new Set<string>();
  /** Whether whoever answers was kept from it: its function was not run, or ran an hour late. */
  public excused = false;

  /** @param reruns whether jobs are run again by a token: it is in their names only */
  constructor(private readonly sandbox: Sandbox, private readonly reruns: boolean) {
    this.watchRequests();
    this.watchCreations();
  }

  public isForeign(arn: string): boolean {
    return this.foreign.has(arn);
  }

  /** Whatever exists now is somebody else's. */
  public claimForeign(): void {
    this.everything().forEach(({ arn, state }) => this.foreign.set(arn, state));
  }

  /** What somebody else makes in the meantime. */
  public async claimWhatIsMade(make: () => Promise<void>): Promise<void> {
    const before = new Set(this.everything().map(({ arn }) => arn));
    await make();
    this.everything().filter(({ arn }) => !before.has(arn)).forEach(({ arn, state }) => this.foreign.set(arn, state));
  }

  /** What runs now was asked to be kept, and its stack is deleted. */
  public retainRunning(): void {
    this.everything().filter(({ state }) => state === 'InProgress').forEach(({ arn }) => this.retainedRunning.add(arn));
  }

  /** Whether a job runs that no stack will stop. */
  public othersRun(): boolean {
    return this.everything().some(({ arn, state }) => state === 'InProgress' && (this.foreign.has(arn) || this.retainedRunning.has(arn)));
  }

  public duplicate(): void {
    this.duplicates++;
  }

  /**
   * For a stack that nothing happens to. What runs must be somebody's, and what exists must be of use.
   *
   * @param retained whether jobs may outlive what they were made for, finished or not
   * @param rolledBack whether a rollback may have kept a result, for the next attempt
   */
  public quiet(live: { readonly exists: boolean; readonly retained: boolean; readonly rolledBack: boolean }): void {
    const { sagemaker } = this.sandbox;
    const own = this.everything().filter(({ arn }) => !this.foreign.has(arn));
    const jobs = own.filter(({ kind }) => JOBS.includes(kind));
    jobs.filter(({ arn, state }) => !ENDED.test(state) && !this.retainedRunning.has(arn)).forEach(({ arn, state }) => this.violations.push(`${arn} is ${state}, and nobody waits for it`));
    if (!live.exists) {
      own.filter(({ kind }) => kind !== 'InferenceRecommendationsJob' && !(live.retained && (JOBS.includes(kind) || kind === 'AIWorkloadConfig')))
        .filter(({ kind, state }) => !(live.rolledBack && JOBS.includes(kind) && FINISHED.test(state)))
        .filter(job => !this.isRecord(job))
        .forEach(({ arn, state }) => this.violations.push(`${arn} is left (${state})`));
    }
    const served = new Set(sagemaker.endpoints.map(({ configName }) => configName));
    own.filter(({ kind, name }) => kind === 'EndpointConfig' && !served.has(name)).forEach(({ arn }) => this.violations.push(`${arn} serves nothing`));
    own.filter(({ kind, name }) => kind === 'Model' && ![...served].some(config => name.startsWith(config)))
      .forEach(({ arn }) => this.violations.push(`${arn} serves nothing`));
  }

  /**
   * Whether a job was still stopping when CloudFormation had tried all Deletes of a clean-up, for none of which a waiter could be started (docs/decisions.md).
   * What is left of it costs nothing.
   */
  private isRecord({ kind, name, arn, state }: { kind: string; name: string; arn: string; state: string }): boolean {
    const { sagemaker, journal } = this.sandbox;
    if (!JOBS.includes(kind) || !STOPPED.test(state)) {
      return false;
    }
    const owner = sagemaker.tags(arn)?.[OWNER];
    const endTime = sagemaker.jobs(kind).find(job => job.name === name)!.endTime! * 1000;
    const letGo = journal.events.filter(({ stackName, logicalId, status, reason = '', time }) => status === 'DELETE_FAILED'
      && owner === `${stackName}/${logicalId}` && /StartExecution|client-sfn/.test(reason) && time < endTime).length >= DELETES;
    if (letGo) {
      this.records.add(arn);
    }
    return letGo;
  }

  /** What is to be seen when all is over. */
  public end(): void {
    const { calls, events } = this.sandbox.journal;
    const answers = calls.filter(({ operation }) => operation === 'CustomResourceResponse');
    for (const { what, token } of this.asked) {
      const own = answers.filter(({ input }) => input.token === token);
      if (own.length > 1 && this.duplicates === 0 && !this.excused) {
        this.violations.push(`${what} was answered ${own.length} times`);
      }
    }
    // Where CloudFormation has given up on a request by itself, nobody waits for the answer.
    events.filter(({ reason = '' }) => !this.excused && /did not receive a response from your Custom Resource/.test(reason))
      .forEach(({ logicalId, status }) => this.violations.push(`CloudFormation waited for ${logicalId} in vain (${status})`));
    answers.filter(({ input }) => Buffer.byteLength(input.body) > 4096).forEach(({ input }) => this.violations.push(`an answer has ${Buffer.byteLength(input.body)} bytes`));
    const now = new Map(this.everything().map(({ arn, state }) => [arn, state]));
    for (const [arn, state] of this.foreign) {
      const after = now.get(arn) ?? 'gone';
      const ranOn = !ENDED.test(state) && /^(completed|failed)$/i.test(after);
      if (after !== state && !ranOn) {
        this.violations.push(`${arn} is not ours and was ${state}, and is ${after}`);
      }
    }
    this.sandbox.journal.calls.filter(({ error }) => /failed to satisfy constraint|SerializationException/.test(error ?? ''))
      .forEach(({ operation, error }) => this.violations.push(`${operation}: ${error}`));
  }

  private everything(): Array<{ kind: string; name: string; arn: string; state: string }> {
    const { sagemaker } = this.sandbox;
    const of = (kind: string, list: readonly { name: string; arn: string; status?: string }[]) =>
      list.map(({ name, arn, status = 'there' }) => ({ kind, name, arn, state: status }));
    return [
      ...JOBS.flatMap(kind => of(kind, sagemaker.jobs(kind))),
      ...of('AIWorkloadConfig', sagemaker.workloadConfigs), ...of('Model', sagemaker.models), ...of('EndpointConfig', sagemaker.endpointConfigs),
      ...of('Endpoint', sagemaker.endpoints), ...of('InferenceComponent', sagemaker.inferenceComponents),
    ];
  }

  private watchRequests(): void {
    const { lambda } = this.sandbox;
    const invokeAsync = lambda.invokeAsync.bind(lambda);
    lambda.invokeAsync = (arn, payload) => {
      const { ResponseURL, RequestType, LogicalResourceId, PhysicalResourceId } = JSON.parse(payload);
      this.asked.push({ what: `${RequestType} of ${LogicalResourceId}`, token: String(ResponseURL).split('/').at(-1)! });
      if (RequestType === 'Delete' && /-[0-9A-Z]{12,13}$/.test(PhysicalResourceId)) {
        this.invented++;
      }
      invokeAsync(arn, payload);
    };
  }

  /** Nothing runs twice: when a job is made, there is none of the same inputs that has a result, or that will have one. */
  private watchCreations(): void {
    const { sagemaker } = this.sandbox;
    const handle = sagemaker.handle.bind(sagemaker);
    sagemaker.handle = async call => {
      const kind = JOBS.find(noun => call.operation === `Create${noun}`);
      const before = kind && call.caller !== 'console' ? this.sameAs(kind, call) : [];
      const output = await handle(call);
      before.forEach(({ name, status }) => this.violations.push(`${call.operation} of ${nameIn(kind!, call.input)}, although ${name} is ${status}`));
      return output;
    };
  }

  private sameAs(kind: string, { input }: ServiceCall): { name: string; status: string }[] {
    const { sagemaker } = this.sandbox;
    const wanted = this.inputsOf(kind, input);
    return sagemaker.jobs(kind).filter(({ arn, status, request }) => !/^(failed|stopped|stopping)$/i.test(status)
      && !this.foreign.has(arn) && this.inputsOf(kind, { ...request, Tags: tagList(sagemaker.tags(arn)) }) === wanted);
  }

  /** What a job works on, and what has asked for it. The role is none of it. A gate measures another endpoint each time, which the name alone says. */
  private inputsOf(kind: string, input: Record<string, any>): string {
    const name = nameIn(kind, input);
    const { Tags, RoleArn, ...members } = input;
    const owner = (Tags as { Key: string; Value: string }[]).find(({ Key }) => Key === OWNER)?.Value;
    const hash = /([0-9a-f]{16})(-r[1-9][0-9]?)?$/.exec(name)?.[1];
    const request = JSON.stringify(Object.entries(members).sort(([a], [b]) => a < b ? -1 : 1)).split(name).join('*');
    return [owner, request, kind === 'AIBenchmarkJob' || this.reruns ? hash : ''].join();
  }
}

function tagList(tags: Record<string, string> = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function nameIn(kind: string, input: Record<string, any>): string {
  return String(input[`${kind}Name`] ?? input.JobName);
}
