import { MissingRemovalPolicies, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { app, failing } from './app';
import { HOUR, MINUTE, World } from './harness';
import type { AiRecommendationJob } from '../../src';

afterEach(() => World.stopAll());

const CAPACITY = 'Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error';

test('the endpoint of a first deployment fails for capacity after ten hours: nothing runs, the job is kept, and the next stack adopts it', async () => {
  const world = await World.start({
    scenario: {
      recommendation: () => ({ duration: 10 * HOUR }),
      endpoint: (_, nth) => (nth === 1 ? { status: 'Failed', failureReason: CAPACITY } : {}),
    },
  });
  const failed = await world.deploy(app({ job: { optimizeModel: undefined, objective: 'ttft-ms' as never, waitTimeout: undefined } }));
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(world.failures(failed).join()).toContain(CAPACITY);
  expect(world.sandbox.sagemaker.running()).toEqual([]);
  expect(world.jobs()).toEqual([{ name: expect.any(String), status: 'Completed' }]);
  expect(world.leftovers()).toHaveLength(1);

  await world.destroy();
  expect(world.leftovers()).toHaveLength(1);
  const started = world.sandbox.clock.now();
  const stack = await world.deploy(app({ job: { optimizeModel: undefined, objective: 'ttft-ms' as never, waitTimeout: undefined } }));
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(world.sandbox.clock.now() - started).toBeLessThan(20 * MINUTE);

  await world.destroy();
  expect(world.leftovers()).toEqual([]);
});

test('a job that fails shows the reason, the ARN, the logs and what to do, in the event of its wait', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ status: 'Failed', failureReason: CAPACITY, duration: HOUR }) } });
  const stack = await world.deploy(app());
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  const reason = world.failures(stack).find(text => text.includes(CAPACITY))!;
  expect(reason).toMatch(/arn:aws:sagemaker:us-west-2:111122223333:ai-recommendation-job\/Chat-Recommendation/);
  expect(reason).toMatch(/Logs: .*\/aws\/sagemaker\/TrainingJobs/);
  expect(reason).toContain('change rerunToken');
  expect(reason).not.toMatch(/undefined|\n\s+at /);
  expect(world.leftovers()).toEqual([]);
});

test('after --no-rollback a retry meets the same failed job, and a new rerunToken runs it again', async () => {
  const world = await World.start({ scenario: { recommendation: (_, nth) => (nth === 1 ? { status: 'Failed', failureReason: CAPACITY } : {}) } });
  const failed = await world.deploy(app(), { disableRollback: true });
  expect(failed.status).toBe('CREATE_FAILED');
  const retried = await world.deploy(app({ tag: 'retry' }), { disableRollback: true });
  expect(retried.status).toBe('UPDATE_FAILED');
  expect(world.failures(retried).filter(reason => reason.includes('change rerunToken'))).toHaveLength(2);
  expect(world.count('CreateAIRecommendationJob')).toBe(1);

  const stack = await world.deploy(app({ job: { rerunToken: '2' } }), { disableRollback: true });
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(world.jobs()).toEqual([{ name: expect.any(String), status: 'Completed' }]);
  await world.destroy();
  expect(world.leftovers()).toEqual([]);
});

test('a run that failed in an earlier deployment and was retained is not adopted: the next run has a suffix', async () => {
  const world = await World.start({ scenario: { recommendation: (_, nth) => (nth === 1 ? { status: 'Failed' } : {}) } });
  const retained = { removalPolicy: RemovalPolicy.RETAIN };
  await world.deploy(app(retained));
  await world.destroy();
  expect(world.jobs()).toEqual([{ name: expect.any(String), status: 'Failed' }]);
  const [{ name }] = world.jobs();
  const stack = await world.deploy(app(retained));
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(world.jobs()).toEqual([{ name, status: 'Failed' }, { name: `${name}-r2`, status: 'Completed' }]);

  // The second run is the one that the stack stands for, and the one that goes with it.
  await world.deploy(app({ ...retained, tag: 'x' }));
  await world.deploy(app({ removalPolicy: RemovalPolicy.DESTROY, tag: 'x' }));
  await world.destroy();
  expect(world.jobs()).toEqual([{ name, status: 'Failed' }]);
});

test('a job stopped by someone else fails its wait, and is not taken for a result', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 3 * HOUR }) } });
  const creation = world.begin(app());
  await world.until(() => world.jobs().length === 1);
  await world.byHand('StopAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
  const stack = await world.finish(creation);
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.failures(stack).join()).toContain('ended Stopped');
  expect(world.leftovers()).toEqual([]);
});

describe('removal policies', () => {
  test('DESTROY: deleting the stack while the job runs stops and deletes it', async () => {
    const world = await World.start({ scenario: { recommendation: () => ({ duration: 9 * HOUR }) } });
    const creation = world.begin(app());
    await world.until(() => world.sandbox.sagemaker.running().length === 1);
    const deletion = world.sandbox.cloudFormation.destroy('Chat');
    await world.finish(creation);
    const stack = await world.finish(deletion);
    expect(stack.status).toBe('DELETE_COMPLETE');
    expect(world.leftovers()).toEqual([]);
  });

  test('RETAIN: the job outlives the stack, and a new stack of that name adopts it', async () => {
    const world = await World.start();
    await world.deploy(app({ removalPolicy: RemovalPolicy.RETAIN }));
    await world.destroy();
    expect(world.jobs()).toHaveLength(1);
    await world.deploy(app());
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('RETAIN: a job that runs when the deployment fails is stopped all the same', async () => {
    const world = await World.start({ scenario: { recommendation: () => ({ duration: 9 * HOUR }) } });
    const creation = world.begin(app({ removalPolicy: RemovalPolicy.RETAIN, also: (stack, job) => failing(stack, job.node.findChild('Wait').node.findChild('Lap1')) }));
    const stack = await world.finish(creation);
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    await world.pass(HOUR);
    expect(world.sandbox.sagemaker.running()).toEqual([]);
  });

  test.each([
    ['RemovalPolicies of the job', (_: Stack, job: AiRecommendationJob) => RemovalPolicies.of(job).retain()],
    ['RemovalPolicies of the stack', (stack: Stack) => RemovalPolicies.of(stack).retain()],
    ['MissingRemovalPolicies, beside RETAIN', (stack: Stack) => MissingRemovalPolicies.of(stack).retain()],
  ])('%s: a job that runs when the deployment fails is stopped all the same', async (what, retain) => {
    const world = await World.start({ scenario: { recommendation: () => ({ duration: 9 * HOUR }) } });
    const creation = world.begin(app({
      removalPolicy: what.startsWith('Missing') ? RemovalPolicy.RETAIN : undefined,
      also: (stack, job) => {
        failing(stack, job.node.findChild('Wait').node.findChild('Lap1'));
        retain(stack, job);
      },
    }));
    const stack = await world.finish(creation);
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    await world.pass(HOUR);
    expect(world.sandbox.sagemaker.running()).toEqual([]);
  });

  test('RETAIN_ON_UPDATE_OR_DELETE: the old job stays when an update replaces it, and a failed first deployment cleans up', async () => {
    const world = await World.start({ scenario: { recommendation: (_, nth) => (nth === 1 ? { status: 'Failed' } : {}) } });
    const kept = { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE };
    expect((await world.deploy(app(kept))).status).toBe('ROLLBACK_COMPLETE');
    expect(world.leftovers()).toEqual([]);
    await world.destroy();
    await world.deploy(app(kept));
    await world.deploy(app({ ...kept, concurrency: 20 }));
    await world.destroy();
    expect(world.jobs().map(({ status }) => status)).toEqual(['Completed', 'Completed']);
  });
});
