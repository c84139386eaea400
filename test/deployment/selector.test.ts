import { Token } from 'aws-cdk-lib';
import { GpuInstanceType, PerformanceLimit, PerformanceMetric, RecommendationSelector, Stat } from '../../src';

const { TIME_TO_FIRST_TOKEN, OUTPUT_TOKEN_THROUGHPUT, MODEL_LATENCY, COST_PER_HOUR, CLIENT_SIDE_CONCURRENCY } = PerformanceMetric;
const AI = 'AIRecommendationJob';
const RECOMMENDER = 'InferenceRecommendationsJob';

/** As it is in a template, where what is undefined is not. */
const rendered = (selector: RecommendationSelector) => JSON.parse(JSON.stringify(selector._render() ?? null));
const wrong = (selector: RecommendationSelector, jobType: string = AI) => selector._validate('selector', jobType);
const best = RecommendationSelector.best();

test.each<[string, RecommendationSelector, object | null]>([
  ['the best', best, null],
  ['the lowest median', RecommendationSelector.lowest(TIME_TO_FIRST_TOKEN), { Lowest: { Metric: 'TimeToFirstToken', Stat: 'p50' } }],
  ['the lowest of a statistic', RecommendationSelector.lowest(TIME_TO_FIRST_TOKEN, Stat.P90), { Lowest: { Metric: 'TimeToFirstToken', Stat: 'p90' } }],
  ['the highest of one number', RecommendationSelector.highest(OUTPUT_TOKEN_THROUGHPUT), { Highest: { Metric: 'OutputTokenThroughput' } }],
  ['its average', RecommendationSelector.highest(OUTPUT_TOKEN_THROUGHPUT, Stat.AVG), { Highest: { Metric: 'OutputTokenThroughput', Stat: 'avg' } }],
  ['another metric', RecommendationSelector.lowest(PerformanceMetric.of('cache_hits')), { Lowest: { Metric: 'cache_hits' } }],
  ['a constant by its name', RecommendationSelector.lowest(PerformanceMetric.of('time-to-first-token')),
    { Lowest: { Metric: 'TimeToFirstToken', Stat: 'p50' } }],
  ['the best within a limit', best.require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(500)),
    { Require: [{ Metric: 'TimeToFirstToken', Stat: 'p90', AtMost: '500' }] }],
  ['one of a type within limits', RecommendationSelector.byInstanceType(GpuInstanceType.G6_24XLARGE)
    .require(PerformanceLimit.of(OUTPUT_TOKEN_THROUGHPUT).atLeast(0.5), PerformanceLimit.of(TIME_TO_FIRST_TOKEN).atMost(1e3))
    .require(PerformanceLimit.avg(TIME_TO_FIRST_TOKEN).atMost(7)), {
    InstanceType: 'ml.g6.24xlarge',
    Require: [
      { Metric: 'OutputTokenThroughput', AtLeast: '0.5' }, { Metric: 'TimeToFirstToken', Stat: 'p50', AtMost: '1000' },
      { Metric: 'TimeToFirstToken', Stat: 'avg', AtMost: '7' },
    ],
  }],
  ['every percentile', best.require(
    ...[PerformanceLimit.p50, PerformanceLimit.p95, PerformanceLimit.p99].map(of => of(TIME_TO_FIRST_TOKEN).atMost(1))),
  { Require: ['p50', 'p95', 'p99'].map(Stat_ => ({ Metric: 'TimeToFirstToken', Stat: Stat_, AtMost: '1' })) }],
])('%s reaches the handler', (_, selector, expected) => {
  expect(wrong(selector)).toEqual([]);
  expect(rendered(selector)).toEqual(expected);
});

test('a limit makes a new selector: the old one is without it', () => {
  const type = RecommendationSelector.byInstanceType(GpuInstanceType.G6_24XLARGE);
  const limited = type.require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(500));
  limited.require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(400));
  expect(rendered(type)).toEqual({ InstanceType: 'ml.g6.24xlarge' });
  expect(rendered(limited).Require).toHaveLength(1);
});

test('a limit that is known at deployment stays a token', () => {
  const limit = Token.asNumber({ Ref: 'Limit' });
  const selector = best.require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(limit), PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atLeast(5));
  expect(wrong(selector)).toEqual([]);
  expect((selector._render()!.Require as Record<string, unknown>[])[0].AtMost).toBe(limit);
});

test.each<[string, RecommendationSelector, string, string[]]>([
  ['a metric of another kind of job', RecommendationSelector.lowest(COST_PER_HOUR), AI,
    ['selector.metric must be one that the job measures, got CostPerHour of an AIRecommendationJob: it measures TimeToFirstToken, InterTokenLatency, '
      + 'RequestLatency, RequestThroughput and OutputTokenThroughput']],
  ['a limit of another kind of job', best.require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(1)), RECOMMENDER,
    ['selector.require[0].metric must be one that the job measures, got TimeToFirstToken of an InferenceRecommendationsJob: it measures CostPerHour, '
      + 'CostPerInference, MaxInvocations, ModelLatency, CpuUtilization, MemoryUtilization and ModelSetupTime']],
  ['a limit for what measures nothing', best.require(PerformanceLimit.of(PerformanceMetric.of('x')).atMost(1)), 'OptimizationJob',
    ['selector.require[0].metric must be one that the job measures, got x of an OptimizationJob: it measures nothing, and has one recommendation']],
  ['a statistic of one number', RecommendationSelector.highest(OUTPUT_TOKEN_THROUGHPUT, Stat.P90), AI,
    ['selector.stat must be left out for OutputTokenThroughput, which is one number, got p90']],
  ['a statistic of Inference Recommender', best.require(PerformanceLimit.avg(MODEL_LATENCY).atMost(1)), RECOMMENDER,
    ['selector.require[0].stat must be left out for ModelLatency, which is one number, got avg']],
  ['no number as a limit, from JavaScript', best.require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(undefined as unknown as number)), AI,
    ['selector.require[0].limit must be a number, got undefined']],
  ['a limit that nothing can keep', best.require(PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(-1)), AI,
    ['selector.require[0].limit must be at least 0, got -1']],
  ['limits that contradict each other', best
    .require(PerformanceLimit.p50(TIME_TO_FIRST_TOKEN).atLeast(500), PerformanceLimit.p90(TIME_TO_FIRST_TOKEN).atMost(400))
    .require(PerformanceLimit.of(TIME_TO_FIRST_TOKEN).atMost(499)), AI,
  ['selector requires TimeToFirstToken p50 of at least 500 and at most 499: no recommendation can have both']],
  ['no metric, from JavaScript', RecommendationSelector.lowest(undefined as unknown as PerformanceMetric), AI, ['selector.metric is required']],
  ['a limit of no metric, from JavaScript', best.require(PerformanceLimit.of(undefined as unknown as PerformanceMetric).atMost(1)), AI,
    ['selector.require[0].metric is required']],
  ['no limit, from JavaScript', best.require(undefined as unknown as PerformanceLimit), AI, ['selector.require[0] is required']],
  ['an empty metric', RecommendationSelector.lowest(PerformanceMetric.of('')), AI, ["selector.metric must be 1 to 256 characters long, got 0: ''"]],
  ['no statistic that there is', RecommendationSelector.lowest(TIME_TO_FIRST_TOKEN, 'p42' as Stat), AI,
    ["selector.stat must be one of avg, p1, p5, p10, p25, p50, p75, p90, p95, p99, min, max, std, count, sum, got 'p42'"]],
])('%s is refused', (_, selector, jobType, messages) => {
  expect(wrong(selector, jobType)).toEqual(messages);
});

test.each<[string, RecommendationSelector, string]>([
  ['equal limits', best.require(PerformanceLimit.p50(TIME_TO_FIRST_TOKEN).atLeast(5), PerformanceLimit.p50(TIME_TO_FIRST_TOKEN).atMost(5)), AI],
  ['a limit of 0', best.require(PerformanceLimit.of(CLIENT_SIDE_CONCURRENCY).atLeast(0)), AI],
  ['a negative limit of what nobody knows', best.require(PerformanceLimit.of(PerformanceMetric.of('drift')).atLeast(-5)), RECOMMENDER],
  ['a metric of the job', RecommendationSelector.lowest(COST_PER_HOUR).require(PerformanceLimit.of(MODEL_LATENCY).atMost(50000)), RECOMMENDER],
])('%s is taken', (_, selector, jobType) => {
  expect(wrong(selector, jobType)).toEqual([]);
});
