import { wanted } from './fixture';
import { chooseAll } from '../../../lambda/deployment/choice';
import type { Properties } from '../../../lambda/event';
import { REAL, RECOMMENDER_JOB } from '../selection/sample';

beforeEach(() => void jest.spyOn(console, 'log').mockImplementation());
afterEach(() => jest.restoreAllMocks());

/** A recommendation for each of the instance types, from an answer that is pinned: nothing is read. */
const pinned = (...types: string[]) => ({
  JobType: 'AIRecommendationJob',
  Pinned: JSON.stringify({
    Recommendations: types.map(InstanceType => ({ ...REAL, DeploymentConfiguration: { ...REAL.DeploymentConfiguration, InstanceType } })),
  }),
});

async function chosen(models: Properties[], more?: Properties) {
  return (await chooseAll(wanted(models, more))).map(({ candidate, fallbacks, instanceType }) => ({
    rank: candidate.rank, instanceType, fallbacks: fallbacks.map(each => each.instanceType),
  }));
}

test('each model has a candidate by its own selection', async () => {
  const Source = pinned('ml.g6.24xlarge', 'ml.g5.12xlarge');
  expect(await chosen([{ Source }, { Source, Selection: { Index: '2' } }, { Source, Options: { InstanceType: 'ml.p5.48xlarge' } }])).toEqual([
    { rank: 1, instanceType: 'ml.g6.24xlarge', fallbacks: [] },
    { rank: 2, instanceType: 'ml.g5.12xlarge', fallbacks: [] },
    { rank: 1, instanceType: 'ml.p5.48xlarge', fallbacks: [] },
  ]);
});

test('what stands by is on other instance types, and as many as there are', async () => {
  const Source = pinned('ml.g6.24xlarge', 'ml.g6.24xlarge', 'ml.g5.12xlarge', 'ml.g5.48xlarge');
  expect((await chosen([{ Source, Fallback: '1' }]))[0].fallbacks).toEqual(['ml.g5.12xlarge']);
  expect((await chosen([{ Source, Fallback: '4' }]))[0].fallbacks).toEqual(['ml.g5.12xlarge', 'ml.g5.48xlarge']);
  expect(console.log).toHaveBeenCalledTimes(1);
});

describe('inference components', () => {
  const components = { Hosting: 'InferenceComponents' };
  const first = { Source: pinned('ml.g6.24xlarge') };

  test('run on the instance type of the first', async () => {
    const second = { Source: pinned('ml.p5.48xlarge', 'ml.g6.24xlarge') };
    expect(await chosen([first, second], components)).toMatchObject([{ rank: 1 }, { rank: 2, instanceType: 'ml.g6.24xlarge' }]);
    const moved = { Source: pinned('ml.p5.48xlarge'), Options: { InstanceType: 'ml.g6.24xlarge' } };
    expect(await chosen([first, moved], components)).toMatchObject([{ rank: 1 }, { rank: 1, instanceType: 'ml.g6.24xlarge' }]);
  });

  test('that were recommended for others are refused', async () => {
    await expect(chosen([first, { Source: pinned('ml.p5.48xlarge') }], components)).rejects.toThrow(
      'on ml.g6.24xlarge, where all inference components of the endpoint run, can be deployed: 1. high-otps-on-g6-24xlarge: its InstanceType is ml.p5.48xlarge');
    await expect(chosen([first, { ...first, Options: { InstanceType: 'ml.p5.48xlarge' } }], components)).rejects
      .toThrow('is to run on ml.p5.48xlarge, but all inference components of an endpoint run on its ml.g6.24xlarge');
  });
});

test('without its package a candidate has its whole environment', async () => {
  const [choice] = await chooseAll(wanted([{ Source: pinned('ml.g6.24xlarge'), Options: { WithoutModelPackage: 'true' } }]));
  expect(choice.candidate).toMatchObject({ modelPackageArn: undefined, environment: { SM_VLLM_TENSOR_PARALLEL_SIZE: '2' } });
});

test('a serverless recommendation has no instance type, unless the deployment gives one', async () => {
  const Source = {
    JobType: 'InferenceRecommendationsJob',
    Pinned: JSON.stringify({
      ...RECOMMENDER_JOB,
      InferenceRecommendations: [{ EndpointConfiguration: { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } } }],
    }),
  };
  expect(await chosen([{ Source }, { Source, Options: { InstanceType: 'ml.c5.xlarge' } }]))
    .toMatchObject([{ instanceType: undefined }, { instanceType: 'ml.c5.xlarge' }]);
});

test.each<[Properties, string]>([
  [{ JobType: 'AIRecommendationJob', Pinned: '{' }, 'Source.Pinned must be the answer of the job\'s Describe operation as JSON'],
  [{ JobType: 'AIBenchmarkJob', JobName: 'j' }, 'Source.JobType must be a kind of job whose result can be deployed, got "AIBenchmarkJob"'],
  [{ JobType: 'AIRecommendationJob', Pinned: '{}' }, 'the pinned result of an AI recommendation job completed without any recommendation'],
])('%j is no source', async (Source, reason) => {
  await expect(chosen([{ Source }])).rejects.toThrow(reason);
});
