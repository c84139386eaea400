import { clip } from '../errors';
import { Failure } from '../event';
import { ExactNumber, parseExactly } from './exact-json';
import type { Bundle } from './load';

/** What a benchmark measured. */
export interface Figure {
  /** As in the file, to the digit. */
  readonly text: string;
  readonly value: number;
  /** As in the file; empty where there is none. */
  readonly unit: string;
  /** How many requests it was measured of. */
  readonly requests?: number;
}

/** Why there is no such figure, as what follows a colon. */
export interface Problem {
  readonly problem: string;
}

export function isProblem(measured: Figure | Problem): measured is Problem {
  return 'problem' in measured;
}

/** Where a figure is. */
type Place =
  | { readonly metric: string; readonly stat: string; readonly level?: string }
  | { readonly search: string };

const STATS = 'avg|p1|p5|p10|p25|p50|p75|p90|p95|p99|min|max|std|count|sum';
const PLACE = new RegExp(`^(?:concurrency_([1-9]\\d*)\\.)?([a-z][a-z0-9_]*)\\.(${STATS})$`);
const SEARCH = /^search\.(feasible_max|infeasible_min)$/;

function placeOf(path: string): Place {
  const search = SEARCH.exec(path);
  if (search) {
    return { search: search[1] };
  }
  const [, level, metric, stat] = PLACE.exec(path) ?? [];
  if (!metric) {
    throw new Failure(`"${path}" is no figure of a benchmark: one is <metric>.<stat> or concurrency_<N>.<metric>.<stat>, with a metric in snake_case and one of `
      + `${STATS.replace(/\|/g, ', ')}, or search.feasible_max or search.infeasible_min`);
  }
  return { metric, stat, level };
}

/** A path as in a sentence. */
export function titleOf(path: string): string {
  const place = placeOf(path);
  if ('search' in place) {
    return `search ${place.search}`;
  }
  return `${place.metric} ${place.stat}${place.level ? ` at concurrency ${place.level}` : ''}`;
}

export function statOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

export interface Metric {
  readonly unit: string;
  readonly stats: ReadonlyMap<string, ExactNumber>;
}
export type Profile = ReadonlyMap<string, Metric>;

/** The figures in a benchmark's results. */
export class Results {
  /** Of a sweep by level, that of a single run under an empty name. */
  private readonly files = new Map<string, string>();
  private readonly parsed = new Map<string, Profile>();
  private readonly history?: string;

  constructor(private readonly bundle: Bundle) {
    const folders = (path: string) => path.split('/').slice(0, -1).filter(folder => folder !== '' && folder !== '.');
    // The shallowest of several comes first: below may be the trials of which it was made.
    const files = bundle.files.map(({ path, text }) => ({ name: path.slice(path.lastIndexOf('/') + 1), folders: folders(path), text }))
      .sort((a, b) => a.folders.length - b.folders.length || (a.folders.join('/') < b.folders.join('/') ? -1 : 1));
    for (const file of files.filter(({ name }) => name === 'profile_export_aiperf.json')) {
      const level = file.folders.map(folder => /^concurrency_(\d+)$/.exec(folder)?.[1]).find(found => found !== undefined) ?? '';
      // A search tries levels that nobody knows beforehand, each in a folder of its own. None of them is the whole benchmark.
      const probe = file.folders.some(folder => folder.startsWith('search_iter_'));
      if (!probe && !this.files.has(level)) {
        this.files.set(level, file.text);
      }
    }
    this.history = files.find(({ name }) => name === 'search_history.json')?.text;
    if (this.files.size === 0 && this.history === undefined) {
      throw new Failure(`the results at ${bundle.uri} have no figures in them, that is no profile_export_aiperf.json: the benchmark ended before it `
        + 'measured anything. Look at its logs, and change rerunToken to run it again');
    }
  }

  public measure(path: string): Figure | Problem {
    const place = placeOf(path);
    return 'search' in place ? this.boundary(place.search) : this.statistic(place.metric, place.stat, place.level ?? '');
  }

  /** The levels of a sweep in their order; a single run is the one level without a name. A search has none. */
  public get levels(): string[] {
    return [...this.files.keys()].sort((a, b) => Number(a) - Number(b));
  }

  /** The metrics of a level in the order of its file. */
  public profile(level: string): Profile {
    const profile = this.parsed.get(level) ?? this.profileIn(this.files.get(level)!);
    this.parsed.set(level, profile);
    return profile;
  }

  /** Everything that the file of a level says, also of how the benchmark was run. */
  public document(level: string): Readonly<Record<string, unknown>> {
    return membersOf(this.parse(this.files.get(level)!, 'profile_export_aiperf.json'));
  }

  /** How a search went; undefined if the benchmark was none. */
  public get search(): Readonly<Record<string, unknown>> | undefined {
    return this.history === undefined ? undefined : membersOf(this.parse(this.history, 'search_history.json'));
  }

  private statistic(name: string, stat: string, level: string): Figure | Problem {
    if (!this.files.has(level)) {
      return { problem: this.otherLevels(level) };
    }
    const profile = this.profile(level);
    const metric = profile.get(name) ?? withoutErrors(profile, name);
    if (!metric) {
      return { problem: `the results have no metric ${name}, only ${listed(profile.keys())}` };
    }
    const number = metric.stats.get(stat);
    if (!number) {
      return { problem: `${name} has no ${stat}, only ${listed(metric.stats.keys())}` };
    }
    const requests = metric.stats.get('count') ?? profile.get('request_count')?.stats.get('avg');
    return { text: number.text, value: number.value, unit: stat === 'count' ? '' : metric.unit, requests: requests?.value };
  }

  private otherLevels(level: string): string {
    const levels = [...this.files.keys()].filter(other => other !== '').sort((a, b) => Number(a) - Number(b)).map(other => `concurrency_${other}`);
    if (levels.length > 0) {
      return `${level ? `the sweep has no concurrency_${level}` : 'the benchmark is a sweep, and the figure does not say of which level'}, only ${listed(levels)}`;
    }
    return this.files.size > 0
      ? `the results have no concurrency_${level}, since the benchmark was no sweep`
      : 'the benchmark was a search, and has no figures but search.feasible_max and search.infeasible_min';
  }

  /** Of the highest level that met the limits of a search, or the lowest that did not. */
  private boundary(name: string): Figure | Problem {
    const { search } = this;
    if (search === undefined) {
      return { problem: 'the results have no search_history.json, since the benchmark was no search' };
    }
    const summary = membersOf(search.boundary_summary);
    const found = summary[name] instanceof ExactNumber ? summary[name] : membersOf(summary[name]).value;
    if (found instanceof ExactNumber) {
      return { text: found.text, value: found.value, unit: '' };
    }
    return { problem: name === 'feasible_max' ? 'the search found no level that meets its limits' : 'the search found no level that breaks its limits' };
  }

  /** The metrics are those members that have statistics; the others say how the benchmark was run. */
  private profileIn(text: string): Profile {
    const profile = new Map<string, Metric>();
    for (const [name, value] of Object.entries(membersOf(this.parse(text, 'profile_export_aiperf.json')))) {
      const members = membersOf(value);
      const stats = Object.entries(members).filter((entry): entry is [string, ExactNumber] => entry[1] instanceof ExactNumber);
      if (stats.length > 0) {
        profile.set(name, { unit: typeof members.unit === 'string' ? members.unit : '', stats: new Map(stats) });
      }
    }
    return profile;
  }

  private parse(text: string, file: string): unknown {
    try {
      return parseExactly(text);
    } catch {
      throw new Failure(`${file} in the results at ${this.bundle.uri} is no JSON. Change rerunToken to run the benchmark again`);
    }
  }
}

/** Errors are counted from the first one on, so the file of a benchmark without any does not mention them. */
function withoutErrors(profile: Profile, name: string): Metric | undefined {
  return name === 'error_request_count' && profile.has('request_count')
    ? { unit: 'requests', stats: new Map([['avg', new ExactNumber('0')]]) }
    : undefined;
}

export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !(value instanceof ExactNumber) ? value as Record<string, unknown> : {};
}

function listed(names: Iterable<string>): string {
  return clip([...names].join(', '), 400);
}
