import { createHash } from 'crypto';

/**
 * Names that are a function of what they name.
 *
 * FROZEN: a rollback may run an older version of this code, and both must come to the same name, or a finished job is not found and hours
 * of GPU time are paid again. test/lambda/naming.test.ts holds golden values.
 */

const HASH_LENGTH = 16;
/** Room for `-r99`. */
const SUFFIX_LENGTH = 4;
const MAX_RUNS = 99;

export interface NameInputs {
  readonly stackName: string;
  readonly logicalId: string;
  /** Start of the name. Not hashed: another prefix is not another job. */
  readonly prefix?: string;
  /** What is hashed beside stack name and logical id. */
  readonly content: unknown;
  readonly maxLength: number;
  readonly lowercase?: boolean;
}

/** `<prefix>-<hash>`: within maxLength even with the suffix of a later run. */
export function contentName(inputs: NameInputs): string {
  const hash = contentHash(canonical([inputs.stackName, inputs.logicalId, inputs.content]));
  const room = inputs.maxLength - SUFFIX_LENGTH - HASH_LENGTH - 1;
  const wanted = inputs.prefix ?? `${inputs.stackName}-${inputs.logicalId}`;
  const prefix = (inputs.lowercase ? wanted.toLowerCase() : wanted)
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, room)
    .replace(/-+$/, '');
  return prefix ? `${prefix}-${hash}` : hash;
}

export function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

/** The name itself, then `-r2`, `-r3`, ... for further runs of the same inputs after a run that failed. */
export function* runNames(name: string): Generator<string> {
  yield name;
  for (let run = 2; run <= MAX_RUNS; run++) {
    yield `${name}-r${run}`;
  }
}

/** Whether a name was made here. The ids that CloudFormation invents end in 12 or 13 characters without such a hash. */
export function isContentName(name: string): boolean {
  return /^([a-zA-Z0-9-]+-)?[0-9a-f]{16}(-r[1-9][0-9]?)?$/.test(name);
}

/** The hash in a name that was made here. */
export function hashOf(name: string): string {
  return /([0-9a-f]{16})(-r[1-9][0-9]?)?$/.exec(name)?.[1] ?? '';
}

/** What a name stands for: one that was made here for its content, under whatever prefix and in whichever run. */
export function contentOf(name: string): string {
  return isContentName(name) ? hashOf(name) : name;
}

/** Whether a name is that of a run of `base`, whatever its prefix: the hash alone says what ran. */
export function isRunOf(base: string, name: string): boolean {
  return isContentName(name) && hashOf(name) === hashOf(base);
}

/** Sorts the runs of one hash, first run first. */
export function byRun(a: string, b: string): number {
  const run = (name: string) => Number(/-r([1-9][0-9]?)$/.exec(name)?.[1] ?? 1);
  return run(a) - run(b) || (a < b ? -1 : 1);
}

/**
 * JSON with sorted keys in which every scalar is a string: CloudFormation turns the scalars of custom resource properties into strings,
 * and the name must not depend on whether it did.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
  }
  return JSON.stringify(String(value));
}
