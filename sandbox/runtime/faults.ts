/** What goes wrong with an API call. */
export type CallEffect =
  | 'throttle'
  | 'internal-error'
  | 'access-denied'
  /** The connection is cut before the call takes effect. */
  | 'reset'
  /** The call takes effect, then the connection is cut. */
  | 'lost-response';

/** What goes wrong with a Lambda invocation. */
export type InvokeEffect =
  /** The function runs into its time-out without having done anything. */
  | 'timeout'
  /** The process is killed right after its next AWS call of `operation` took effect. */
  | 'timeout-after-call'
  /** An asynchronous event is delivered twice, the second time after `delayMs`. */
  | 'duplicate'
  /** The function starts `delayMs` later, as a slow start does. */
  | 'delay';

interface Occurrence<Subject> {
  /** How many times it happens (default 1). */
  readonly times?: number;
  /** How many times that fit are let through first (default 0). */
  readonly after?: number;
  readonly when?: (subject: Subject) => boolean;
}

export interface CallFault extends Occurrence<Record<string, any>> {
  readonly service?: string;
  readonly operation: string;
  readonly effect: CallEffect;
}

export interface InvokeFault extends Occurrence<any> {
  /** Which functions, by name (default: all). */
  readonly functionName?: RegExp;
  readonly effect: InvokeEffect;
  /** For `timeout-after-call`. */
  readonly operation?: string;
  /** For `duplicate` and `delay`, in virtual milliseconds. */
  readonly delayMs?: number;
}

/** Faults on demand: what a test arranges, and what the runtime asks for before each call and invocation. */
export class Faults {
  private readonly calls: Armed<CallFault>[] = [];
  private readonly invocations: Armed<InvokeFault>[] = [];

  public onCall(fault: CallFault): void {
    this.calls.push(new Armed(fault));
  }

  public onInvoke(fault: InvokeFault): void {
    if (fault.effect === 'timeout-after-call' && fault.operation === undefined) {
      throw new Error('a fault timeout-after-call needs the operation after which the process is killed');
    }
    this.invocations.push(new Armed(fault));
  }

  /** Nothing goes wrong any more. */
  public clear(): void {
    this.calls.splice(0);
    this.invocations.splice(0);
  }

  /** The effect on this call, if there is one; it counts as having happened. */
  public takeCall(service: string, operation: string, input: Record<string, any>): CallEffect | undefined {
    return this.calls.find(armed => (armed.fault.service ?? service) === service
      && armed.fault.operation === operation && armed.strikes(input))?.fault.effect;
  }

  /** The faults of these effects on this invocation, at most one of each; they count as having happened. */
  public takeInvocation(functionName: string, payload: any, effects: InvokeEffect[]): Partial<Record<InvokeEffect, InvokeFault>> {
    const struck: Partial<Record<InvokeEffect, InvokeFault>> = {};
    for (const armed of this.invocations) {
      const { effect, functionName: pattern } = armed.fault;
      if (effects.includes(effect) && !struck[effect] && (pattern?.test(functionName) ?? true) && armed.strikes(payload)) {
        struck[effect] = armed.fault;
      }
    }
    return struck;
  }
}

class Armed<Fault extends Occurrence<any>> {
  private skip: number;
  private left: number;

  constructor(public readonly fault: Fault) {
    this.skip = fault.after ?? 0;
    this.left = fault.times ?? 1;
  }

  public strikes(subject: any): boolean {
    if (this.left === 0 || !(this.fault.when?.(subject) ?? true)) {
      return false;
    }
    if (this.skip > 0) {
      this.skip--;
      return false;
    }
    this.left--;
    return true;
  }
}
