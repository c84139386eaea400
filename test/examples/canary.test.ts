import { App, Duration } from 'aws-cdk-lib';
import { begin, Common, deploy, destroy, outputs, served } from './deploy';
import { CanaryStack } from '../../examples/canary/canary-stack';
import { MINUTE, World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'Canary';
interface Changes {
  readonly instanceCount?: number;
  readonly modelLatency?: Duration;
}
const canary = (changes: Changes = {}) => (app: App, common: Common) => new CanaryStack(app, NAME, { ...common, ...changes });

/** Who served when, from the first moment on: at each, somebody serves every request. Minutes count from the first entry that is given. */
function history(world: World, from = 0) {
  const [{ history: shifts }] = world.sandbox.sagemaker.endpoints;
  expect(shifts.map(({ shares }) => Object.values(shares).reduce((sum, share) => sum + share, 0))).toEqual(shifts.map(() => 100));
  return shifts.slice(from).map(({ time, shares }) => ({ minute: (time - shifts[from].time) / MINUTE, shares }));
}

test('the fastest that answers soon enough serves, and an update gets a tenth of the traffic first', async () => {
  const world = await World.start();
  const stack = await deploy(world, canary());
  expect(stack.status).toBe('CREATE_COMPLETE');
  const before = served(world);
  expect(before).toMatchObject({ status: 'InService', variant: { InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 2 } });
  expect(outputs(stack)).toMatchObject({ EndpointName: before.name, InstanceType: 'ml.g6.24xlarge', InstanceCount: '2', SelectionWarning: '' });
  expect(world.sandbox.cloudWatch.alarms).toHaveLength(2);

  const updated = await deploy(world, canary({ instanceCount: 4 }));
  expect(updated.status).toBe('UPDATE_COMPLETE');
  const after = served(world);
  expect(after).toMatchObject({ name: before.name, status: 'InService', variant: { InitialInstanceCount: 4 } });
  expect(history(world, 1)).toEqual([
    { minute: 0, shares: { [before.configName]: 90, [after.configName]: 10 } },
    { minute: 10, shares: { [after.configName]: 100 } },
  ]);

  // Another limit is one of an alarm, and no deployment.
  expect((await deploy(world, canary({ instanceCount: 4, modelLatency: Duration.seconds(20) }))).status).toBe('UPDATE_COMPLETE');
  expect(served(world)).toEqual(after);
  expect(history(world)).toHaveLength(3);
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(await destroy(world, NAME)).toEqual([]);
});

test('an alarm in the ten minutes brings back what served before, and the deployment says so', async () => {
  const world = await World.start();
  const first = await deploy(world, canary());
  const before = served(world);
  const [{ name: alarm }] = world.sandbox.cloudWatch.alarms;

  const operation = begin(world, canary({ instanceCount: 4 }));
  await world.until(() => history(world).length === 2);
  await world.pass(5 * MINUTE);
  world.sandbox.cloudWatch.setAlarmState(alarm, 'ALARM');
  const stack = await world.finish(operation);
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.failures(stack)[0]).toContain(`The CloudWatch alarms ${alarm} went off during the deployment`);
  expect(served(world)).toEqual(before);
  expect(stack.outputs).toEqual(first.outputs);
  // At once, instead of after ten minutes, and all the time from then on.
  const [, { minute: begun }, ...back] = history(world);
  expect(back[0].minute - begun).toBeLessThan(6);
  expect(back.map(({ shares }) => shares)).toEqual(back.map(() => ({ [before.configName]: 100 })));

  // When all is well again, the same deployment goes through.
  world.sandbox.cloudWatch.setAlarmState(alarm, 'OK');
  expect((await world.finish(begin(world, canary({ instanceCount: 4 })))).status).toBe('UPDATE_COMPLETE');
  expect(served(world)).toMatchObject({ status: 'InService', variant: { InitialInstanceCount: 4 } });
  expect(history(world).at(-1)!.shares).toEqual({ [served(world).configName]: 100 });
  expect(await destroy(world, NAME)).toEqual([]);
});
