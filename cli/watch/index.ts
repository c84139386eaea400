import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Aws } from '../aws/aws';
import { Refusal } from '../aws/errors';
import { Terminal } from '../terminal';
import { Watcher } from './watcher';

export interface WatchOptions {
  /** Wait for the next deployment, if none is under way. */
  readonly next?: boolean;
  /** Plain lines, as without a terminal. */
  readonly plain?: boolean;
  /** Seconds between two looks. */
  readonly interval: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A time-out of Node.js takes no longer ones. */
const MAX_INTERVAL = 86_400;

/** Follows the deployment of a stack until it ends. Answers with the exit code: see docs/progress.md. */
export async function watch(aws: Aws, stack: string, options: WatchOptions): Promise<number> {
  const interval = Number(options.interval);
  if (!(interval > 0 && interval <= MAX_INTERVAL)) {
    throw new Refusal(`--interval takes a number of seconds greater than 0 and at most ${MAX_INTERVAL}, got ${options.interval}`);
  }
  const terminal = new Terminal(process.stdout, options.plain || Boolean(process.env.CI));
  const watcher = new Watcher(aws, terminal, { stack, next: options.next ?? false, pause: () => delay(interval * 1000) });
  SIGNALS.forEach(signal => process.once(signal, () => {
    watcher.interrupt();
    // Requests may still be under way, and nobody waits for their answers.
    process.exit(128 + constants.signals[signal]);
  }));
  return watcher.run();
}
