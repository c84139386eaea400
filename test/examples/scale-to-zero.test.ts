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
  console.log(counts(world), new Date(world.sandbox.clock.now()).toISOString());
  await until(world, 5, '19:59');
  console.log(counts(world));
  await until(world, 5, '20:00');
  await world.pass(10 * MINUTE);
  console.log(counts(world), world.sandbox.autoscaling.activities);
  await until(world, 5, '20:29');
  console.log(counts(world));
  await until(world, 6, '07:29');
  console.log(counts(world));
  await until(world, 6, '08:00');
  console.log(counts(world));
  await until(world, 10, '12:00');
  console.log(counts(world));
  await until(world, 12, '08:00');
  console.log(counts(world));
  await destroy(world, NAME);
});

test('at night somebody can wake it, and a deployment does not', async () => {
  const world = await World.start();
  await deploy(world, scaleToZero());
  const before = serving(world);
  await until(world, 5, '23:00');
  console.log(counts(world));
  console.log((await deploy(world, scaleToZero(), { team: 'chat' })).status);
  console.log(counts(world));
  expect(serving(world)).toEqual(before);
  const s = await deploy(world, scaleToZero(6));
  console.log(s.status, world.failures(s), counts(world));
  const [{ ResourceId }] = world.sandbox.autoscaling.targets;
  await world.sandbox.run(world.sandbox.autoscaling.scale(ResourceId, 1));
  await world.pass(30 * MINUTE);
  console.log(counts(world));
  await destroy(world, NAME);
});
