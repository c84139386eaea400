import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchmarkOutcome, Profile } from './scenario';

/** A real run: 300 requests to GPT-OSS-20B on an ml.g6.16xlarge, 10 of which failed. It is in a public sample of AWS. */
const MEASURED = readFileSync(join(__dirname, 'profile-export.json'), 'utf8');

/** A string or a number of a JSON document. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const LEVEL = /^concurrency_(\d+)\./;
const SEARCH = /^search\./;

/** More errors than that make the service end the job Failed. */
const MAX_ERROR_RATE = 0.01;

/** What the run measured, with the errors and the figures of the scenario; of one level, if it is a sweep. */
export function profileOf({ errorRate = 0, figures = {} }: BenchmarkOutcome, concurrency?: number): Profile {
  const profile: Profile = JSON.parse(MEASURED);
  if (concurrency !== undefined) {
    profile.input_config.loadgen.concurrency = concurrency;
  }
  setErrors(profile, errorRate);
  if (typeof figures === 'function') {
    return figures(profile, concurrency);
  }
  for (const [path, value] of Object.entries(figures)) {
    const level = LEVEL.exec(path)?.[1];
    if (!SEARCH.test(path) && (level === undefined || Number(level) === concurrency)) {
      set(profile, path.replace(LEVEL, '').split('.'), value);
    }
  }
  return profile;
}

/** Why the service takes the run for invalid, if it does. */
export function invalidity({ request_count: succeeded, error_request_count: failed, error_summary: errors }: Profile): string | undefined {
  const count = failed?.avg ?? 0;
  const total = (succeeded?.avg ?? 0) + count;
  if (!(count / total > MAX_ERROR_RATE)) {
    return undefined;
  }
  const kinds = [errors ?? []].flat().map(({ error_details, count: times }: any) => `${error_details.type}: ${times}`);
  return `Benchmark error rate ${(100 * count / total).toFixed(2)}% (${count}/${total}) exceeds maximum ${MAX_ERROR_RATE * 100}%. Top errors: ${kinds.join(', ')}`;
}

/** As a document: what is as in the real one has the same digits, such as those of 290.0. */
export function rendered(value: unknown, digits: unknown = DIGITS, indent = '\n'): string {
  const deeper = `${indent}  `;
  const inside = (key: string): unknown => (digits as Record<string, unknown> | undefined)?.[key];
  if (Array.isArray(value) && value.length > 0) {
    return `[${value.map((item, index) => deeper + rendered(item, inside(String(index)), deeper)).join(',')}${indent}]`;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return members.length === 0 ? '{}' : `{${members.map(([key, member]) => `${deeper}${JSON.stringify(key)}: ${rendered(member, inside(key), deeper)}`).join(',')}${indent}}`;
  }
  return typeof value === 'number' && typeof digits === 'string' && Number(digits) === value ? digits : JSON.stringify(value);
}

/** The real document with each number as it is written there. */
const DIGITS: unknown = JSON.parse(MEASURED.replace(TOKEN, token => token.startsWith('"') ? token : `"${token}"`));

/** The requests that succeeded keep their figures. What is about errors is there only if there were any, as AIPerf has it. */
function setErrors(profile: Profile, errorRate: number): void {
  if (!(errorRate >= 0 && errorRate < 1)) {
    throw new Error(`the scenario's errorRate is a share from 0 up to but not including 1, got ${errorRate}`);
  }
  // Never more than asked for; but for the error of the division.
  const count = Math.floor(profile.request_count.avg * errorRate / (1 - errorRate) + 1e-9);
  if (count === 0) {
    delete profile.error_request_count;
    delete profile.error_isl;
    delete profile.total_error_isl;
    profile.error_summary = [];
  } else {
    profile.error_request_count.avg = count;
    profile.error_summary[0].count = count;
  }
}

function set(target: Profile, [name, ...rest]: string[], value: unknown): void {
  if (rest.length > 0) {
    set(target[name] ??= {}, rest, value);
  } else if (value === null) {
    delete target[name];
  } else {
    target[name] = value;
  }
}
