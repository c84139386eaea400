import { styleText } from 'node:util';

/** Where a command writes to: knows whether somebody watches, and whether colour is welcome. */
export class Terminal {
  /** Whether the display may be rewritten in place. */
  public readonly live: boolean;
  private readonly colour: boolean;

  constructor(public readonly stream: NodeJS.WriteStream, plain: boolean) {
    const capable = Boolean(stream.isTTY) && process.env.TERM !== 'dumb';
    this.live = capable && !plain;
    this.colour = capable && !process.env.NO_COLOR;
  }

  /** Columns. */
  public get width(): number {
    return this.stream.columns || 80;
  }

  /** Lines. */
  public get height(): number {
    return this.stream.rows || 24;
  }

  public line(text = ''): void {
    this.stream.write(`${text}\n`);
  }

  public bold(text: string): string {
    return this.styled('bold', text);
  }

  public dim(text: string): string {
    return this.styled('dim', text);
  }

  public good(text: string): string {
    return this.styled('green', text);
  }

  public bad(text: string): string {
    return this.styled('red', text);
  }

  private styled(format: Parameters<typeof styleText>[0], text: string): string {
    return this.colour ? styleText(format, text) : text;
  }
}
