import { Token } from 'aws-cdk-lib';
import { quote, Validation } from '../../../private/validation';
import { BenchmarkMetric } from '../benchmark-metric';
import { Stat } from '../stat';

/** The highest concurrency that kept the service level of a search, and the lowest that didn't. */
export const FEASIBLE_CONCURRENCY = 'search.feasible_max';
export const INFEASIBLE_CONCURRENCY = 'search.infeasible_min';

/** Where a figure is in the results: of the whole benchmark, or of one level of a sweep. */
export function figurePath(metric: BenchmarkMetric, stat: Stat, concurrency?: number): string {
  return `${concurrency === undefined ? '' : `concurrency_${concurrency}.`}${metric.name}.${stat}`;
}

/** What no result has. A path names an attribute, so nothing in it can be a token. */
export function validateFigure(metric: BenchmarkMetric | undefined, stat: Stat | undefined, concurrency?: number): string[] {
  const validation = new Validation('figure');
  validation.check(metric !== undefined && metric !== null, 'metric is required');
  validation.check(Object.values(Stat).includes(stat as Stat), `stat must be one of ${Object.values(Stat).join(', ')}, got ${quote(String(stat))}`);
  if (metric) {
    validation.check(!Token.isUnresolved(metric.name), 'metric must be known at synthesis, got a token');
    validation.matches('metric', metric.name, /[a-z][a-z0-9_]*/, 'hold only lower-case letters, digits and underscores, and start with a letter');
    validation.check(!metric._singleValue || stat === Stat.AVG,
      `stat must be avg for ${metric.name}, which is one number for the whole benchmark, got ${quote(String(stat))}`);
  }
  validation.check(concurrency === undefined || (Number.isInteger(concurrency) && concurrency >= 1 && !Token.isUnresolved(concurrency)),
    `concurrency must be a whole number, at least 1, known at synthesis, got ${concurrency}`);
  return validation.messages;
}
