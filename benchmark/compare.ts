import { execFile } from 'child_process';
import { promisify } from 'util';

/** A figure of which there are several measurements. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What a process measures of itself, by the name of the figure. */
type Measured = Record<string, number>;
export type Figures = Record<string, Figure>;

/** A process that prints its measurements as JSON, in its last line. */
export interface Contender {
  /** A file and its arguments. */
  readonly args: string[];
  readonly env?: Record<string, string>;
}

/**
 * Runs the contenders in turns, each time in a process of its own: whatever slows the machine down for a while slows all of them down. The first turn
 * only warms the disk's cache up.
 */
export async function compare(contenders: Record<string, Contender>, turns: number): Promise<Record<string, Figures>> {
  const measured: Record<string, Measured[]> = Object.fromEntries(Object.keys(contenders).map(name => [name, []]));
  for (let turn = 0; turn <= turns; turn++) {
    for (const [name, contender] of Object.entries(contenders)) {
      const figures = await measure(contender);
      if (turn > 0) {
        measured[name].push(figures);
      }
    }
  }
  return Object.fromEntries(Object.entries(measured).map(([name, runs]) => [name, summary(runs)]));
}

async function measure({ args, env }: Contender): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: __dirname, env: { ...process.env, ...env, NODE_NO_WARNINGS: '1' }, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

function summary(runs: Measured[]): Figures {
  return Object.fromEntries(Object.keys(runs[0]).map(name => [name, figure(runs.map(run => run[name]))]));
}

function figure(values: number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return { median: round((low + high) / 2), min: round(sorted[0]), max: round(sorted.at(-1)!) };
}

/** To three digits or so: more are noise. */
export function round(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(4));
}

export const ratio = (one: Figure, other: Figure) => round(one.median / other.median);
