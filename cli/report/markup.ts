/** Text that is HTML already. All else that gets into HTML is escaped. */
export class Markup {
  constructor(public readonly text: string) {}
}

export type Content = Markup | string | number | undefined | false | readonly Content[];

/** HTML from a template, whose values are escaped: names, reasons and values of variables are anybody's. Nothing comes of undefined and false. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + rendered(values[index - 1]) + string));
}

function rendered(content: Content): string {
  if (content === undefined || content === false) {
    return '';
  }
  if (content instanceof Markup) {
    return content.text;
  }
  return Array.isArray(content) ? content.map(rendered).join('') : escaped(String(content));
}

function escaped(text: string): string {
  return text.replace(CONTROL, '\uFFFD').replace(/[&<>"'`]/g, character => `&#${character.charCodeAt(0)};`);
}

/** What is no text, and what lets a text be read in another order than it is written. */
// eslint-disable-next-line no-control-regex
export const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
