/*
 * Names and units as they are read.
 */

const ACRONYMS: Readonly<Record<string, string>> = { cpu: 'CPU', usd: 'USD', http: 'HTTP', isl: 'ISL', osl: 'OSL' };

/** `Time to first token` of `TimeToFirstToken` or `time_to_first_token`. */
export function metricTitle(metric: string): string {
  const words = metric.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_\s]+/g, ' ').trim().split(' ').map(word => ACRONYMS[word.toLowerCase()] ?? word.toLowerCase());
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function figureTitle({ metric, stat }: { readonly metric: string; readonly stat?: string }): string {
  return stat === undefined ? metricTitle(metric) : `${metricTitle(metric)} ${stat}`;
}

const UNITS: Readonly<Record<string, string>> = {
  'Milliseconds': 'ms',
  'Requests/Second': 'requests/s',
  'Tokens/Second': 'tokens/s',
  'Requests/Minute': 'requests/min',
  'Percent': '%',
  'requests/sec': 'requests/s',
  'tokens/sec': 'tokens/s',
  'tokens/sec/user': 'tokens/s/user',
  'sec': 's',
};

/** Short, as behind a number. Another unit is as the service has it. */
export function unitTitle(unit: string): string {
  return UNITS[unit] ?? unit;
}

export function axisTitle({ metric, stat, unit }: { readonly metric: string; readonly stat?: string; readonly unit: string }): string {
  const short = unitTitle(unit);
  return `${figureTitle({ metric, stat })}${short && `, ${short}`}`;
}

/** `2026-06-09 02:04 UTC` */
export function timeTitle(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

/** `5 h 20 min` between two times. */
export function durationTitle(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes} min`;
}

export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
