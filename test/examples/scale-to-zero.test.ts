import { App } from 'aws-cdk-lib';
import { Common, deploy, destroy, outputs, served } from './deploy';
import { ScaleToZeroStack } from '../../examples/scale-to-zero/scale-to-zero-stack';
import { MINUTE, World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'ScaleToZero';
const scaleToZero = (maxCopies?: number) => (app: App, common: Common) => new ScaleToZeroStack(app, NAME, { ...common, maxCopies });

/** Lets time pass until it is that late on that day of January 2026, in Berlin, which is an hour ahead of UTC then. */
const until = (world: World, day: number, time: string) =>
  world.pass(Date.parse(`2026-01-${String(day).padStart(2, '0')}T${time}+01:00`) - world.sandbox.clock.now());

/** Copies that are to be, that there are, instances, and the bounds of scaling. */
function counts(world: World) {
  const { sagemaker: { inferenceComponents: [component], endpoints: [{ fleet }] }, autoscaling: { targets: [target] } } = world.sandbox;
  const { desiredCopyCount, currentCopyCount, status } = component;
  expect(status).toBe('InService');
  expect(currentCopyCount).toBe(desiredCopyCount);
  return { copies: currentCopyCount, instances: fleet.production[0].currentInstanceCount, bounds: [target.MinCapacity, target.MaxCapacity] };
}

/** What a client gets to do with. */
function serving(world: World) {
  const [{ name, specifications }] = world.sandbox.sagemaker.inferenceComponents;
  return { ...served(world), component: name, specifications };
}

test('copies and instances go in the evening and come back in the morning, but not on a weekend', async () => {
  const world = await World.start();
  const stack = await deploy(world, scaleToZero());
  expect(stack.status).toBe('CREATE_COMPLETE');
  const before = serving(world);
  expect(outputs(stack)).toMatchObject({ EndpointName: before.name, InferenceComponentName: before.component });
  expect(counts(world)).toEqual({ copies: 2, instances: 1, bounds: [0, 4] });

  await until(world, 5, '19:59');
  expect(counts(world).copies).toBe(2);
  await until(world, 5, '20:10');
  expect(counts(world)).toEqual({ copies: 0, instances: 1, bounds: [0, 0] });
  await until(world, 5, '20:29'); // SageMaker keeps idle instances for a while
  expect(counts(world)).toEqual({ copies: 0, instances: 0, bounds: [0, 0] });
  expect(world.sandbox.sagemaker.running()).toEqual([]);
  await until(world, 6, '07:29');
  expect(counts(world)).toEqual({ copies: 0, instances: 0, bounds: [0, 4] });
  await until(world, 6, '07:45');
  expect(counts(world)).toEqual({ copies: 1, instances: 1, bounds: [1, 4] });

  await until(world, 10, '12:00'); // Saturday
  expect(counts(world)).toEqual({ copies: 0, instances: 0, bounds: [0, 4] });
  await until(world, 12, '07:45');
  expect(counts(world)).toEqual({ copies: 1, instances: 1, bounds: [1, 4] });
  expect(serving(world)).toEqual(before);
  expect(await destroy(world, NAME)).toEqual([]);
});

test('at night a tag changes nothing, a request wakes it, and so does another deployment', async () => {
  const world = await World.start();
  await deploy(world, scaleToZero());
  const before = serving(world);
  await until(world, 5, '23:00');
  expect((await deploy(world, scaleToZero(), { team: 'chat' })).status).toBe('UPDATE_COMPLETE');
  expect(serving(world)).toEqual(before);
  expect(counts(world)).toEqual({ copies: 0, instances: 0, bounds: [0, 4] });

  const [{ ResourceId }] = world.sandbox.autoscaling.targets;
  await world.sandbox.run(world.sandbox.autoscaling.scale(ResourceId, 1));
  await world.pass(15 * MINUTE);
  expect(counts(world)).toEqual({ copies: 1, instances: 1, bounds: [0, 4] });
  await world.sandbox.run(world.sandbox.autoscaling.scale(ResourceId, 0));
  await world.pass(15 * MINUTE);
  expect(counts(world)).toEqual({ copies: 0, instances: 0, bounds: [0, 4] });

  // One copy, without which nobody would know whether the new configuration works.
  expect((await deploy(world, scaleToZero(6), { team: 'chat' })).status).toBe('UPDATE_COMPLETE');
  expect(counts(world)).toEqual({ copies: 1, instances: 1, bounds: [0, 6] });
  expect(await destroy(world, NAME)).toEqual([]);
});
