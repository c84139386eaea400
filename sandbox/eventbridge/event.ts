import { randomUUID } from 'node:crypto';
import { ServiceError } from '../service';

/** An event as rules see it, and as targets get it. */
export interface Event {
  readonly 'version': '0';
  readonly 'id': string;
  readonly 'detail-type': string;
  readonly 'source': string;
  readonly 'account': string;
  readonly 'time': string;
  readonly 'region': string;
  readonly 'resources': string[];
  readonly 'detail': Record<string, any>;
}

/** Why one entry of a request is not taken, while others may be. */
export interface RefusedEntry {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export type Entry = Record<string, any>;

const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;
const MEMBERS = ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName', 'TraceHeader'];

/** Throws what makes EventBridge refuse a request as a whole. */
export function checkRequest({ Entries, ...others }: Record<string, any>): Entry[] {
  const members = [Entries].flat().flatMap(entry => Object.keys(entry ?? {}));
  const unknown = [...Object.keys(others), ...members.filter(member => !MEMBERS.includes(member))];
  if (unknown.length > 0) {
    throw new Error(`the sandbox does not know ${unknown.join(', ')} of PutEvents`);
  }
  if (!Array.isArray(Entries) || Entries.length < 1 || Entries.length > MAX_ENTRIES) {
    throw new ServiceError('ValidationException', `1 validation error detected: Value '${JSON.stringify(Entries)}' at 'entries' failed to satisfy constraint: `
      + `Member must have length between 1 and ${MAX_ENTRIES}`);
  }
  if (Entries.reduce((bytes, entry) => bytes + sizeOf(entry), 0) > MAX_BYTES) {
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return Entries;
}

/** As AWS says how to calculate it. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(String(text)), Time === undefined ? 0 : 14);
}

/** The event of an entry, or why there is none. */
export function readEntry(entry: Entry, place: { account: string; region: string; now: number }): Event | RefusedEntry {
  const { Source, DetailType, Detail, Resources = [], Time, EventBusName = 'default' } = entry;
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => typeof value !== 'string' || value === '');
  if (missing) {
    return refused('InvalidArgument', `Parameter ${missing[0]} is not valid. Reason: ${missing[0]} is a required argument.`);
  }
  if (!/^(default|arn:[^:]+:events:[^:]+:\d+:event-bus\/default)$/.test(EventBusName)) {
    throw new Error(`the sandbox has the default event bus only, got ${EventBusName}`);
  }
  if (Source.startsWith('aws.')) {
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  const detail = parsed(Detail);
  if (detail === undefined) {
    return refused('MalformedDetail', 'Detail is malformed.');
  }
  const { account, region, now } = place;
  return {
    'version': '0',
    'id': randomUUID(),
    'detail-type': DetailType,
    'source': Source,
    account,
    'time': new Date(Time === undefined ? now : Time * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    'resources': Resources,
    detail,
  };
}

function refused(ErrorCode: string, ErrorMessage: string): RefusedEntry {
  return { ErrorCode, ErrorMessage };
}

function parsed(detail: string): Record<string, any> | undefined {
  try {
    const value = JSON.parse(detail);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
