/** A number with its digits as they were written: `290.0` and `290` are the same number and not the same text. */
export class ExactNumber {
  constructor(public readonly text: string) {}

  public get value(): number {
    return Number(this.text);
  }
}

/** Strings, and what stands for a number outside of them. Python writes the last three, which are no JSON. */
const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d[\d.eE+-]*|-?Infinity|NaN/g;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
/** No string in a JSON text begins with this character by accident. */
const MARK = '\u0000';

/**
 * JSON.parse, but with each number as an ExactNumber, and NaN and the infinities as null.
 *
 * The reviver of JSON.parse is told a number's source only by newer versions of Node. So the numbers are made strings before: all else
 * that is to know about JSON is left to JSON.parse, which throws a SyntaxError as usual.
 */
export function parseExactly(json: string): unknown {
  const marked = json.replace(TOKEN, token => {
    if (token.startsWith('"')) {
      return token;
    }
    return NUMBER.test(token) ? `"\\u0000${token}"` : /\d/.test(token) ? token : 'null';
  });
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) && NUMBER.test(value.slice(1)) ? new ExactNumber(value.slice(1)) : value);
}
