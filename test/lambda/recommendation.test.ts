import { Failure } from '../../lambda/event';
import { KINDS } from '../../lambda/kinds';
import { choose, modelOf } from '../../lambda/recommendation';

const PACKAGE = 'arn:aws:sagemaker:us-west-2:111122223333:model-package/rec/1';
const FULL = {
  ModelDetails: {
    ModelPackageArn: PACKAGE,
    InferenceSpecificationName: 'high-otps-on-g6-24xlarge',
    InstanceDetails: [{ InstanceType: 'ml.g6.24xlarge', InstanceCount: 1, CopyCountPerInstance: 2 }],
  },
  DeploymentConfiguration: {
    ImageUri: 'image:1',
    InstanceType: 'ml.g6.24xlarge',
    InstanceCount: 1,
    CopyCountPerInstance: 2,
    EnvironmentVariables: { SM_VLLM_TENSOR_PARALLEL_SIZE: '2' },
    S3: [{ ChannelName: 'base_model', Uri: 's3://models/m' }],
  },
};

const candidatesOf = (kind: string, described: Record<string, unknown>) => KINDS.get(kind)!.job!.candidates!(described);
const recommended = (...Recommendations: unknown[]) => candidatesOf('AIRecommendationJob', { Recommendations });
const best = (...recommendations: unknown[]) => choose(recommended(...recommendations), 'job j');
const none = async () => undefined;

test('the first candidate is taken, by its package', async () => {
  const candidate = best(FULL, { ...FULL, ModelDetails: { ...FULL.ModelDetails, InferenceSpecificationName: 'second' } });
  expect(candidate).toMatchObject({ rank: 1, instanceType: 'ml.g6.24xlarge', instanceCount: 1, copyCountPerInstance: 2 });
  expect((await modelOf(candidate, none)).PrimaryContainer).toEqual({ ModelPackageName: PACKAGE, InferenceSpecificationName: 'high-otps-on-g6-24xlarge' });
});

test('without a package, image, environment and channels are written out, each channel as a folder', async () => {
  const candidate = best({ DeploymentConfiguration: FULL.DeploymentConfiguration });
  expect((await modelOf(candidate, none)).PrimaryContainer).toEqual({
    Image: 'image:1',
    Environment: { SM_VLLM_TENSOR_PARALLEL_SIZE: '2' },
    AdditionalModelDataSources: [
      { ChannelName: 'base_model', S3DataSource: { S3Uri: 's3://models/m/', S3DataType: 'S3Prefix', CompressionType: 'None' } },
    ],
  });
});

test('instance type and counts come from either member, and counts are 1 when neither says them', () => {
  expect(best({ ModelDetails: FULL.ModelDetails })).toMatchObject({ instanceType: 'ml.g6.24xlarge', copyCountPerInstance: 2 });
  expect(best({ ModelDetails: { ModelPackageArn: PACKAGE }, DeploymentConfiguration: { InstanceType: 'ml.g5.xlarge' } }))
    .toMatchObject({ instanceType: 'ml.g5.xlarge', instanceCount: 1, copyCountPerInstance: 1, channels: [], environment: {} });
});

test('a candidate that cannot be deployed is passed over', () => {
  expect(best({ ModelDetails: { ModelPackageArn: PACKAGE } }, FULL).rank).toBe(2);
});

test('when none can be deployed, each is listed with the reason', () => {
  const channels = Array.from({ length: 6 }, (_, i) => ({ ChannelName: `c${i}`, Uri: 's3://b/p/' }));
  expect(() => best(
    {},
    { DeploymentConfiguration: { InstanceType: 'ml.g5.xlarge' } },
    { DeploymentConfiguration: { InstanceType: 'ml.g6.xlarge', ImageUri: 'i', S3: channels } },
  )).toThrow(new Failure('none of the 3 recommendations of job j can be deployed: 1. unnamed: it names no instance type (set instanceType on the deployment); '
    + '2. ml.g5.xlarge: it has neither a model package nor an image; '
    + '3. ml.g6.xlarge: it has no model package, and its 6 channels are more than the 5 that a model takes'));
});

test.each([[{}], [{ Recommendations: [] }], [{ Recommendations: null }]])('no recommendation at all is said in a sentence: %j', described => {
  expect(candidatesOf('AIRecommendationJob', described)).toEqual([]);
  expect(() => choose(candidatesOf('AIRecommendationJob', described), 'job j')).toThrow('job j completed without any recommendation');
});

test('an instance type of the deployment stands in for one that is missing', () => {
  expect(choose(recommended({ ModelDetails: { ModelPackageArn: PACKAGE } }), 'job j', { instanceType: 'ml.g6.xlarge' }).rank).toBe(1);
});

describe('a selection', () => {
  const named = (InferenceSpecificationName: string, InstanceType: string) => ({
    ModelDetails: { ModelPackageArn: PACKAGE, InferenceSpecificationName, InstanceDetails: [{ InstanceType }] },
  });
  const candidates = recommended(named('a', 'ml.g5.xlarge'), named('b', 'ml.g6.xlarge'), named('c', 'ml.g6.xlarge'));

  test.each([
    [{ Index: '2' }, 2], [{ InferenceSpecificationName: 'c' }, 3], [{ InstanceType: 'ml.g6.xlarge' }, 2], [{}, 1],
  ])('%j takes candidate %i', (selection, rank) => {
    expect(choose(candidates, 'job j', { selection }).rank).toBe(rank);
  });

  test('that nothing meets lists what there is', () => {
    expect(() => choose(candidates, 'job j', { selection: { InferenceSpecificationName: 'd' } })).toThrow(new Failure(
      'none of the 3 recommendations of job j can be deployed: 1. a: its InferenceSpecificationName is a, and d is selected; '
      + '2. b: its InferenceSpecificationName is b, and d is selected; 3. c: its InferenceSpecificationName is c, and d is selected'));
    expect(() => choose(candidates, 'job j', { selection: { RecommendationId: 'x' } })).toThrow('its RecommendationId is missing, and x is selected');
  });
});

describe('an optimization job', () => {
  const DESCRIBED = {
    DeploymentInstanceType: 'ml.g6.12xlarge',
    OutputConfig: { S3OutputLocation: 's3://results/job/' },
    OptimizationOutput: { RecommendedInferenceImage: 'image:2' },
    OptimizationEnvironment: { OPTION_ROLLING_BATCH: 'lmi-dist' },
    OptimizationConfigs: [{ ModelShardingConfig: { OverrideEnvironment: { OPTION_TENSOR_PARALLEL_DEGREE: '4' } } }, { ModelQuantizationConfig: {} }],
  };

  test('is deployed with its image, the files that it wrote, and the environment that it was made for', async () => {
    const candidate = choose(candidatesOf('OptimizationJob', DESCRIBED), 'job j');
    expect(candidate).toMatchObject({ instanceType: 'ml.g6.12xlarge', instanceCount: 1, copyCountPerInstance: 1 });
    expect(await modelOf(candidate, none)).toEqual({
      PrimaryContainer: {
        Image: 'image:2',
        Environment: { OPTION_ROLLING_BATCH: 'lmi-dist', OPTION_TENSOR_PARALLEL_DEGREE: '4' },
        ModelDataSource: { S3DataSource: { S3Uri: 's3://results/job/', S3DataType: 'S3Prefix', CompressionType: 'None' } },
      },
    });
  });

  test('that wrote to a SageMaker model is deployed as a copy of that model', async () => {
    const candidate = choose(candidatesOf('OptimizationJob', {
      ...DESCRIBED, OutputConfig: { ...DESCRIBED.OutputConfig, SageMakerModel: { ModelName: 'optimized' } },
    }), 'job j');
    const model = { PrimaryContainer: { Image: 'image:3', Environment: { A: '1' } }, EnableNetworkIsolation: true, ModelName: 'optimized', ModelArn: 'arn' };
    expect(await modelOf(candidate, async name => name === 'optimized' ? model : undefined)).toEqual({
      PrimaryContainer: { Image: 'image:3', Environment: { A: '1', OPTION_ROLLING_BATCH: 'lmi-dist', OPTION_TENSOR_PARALLEL_DEGREE: '4' } },
      EnableNetworkIsolation: true,
    });
    await expect(modelOf(candidate, none)).rejects.toThrow('model optimized does not exist, so there is nothing to deploy');
  });

  test('is copied as CreateModel takes it, not as DescribeModel answers it', async () => {
    const candidate = { rank: 1, modelName: 'mine', instanceCount: 1, copyCountPerInstance: 1, channels: [], environment: {} };
    const source = { S3Uri: 's3://b/m.tar.gz', S3DataType: 'S3Object' as const, CompressionType: 'Gzip' as const };
    const answered = { Image: 'i', ModelDataUrl: source.S3Uri, ModelDataSource: { S3DataSource: { ...source, ETag: 'e', ManifestEtag: 'm' } } };
    expect((await modelOf(candidate, async () => ({ PrimaryContainer: answered }))).PrimaryContainer)
      .toEqual({ Image: 'i', ModelDataSource: { S3DataSource: source }, Environment: {} });
  });

  test('without an image has nothing to deploy', () => {
    expect(() => choose(candidatesOf('OptimizationJob', { ...DESCRIBED, OptimizationOutput: undefined }), 'job j'))
      .toThrow('it has neither a model package nor an image');
  });
});

describe('an Inference Recommender job', () => {
  const recommendation = (endpoint: Record<string, unknown>, model: Record<string, unknown> = {}) => ({
    RecommendationId: 'r/1',
    Metrics: { CostPerHour: 1 },
    ModelConfiguration: model,
    EndpointConfiguration: { EndpointName: 'e', VariantName: 'v', ...endpoint },
  });
  const REAL_TIME = recommendation({ InstanceType: 'ml.c5.xlarge', InitialInstanceCount: 2 }, {
    InferenceSpecificationName: 'spec', EnvironmentParameters: [{ Key: 'OMP_NUM_THREADS', ValueType: 'string', Value: '4' }],
  });
  const of = (InputConfig: Record<string, unknown>, ...InferenceRecommendations: unknown[]) =>
    candidatesOf('InferenceRecommendationsJob', { InputConfig, InferenceRecommendations });

  test('is deployed by its package, with the environment that was found best beside it', async () => {
    const candidate = choose(of({ ModelPackageVersionArn: PACKAGE }, REAL_TIME), 'job j');
    expect(candidate).toMatchObject({ instanceType: 'ml.c5.xlarge', instanceCount: 2, recommendationId: 'r/1' });
    expect(await modelOf(candidate, none)).toEqual({
      PrimaryContainer: { ModelPackageName: PACKAGE, InferenceSpecificationName: 'spec', Environment: { OMP_NUM_THREADS: '4' } },
    });
  });

  test('of a model is deployed as a copy of that model', async () => {
    const candidate = choose(of({ ModelName: 'mine' }, REAL_TIME), 'job j');
    const mine = { PrimaryContainer: { Image: 'i', ModelDataUrl: 's3://b/m.tar.gz' } };
    expect(await modelOf(candidate, async () => mine)).toEqual({
      PrimaryContainer: { Image: 'i', ModelDataUrl: 's3://b/m.tar.gz', Environment: { OMP_NUM_THREADS: '4' } },
    });
    const pipeline = { Containers: [{ Image: 'a' }, { Image: 'b' }] };
    await expect(modelOf(candidate, async () => pipeline)).rejects.toThrow('model mine has 2 containers, and which of them the recommended environment is for');
    expect(await modelOf({ ...candidate, environment: {} }, async () => pipeline)).toEqual(pipeline);
  });

  test('needs no instance type where it recommends serverless', () => {
    const ServerlessConfig = { MemorySizeInMB: 2048, MaxConcurrency: 5 };
    expect(choose(of({ ModelPackageVersionArn: PACKAGE }, recommendation({ ServerlessConfig })), 'job j').serverless).toEqual(ServerlessConfig);
  });

  test('whose model was compiled, and no specification says so, is passed over', () => {
    const compiled = recommendation({ InstanceType: 'ml.c5.xlarge' }, { CompilationJobName: 'compile-1' });
    expect(choose(of({ ModelName: 'mine' }, compiled, REAL_TIME), 'job j').rank).toBe(2);
    expect(() => choose(of({ ModelName: 'mine' }, compiled), 'job j')).toThrow('compile-1');
  });
});
