import type { Event } from './event';

/** What a target is given: the event, a part of it, a text of its own, or a template with parts of the event in it. */
export function inputFor(target: Record<string, any>, event: Event): string {
  const { Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter(given => given !== undefined).length > 1) {
    throw new Error(`only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`);
  }
  if (InputTransformer) {
    const values = Object.fromEntries(Object.entries<string>(InputTransformer.InputPathsMap ?? {}).map(([name, path]) => [name, at(event, path)]));
    return fill(InputTransformer.InputTemplate, values);
  }
  return Input ?? JSON.stringify(InputPath === undefined ? event : at(event, InputPath));
}

/** Dots, and nothing else of JSONPath. */
function at(event: Event, path: string): unknown {
  if (!/^\$(\.[\w-]+)*$/.test(path)) {
    throw new Error(`the sandbox does not read the path ${path}`);
  }
  return path.split('.').slice(1).reduce((value: any, name) => value?.[name], event);
}

/**
 * Within quotes a value is text, outside of them it is JSON. What the event lacks leaves nothing behind. A template of one or several texts in quotes stays
 * as it is: the target sees the quotes.
 */
function fill(template: string, values: Record<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([^>]+)>/gs, (part, name?: string) => {
    if (name === undefined) {
      quoted = part === '"' ? !quoted : quoted;
      return part;
    }
    if (!(name in values)) {
      throw new Error(`Invalid InputTemplate for target: ${template}: there is no path for <${name}>, or the sandbox does not know the variable`);
    }
    const value = values[name];
    if (value === undefined) {
      return '';
    }
    const json = JSON.stringify(value);
    return quoted && typeof value === 'string' ? json.slice(1, -1) : quoted ? json.replace(/"/g, '\\"') : json;
  });
}
