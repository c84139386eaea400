import { CfnResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { app, failing, keepTheRest, requestOf } from './app';
import { HOUR, MINUTE, PROCESSES, World } from './harness';
import { ServiceError } from '../../sandbox/service';

afterEach(() => World.stopAll());

const FRAMEWORK_ON_EVENT = /framework-?onEvent/i;
const rollsBack = (world: World) => world.sandbox.cloudFormation.stack('Chat')!.status.includes('ROLLBACK');

test('the job of a failed update does not run on while the next update goes forward', async () => {
  const world = await World.start({ scenario: { recommendation: (_, nth) => (nth === 1 ? {} : { duration: 9 * HOUR }) } });
  await world.deploy(app({ endpoint: false }));
  world.sandbox.faults.onInvoke({ functionName: /IsComplete/, when: requestOf('JobWait', 'Update'), effect: 'timeout' });
  const failed = await world.deploy(app({ endpoint: false, job: { rerunToken: '2' } }), { disableRollback: true });
  expect(failed.status).toBe('UPDATE_FAILED');
  const next = world.begin(app({ endpoint: false, job: { rerunToken: '3' } }));
  await world.pass(30 * MINUTE);
  expect(world.sandbox.sagemaker.running()).toHaveLength(1);
  world.sandbox.cloudFormation.cancelUpdate('Chat');
  await world.finish(next);
});

test('a duplicate of a request that adopted a job starts no other when that job has failed', async () => {
  const world = await World.start({ scenario: { recommendation: (_, nth) => (nth === 1 ? { duration: 15 * MINUTE, status: 'Failed' } : { duration: 9 * HOUR }) } });
  const begun = world.sandbox.clock.now();
  const creation = world.begin(app({ removalPolicy: RemovalPolicy.RETAIN, endpoint: false, also: keepTheRest }));
  await world.until(() => world.jobs().length === 1);
  await world.pass(30_000);
  const deletion = world.sandbox.cloudFormation.destroy('Chat');
  await world.finish(creation);
  await world.finish(deletion);
  expect(world.sandbox.sagemaker.running()).toHaveLength(1);
  world.sandbox.faults.onInvoke({ functionName: /framework-?onEvent/i, when: requestOf('AIRecommendationJob', 'Create'), effect: 'duplicate', delayMs: 45_000 });
  // The job fails 40 seconds after it is adopted, and the duplicate comes five seconds later, before a poll has seen the failure.
  await world.pass(begun + 15 * MINUTE - 40_000 - world.sandbox.clock.now());
  const again = world.begin(app({ endpoint: false, also: keepTheRest }));
  await world.finish(again);
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
});

test('the clean-up of a Create that was never answered spares the job that the retry made', async () => {
  const world = await World.start();
  world.sandbox.faults.onInvoke({ functionName: FRAMEWORK_ON_EVENT, when: requestOf('AIRecommendationJob', 'Create'), effect: 'timeout', times: 3 });
  const failed = await world.deploy(app(), { disableRollback: true });
  expect(failed.status).toBe('CREATE_FAILED');
  const stack = await world.deploy(app({ tag: 'x' }), { disableRollback: true });
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(world.jobs()).toEqual([{ name: expect.any(String), status: 'Completed' }]);
});

test('throttling of DescribeStacks at the end of a lap is no reason to fail', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 70 * MINUTE }) } });
  const creation = world.begin(app());
  await world.until(() => world.jobs().length === 1);
  const from = world.sandbox.clock.now() + 48 * MINUTE;
  world.sandbox.faults.onCall({
    operation: 'DescribeStacks', effect: 'throttle', times: Infinity, when: () => world.sandbox.clock.now() > from && world.sandbox.clock.now() < from + 4 * MINUTE,
  });
  const stack = await world.finish(creation);
  expect(world.failures(stack)).toEqual([]);
  expect(stack.status).toBe('CREATE_COMPLETE');
});

test('a forward Update that arrives while the stack already rolls back does not delete the workload configuration that the stack stands for', async () => {
  const world = await World.start();
  await world.deploy(app());
  const before = world.sandbox.sagemaker.workloadConfigs.map(({ name }) => name);
  world.sandbox.faults.onInvoke({ functionName: FRAMEWORK_ON_EVENT, when: requestOf('AIWorkloadConfig', 'Update'), effect: 'delay', delayMs: 40_000 });
  const update = world.begin(app({ concurrency: 20 }));
  await world.pass(20_000);
  world.sandbox.cloudFormation.cancelUpdate('Chat');
  const stack = await world.finish(update);
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await world.pass(HOUR);
  expect(world.sandbox.sagemaker.workloadConfigs.map(({ name }) => name)).toEqual(before);
});

test('another start of the name of the workload configuration runs no job again', async () => {
  const world = await World.start({ scenario: { endpoint: (_, nth) => (nth === 1 ? { status: 'Failed' } : {}) } });
  await world.deploy(app());
  await world.destroy();
  await world.deploy(stack => {
    app()(stack);
    (stack.node.findChild('Workload').node.findChild('Resource') as CfnResource).addPropertyOverride('NamePrefix', 'chat-traffic');
  });
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
});

test('a brown-out in which each call takes twelve seconds does not kill a handler', async () => {
  const world = await World.start({ environments: PROCESSES });
  const { sagemaker, clock } = world.sandbox;
  const handle = sagemaker.handle.bind(sagemaker);
  sagemaker.handle = async call => {
    await clock.sleep(12_000);
    return handle(call);
  };
  const stack = await world.deploy(app());
  expect(world.failures(stack)).toEqual([]);
});

test('a rollback that may not tag completes all the same', async () => {
  const world = await World.start();
  await world.deploy(app({ tag: 'one' }));
  world.sandbox.faults.onCall({ operation: 'AddTags', effect: 'access-denied', times: Infinity, when: () => rollsBack(world) });
  const stack = await world.deploy(app({ tag: 'two', also: (s, job) => failing(s, job) }));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('an owner tag that was removed by hand does not keep an update from rolling back', async () => {
  const world = await World.start({ scenario: { endpoint: (_, nth) => (nth === 2 ? { rollsBack: true } : {}) } });
  await world.deploy(app());
  await world.byHand('DeleteTags', { ResourceArn: world.sandbox.sagemaker.endpointConfigs[0].arn, TagKeys: ['cdk-sagemaker-inference:owner'] });
  const stack = await world.deploy(app({ concurrency: 20 }));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('the clean-up of a Create that was never answered spares the deployment that the retry made, and does not hang', async () => {
  const world = await World.start();
  world.sandbox.faults.onInvoke({ functionName: FRAMEWORK_ON_EVENT, when: requestOf('RecommendationDeployment', 'Create'), effect: 'timeout', times: 3 });
  const failed = await world.deploy(app(), { disableRollback: true });
  expect(failed.status).toBe('CREATE_FAILED');
  const started = world.sandbox.clock.now();
  const stack = await world.deploy(app({ tag: 'x' }), { disableRollback: true });
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(world.sandbox.sagemaker.models).toHaveLength(1);
  expect(world.sandbox.sagemaker.endpointConfigs).toHaveLength(1);
  expect(world.sandbox.clock.now() - started).toBeLessThan(30 * MINUTE);
});

test('the Delete of a short last lap survives throttling', async () => {
  const world = await World.start();
  await world.deploy(app({ job: { waitTimeout: Duration.seconds(3005) } }));
  world.sandbox.faults.onCall({ operation: 'DescribeAIRecommendationJob', effect: 'throttle', times: 9 });
  const stack = await world.destroy();
  expect(world.failures(stack)).toEqual([]);
  expect(stack.status).toBe('DELETE_COMPLETE');
});

test('a workload configuration that was deleted by hand comes back with an edit of its tags, and jobs run again', async () => {
  const world = await World.start();
  await world.deploy(app());
  await world.byHand('DeleteAIWorkloadConfig', { AIWorkloadConfigName: world.sandbox.sagemaker.workloadConfigs[0].name });
  const stack = await world.deploy(app({ tag: 'x', job: { rerunToken: '2' } }));
  expect(world.failures(stack)).toEqual([]);
  expect(world.sandbox.sagemaker.workloadConfigs).toHaveLength(1);
});

test('more laps after the job was deleted by hand change nothing', async () => {
  const world = await World.start();
  await world.deploy(app());
  await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
  const stack = await world.deploy(app({ job: { waitTimeout: Duration.hours(10) } }));
  expect(world.failures(stack)).toEqual([]);
});

test('a tag edit works after the model and the job were deleted by hand', async () => {
  const world = await World.start();
  await world.deploy(app({ tag: 'one' }));
  await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
  await world.byHand('DeleteModel', { ModelName: world.sandbox.sagemaker.models[0].name });
  const stack = await world.deploy(app({ tag: 'two' }));
  expect(world.failures(stack)).toEqual([]);
});

test('credentials that the service does not know yet are waited for', async () => {
  let n = 0;
  const world = await World.start({
    scenario: {
      refuse: operation => operation === 'CreateAIRecommendationJob' && n++ < 3
        ? new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.') : undefined,
    },
  });
  const stack = await world.deploy(app());
  expect(world.failures(stack)).toEqual([]);
});

test.each(['new', 'old'] as const)('an update whose endpoint configuration is refused leaves no model behind (%s)', async rollbackPhysicalId => {
  let n = 0;
  const world = await World.start({
    behaviour: { rollbackPhysicalId },
    scenario: {
      refuse: operation => operation === 'CreateEndpointConfig' && n++ === 1
        ? new ServiceError('ResourceLimitExceeded', 'no more configurations') : undefined,
    },
  });
  await world.deploy(app());
  const stack = await world.deploy(app({ concurrency: 20 }));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.sandbox.sagemaker.models).toHaveLength(1);
});

test.each(['throttle', 'access-denied', 'reset'] as const)('nor does one that is not rolled back, and whose removal meets %s', async effect => {
  const refused: string[] = [];
  const world = await World.start({
    scenario: {
      refuse: (operation, { EndpointConfigName }) => operation === 'CreateEndpointConfig' && world.sandbox.sagemaker.endpointConfigs.length > 0 && refused.push(EndpointConfigName)
        ? new ServiceError('ResourceLimitExceeded', 'no more configurations') : undefined,
    },
  });
  await world.deploy(app());
  const [serving] = world.sandbox.sagemaker.models;
  world.sandbox.faults.onCall({ operation: 'DeleteModel', effect, times: 10 });
  const stack = await world.deploy(app({ concurrency: 20 }), { disableRollback: true });
  expect(stack.status).toBe('UPDATE_FAILED');
  expect(world.failures(stack)[0]).toContain('no more configurations');
  expect(refused.length).toBeGreaterThan(1);
  expect(world.sandbox.sagemaker.models).toEqual([serving]);
});

test('a handler that comes late, when the next update already goes forward, starts no job for the one that was cancelled', async () => {
  const world = await World.start({ scenario: { recommendation: (_, nth) => (nth === 1 ? {} : { duration: HOUR }) } });
  await world.deploy(app({ endpoint: false }));
  world.sandbox.faults.onInvoke({ functionName: /IsComplete/, when: requestOf('AIRecommendationJob', 'Update'), effect: 'delay', delayMs: 15 * MINUTE });
  const update = world.begin(app({ endpoint: false, job: { rerunToken: '2' } }));
  await world.pass(MINUTE);
  world.sandbox.cloudFormation.cancelUpdate('Chat');
  expect((await world.finish(update)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const next = world.begin(app({ endpoint: false, job: { rerunToken: '3' } }));
  await world.pass(30 * MINUTE);
  expect(world.count('CreateAIRecommendationJob')).toBe(2);
  expect(world.sandbox.sagemaker.running()).toHaveLength(1);
  expect((await world.finish(next)).status).toBe('UPDATE_COMPLETE');
});

test('a handler that comes late, when the stack is already being deleted, starts nothing', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: HOUR }) } });
  world.sandbox.faults.onInvoke({ functionName: /IsComplete/, when: requestOf('AIRecommendationJob', 'Create'), effect: 'delay', delayMs: MINUTE });
  const creation = world.begin(app({ endpoint: false }));
  const named = () => world.sandbox.journal.invocations.some(({ logicalId, functionName }) =>
    logicalId === 'Recommendation93C2AD71' && /framework-?onEvent/i.test(functionName));
  await world.until(named);
  const deletion = world.sandbox.cloudFormation.destroy('Chat');
  await world.finish(creation);
  expect((await world.finish(deletion)).status).toBe('DELETE_COMPLETE');
  await world.pass(HOUR);
  expect(world.count('CreateAIRecommendationJob')).toBe(0);
  expect(world.leftovers()).toEqual([]);
});
