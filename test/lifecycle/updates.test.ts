import { Duration } from 'aws-cdk-lib';
import { app } from './app';
import { HOUR, World } from './harness';

afterEach(() => World.stopAll());

/** The app deployed with options, then deployed again with others. */
async function update(before: Parameters<typeof app>[0], after: Parameters<typeof app>[0]) {
  const world = await World.start();
  const first = await world.deploy(app(before));
  expect(first.status).toBe('CREATE_COMPLETE');
  const [job] = world.jobs();
  const stack = await world.deploy(app(after));
  return { world, stack, job };
}

describe('nothing runs', () => {
  test.each([
    ['a tag', { tag: 'one' }, { tag: 'two' }],
    ['no tag any more', { tag: 'one' }, {}],
    ['a longer waitTimeout', {}, { job: { waitTimeout: Duration.hours(10) } }],
    ['a shorter waitTimeout', {}, { job: { waitTimeout: Duration.minutes(40) } }],
    ['another role', { role: 'first-role' }, { role: 'second-role' }],
    ['another version of the handlers', { handlerVersion: '1' }, { handlerVersion: '2' }],
    ['another start of the name', { job: { jobName: 'one' } }, { job: { jobName: 'two' } }],
  ])('after an update with %s', async (_, before, after) => {
    const { world, stack, job } = await update(before, after);
    expect(world.failures(stack)).toEqual([]);
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    expect(world.jobs()).toEqual([job]);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('a tag edit reaches the job, and leaves the tags of others alone', async () => {
    const world = await World.start();
    await world.deploy(app({ tag: 'one' }));
    const [{ arn }] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
    await world.byHand('AddTags', { ResourceArn: arn, Tags: [{ Key: 'cost-centre', Value: '7' }] });
    await world.deploy(app({ tag: 'two' }));
    expect(world.tags(arn)).toMatchObject({ 'team': 'two', 'cost-centre': '7', 'cdk-sagemaker-inference:owner': 'Chat/Recommendation93C2AD71' });
    await world.deploy(app());
    expect(world.tags(arn)).not.toHaveProperty('team');
    expect(world.tags(arn)).toHaveProperty('cost-centre');
  });
});

describe('exactly one job runs', () => {
  test.each([
    ['a changed workload', { concurrency: 10 }, { concurrency: 20 }],
    ['a changed input of the job', {}, { job: { optimizeModel: undefined, objective: 'ttft-ms' as never } }],
    ['another rerunToken', {}, { job: { rerunToken: '2' } }],
  ])('after an update with %s, and the old one goes in the clean-up', async (_, before, after) => {
    const { world, stack, job } = await update(before, after);
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(world.jobs()).toEqual([{ name: expect.not.stringMatching(job.name), status: 'Completed' }]);
    const deletion = world.sandbox.journal.calls.find(({ operation }) => operation === 'DeleteAIRecommendationJob')!;
    const cleanUp = stack.events.find(({ status, logicalId }) => status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' && logicalId === 'Chat')!;
    expect(deletion.time).toBeGreaterThanOrEqual(cleanUp.time);
  });

  test('the endpoint is updated in place, and what the old one needed goes afterwards', async () => {
    const { world, stack } = await update({}, { concurrency: 20 });
    const operations = world.sandbox.journal.calls.map(({ operation }) => operation);
    expect(world.sandbox.sagemaker.endpoints).toHaveLength(1);
    expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(1);
    expect(world.sandbox.sagemaker.models).toHaveLength(1);
    expect(world.sandbox.sagemaker.workloadConfigs).toHaveLength(1);
    expect(operations.lastIndexOf('CreateEndpointConfig')).toBeLessThan(operations.indexOf('DeleteEndpointConfig'));
    const endpoint = stack.events.filter(({ type }) => type === 'AWS::SageMaker::Endpoint').map(({ status }) => status);
    expect(endpoint.slice(-2)).toEqual(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE']);
  });
});

describe.each(['new', 'old'] as const)('with rollbacks that carry the %s physical id', rollbackPhysicalId => {
  test('an update whose job fails starts nothing more, leaves the endpoint as it was, and no job behind', async () => {
    const world = await World.start({
      behaviour: { rollbackPhysicalId },
      scenario: { recommendation: (_, nth) => (nth === 1 ? {} : { duration: HOUR, status: 'Failed', failureReason: 'no capacity for ml.p5.48xlarge' }) },
    });
    await world.deploy(app());
    const before = snapshot(world);
    const stack = await world.deploy(app({ concurrency: 20 }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(snapshot(world)).toEqual(before);
    expect(world.sandbox.sagemaker.endpoints[0].status).toBe('InService');

    // And the stack is in a state from which the next deployment works.
    const next = await world.deploy(app({ tag: 'x' }));
    expect(next.status).toBe('UPDATE_COMPLETE');
    expect(world.jobs()).toHaveLength(1);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('an update whose endpoint fails keeps the finished job, and the next attempt adopts it', async () => {
    const world = await World.start({
      behaviour: { rollbackPhysicalId },
      scenario: { endpoint: (_, nth) => (nth === 2 ? { rollsBack: true } : {}) },
    });
    await world.deploy(app());
    const failed = await world.deploy(app({ concurrency: 20 }));
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.jobs().map(({ status }) => status)).toEqual(['Completed', 'Completed']);
    expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(1);

    const next = await world.deploy(app({ concurrency: 20 }));
    expect(next.status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(world.jobs()).toHaveLength(1);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('a job whose prefix was changed before is found again by a rollback', async () => {
    const world = await World.start({
      behaviour: { rollbackPhysicalId },
      scenario: { recommendation: (_, nth) => (nth === 1 ? {} : { status: 'Failed' }) },
    });
    await world.deploy(app({ job: { jobName: 'one' } }));
    const before = snapshot(world);
    await world.deploy(app({ job: { jobName: 'two' } }));
    const stack = await world.deploy(app({ job: { jobName: 'two' }, concurrency: 20 }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(snapshot(world)).toEqual(before);
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(world.leftovers()).toEqual([]);
  });
});

test('SageMaker rolling an endpoint back by itself is noticed, and rolls the stack back', async () => {
  const world = await World.start({ scenario: { endpoint: (_, nth) => (nth === 2 ? { rollsBack: true } : {}) } });
  await world.deploy(app());
  const before = snapshot(world);
  const stack = await world.deploy(app({ concurrency: 20 }));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.failures(stack).join()).toMatch(/serves configuration .* instead of|rolled back/i);
  expect(snapshot(world).endpoints).toEqual(before.endpoints);
});

/** What exists, and what serves. */
function snapshot(world: World) {
  const { sagemaker } = world.sandbox;
  return {
    jobs: world.jobs(),
    workloadConfigs: sagemaker.workloadConfigs.map(({ name }) => name),
    configs: sagemaker.endpointConfigs.map(({ name }) => name),
    models: sagemaker.models.map(({ name }) => name),
    endpoints: sagemaker.endpoints.map(({ name, configName }) => ({ name, configName })),
  };
}
