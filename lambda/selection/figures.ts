import { metricName, PerformanceFigure, sameMetric, statName, unitOf } from './metrics';
import type { Candidate } from '../candidate';
import { Failure, Properties, record, text } from '../event';

/** Which figure is meant. */
export interface FigureName {
  readonly metric: string;
  /** Absent where the metric is one number. */
  readonly stat?: string;
}

export interface Limit extends FigureName {
  readonly comparison: keyof typeof LIMITS;
  readonly value: number;
  /** As it was given. */
  readonly text: string;
}

export interface Ranking extends FigureName {
  readonly order: 'Lowest' | 'Highest';
}

export const LIMITS = {
  AtMost: { words: 'at most', isMet: (value: number, limit: number) => value <= limit },
  AtLeast: { words: 'at least', isMet: (value: number, limit: number) => value >= limit },
};

/** Why there is no such figure. */
export interface Problem {
  readonly problem: string;
}

export function titleOf({ metric, stat }: FigureName): string {
  return stat === undefined ? metric : `${metric} ${stat}`;
}

export function quantity(figure: PerformanceFigure): string {
  return figure.unit ? `${figure.text} ${figure.unit}` : figure.text;
}

/** What a selection requires of figures. */
export function limitsIn(selection: Properties): Limit[] {
  return !Array.isArray(selection.Require) ? [] : (selection.Require as Properties[]).flatMap(limit => {
    const figure = figureNameIn(limit);
    return (Object.keys(LIMITS) as (keyof typeof LIMITS)[]).filter(comparison => text(limit, comparison) !== undefined).map(comparison => {
      const given = text(limit, comparison)!.trim();
      // A token may have resolved to anything, and Number takes an empty or a hexadecimal one for a number too.
      if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given)) {
        throw new Failure(`the limit of ${titleOf(figure)} must be a number, got "${given}"`);
      }
      return { ...figure, comparison, value: Number(given), text: given };
    });
  });
}

/** By which figure a selection chooses, if not by the service's ranking. */
export function rankingIn(selection: Properties): Ranking | undefined {
  const order = (['Lowest', 'Highest'] as const).find(each => selection[each] !== undefined);
  return order && { order, ...figureNameIn(record(selection, order)) };
}

function figureNameIn(properties: Properties): FigureName {
  return { metric: metricName(text(properties, 'Metric') ?? ''), stat: statName(properties.Stat) };
}

/** The figure that is meant, or why there is none. A metric that is one number has it without a statistic, or as its average. */
export function measured(performance: readonly PerformanceFigure[], wanted: FigureName): PerformanceFigure | Problem {
  const all = performance.filter(({ metric }) => sameMetric(metric, wanted.metric));
  const of = (stat: string | undefined) => all.find(figure => figure.stat === stat);
  const figure = wanted.stat === undefined
    ? of(undefined) ?? of('avg') ?? (all.length === 1 ? all[0] : undefined)
    : of(wanted.stat) ?? (wanted.stat === 'avg' ? of(undefined) : undefined);
  if (!figure) {
    return { problem: `it has no ${titleOf(wanted)}${all.length > 0 ? ` (only ${all.map(({ stat }) => stat ?? 'one number').join(', ')})` : ''}` };
  }
  const unit = unitOf(wanted.metric);
  return unit === undefined || figure.unit === unit ? figure : { problem: `its ${titleOf(wanted)} is ${quantity(figure)}, which is not known in ${unit}` };
}

/** All figures as JSON with the service's digits: by metric and statistic, or by metric where it is one number. */
export function performanceJson({ performance }: Pick<Candidate, 'performance'>): string {
  const metrics = [...new Set(performance.map(({ metric }) => metric))];
  const number = ({ value, text: digits }: PerformanceFigure) => isJson(digits) ? digits : String(value);
  const members = metrics.map(metric => {
    const figures = performance.filter(figure => figure.metric === metric);
    const [first] = figures;
    return `${JSON.stringify(metric)}:${figures.length === 1 && first.stat === undefined
      ? number(first)
      : `{${figures.map(figure => `${JSON.stringify(figure.stat ?? 'value')}:${number(figure)}`).join(',')}}`}`;
  });
  return `{${members.join(',')}}`;
}

/** A number may be written as JSON doesn't take it, with a leading dot or plus. */
function isJson(digits: string): boolean {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(digits);
}
