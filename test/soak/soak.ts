import * as fc from 'fast-check';
import { Life, lives } from './life';
import { Happening, play } from './play';
import { InProcess } from '../../sandbox/runtime';

export interface SoakOptions {
  readonly seed: number;
  readonly lives: number;
  readonly minutes?: number;
  /** Of a life that failed, to play it alone. */
  readonly path?: string;
  /** Whether a life that failed is made as short as it can be (default: it is). */
  readonly shrink?: boolean;
}

/** A life in which something happened that must not, made as short as it can be. */
export interface Failure {
  readonly seed: number;
  readonly path: string;
  readonly life: Life;
  readonly violations: string[];
}

export interface Soaked {
  readonly seed: number;
  readonly lives: number;
  readonly steps: number;
  /** Stopped jobs that CloudFormation has let go of. */
  readonly records: number;
  /** How often each fault, and whatever else goes wrong, has happened. */
  readonly happened: Partial<Record<Happening, number>>;
  readonly failure?: Failure;
}

/** Plays random lives until one fails, or until enough have been played. */
export async function soak({ seed, lives: numRuns, minutes, path, shrink = true }: SoakOptions): Promise<Soaked> {
  const environments = new InProcess();
  const happened: Partial<Record<Happening, number>> = {};
  let [played, steps, records] = [0, 0, 0];
  try {
    const result = await fc.check(fc.asyncProperty(lives, async life => {
      const outcome = await play(life, environments);
      played++;
      steps += outcome.steps;
      records += outcome.records;
      outcome.happened.forEach((times, what) => { happened[what] = (happened[what] ?? 0) + times; });
      if (outcome.violations.length > 0) {
        throw new Error(outcome.violations.join('\n'));
      }
    }), {
      seed,
      numRuns,
      path,
      endOnFailure: !shrink,
      ...minutes !== undefined && { interruptAfterTimeLimit: minutes * 60_000, markInterruptAsFailure: false },
    });
    const failure = result.failed && result.counterexample ? {
      seed,
      path: result.counterexamplePath!,
      life: result.counterexample[0],
      violations: (result.errorInstance as Error).message.split('\n'),
    } : undefined;
    return { seed, lives: played, steps, records, happened, failure };
  } finally {
    await environments.end();
  }
}
