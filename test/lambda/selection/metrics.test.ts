import { OPTIMIZED_JOB, REAL, REAL_JOB, RECOMMENDER_JOB, WITH_ADAPTERS } from './sample';
import { KINDS } from '../../../lambda/kinds';
import { performanceJson } from '../../../lambda/selection/figures';
import { figuresIn, metricName, sameMetric, statName, unitOf } from '../../../lambda/selection/metrics';
import { PerformanceMetric } from '../../../src';

const figure = (entry: Record<string, unknown>) => figuresIn([entry])[0];
const candidatesOf = (kind: string, described: object) => KINDS.get(kind)!.job!.candidates!(described as Record<string, unknown>);

test.each([
  ['TimeToFirstToken', 'TimeToFirstToken'], ['time_to_first_token', 'TimeToFirstToken'], ['Time To First Token', 'TimeToFirstToken'],
  ['TIME-TO-FIRST-TOKEN', 'TimeToFirstToken'], ['TTFT', 'TimeToFirstToken'], ['ttft-ms', 'TimeToFirstToken'],
  ['inter_token_latency', 'InterTokenLatency'], ['ITL', 'InterTokenLatency'], ['tpot', 'InterTokenLatency'],
  ['request_latency', 'RequestLatency'], ['e2e_latency', 'RequestLatency'],
  ['request_throughput', 'RequestThroughput'], ['output_token_throughput', 'OutputTokenThroughput'], ['Throughput', 'OutputTokenThroughput'],
  ['client_side_concurrency', 'ClientSideConcurrency'], ['concurrency', 'ClientSideConcurrency'],
  ['cost_per_hour', 'CostPerHour'], ['MaximumInvocations', 'MaxInvocations'],
  ['prefix_cache_hits', 'prefix_cache_hits'],
])('metric %s is %s', (name, canonical) => {
  expect(metricName(name)).toBe(canonical);
  expect(sameMetric(name.toUpperCase(), canonical)).toBe(true);
});

test.each([
  ['avg', 'avg'], ['average', 'avg'], ['Mean', 'avg'], ['p50', 'p50'], ['P50', 'p50'], ['median', 'p50'], ['50th percentile', 'p50'], ['p-90', 'p90'],
  ['percentile_99', 'p99'], ['p99.9', 'p99.9'], ['p50.0', 'p50'], ['Maximum', 'max'], ['min', 'min'], ['std_dev', 'std'], ['Mode', 'mode'],
  ['', undefined], [undefined, undefined], [null, undefined], [7, undefined],
])('statistic %j is %j', (name, canonical) => {
  expect(statName(name)).toBe(canonical);
});

test.each<[string, string, unknown, string | undefined, number, string, string]>([
  // metric, unit, value => value, digits, unit
  ['ttft', 'Milliseconds', '269.550', 'p50', 269.55, '269.550', 'Milliseconds'],
  ['ttft', 'ms', 269.55, 'p50', 269.55, '269.55', 'Milliseconds'],
  ['ttft', '', '269.55', 'p50', 269.55, '269.55', 'Milliseconds'],
  ['ttft', 'Seconds', '0.26955', 'p50', 269.55, '269.55', 'Milliseconds'],
  ['ttft', 's', 0.26955, 'p50', 269.55, '269.55', 'Milliseconds'],
  ['ttft', 'Microseconds', '269550', 'p50', 269.55, '269.55', 'Milliseconds'],
  ['ttft', 'ns', '269550000', 'p50', 269.55, '269.55', 'Milliseconds'],
  ['RequestThroughput', 'Requests/Minute', '450', 'avg', 7.5, '7.5', 'Requests/Second'],
  ['RequestThroughput', 'requests per second', '7.5', 'avg', 7.5, '7.5', 'Requests/Second'],
  ['RequestThroughput', 'RequestsPerHour', '27000', 'avg', 7.5, '7.5', 'Requests/Second'],
  ['RequestThroughput', 'req/s', '7.5', 'avg', 7.5, '7.5', 'Requests/Second'],
  ['throughput', 'tokens/second', '512.0', 'avg', 512, '512.0', 'Tokens/Second'],
  ['throughput', 'tok/min', '600', 'avg', 10, '10', 'Tokens/Second'],
  ['MaxInvocations', '', 648, undefined, 648, '648', 'Requests/Minute'],
  ['ClientSideConcurrency', 'none', '88', undefined, 88, '88', 'Count'],
  ['CostPerHour', 'US dollars', '1e-3', undefined, 0.001, '1e-3', 'USD'],
  ['CpuUtilization', '%', '55.5', undefined, 55.5, '55.5', 'Percent'],
  // What AWS contradicts itself about is taken as it comes.
  ['ModelLatency', '', 263596, undefined, 263596, '263596', ''],
  ['ModelLatency', 'Microseconds', 263596, undefined, 263596, '263596', 'Microseconds'],
  // What nobody knows is taken as it comes.
  ['CacheHitRate', 'Fraction', '.5', 'avg', 0.5, '.5', 'Fraction'],
  ['Drift', '', '-5', undefined, -5, '-5', ''],
  ['ttft', 'Furlongs', '5', 'p50', 5, '5', 'Furlongs'],
  ['ttft', 'tokens/s', '5', 'p50', 5, '5', 'tokens/s'],
])('%s in %j of %j', (Metric, Unit, Value, Stat, value, text, unit) => {
  expect(figure({ Metric, Unit, Value, Stat })).toEqual({ metric: metricName(Metric), stat: Stat, value, text, unit });
});

test('a throughput of requests is not taken for one of tokens', () => {
  expect(figure({ Metric: 'throughput', Value: '3', Unit: 'requests/second' })).toMatchObject({ metric: 'RequestThroughput', value: 3 });
});

test.each([
  [undefined], [null], [''], ['  '], ['NaN'], [NaN], [Infinity], ['N/A'], ['none'], ['Infinity'], ['0x10'], ['1,893.21'], ['12 ms'], [true], [{}], [['1']],
  ['9'.repeat(5000)], [`0.${'3'.repeat(5000)}`], ['1e999'], ['-1'], [-1],
])('%j is no figure', Value => {
  expect(figuresIn([{ Metric: 'TimeToFirstToken', Stat: 'p50', Value }])).toEqual([]);
});

test('an entry without a name is no figure', () => {
  expect(figuresIn([{ Value: '1' }, { Metric: '', Value: '1' }, { Metric: 7, Value: '1' }, {}])).toEqual([]);
});

test('of a figure that is listed twice the first counts, and the service\'s own name before another one', () => {
  expect(figuresIn([{ Metric: 'TimeToFirstToken', Stat: 'p50', Value: '' }, { Metric: 'TimeToFirstToken', Stat: 'P50', Value: '2' },
    { Metric: 'time_to_first_token', Stat: 'median', Value: '3' }])).toMatchObject([{ value: 2 }]);
  expect(figuresIn([{ Metric: 'throughput', Value: '1' }, { Metric: 'output_token_throughput', Value: '2' }])).toMatchObject([{ value: 2 }]);
});

describe('a candidate', () => {
  test('of a real job has its figures, its load and what a component needs', () => {
    const [candidate] = candidatesOf('AIRecommendationJob', REAL_JOB);
    expect(candidate).toMatchObject({
      rank: 1,
      concurrency: 88,
      tensorParallelSize: 2,
      adapters: [],
      environment: {},
      recommendedEnvironment: REAL.DeploymentConfiguration.EnvironmentVariables,
      image: REAL.DeploymentConfiguration.ImageUri,
      modelPackageArn: REAL.ModelDetails.ModelPackageArn,
    });
    expect(candidate.performance).toEqual(REAL.ExpectedPerformance.map(({ Metric, Stat, Value, Unit }) =>
      ({ metric: Metric, stat: Stat, value: Number(Value), text: Value, unit: Unit })));
    expect(performanceJson(candidate)).toBe('{"RequestThroughput":{"avg":7.5114},"OutputTokenThroughput":{"avg":1893.21},'
      + '"RequestLatency":{"p50":11134.94,"p90":12119.56,"p99":13762.74},"TimeToFirstToken":{"p50":269.55,"p90":394.81},'
      + '"InterTokenLatency":{"p50":43.38,"p90":44.35},"ClientSideConcurrency":88}');
  });

  test('with adapters has each once, with both of its places', () => {
    const [candidate] = candidatesOf('AIRecommendationJob', { Recommendations: [WITH_ADAPTERS] });
    expect(candidate).toMatchObject({ minCpuMemoryInMb: 12288, tensorParallelSize: undefined, concurrency: undefined });
    expect(candidate.adapters).toEqual(['sql', 'chat'].map((adapterId, i) => ({
      adapterId,
      s3Uri: `s3://amzn-s3-demo-bucket/adapters/${adapterId}/`,
      modelPackageArn: `arn:aws:sagemaker:us-west-2:111122223333:model-package/lora-adapters/${i + 1}`,
    })));
    expect(performanceJson(candidate)).toBe('{"OutputTokenThroughput":{"avg":512.0}}');
  });

  test.each([['2', 2], ['max', undefined], ['', undefined], ['0', undefined]])('has a tensor-parallel size of %j as %j', (given, size) => {
    const environment = (EnvironmentVariables: object) => candidatesOf('AIRecommendationJob', { Recommendations: [{ DeploymentConfiguration: { EnvironmentVariables } }] });
    expect(environment({ OPTION_TENSOR_PARALLEL_DEGREE: given })[0].tensorParallelSize).toBe(size);
    expect(environment({ SM_VLLM_TENSOR_PARALLEL_SIZE: given })[0].tensorParallelSize).toBe(size);
  });

  test('of Inference Recommender has those figures that are numbers', () => {
    const [candidate] = candidatesOf('InferenceRecommendationsJob', RECOMMENDER_JOB);
    expect(candidate.performance).toEqual([
      { metric: 'CostPerHour', stat: undefined, value: 0.20399999618530273, text: '0.20399999618530273', unit: 'USD' },
      { metric: 'CostPerInference', stat: undefined, value: 5.246913588052848e-6, text: '0.000005246913588052848', unit: 'USD' },
      { metric: 'MaxInvocations', stat: undefined, value: 648, text: '648', unit: 'Requests/Minute' },
      { metric: 'ModelLatency', stat: undefined, value: 263596, text: '263596', unit: '' },
    ]);
    expect(JSON.parse(performanceJson(candidate))).toMatchObject({ MaxInvocations: 648, CostPerInference: 5.246913588052848e-6 });
  });

  test('of an optimization job has none, and the accelerators that it was made for', () => {
    expect(candidatesOf('OptimizationJob', OPTIMIZED_JOB)[0]).toMatchObject({ performance: [], tensorParallelSize: 4, adapters: [] });
  });
});

test('numbers that are no JSON are rewritten', () => {
  expect(performanceJson({ performance: figuresIn([{ Metric: 'a', Value: '.5' }, { Metric: 'b', Value: '+5.' }, { Metric: 'b', Stat: 'p9', Value: '007' }]) }))
    .toBe('{"a":0.5,"b":{"value":5,"p9":7}}');
});

test('the constants of the construct library have the names and units of the table', () => {
  const constants = Object.values(PerformanceMetric).filter((value): value is PerformanceMetric => value instanceof PerformanceMetric);
  expect(constants).toHaveLength(13);
  for (const { name, unit } of constants) {
    expect(metricName(name.toLowerCase())).toBe(name);
    expect(unitOf(name)).toBe(unit);
  }
});
