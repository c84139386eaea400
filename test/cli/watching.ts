import { ChildProcess, spawn } from 'child_process';
import { join } from 'path';
import type { Sandbox } from '../../sandbox';
import type { StackOperation } from '../../sandbox/cloudformation';
import type { PolicyDocument } from '../../sandbox/runtime';

const ROOT = join(__dirname, '../..');
const COMMAND = join(ROOT, 'assets/cli/index.js');
export const MINUTE = 60_000;

/** As docs/progress.md has it. */
export const PERMISSIONS = [
  'cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'cloudformation:DescribeStackEvents', 'cloudformation:GetTemplate',
  'sagemaker:DescribeAIRecommendationJob', 'sagemaker:DescribeAIBenchmarkJob', 'sagemaker:DescribeOptimizationJob',
  'sagemaker:DescribeInferenceRecommendationsJob', 'sagemaker:ListAIBenchmarkJobs', 'sagemaker:ListInferenceRecommendationsJobSteps',
  'sagemaker:DescribeEndpoint', 'sagemaker:DescribeEndpointConfig', 'sagemaker:DescribeInferenceComponent',
  'logs:GetLogEvents',
];

export function allowing(actions: readonly string[]): PolicyDocument {
  return { Statement: [{ Effect: 'Allow', Action: [...actions], Resource: '*' }] };
}

export interface WatchingOptions {
  readonly args?: readonly string[];
  /** By default what the documentation says. */
  readonly permissions?: readonly string[];
  /** On a pseudo terminal, of that many columns and lines. */
  readonly terminal?: { readonly columns: number; readonly lines: number };
  /** On top of those that lead to the sandbox. */
  readonly variables?: Record<string, string>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command, as a process of its own that follows a stack of the sandbox.
 *
 * It looks at the moments that a test chooses, during which time stands still: so what it prints does not depend on how fast the two are.
 */
export class Watching {
  public readonly role: string;
  public readonly ended: Promise<Ended>;
  public stdout = '';
  private readonly child: ChildProcess;
  private stderr = '';
  private over = false;
  /** Lets the look through that has arrived. */
  private admit?: () => void;
  private free = false;
  /** One after the other, however many are asked for at a time. */
  private looks: Promise<void> = Promise.resolve();
  private changed?: () => void;

  constructor(private readonly sandbox: Sandbox, stack: string, options: WatchingOptions = {}) {
    const { args = [], permissions = PERMISSIONS, terminal, variables = {} } = options;
    this.role = sandbox.role('Watcher', allowing(permissions));
    this.guard();
    const line = [process.execPath, COMMAND, 'watch', stack, '--interval', '0.02', ...args];
    const [file, ...rest] = terminal
      ? ['script', '-qec', `stty cols ${terminal.columns} rows ${terminal.lines}; exec ${line.join(' ')}`, '/dev/null'] : line;
    this.child = spawn(file, rest, {
      env: { PATH: process.env.PATH, TERM: 'xterm', NODE_NO_WARNINGS: '1', ...sandbox.environmentOf(this.role), ...variables },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdout!.on('data', data => { this.stdout += data; });
    this.child.stderr!.on('data', data => { this.stderr += data; });
    this.ended = new Promise(resolve => this.child.once('close', code => {
      this.over = true;
      this.changed?.();
      resolve({ code, stdout: this.stdout, stderr: this.stderr });
    }));
  }

  /** One look, after which time goes on. */
  public look(): Promise<void> {
    this.looks = this.looks.then(async () => {
      await this.arrival();
      this.admit?.();
      this.admit = undefined;
      await this.arrival();
    });
    return this.sandbox.clock.work(() => this.looks);
  }

  /** Plays an operation to its end, with a look whenever the stack gets another status, and every so many minutes. Then the process is left to end. */
  public async follow(operation: StackOperation, minutes = 30): Promise<Ended> {
    const { clock, cloudFormation } = this.sandbox;
    let running = true;
    void this.look();
    cloudFormation.onEvent(({ type }) => { if (running && type === 'AWS::CloudFormation::Stack') void this.look(); });
    const tick = () => {
      if (running) {
        void this.look();
        clock.at(minutes * MINUTE, tick, true);
      }
    };
    clock.at(minutes * MINUTE, tick, true);
    await this.sandbox.run(operation.done);
    running = false;
    return this.end();
  }

  /** Looks are as frequent as they like from now on. */
  public end(): Promise<Ended> {
    this.free = true;
    this.admit?.();
    return this.ended;
  }

  public interrupt(): void {
    this.child.kill('SIGINT');
  }

  /** What it asked, without what the sandbox refused. */
  public operations(): string[] {
    const calls = this.sandbox.journal.calls.filter(({ caller }) => caller === this.role);
    return [...new Set(calls.map(({ service, operation }) => `${service}:${operation}`))].sort();
  }

  /** The description of the stack is what every look begins with. */
  private guard(): void {
    const { cloudFormation } = this.sandbox;
    const handle = cloudFormation.handle.bind(cloudFormation);
    cloudFormation.handle = async call => {
      if (call.operation === 'DescribeStacks' && call.caller === this.role && !this.free) {
        await new Promise<void>(resolve => {
          this.admit = resolve;
          this.changed?.();
        });
      }
      return handle(call);
    };
  }

  private async arrival(): Promise<void> {
    while (!this.admit && !this.over && !this.free) {
      await new Promise<void>(resolve => { this.changed = resolve; });
    }
  }
}

/** The command without a stack that could be followed. */
export function command(args: readonly string[], variables: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: {
      PATH: process.env.PATH,
      NODE_NO_WARNINGS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', data => { stdout += data; });
  child.stderr.on('data', data => { stderr += data; });
  return new Promise(resolve => child.once('close', code => resolve({ code, stdout, stderr })));
}
