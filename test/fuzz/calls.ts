import * as library from '../../src';
import { CALLS } from '../../src/private/signatures';
import { STRUCTS } from '../../src/private/types';

/** Where a value was given: in which call, and how deep in its arguments. */
export interface Position {
  readonly call: number;
  readonly path: readonly (string | number)[];
  /** The parameters and members on the way, as `Class.method(parameter)` and `Struct.member`. */
  readonly slots: readonly string[];
}

interface Slot {
  readonly name: string;
  readonly type: string;
}

/**
 * Watches the calls that code makes of the library's methods and constructors, and can put another value into one of them. Calls that the library
 * makes of itself are its own matter.
 */
export class Calls {
  private depth = 0;
  private count = 0;
  private positions: Position[] = [];
  private change?: { readonly position: Position; readonly value: unknown };

  /** From now on. */
  constructor() {
    for (const [call, parameters] of Object.entries(CALLS)) {
      const [, type, separator, method] = /^(\w+)(\W+)(\w*)$/.exec(call)!;
      const exported = (library as Record<string, any>)[type];
      if (method !== '') {
        const owner = separator === '#' ? exported.prototype : exported;
        const original = owner[method];
        const watch = (given: unknown[], make: (changed: unknown[]) => unknown) => this.watched(call, parameters, given, make);
        owner[method] = function(this: unknown, ...given: unknown[]) {
          return watch(given, changed => original.apply(this, changed));
        };
      }
    }
  }

  /** Every place in the arguments of the calls where something was, or could have been, given. */
  public positionsOf(code: () => void): Position[] {
    this.start();
    code();
    return this.positions;
  }

  /** Runs code, with another value at a position. */
  public run(code: () => void, position: Position, value: unknown): void {
    this.start();
    this.change = { position, value };
    code();
  }

  /** A constructor can't be watched from without: whoever calls it says so. */
  public construct<T>(type: string, given: unknown[]): T {
    const constructor = (library as Record<string, any>)[type];
    return this.watched(`${type}()`, CALLS[`${type}()`], given, changed => new constructor(...changed)) as T;
  }

  private start(): void {
    this.depth = 0;
    this.count = 0;
    this.positions = [];
    this.change = undefined;
  }

  private watched(call: string, parameters: string, given: unknown[], make: (changed: unknown[]) => unknown): unknown {
    if (this.depth > 0) {
      return make(given);
    }
    const index = this.count++;
    this.positions.push(...slotsOf(parameters).flatMap(({ name, type }, i) =>
      positionsIn(type, given[i], { call: index, path: [i], slots: [`${call}(${name})`] })));
    const { position, value } = this.change ?? {};
    const changed = position?.call === index ? withValue(given, position.path, value) as unknown[] : given;
    this.depth++;
    try {
      return make(changed);
    } finally {
      this.depth--;
    }
  }
}

function positionsIn(type: string, value: unknown, at: Position): Position[] {
  const below = (step: string | number, of: string, inner: unknown, slot?: string) =>
    positionsIn(of, inner, { ...at, path: [...at.path, step], slots: slot === undefined ? at.slots : [...at.slots, slot] });
  // Where an app puts its constructs, and how it calls them, is between it and the CDK.
  if (type === 'Construct' || /\(id\)$/.test(at.slots[0])) {
    return [];
  }
  if (type.endsWith('[]')) {
    return [at, ...(Array.isArray(value) && value.length > 0 ? below(0, type.slice(0, -2), value[0]) : [])];
  }
  if (type.startsWith('{')) {
    const [name, inner] = Object.entries(value as object ?? {})[0] ?? ['added', undefined];
    return [at, ...(typeof value === 'object' ? below(name, /: string\]: (.*) \}/.exec(type)![1], inner) : [])];
  }
  if (type in STRUCTS) {
    return [at, ...(typeof value === 'object' && value !== null
      ? membersOf(type).flatMap(({ name, type: of, owner }) => below(name, of, (value as Record<string, unknown>)[name], `${owner}.${name}`)) : [])];
  }
  return [at];
}

/** The members of a struct and of those that it extends, with the one that declares each. */
export function membersOf(struct: string): (Slot & { readonly owner: string })[] {
  return STRUCTS[struct].split(', ').flatMap(part => part.startsWith('...') ? (part.slice(3) in STRUCTS ? membersOf(part.slice(3)) : [])
    : slotsOf(part).map(slot => ({ ...slot, owner: struct })));
}

export function slotsOf(text: string): Slot[] {
  return text.split(', ').map(part => {
    const [, name, type] = /^(?:\.\.\.)?(\w+)\??: (.*)$/.exec(part)!;
    return { name, type };
  });
}

/** A copy of a value with another one somewhere in it. */
function withValue(node: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) {
    return value;
  }
  const copy: any = Array.isArray(node) ? [...node] : { ...node as object };
  copy[step] = withValue(copy[step], rest, value);
  return copy;
}
