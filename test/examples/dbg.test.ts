import { begin, deploy, served } from './deploy';
import { CanaryStack } from '../../examples/canary/canary-stack';
import { LoraAdaptersStack } from '../../examples/lora-adapters/lora-adapters-stack';
import { MINUTE, World } from '../lifecycle/harness';
import { writeFileSync } from 'fs';
afterEach(() => World.stopAll());
const dump = (world: World, file: string) => writeFileSync(file, [...world.sandbox.journal.calls.map(c => [new Date(c.time).toISOString(), c.operation, JSON.stringify(c.input).slice(0, 400), c.error].join(' ')),
   '', ...world.sandbox.journal.events.map(e => JSON.stringify(e))].join('\n'));
test('canary', async () => {
  const world = await World.start();
  const canary = (changes: any) => (app: any, common: any) => new CanaryStack(app, 'Canary', { ...common, ...changes });
  await deploy(world, canary({}));
  const [{ name: alarm }] = world.sandbox.cloudWatch.alarms;
  const operation = begin(world, canary({ instanceCount: 4 }));
  await world.until(() => world.sandbox.sagemaker.endpoints[0].history.length === 2);
  await world.pass(5 * MINUTE);
  world.sandbox.cloudWatch.setAlarmState(alarm, 'ALARM');
  const stack = await world.finish(operation);
  dump(world, '/tmp/canary.txt'); served(world); console.log(world.failures(stack), stack.status);
});
test('lora', async () => {
  const world = await World.start();
  const lora = (adapterIds?: string[]) => (app: any, common: any) => new LoraAdaptersStack(app, 'Lora', { ...common, adapterIds });
  await deploy(world, lora());
  const stack = await deploy(world, lora(['support', 'legal', 'sales']));
  dump(world, '/tmp/lora.txt'); console.log(world.failures(stack), stack.status);
});
