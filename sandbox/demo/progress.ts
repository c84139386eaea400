import type { StackEvent } from '../journal';
import { Board, Change } from './board';
import { RowText } from './row-text';
import { wrapped } from '../../cli/format';
import { Terminal } from '../../cli/terminal';

/** Shows a stack operation as it goes on. */
export interface Progress {
  show(event: StackEvent): void;
  /** The operation is over, or nobody wants to see more of it. */
  end(): Promise<void>;
}

/** For a log: a line for each thing that happens to what matters, two for all that supports it. */
export class LineProgress implements Progress {
  constructor(private readonly terminal: Terminal, private readonly board: Board, private readonly text: RowText) {}

  public show(event: StackEvent): void {
    this.board.apply(event).filter(isWorthALine).forEach(change => this.terminal.line(this.lineOf(change)));
    if (this.board.stack === event) {
      this.terminal.line(this.terminal.bold(this.text.columns(event.time, event.status, event.logicalId)));
    }
    writeReason(this.terminal, event);
  }

  public async end(): Promise<void> {
    // A line that is written is written.
  }

  private lineOf({ row, what }: Change): string {
    const line = what === 'step' ? this.text.line(row, row.last.status) : this.text.line(row);
    return row.state === 'failed' ? this.terminal.bad(line) : row.group.kind === 'supporting' ? this.terminal.dim(line) : line;
  }
}

/** The whole reason of a failure: it says what to do. */
export function writeReason(terminal: Terminal, { status, reason }: StackEvent): void {
  if (status.endsWith('_FAILED') && reason) {
    wrapped(reason, 68).forEach(line => terminal.line(`${' '.repeat(10)}${terminal.bad(line)}`));
  }
}

/** Each lap of a wait, except where laps only go away. */
function isWorthALine({ row, what }: Change): boolean {
  return what === 'begins' || what === 'ends' || what === 'step' && row.group.kind === 'wait' && !row.last.status.startsWith('DELETE');
}
