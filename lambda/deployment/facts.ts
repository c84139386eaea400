import { deflateRawSync, inflateRawSync } from 'zlib';
import { object } from '../candidate';
import type { Properties } from '../event';
import { log } from '../log';
import type { Tag } from '../tags';

/*
 * What neither a model nor an endpoint configuration says, and a rollback must know without reading the job: it is kept in tags of the two.
 *
 * As compressed JSON, since a tag's value has 256 characters of a small alphabet, and two of them have to do. FROZEN in form; members may join.
 */

export const FACT_TAGS = ['cdk-sagemaker-inference:facts', 'cdk-sagemaker-inference:facts-2'] as const;
const MAX_VALUE = 256;

/** Of a model. */
export interface ModelFacts {
  readonly rank?: number;
  /** Copies on each instance. */
  readonly copies?: number;
  /** How many requests at a time it was measured with. */
  readonly concurrency?: number;
  /** Of an inference component: what each copy takes, and how many there are. */
  readonly accelerators?: number;
  readonly memory?: number;
  readonly copyCount?: number;
  /** How many there were to be, where the component had been scaled. */
  readonly wantedCopyCount?: number;
  /** S3 URI by id. Too long for the tags they are `true`, and read from the job again. */
  readonly adapters?: Readonly<Record<string, string>> | true;
}

/** Of an endpoint configuration. */
export interface ConfigFacts {
  /** What was measured, as JSON. */
  readonly performance?: string;
  /** The units of metrics in it that are not in those that this library knows. */
  readonly otherUnits?: Readonly<Record<string, string>>;
  /** How many instances a variant was to have, where the number in the configuration is the one that it was scaled to. */
  readonly counts?: Readonly<Record<string, number>>;
}

export function modelFactTags(facts: ModelFacts): Tag[] {
  const spare = { ...facts, ...(facts.adapters && { adapters: true as const }) };
  return tagsOf(packed(facts).length <= MAX_VALUE * FACT_TAGS.length ? packed(facts) : packed(spare));
}

/** How many copies were asked for, whatever scaling had made of them. */
export function wantedCopies({ wantedCopyCount, copyCount }: ModelFacts): number | undefined {
  return wantedCopyCount ?? copyCount;
}

export function modelFactsIn(tags: ReadonlyMap<string, string>): ModelFacts {
  return unpacked(valueIn(tags));
}

/**
 * Whether the endpoint keeps its number of instances is the first letter, outside of what is compressed: it is the one thing that changes
 * later, by writing one tag.
 */
export function configFactTags(retain: boolean, facts: ConfigFacts): Tag[] {
  const whole = packed(facts);
  const fits = whole.length < MAX_VALUE * FACT_TAGS.length;
  if (!fits) {
    log('the expected performance is not kept, since it is too long for tags', { performance: facts.performance });
  }
  return tagsOf(`${retain ? RETAIN : REPLACE}${fits ? whole : packed({ counts: facts.counts })}`);
}

export function configFactsIn(tags: ReadonlyMap<string, string>): ConfigFacts {
  return unpacked(valueIn(tags).slice(1));
}

export function retainIn(tags: ReadonlyMap<string, string>): boolean {
  return valueIn(tags).startsWith(RETAIN);
}

/** The tag to write when it is another than before. */
export function retainTag(retain: boolean, tags: ReadonlyMap<string, string>): Tag {
  return tagsOf(`${retain ? RETAIN : REPLACE}${valueIn(tags).slice(1)}`)[0];
}

const RETAIN = '+';
const REPLACE = '-';

function valueIn(tags: ReadonlyMap<string, string>): string {
  return FACT_TAGS.map(key => tags.get(key) ?? '').join('');
}

function tagsOf(value: string): Tag[] {
  return FACT_TAGS.map((Key, index) => ({ Key, Value: value.slice(index * MAX_VALUE, (index + 1) * MAX_VALUE) })).filter(({ Value }) => Value !== '');
}

function packed(facts: object): string {
  return deflateRawSync(JSON.stringify(facts), { level: 9 }).toString('base64');
}

/** Tags can be edited by anybody. What they no longer say is as if it had never been known. */
function unpacked(value: string): Properties {
  try {
    return value === '' ? {} : object(JSON.parse(inflateRawSync(Buffer.from(value, 'base64')).toString('utf8')));
  } catch {
    log('the tags with the facts of the deployment cannot be read', { value });
    return {};
  }
}
