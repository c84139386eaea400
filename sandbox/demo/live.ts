import { isUnicodeSupported, Listr, ListrTaskWrapper } from 'listr2';
import type { DefaultRenderer, SimpleRenderer } from 'listr2';
import type { StackEvent } from '../journal';
import { Board, Row, SECTIONS } from './board';
import { Progress, writeReason } from './progress';
import { RowText } from './row-text';
import { hours } from '../../cli/format';
import { Terminal } from '../../cli/terminal';
import { Group } from '../../cli/watch/groups';

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

const REFRESH = 100;
const BAR = 24;

/**
 * For the eye: a row for the stack and one for each resource that matters, rewritten in place.
 *
 * A task of the list is there from the start, but listr2 shows only tasks with a title: rows get theirs when something begins with them,
 * because nobody can tell before which resources an update touches.
 */
export class LiveProgress implements Progress {
  private readonly lines = new Map<string, Line>();
  private readonly head = new Line();
  private readonly failures: StackEvent[] = [];
  private readonly refresher: NodeJS.Timeout;
  private readonly list: Promise<unknown>;

  constructor(private readonly terminal: Terminal, private readonly board: Board, private readonly text: RowText, groups: readonly Group[]) {
    for (const section of SECTIONS) {
      // What goes away goes in reverse.
      const ordered = section === 'forward' ? groups : [...groups].reverse();
      ordered.forEach(group => this.lines.set(Board.key(section, group), new Line()));
    }
    this.list = new Listr<unknown>([this.head, ...this.lines.values()].map(line => ({ task: (_, task) => line.follow(task) })), {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { formatOutput: 'truncate', removeEmptyLines: false },
    }).run();
    this.refresher = setInterval(() => this.refresh(), REFRESH);
  }

  public show(event: StackEvent): void {
    if (event.status.endsWith('_FAILED') && event.reason) {
      this.failures.push(event);
    }
    for (const { row, what } of this.board.apply(event)) {
      const line = this.lines.get(Board.key(row.section, row.group));
      line?.show(() => this.titleOf(row));
      if (what === 'ends') {
        line?.end(row.state === 'failed');
      }
    }
    this.head.show(() => this.terminal.bold(this.text.stack(this.board)));
    this.refresh();
  }

  public async end(): Promise<void> {
    clearInterval(this.refresher);
    this.refresh();
    const status = this.board.stack?.status ?? '';
    const over = !status.endsWith('_IN_PROGRESS');
    this.head.end(!over || /FAILED|ROLLBACK/.test(status));
    this.lines.forEach(line => line.end(!over));
    await this.list;
    this.failures.forEach(event => writeReason(this.terminal, event));
  }

  private refresh(): void {
    [this.head, ...this.lines.values()].forEach(line => line.refresh());
  }

  private titleOf(row: Row): string {
    const line = this.text.line(row);
    const waited = this.text.waited(row);
    const more = waited && `\n${' '.repeat(8)}${this.bar(waited.seconds / waited.limit)}  job ${hours(waited.seconds)}, of at most ${hours(waited.limit)}`;
    return `${row.group.kind === 'supporting' ? this.terminal.dim(line) : line}${more ?? ''}`;
  }

  private bar(share: number): string {
    const [full, empty] = isUnicodeSupported() ? ['\u2588', '\u2591'] : ['#', '.'];
    const length = Math.min(BAR, Math.round(share * BAR));
    return this.terminal.good(full.repeat(length)) + this.terminal.dim(empty.repeat(BAR - length));
  }
}

/** One line of the display, from the moment that there is something to say until it has ended. */
class Line {
  private task?: Task;
  private title?: () => string;
  private shown = '';
  private settle?: { resolve: () => void; reject: (error: Error) => void };
  private ended?: { failed: boolean };

  /** What listr2 calls the task. */
  public follow(task: Task): Promise<void> {
    this.task = task;
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.refresh();
      this.conclude();
    });
  }

  public show(title: () => string): void {
    if (!this.ended) {
      this.title = title;
      this.refresh();
    }
  }

  public refresh(): void {
    const title = this.ended ? this.shown : this.title?.() ?? '';
    if (title !== '' && this.task && title !== this.task.title) {
      this.task.title = title;
    }
    this.shown = title;
  }

  public end(failed: boolean): void {
    if (!this.ended) {
      this.refresh();
      this.ended = { failed };
      this.conclude();
    }
  }

  private conclude(): void {
    if (this.ended?.failed && this.shown !== '') {
      // listr2 shows the message of the error in place of the title.
      this.settle?.reject(new Error(this.shown));
    } else if (this.ended) {
      this.settle?.resolve();
    }
  }
}
