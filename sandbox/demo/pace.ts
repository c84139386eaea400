import { setTimeout as delay } from 'node:timers/promises';
import type { VirtualClock } from '../clock';
import type { StackEvent } from '../journal';

const MINUTE = 60_000;
/** A deployment that takes longer than this hangs: from then on the clock is left to find that out. */
const LIMIT = 48 * 60;

/**
 * Slows an operation down to what the eye can follow.
 *
 * Nothing waits for real time here: virtual time stands still while anything real is under way, and so is a pause.
 */
export class Pace {
  private over = false;

  constructor(private readonly clock: VirtualClock) {
    void this.tick();
  }

  /** A moment to look at what has just happened. */
  public event({ type }: StackEvent): void {
    this.pause(/^Custom::|SageMaker|^AWS::CloudFormation::Stack$/.test(type) ? 120 : 20);
  }

  public end(): void {
    this.over = true;
  }

  /** Each virtual minute takes a moment, so that hours are seen to pass. */
  private async tick(): Promise<void> {
    for (let minutes = 0; minutes < LIMIT; minutes++) {
      await this.clock.sleep(MINUTE);
      if (this.over) {
        return;
      }
      this.pause(10);
    }
  }

  private pause(milliseconds: number): void {
    void this.clock.work(() => delay(milliseconds));
  }
}
