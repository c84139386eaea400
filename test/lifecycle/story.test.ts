import { Duration } from 'aws-cdk-lib';
import { app } from './app';
import { HOUR, MINUTE, World } from './harness';

afterEach(() => World.stopAll());

const TEN_HOURS = { recommendation: () => ({ duration: 10 * HOUR }) };

describe('a model in S3 becomes an endpoint', () => {
  test('after a job of ten hours, across the one-hour limit of custom resources', async () => {
    const world = await World.start({ scenario: TEN_HOURS });
    const stack = await world.deploy(app({ job: { waitTimeout: Duration.hours(16) } }));
    expect(world.failures(stack)).toEqual([]);
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(world.jobs()).toEqual([{ name: expect.stringMatching(/^Chat-Recommendation93C2AD71-[0-9a-f]{16}$/), status: 'Completed' }]);

    const waits = durations(world, 'Custom::SageMakerJobWait');
    expect(waits).toHaveLength(20);
    expect(Math.max(...waits)).toBeLessThan(55 * MINUTE);
    expect(waits.filter(duration => duration > MINUTE)).toHaveLength(13);
    // The laps that were not needed cost the round trip that the sandbox charges, and nothing beside.
    expect(waits.slice(13)).toEqual(Array(7).fill(10_000));

    const polls = world.count('DescribeAIRecommendationJob');
    expect(polls / 10).toBeLessThanOrEqual(130);
    expect(world.count('DescribeStacks')).toBeLessThan(200);
  });

  test('on the recommended instance, with two copies, as AWS documents it', async () => {
    const world = await World.start();
    const stack = await world.deploy(app());
    const [config] = world.sandbox.sagemaker.endpointConfigs;
    const [model] = world.sandbox.sagemaker.models;
    const [endpoint] = world.sandbox.sagemaker.endpoints;
    expect(config.request.ProductionVariants).toEqual([expect.objectContaining({
      VariantName: 'AllTraffic',
      InstanceType: 'ml.g6.24xlarge',
      InitialInstanceCount: 1,
      InferenceAmiVersion: 'al2-ami-sagemaker-inference-gpu-2',
      RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
      ModelDataDownloadTimeoutInSeconds: 3600,
      ContainerStartupHealthCheckTimeoutInSeconds: 1200,
    })]);
    expect(model.request.PrimaryContainer).toEqual({
      ModelPackageName: expect.stringMatching(/:model-package\/.*\/1$/), InferenceSpecificationName: 'high-otps-on-g6-24xlarge',
    });
    expect(endpoint.status).toBe('InService');
    expect(attributesOf(stack, 'Custom::SageMakerRecommendationDeployment')).toMatchObject({
      InstanceType: 'ml.g6.24xlarge', InstanceCount: '1', CopyCountPerInstance: '2', InferenceSpecificationName: 'high-otps-on-g6-24xlarge',
    });
    expect(attributesOf(stack, 'Custom::SageMakerJobWait', 'Result')).toMatchObject({
      Status: 'Completed', InstanceType: 'ml.g6.24xlarge', CopyCountPerInstance: '2', ImageUri: expect.stringContaining('vllm'),
    });
  });

  test('and is gone without a trace when the stack is destroyed', async () => {
    const world = await World.start();
    await world.deploy(app());
    const stack = await world.destroy();
    expect(stack.status).toBe('DELETE_COMPLETE');
    expect(world.leftovers()).toEqual([]);
  });

  test('each run writes to a folder of its own', async () => {
    const world = await World.start();
    await world.deploy(app({ endpoint: false }));
    const [job] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
    expect(job.request.OutputConfig).toEqual({ S3OutputLocation: `s3://my-models/recommendations/${job.name}/` });
  });

  test('with the tags of the construct and of the stack, and the two of the library', async () => {
    const world = await World.start();
    await world.deploy(app({ tag: 'platform' }), { tags: {} });
    const [job] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
    expect(world.tags(job.arn)).toEqual({
      'team': 'platform',
      'cdk-sagemaker-inference:owner': 'Chat/Recommendation93C2AD71',
      'cdk-sagemaker-inference:request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });
});

test('a wait that runs out of time stops the job, and says what to do', async () => {
  const world = await World.start({ scenario: TEN_HOURS });
  const stack = await world.deploy(app({ job: { waitTimeout: Duration.minutes(90) } }));
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.failures(stack).join()).toMatch(/was still InProgress when waitTimeout ran out, so it was stopped.*Raise waitTimeout/);
  expect(world.leftovers()).toEqual([]);
});

/** How long each resource of a type took, in order. */
function durations(world: World, type: string): number[] {
  const events = world.sandbox.journal.events.filter(event => event.type === type);
  return events.filter(event => event.status === 'CREATE_COMPLETE')
    .map(event => event.time - events.find(({ logicalId, status }) => logicalId === event.logicalId && status === 'CREATE_IN_PROGRESS')!.time);
}

function attributesOf(stack: Awaited<ReturnType<World['deploy']>>, type: string, id = ''): Record<string, unknown> {
  return [...stack.resources.values()].find(resource => resource.type === type && resource.logicalId.includes(id))!.copy!.attributes;
}
