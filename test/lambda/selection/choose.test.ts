import { OPTIMIZED_JOB, REAL, RECOMMENDER_JOB } from './sample';
import { forCloudFormation } from '../../../lambda/errors';
import { Failure, Properties } from '../../../lambda/event';
import { KINDS } from '../../../lambda/kinds';
import { choose, chooseRanked, concurrencyWarning } from '../../../lambda/selection/choose';

const recommended = (...Recommendations: object[]) => KINDS.get('AIRecommendationJob')!.job!.candidates!({ Recommendations });

/** The real one with other figures, on another type. */
function like(name: string, figures: Record<string, string>, InstanceType: string = `ml.${name}.xlarge`) {
  return {
    ModelDetails: { ...REAL.ModelDetails, InferenceSpecificationName: name },
    DeploymentConfiguration: { ...REAL.DeploymentConfiguration, InstanceType },
    ExpectedPerformance: Object.entries(figures).map(([figure, Value]) => ({ Metric: figure.split(' ')[0], Stat: figure.split(' ')[1], Value })),
  };
}

const THREE = recommended(
  like('a', { 'TimeToFirstToken p50': '300', 'TimeToFirstToken p90': '400', 'OutputTokenThroughput avg': '2000', 'ClientSideConcurrency': '88' }),
  like('b', { 'TimeToFirstToken p50': '200', 'OutputTokenThroughput avg': '1000', 'ClientSideConcurrency': '8' }),
  like('c', { 'TimeToFirstToken p50': '200', 'TimeToFirstToken p90': '500', 'OutputTokenThroughput avg': '1500' }),
);
const names = (selection: Properties, wanted: object = {}) =>
  chooseRanked(THREE, 'job j', { selection, ...wanted }).map(({ inferenceSpecificationName }) => inferenceSpecificationName).join('');
const TTFT = (Stat?: string) => ({ Metric: 'TimeToFirstToken', Stat });

test.each<[string, Properties, string]>([
  ['the ranking of the service', {}, 'abc'],
  ['the lowest, then the ranking', { Lowest: TTFT('p50') }, 'bca'],
  ['the highest', { Highest: { Metric: 'OutputTokenThroughput' } }, 'acb'],
  ['the highest of a number as its average', { Highest: { Metric: 'OutputTokenThroughput', Stat: 'avg' } }, 'acb'],
  ['an average of one number', { Lowest: { Metric: 'ClientSideConcurrency', Stat: 'avg' } }, 'bac'],
  ['the lowest, those without the figure last', { Lowest: TTFT('p90') }, 'acb'],
  ['the highest, those without the figure last', { Highest: TTFT('p90') }, 'cab'],
  ['other names', { Lowest: { Metric: 'ttft', Stat: 'P50' } }, 'bca'],
  ['a limit from above', { Require: [{ ...TTFT('p50'), AtMost: '200' }] }, 'bc'],
  ['a limit from below', { Require: [{ Metric: 'OutputTokenThroughput', AtLeast: '1500' }] }, 'ac'],
  ['two limits', { Require: [{ ...TTFT('p50'), AtMost: '200' }, { Metric: 'throughput', AtLeast: '1001' }] }, 'c'],
  ['both limits of one figure', { Require: [{ ...TTFT('p50'), AtMost: '250', AtLeast: '150' }] }, 'bc'],
  ['a limit that who lacks the figure misses', { Require: [{ ...TTFT('p90'), AtMost: '1e9' }] }, 'ac'],
  ['the highest within a limit', { Highest: { Metric: 'OutputTokenThroughput' }, Require: [{ ...TTFT('p50'), AtMost: '200' }] }, 'cb'],
  ['a type within a limit', { InstanceType: 'ml.c.xlarge', Require: [{ ...TTFT('p50'), AtMost: '200' }] }, 'c'],
  ['a place of the service within a limit', { Index: '3', Require: [{ ...TTFT('p50'), AtMost: '200' }] }, 'c'],
])('%s', (_, selection, expected) => {
  expect(names(selection)).toBe(expected);
});

test('what stands in has an instance type of its own', () => {
  const same = recommended(like('a', {}, 'ml.g6.xlarge'), like('b', {}, 'ml.g6.xlarge'), like('c', {}, 'ml.g5.xlarge'), like('d', {}, 'ml.g5.xlarge'));
  expect(chooseRanked(same, 'job j').map(({ rank }) => rank)).toEqual([1, 3]);
  expect(chooseRanked(same, 'job j', { instanceType: 'ml.p5.48xlarge' }).map(({ rank }) => rank)).toEqual([1]);
});

test('serverless stands in for nothing, and nothing for it', () => {
  const [recommendation] = RECOMMENDER_JOB.InferenceRecommendations;
  const serverless = { ...recommendation, EndpointConfiguration: { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } } };
  const ranks = (...InferenceRecommendations: object[]) => chooseRanked(
    KINDS.get('InferenceRecommendationsJob')!.job!.candidates!({ ...RECOMMENDER_JOB, InferenceRecommendations }), 'job j').map(({ rank }) => rank);
  expect(ranks(serverless, recommendation)).toEqual([1]);
  expect(ranks(recommendation, serverless)).toEqual([1]);
});

test('without model packages there must be an image', () => {
  const only = recommended({ ModelDetails: REAL.ModelDetails }, like('b', {}));
  expect(choose(only, 'job j').rank).toBe(1);
  expect(choose(only, 'job j', { withoutModelPackage: true }).rank).toBe(2);
  expect(() => choose(recommended({ ModelDetails: REAL.ModelDetails }), 'job j', { withoutModelPackage: true }))
    .toThrow('1. high-otps-on-g6-24xlarge: it has no image, so that it can only be deployed by its model package');
});

const PACKAGE = REAL.ModelDetails.ModelPackageArn;
const candidatesOf = (kind: string, described: object) => KINDS.get(kind)!.job!.candidates!(described as Properties);

test('what can\'t be deployed is passed over', () => {
  expect(choose(recommended({ ModelDetails: { ModelPackageArn: PACKAGE } }, REAL), 'job j').rank).toBe(2);
});

test('instance type and counts come from either member, and counts are 1 when neither says them', () => {
  expect(choose(recommended({ ModelDetails: REAL.ModelDetails }), 'job j'))
    .toMatchObject({ instanceType: 'ml.g6.24xlarge', instanceCount: 1, copyCountPerInstance: 2 });
  expect(choose(recommended({ ModelDetails: { ModelPackageArn: PACKAGE }, DeploymentConfiguration: { InstanceType: 'ml.g5.xlarge' } }), 'job j'))
    .toMatchObject({ instanceType: 'ml.g5.xlarge', instanceCount: 1, copyCountPerInstance: 1, channels: [], environment: {} });
});

test('an instance type of the deployment stands in for one that is missing', () => {
  expect(choose(recommended({ ModelDetails: { ModelPackageArn: PACKAGE } }), 'job j', { instanceType: 'ml.g6.xlarge' }).rank).toBe(1);
});

test.each([[{}], [{ Recommendations: [] }], [{ Recommendations: null }]])('no recommendation at all is said in a sentence: %j', described => {
  expect(() => choose(candidatesOf('AIRecommendationJob', described), 'job j')).toThrow('job j completed without any recommendation');
});

test.each([
  [{ Index: '2' }, 2], [{ InferenceSpecificationName: 'c' }, 3], [{ InstanceType: 'ml.c.xlarge' }, 3], [{}, 1],
])('%j takes candidate %i', (selection, rank) => {
  expect(choose(THREE, 'job j', { selection }).rank).toBe(rank);
});

test('an optimization job without an image has nothing to deploy', () => {
  expect(() => choose(candidatesOf('OptimizationJob', { ...OPTIMIZED_JOB, OptimizationOutput: undefined }), 'job j'))
    .toThrow('it has neither a model package nor an image');
});

test('a model that was compiled, and no specification says so, is passed over', () => {
  const [recommendation] = RECOMMENDER_JOB.InferenceRecommendations;
  const compiled = { ...recommendation, ModelConfiguration: { CompilationJobName: 'compile-1' } };
  const of = (...InferenceRecommendations: object[]) =>
    choose(candidatesOf('InferenceRecommendationsJob', { ...RECOMMENDER_JOB, InferenceRecommendations }), 'job j');
  expect(of(compiled, recommendation).rank).toBe(2);
  expect(() => of(compiled)).toThrow('1. ml.c5.xlarge: its model is what compilation job compile-1 made, and no inference specification says so');
});

describe('none left', () => {
  test('lists each candidate with the reason', () => {
    const channels = Array.from({ length: 6 }, (_, i) => ({ ChannelName: `c${i}`, Uri: 's3://b/p/' }));
    expect(() => choose(recommended(
      {},
      { DeploymentConfiguration: { InstanceType: 'ml.g5.xlarge' } },
      { DeploymentConfiguration: { InstanceType: 'ml.g6.xlarge', ImageUri: 'i', S3: channels } },
    ), 'job j')).toThrow(new Failure('none of the 3 recommendations of job j can be deployed: '
      + '1. unnamed: it names no instance type (set instanceType on the deployment); 2. ml.g5.xlarge: it has neither a model package nor an image; '
      + '3. ml.g6.xlarge: it has no model package, and its 6 channels are more than the 5 that a model takes'));
  });

  test('lists what there is instead of what was selected', () => {
    expect(() => choose(THREE, 'job j', { selection: { InferenceSpecificationName: 'd' } })).toThrow(new Failure(
      'none of the 3 recommendations of job j can be deployed: 1. a: its InferenceSpecificationName is a, and d is selected; '
      + '2. b: its InferenceSpecificationName is b, and d is selected; 3. c: its InferenceSpecificationName is c, and d is selected'));
    expect(() => choose(THREE, 'job j', { selection: { RecommendationId: 'x' } })).toThrow('its RecommendationId is missing, and x is selected');
  });

  test('lists each candidate with each limit that it missed', () => {
    expect(() => choose(recommended(REAL, like('b', {}), {}), 'job j', {
      selection: { Require: [{ ...TTFT('p50'), AtMost: '200' }, { Metric: 'OutputTokenThroughput', AtLeast: 2000 }, { ...TTFT('p99'), AtMost: '5' }] },
    })).toThrow(new Failure('none of the 3 recommendations of job j can be deployed: '
      + '1. high-otps-on-g6-24xlarge: TimeToFirstToken p50 is 269.55 Milliseconds, and at most 200 is required, '
      + 'also OutputTokenThroughput is 1893.21 Tokens/Second, and at least 2000 is required, '
      + 'also it has no TimeToFirstToken p99 (only p50, p90), and at most 5 is required; '
      + '2. b: it has no TimeToFirstToken p50, and at most 200 is required, also it has no OutputTokenThroughput, and at least 2000 is required, '
      + 'also it has no TimeToFirstToken p99, and at most 5 is required; '
      + '3. unnamed: it names no instance type (set instanceType on the deployment), also it has no TimeToFirstToken p50, and at most 200 is required, '
      + 'also it has no OutputTokenThroughput, and at least 2000 is required, also it has no TimeToFirstToken p99, and at most 5 is required'));
  });

  test('says of who was not selected only that', () => {
    expect(() => choose(THREE, 'job j', { selection: { Index: '1', Require: [{ ...TTFT('p50'), AtMost: '1' }] } })).toThrow(new Failure(
      'none of the 3 recommendations of job j can be deployed: 1. a: TimeToFirstToken p50 is 300 Milliseconds, and at most 1 is required; '
      + '2. b: its Index is 2, and 1 is selected; 3. c: its Index is 3, and 1 is selected'));
  });

  test('says when the unit can\'t be judged', () => {
    const odd = recommended({ ...REAL, ExpectedPerformance: [{ Metric: 'TimeToFirstToken', Stat: 'p50', Value: '5', Unit: 'Furlongs' }] });
    expect(() => choose(odd, 'job j', { selection: { Require: [{ ...TTFT('p50'), AtMost: '9' }] } }))
      .toThrow('its TimeToFirstToken p50 is 5 Furlongs, which is not known in Milliseconds, and at most 9 is required');
  });

  test('keeps all of many in what CloudFormation shows', () => {
    const many = (count: number) => recommended(...Array.from({ length: count }, (_, i) => like(`specification-with-a-long-name-${i}`, { 'TimeToFirstToken p50': '300' })));
    const selection = { Require: ['p50', 'p90', 'p99'].map(stat => ({ ...TTFT(stat), AtMost: '5' })) };
    const message = (count: number) => {
      try {
        choose(many(count), 'AI recommendation job arn:aws:sagemaker:us-west-2:111122223333:ai-recommendation-job/nightly-7c85ce9b39f2619b', { selection });
        return '';
      } catch (error) {
        return forCloudFormation(error).message;
      }
    };
    for (let i = 0; i < 10; i++) {
      expect(message(10)).toContain(`${i + 1}. specification-with-a-long-name-${i}: TimeToFirstToken p50 is 300 Milliseconds`);
    }
    expect(message(40)).toMatch(/13\. specification-with-a-long-name-12: .*; and 27 more$/);
  });

  test('of those that can be deployed with the figure to choose by lists what they have', () => {
    expect(() => choose(THREE, 'job j', { selection: { Lowest: TTFT('p99') } })).toThrow(new Failure(
      'none of the recommendations of job j that can be deployed can be chosen by the lowest TimeToFirstToken p99: '
      + '1. a: it has no TimeToFirstToken p99 (only p50, p90); 2. b: it has no TimeToFirstToken p99 (only p50); '
      + '3. c: it has no TimeToFirstToken p99 (only p50, p90)'));
  });

  test('of several statistics none is guessed', () => {
    expect(() => choose(recommended(REAL), 'job j', { selection: { Lowest: { Metric: 'RequestLatency' } } })).toThrow('it has no RequestLatency (only p50, p90, p99)');
  });
});

test.each(['abc', '0x10', 'NaN', 'Infinity'])('a limit of %j, which a token resolved to, is refused', AtMost => {
  expect(() => choose(THREE, 'job j', { selection: { Require: [{ ...TTFT('p50'), AtMost }] } }))
    .toThrow(new Failure(`the limit of TimeToFirstToken p50 must be a number, got "${AtMost}"`));
});

describe('the load', () => {
  const limited = { Require: [{ ...TTFT('p50'), AtMost: '500' }, { ...TTFT('p90'), AtMost: '500' }] };
  const [real] = recommended(REAL);

  test('that figures were judged at is said where it is not that of the workload', () => {
    expect(concurrencyWarning(real, limited, 10)).toBe('TimeToFirstToken p50 and TimeToFirstToken p90 of recommendation 1 (high-otps-on-g6-24xlarge) were '
      + 'measured at a concurrency of 88, and the workload has one of 10: benchmark the deployment to know what it does under that load');
    expect(concurrencyWarning(real, { Lowest: TTFT('p50') }, 10)).toContain('TimeToFirstToken p50 of recommendation 1 (high-otps-on-g6-24xlarge) was measured');
  });

  test.each<[string, Properties | undefined, number | undefined]>([
    ['it is the same', limited, 88],
    ['the workload\'s is not known', limited, undefined],
    ['no figure was judged', { InstanceType: 'ml.g6.24xlarge' }, 10],
    ['nothing was selected', undefined, 10],
    ['the load itself was judged', { Require: [{ Metric: 'concurrency', AtLeast: '50' }] }, 10],
  ])('is no matter when %s', (_, selection, workload) => {
    expect(concurrencyWarning(real, selection, workload)).toBe('');
  });

  test('is no matter when nobody knows it', () => {
    expect(concurrencyWarning(recommended(WITHOUT_LOAD)[0], limited, 10)).toBe('');
  });
  const WITHOUT_LOAD = like('a', { 'TimeToFirstToken p50': '1' });
});
