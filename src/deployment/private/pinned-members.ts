import type { Validation } from '../../private/validation';

/** Who is told what is wrong with a value. */
export type Checks = Pick<Validation, 'check'>;

/** What of a JSON value is kept. It is also what the value must be, where there is one. */
export type Kept = 'string' | 'number' | 'scalar' | 'strings' | { readonly list: Kept } | { readonly eachMember: Kept } | { readonly members: Members };
export type Members = Readonly<Record<string, Kept>>;

export type Json = Record<string, unknown>;

/**
 * The part of a value that is kept, with sorted keys and without what is null or empty, so that texts which differ in nothing else come out the same.
 *
 * @param path where the value is, for messages
 */
export function keep(value: unknown, kept: Kept, path: string, validation: Checks): unknown {
  if (value === undefined || value === null) {
    return undefined;
  }
  const refuse = (rule: string) => validation.check(false, `${path} must be ${rule}, got ${shown(value)}`) as undefined;
  if (kept === 'string') {
    return typeof value === 'string' ? value || undefined : refuse('a string');
  }
  if (kept === 'number') {
    return typeof value === 'number' ? value : refuse('a number');
  }
  if (kept === 'scalar') {
    return typeof value === 'number' ? value : typeof value === 'string' ? value || undefined : refuse('a number or a string');
  }
  if (kept === 'strings') {
    return isObject(value) ? object(Object.keys(value), name => keep(value[name], 'string', `${path}.${name}`, validation) ?? '') : refuse('an object of strings');
  }
  if ('list' in kept) {
    // What is no value is an empty object, since the place in a list has a meaning.
    return Array.isArray(value) ? value.map((entry, i) => keep(entry, kept.list, `${path}[${i}]`, validation) ?? {}) : refuse('a list');
  }
  if (!isObject(value)) {
    return refuse('an object');
  }
  return 'members' in kept
    ? object(Object.keys(kept.members), name => keep(value[name], kept.members[name], path === '' ? name : `${path}.${name}`, validation))
    : object(Object.keys(value), name => keep(value[name], kept.eachMember, `${path}.${name}`, validation));
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(names: string[], read: (name: string) => unknown): Json {
  return Object.fromEntries([...names].sort().map(name => [name, read(name)]).filter(([, member]) => member !== undefined));
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
