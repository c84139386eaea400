import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { MINUTE, World } from './harness';
import { endpoint as hosting, pinned } from './hosting';
import { ENDPOINT, LARGE, scaled, SMALL } from './scaled';
import type { SandboxOptions } from '../../sandbox';
import { ServiceError } from '../../sandbox/service';
import { GpuInstanceType } from '../../src';

const RESOURCE = `endpoint/${ENDPOINT}/variant/AllTraffic`;

afterEach(() => World.stopAll());

/** All that there is of scaling, without what the services make up; alarms start policies by name. */
function scalingOf({ sandbox: { autoscaling, cloudWatch } }: World): object {
  return {
    targets: autoscaling.targets.map(({ ScalableTargetARN: _arn, CreationTime: _time, ...target }) => target),
    policies: autoscaling.policies.map(({ PolicyARN: _arn, CreationTime: _time, ...policy }) => policy),
    actions: autoscaling.scheduledActions.map(({ ScheduledActionARN: _arn, CreationTime: _time, ...action }) => action),
    alarms: cloudWatch.alarms.filter(({ name }) => !name.startsWith('TargetTracking-')).map(({ properties: { AlarmActions, ...properties } }) => (
      { ActionsEnabled: true, ...properties, AlarmActions: AlarmActions.map((arn: string) => autoscaling.policyByArn(arn)?.PolicyName ?? arn) })),
  };
}

async function serving(world: World): Promise<{ type: string; count: number }> {
  const endpoint = await world.byHand('DescribeEndpoint', { EndpointName: ENDPOINT }) as any;
  const config = await world.byHand('DescribeEndpointConfig', { EndpointConfigName: endpoint.EndpointConfigName }) as any;
  return { type: config.ProductionVariants[0].InstanceType, count: endpoint.ProductionVariants[0].DesiredInstanceCount };
}

const kept = (world: World) => [...world.sandbox.ssm.parameters.keys()].filter(name => name.startsWith('/cdk-sagemaker-inference/scaling/'));

async function scaleTo(world: World, count: number): Promise<void> {
  await world.sandbox.run(world.sandbox.autoscaling.scale(RESOURCE, count));
  await world.pass(20 * MINUTE);
}

/** A deployed endpoint that load has brought to three instances. */
async function deployed(options?: SandboxOptions) {
  const world = await World.start(options);
  const stack = await world.deploy(scaled());
  expect(world.failures(stack)).toEqual([]);
  await scaleTo(world, 3);
  expect(await serving(world)).toEqual({ type: SMALL.value, count: 3 });
  return { world, before: scalingOf(world) };
}

async function expectNothingLeft(world: World): Promise<void> {
  const stack = await world.destroy();
  expect(stack.status).toBe('DELETE_COMPLETE');
  expect(world.sandbox.autoscaling.targets).toEqual([]);
  expect(world.sandbox.cloudWatch.alarms).toEqual([]);
  expect(kept(world)).toEqual([]);
  expect(world.leftovers()).toEqual([]);
}

test('an update on the same instances leaves their number and the scaling alone', async () => {
  const { world, before } = await deployed();
  const stack = await world.deploy(scaled({ startup: Duration.minutes(30) }));
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(await serving(world)).toEqual({ type: SMALL.value, count: 3 });
  expect(world.count('DeregisterScalableTarget')).toBe(0);
  expect(scalingOf(world)).toEqual(before);
  await expectNothingLeft(world);
});

test('for another instance type the scaling goes off, and comes back as it was', async () => {
  const { world, before } = await deployed();
  const stack = await world.deploy(scaled({ type: LARGE }));
  expect(world.failures(stack)).toEqual([]);
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect((await serving(world)).type).toBe(LARGE.value);
  expect(world.count('DeregisterScalableTarget')).toBe(1);
  expect(scalingOf(world)).toEqual(before);
  expect(kept(world)).toEqual([]);
  await scaleTo(world, 5);
  expect(await serving(world)).toEqual({ type: LARGE.value, count: 5 });
  await expectNothingLeft(world);
});

test('what the same update changes of the scaling holds', async () => {
  const { world } = await deployed();
  const stack = await world.deploy(scaled({ type: LARGE, maxCapacity: 9 }));
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(world.sandbox.autoscaling.targets).toEqual([expect.objectContaining({ MinCapacity: 1, MaxCapacity: 9 })]);
  expect(world.sandbox.autoscaling.policies).toHaveLength(3);
  await expectNothingLeft(world);
});

test('scaling that leaves the template together with the instance type is gone', async () => {
  const { world } = await deployed();
  const stack = await world.deploy(scaled({ type: LARGE, scaled: false }));
  expect(world.failures(stack)).toEqual([]);
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(scalingOf(world)).toEqual({ targets: [], policies: [], actions: [], alarms: [] });
  expect(kept(world)).toEqual([]);
  await expectNothingLeft(world);
});

test('later updates find policies that were made again by their names', async () => {
  const { world } = await deployed();
  await world.deploy(scaled({ type: LARGE }));
  const stack = await world.deploy(scaled({ type: LARGE, concurrency: 8 }));
  expect(world.failures(stack)).toEqual([]);
  expect(world.sandbox.autoscaling.policies).toHaveLength(3);
  expect(world.sandbox.autoscaling.policies.find(({ PolicyName }) => PolicyName.includes('Concurrency'))!.TargetTrackingScalingPolicyConfiguration)
    .toMatchObject({ TargetValue: 8 });
  await expectNothingLeft(world);
});

test('where CloudFormation knows policies by their ARNs only, destroying leaves nothing all the same', async () => {
  const { world, before } = await deployed({ behaviour: { scalingIdentity: 'by-arn' } });
  await world.deploy(scaled({ type: LARGE }));
  expect(scalingOf(world)).toEqual(before);
  await expectNothingLeft(world);
});

test('a scaled variant goes and leaves nothing', async () => {
  const world = await World.start();
  await world.deploy(scaled({ other: true }));
  const stack = await world.deploy(scaled());
  expect(world.failures(stack)).toEqual([]);
  expect(world.sandbox.autoscaling.targets.map(({ ResourceId }) => ResourceId)).toEqual([RESOURCE]);
  expect(kept(world)).toEqual([]);
  await expectNothingLeft(world);
});

test('scaling that somebody registered by hand comes back too', async () => {
  const world = await World.start();
  await world.deploy(scaled({ scaled: false }));
  const identity = { ServiceNamespace: 'sagemaker', ResourceId: RESOURCE, ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' };
  await world.sandbox.run(world.sandbox.autoscaling.console('RegisterScalableTarget', {
    ...identity, MinCapacity: 2, MaxCapacity: 3, SuspendedState: { DynamicScalingInSuspended: true },
  }));
  const before = scalingOf(world);
  const stack = await world.deploy(scaled({ scaled: false, type: LARGE }));
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(scalingOf(world)).toEqual(before);
  await expectNothingLeft(world);
});

describe.each(['new', 'old'] as const)('a rollback with the %s physical id', rollbackPhysicalId => {
  const behaviour = { rollbackPhysicalId };
  const rollsBack = { behaviour, scenario: { endpoint: (_: unknown, nth: number) => (nth === 2 ? { rollsBack: true } : {}) } };

  test('brings back what the endpoint could not do without, when SageMaker goes back by itself', async () => {
    const { world, before } = await deployed(rollsBack);
    const stack = await world.deploy(scaled({ type: LARGE }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await serving(world)).type).toBe(SMALL.value);
    expect(scalingOf(world)).toEqual(before);
    expect(kept(world)).toEqual([]);
    await expectNothingLeft(world);
  });

  test('takes it off once more, when something fails after it was put back', async () => {
    const { world, before } = await deployed({ behaviour });
    const stack = await world.deploy(scaled({ type: LARGE, fails: true }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await serving(world)).type).toBe(SMALL.value);
    expect(world.count('DeregisterScalableTarget')).toBe(2);
    expect(world.count('RegisterScalableTarget')).toBe(2);
    expect(scalingOf(world)).toEqual(before);
    expect(kept(world)).toEqual([]);
    await expectNothingLeft(world);
  });

  const refusedMove = async (removalPolicy: RemovalPolicy) => {
    const refusal = new ServiceError('ResourceLimitExceeded', 'The account-level service limit is 0 instances');
    const world = await World.start({
      behaviour,
      scenario: {
        endpoint: (_: unknown, nth: number) => {
          if (nth === 2) {
            throw refusal;
          }
          return {};
        },
      },
    });
    await world.deploy(scaled({ removalPolicy }));
    const before = scalingOf(world);
    const stack = await world.deploy(scaled({ type: LARGE, removalPolicy }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toContain('service limit');
    expect(world.count('DeregisterScalableTarget')).toBe(1);
    expect(scalingOf(world)).toEqual(before);
    expect(kept(world)).toEqual([]);
  };

  test('brings it back when the endpoint refuses to move, so that what is behind it is not touched', () => refusedMove(RemovalPolicy.DESTROY));

  test('also of a retained endpoint', () => refusedMove(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE));

  test('brings back a scaled variant that was to go', async () => {
    const world = await World.start({ behaviour });
    await world.deploy(scaled({ other: true }));
    const before = scalingOf(world);
    expect(world.sandbox.autoscaling.targets).toHaveLength(2);
    const stack = await world.deploy(scaled({ fails: true }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(scalingOf(world)).toEqual(before);
    expect(kept(world)).toEqual([]);
    await expectNothingLeft(world);
  });

  test.each([1, 5, 8])('leaves it as it was when the update is cancelled %s minutes after the endpoint began to move', async minutes => {
    const { world, before } = await deployed({ behaviour });
    const update = world.begin(scaled({ type: LARGE }));
    await world.until(() => world.count('DeregisterScalableTarget') === 1);
    await world.pass(minutes * MINUTE);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    const stack = await world.finish(update);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await serving(world)).type).toBe(SMALL.value);
    expect(scalingOf(world)).toEqual(before);
    expect(kept(world)).toEqual([]);
    await expectNothingLeft(world);
  });
});

test.each([
  ['is tried again', { type: LARGE, startup: Duration.minutes(30) }],
  ['is given up', { type: SMALL }],
])('an update without rollback that %s has its scaling in the end', async (_, next) => {
  const { world, before } = await deployed({ scenario: { endpoint: (_request: unknown, nth: number) => (nth === 2 ? { rollsBack: true } : {}) } });
  const failed = await world.deploy(scaled({ type: LARGE }), { disableRollback: true });
  expect(failed.status).toBe('UPDATE_FAILED');
  expect(world.sandbox.autoscaling.targets).toEqual([]);
  expect(kept(world)).toHaveLength(1);
  const stack = await world.deploy(scaled(next), { disableRollback: true });
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect((await serving(world)).type).toBe(next.type.value);
  expect(scalingOf(world)).toEqual(before);
  expect(kept(world)).toEqual([]);
  await expectNothingLeft(world);
});

test('a stack that is destroyed while its scaling is off leaves nothing', async () => {
  const { world } = await deployed({ scenario: { endpoint: (_: unknown, nth: number) => (nth === 2 ? { rollsBack: true } : {}) } });
  await world.deploy(scaled({ type: LARGE }), { disableRollback: true });
  expect(kept(world)).toHaveLength(1);
  await expectNothingLeft(world);
});

const sorted = (scaling: object) => Object.values(scaling).map((items: Array<{ ResourceId: string }>) => (
  [...items].sort((one, other) => one.ResourceId.localeCompare(other.ResourceId))));

/** Without jobs, so that it is quick, and whatever a variant has. */
const quick = (type: GpuInstanceType, options: { image?: string; second?: boolean; isScaled?: boolean } = {}) => {
  const { image, second, isScaled = true } = options;
  return hosting({ recommendation: pinned({ instanceType: type.value, image }) }, (_, chat) => {
    if (isScaled) {
      chat.autoScaleInstances({ maxCapacity: 8 }).scaleOnConcurrency('Concurrency', { concurrentRequestsPerModel: 5 });
    }
    if (second) {
      chat.addVariant('Second', { recommendation: pinned({ instanceType: type.value, image: 'image:second' }), variantName: 'second' })
        .autoScaleInstances({ maxCapacity: 3 }).scaleOnConcurrency('Concurrency', { concurrentRequestsPerModel: 5 });
    }
  });
};

async function scaleByHand(world: World, DesiredInstanceCount: number): Promise<void> {
  await world.byHand('UpdateEndpointWeightsAndCapacities', {
    EndpointName: ENDPOINT, DesiredWeightsAndCapacities: [{ VariantName: 'AllTraffic', DesiredInstanceCount }],
  });
  await world.pass(20 * MINUTE);
}

describe.each(['new', 'old'] as const)('an update that ends before the endpoint moves, with the %s physical id', rollbackPhysicalId => {
  const behaviour = { rollbackPhysicalId };

  test.each([0, 5, 20])('%s seconds after its scaling was taken off, leaves it on', async seconds => {
    const world = await World.start({ behaviour });
    await world.deploy(quick(SMALL));
    const before = scalingOf(world);
    const update = world.begin(quick(LARGE));
    await world.until(() => world.count('DeregisterScalableTarget') === 1);
    await world.pass(seconds * 1000 + 1);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    const stack = await world.finish(update);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(scalingOf(world)).toEqual(before);
    expect(kept(world)).toEqual([]);
    await world.pass(60 * MINUTE);
    expect(world.count('DeregisterScalableTarget')).toBe(1);
    expect(scalingOf(world)).toEqual(before);
    expect(kept(world)).toEqual([]);
  });

  test.each(['PutParameter', 'DescribeScalableTargets'])('does not take it off later, when %s was throttled meanwhile', async operation => {
    const world = await World.start({ behaviour });
    await world.deploy(quick(SMALL));
    const before = scalingOf(world);
    world.sandbox.faults.onCall({ operation, effect: 'throttle', times: 12 });
    const update = world.begin(quick(LARGE));
    await world.until(() => world.sandbox.journal.calls.some(call => call.operation === operation && call.error !== undefined));
    await world.pass(5_000);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    const stack = await world.finish(update);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await world.pass(60 * MINUTE);
    expect(world.count('DeregisterScalableTarget')).toBe(0);
    expect(scalingOf(world)).toEqual(before);
    expect(kept(world)).toEqual([]);
  });

  test('because the scaling of one of two variants cannot be taken off, leaves that of both', async () => {
    const world = await World.start({ behaviour });
    await world.deploy(quick(SMALL, { second: true }));
    const before = scalingOf(world);
    world.sandbox.faults.onCall({
      operation: 'DeregisterScalableTarget', effect: 'access-denied', times: Infinity, when: () => world.count('DeregisterScalableTarget') === 1,
    });
    const stack = await world.deploy(quick(LARGE, { second: true }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toContain('cannot be taken off');
    expect(sorted(scalingOf(world))).toEqual(sorted(before));
    expect(kept(world)).toEqual([]);
  });
});

describe.each(['new', 'old'] as const)('what the endpoint was scaled to stays when SageMaker goes back by itself, with the %s physical id', rollbackPhysicalId => {
  const options: SandboxOptions = { behaviour: { rollbackPhysicalId }, scenario: { endpoint: (_, nth) => (nth === 2 ? { rollsBack: true } : {}) } };

  test.each([
    ['on the same type', quick(SMALL, { image: 'image:2', isScaled: false }), false],
    ['on the same type, with scaling', quick(SMALL, { image: 'image:2' }), true],
    ['from another type', quick(LARGE), true],
  ])('%s', async (_, next, isScaled) => {
    const world = await World.start(options);
    await world.deploy(quick(SMALL, { isScaled }));
    await scaleByHand(world, 8);
    expect(await serving(world)).toEqual({ type: SMALL.value, count: 8 });
    const stack = await world.deploy(next);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await world.pass(60 * MINUTE);
    expect(await serving(world)).toEqual({ type: SMALL.value, count: 8 });
    expect(world.sandbox.autoscaling.targets).toHaveLength(isScaled ? 1 : 0);
    expect(kept(world)).toEqual([]);
    await expectNothingLeft(world);
  });

  test('also where the endpoint came to what it serves from another type', async () => {
    const world = await World.start({ ...options, scenario: { endpoint: (_, nth) => (nth === 3 ? { rollsBack: true } : {}) } });
    await world.deploy(quick(LARGE));
    await world.deploy(quick(SMALL));
    await scaleByHand(world, 8);
    const stack = await world.deploy(quick(SMALL, { image: 'image:2' }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await world.pass(60 * MINUTE);
    expect(await serving(world)).toEqual({ type: SMALL.value, count: 8 });
    await expectNothingLeft(world);
  });
});

describe('faults', () => {
  test.each(['PutParameter', 'DeregisterScalableTarget', 'RegisterScalableTarget', 'PutScalingPolicy', 'PutMetricAlarm', 'DeleteParameter'])(
    'of %s lose nothing', async operation => {
      const { world, before } = await deployed();
      world.sandbox.faults.onCall({ operation, effect: 'lost-response', times: 2 });
      world.sandbox.faults.onCall({ operation, effect: 'throttle', times: 4 });
      world.sandbox.faults.onInvoke({ effect: 'duplicate', delayMs: 2_000, times: 3 });
      const stack = await world.deploy(scaled({ type: LARGE }));
      expect(world.failures(stack)).toEqual([]);
      expect(scalingOf(world)).toEqual(before);
      expect(kept(world)).toEqual([]);
    });
});
