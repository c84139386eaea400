import { Instance, Outside } from './instance';
import { VirtualClock } from '../../clock';
import { Environment, EnvironmentInvocation, EnvironmentProps, Outcome } from '../environments';
import { WireRequest, WireResponse } from '../protocols';

/** An execution environment within this process. When the function leaves it, what has been evaluated may serve the same code again. */
export class InProcessEnvironment implements Environment, Outside {
  public readonly ended: Promise<void>;
  private dead = false;
  private part!: () => void;
  private current?: { readonly invocation: EnvironmentInvocation; readonly end: (outcome: Outcome) => void };
  private requestId = '';
  /** Requests whose answers are waited for. */
  private underWay = 0;
  /** Time stands still until this is called. */
  private release?: () => void;

  constructor(private readonly props: EnvironmentProps, private readonly instance: Instance, private readonly giveBack: () => void) {
    this.ended = new Promise(resolve => { this.part = resolve; });
    instance.enter(this);
  }

  public get clock(): VirtualClock {
    return this.props.clock;
  }

  public get variables(): Record<string, string> {
    return this.props.environment;
  }

  public get usable(): boolean {
    return !this.dead && !this.current;
  }

  public async invoke(invocation: EnvironmentInvocation): Promise<Outcome> {
    const { clock } = this;
    this.requestId = invocation.requestId;
    const cancel = clock.at(invocation.deadline - clock.now(), () => this.end({ type: 'timeout' }));
    const outcome = await new Promise<Outcome>(resolve => {
      this.current = { invocation, end: resolve };
      this.changed();
      void this.run(invocation);
    });
    cancel();
    if (outcome.type === 'timeout') {
      this.kill();
      await clock.sleep(invocation.deadline - clock.now());
    }
    return outcome;
  }

  public kill(): void {
    this.dead = true;
    this.instance.timers.stop();
    this.end({ type: 'exit', status: 'signal: SIGKILL' });
    this.part();
  }

  public leave(): void {
    const atRest = this.usable && this.underWay === 0 && !this.instance.timers.waiting;
    this.dead = true;
    if (atRest) {
      this.giveBack();
      this.part();
    } else {
      this.kill();
    }
  }

  public async wait<T>(answer: Promise<T>): Promise<T> {
    if (!this.current) {
      throw new Error('a Lambda function made a call after its invocation had ended: something is not awaited in it');
    }
    return answer;
  }

  public tookEffect(operation: string): boolean {
    if (this.current?.invocation.killAfter !== operation) {
      return false;
    }
    this.dead = true;
    this.instance.timers.stop();
    this.end({ type: 'timeout' });
    return true;
  }

  public print(text: string): void {
    this.props.log(this.requestId, text);
  }

  /** Time stands still while the function computes, and passes while it waits for an answer or for a timer. */
  public changed(): void {
    const computes = this.current !== undefined && this.underWay === 0 && !this.instance.timers.waiting;
    if (computes && !this.release) {
      void this.clock.work(() => new Promise<void>(resolve => { this.release = resolve; }));
    } else if (!computes && this.release) {
      this.release();
      this.release = undefined;
    }
  }

  public async exchange(request: WireRequest): Promise<WireResponse | undefined> {
    const never = new Promise<never>(() => {});
    if (this.dead) {
      return never;
    }
    this.underWay++;
    this.changed();
    try {
      const answer = await this.props.frontDoor.exchange(request);
      return await (this.dead ? never : answer);
    } finally {
      this.underWay--;
      this.changed();
    }
  }

  private async run({ payload, requestId, functionArn, deadline }: EnvironmentInvocation): Promise<void> {
    const { AWS_LAMBDA_FUNCTION_NAME: functionName, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB } = this.variables;
    const handler = this.handler();
    try {
      const result = await handler?.(JSON.parse(payload), {
        awsRequestId: requestId,
        functionName,
        invokedFunctionArn: functionArn,
        functionVersion: '$LATEST',
        memoryLimitInMB,
        getRemainingTimeInMillis: () => deadline - this.clock.now(),
      });
      this.end({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
    } catch (error) {
      this.end({ type: 'error', error: describe(error) });
    }
  }

  /** Nothing, and the end of the invocation and of the environment, if the code cannot be loaded. */
  private handler() {
    try {
      return this.instance.handler(this.props.handler);
    } catch (error) {
      this.dead = true;
      const { errorType: type, errorMessage, trace } = describe(error);
      const errorType = (error as { code?: string }).code === 'MODULE_NOT_FOUND' ? 'Runtime.ImportModuleError' : 'Runtime.UserCodeError';
      this.end({ type: 'error', error: { trace, errorType, errorMessage: `${type}: ${errorMessage}` } });
      return undefined;
    }
  }

  private end(outcome: Outcome): void {
    const { current } = this;
    this.current = undefined;
    this.changed();
    current?.end(outcome);
  }
}

function describe(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}
