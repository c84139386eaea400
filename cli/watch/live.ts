import type { createLogUpdate } from 'log-update' with { 'resolution-mode': 'import' };
import { Display, reasonOf, remarkOf, View } from './display';
import type { Row } from './rows';
import { clockTime, hours, shortened } from '../format';
import { Terminal } from '../terminal';

const REFRESH = 100;
/** Least width of the column of names. */
const NAME = 12;
const STATUS = 18;
/** More of a reason is in the summary at the end. */
const REASON_LINES = 4;

interface Symbols {
  readonly spinner: string;
  readonly done: string;
  readonly failed: string;
  readonly waiting: string;
}

const UNICODE: Symbols = { spinner: '\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f', done: '\u2714', failed: '\u2716', waiting: '\u00b7' };
const ASCII: Symbols = { spinner: '-\\|/', done: '+', failed: 'x', waiting: '.' };

type Style = 'bold' | 'dim' | 'good' | 'bad' | undefined;

/** One line of the display: cut to the width first and coloured then. */
interface Line {
  readonly text: string;
  readonly style?: Style;
}

/** For the eye: the stack and what matters in it, rewritten in place. */
export class LiveDisplay implements Display {
  public static async start(terminal: Terminal): Promise<LiveDisplay> {
    return new LiveDisplay(terminal, (await import('log-update')).createLogUpdate(terminal.stream));
  }

  private readonly symbols = process.platform !== 'win32' || process.env.WT_SESSION ? UNICODE : ASCII;
  private readonly refresher = setInterval(() => this.draw(), REFRESH);
  private view?: View;
  private turn = 0;

  private constructor(private readonly terminal: Terminal, private readonly update: ReturnType<typeof createLogUpdate>) {}

  public show(view: View): void {
    this.view = view;
    this.draw();
  }

  public end(): void {
    clearInterval(this.refresher);
    this.draw();
    this.update.done();
  }

  private draw(): void {
    this.turn++;
    if (this.view) {
      const { width, height } = this.terminal;
      this.update(this.fitted(this.view, height - 2).map(({ text, style }) => this.styled(shortened(text, width - 1), style)).join('\n'));
    }
  }

  /** As much as there is room for: first what is still to come is left out, then what has ended, then logs. */
  private fitted(view: View, height: number): Line[] {
    const shapes: Array<(row: Row) => boolean> = [() => true, ({ state }) => state !== 'waiting', ({ state }) => state === 'running' || state === 'failed'];
    for (const isShown of shapes) {
      const lines = this.lines(view, isShown, true);
      if (lines.length <= height) {
        return lines;
      }
    }
    return this.lines(view, shapes[2], false).slice(0, Math.max(1, height));
  }

  private lines(view: View, isShown: (row: Row) => boolean, withLogs: boolean): Line[] {
    const { stack, time, rows, failures, notes, trouble } = view;
    const name = Math.max(NAME, ...rows.map(row => row.name.length));
    const hidden = rows.filter(row => !isShown(row));
    const ended = hidden.filter(({ state }) => state === 'done').length;
    const others = [[ended, 'have ended'], [hidden.length - ended, 'have not begun']].filter(([count]) => count !== 0).map(([count, what]) => `${count} that ${what}`);
    const [failure] = failures;
    return [
      { text: `${clockTime(time, stack.since)}  ${stack.status}  ${stack.name}, ${hours((time - stack.since) / 1000)}`, style: 'bold' },
      ...rows.filter(isShown).flatMap(row => [
        { text: this.rowText(row, name), style: styleOf(row) },
        ...withLogs ? row.log.map(line => ({ text: `    | ${line}`, style: 'dim' as const })) : [],
      ]),
      ...hidden.length > 0 ? [{ text: `  and ${others.join(', ')}`, style: 'dim' as const }] : [],
      ...failure ? [
        { text: `What failed first: ${failure.path.join('/')}`, style: 'bad' as const },
        ...reasonOf(failure, this.terminal.width - 12).slice(0, REASON_LINES).map(text => ({ text, style: 'bad' as const })),
      ] : [],
      ...[...notes, ...trouble === undefined ? [] : [trouble]].map(text => ({ text, style: 'dim' as const })),
    ];
  }

  private rowText(row: Row, name: number): string {
    const { spinner, done, failed, waiting } = this.symbols;
    const symbol = { running: spinner[this.turn % spinner.length], done, failed, waiting }[row.state];
    return `  ${symbol} ${row.name.padEnd(name)}  ${row.status.padEnd(STATUS)}  ${remarkOf(row)}`.trimEnd();
  }

  private styled(text: string, style: Style): string {
    return style ? this.terminal[style](text) : text;
  }
}

function styleOf({ state, kind }: Row): Style {
  return state === 'failed' ? 'bad' : state === 'waiting' || kind === 'supporting' ? 'dim' : undefined;
}
