/**
 * Virtual time.
 *
 * Time stands still while anything real happens (a handler runs, a request is answered) and jumps to the next timer as
 * soon as nothing does, so a job of ten hours takes as long as the calls that are made meanwhile.
 */
export class VirtualClock {
  private current: number;
  private order = 0;
  private working = 0;
  private readonly timers: Timer[] = [];
  private wake?: () => void;

  constructor(start: Date = new Date('2026-01-05T08:00:00Z')) {
    this.current = start.getTime();
  }

  /** The virtual time, in milliseconds since the epoch. */
  public now(): number {
    return this.current;
  }

  /** Resolves when that much virtual time has passed. */
  public sleep(milliseconds: number): Promise<void> {
    return this.timer(milliseconds, false);
  }

  /** Like `sleep`, for what goes on by itself for ever, such as a schedule: where only such timers are left, nothing is under way. */
  public background(milliseconds: number): Promise<void> {
    return this.timer(milliseconds, true);
  }

  /** Calls back when that much virtual time has passed, unless what it returns is called before. In the background: see there. */
  public at(milliseconds: number, callback: () => void, background = false): () => void {
    const timer = this.insert(milliseconds, background, callback);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index >= 0) {
        this.timers.splice(index, 1);
        this.wake?.();
      }
    };
  }

  /** Real work (a process, a request over the network): time stands still until it is done. */
  public async work<T>(task: () => Promise<T>): Promise<T> {
    this.working++;
    try {
      return await task();
    } finally {
      this.working--;
      this.wake?.();
    }
  }

  /** Lets time pass until the promise settles, and returns or throws what it does. */
  public async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    promise.then(() => { settled = true; this.wake?.(); }, () => { settled = true; this.wake?.(); });
    for (;;) {
      // Everything that can go on without time passing goes on first.
      await new Promise(resolve => setImmediate(resolve));
      if (settled) {
        return promise;
      }
      if (this.working > 0) {
        await new Promise<void>(resolve => { this.wake = resolve; });
        this.wake = undefined;
        continue;
      }
      const next = this.timers.some(({ background }) => !background) ? this.timers.shift() : undefined;
      if (!next) {
        throw new Error('nothing is under way and no timer is set, yet what is waited for has not ended');
      }
      this.current = Math.max(this.current, next.at);
      next.resolve();
    }
  }

  private timer(milliseconds: number, background: boolean): Promise<void> {
    return new Promise(resolve => { this.insert(milliseconds, background, resolve); });
  }

  private insert(milliseconds: number, background: boolean, resolve: () => void): Timer {
    const timer: Timer = { at: this.current + Math.max(0, milliseconds), order: this.order++, background, resolve };
    let low = 0;
    let high = this.timers.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const other = this.timers[middle];
      if (other.at < timer.at || (other.at === timer.at && other.order < timer.order)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    this.timers.splice(low, 0, timer);
    return timer;
  }
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly background: boolean;
  readonly resolve: () => void;
}
