import { Failure, Properties, text } from '../event';
import { Figure, isProblem, Problem, statOf, titleOf } from './figures';

/** What a run, or several together, measured. */
export type Measure = (path: string) => Figure | Problem;

export type Comparison = 'AtMost' | 'AtLeast';

export interface Expectation {
  readonly figure: string;
  readonly comparison: Comparison;
  /** A value, as it was given. */
  readonly limit?: string;
  /** Or by how many percent it may be worse than in the last passing run. */
  readonly lastPassingRunPercent?: number;
  readonly tolerancePercent: number;
  /** Of fewer requests the figure means nothing. */
  readonly minRequestCount: number;
}

/** The last passing run, or why there is none to compare with: there never was one, or it is lost. */
export type Baseline = { readonly name: string; readonly measure: Measure } | { readonly why: string; readonly lost?: boolean };

export interface Outcome {
  readonly met: boolean;
  /** One sentence without a full stop. */
  readonly text: string;
}

export function expectationsIn(properties: Properties | undefined): Expectation[] {
  return Array.isArray(properties?.Expectations) ? (properties.Expectations as Properties[]).map(expectationOf) : [];
}

function expectationOf(properties: Properties): Expectation {
  const figure = text(properties, 'Figure') ?? '';
  titleOf(figure); // throws if there is no such figure
  const number = (name: string) => {
    const given = text(properties, name);
    // A token may have resolved to anything, and Number takes an empty or a hexadecimal one for a number too.
    if (given !== undefined && !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given.trim())) {
      throw new Failure(`${name} of the expectation on ${figure} must be a number, got "${given}"`);
    }
    return given === undefined ? undefined : Number(given);
  };
  const limit = number('Limit');
  const lastPassingRunPercent = number('LastPassingRunPercent');
  const comparison = text(properties, 'Comparison');
  if ((comparison !== 'AtMost' && comparison !== 'AtLeast') || (limit === undefined) === (lastPassingRunPercent === undefined)) {
    throw new Failure(`the expectation on ${figure} must be AtMost or AtLeast of either Limit or LastPassingRunPercent, got ${JSON.stringify(properties)}`);
  }
  return {
    figure,
    comparison,
    limit: text(properties, 'Limit')?.trim(),
    lastPassingRunPercent,
    tolerancePercent: number('TolerancePercent') ?? 0,
    minRequestCount: number('MinRequestCount') ?? 0,
  };
}

/** Whether an expectation is met. What can't be measured or compared is missed; where nothing has passed before, there is nothing to compare. */
export function check(expectation: Expectation, measure: Measure, baseline: Baseline): Outcome {
  const { figure, comparison, minRequestCount, lastPassingRunPercent } = expectation;
  const title = titleOf(figure);
  const measured = measure(figure);
  if (isProblem(measured)) {
    return { met: false, text: `${title} cannot be judged: ${measured.problem}` };
  }
  const { requests } = measured;
  if (minRequestCount > 0 && !(requests !== undefined && requests >= minRequestCount)) {
    return {
      met: false,
      text: `${title} cannot be judged: ${statOf(figure)} of ${requests ?? 'an unknown number of'} requests is chance, it takes at least ${minRequestCount}`,
    };
  }
  const is = `${title} is ${quantity(measured)}`;
  const before = 'why' in baseline ? { problem: baseline.why } : baseline.measure(figure);
  if (lastPassingRunPercent !== undefined && 'why' in baseline && baseline.lost) {
    return { met: false, text: `${title} cannot be judged: ${baseline.why}, so expect atMost or atLeast for one deployment` };
  }
  if (lastPassingRunPercent !== undefined && isProblem(before)) {
    return { met: true, text: `${is}, compared with nothing: ${before.problem}` };
  }
  const limit = lastPassingRunPercent === undefined || isProblem(before)
    ? Number(expectation.limit)
    : worse(before.value, lastPassingRunPercent, comparison);
  const bound = worse(limit, expectation.tolerancePercent, comparison);
  // A limit that was calculated is off by a rounding error: who is exactly at the limit meets it.
  const rounding = Math.abs(bound) * 1e-12;
  const met = comparison === 'AtMost' ? measured.value <= bound + rounding : measured.value >= bound - rounding;

  const wanted = `${comparison === 'AtMost' ? 'at most' : 'at least'} ${quantity({ text: expectation.limit ?? rounded(limit), unit: measured.unit })}`
    + (expectation.tolerancePercent > 0 ? ` with a tolerance of ${expectation.tolerancePercent} %` : '');
  if (met) {
    return { met, text: `${is}, ${wanted}` };
  }
  const was = isProblem(before) || 'why' in baseline ? undefined : `${quantity(before)} in the last passing run ${baseline.name}`;
  const allowed = lastPassingRunPercent === undefined ? '' : `, of which it may be ${lastPassingRunPercent} % worse`;
  return { met, text: `${is}, ${wanted} was expected${was === undefined ? '' : ` (${was}${allowed})`}` };
}

/** A value that is so many percent worse, also where values are negative. */
function worse(value: number, percent: number, comparison: Comparison): number {
  const room = Math.abs(value) * percent / 100;
  return comparison === 'AtMost' ? value + room : value - room;
}

function quantity({ text: digits, unit }: { text: string; unit: string }): string {
  return unit ? `${digits} ${unit}` : digits;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(12)));
}
