import { Duration, Stack } from 'aws-cdk-lib';
import { app, failing, requestOf } from './app';
import { DeployOptions, HOUR, MINUTE, World } from './harness';
import { AI_BENCHMARK_JOB, OPTIMIZATION_JOB, setUp } from './kinds';
import type { EndpointOutcome } from '../../sandbox/sagemaker/scenario';
import { AiRecommendationJob, AiWorkloadConfig, GpuInstanceType, WorkloadSpec } from '../../src';

afterEach(() => World.stopAll());

const IS_COMPLETE = /IsComplete/;

function denyWaitersOfDeletes(world: World): void {
  world.sandbox.faults.onCall({ operation: 'StartExecution', effect: 'access-denied', times: 100, when: ({ input }) => /"RequestType":"Delete"/.test(input) });
}

test('a Create whose answer is lost makes one job, which is found at the next poll', async () => {
  const world = await World.start();
  // The second try meets the name that is taken.
  world.sandbox.faults.onCall({ operation: 'CreateAIRecommendationJob', effect: 'lost-response' });
  const stack = await world.deploy(app());
  expect(world.failures(stack)).toEqual([]);
  expect(world.jobs()).toHaveLength(1);
  await world.destroy();
  expect(world.leftovers()).toEqual([]);
});

test('a Create whose handler is killed right after the job was made fails the deployment, and the job is deleted', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 9 * HOUR }) } });
  world.sandbox.faults.onInvoke({
    functionName: IS_COMPLETE, when: requestOf('AIRecommendationJob', 'Create'), effect: 'timeout-after-call', operation: 'CreateAIRecommendationJob',
  });
  const stack = await world.deploy(app());
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(world.leftovers()).toEqual([]);
});

test('the waiter fails to start after onEvent answered: nothing was made, so nothing is left', async () => {
  const world = await World.start();
  world.sandbox.faults.onCall({ operation: 'StartExecution', effect: 'access-denied', after: 1 });
  const stack = await world.deploy(app());
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.count('CreateAIRecommendationJob')).toBe(0);
  expect(world.sandbox.sagemaker.running()).toEqual([]);
});

test.each([0, 8])('the waiter fails to start for the Deletes of a clean-up: what the update replaced is gone all the same, throttled %s times', async times => {
  const world = await World.start();
  await world.deploy(app());
  const before = world.jobs().map(({ name }) => name);
  denyWaitersOfDeletes(world);
  for (const operation of ['DeleteAIRecommendationJob', 'DeleteEndpointConfig', 'DeleteModel']) {
    world.sandbox.faults.onCall({ operation, effect: 'throttle', times });
  }
  const stack = await world.deploy(app({ concurrency: 20 }));
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(world.count('DeleteAIRecommendationJob')).toBe(1);
  expect(world.jobs().map(({ name }) => name)).not.toEqual(before);
  expect([world.jobs(), world.sandbox.sagemaker.models, world.sandbox.sagemaker.endpointConfigs].map(({ length }) => length)).toEqual([1, 1, 1]);
});

test.each([OPTIMIZATION_JOB, AI_BENCHMARK_JOB])('the waiter fails to start for the Deletes of a clean-up while a $kind runs: it is stopped, and what is left goes with the stack', async kind => {
  const world = await World.start({ scenario: kind.scenario(nth => ({ duration: nth === 1 ? 9 * HOUR : MINUTE })) });
  await setUp(world);
  const before = world.leftovers();
  const base = (stack: Stack) => void new AiWorkloadConfig(stack, 'Chat', { spec: WorkloadSpec.custom({ benchmark: { type: 'aiperf' } }) });
  const more = (stack: Stack) => {
    base(stack);
    kind.job(stack, {});
  };
  const jobs = () => world.jobs(kind.kind).map(({ status }) => status);
  await world.deploy(base);
  const update = world.begin(more);
  await world.until(() => jobs().length === 1);
  denyWaitersOfDeletes(world);
  world.sandbox.cloudFormation.cancelUpdate('Chat');
  expect((await world.finish(update)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await world.pass(HOUR);
  expect(jobs()).toEqual([kind.stopped]);
  world.sandbox.faults.clear();
  expect((await world.deploy(more)).status).toBe('UPDATE_COMPLETE');
  expect(jobs()).toEqual([kind.stopped, kind.completed]);
  await world.destroy();
  expect(world.leftovers()).toEqual(before);
});

test('a duplicate of a request whose job failed quickly recognizes that job, and starts no other', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 3_000, status: 'Failed', failureReason: 'bad model' }) } });
  world.sandbox.faults.onInvoke({ functionName: /framework-?onEvent/i, when: requestOf('AIRecommendationJob', 'Create'), effect: 'duplicate', delayMs: 8_000 });
  const stack = await world.deploy(app());
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  await world.pass(HOUR);
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(world.leftovers()).toEqual([]);
});

describe('two deliveries of a Create that come to two names, since somebody took the first one between them', () => {
  async function delivered(options: DeployOptions = {}) {
    const scenario = { recommendation: (request: Record<string, any>) => (request.AIRecommendationJobName.endsWith('-r2') ? { duration: 9 * HOUR } : {}) };
    const world = await World.start({ scenario });
    await world.deploy(app({ role: 'their-role' }));
    const [{ request, name }] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
    await world.destroy();
    const operation = 'CreateAIRecommendationJob';
    world.sandbox.faults.onInvoke({ functionName: /framework-?onEvent/i, when: requestOf('AIRecommendationJob', 'Create'), effect: 'duplicate', delayMs: 20_000 });
    world.sandbox.faults.onCall({ operation, effect: 'access-denied' });
    // Otherwise the second delivery answers first.
    world.sandbox.faults.onCall({ operation, effect: 'lost-response', when: ({ AIRecommendationJobName: wanted }) => wanted !== name });
    const creation = world.begin(app({ role: 'their-role' }), options);
    await world.until(() => world.sandbox.journal.calls.some(call => call.operation === operation && call.error !== undefined));
    await world.byHand(operation, { ...request, Tags: [] });
    const stack = await world.finish(creation);
    expect(world.count(operation)).toBe(2);
    return { world, stack, theirs: { name, status: 'Completed' } };
  }

  test('neither job is left after the rollback', async () => {
    const { world, stack, theirs } = await delivered();
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.jobs()).toEqual([theirs]);
  });

  test('neither job is left after the next update, with --no-rollback', async () => {
    const { world, stack, theirs } = await delivered({ disableRollback: true });
    expect(stack.status).toBe('CREATE_FAILED');
    await world.pass(10 * HOUR);
    expect(world.jobs()).toHaveLength(2);
    expect((await world.deploy(app({ role: 'their-role', concurrency: 20 }))).status).toBe('UPDATE_COMPLETE');
    expect(world.jobs()).toEqual(expect.arrayContaining([theirs]));
    expect(world.jobs().map(({ name }) => name).filter(name => name.startsWith(theirs.name))).toEqual([theirs.name]);
    expect(world.jobs()).toHaveLength(2);
  });
});

test.each(['AIWorkloadConfig', 'AIRecommendationJob'])('a waiter that runs although the framework could not tell makes no %s for a resource that has failed', async type => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 9 * HOUR }) } });
  const when = ({ input }: Record<string, any>) => input.includes(`"Custom::SageMaker${type}"`) && input.includes('"RequestType":"Create"');
  world.sandbox.faults.onCall({ operation: 'StartExecution', effect: 'lost-response', times: 3, when });
  // As long as it takes until all three answers are lost.
  world.sandbox.faults.onCall({ operation: `Create${type}`, effect: 'throttle', times: 3 });
  const stack = await world.deploy(app());
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  await world.pass(HOUR);
  expect(world.count(`Create${type}`)).toBe(0);
  await world.destroy();
  expect(world.leftovers()).toEqual([]);
});

test('a Delete with an invented id during a slow Create still finds the job', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 9 * HOUR }) } });
  const sent = world.slow('CreateAIRecommendationJob', MINUTE);
  const creation = world.begin(app());
  await world.until(sent);
  // CloudFormation gives up on the job's resource while the call that makes the job is under way.
  const deletion = world.sandbox.cloudFormation.destroy('Chat');
  await world.finish(creation);
  const stack = await world.finish(deletion);
  expect(stack.status).toBe('DELETE_COMPLETE');
  expect(stack.events.find(({ logicalId, status }) => logicalId.startsWith('Recommendation93') && status === 'DELETE_IN_PROGRESS')!.physicalId)
    .toMatch(/-[A-Z0-9]{12}$/);
  await world.pass(2 * HOUR);
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(world.leftovers()).toEqual([]);
});

describe('one poll that goes wrong is no reason to throw hours away', () => {
  test.each(['throttle', 'internal-error', 'reset', 'lost-response', 'access-denied'] as const)('%s', async effect => {
    const world = await World.start({ scenario: { recommendation: () => ({ duration: 3 * HOUR }) } });
    const creation = world.begin(app());
    await world.until(() => world.jobs().length === 1);
    await world.pass(2 * HOUR);
    world.sandbox.faults.onCall({ operation: 'DescribeAIRecommendationJob', effect, times: 12 });
    const stack = await world.finish(creation);
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
  });

  test('nor is throttling of everything for ten minutes', async () => {
    const world = await World.start({ scenario: { recommendation: () => ({ duration: HOUR }) } });
    const creation = world.begin(app());
    await world.until(() => world.jobs().length === 1);
    await world.pass(30 * MINUTE);
    const until = world.sandbox.clock.now() + 10 * MINUTE;
    for (const operation of ['DescribeAIRecommendationJob', 'DescribeStacks', 'ListTags']) {
      world.sandbox.faults.onCall({ operation, effect: 'throttle', times: Infinity, when: () => world.sandbox.clock.now() < until });
    }
    expect((await world.finish(creation)).status).toBe('CREATE_COMPLETE');
  });

  test('nor is throttling of the calls that create', async () => {
    const world = await World.start();
    for (const operation of ['CreateAIWorkloadConfig', 'CreateAIRecommendationJob', 'CreateModel', 'CreateEndpointConfig', 'DescribeStacks']) {
      world.sandbox.faults.onCall({ operation, effect: 'throttle', times: 5 });
    }
    const stack = await world.deploy(app());
    expect(world.failures(stack)).toEqual([]);
    expect(stack.status).toBe('CREATE_COMPLETE');
  });
});

test('IAM that takes two minutes to see the policies is waited for', async () => {
  const world = await World.start({ consistencyDelay: 0 });
  for (const operation of ['DescribeAIWorkloadConfig', 'ListAIRecommendationJobs', 'CreateAIRecommendationJob', 'DescribeModel', 'DescribeStacks']) {
    world.sandbox.faults.onCall({ operation, effect: 'access-denied', times: 3 });
  }
  const stack = await world.deploy(app());
  expect(world.failures(stack)).toEqual([]);
  expect(stack.status).toBe('CREATE_COMPLETE');
});

describe('a job that was deleted by hand', () => {
  test('is not made again by a tag edit', async () => {
    const world = await World.start();
    await world.deploy(app({ tag: 'one' }));
    await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
    const stack = await world.deploy(app({ tag: 'two' }));
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    expect(world.jobs()).toEqual([]);
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(world.leftovers()).toEqual([]);
  });

  describe.each(['new', 'old'] as const)('is not made again by a rollback that carries the %s physical id', rollbackPhysicalId => {
    const updateInVain = async (world: World, { role, ran = 2 }: { role?: string; ran?: number } = {}) => {
      const jobs = world.jobs().length;
      const [{ name }] = world.jobs().slice(-1);
      const serving = world.sandbox.sagemaker.endpoints[0].configName;
      const update = world.begin(app({ concurrency: 20, role }));
      await world.until(() => world.jobs().length === jobs + 1);
      await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: name });
      const stack = await world.finish(update);
      expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(world.count('CreateAIRecommendationJob')).toBe(ran);
      expect(world.sandbox.sagemaker.endpoints[0]).toMatchObject({ status: 'InService', configName: serving });
    };
    const failsFrom = (which: number) => World.start({
      behaviour: { rollbackPhysicalId },
      scenario: { recommendation: (_, nth) => (nth < which ? {} : { duration: HOUR, status: 'Failed' }) },
    });

    test('and what it found serves on', async () => {
      const world = await failsFrom(2);
      await world.deploy(app());
      await updateInVain(world);
      expect(world.jobs()).toEqual([]);
      expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
      expect(world.leftovers()).toEqual([]);
    });

    test('nor looked for under the prefix that it was not made with', async () => {
      const world = await failsFrom(2);
      await world.deploy(app({ job: { jobName: 'nightly' } }));
      await world.deploy(app());
      await updateInVain(world);
      expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
      expect(world.leftovers()).toEqual([]);
    });

    test('nor taken for another when it was a second run, since the first name was taken', async () => {
      const world = await failsFrom(4);
      const role = 'their-role';
      await world.deploy(app({ role }));
      const [{ request, name }] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
      await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: name });
      await world.byHand('CreateAIRecommendationJob', { ...request, Tags: [] });
      await world.pass(HOUR);
      await world.destroy();
      await world.deploy(app({ role }));
      expect(world.jobs().map(job => job.name)).toEqual([name, `${name}-r2`]);
      await updateInVain(world, { role, ran: 3 });
      expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    });
  });

  test('while the deployment waits for it fails with a sentence', async () => {
    const world = await World.start({ scenario: { recommendation: () => ({ duration: HOUR }) } });
    const creation = world.begin(app());
    await world.until(() => world.jobs().length === 1);
    await world.byHand('StopAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
    await world.until(() => world.jobs()[0].status === 'Stopped');
    await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
    const stack = await world.finish(creation);
    expect(world.failures(stack).join()).toMatch(/deleted while the deployment waited for it|ended Stopped/);
    expect(world.leftovers()).toEqual([]);
  });
});

describe.each(['new', 'old'] as const)('with rollbacks that carry the %s physical id', rollbackPhysicalId => {
  const behaviour = { rollbackPhysicalId };
  const slowSecond = { recommendation: (_: unknown, nth: number) => (nth === 1 ? {} : { duration: 9 * HOUR }) };

  test('a stack that never came to be, and whose next try is killed right after the other job was made, ends without that job', async () => {
    const world = await World.start({ behaviour, scenario: slowSecond });
    const also = (stack: Stack, recommendation: AiRecommendationJob) => failing(stack, recommendation);
    expect((await world.deploy(app({ also }), { disableRollback: true })).status).toBe('CREATE_FAILED');
    for (const operation of ['CreateAIRecommendationJob', 'CreateAIWorkloadConfig']) {
      const when = requestOf(operation.replace('Create', ''), 'Update');
      world.sandbox.faults.onInvoke({ functionName: IS_COMPLETE, when, effect: 'timeout-after-call', operation });
    }
    expect((await world.deploy(app({ job: { rerunToken: '2' } }))).status).toBe('ROLLBACK_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(world.sandbox.sagemaker.running()).toEqual([]);
    expect(world.sandbox.sagemaker.workloadConfigs).toEqual([]);
  });

  test('an Update whose handler times out after the job was made leaves no job behind', async () => {
    const world = await World.start({ behaviour, scenario: slowSecond });
    await world.deploy(app());
    const [job] = world.jobs();
    world.sandbox.faults.onInvoke({
      functionName: IS_COMPLETE, when: requestOf('AIRecommendationJob', 'Update'), effect: 'timeout-after-call', operation: 'CreateAIRecommendationJob',
    });
    const stack = await world.deploy(app({ concurrency: 20 }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(world.jobs()).toEqual([job]);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test.each([
    ['while the job is being made', 40_000],
    ['while the job runs', 2 * HOUR],
  ])('a deployment that is cancelled %s stops the new job and goes back to the old one', async (_, after) => {
    const world = await World.start({ behaviour, scenario: slowSecond });
    await world.deploy(app());
    const [job] = world.jobs();
    const update = world.begin(app({ concurrency: 20 }));
    await world.pass(after);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    const cancelled = world.sandbox.clock.now();
    const stack = await world.finish(update);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.sandbox.clock.now() - cancelled).toBeLessThan(40 * MINUTE);
    expect(world.jobs()).toEqual([job]);
    await world.pass(HOUR);
    expect(world.jobs()).toEqual([job]);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('a cancelled deployment stops its job at once, and not only in the clean-up', async () => {
    const world = await World.start({ behaviour, scenario: slowSecond });
    await world.deploy(app());
    const update = world.begin(app({ concurrency: 20 }));
    await world.pass(2 * HOUR);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    const cancelled = world.sandbox.clock.now();
    await world.until(() => world.jobs().every(({ status }) => status !== 'InProgress'));
    expect(world.sandbox.clock.now() - cancelled).toBeLessThan(3 * MINUTE);
    await world.finish(update);
  });

  /** What serves, and nothing else. */
  const deployed = ({ sandbox: { sagemaker } }: World) => [sagemaker.models, sagemaker.endpointConfigs].map(all => all.map(({ name }) => name));

  test.each([
    ['has a model, and no configuration yet', (world: World) => {
      world.sandbox.faults.onCall({ operation: 'CreateEndpointConfig', effect: 'throttle', times: 100 });
      return () => world.sandbox.sagemaker.models.length === 2;
    }],
    ['makes its configuration just then', (world: World) => world.slow('CreateEndpointConfig', 20_000)],
  ])('an update that is cancelled when it %s leaves neither behind', async (_, arrange) => {
    const world = await World.start({ behaviour });
    await world.deploy(app());
    const before = deployed(world);
    const reached = arrange(world);
    const update = world.begin(app({ concurrency: 20 }));
    await world.until(reached);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    expect((await world.finish(update)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await world.pass(HOUR);
    expect(deployed(world)).toEqual(before);
    await world.destroy();
    expect(deployed(world)).toEqual([[], []]);
  });

  test('an update whose handler is killed right after the configuration was made leaves nothing of it behind', async () => {
    const world = await World.start({ behaviour });
    await world.deploy(app());
    const before = deployed(world);
    world.sandbox.faults.onInvoke({ functionName: IS_COMPLETE, when: requestOf('RecommendationDeployment'), effect: 'timeout-after-call', operation: 'CreateEndpointConfig' });
    expect((await world.deploy(app({ concurrency: 20 }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(deployed(world)).toEqual(before);
    await world.destroy();
    expect(deployed(world)).toEqual([[], []]);
  });

  test('a cancelled update whose Create is slow leaves no job behind', async () => {
    const world = await World.start({ behaviour, scenario: slowSecond });
    await world.deploy(app());
    const [job] = world.jobs();
    const sent = world.slow('CreateAIRecommendationJob', MINUTE);
    const update = world.begin(app({ job: { rerunToken: '2' } }));
    await world.until(sent);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    await world.finish(update);
    await world.pass(2 * HOUR);
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(world.jobs()).toEqual([job]);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });
});

test('a job of somebody else under our name is neither adopted nor touched', async () => {
  const world = await World.start();
  await world.deploy(app({ role: 'their-role' }));
  const [{ request, name }] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
  // The same job, as somebody makes it who copied its request: under the same name, without our tags.
  await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: name });
  await world.byHand('CreateAIRecommendationJob', { ...request, Tags: [] });
  await world.pass(HOUR);
  await world.deploy(app({ role: 'their-role', tag: 'x' }));
  expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  expect(world.jobs()).toEqual([{ name, status: 'Completed' }]);
  expect(world.tags(world.sandbox.sagemaker.jobs('AIRecommendationJob')[0].arn)).toEqual({});

  const stack = await world.deploy(app({ role: 'their-role' }));
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(world.jobs().map(job => job.name)).toEqual([name, `${name}-r2`]);
  await world.destroy();
  expect(world.jobs()).toEqual([{ name, status: 'Completed' }]);
});

describe('what an endpoint serves still, after CloudFormation has given up on its update', () => {
  const [own, other] = [{}, { instanceType: GpuInstanceType.P5_48XLARGE }];

  /** The endpoint has moved, and then something else fails. On its way back it is given up, and fails to move. */
  async function givenUp(rollbackPhysicalId: 'new' | 'old', failed: EndpointOutcome): Promise<World> {
    const world = await World.start({ behaviour: { rollbackPhysicalId }, scenario: { endpoint: (_, nth) => (nth === 3 ? failed : {}) } });
    await world.deploy(app({ endpoint: own }));
    await world.deploy(app({ endpoint: other, also: stack => failing(stack, stack.node.findChild('Endpoint')) }), { disableRollback: true });
    const back = world.begin(app({ endpoint: own }));
    await world.until(() => world.sandbox.sagemaker.endpoints[0].status === 'Updating');
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    expect((await world.finish(back)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(2);
    return world;
  }

  test.each([
    ['new', { rollsBack: true }], ['old', { rollsBack: true }], ['new', { status: 'Failed', failureReason: 'no capacity' }],
  ] as const)('goes with the stack (%s, %j)', async (rollbackPhysicalId, failed) => {
    const world = await givenUp(rollbackPhysicalId, failed);
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(world.leftovers()).toEqual([]);
  });

  test('goes when the endpoint moves on', async () => {
    const world = await givenUp('new', { rollsBack: true });
    const stack = await world.deploy(app({ endpoint: { ...other, containerStartupHealthCheckTimeout: Duration.minutes(30) } }));
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(1);
    expect(world.sandbox.sagemaker.models).toHaveLength(1);
  });

  test('stays when it is deployed again', async () => {
    const world = await givenUp('new', { rollsBack: true });
    const stack = await world.deploy(app({ endpoint: other }));
    expect(stack.status).toBe('UPDATE_COMPLETE');
    const { endpoints: [{ configName, status }], endpointConfigs, models } = world.sandbox.sagemaker;
    expect(status).toBe('InService');
    expect(endpointConfigs.map(({ name }) => name)).toEqual([configName]);
    expect(models).toHaveLength(1);
  });
});
