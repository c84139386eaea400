import { Token } from 'aws-cdk-lib';
import { BenchmarkMetric } from './benchmark-metric';
import { FEASIBLE_CONCURRENCY, figurePath, validateFigure } from './private/benchmark-figure';
import { Stat } from './stat';
import { Validation } from '../../private/validation';

/** Below this, a 99th percentile is the luck of a few requests. */
const REQUESTS_FOR_P99 = 1000;

/**
 * How strictly a figure is looked at.
 */
export interface ExpectationOptions {
  /**
   * By how many percent of the limit the figure may miss it and still be let through: 0 to 100.
   *
   * @default 0
   */
  readonly tolerancePercent?: number;

  /**
   * How many requests the figure must have been measured of to count, 0 or more. With fewer the expectation is missed, whatever the figure.
   *
   * @default - 1000 for `Stat.P99`, none for others
   */
  readonly minRequestCount?: number;

  /**
   * The level of a concurrency sweep that is meant, one of the workload's `concurrencies`. A sweep has figures of its levels only.
   *
   * @default - the workload is no sweep
   */
  readonly concurrency?: number;
}

/**
 * A figure of a benchmark, of which something can be expected.
 *
 * Made by the static methods of `Expectation`.
 */
export class ExpectedFigure {
  /** @internal */
  public static _of(metric: BenchmarkMetric, stat: Stat): ExpectedFigure {
    return new ExpectedFigure({
      path: concurrency => figurePath(metric, stat, concurrency),
      validate: concurrency => validateFigure(metric, stat, concurrency),
      higherIsBetter: metric?.higherIsBetter,
      minRequestCount: stat === Stat.P99 ? REQUESTS_FOR_P99 : 0,
    });
  }

  /** @internal */
  public static _feasibleConcurrency(): ExpectedFigure {
    return new ExpectedFigure({ path: () => FEASIBLE_CONCURRENCY, validate: () => [], higherIsBetter: true, minRequestCount: 0, ofSearch: true });
  }

  private constructor(private readonly traits: FigureTraits) {}

  /**
   * The figure must be this or less.
   *
   * @param limit the largest good value, in the metric's unit: latencies are in milliseconds, throughputs per second. It can be a token
   * @param options how strictly it is looked at
   */
  public atMost(limit: number, options: ExpectationOptions = {}): Expectation {
    return Expectation._of(this.traits, { comparison: 'AtMost', limit }, options);
  }

  /**
   * The figure must be this or more.
   *
   * @param limit the smallest good value, in the metric's unit: latencies are in milliseconds, throughputs per second. It can be a token
   * @param options how strictly it is looked at
   */
  public atLeast(limit: number, options: ExpectationOptions = {}): Expectation {
    return Expectation._of(this.traits, { comparison: 'AtLeast', limit }, options);
  }

  /**
   * The figure may be worse than in the last run of this benchmark that passed, but not by more than this. The first run has nothing to be
   * compared with, and meets it. If the results of that run can no longer be read, since they have expired or `output` has moved, it is missed:
   * expect `atMost` or `atLeast` for one deployment.
   *
   * Which way is worse follows from the metric: for a metric of `BenchmarkMetric.of`, say it there by `higherIsBetter`.
   *
   * @param percent by how many percent it may be worse, 0 to 100. It can be a token
   * @param options how strictly it is looked at
   */
  public regressesAtMostPercent(percent: number, options: ExpectationOptions = {}): Expectation {
    return Expectation._of(this.traits, { comparison: this.traits.higherIsBetter ? 'AtLeast' : 'AtMost', percent }, options);
  }
}

/**
 * What a benchmark must measure for the deployment to go on. If an expectation is missed the deployment fails, and says which and by how much.
 *
 * @example
 *
 * const expectations = [
 *   Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(500), // milliseconds
 *   Expectation.avg(BenchmarkMetric.OUTPUT_TOKEN_THROUGHPUT).atLeast(200, { tolerancePercent: 5 }), // tokens per second
 *   Expectation.p50(BenchmarkMetric.INTER_TOKEN_LATENCY).regressesAtMostPercent(10),
 * ];
 */
export class Expectation {
  /**
   * Of the mean, which is also the one value of a throughput or a count.
   *
   * @param metric what is measured
   */
  public static avg(metric: BenchmarkMetric): ExpectedFigure {
    return Expectation.of(metric, Stat.AVG);
  }

  /**
   * Of the median.
   *
   * @param metric what is measured
   */
  public static p50(metric: BenchmarkMetric): ExpectedFigure {
    return Expectation.of(metric, Stat.P50);
  }

  /**
   * Of the 90th percentile: what nine of ten requests keep.
   *
   * @param metric what is measured
   */
  public static p90(metric: BenchmarkMetric): ExpectedFigure {
    return Expectation.of(metric, Stat.P90);
  }

  /**
   * Of the 95th percentile.
   *
   * @param metric what is measured
   */
  public static p95(metric: BenchmarkMetric): ExpectedFigure {
    return Expectation.of(metric, Stat.P95);
  }

  /**
   * Of the 99th percentile, which takes 1,000 requests unless `minRequestCount` says otherwise.
   *
   * @param metric what is measured
   */
  public static p99(metric: BenchmarkMetric): ExpectedFigure {
    return Expectation.of(metric, Stat.P99);
  }

  /**
   * Of any statistic.
   *
   * @param metric what is measured
   * @param stat which statistic of it
   */
  public static of(metric: BenchmarkMetric, stat: Stat): ExpectedFigure {
    return ExpectedFigure._of(metric, stat);
  }

  /**
   * Of the highest concurrency that kept the service level of a concurrency search: a number of requests under way.
   */
  public static feasibleConcurrency(): ExpectedFigure {
    return ExpectedFigure._feasibleConcurrency();
  }

  /** @internal */
  public static _of(figure: FigureTraits, demand: Demand, options: ExpectationOptions): Expectation {
    return new Expectation(figure, demand, options);
  }

  private constructor(private readonly figure: FigureTraits, private readonly demand: Demand, private readonly options: ExpectationOptions) {}

  /** The path of the figure. @internal */
  public get _figure(): string {
    return this.figure.path(this.options.concurrency);
  }

  /** Whether only a sweep or a search has the figure. @internal */
  public get _ofSweepOrSearch(): boolean {
    return this.figure.ofSearch === true || this.options.concurrency !== undefined;
  }

  /** @internal */
  public get _minRequestCount(): number {
    return this.options.minRequestCount ?? this.figure.minRequestCount;
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const { limit, percent } = this.demand;
    const { tolerancePercent, minRequestCount, concurrency } = this.options;
    const validation = new Validation(prop);
    validation.add(this.figure.validate(concurrency).map(message => `${prop}.${message}`));
    if (percent === undefined) {
      validation.check(Token.isUnresolved(limit) || Number.isFinite(limit), `${prop}.limit must be a number, got ${limit}`);
    } else {
      validation.range(`${prop}.percent`, percent, 0, 100);
      validation.check(this.figure.higherIsBetter !== undefined,
        `${prop} can't be compared with the last passing run: whether more or less of the metric is better is not known. `
        + 'Say it by BenchmarkMetric.of(name, { higherIsBetter })');
    }
    validation.range(`${prop}.tolerancePercent`, tolerancePercent, 0, 100);
    validation.integer(`${prop}.minRequestCount`, minRequestCount, 0);
    if (this.figure.ofSearch) {
      validation.check(concurrency === undefined, `${prop}.concurrency must be left out for a search, got ${concurrency}: a search has no levels`);
      validation.check(minRequestCount === undefined, `${prop}.minRequestCount must be left out for a search, got ${minRequestCount}`);
    }
    return validation.messages;
  }

  /** What the handler judges by. @internal */
  public _render(): Record<string, unknown> {
    const { comparison, limit, percent } = this.demand;
    return {
      Figure: this._figure,
      Comparison: comparison,
      Limit: text(limit),
      LastPassingRunPercent: text(percent),
      TolerancePercent: text(this.options.tolerancePercent),
      MinRequestCount: this._minRequestCount === 0 ? undefined : text(this._minRequestCount),
    };
  }
}

/** Of which figure. */
interface FigureTraits {
  readonly higherIsBetter?: boolean;
  readonly minRequestCount: number;
  readonly ofSearch?: boolean;
  path(concurrency?: number): string;
  validate(concurrency?: number): string[];
}

/** What is expected of it: a limit, or how it may compare with the last passing run. */
interface Demand {
  readonly comparison: 'AtMost' | 'AtLeast';
  readonly limit?: number;
  readonly percent?: number;
}

/** As the handlers get it in any case, so that no number is written in different ways. */
function text(value: number | undefined): unknown {
  return value === undefined || Token.isUnresolved(value) ? value : String(value);
}
