import { App } from 'aws-cdk-lib';
import { Common, deploy, destroy, served } from './deploy';
import { OvernightStack } from '../../examples/overnight/overnight-stack';
import { HOUR, World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'Overnight';
const overnight = (app: App, common: Common) => new OvernightStack(app, NAME, { ...common, mailAddress: 'ml-team@example.com' });
const EVENING = Date.parse('2026-01-05T08:00:00Z');
const hours = (time: number) => Math.floor((time - EVENING) / HOUR);

test('after nine hours there is one mail, before the endpoint is made', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 9 * HOUR }) } });
  const stack = await deploy(world, overnight);
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(served(world).status).toBe('InService');
  const [{ name, endTime }] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
  const { messages } = world.sandbox.sns;
  expect(messages.map(({ message }) => message)).toEqual([[
    `"${name} completed at ${new Date(endTime! * 1000).toISOString()}, after 32400 seconds."`,
    '"The endpoint of stack Overnight follows now."',
  ].join('\n')]);
  expect(hours(messages[0].time)).toBe(9);
  expect(messages[0].time).toBeLessThan(world.sandbox.journal.calls.find(({ operation }) => operation === 'CreateModel')!.time);
  expect(world.sandbox.eventBridge.deliveries.filter(({ error }) => error !== undefined)).toEqual([]);

  // A tag is nothing to write home about, and neither is the end of it all.
  await deploy(world, overnight, { team: 'ml' });
  expect(await destroy(world, NAME)).toEqual([]);
  expect(messages).toHaveLength(1);
});

test('if the job fails there is one mail, too, with the reason', async () => {
  const world = await World.start({
    scenario: { recommendation: () => ({ duration: 3 * HOUR, status: 'Failed', failureReason: 'no capacity for "ml.p5.48xlarge"' }) },
  });
  expect((await deploy(world, overnight)).status).toBe('ROLLBACK_COMPLETE');
  const { messages } = world.sandbox.sns;
  expect(messages.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^"Overnight-Recommendation[\w-]+ ended Failed at 2026-01-05T11:\d\d:\d\d\.\d+Z: no capacity for \\"ml\.p5\.48xlarge\\""\n"Stack Overnight is rolled back\."$/),
  ]);
  expect(world.sandbox.eventBridge.deliveries.filter(({ error }) => error !== undefined)).toEqual([]);
});
