import { promisify } from 'node:util';
import { VirtualClock } from '../../clock';

/** A timer as Node.js has it: its time can be left open, and it can be told not to keep anything waiting. */
class Timeout {
  private disarm: () => void;

  constructor(private readonly arm: (background: boolean) => () => void) {
    this.disarm = arm(false);
  }

  public cancel(): void {
    this.disarm();
  }

  public ref(): this {
    return this;
  }

  public unref(): this {
    this.cancel();
    this.disarm = this.arm(true);
    return this;
  }

  public hasRef(): boolean {
    return true;
  }

  public refresh(): this {
    return this;
  }

  public [Symbol.toPrimitive](): number {
    return 0;
  }
}

/** Timers and dates of one environment, on the virtual clock. */
export class Timers {
  /** In place of the globals of the same names. */
  public readonly globals: Record<string, unknown>;
  private readonly pending = new Set<Timeout>();
  private stopped = false;

  constructor(private readonly clock: () => VirtualClock, private readonly changed: () => void) {
    const setTimeoutOf = (callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => this.set(callback, delay, args, false);
    const clear = (timeout: unknown) => this.clear(timeout);
    const sleep = (delay?: number, value?: unknown) => new Promise(resolve => this.set(resolve, delay, [value], false));
    Object.defineProperty(setTimeoutOf, promisify.custom, { value: sleep });
    this.globals = {
      Date: dateOf(clock),
      setTimeout: setTimeoutOf,
      clearTimeout: clear,
      setInterval: (callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => this.set(callback, delay, args, true),
      clearInterval: clear,
    };
  }

  /** Whether something is to happen later. */
  public get waiting(): boolean {
    return this.pending.size > 0;
  }

  /** Nothing happens any more. */
  public stop(): void {
    this.stopped = true;
    this.pending.forEach(timeout => timeout.cancel());
    this.pending.clear();
  }

  private set(callback: (...args: unknown[]) => void, delay: number | undefined, args: unknown[], repeats: boolean): Timeout {
    const timeout: Timeout = new Timeout(background => this.clock().at(Math.max(1, Number(delay) || 0), () => {
      if (!repeats) {
        this.pending.delete(timeout);
      } else if (!this.stopped) {
        timeout.unref();
      }
      callback(...args);
      this.changed();
    }, background));
    if (this.stopped) {
      timeout.cancel();
    } else {
      this.pending.add(timeout);
      this.changed();
    }
    return timeout;
  }

  private clear(timeout: unknown): void {
    if (timeout instanceof Timeout) {
      timeout.cancel();
      this.pending.delete(timeout);
      this.changed();
    }
  }
}

function dateOf(clock: () => VirtualClock): unknown {
  return new Proxy(Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [clock().now()], newTarget),
    apply: target => new target(clock().now()).toString(),
    get: (target, key) => key === 'now' ? () => clock().now() : Reflect.get(target, key),
  });
}
