import { Aws, Token } from 'aws-cdk-lib';
import { BenchmarkFixture } from './benchmark-fixture';
import { ENV } from './fixture';
import { Attempts, BenchmarkMetric, Expectation, ExpectationOptions, Stat } from '../../src/jobs';

const { TIME_TO_FIRST_TOKEN, REQUEST_THROUGHPUT, OUTPUT_TOKEN_THROUGHPUT, INPUT_SEQUENCE_LENGTH } = BenchmarkMetric;

/** The metrics in the result of a real benchmark: unit, whether there is one number only, names. */
const SAMPLE: [string, boolean, string][] = [
  ['%', false, 'osl_mismatch_diff_pct'],
  ['KB', false, 'http_req_data_sent http_req_data_received'],
  ['count', false, 'http_req_chunks_received http_req_chunks_sent'],
  ['ms', false, 'request_latency time_to_first_token time_to_second_token inter_token_latency inter_chunk_latency http_req_dns_lookup '
    + 'http_req_connecting http_req_receiving http_req_blocked http_req_sending http_req_waiting http_req_duration '
    + 'http_req_connection_overhead http_req_total time_to_first_output_token'],
  ['ratio', false, 'http_req_connection_reused'],
  ['tokens', false, 'output_sequence_length input_sequence_length output_token_count reasoning_token_count error_isl'],
  ['tokens/sec/user', false, 'output_token_throughput_per_user e2e_output_token_throughput prefill_throughput_per_user'],
  ['requests', true, 'request_count error_request_count osl_mismatch_count'],
  ['requests/sec', true, 'request_throughput'],
  ['sec', true, 'benchmark_duration'],
  ['tokens', true, 'total_output_tokens total_reasoning_tokens total_isl total_osl total_error_isl'],
  ['tokens/sec', true, 'output_token_throughput total_token_throughput'],
];

let fixture: BenchmarkFixture;
beforeEach(() => {
  fixture = new BenchmarkFixture(ENV);
});

/** What the handler gets. */
function rendered(...expectations: Expectation[]): unknown {
  fixture.benchmark({ expectations });
  return fixture.resultProperties().Expectations;
}

describe('reach the handler', () => {
  test.each<[string, Expectation, Record<string, string>]>([
    ['a limit from above', Expectation.p90(TIME_TO_FIRST_TOKEN).atMost(500),
      { Figure: 'time_to_first_token.p90', Comparison: 'AtMost', Limit: '500' }],
    ['a limit from below', Expectation.avg(REQUEST_THROUGHPUT).atLeast(1.5),
      { Figure: 'request_throughput.avg', Comparison: 'AtLeast', Limit: '1.5' }],
    ['a limit of 0', Expectation.avg(BenchmarkMetric.ERROR_REQUEST_COUNT).atMost(0),
      { Figure: 'error_request_count.avg', Comparison: 'AtMost', Limit: '0' }],
    ['the median', Expectation.p50(TIME_TO_FIRST_TOKEN).atMost(1), { Figure: 'time_to_first_token.p50', Comparison: 'AtMost', Limit: '1' }],
    ['the 95th percentile', Expectation.p95(TIME_TO_FIRST_TOKEN).atMost(1), { Figure: 'time_to_first_token.p95', Comparison: 'AtMost', Limit: '1' }],
    ['the 99th percentile, which takes 1,000 requests', Expectation.p99(TIME_TO_FIRST_TOKEN).atMost(1),
      { Figure: 'time_to_first_token.p99', Comparison: 'AtMost', Limit: '1', MinRequestCount: '1000' }],
    ['the 99th percentile by its other name', Expectation.of(TIME_TO_FIRST_TOKEN, Stat.P99).atMost(1),
      { Figure: 'time_to_first_token.p99', Comparison: 'AtMost', Limit: '1', MinRequestCount: '1000' }],
    ['any statistic', Expectation.of(TIME_TO_FIRST_TOKEN, Stat.MAX).atMost(1),
      { Figure: 'time_to_first_token.max', Comparison: 'AtMost', Limit: '1' }],
    ['a tolerance', Expectation.p90(TIME_TO_FIRST_TOKEN).atMost(1, { tolerancePercent: 2.5 }),
      { Figure: 'time_to_first_token.p90', Comparison: 'AtMost', Limit: '1', TolerancePercent: '2.5' }],
    ['another number of requests', Expectation.p99(TIME_TO_FIRST_TOKEN).atMost(1, { minRequestCount: 300 }),
      { Figure: 'time_to_first_token.p99', Comparison: 'AtMost', Limit: '1', MinRequestCount: '300' }],
    ['any number of requests', Expectation.p99(TIME_TO_FIRST_TOKEN).atMost(1, { minRequestCount: 0 }),
      { Figure: 'time_to_first_token.p99', Comparison: 'AtMost', Limit: '1' }],
    ['a level of a sweep', Expectation.p90(TIME_TO_FIRST_TOKEN).atMost(1, { concurrency: 16 }),
      { Figure: 'concurrency_16.time_to_first_token.p90', Comparison: 'AtMost', Limit: '1' }],
    ['the concurrency of a search', Expectation.feasibleConcurrency().atLeast(32),
      { Figure: 'search.feasible_max', Comparison: 'AtLeast', Limit: '32' }],
    ['a metric of which less is better, against the last passing run', Expectation.p90(TIME_TO_FIRST_TOKEN).regressesAtMostPercent(10),
      { Figure: 'time_to_first_token.p90', Comparison: 'AtMost', LastPassingRunPercent: '10' }],
    ['a metric of which more is better, against the last passing run', Expectation.avg(OUTPUT_TOKEN_THROUGHPUT).regressesAtMostPercent(0),
      { Figure: 'output_token_throughput.avg', Comparison: 'AtLeast', LastPassingRunPercent: '0' }],
    ['the concurrency of a search, against the last passing run', Expectation.feasibleConcurrency().regressesAtMostPercent(10),
      { Figure: 'search.feasible_max', Comparison: 'AtLeast', LastPassingRunPercent: '10' }],
    ['a metric of the user, against the last passing run',
      Expectation.avg(BenchmarkMetric.of('tokens_per_joule', { higherIsBetter: true })).regressesAtMostPercent(5),
      { Figure: 'tokens_per_joule.avg', Comparison: 'AtLeast', LastPassingRunPercent: '5' }],
  ])('%s', (_, expectation, sent) => {
    fixture.benchmark({ workloadConfig: Object.assign(fixture.workload(), { benchmarkOnly: undefined }), expectations: [expectation] });
    expect(fixture.resultProperties().Expectations).toStrictEqual([sent]);
  });

  test('several in the order in which they were given', () => {
    expect(rendered(Expectation.p90(TIME_TO_FIRST_TOKEN).atMost(500), Expectation.avg(REQUEST_THROUGHPUT).atLeast(1))).toEqual([
      expect.objectContaining({ Figure: 'time_to_first_token.p90' }), expect.objectContaining({ Figure: 'request_throughput.avg' }),
    ]);
  });

  test('limits that are only known when the stack is deployed', () => {
    const limit = Token.asNumber({ Ref: 'Limit' });
    expect(rendered(
      Expectation.p90(TIME_TO_FIRST_TOKEN).atMost(limit, { tolerancePercent: limit, minRequestCount: limit }),
      Expectation.p90(TIME_TO_FIRST_TOKEN).regressesAtMostPercent(limit),
    )).toEqual([
      {
        Figure: 'time_to_first_token.p90',
        Comparison: 'AtMost',
        Limit: { Ref: 'Limit' },
        TolerancePercent: { Ref: 'Limit' },
        MinRequestCount: { Ref: 'Limit' },
      },
      { Figure: 'time_to_first_token.p90', Comparison: 'AtMost', LastPassingRunPercent: { Ref: 'Limit' } },
    ]);
  });
});

describe('are refused', () => {
  const p90 = Expectation.p90(TIME_TO_FIRST_TOKEN);
  const search = Expectation.feasibleConcurrency();

  test.each<[string, Expectation, string]>([
    ['a regression below 0', p90.regressesAtMostPercent(-1), 'expectations[0].percent must be 0 to 100, got -1'],
    ['a regression above 100', p90.regressesAtMostPercent(100.5), 'expectations[0].percent must be 0 to 100, got 100.5'],
    ['a regression of what has no better side', Expectation.avg(INPUT_SEQUENCE_LENGTH).regressesAtMostPercent(10),
      "expectations[0] can't be compared with the last passing run: whether more or less of the metric is better is not known. "
      + 'Say it by BenchmarkMetric.of(name, { higherIsBetter })'],
    ['a tolerance below 0', p90.atMost(1, { tolerancePercent: -0.1 }), 'expectations[0].tolerancePercent must be 0 to 100, got -0.1'],
    ['a tolerance above 100', p90.atMost(1, { tolerancePercent: 101 }), 'expectations[0].tolerancePercent must be 0 to 100, got 101'],
    ['fewer than 0 requests', p90.atMost(1, { minRequestCount: -1 }), 'expectations[0].minRequestCount must be a whole number, at least 0, got -1'],
    ['half a request', p90.atMost(1, { minRequestCount: 1.5 }), 'expectations[0].minRequestCount must be a whole number, at least 0, got 1.5'],
    ['a level of 0', p90.atMost(1, { concurrency: 0 }), 'expectations[0].concurrency must be a whole number, at least 1, known at synthesis, got 0'],
    ['a level of a half', p90.atMost(1, { concurrency: 0.5 }),
      'expectations[0].concurrency must be a whole number, at least 1, known at synthesis, got 0.5'],
    ['a level that is a token', p90.atMost(1, { concurrency: Token.asNumber({ Ref: 'Level' }) }),
      'expectations[0].concurrency must be a whole number'],
    ['a percentile of a throughput', Expectation.p90(REQUEST_THROUGHPUT).atLeast(1),
      "expectations[0].stat must be avg for request_throughput, which is one number for the whole benchmark, got 'p90'"],
    ['a statistic that is none, from JavaScript', Expectation.of(TIME_TO_FIRST_TOKEN, 'p42' as Stat).atMost(1),
      "expectations[0].stat must be one of avg, p1, p5, p10, p25, p50, p75, p90, p95, p99, min, max, std, count, sum, got 'p42'"],
    ['no metric, from JavaScript', Expectation.p90(undefined as unknown as BenchmarkMetric).atMost(1), 'expectations[0].metric is required'],
    ['a metric as CloudWatch writes it', Expectation.avg(BenchmarkMetric.of('ModelLatency')).atMost(1),
      "expectations[0].metric must hold only lower-case letters, digits and underscores, and start with a letter, got 'ModelLatency'"],
    ['a metric that is a token', Expectation.avg(BenchmarkMetric.of(Aws.REGION)).atMost(1),
      'expectations[0].metric must be known at synthesis, got a token'],
    ['a level of a search', search.atLeast(1, { concurrency: 4 }),
      'expectations[0].concurrency must be left out for a search, got 4: a search has no levels'],
    ['a number of requests of a search', search.atLeast(1, { minRequestCount: 4 }),
      'expectations[0].minRequestCount must be left out for a search, got 4'],
  ])('%s', (_, expectation, message) => {
    expect(() => fixture.benchmark({ expectations: [expectation] })).toThrow(message);
  });

  test('when there are none in the list', () => {
    expect(() => fixture.benchmark({ expectations: [] })).toThrow('expectations is empty: leave it out to expect nothing');
  });

  test.each<[string, ExpectationOptions]>([
    ['a tolerance of 100', { tolerancePercent: 100 }],
    ['1 request', { minRequestCount: 1 }],
    ['a level of 1', { concurrency: 1 }],
  ])('but not %s', (_, options) => {
    expect(() => fixture.benchmark({ expectations: [p90.atMost(1, options), p90.regressesAtMostPercent(100, options)] })).not.toThrow();
  });

  test('for a sweep or a search where the workload is known to be neither', () => {
    const workloadConfig = Object.assign(fixture.workload(), { benchmarkOnly: false });
    expect(() => fixture.benchmark({ workloadConfig, expectations: [p90.atMost(1), p90.atMost(1, { concurrency: 4 }), search.atLeast(4)] })).toThrow(
      'has 2 invalid values:\n'
      + '  - expectations[1] asks for a figure of a sweep or a search, but workloadConfig is one load test: '
      + 'use WorkloadSpec.concurrencySweep or concurrencySearch\n'
      + '  - expectations[2] asks for a figure of a sweep or a search');
  });
});

describe('BenchmarkMetric', () => {
  const constants = Object.values(BenchmarkMetric).filter((value): value is BenchmarkMetric => value instanceof BenchmarkMetric);
  /** Measured with goodput objectives only, which the sample was not. */
  const NOT_SAMPLED = ['goodput', 'good_request_count'];
  const namesOf = (better: boolean | undefined) => constants.filter(({ higherIsBetter }) => higherIsBetter === better).map(({ name }) => name);

  test('has a constant for each metric of a real result', () => {
    expect(constants.map(({ name }) => name).filter(name => !NOT_SAMPLED.includes(name)).sort())
      .toEqual(SAMPLE.flatMap(([, , names]) => names.split(' ')).sort());
  });

  test.each(SAMPLE)('in %s, one number: %s: has the unit and the statistics of a real result', (unit, single, names) => {
    for (const name of names.split(' ')) {
      expect(BenchmarkMetric.of(name)).toMatchObject({ unit, _singleValue: single });
    }
  });

  test('knows of which metrics more is better, of which less, and of which neither', () => {
    expect(namesOf(true)).toEqual([
      'request_throughput', 'output_token_throughput', 'total_token_throughput', 'output_token_throughput_per_user', 'e2e_output_token_throughput',
      'prefill_throughput_per_user', 'goodput', 'request_count', 'good_request_count', 'http_req_connection_reused',
    ]);
    expect(namesOf(undefined)).toEqual([
      'osl_mismatch_diff_pct', 'benchmark_duration', 'input_sequence_length', 'output_sequence_length', 'output_token_count', 'reasoning_token_count',
      'total_isl', 'total_osl', 'total_output_tokens', 'total_reasoning_tokens', 'error_isl', 'http_req_data_sent', 'http_req_data_received',
      'http_req_chunks_sent', 'http_req_chunks_received',
    ]);
    for (const { name, unit } of constants) {
      expect([name, unit === 'ms']).toEqual([name, namesOf(false).includes(name) && unit !== 'requests' && unit !== 'tokens']);
    }
  });

  test('by its name is that of the constant', () => {
    expect(BenchmarkMetric.of('request_throughput')).toEqual(BenchmarkMetric.REQUEST_THROUGHPUT);
    expect(BenchmarkMetric.of('benchmark_duration', { higherIsBetter: false })).toMatchObject({ unit: 'sec', higherIsBetter: false });
  });

  test('that the library does not know is as the user says', () => {
    expect(BenchmarkMetric.of('energy_per_request')).toMatchObject({ name: 'energy_per_request', unit: undefined, higherIsBetter: undefined });
    expect(BenchmarkMetric.of('energy_per_request', { higherIsBetter: false })).toMatchObject({ unit: undefined, higherIsBetter: false });
  });
});

describe('Attempts', () => {
  const expectations = [Expectation.p90(TIME_TO_FIRST_TOKEN).atMost(500)];

  test.each<[string, Attempts, string]>([
    ['no run', Attempts.bestOf(0), 'attempts must be a whole number, 1 to 10, got 0'],
    ['11 runs', Attempts.bestOf(11), 'attempts must be a whole number, 1 to 10, got 11'],
    ['half a run', Attempts.bestOf(1.5), 'attempts must be a whole number, 1 to 10, got 1.5'],
    ['11 runs for a median', Attempts.medianOf(11), 'attempts must be a whole number, 1 to 10, got 11'],
    ['an even number for a median', Attempts.medianOf(2),
      'attempts must be an odd number of runs for a median, got 2: with an even one no run is in the middle'],
    ['a token', Attempts.medianOf(Token.asNumber({ Ref: 'Runs' })), 'attempts must be known at synthesis, got a token: each run is a resource'],
  ])('refuse %s', (_, attempts, message) => {
    expect(() => fixture.benchmark({ attempts, expectations })).toThrow(message);
  });

  test.each([Attempts.bestOf(1), Attempts.bestOf(10), Attempts.medianOf(1), Attempts.medianOf(9)])('accept %j', attempts => {
    expect(() => fixture.benchmark({ attempts, expectations })).not.toThrow();
  });

  test('know no best run without expectations', () => {
    expect(() => fixture.benchmark({ attempts: Attempts.bestOf(2) })).toThrow(
      'attempts needs expectations for Attempts.bestOf, got none: they say which run is the best. Give some, or use Attempts.medianOf');
  });
});
