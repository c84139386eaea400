import { columns, reasonOf, View } from './display';
import type { Job } from './jobs';
import { isWell } from './stack';
import { clockTime, duration, hours } from '../format';
import { Terminal } from '../terminal';

/** How a deployment has ended. */
export interface End {
  readonly view: View;
  readonly jobs: ReadonlyArray<{ readonly job: Job; readonly gone: boolean }>;
  /** Whether somebody has ended it: nothing failed, or the stack was deleted. */
  readonly cancelled: boolean;
  readonly well: boolean;
}

/** The last word: how it ended and why, what there is now, and what to do next. */
export function conclude(terminal: Terminal, { view, jobs, cancelled, well }: End): void {
  const { stack, time, failures } = view;
  const [first] = failures;
  const sentence = `${stack.name} ended ${stack.status} after ${duration((time - stack.since) / 1000)}${cancelled && !first ? ': it was cancelled' : ''}`;
  terminal.line();
  terminal.line(terminal.bold(well ? terminal.good(sentence) : terminal.bad(sentence)));
  if (!well && first) {
    const others = failures.length - 1;
    terminal.line();
    terminal.line(`What failed first${others > 0 ? `, of ${failures.length} failures` : ''}: ${first.path.join('/')} (${first.type})`);
    terminal.line(columns(first.time, stack.since, first.status, first.path[first.path.length - 1]));
    reasonOf(first).forEach(line => terminal.line(terminal.bad(line)));
  } else if (!well && stack.reason) {
    terminal.line(stack.reason);
  }
  if (jobs.length > 0) {
    terminal.line();
    jobs.forEach(({ job, gone }) => terminal.line(jobLine(job, gone, time)));
  }
  for (const { kind, name, state, remark } of view.rows) {
    if (well && kind === 'endpoint' && state === 'done') {
      terminal.line(`Endpoint ${name}: ${remark}`);
    }
  }
  if (jobs.some(({ gone }) => !gone) && stack.status !== 'DELETE_COMPLETE') {
    terminal.line();
    terminal.line(`What the jobs found: npx cdk-sagemaker-inference report ${stack.name}`);
  }
}

function jobLine({ kind, name, status, began, ended, best }: Job, gone: boolean, now: number): string {
  const words = [
    gone ? `deleted, ${status} when it was last seen` : status,
    began !== undefined && (ended !== undefined || !gone) && `${ended === undefined ? 'running for' : 'after'} ${hours(((ended ?? now) - began) / 1000)}`,
    best && `best: ${best}`,
  ];
  return `${kind.title} ${name}: ${words.filter(Boolean).join(', ')}`;
}

/** That nothing is under way, and how the last deployment ended. */
export function concludeIdle(terminal: Terminal, { stack, time, failures }: View): void {
  const sentence = `No deployment of ${stack.name} is under way. The last one ended ${stack.status}`;
  terminal.line(isWell(stack) ? sentence : terminal.bad(sentence));
  if (!isWell(stack) && stack.reason) {
    terminal.line(stack.reason);
  }
  for (const failure of isWell(stack) ? [] : failures.slice(0, 1)) {
    terminal.line(`What failed first, at ${clockTime(failure.time, time)}: ${failure.path.join('/')} (${failure.type})`);
    reasonOf(failure).forEach(line => terminal.line(terminal.bad(line)));
  }
}
