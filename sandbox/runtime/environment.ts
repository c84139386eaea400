import { ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { VirtualClock } from '../clock';
import { CallingProcess } from './front-door';
import { InterruptibleWork } from './work';

/** What a function is, as far as its processes are concerned. */
export interface EnvironmentProps {
  readonly clock: VirtualClock;
  readonly codeDirectory: string;
  readonly handler: string;
  readonly environment: Record<string, string>;
  /** After that many real milliseconds without an answer the process counts as hung. */
  readonly patience: number;
  readonly log: (requestId: string, text: string) => void;
}

export interface EnvironmentInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  /** The virtual time at which the function is timed out. */
  readonly deadline: number;
  /** The process is killed right after a call of this operation took effect. */
  readonly killAfter?: string;
}

/** How an invocation ended. */
export type Outcome =
  | { readonly type: 'result'; readonly payload: string }
  | { readonly type: 'error'; readonly error: Record<string, unknown> }
  | { readonly type: 'timeout' }
  | { readonly type: 'exit'; readonly status: string };

const BOOTSTRAP = join(__dirname, 'process', 'bootstrap.js');

/** One execution environment of a function: a Node.js process that handles one invocation at a time and stays warm. */
export class Environment implements CallingProcess {
  /** Resolves when the process has gone and all that it said has been heard. */
  public readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private dead = false;
  private current?: Current;

  constructor(private readonly props: EnvironmentProps) {
    this.child = fork(BOOTSTRAP, [props.codeDirectory, props.handler], {
      cwd: props.codeDirectory,
      env: props.environment,
      // Not the parent's: it may run under a TypeScript loader.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    // What the function prints comes in messages. This is what is left: the reason why a process dies, which must be seen.
    this.child.stderr!.on('data', chunk => process.stderr.write(chunk));
    this.child.on('message', message => this.receive(message));
    this.child.once('exit', (status, signal) => {
      this.dead = true;
      this.end({ type: 'exit', status: signal ? `signal: ${signal}` : `exit status ${status}` });
    });
    this.ended = new Promise(resolve => this.child.once('close', () => resolve()));
  }

  /** Whether it can take an invocation. */
  public get usable(): boolean {
    return !this.dead && !this.current;
  }

  /** Runs one invocation. The virtual time that the function took has passed when this resolves. */
  public async invoke(invocation: EnvironmentInvocation): Promise<Outcome> {
    const { clock } = this.props;
    const work = new InterruptibleWork(clock);
    const outcome = await work.run(() => new Promise<Outcome>(resolve => {
      this.current = { invocation, work, resolve, waits: 0 };
      this.watch(this.current);
      this.child.send({ ...invocation, time: clock.now() });
    }));
    const inTime = clock.now() < invocation.deadline;
    if (outcome.type !== 'timeout' && inTime) {
      return outcome;
    }
    this.kill();
    await clock.sleep(invocation.deadline - clock.now());
    return { type: 'timeout' };
  }

  public kill(): void {
    this.dead = true;
    this.child.kill('SIGKILL');
  }

  public async wait<T>(answer: Promise<T>): Promise<T> {
    const { current } = this;
    if (!current) {
      throw new Error('a Lambda function made a call after its invocation had ended: something is not awaited in it');
    }
    current.waits++;
    clearTimeout(current.guard);
    try {
      return await current.work.wait(answer);
    } finally {
      current.waits--;
      this.watch(current);
    }
  }

  public tookEffect(operation: string): boolean {
    if (this.current?.invocation.killAfter !== operation) {
      return false;
    }
    this.end({ type: 'timeout' });
    return true;
  }

  /** A hung process must not hang the sandbox. Waiting for an answer is no hanging. */
  private watch(current: Current): void {
    if (current === this.current && current.waits === 0) {
      current.guard = setTimeout(() => this.end({ type: 'timeout' }), this.props.patience);
    }
  }

  private receive(message: any): void {
    if (message.type === 'log') {
      this.props.log(message.requestId, message.text);
    } else if (message.type === 'wait') {
      void this.pass(message.until);
    } else if (message.requestId === this.current?.invocation.requestId) {
      const { result, error, time, fatal } = message;
      this.dead ||= Boolean(fatal);
      void this.sleep(time, this.current!).then(() => this.end(error ? { type: 'error', error } : { type: 'result', payload: result }));
    }
  }

  /** The function waits for a timer and does nothing else. */
  private async pass(until: number): Promise<void> {
    const { current } = this;
    if (!current) {
      return;
    }
    const { deadline } = current.invocation;
    await this.sleep(Math.min(until, deadline), current);
    if (this.props.clock.now() >= deadline) {
      this.end({ type: 'timeout' });
    } else if (current === this.current) {
      this.child.send({ type: 'time', time: this.props.clock.now() });
    }
  }

  private async sleep(until: number, { work }: Current): Promise<void> {
    const { clock } = this.props;
    if (until > clock.now()) {
      await work.wait(clock.sleep(until - clock.now()));
    }
  }

  private end(outcome: Outcome): void {
    const { current } = this;
    this.current = undefined;
    clearTimeout(current?.guard);
    current?.resolve(outcome);
  }
}

interface Current {
  readonly invocation: EnvironmentInvocation;
  readonly work: InterruptibleWork;
  readonly resolve: (outcome: Outcome) => void;
  waits: number;
  guard?: NodeJS.Timeout;
}
