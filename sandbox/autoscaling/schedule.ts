import { invalid } from './identity';
import { inZone } from './time-zone';

const MINUTE = 60_000;
const UNITS: Record<string, number> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** Nothing later is looked for: a day that never comes. */
const YEARS_AHEAD = 8;

/** When something happens next, strictly after a point in time; undefined if never again. */
export type Schedule = (after: number) => number | undefined;

/** Reads `at(...)` and `cron(...)`, which are in the time zone, and `rate(...)`. @param start what a rate counts from */
export function readSchedule(expression: string, start: number, timeZone = 'UTC'): Schedule {
  const [, kind, argument] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'at': return inZone(at(argument), timeZone);
    case 'rate': return rate(argument, start);
    case 'cron': return inZone(cron(argument), timeZone);
    default: throw malformed(expression);
  }
}

function malformed(expression: string): Error {
  return invalid(`Schedule expression is not valid: ${expression}`);
}

function at(argument: string): Schedule {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(argument) ? Date.parse(`${argument}Z`) : NaN;
  if (Number.isNaN(time)) {
    throw malformed(`at(${argument})`);
  }
  return after => time > after ? time : undefined;
}

function rate(argument: string, start: number): Schedule {
  const [, value, unit, plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(argument) ?? [];
  if (unit === undefined || Number(value) < 1 || (Number(value) === 1) !== (plural === '')) {
    throw malformed(`rate(${argument})`);
  }
  const interval = Number(value) * UNITS[unit];
  return after => start + (Math.max(0, Math.floor((after - start) / interval)) + 1) * interval;
}

/** Minutes, hours, day of month, month, day of week, year: of a clock that shows UTC, as `at` is. */
function cron(argument: string): Schedule {
  const fields = argument.trim().split(/\s+/);
  if (fields.length !== 6 || (fields[2] === '?') === (fields[4] === '?')) {
    throw malformed(`cron(${argument})`);
  }
  const whole = `cron(${argument})`;
  const minutes = valuesOf(fields[0], 0, 59, whole);
  const hours = valuesOf(fields[1], 0, 23, whole);
  const monthDays = valuesOf(fields[2], 1, 31, whole);
  const months = valuesOf(named(fields[3], MONTHS), 1, 12, whole);
  const weekDays = valuesOf(named(fields[4], DAYS), 1, 7, whole);
  const years = valuesOf(fields[5], 1970, 2199, whole);
  return after => {
    const first = new Date(after);
    for (let day = 0; day < YEARS_AHEAD * 366; day++) {
      const date = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), first.getUTCDate() + day));
      const fits = years.has(date.getUTCFullYear()) && months.has(date.getUTCMonth() + 1)
        && monthDays.has(date.getUTCDate()) && weekDays.has(date.getUTCDay() + 1);
      const times = fits ? [...hours].flatMap(hour => [...minutes].map(minute => date.getTime() + hour * UNITS.hour + minute * MINUTE)) : [];
      const next = times.sort((one, other) => one - other).find(time => time > after);
      if (next !== undefined) {
        return next;
      }
    }
    return undefined;
  };
}

function named(field: string, names: string[]): string {
  return names.reduce((text, name, index) => text.replaceAll(name, String(index + 1)), field.toUpperCase());
}

/** The values of a field: `*`, `?`, numbers, ranges, lists and steps. `L`, `W` and `#` are beyond the sandbox. */
function valuesOf(field: string, low: number, high: number, whole: string): Set<number> {
  const values = field.split(',').flatMap(part => {
    const [, from, to, step] = /^(\*|\?|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (from === undefined) {
      throw malformed(whole);
    }
    const begin = /\d/.test(from) ? Number(from) : low;
    const end = to !== undefined ? Number(to) : /\d/.test(from) && step === undefined ? begin : high;
    if (begin < low || end > high || begin > end || step === '0') {
      throw malformed(whole);
    }
    return Array.from({ length: Math.floor((end - begin) / Number(step ?? 1)) + 1 }, (_, index) => begin + index * Number(step ?? 1));
  });
  return new Set(values);
}
