import { Token } from 'aws-cdk-lib';
import { PerformanceMetric } from './performance-metric';
import { Stat } from '../jobs/benchmark/stat';
import { Validation } from '../private/validation';

/**
 * A figure of a recommendation, to which a limit can be set.
 *
 * Made by the static methods of `PerformanceLimit`.
 */
export class LimitedFigure {
  /** @internal */
  public static _of(metric: PerformanceMetric, stat: Stat | undefined): LimitedFigure {
    return new LimitedFigure(metric, stat);
  }

  private constructor(private readonly metric: PerformanceMetric, private readonly stat: Stat | undefined) {}

  /**
   * The figure must be this or less.
   *
   * @param limit the largest good value, in the metric's unit: latencies are in milliseconds. It can be a token
   */
  public atMost(limit: number): PerformanceLimit {
    return PerformanceLimit._of(this.metric, this.stat, 'AtMost', limit);
  }

  /**
   * The figure must be this or more.
   *
   * @param limit the smallest good value, in the metric's unit: throughputs are per second. It can be a token
   */
  public atLeast(limit: number): PerformanceLimit {
    return PerformanceLimit._of(this.metric, this.stat, 'AtLeast', limit);
  }
}

/**
 * What a recommendation must be expected to do so that it is deployed, by the job's own figures. A recommendation without the figure misses
 * the limit.
 *
 * Whether what was deployed keeps to it is measured by a benchmark: `Expectation` says the same of an `AiBenchmarkJob`.
 *
 * @example
 *
 * const limits = [
 *   PerformanceLimit.p90(PerformanceMetric.TIME_TO_FIRST_TOKEN).atMost(500), // milliseconds
 *   PerformanceLimit.of(PerformanceMetric.OUTPUT_TOKEN_THROUGHPUT).atLeast(1000), // tokens per second
 * ];
 */
export class PerformanceLimit {
  /**
   * Of the mean.
   *
   * @param metric what is limited
   */
  public static avg(metric: PerformanceMetric): LimitedFigure {
    return PerformanceLimit.of(metric, Stat.AVG);
  }

  /**
   * Of the median.
   *
   * @param metric what is limited
   */
  public static p50(metric: PerformanceMetric): LimitedFigure {
    return PerformanceLimit.of(metric, Stat.P50);
  }

  /**
   * Of the 90th percentile: what nine of ten requests keep.
   *
   * @param metric what is limited
   */
  public static p90(metric: PerformanceMetric): LimitedFigure {
    return PerformanceLimit.of(metric, Stat.P90);
  }

  /**
   * Of the 95th percentile.
   *
   * @param metric what is limited
   */
  public static p95(metric: PerformanceMetric): LimitedFigure {
    return PerformanceLimit.of(metric, Stat.P95);
  }

  /**
   * Of the 99th percentile.
   *
   * @param metric what is limited
   */
  public static p99(metric: PerformanceMetric): LimitedFigure {
    return PerformanceLimit.of(metric, Stat.P99);
  }

  /**
   * Of a metric that is one number, or of any statistic.
   *
   * @param metric what is limited
   * @param stat which statistic of it; left out for one number, and for the median of a metric of each request
   */
  public static of(metric: PerformanceMetric, stat?: Stat): LimitedFigure {
    return LimitedFigure._of(metric, stat);
  }

  /**
   * What is wrong with several limits together.
   *
   * @internal
   */
  public static _validateAll(prop: string, limits: readonly PerformanceLimit[], jobType: string): string[] {
    const validation = new Validation(prop);
    limits.forEach((limit, i) => validation.add(limit?._validate(`${prop}.require[${i}]`, jobType) ?? [`${prop}.require[${i}] is required`]));
    const comparable = limits.filter(limit => limit && !Token.isUnresolved(limit.limit));
    for (const least of comparable.filter(({ comparison }) => comparison === 'AtLeast')) {
      const most = comparable.find(other => other.comparison === 'AtMost' && other.figure === least.figure && other.limit < least.limit);
      validation.check(most === undefined,
        `${prop} requires ${least.figure} of at least ${least.limit} and at most ${most?.limit}: no recommendation can have both`);
    }
    return validation.messages;
  }

  /** @internal */
  public static _of(metric: PerformanceMetric, stat: Stat | undefined, comparison: Comparison, limit: number): PerformanceLimit {
    return new PerformanceLimit(metric, stat, comparison, limit);
  }

  private constructor(
    private readonly metric: PerformanceMetric,
    private readonly stat: Stat | undefined,
    private readonly comparison: Comparison,
    private readonly limit: number,
  ) {}

  /** What the handlers judge by. @internal */
  public _render(): Record<string, unknown> {
    // As the handlers get it in any case, so that no number is written in different ways.
    return { ...this.metric._render(this.stat), [this.comparison]: Token.isUnresolved(this.limit) ? this.limit : String(this.limit) };
  }

  private get figure(): string {
    const { Metric, Stat: stat } = this.metric?._render(this.stat) ?? {};
    return [Metric, stat].filter(part => part !== undefined).join(' ');
  }

  private _validate(prop: string, jobType: string): string[] {
    const validation = new Validation(prop);
    const { metric, limit } = this;
    validation.required({ [`${prop}.metric`]: metric }, `${prop}.metric`);
    validation.add(metric?._validate(prop, this.stat, jobType) ?? []);
    validation.check(Token.isUnresolved(limit) || Number.isFinite(limit), `${prop}.limit must be a number, got ${limit}`);
    if (metric?._isKnown && Number.isFinite(limit)) {
      validation.range(`${prop}.limit`, limit, 0);
    }
    return validation.messages;
  }
}

type Comparison = 'AtMost' | 'AtLeast';
