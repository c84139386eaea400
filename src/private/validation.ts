import { Duration, Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The pattern of SageMaker's names. */
export const RESOURCE_NAME = /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}/;

/**
 * Collects what is wrong with the props of one construct or value, and throws it all at once.
 *
 * Every check passes over what was not set and over tokens, whose value is only known when the template is deployed.
 * Messages are lower case, without a full stop, and name the prop, the rule, the value and, where it isn't obvious, what to do.
 *
 *     const validation = new Validation('WorkloadSpec');
 *     validation.range('concurrency', props.concurrency, 1, 1000);
 *     validation.check(a < b, `min must be less than max, got ${a} and ${b}`);
 *     validation.throwIfAny();
 */
export class Validation {
  private readonly found: string[] = [];

  /** @param subject what is validated, such as the name of the class */
  constructor(private readonly subject: string) {}

  /** The messages so far. */
  public get messages(): string[] {
    return [...this.found];
  }

  /** Records `message` unless `condition` holds. Conditions on values that can be tokens go through `known` first. */
  public check(condition: boolean, message: string): void {
    if (!condition) {
      this.found.push(message);
    }
  }

  /** Takes over messages that were collected elsewhere. */
  public add(messages: string[]): void {
    this.found.push(...messages);
  }

  /** What TypeScript asks for and other languages can leave out. */
  public required<T extends object>(props: T, ...names: (keyof T & string)[]): void {
    for (const name of names) {
      this.check(props[name] !== undefined && props[name] !== null, `${name} is required`);
    }
  }

  /** A string's length in characters. */
  public length(prop: string, value: string | undefined, min: number, max: number): void {
    if (known(value)) {
      this.check(value.length >= min && value.length <= max,
        `${prop} must be ${between(min, max)} ${max === 1 ? 'character' : 'characters'} long, got ${value.length}: ${quote(value)}`);
    }
  }

  /** The whole string must match. `rule` completes "prop must ...", for example "hold only letters and digits". */
  public matches(prop: string, value: string | undefined, pattern: RegExp, rule: string): void {
    if (known(value)) {
      this.check(new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(value), `${prop} must ${rule}, got ${quote(value)}`);
    }
  }

  /** The name of a resource, as most of SageMaker's are. */
  public resourceName(prop: string, value: string | undefined): void {
    this.matches(prop, value, RESOURCE_NAME, 'be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen');
  }

  /** A number from `min` to `max`, both included. */
  public range(prop: string, value: number | undefined, min: number, max: number = Infinity): void {
    if (known(value)) {
      this.check(value >= min && value <= max, `${prop} must be ${between(min, max)}, got ${value}`);
    }
  }

  /** A whole number from `min` to `max`, both included. */
  public integer(prop: string, value: number | undefined, min: number, max: number = Infinity): void {
    if (known(value)) {
      this.check(Number.isInteger(value) && value >= min && value <= max, `${prop} must be a whole number, ${between(min, max)}, got ${value}`);
    }
  }

  /** A duration in whole seconds, from `min` to `max` of them, both included. The value of a token can't be converted into seconds. */
  public duration(prop: string, value: Duration | undefined, min: number, max: number): void {
    if (value?.isUnresolved()) {
      this.check(value.unitLabel() === 'seconds', `${prop} must be given by Duration.seconds(), got a token in ${value.unitLabel()}`);
    } else if (value !== undefined) {
      const seconds = value.toSeconds({ integral: false });
      this.check(Number.isInteger(seconds) && seconds >= min && seconds <= max,
        `${prop} must be a whole number of seconds, ${between(min, max)}, got ${seconds} seconds`);
    }
  }

  /** The same in whole minutes. */
  public minutes(prop: string, value: Duration | undefined, min: number, max: number): void {
    if (value?.isUnresolved()) {
      this.check(value.unitLabel() === 'minutes', `${prop} must be given by Duration.minutes(), got a token in ${value.unitLabel()}`);
    } else if (value !== undefined) {
      const minutes = value.toMinutes({ integral: false });
      this.check(Number.isInteger(minutes) && minutes >= min && minutes <= max,
        `${prop} must be a whole number of minutes, ${between(min, max)}, got ${minutes} minutes`);
    }
  }

  /** A size in whole units, from `min` to `max` of them, both included. The value of a token can't be converted. */
  public size(prop: string, value: Size | undefined, unit: 'MiB' | 'GiB', min: number, max: number = Infinity): void {
    if (value === undefined || value === null) {
      return;
    }
    const factory = unit === 'MiB' ? 'mebibytes' : 'gibibytes';
    if (value.isUnresolved()) {
      let convertible = true;
      try {
        inUnits(value, unit);
      } catch {
        convertible = false;
      }
      this.check(convertible, `${prop} must be given by Size.${factory}(), got a token in another unit`);
    } else {
      const units = inUnits(value, unit);
      this.check(Number.isInteger(units) && units >= min && units <= max, `${prop} must be a whole number of ${unit}, ${between(min, max)}, got ${units} ${unit}`);
    }
  }

  /** A value out of a closed list. */
  public oneOf<T extends string | number>(prop: string, value: T | undefined, allowed: readonly T[]): void {
    if (known(value)) {
      this.check(allowed.includes(value), `${prop} must be one of ${allowed.join(', ')}, got ${quote(String(value))}`);
    }
  }

  /** The number of entries of a list. `noun` names them in the plural; `advice` says what to do. */
  public count(prop: string, list: readonly unknown[] | undefined, min: number, max: number, noun: string, advice?: string): void {
    if (list === undefined || Token.isUnresolved(list)) {
      return;
    }
    const ending = advice === undefined ? '' : `: ${advice}`;
    this.check(list.length >= min, `${prop} takes at least ${min} ${noun}, got ${list.length}${ending}`);
    this.check(list.length <= max, `${prop} takes at most ${max} ${noun}, got ${list.length}${ending}`);
  }

  /** Entries of a list must differ; `advice` says what to do about a duplicate. */
  public distinct(prop: string, list: readonly string[] | undefined, advice?: string): void {
    if (list === undefined || Token.isUnresolved(list)) {
      return;
    }
    const concrete = list.filter(known);
    const repeated = concrete.filter((entry, i) => concrete.indexOf(entry) !== i);
    for (const entry of new Set(repeated)) {
      this.check(false, `${prop} must be distinct, got ${quote(entry)} more than once${advice === undefined ? '' : `: ${advice}`}`);
    }
  }

  /**
   * Throws one error with all the messages, if there are any.
   *
   * @param scope the construct, whose path then says which one it was
   */
  public throwIfAny(scope?: IConstruct): void {
    if (this.found.length === 0) {
      return;
    }
    const where = scope === undefined ? this.subject : `${this.subject} ${quote(scope.node.path)}`;
    throw new Error(this.found.length === 1
      ? `${where}: ${this.found[0]}`
      : `${where} has ${this.found.length} invalid values:\n${this.found.map((message) => `  - ${message}`).join('\n')}`);
  }
}

/** Whether a value was set and can be looked into: neither undefined nor a token. */
export function known<T>(value: T | undefined): value is T {
  return value !== undefined && !Token.isUnresolved(value);
}

/** A user's value in a message, short enough to read. */
export function quote(value: string): string {
  return `'${value.length > 120 ? `${value.slice(0, 117)}...` : value}'`;
}

/** Any value in a message, such as one of a wrong type. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    return quote(value);
  }
  return value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value === 'object' && value !== null ? objectOf(value)
    : typeof value === 'function' ? 'a function' : String(value);
}

/** A construct of the wrong class is the commonest mistake with objects. */
function objectOf(value: object): string {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && /^[A-Z]\w+$/.test(name) && name !== 'Object' ? `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}` : 'an object';
}

function inUnits(size: Size, unit: 'MiB' | 'GiB'): number {
  const rounding = SizeRoundingBehavior.NONE;
  return unit === 'MiB' ? size.toMebibytes({ rounding }) : size.toGibibytes({ rounding });
}

function between(min: number, max: number): string {
  return max === Infinity ? `at least ${min}` : min === max ? `exactly ${min}` : `${min} to ${max}`;
}
