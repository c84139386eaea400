import type { Candidate } from '../../../lambda/candidate';
import { modelOf as modelOfCandidate } from '../../../lambda/deployment/model';
import { Properties } from '../../../lambda/event';
import { KINDS } from '../../../lambda/kinds';
import { choose } from '../../../lambda/selection/choose';
import { OPTIMIZED_JOB, REAL, RECOMMENDER_JOB } from '../selection/sample';

type DescribeModel = Parameters<typeof modelOfCandidate>[2];

const none: DescribeModel = async () => undefined;
const modelOf = (candidate: Candidate, describeModel = none, options: Properties = {}, model: Properties = {}) =>
  modelOfCandidate(candidate, { options, model }, describeModel);
const best = (kind: string, described: Properties) => choose(KINDS.get(kind)!.job!.candidates!(described), 'job j');

const PACKAGED = best('AIRecommendationJob', { Recommendations: [REAL] });
const PLAIN: Candidate = { ...PACKAGED, modelPackageArn: undefined, environment: PACKAGED.recommendedEnvironment };
const files = (S3Uri: string) => ({ S3Uri, S3DataType: 'S3Prefix', CompressionType: 'None' });
const SOURCES = 's3://sagemaker-us-west-2-111122223333';

test('a model package brings image, environment and channels by itself', async () => {
  expect(await modelOf(PACKAGED)).toEqual({
    PrimaryContainer: { ModelPackageName: PACKAGED.modelPackageArn, InferenceSpecificationName: 'high-otps-on-g6-24xlarge' },
  });
});

test('without a package, image, environment and channels are written out, each channel as a folder', async () => {
  expect(await modelOf({ ...PLAIN, channels: [{ name: 'base_model', uri: 's3://models/m' }] })).toEqual({
    PrimaryContainer: {
      Image: expect.stringContaining('/vllm:'),
      Environment: expect.objectContaining({ SM_VLLM_TENSOR_PARALLEL_SIZE: '2' }),
      AdditionalModelDataSources: [{ ChannelName: 'base_model', S3DataSource: files('s3://models/m/') }],
    },
  });
});

test('members of CreateModel are added with the types that the API has', async () => {
  const network = { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] };
  expect(await modelOf(PACKAGED, none, {}, { VpcConfig: network, EnableNetworkIsolation: 'true' }))
    .toMatchObject({ VpcConfig: network, EnableNetworkIsolation: true, PrimaryContainer: { ModelPackageName: PACKAGED.modelPackageArn } });
});

describe('files in another place', () => {
  const options = (...Artifacts: [string, string][]) => ({ Artifacts: Artifacts.map(([ChannelName, S3Uri]) => ({ ChannelName, S3Uri })) });

  test('are those of the channel, and the other channels stay', async () => {
    const { PrimaryContainer } = await modelOf(PLAIN, none, options(['base_model', 's3://copy/m/']));
    expect(PrimaryContainer!.AdditionalModelDataSources).toEqual([
      { ChannelName: 'base_model', S3DataSource: files('s3://copy/m/') },
      { ChannelName: 'model-output', S3DataSource: files(`${SOURCES}/recommendations/`) },
    ]);
  });

  test('can be an archive', async () => {
    const { PrimaryContainer } = await modelOf(PLAIN, none, options(['base_model', 's3://copy/m.tar.gz']));
    expect(PrimaryContainer!.AdditionalModelDataSources![0].S3DataSource)
      .toEqual({ S3Uri: 's3://copy/m.tar.gz', S3DataType: 'S3Object', CompressionType: 'Gzip' });
  });

  test('of the model itself are called model_data', async () => {
    const optimized = best('OptimizationJob', OPTIMIZED_JOB);
    const { PrimaryContainer } = await modelOf(optimized, none, options(['model_data', 's3://copy/awq/']));
    expect(PrimaryContainer!.ModelDataSource).toEqual({ S3DataSource: files('s3://copy/awq/') });
    const copied = await modelOf({ ...PLAIN, image: undefined, modelName: 'mine' }, async () => (
      { PrimaryContainer: { Image: 'i', ModelDataUrl: 's3://b/m.tar.gz' } }), options(['model_data', 's3://copy/m.tar.gz']));
    expect(copied.PrimaryContainer!.ModelDataUrl).toBe('s3://copy/m.tar.gz');
  });

  test('of a channel that is not there are refused', async () => {
    await expect(modelOf(PLAIN, none, options(['draft_model', 's3://copy/d/'])))
      .rejects.toThrow('there is no channel draft_model to take from s3://copy/d/: the recommendation has base_model, model-output');
  });
});

test('a licence is accepted on all files', async () => {
  const { PrimaryContainer } = await modelOf({ ...PLAIN, modelData: 's3://m/d/' }, none, { AcceptEula: 'true' });
  const sources = [PrimaryContainer!.ModelDataSource!, ...PrimaryContainer!.AdditionalModelDataSources!].map(({ S3DataSource }) => S3DataSource);
  expect(sources).toHaveLength(3);
  expect(sources.every(source => source!.ModelAccessConfig!.AcceptEula === true)).toBe(true);
});

test('a model package takes its files from nowhere else', async () => {
  await expect(modelOf(PACKAGED, none, { Artifacts: [{ ChannelName: 'base_model', S3Uri: 's3://c/m/' }] }))
    .rejects.toThrow('its files cannot be taken from elsewhere for a recommendation that is deployed by its model package');
});

describe('an optimization job', () => {
  const writing = best('OptimizationJob', { ...OPTIMIZED_JOB, OutputConfig: { ...OPTIMIZED_JOB.OutputConfig, SageMakerModel: { ModelName: 'optimized' } } });

  test('is deployed with its image, the files that it wrote, and the environment that it was made for', async () => {
    expect(await modelOf(best('OptimizationJob', OPTIMIZED_JOB))).toEqual({
      PrimaryContainer: {
        Image: 'image:2',
        Environment: { OPTION_ROLLING_BATCH: 'vllm', OPTION_TENSOR_PARALLEL_DEGREE: '4' },
        ModelDataSource: { S3DataSource: files('s3://results/awq/') },
      },
    });
  });

  test('that wrote to a SageMaker model is deployed as a copy of that model', async () => {
    const model = { PrimaryContainer: { Image: 'image:3', Environment: { A: '1' } }, EnableNetworkIsolation: true, ModelName: 'optimized', ModelArn: 'arn' };
    expect(await modelOf(writing, async name => name === 'optimized' ? model : undefined)).toEqual({
      PrimaryContainer: { Image: 'image:3', Environment: { A: '1', OPTION_ROLLING_BATCH: 'vllm', OPTION_TENSOR_PARALLEL_DEGREE: '4' } },
      EnableNetworkIsolation: true,
    });
    await expect(modelOf(writing)).rejects.toThrow('model optimized does not exist, so there is nothing to deploy');
  });

  test('is not deployed with the files of another run', async () => {
    const model = { PrimaryContainer: { Image: 'i', ModelDataUrl: 's3://results/other/' } };
    await expect(modelOf(writing, async () => model)).rejects.toThrow('model optimized holds the files of another run');
  });

  test('is copied as CreateModel takes it, not as DescribeModel answers it', async () => {
    const source = { S3Uri: 's3://b/m.tar.gz', S3DataType: 'S3Object' as const, CompressionType: 'Gzip' as const };
    const answered = { Image: 'i', ModelDataUrl: source.S3Uri, ModelDataSource: { S3DataSource: { ...source, ETag: 'e', ManifestEtag: 'm' } } };
    expect((await modelOf({ ...writing, modelData: undefined, environment: {} }, async () => ({ PrimaryContainer: answered }))).PrimaryContainer)
      .toEqual({ Image: 'i', ModelDataSource: { S3DataSource: source }, Environment: {} });
  });
});

describe('an Inference Recommender job', () => {
  const of = (InputConfig: object) => best('InferenceRecommendationsJob', { ...RECOMMENDER_JOB, InputConfig });

  test('is deployed by its package, with the environment that was found best beside it', async () => {
    expect(await modelOf(of(RECOMMENDER_JOB.InputConfig))).toEqual({
      PrimaryContainer: {
        ModelPackageName: RECOMMENDER_JOB.InputConfig.ModelPackageVersionArn, InferenceSpecificationName: 'spec', Environment: { OMP_NUM_THREADS: '4' },
      },
    });
  });

  test('of a model is deployed as a copy of that model', async () => {
    const candidate = of({ ModelName: 'mine' });
    const mine = { PrimaryContainer: { Image: 'i', ModelDataUrl: 's3://b/m.tar.gz' } };
    expect(await modelOf(candidate, async () => mine)).toEqual({
      PrimaryContainer: { Image: 'i', ModelDataUrl: 's3://b/m.tar.gz', Environment: { OMP_NUM_THREADS: '4' } },
    });
    const pipeline = { Containers: [{ Image: 'a' }, { Image: 'b' }] };
    await expect(modelOf(candidate, async () => pipeline)).rejects.toThrow('model mine has 2 containers, and which of them the recommended environment is for');
    expect(await modelOf({ ...candidate, environment: {} }, async () => pipeline)).toEqual(pipeline);
  });
});
