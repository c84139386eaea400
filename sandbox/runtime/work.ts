import { VirtualClock } from '../clock';

/**
 * Real work that may have to wait in virtual time.
 *
 * Time stands still while a Lambda process computes. What the process waits for may take time itself, though: another
 * function that is killed after fifteen minutes, say. Time passes as long as such a wait lasts, and only then.
 */
export class InterruptibleWork {
  private waits = 0;
  private wake?: () => void;

  constructor(private readonly clock: VirtualClock) {}

  /** Runs the task; time stands still except during waits. */
  public async run<T>(task: () => Promise<T>): Promise<T> {
    const outcome = task();
    let ended = false;
    const end = () => {
      ended = true;
      this.wake?.();
    };
    outcome.then(end, end);
    while (!ended) {
      if (this.waits > 0) {
        await this.change();
      } else {
        await this.clock.work(() => this.change());
      }
    }
    return outcome;
  }

  /** Something that the task waits for and that may take virtual time. */
  public async wait<T>(promise: Promise<T>): Promise<T> {
    this.waits++;
    this.wake?.();
    try {
      return await promise;
    } finally {
      this.waits--;
      this.wake?.();
    }
  }

  private change(): Promise<void> {
    return new Promise(resolve => { this.wake = resolve; });
  }
}
