import { Stack } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import * as kms from 'aws-cdk-lib/aws-kms';
import { failing } from './app';
import { World } from './harness';
import { endpoint, made, NOTHING, pinned, serving } from './hosting';
import { ServiceError } from '../../sandbox/service';
import { GpuInstanceType, RecommendationSelector, VolumeEncryption } from '../../src';

afterEach(() => World.stopAll());

const TWO = pinned({ instanceType: 'ml.g6.24xlarge' }, { instanceType: 'ml.g5.12xlarge' });
const scale = (world: World, VariantName: string, DesiredInstanceCount: number) => world.byHand('UpdateEndpointWeightsAndCapacities', {
  EndpointName: 'chat', DesiredWeightsAndCapacities: [{ VariantName, DesiredInstanceCount }],
});

describe('several variants', () => {
  test('each have their model, come and go in place, and leave nothing behind', async () => {
    const world = await World.start();
    const both = endpoint({ recommendation: TWO }, (_, chat) => {
      chat.addVariant('Second', { recommendation: TWO, selector: RecommendationSelector.byRank(2), variantName: 'second', initialVariantWeight: 0.5 });
    });
    const stack = await world.deploy(both);
    expect(world.failures(stack)).toEqual([]);
    const { config: { ProductionVariants } } = serving(world);
    const name = serving(world).endpoint.configName;
    expect(ProductionVariants).toMatchObject([
      { VariantName: 'AllTraffic', ModelName: name, InstanceType: 'ml.g6.24xlarge' },
      { VariantName: 'second', ModelName: `${name}-2`, InstanceType: 'ml.g5.12xlarge', InitialVariantWeight: 0.5 },
    ]);

    const updated = await world.deploy(endpoint({ recommendation: TWO }));
    expect(updated.status).toBe('UPDATE_COMPLETE');
    expect(made(world).models).toEqual([serving(world).endpoint.configName]);
    expect(made(world).configs).toHaveLength(1);
    await world.destroy();
    expect(made(world)).toEqual(NOTHING);
  });

  test('one whose model is refused takes the others along', async () => {
    const world = await World.start({
      scenario: {
        refuse: (operation, { ModelName }) => operation === 'CreateModel' && ModelName.endsWith('-2') ? new ServiceError('ValidationException', 'no') : undefined,
      },
    });
    await world.deploy(endpoint({ recommendation: TWO }));
    const before = made(world);
    const stack = await world.deploy(endpoint({ recommendation: TWO }, (_, chat) => chat.addVariant('Second', { recommendation: TWO, variantName: 'second' })));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(made(world)).toEqual(before);
  });

  test('a shadow gets copies of the requests', async () => {
    const world = await World.start();
    const stack = await world.deploy(endpoint({ recommendation: TWO }, (_, chat) => {
      chat.addShadowVariant('Shadow', { recommendation: TWO, selector: RecommendationSelector.byRank(2), variantName: 'shadow' });
    }));
    expect(world.failures(stack)).toEqual([]);
    expect(serving(world).config).toMatchObject({
      ProductionVariants: [{ VariantName: 'AllTraffic' }], ShadowProductionVariants: [{ VariantName: 'shadow', InstanceType: 'ml.g5.12xlarge' }],
    });
    await world.destroy();
    expect(made(world)).toEqual(NOTHING);
  });
});

test('a configuration that is refused takes its models along, and leaves the endpoint as it was', async () => {
  let refused = false;
  const world = await World.start({
    scenario: { refuse: operation => operation === 'CreateEndpointConfig' && refused ? new ServiceError('ResourceLimitExceeded', 'quota') : undefined },
  });
  await world.deploy(endpoint({ recommendation: TWO }));
  const before = made(world);
  refused = true;
  const stack = await world.deploy(endpoint({ recommendation: TWO, selector: RecommendationSelector.byRank(2) }));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.failures(stack).join()).toContain('quota (ResourceLimitExceeded)');
  expect(made(world)).toEqual(before);
});

describe('recommendations that stand by', () => {
  test('serve where the best is not to be had, each with its model', async () => {
    const world = await World.start({ scenario: { capacity: type => type !== 'ml.g6.24xlarge' } });
    const recommendation = pinned({ instanceType: 'ml.g6.24xlarge' }, { instanceType: 'ml.g6.24xlarge' }, { instanceType: 'ml.g5.12xlarge', image: 'image:2' });
    const stack = await world.deploy(endpoint({ recommendation, fallbackCount: 2 }));
    expect(world.failures(stack)).toEqual([]);
    const { endpoint: { configName, fleet }, config: { ProductionVariants: [variant] = [] } } = serving(world);
    expect(variant.InstancePools).toEqual([
      { InstanceType: 'ml.g6.24xlarge', Priority: 1 }, { InstanceType: 'ml.g5.12xlarge', ModelNameOverride: `${configName}-1b`, Priority: 2 },
    ]);
    expect(fleet.production[0].instanceType).toBe('ml.g5.12xlarge');
    expect(world.sandbox.sagemaker.models[1].request.PrimaryContainer!.Image).toContain('image:2');

    // With a tag the deployment is answered from what there is.
    const tagged = await world.deploy(endpoint({ recommendation, fallbackCount: 2 }, scope => scope.tags.setTag('team', 'a')));
    expect(tagged.status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateModel')).toBe(2);
    await world.destroy();
    expect(made(world)).toEqual(NOTHING);
  });
});

describe('a number of instances that was scaled', () => {
  test('stays in an update that asks for the same, and in its rollback', async () => {
    const world = await World.start();
    await world.deploy(endpoint({ recommendation: pinned({}) }));
    await scale(world, 'AllTraffic', 3);
    await world.pass(600_000);
    await world.deploy(endpoint({ recommendation: pinned({ image: 'image:2' }) }));
    expect(serving(world).counts).toEqual({ AllTraffic: 3 });

    const stack = await world.deploy(endpoint({ recommendation: pinned({ image: 'image:3' }) }, (scope, chat) => failing(scope, chat)));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(serving(world).counts).toEqual({ AllTraffic: 3 });

    await world.deploy(endpoint({ recommendation: pinned({ image: 'image:2' }), initialInstanceCount: 2 }));
    expect(serving(world).counts).toEqual({ AllTraffic: 2 });
  });

  test('stays when another variant changes, and what was asked for is still known afterwards', async () => {
    const world = await World.start();
    const both = (second: string, image: string) => endpoint({ recommendation: pinned({ image }) }, (_, chat) => chat.addVariant('Second', {
      recommendation: pinned({ instanceType: second }), variantName: 'second',
    }));
    await world.deploy(both('ml.g5.12xlarge', 'image:1'));
    await scale(world, 'AllTraffic', 3);
    await world.pass(600_000);
    await world.deploy(both('ml.g5.24xlarge', 'image:1'));
    expect(serving(world).counts).toEqual({ AllTraffic: 3, second: 1 });
    await scale(world, 'AllTraffic', 4);
    await world.pass(600_000);
    await world.deploy(both('ml.g5.24xlarge', 'image:2'));
    expect(serving(world).counts).toEqual({ AllTraffic: 4, second: 1 });
  });

  test('of a variant that moves to another instance type is the recommended one', async () => {
    const world = await World.start();
    await world.deploy(endpoint({ recommendation: TWO }));
    await scale(world, 'AllTraffic', 3);
    await world.pass(600_000);
    await world.deploy(endpoint({ recommendation: TWO, selector: RecommendationSelector.byRank(2) }));
    expect(serving(world).counts).toEqual({ AllTraffic: 1 });
  });
});

describe('scaling of a variant that moves to another instance type', () => {
  const scaled = (index: number, also: Parameters<typeof endpoint>[1] = () => {}) => endpoint(
    { recommendation: TWO, selector: RecommendationSelector.byRank(index) }, (stack, chat) => {
      const count = chat.autoScaleInstances({ minCapacity: 1, maxCapacity: 4 });
      count.scaleOnSchedule('Morning', { schedule: Schedule.cron({ hour: '8', minute: '0' }), minCapacity: 2 });
      also(stack, chat);
    });
  const registered = ({ sandbox: { autoscaling } }: World) => ({
    targets: autoscaling.targets.map(({ ResourceId }) => ResourceId), actions: autoscaling.scheduledActions.map(action => action.ScheduledActionName),
  });

  test('is off while the endpoint is updated, and on afterwards', async () => {
    const world = await World.start();
    const first = await world.deploy(scaled(1));
    expect(world.failures(first)).toEqual([]);
    const before = registered(world);
    expect(before).toEqual({ targets: ['endpoint/chat/variant/AllTraffic'], actions: [expect.any(String)] });
    const stack = await world.deploy(scaled(2));
    expect(world.failures(stack)).toEqual([]);
    expect(serving(world).config.ProductionVariants![0].InstanceType).toBe('ml.g5.12xlarge');
    expect(registered(world)).toEqual(before);

    const failed = await world.deploy(scaled(1, failing));
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(serving(world).config.ProductionVariants![0].InstanceType).toBe('ml.g5.12xlarge');
    expect(registered(world)).toEqual(before);
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(made(world)).toEqual(NOTHING);
  });
});

test('a volume key is refused with local storage before anything is made, or left out', async () => {
  const world = await World.start();
  const arn = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const encrypted = (of: (key: kms.IKey) => VolumeEncryption) => (scope: Stack) => endpoint({
    recommendation: TWO, volumeEncryption: of(kms.Key.fromKeyArn(scope, 'Key', arn)),
  })(scope);
  const stack = await world.deploy(encrypted(VolumeEncryption.withKey));
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.failures(stack).join()).toContain('ml.g6.24xlarge has local storage');
  expect(world.count('CreateModel')).toBe(0);
  const second = await world.deploy(encrypted(VolumeEncryption.withKeyUnlessLocalStorage), { stackName: 'Second' });
  expect(world.failures(second)).toEqual([]);
  expect(serving(world).config).not.toHaveProperty('KmsKeyId');
});

test('a pinned result is deployed without any job', async () => {
  const world = await World.start();
  const stack = await world.deploy(endpoint({ recommendation: TWO, instanceType: GpuInstanceType.P5_48XLARGE }, (_, chat) => chat.addOutputs()));
  expect(world.failures(stack)).toEqual([]);
  expect(serving(world).config.ProductionVariants![0].InstanceType).toBe('ml.p5.48xlarge');
  expect(world.count('DescribeAIRecommendationJob')).toBe(0);
});
