import { VirtualClock } from '../clock';

/** What a task failed with. */
export class TaskError extends Error {
  constructor(public readonly error: string, public readonly errorCause: string) {
    super(`${error}: ${errorCause}`);
    this.name = error;
  }
}

export interface StateMachineContext {
  readonly clock: VirtualClock;
  /** Invokes a Lambda function; rejects with a TaskError. Its JSON result is parsed. */
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  /** A state is entered or tried again, which is what Step Functions counts and charges. */
  onTransition(): void;
}

/** Fields by type of state. Whatever else a definition has is refused: the sandbox must not run half of a state machine. */
const FIELDS: Record<string, string[]> = {
  Task: ['Resource', 'Parameters', 'Retry', 'Catch', 'Next', 'End'],
  Pass: ['Result', 'Next', 'End'],
  Wait: ['Seconds', 'Next', 'End'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
};
const RETRY_FIELDS = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate'];
const CATCH_FIELDS = ['ErrorEquals', 'Next'];
const LAMBDA_INVOKE = /^arn:[^:]+:states:::lambda:invoke$/;

/** An interpreter of the Amazon States Language as far as the CDK's provider framework and simple tasks need it. */
export class StateMachine {
  private readonly startAt: string;
  private readonly states: Record<string, any>;

  constructor(definition: string) {
    const { StartAt, States, ...rest } = JSON.parse(definition);
    refuseOthers('a state machine', rest, ['Comment']);
    this.startAt = StartAt;
    this.states = States;
    for (const [name, state] of Object.entries<any>(States)) {
      if (!FIELDS[state.Type]) {
        throw new Error(`the sandbox does not know the type ${state.Type} of state ${name}`);
      }
      refuseOthers(`state ${name}`, state, ['Type', 'Comment', ...FIELDS[state.Type]]);
      (state.Retry ?? []).forEach((retrier: object) => refuseOthers(`a Retry of state ${name}`, retrier, RETRY_FIELDS));
      (state.Catch ?? []).forEach((catcher: object) => refuseOthers(`a Catch of state ${name}`, catcher, CATCH_FIELDS));
      if (state.Parameters) {
        refuseOthers(`Parameters of state ${name}`, state.Parameters, ['FunctionName', 'Payload.$']);
      }
    }
    [StartAt, ...Object.values<any>(States).flatMap(state => [state.Next, ...(state.Catch ?? []).map((catcher: any) => catcher.Next)])]
      .filter(next => next !== undefined && !States[next])
      .forEach(next => { throw new Error(`there is no state ${next}`); });
  }

  /** Runs the machine and returns its output; rejects with a TaskError if it fails. */
  public async execute(input: unknown, context: StateMachineContext): Promise<unknown> {
    let data = input;
    let name: string | undefined = this.startAt;
    while (name !== undefined) {
      const state: any = this.states[name];
      context.onTransition();
      let next: string | undefined = state.Next;
      switch (state.Type) {
        case 'Task':
          ({ data, next } = await this.task(state, data, context));
          break;
        case 'Pass':
          data = state.Result ?? data;
          break;
        case 'Wait':
          await context.clock.sleep(state.Seconds * 1000);
          break;
        case 'Fail':
          throw new TaskError(state.Error ?? '', state.Cause ?? '');
      }
      name = next;
    }
    return data;
  }

  private async task(state: any, input: unknown, context: StateMachineContext): Promise<{ data: unknown; next?: string }> {
    const attempts = new Map<any, number>();
    for (;;) {
      try {
        return { data: await this.invoke(state, input, context), next: state.Next };
      } catch (error) {
        if (!(error instanceof TaskError)) {
          throw error;
        }
        const fits = (handler: any) => handler.ErrorEquals.some((name: string) => ['States.ALL', 'States.TaskFailed', error.error].includes(name));
        const retrier = state.Retry?.find(fits);
        const done = attempts.get(retrier) ?? 0;
        if (retrier && done < (retrier.MaxAttempts ?? 3)) {
          attempts.set(retrier, done + 1);
          await context.clock.sleep((retrier.IntervalSeconds ?? 1) * 1000 * (retrier.BackoffRate ?? 2) ** done);
          context.onTransition();
          continue;
        }
        const catcher = state.Catch?.find(fits);
        if (!catcher) {
          throw error;
        }
        return { data: { Error: error.error, Cause: error.errorCause }, next: catcher.Next };
      }
    }
  }

  private async invoke({ Resource, Parameters }: any, input: unknown, { invoke }: StateMachineContext): Promise<unknown> {
    if (!LAMBDA_INVOKE.test(Resource)) {
      return invoke(Resource, input);
    }
    if (!Parameters?.FunctionName || Parameters['Payload.$'] !== '$') {
      throw new Error(`a task of ${Resource} in the sandbox takes a FunctionName and "Payload.$": "$", got ${JSON.stringify(Parameters)}`);
    }
    return { ExecutedVersion: '$LATEST', Payload: await invoke(Parameters.FunctionName, input), StatusCode: 200 };
  }
}

function refuseOthers(what: string, object: object, known: string[]): void {
  const unknown = Object.keys(object).filter(key => !known.includes(key));
  if (unknown.length > 0) {
    throw new Error(`the sandbox does not know ${unknown.join(', ')} in ${what}`);
  }
}
