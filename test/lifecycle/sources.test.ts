import { Size, Stack, Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { failing } from './app';
import { MINUTE, World } from './harness';
import { INFERENCE_RECOMMENDATIONS_JOB, setUp } from './kinds';
import {
  DeployRecommendation, DeployRecommendationProps, EndpointInputConfiguration, GpuInstanceType, InferenceModel, InferenceRecommendationsJob,
  InferenceRecommendationsJobType, JobOutput, MlInstanceType, ModelDomain, ModelFramework, ModelLatencyThreshold, ModelOptimization, ModelSource,
  ModelTask, OptimizationJob, OptimizationJobProps, OptimizationModel, RecommendationSelector, SamplePayload, TrafficPattern,
} from '../../src';

afterEach(() => World.stopAll());

const bucket = (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Bucket', 'my-models');

/** The deployed model and the variant of the one endpoint. */
function deployed(world: World) {
  const { sagemaker } = world.sandbox;
  const [endpoint] = sagemaker.endpoints.filter(({ name }) => name !== 'my-endpoint');
  const config = sagemaker.endpointConfigs.find(({ name }) => name === endpoint.configName)!;
  const [variant] = config.request.ProductionVariants!;
  return { endpoint, variant, model: sagemaker.models.find(({ name }) => name === variant.ModelName)! };
}

describe('an optimization job', () => {
  const app = (props: Partial<OptimizationJobProps> = {}, also?: (stack: Stack) => void) => (stack: Stack) => {
    const recommendation = new OptimizationJob(stack, 'Optimization', {
      model: OptimizationModel.fromS3(ModelSource.fromS3Uri('s3://my-models/llama/'), { acceptEula: true }),
      instanceType: GpuInstanceType.G6_12XLARGE,
      optimizations: [ModelOptimization.sharding({ tensorParallelDegree: 4 })],
      output: JobOutput.toBucket(bucket(stack), 'optimized/'),
      waitTimeout: Duration.minutes(100),
      ...props,
    });
    new DeployRecommendation(stack, 'Endpoint', { recommendation });
    also?.(stack);
  };
  const start = () => World.start({ scenario: { optimization: () => ({ duration: 4 * MINUTE }) } });

  test('becomes an endpoint on its instance type, with its image, its files and what it was made with', async () => {
    const world = await start();
    const stack = await world.deploy(app());
    expect(world.failures(stack)).toEqual([]);
    const [{ name }] = world.jobs('OptimizationJob');
    const { endpoint, variant, model } = deployed(world);
    expect(endpoint.status).toBe('InService');
    expect(variant).toMatchObject({ InstanceType: 'ml.g6.12xlarge', InitialInstanceCount: 1 });
    expect(model.request.PrimaryContainer).toMatchObject({
      Image: expect.stringContaining('djl-inference'),
      Environment: { OPTION_TENSOR_PARALLEL_DEGREE: '4' },
      ModelDataSource: { S3DataSource: { S3Uri: `s3://my-models/optimized/${name}/`, S3DataType: 'S3Prefix', CompressionType: 'None' } },
    });
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('that writes to a SageMaker model is deployed as a copy of it', async () => {
    const world = await start();
    const stack = await world.deploy(app({ outputModelName: 'optimized-llama' }));
    expect(world.failures(stack)).toEqual([]);
    const { model } = deployed(world);
    expect(model.name).not.toBe('optimized-llama');
    expect(model.request.PrimaryContainer).toMatchObject({ Image: expect.stringContaining('djl-inference') });
    await world.destroy();
    expect(world.sandbox.sagemaker.models.map(({ name }) => name)).toEqual(['optimized-llama']);
  });

  test('is not deployed with what a later run, of an update that failed, has written to the same model', async () => {
    const world = await start();
    const outputModelName = 'optimized-llama';
    await world.deploy(app({ outputModelName }));
    const before = deployed(world).endpoint.configName;
    await world.deploy(app({ outputModelName, rerunToken: '2' }, scope => failing(scope, scope.node.findChild('Endpoint'))));
    const stack = await world.deploy(app({ outputModelName }, scope => new DeployRecommendation(scope, 'Second', {
      recommendation: scope.node.findChild('Optimization') as OptimizationJob,
    })));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toContain('model optimized-llama holds the files of another run');
    expect(deployed(world).endpoint.configName).toBe(before);
  });

  test('that changes and whose update fails elsewhere leaves the endpoint as it was', async () => {
    const world = await start();
    await world.deploy(app());
    const before = deployed(world).endpoint.configName;
    const stack = await world.deploy(app({ environment: { OPTION_MAX_ROLLING_BATCH_SIZE: '64' } }, scope => failing(scope, scope.node.findChild('Endpoint'))));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(deployed(world).endpoint).toMatchObject({ configName: before, status: 'InService' });
    expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(1);
  });
});

describe('an Inference Recommender job', () => {
  const app = (deployment: Partial<DeployRecommendationProps> = {}) => (stack: Stack) => {
    const recommendation = new InferenceRecommendationsJob(stack, 'LoadTest', {
      jobType: InferenceRecommendationsJobType.ADVANCED,
      model: InferenceModel.fromModelName('my-model', {
        domain: ModelDomain.MACHINE_LEARNING,
        task: ModelTask.CLASSIFICATION,
        framework: ModelFramework.XGBOOST,
        samplePayload: SamplePayload.fromBucket(bucket(stack), 'payload.tar.gz'),
        supportedContentTypes: ['text/csv'],
        artifacts: [ModelSource.fromS3Uri('s3://my-models/m.tar.gz')],
      }),
      trafficPattern: TrafficPattern.phases([{ initialNumberOfUsers: 1, spawnRate: 1, duration: Duration.minutes(2) }]),
      stoppingConditions: { maxInvocations: 300, modelLatencyThreshold: ModelLatencyThreshold.p95(Duration.millis(100)) },
      endpointConfigurations: [
        EndpointInputConfiguration.realTime(MlInstanceType.fromName('ml.c5.xlarge'), { environmentParameterRanges: { OMP_NUM_THREADS: ['2', '4'] } }),
        EndpointInputConfiguration.serverless({ memorySize: Size.gibibytes(2), maxConcurrency: 5 }),
      ],
      waitTimeout: Duration.minutes(100),
    });
    new DeployRecommendation(stack, 'Endpoint', { recommendation, ...deployment });
  };
  const start = async (outcome: { duration?: number; fails?: string } = {}) => {
    const world = await World.start({ scenario: INFERENCE_RECOMMENDATIONS_JOB.scenario(() => ({ duration: 4 * MINUTE, ...outcome })) });
    await setUp(world);
    return world;
  };

  test('becomes an endpoint with the environment that was found best', async () => {
    const world = await start();
    const stack = await world.deploy(app());
    expect(world.failures(stack)).toEqual([]);
    const { variant, model } = deployed(world);
    expect(variant).toMatchObject({ InstanceType: 'ml.c5.xlarge' });
    expect(model.request.PrimaryContainer).toMatchObject({ ModelDataUrl: 's3://my-models/m.tar.gz', Environment: { OMP_NUM_THREADS: '2' } });
  });

  test('becomes a serverless endpoint where that is selected', async () => {
    const world = await start();
    const stack = await world.deploy(app({ selector: RecommendationSelector.byRank(2) }));
    expect(world.failures(stack)).toEqual([]);
    const { endpoint, variant } = deployed(world);
    expect(endpoint.status).toBe('InService');
    expect(variant).toMatchObject({ ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } });
    expect(variant).not.toHaveProperty('InstanceType');
  });

  test.each([[2, 1, 'serverless', 'on instances'], [1, 2, 'on instances', 'serverless']])(
    'does not turn recommendation %i into %i under an endpoint, which no rollback could undo', async (first, second, is, wanted) => {
      const world = await start();
      await world.deploy(app({ selector: RecommendationSelector.byRank(first) }));
      const before = deployed(world).endpoint;
      const stack = await world.deploy(app({ selector: RecommendationSelector.byRank(second) }));
      expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(world.failures(stack).join()).toContain(`the endpoint is ${is}, and is to be ${wanted} now`);
      expect(deployed(world).endpoint).toMatchObject({ configName: before.configName, status: 'InService' });
      expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(2);
    });

  test('without what is selected lists what there is', async () => {
    const world = await start();
    const stack = await world.deploy(app({ selector: RecommendationSelector.byRank(7) }));
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toContain('1. ml.c5.xlarge: its Index is 1, and 7 is selected; 2. serverless: its Index is 2, and 7 is selected');
    expect(world.sandbox.sagemaker.running().filter(arn => !arn.endsWith('/my-endpoint'))).toEqual([]);
  });

  test('that fails says why each configuration did', async () => {
    const world = await start({ fails: 'All benchmarks failed' });
    const stack = await world.deploy(app());
    const reason = world.failures(stack).find(text => text.includes('All benchmarks failed'))!;
    expect(reason).toMatch(/Failed steps: ml\.c5\.xlarge: .+; serverless: /);
  });
});
