/**
 * Which statistic of a metric over all requests of a benchmark.
 */
export enum Stat {
  /** The mean. Of a metric that is one number for the whole benchmark, such as a throughput, it is that number. */
  AVG = 'avg',
  /** 1 percent of the requests have no more. */
  P1 = 'p1',
  /** 5 percent of the requests have no more. */
  P5 = 'p5',
  /** 10 percent of the requests have no more. */
  P10 = 'p10',
  /** 25 percent of the requests have no more. */
  P25 = 'p25',
  /** The median: half of the requests have no more. */
  P50 = 'p50',
  /** 75 percent of the requests have no more. */
  P75 = 'p75',
  /** 90 percent of the requests have no more. */
  P90 = 'p90',
  /** 95 percent of the requests have no more. */
  P95 = 'p95',
  /** 99 percent of the requests have no more. It takes some 1,000 requests to mean anything. */
  P99 = 'p99',
  /** The smallest. */
  MIN = 'min',
  /** The largest. */
  MAX = 'max',
  /** The standard deviation. */
  STD = 'std',
  /** How many requests it was measured of. */
  COUNT = 'count',
  /** The sum. */
  SUM = 'sum',
}
