import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack as CdkStack } from 'aws-cdk-lib';
import { ASSETS_STAY } from './app';
import { Sandbox, SandboxOptions } from '../../sandbox';
import type { Stack, StackOperation } from '../../sandbox/cloudformation';
import { InProcess, Processes } from '../../sandbox/runtime';
import type { Scenario } from '../../sandbox/sagemaker';
import { JOB_KINDS } from '../../sandbox/sagemaker/job-kinds';

export const ENV = { account: '111122223333', region: 'us-west-2' };
export const HOUR = 3_600_000;
export const MINUTE = 60_000;

export interface DeployOptions {
  readonly stackName?: string;
  readonly tags?: Record<string, string>;
  readonly disableRollback?: boolean;
}

const open: World[] = [];

/** Those of all worlds of a file: to start them would take most of the time. */
const inProcess = new InProcess();
/** For functions that are not the library's, and what takes real time: large results are unpacked beside the clock of a process that others share. */
export const PROCESSES = new Processes();
afterAll(() => Promise.all([inProcess.end(), PROCESSES.end()]));

/** A sandbox with the few moves that a lifecycle test makes, and the questions that it asks. */
export class World {
  /** Unless the scenario says otherwise, these jobs take some minutes: enough to wait for, and quick to play, since each minute is two polls. */
  public static async start(options: SandboxOptions = {}): Promise<World> {
    const { recommendation, benchmark } = options.scenario ?? {};
    const scenario: Scenario = {
      ...options.scenario,
      recommendation: (...job) => ({ duration: 5 * MINUTE, ...recommendation?.(...job) }),
      benchmark: (...job) => ({ duration: 5 * MINUTE, ...benchmark?.(...job) }),
    };
    const world = new World(await Sandbox.start({ environments: inProcess, ...options, scenario }));
    open.push(world);
    return world;
  }

  /** For afterEach. Whatever happened: each request had the shape that the API wants, and each answer one that CloudFormation takes. */
  public static async stopAll(): Promise<void> {
    await Promise.all(open.splice(0).map(world => world.stop()));
  }

  private readonly directory = mkdtempSync(join(tmpdir(), 'lifecycle-'));
  private synths = 0;

  private constructor(public readonly sandbox: Sandbox) {}

  /** Begins a deployment and returns at once: nothing happens before `run`. */
  public begin(build: (stack: CdkStack) => void, options: DeployOptions = {}): StackOperation {
    const stackName = options.stackName ?? 'Chat';
    const app = new App({ outdir: join(this.directory, String(this.synths++)), analyticsReporting: false, context: ASSETS_STAY });
    const stack = new CdkStack(app, stackName, { env: ENV });
    build(stack);
    const assembly = app.synth();
    const { template } = assembly.getStackByName(stackName);
    return this.sandbox.cloudFormation.deploy({
      stackName, template, assetDirectory: assembly.directory, tags: options.tags, disableRollback: options.disableRollback,
    });
  }

  public deploy(build: (stack: CdkStack) => void, options?: DeployOptions): Promise<Stack> {
    return this.finish(this.begin(build, options));
  }

  public destroy(stackName = 'Chat'): Promise<Stack> {
    return this.finish(this.sandbox.cloudFormation.destroy(stackName));
  }

  public finish(operation: StackOperation): Promise<Stack> {
    return this.sandbox.run(operation.done);
  }

  /** Lets virtual time pass. */
  public pass(milliseconds: number): Promise<void> {
    return this.sandbox.run(this.sandbox.clock.sleep(milliseconds));
  }

  /** Lets virtual time pass until something is the case, looked at each minute. */
  public async until(condition: () => boolean, limit = 24 * HOUR): Promise<void> {
    const end = this.sandbox.clock.now() + limit;
    while (!condition()) {
      if (this.sandbox.clock.now() > end) {
        throw new Error('it was not the case within the limit');
      }
      await this.pass(5_000);
    }
  }

  /** A call that somebody makes by hand. */
  public byHand(operation: string, input: Record<string, unknown>): Promise<unknown> {
    return this.sandbox.run(this.sandbox.sagemaker.handle({ service: 'sagemaker', operation, input, caller: 'console' }));
  }

  /** Makes the next call of an operation take effect later than it was sent, while its caller still waits for the answer. Returns whether it was sent. */
  public slow(operation: string, milliseconds: number): () => boolean {
    let sent = false;
    const { sagemaker, clock } = this.sandbox;
    const handle = sagemaker.handle.bind(sagemaker);
    sagemaker.handle = async call => {
      if (call.operation === operation) {
        sagemaker.handle = handle;
        sent = true;
        await clock.sleep(milliseconds);
      }
      return handle(call);
    };
    return () => sent;
  }

  /** Names and states of the jobs of a kind that exist. */
  public jobs(kind = 'AIRecommendationJob'): Array<{ name: string; status: string }> {
    return this.sandbox.sagemaker.jobs(kind).map(({ name, status }) => ({ name, status }));
  }

  /** How often the handlers called an operation with success. */
  public count(operation: string): number {
    return this.sandbox.journal.calls.filter(call => call.operation === operation && !call.error).length;
  }

  /** The ARNs of everything of ours that exists, whatever it costs. */
  public leftovers(): string[] {
    const { sagemaker } = this.sandbox;
    return [
      ...JOB_KINDS.flatMap(({ noun }) => sagemaker.jobs(noun)),
      ...sagemaker.workloadConfigs, ...sagemaker.models, ...sagemaker.endpointConfigs, ...sagemaker.endpoints, ...sagemaker.inferenceComponents,
    ].map(({ arn }) => arn);
  }

  public tags(arn: string): Record<string, string> | undefined {
    return this.sandbox.sagemaker.tags(arn);
  }

  /** The permissions of the handlers that no call has needed so far. */
  public unusedPermissions(stack: Stack): string[] {
    const role = [...stack.resources.values()].find(({ logicalId }) => logicalId.startsWith('CdkSageMakerInferenceProviderRole'))!;
    return this.sandbox.iam.unusedActions(String(role.attributes.Arn));
  }

  /** Bytes of the longest answer of a custom resource: CloudFormation takes 4,096. */
  public longestAnswer(): number {
    const answers = this.sandbox.journal.calls.filter(({ operation }) => operation === 'CustomResourceResponse');
    return Math.max(0, ...answers.map(({ input }) => Buffer.byteLength(input.body)));
  }

  /** The reasons of failures in the stack's events, oldest first. */
  public failures(stack: Stack): string[] {
    return stack.events.filter(event => event.status.endsWith('_FAILED') && event.reason).map(event => event.reason!);
  }

  private async stop(): Promise<void> {
    const refused = this.sandbox.journal.calls.filter(({ error }) => /failed to satisfy constraint|SerializationException/.test(error ?? ''));
    expect(refused).toEqual([]);
    expect(this.longestAnswer()).toBeLessThan(4096);
    await this.sandbox.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
