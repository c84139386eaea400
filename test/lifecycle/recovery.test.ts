import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { app, keepTheRest, requestOf } from './app';
import { HOUR, MINUTE, World } from './harness';

afterEach(() => World.stopAll());

/** The app with an endpoint under a role of one's own. */
const withRole = (id: string) => (stack: Stack) => {
  const role = new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['ecr:*', 'logs:*', 'cloudwatch:*', 's3:*'], resources: ['*'] }));
  app({ endpoint: { role } })(stack);
};

test('a retained job that is stopping is not adopted: the next run has a suffix', async () => {
  const world = await World.start({ scenario: { stopDuration: 3 * MINUTE, recommendation: (_, nth) => (nth === 1 ? { duration: 9 * HOUR } : {}) } });
  const creation = world.begin(app({ removalPolicy: RemovalPolicy.RETAIN, endpoint: false, also: keepTheRest }));
  await world.until(() => world.jobs().length === 1);
  await world.pass(2 * MINUTE);
  const deletion = world.sandbox.cloudFormation.destroy('Chat');
  await world.finish(creation);
  await world.finish(deletion);
  const [{ name, status }] = world.jobs();
  expect(status).toBe('InProgress');
  await world.byHand('StopAIRecommendationJob', { AIRecommendationJobName: name });
  const stack = await world.deploy(app({ endpoint: false }));
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(world.jobs()).toEqual([{ name, status: 'Stopped' }, { name: `${name}-r2`, status: 'Completed' }]);
  await world.destroy();
  expect(world.jobs()).toEqual([{ name, status: 'Stopped' }]);
});

test('a retained job that still runs is adopted', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 30 * MINUTE }) } });
  const creation = world.begin(app({ removalPolicy: RemovalPolicy.RETAIN, endpoint: false, also: keepTheRest }));
  await world.until(() => world.jobs().length === 1);
  await world.pass(2 * MINUTE);
  const deletion = world.sandbox.cloudFormation.destroy('Chat');
  await world.finish(creation);
  await world.finish(deletion);
  const stack = await world.deploy(app({ endpoint: false }));
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  await world.destroy();
  expect(world.leftovers()).toEqual([]);
});

test.each(['new', 'old'] as const)('a rollback by hand after --no-rollback stops the job that still runs (%s)', async rollbackPhysicalId => {
  const world = await World.start({
    behaviour: { rollbackPhysicalId }, scenario: { recommendation: (_, nth) => (nth === 1 ? {} : { duration: 9 * HOUR }) },
  });
  await world.deploy(app());
  const [job] = world.jobs();
  world.sandbox.faults.onInvoke({ functionName: /IsComplete/, when: requestOf('JobWait', 'Update'), effect: 'timeout' });
  expect((await world.deploy(app({ concurrency: 20 }), { disableRollback: true })).status).toBe('UPDATE_FAILED');
  expect(world.sandbox.sagemaker.running()).not.toEqual([]);
  const stack = await world.finish(world.sandbox.cloudFormation.rollback('Chat'));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.jobs()).toEqual([job]);
  expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  expect(world.leftovers()).toEqual([]);
});

test.each(['new', 'old'] as const)('going back by hand from an update that was killed stops its job, even if the waiter does not start (%s)', async rollbackPhysicalId => {
  const world = await World.start({
    behaviour: { rollbackPhysicalId }, scenario: { recommendation: (_, nth) => (nth === 1 ? {} : { duration: 9 * HOUR }) },
  });
  await world.deploy(app({ endpoint: false }));
  const { faults, sagemaker } = world.sandbox;
  const when = requestOf('AIRecommendationJob', 'Update');
  faults.onInvoke({ functionName: /IsComplete/, when, effect: 'timeout-after-call', operation: 'CreateAIRecommendationJob' });
  const other = app({ endpoint: false, job: { rerunToken: '2' } });
  expect((await world.deploy(other, { disableRollback: true })).status).toBe('UPDATE_FAILED');
  expect(sagemaker.running()).toHaveLength(1);
  faults.onCall({ operation: 'StartExecution', effect: 'access-denied', when: ({ input }) => input.includes('"RequestType":"Update"') });
  expect((await world.deploy(app({ endpoint: false }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await world.pass(HOUR);
  expect(sagemaker.running()).toEqual([]);
});

describe.each(['new', 'old'] as const)('an update that goes back by hand, and whose waiter does not start (%s)', rollbackPhysicalId => {
  /** Other traffic and no rollback, then the old traffic again: its resource still stands for the other one, and CloudFormation knows the old properties. */
  async function goBack(disableRollback: boolean) {
    const world = await World.start({ behaviour: { rollbackPhysicalId } });
    await world.deploy(app());
    const { sagemaker, faults } = world.sandbox;
    const present = () => [sagemaker.workloadConfigs, sagemaker.endpointConfigs, sagemaker.models].map(list => list.map(({ name }) => name));
    const before = present();
    const refuse = (type: string) => faults.onCall({
      operation: 'StartExecution', effect: 'access-denied', when: ({ input }) => input.includes(`Custom::SageMaker${type}"`) && input.includes('"RequestType":"Update"'),
    });
    refuse('AIRecommendationJob');
    expect((await world.deploy(app({ concurrency: 20 }), { disableRollback: true })).status).toBe('UPDATE_FAILED');
    refuse('AIWorkloadConfig');
    const stack = await world.deploy(app(), { disableRollback });
    return {
      world,
      stack,
      isAsBefore: () => expect(present()).toEqual(before),
    };
  }

  test('is rolled back to what there was', async () => {
    const { world, stack, isAsBefore } = await goBack(false);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    isAsBefore();
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('goes forward when it is tried again', async () => {
    const { world, stack, isAsBefore } = await goBack(true);
    expect(stack.status).toBe('UPDATE_FAILED');
    expect((await world.deploy(app())).status).toBe('UPDATE_COMPLETE');
    isAsBefore();
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });
});

test.each(['new', 'old'] as const)('another role of the endpoint whose endpoint fails: the old configuration serves again (%s)', async rollbackPhysicalId => {
  const world = await World.start({ behaviour: { rollbackPhysicalId }, scenario: { endpoint: (_, nth) => (nth === 2 ? { rollsBack: true } : {}) } });
  await world.deploy(withRole('One'));
  const before = world.sandbox.sagemaker.endpointConfigs.map(({ name }) => name);
  const stack = await world.deploy(withRole('Two'));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(world.sandbox.sagemaker.endpointConfigs.map(({ name }) => name)).toEqual(before);
  expect(world.sandbox.sagemaker.models).toHaveLength(1);
  expect((await world.deploy(withRole('Two'))).status).toBe('UPDATE_COMPLETE');
  await world.destroy();
  expect(world.leftovers()).toEqual([]);
});

test('a stack of which everything was deleted by hand can be destroyed', async () => {
  const world = await World.start();
  await world.deploy(app());
  const { sagemaker } = world.sandbox;
  await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
  await world.byHand('DeleteAIWorkloadConfig', { AIWorkloadConfigName: sagemaker.workloadConfigs[0].name });
  await world.byHand('DeleteEndpoint', { EndpointName: sagemaker.endpoints[0].name });
  await world.until(() => sagemaker.endpoints.length === 0);
  await world.byHand('DeleteEndpointConfig', { EndpointConfigName: sagemaker.endpointConfigs[0].name });
  await world.byHand('DeleteModel', { ModelName: sagemaker.models[0].name });
  expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  expect(world.leftovers()).toEqual([]);
});

test('an update that is cancelled while the endpoint is updated goes back, and the next attempt adopts job and all', async () => {
  const world = await World.start();
  await world.deploy(app());
  const before = world.sandbox.sagemaker.endpoints.map(({ name, configName }) => ({ name, configName }));
  const update = world.begin(app({ concurrency: 20 }));
  await world.until(() => world.sandbox.sagemaker.endpoints[0].status === 'Updating');
  world.sandbox.cloudFormation.cancelUpdate('Chat');
  const stack = await world.finish(update);
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.sandbox.sagemaker.endpoints.map(({ name, configName }) => ({ name, configName }))).toEqual(before);
  expect(world.jobs()).toHaveLength(2);
  expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(1);
  const next = await world.deploy(app({ concurrency: 20 }));
  expect(next.status).toBe('UPDATE_COMPLETE');
  expect(world.count('CreateAIRecommendationJob')).toBe(2);
});

test('an invocation of a handler that Lambda refuses is no reason to fail', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: HOUR }) } });
  world.sandbox.faults.onCall({ service: 'lambda', operation: 'Invoke', effect: 'internal-error', times: 2, when: input => /IsComplete/.test(String(input.FunctionName)) });
  const stack = await world.deploy(app());
  expect(world.failures(stack)).toEqual([]);
});

test.each(['DescribeStacks', 'ListAIRecommendationJobs'])('%s throttled for three minutes does not keep an update from rolling back', async operation => {
  const world = await World.start({ scenario: { recommendation: (_, nth) => (nth === 1 ? {} : { duration: HOUR, status: 'Failed' }) } });
  await world.deploy(app());
  let until = 0;
  const status = () => world.sandbox.cloudFormation.stack('Chat')!.status;
  world.sandbox.faults.onCall({
    operation,
    effect: 'throttle',
    times: Infinity,
    when: () => {
      if (status() !== 'UPDATE_ROLLBACK_IN_PROGRESS') {
        return false;
      }
      until ||= world.sandbox.clock.now() + 3 * MINUTE;
      return world.sandbox.clock.now() < until;
    },
  });
  const stack = await world.deploy(app({ concurrency: 20 }));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test.each(['DescribeStacks', 'ListAIRecommendationJobs'])('%s throttled for two minutes does not fail a creation', async operation => {
  const world = await World.start();
  let until = 0;
  world.sandbox.faults.onCall({
    operation,
    effect: 'throttle',
    times: Infinity,
    when: () => {
      until ||= world.sandbox.clock.now() + 2 * MINUTE;
      return world.sandbox.clock.now() < until;
    },
  });
  const stack = await world.deploy(app());
  expect(world.failures(stack)).toEqual([]);
});
