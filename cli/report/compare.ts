import type { Delta } from './model';

/** What is better when there is more of it, and when there is less. */
const MORE = /throughput|invocations/i;
const LESS = /latency|time_?to|duration|error|cost|setup_?time/i;

/** Of a figure to one before, or nothing where that says nothing. */
export function deltaOf(metric: string, before: string, after: string): Delta | undefined {
  const [from, to] = [Number(before), Number(after)];
  const percent = Math.round((to - from) / Math.abs(from) * 10_000) / 100;
  return Number.isFinite(percent) ? { percent, verdict: verdictOf(metric, percent) } : undefined;
}

function verdictOf(metric: string, percent: number): Delta['verdict'] {
  const better = MORE.test(metric) ? 1 : LESS.test(metric) ? -1 : 0;
  return better === 0 ? undefined : percent === 0 ? 'same' : percent * better > 0 ? 'better' : 'worse';
}

/** As it is read: a tenth of a percent is less than what two runs differ by, and hundreds of them need no decimals. */
export function shownDelta({ percent }: Delta): string {
  const digits = Math.abs(percent) < 100 ? 1 : 0;
  const text = Math.abs(percent).toFixed(digits);
  const sign = Number(text) === 0 ? '±' : percent < 0 ? '−' : '+';
  return `${sign}${text} %`;
}

export interface Point {
  readonly latency: number;
  readonly throughput: number;
}

/** Those points than which none is at once as fast with more throughput, or faster with as much. Equal ones are all in it. */
export function paretoFront<T extends Point>(points: readonly T[]): T[] {
  const beats = (a: Point, b: Point) =>
    a.latency <= b.latency && a.throughput >= b.throughput && (a.latency < b.latency || a.throughput > b.throughput);
  return points.filter(point => !points.some(other => beats(other, point))).sort((a, b) => a.throughput - b.throughput);
}
