import { styleText } from 'node:util';

/** Where the demo writes to: knows whether somebody watches, and whether colour is welcome. */
export class Terminal {
  /** Whether the display may be rewritten in place. */
  public readonly live: boolean;
  private readonly colour: boolean;

  constructor(private readonly stream: NodeJS.WriteStream, plain: boolean) {
    const capable = Boolean(stream.isTTY) && process.env.TERM !== 'dumb';
    this.live = capable && !plain;
    this.colour = capable && !process.env.NO_COLOR;
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
