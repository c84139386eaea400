import type { Row } from './rows';
import { Failure, isBusy, Stack } from './stack';
import { clockTime, hours, wrapped } from '../format';
import { Terminal } from '../terminal';

/** All that is to be seen. */
export interface View {
  readonly stack: Stack;
  /** By the clock of AWS. */
  readonly time: number;
  readonly rows: readonly Row[];
  readonly failures: readonly Failure[];
  /** What is not shown, and why. */
  readonly notes: readonly string[];
  /** Why this look failed. */
  readonly trouble?: string;
}

/** Shows a deployment as it goes on. */
export interface Display {
  show(view: View): void;
  /** Nothing more comes. */
  end(): void;
}

/** Widths of the columns: longer words push what follows to the right. */
const STATUS = 18;
const NAME = 20;
export const REASON_INDENT = ' '.repeat(10);

export function columns(time: number, since: number, status: string, name: string, remark = ''): string {
  return `${clockTime(time, since)}  ${status.padEnd(STATUS)}  ${name.padEnd(NAME)}  ${remark}`.trimEnd();
}

export function remarkOf({ remark, elapsed }: Row): string {
  return [elapsed, remark].filter(Boolean).join(', ');
}

/** The whole reason of a failure: it says what to do. */
export function reasonOf({ reason }: Failure, width = 68): string[] {
  return wrapped(reason, width).map(line => `${REASON_INDENT}${line}`);
}

/** For a log: a line for each change, and now and then one that says that a job still runs. */
export class PlainDisplay implements Display {
  private readonly said = new Map<string, string>();
  private readonly told = new Set<string>();
  private last?: number;

  /** @param heartbeat milliseconds after which a line is due */
  constructor(private readonly terminal: Terminal, private readonly heartbeat: number) {}

  public show(view: View): void {
    const { stack, time, rows, failures, notes, trouble } = view;
    const { terminal } = this;
    const written = this.last;
    const isNewStatus = this.isNew('', `${stack.status} ${stack.since}`);
    const sayStatus = () => this.write(view, terminal.bold(columns(time, stack.since, stack.status, stack.name)));
    if (isNewStatus && isBusy(stack)) {
      sayStatus();
    }
    const news = rows.filter(row => row.state !== 'waiting' && this.isNew(row.name, signature(row))).sort((one, other) => one.time - other.time);
    for (const row of news) {
      this.write(view, this.line(row, Math.min(row.time, time), stack));
      if (row.state === 'failed') {
        this.log(row);
      }
    }
    for (const failure of failures.filter(({ path, time: at }) => this.isNew(`failure ${path.join('/')} ${at}`, ''))) {
      this.write(view, terminal.bad(columns(failure.time, stack.since, failure.status, failure.path.join('/'))));
      reasonOf(failure).forEach(line => terminal.line(terminal.bad(line)));
    }
    for (const note of [...notes, ...trouble === undefined ? [] : [trouble]].filter(each => !this.told.has(each))) {
      this.told.add(note);
      this.write(view, terminal.dim(`${clockTime(time, stack.since)}  ${note}`));
    }
    if (isNewStatus && !isBusy(stack)) {
      sayStatus();
    }
    if (written === this.last && time - (this.last ?? time) >= this.heartbeat) {
      this.beat(view);
    }
  }

  public end(): void {
    // A line that is written is written.
  }

  /** Whatever is under way: nobody is to think that the log is dead. */
  private beat(view: View): void {
    const { stack, time, rows } = view;
    const running = rows.filter(({ state }) => state === 'running');
    const jobs = running.filter(({ elapsed }) => elapsed !== undefined);
    for (const row of jobs.length > 0 ? jobs : running) {
      this.write(view, this.line(row, time, stack));
      this.log(row);
    }
    if (running.length === 0) {
      this.write(view, columns(time, stack.since, stack.status, stack.name, `${hours((time - stack.since) / 1000)} so far`));
    }
  }

  private line(row: Row, time: number, { since }: Stack): string {
    const line = columns(time, since, row.status, row.name, remarkOf(row));
    return row.state === 'failed' ? this.terminal.bad(line) : row.kind === 'supporting' ? this.terminal.dim(line) : line;
  }

  /** Unless the same was said before. */
  private log({ name, log }: Row): void {
    if (!this.isNew(`log ${name}`, log.join('\n'))) {
      return;
    }
    log.forEach(line => this.terminal.line(this.terminal.dim(`${REASON_INDENT}| ${line}`)));
  }

  private write({ time }: View, line: string): void {
    this.terminal.line(line);
    this.last = time;
  }

  private isNew(key: string, text: string): boolean {
    const before = this.said.get(key);
    this.said.set(key, text);
    return before !== text;
  }
}

/** What makes a row worth another line. Of the supporting resources only that they begin and end. */
function signature({ kind, state, status, remark }: Row): string {
  return kind === 'supporting' ? `${state} ${status}` : `${state} ${status} ${remark}`;
}
