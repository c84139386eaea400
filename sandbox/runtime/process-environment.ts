import { ChildProcess } from 'node:child_process';
import { Environment, EnvironmentInvocation, EnvironmentProps, Outcome } from './environments';
import { Processes } from './processes';
import { InterruptibleWork } from './work';

/** A process that has nothing to do and does not say within so many real milliseconds what is left in it, hangs. */
const FAREWELL = 5_000;

/** An execution environment that is a Node.js process. When the function leaves it, it may serve others. */
export class ProcessEnvironment implements Environment {
  public readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly listeners = {
    message: (message: any) => this.receive(message),
    exit: (status: number | null, signal: string | null) => {
      this.dead = true;
      clearTimeout(this.farewell);
      this.end({ type: 'exit', status: signal ? `signal: ${signal}` : `exit status ${status}` });
    },
    close: () => this.part(),
  };
  private dead = false;
  private leaving = false;
  private farewell?: NodeJS.Timeout;
  private current?: Current;
  private part!: () => void;

  constructor(private readonly props: EnvironmentProps, private readonly processes: Processes) {
    const { codeDirectory, handler, environment } = props;
    this.ended = new Promise(resolve => { this.part = resolve; });
    this.child = processes.take(codeDirectory);
    Object.entries(this.listeners).forEach(([event, listener]) => this.child.on(event, listener));
    this.tell({ type: 'function', codeDirectory, handler, environment });
  }

  public get usable(): boolean {
    return !this.dead && !this.leaving && !this.current;
  }

  public async invoke(invocation: EnvironmentInvocation): Promise<Outcome> {
    const { clock } = this.props;
    const work = new InterruptibleWork(clock);
    const outcome = await work.run(() => new Promise<Outcome>(resolve => {
      this.current = { invocation, work, resolve, waits: 0 };
      this.watch(this.current);
      this.tell({ ...invocation, time: clock.now() });
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

  /** A process that waits for an invocation may serve another function, unless something of this one is left in it. */
  public leave(): void {
    if (this.usable) {
      this.leaving = true;
      this.farewell = setTimeout(() => this.kill(), FAREWELL);
      this.tell({ type: 'leave' });
    } else if (!this.leaving) {
      this.kill();
    }
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
    } else if (message.type === 'left') {
      this.left(message.clean);
    } else if (message.requestId === this.current?.invocation.requestId) {
      const { result, error, time, fatal } = message;
      this.dead ||= Boolean(fatal);
      void this.sleep(time, this.current!).then(() => this.end(error ? { type: 'error', error } : { type: 'result', payload: result }));
    }
  }

  private left(clean: boolean): void {
    clearTimeout(this.farewell);
    if (!clean) {
      this.kill();
      return;
    }
    this.dead = true;
    Object.entries(this.listeners).forEach(([event, listener]) => this.child.off(event, listener));
    this.processes.giveBack(this.child, this.props.codeDirectory);
    this.part();
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
      this.tell({ type: 'time', time: this.props.clock.now() });
    }
  }

  private async sleep(until: number, { work }: Current): Promise<void> {
    const { clock } = this.props;
    if (until > clock.now()) {
      await work.wait(clock.sleep(until - clock.now()));
    }
  }

  /** A process may be gone that has not been heard of yet: its exit says so, not the message that does not reach it. */
  private tell(message: Record<string, unknown>): void {
    this.child.send(message, () => undefined);
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
