import type { Candidate, Comparison, Figure, Metric, Report, Served } from './model';

/*
 * What HTML and Markdown have in common: which columns and rows there are.
 */

/** Statistics in the order in which they are read. Others follow as they come. */
const STATS = ['avg', 'min', 'p1', 'p5', 'p10', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'max', 'std', 'count', 'sum'];
/** What a benchmark is judged by: shown first. */
export const MAIN_METRICS = [
  'time_to_first_token', 'inter_token_latency', 'request_latency', 'output_token_throughput', 'output_token_throughput_per_user', 'request_throughput',
  'request_count', 'error_request_count',
];
export const MAIN_STATS = ['avg', 'p50', 'p90', 'p99'];

export function statsOf(metrics: readonly Metric[]): string[] {
  const all = new Set(metrics.flatMap(({ stats }) => Object.keys(stats)));
  return [...STATS.filter(stat => all.has(stat)), ...[...all].filter(stat => !STATS.includes(stat))];
}

/** A metric with its unit, and the statistics of it that any candidate has. */
export interface Column {
  readonly metric: string;
  readonly unit: string;
  readonly stats: readonly (string | undefined)[];
}

export function columnsOf(candidates: readonly { readonly figures: readonly Figure[] }[]): Column[] {
  const columns = new Map<string, { metric: string; unit: string; stats: Set<string | undefined> }>();
  for (const { metric, unit, stat } of candidates.flatMap(({ figures }) => figures)) {
    const key = JSON.stringify([metric, unit]);
    const column = columns.get(key) ?? { metric, unit, stats: new Set() };
    columns.set(key, column);
    column.stats.add(stat);
  }
  return [...columns.values()].map(({ stats, ...column }) => ({ ...column, stats: [...stats] }));
}

export function figureIn(figures: readonly Figure[], { metric, unit }: Pick<Column, 'metric' | 'unit'>, stat: string | undefined): string {
  return figures.find(each => each.metric === metric && each.unit === unit && each.stat === stat)?.value ?? '';
}

/** `1 × ml.g6.24xlarge` */
export function instancesOf({ instanceType, instanceCount, serverless }: Candidate): string {
  return instanceType ? `${instanceCount} × ${instanceType}` : serverless ? 'serverless' : '';
}

export function optimizationOf({ optimizedWith }: Candidate): string {
  return optimizedWith.length > 0 ? `optimized with ${optimizedWith.map(({ type }) => type).join(', ')}` : 'not optimized';
}

/** What is deployed, in one sentence for each model. */
export function servedTitle({ inferenceSpecificationName, modelPackageArn, image, model, rank }: Served): string {
  const name = inferenceSpecificationName ?? modelPackageArn ?? image ?? model;
  return rank === undefined ? name : `${rank}. ${name}`;
}

/** Names of the runs in a comparison: a name alone may be long, a number is not. */
export function runTitles({ jobs }: Comparison): string[] {
  return jobs.map((_, index) => `Run ${index + 1}`);
}

/** Whether values were left out because they look like secrets. */
export function hasMasked({ jobs }: Report): boolean {
  return jobs.some(({ candidates = [] }) => candidates.some(({ environment, optimizedWith }) =>
    [...environment, ...optimizedWith.flatMap(({ settings }) => settings)].some(({ masked }) => masked)));
}

export const MASKED = '(masked)';
export const MASKED_NOTE = 'Values that look like secrets, by their names or by themselves, are masked.';
