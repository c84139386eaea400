import { App } from 'aws-cdk-lib';
import { BUCKET, Common, deploy, destroy, served } from './deploy';
import { LoadTestStack } from '../../examples/load-test/load-test-stack';
import type { InferenceRecommendation } from '../../sandbox/sagemaker/types';
import { MlInstanceType } from '../../src';
import { World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'LoadTest';
const PACKAGE = 'arn:aws:sagemaker:us-west-2:111122223333:model-package/resnet/1';
const loadTest = (instanceType?: MlInstanceType) => (app: App, common: Common) => new LoadTestStack(app, NAME, { ...common, modelPackage: 'resnet/1', instanceType });

/** What the service finds: a serverless endpoint is the best, and four threads are the best on the first instance type. */
function recommendations(jobName: string): InferenceRecommendation[] {
  const place = (number: number) => ({ EndpointName: `sm-epc-${number}`, VariantName: `sm-epc-variant-${number}` });
  const metrics = { MaxInvocations: 1200, ModelLatency: 180_000, CpuUtilization: NaN, MemoryUtilization: NaN };
  return [
    {
      RecommendationId: `${jobName}/aaaaaaaa`,
      Metrics: { ...metrics, CostPerInference: 0.000028, ModelSetupTime: 4920 },
      EndpointConfiguration: { ...place(1), ServerlessConfig: { MemorySizeInMB: 4096, MaxConcurrency: 20 } },
      ModelConfiguration: {},
    },
    {
      RecommendationId: `${jobName}/bbbbbbbb`,
      Metrics: { ...metrics, CostPerHour: 0.204 },
      EndpointConfiguration: { ...place(2), InstanceType: 'ml.c6i.xlarge', InitialInstanceCount: 2 },
      ModelConfiguration: { EnvironmentParameters: [{ Key: 'OMP_NUM_THREADS', ValueType: 'String', Value: '4' }] },
    },
    {
      RecommendationId: `${jobName}/cccccccc`,
      Metrics: { ...metrics, CostPerHour: 0.23 },
      EndpointConfiguration: { ...place(3), InstanceType: 'ml.m6i.xlarge', InitialInstanceCount: 1 },
      ModelConfiguration: {},
    },
  ];
}

/** With the model package that somebody registered and approved. */
async function start(): Promise<World> {
  const world = await World.start({ scenario: { inferenceRecommendations: ({ JobName }) => ({ recommendations: recommendations(JobName!) }) } });
  await world.byHand('CreateModelPackageGroup', { ModelPackageGroupName: 'resnet' });
  await world.byHand('CreateModelPackage', {
    ModelPackageGroupName: 'resnet',
    ModelApprovalStatus: 'Approved',
    Domain: 'COMPUTER_VISION',
    Task: 'IMAGE_CLASSIFICATION',
    SamplePayloadUrl: `s3://${BUCKET}/resnet/payload.tar.gz`,
    InferenceSpecification: {
      Containers: [{
        Image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/resnet:1',
        ModelDataUrl: `s3://${BUCKET}/resnet/model.tar.gz`,
        Framework: 'PYTORCH',
        FrameworkVersion: '2.1.0',
      }],
      SupportedContentTypes: ['image/jpeg'],
      SupportedResponseMIMETypes: ['application/json'],
    },
  });
  return world;
}

test('what was tested on the chosen instance type serves, with the variables that were the best there', async () => {
  const world = await start();
  const stack = await deploy(world, loadTest());
  expect(stack.status).toBe('CREATE_COMPLETE');
  const [job] = world.sandbox.sagemaker.jobs('InferenceRecommendationsJob');
  expect(job.request).toMatchObject({
    JobType: 'Advanced',
    InputConfig: {
      ModelPackageVersionArn: PACKAGE,
      TrafficPattern: { TrafficType: 'PHASES', Phases: [{ DurationInSeconds: 120 }, { DurationInSeconds: 240 }] },
      ResourceLimit: { MaxNumberOfTests: 5, MaxParallelOfTests: 2 },
    },
    StoppingConditions: { MaxInvocations: 1500, FlatInvocations: 'Stop' },
  });

  const { name, status, variant, container } = served(world);
  expect(status).toBe('InService');
  expect(variant).toMatchObject({ InstanceType: 'ml.c6i.xlarge', InitialInstanceCount: 2 });
  expect(container).toEqual({ ModelPackageName: PACKAGE, Environment: { OMP_NUM_THREADS: '4' } });
  expect(stack.outputs).toEqual({
    EndpointName: name,
    InstanceType: 'ml.c6i.xlarge',
    BestRecommendation: `${job.name}/aaaaaaaa`,
    BestCostPerInference: '0.000028',
    BestMaxInvocations: '1200',
  });

  // There is no way to delete the job, and it costs nothing.
  expect(await destroy(world, NAME)).toEqual([`inference-recommendations-job/${job.name}`]);
});

test('another choice runs no load test, not even after the stack was deleted', async () => {
  const world = await start();
  const before = await deploy(world, loadTest());

  const after = await deploy(world, loadTest(MlInstanceType.fromName('ml.m6i.xlarge')));
  expect(after.status).toBe('UPDATE_COMPLETE');
  expect(after.outputs).toMatchObject({ EndpointName: before.outputs.EndpointName, InstanceType: 'ml.m6i.xlarge' });
  expect(served(world)).toMatchObject({ status: 'InService', variant: { InstanceType: 'ml.m6i.xlarge', InitialInstanceCount: 1 } });

  await destroy(world, NAME);
  expect((await deploy(world, loadTest())).status).toBe('CREATE_COMPLETE');
  expect(world.count('CreateInferenceRecommendationsJob')).toBe(1);
  await destroy(world, NAME);
});

test('an instance type that was not tested is an error that names those that were', async () => {
  const world = await start();
  const stack = await deploy(world, loadTest(MlInstanceType.fromName('ml.c7i.xlarge')));
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  const [reason] = world.failures(stack);
  expect(reason).toContain('ml.c7i.xlarge is selected');
  expect(reason).toMatch(/ml\.c6i\.xlarge.*ml\.m6i\.xlarge/);
  await destroy(world, NAME);
});
