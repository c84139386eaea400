import { failing } from './app';
import { World } from './harness';
import { endpoint, made, NOTHING, pinned, Recommendation, serving } from './hosting';
import { ServiceError } from '../../sandbox/service';
import { GpuInstanceType, Hosting, InferenceComponentHostingOptions } from '../../src';

afterEach(() => World.stopAll());

const COPIES: Recommendation = { copies: 2, tensorParallelSize: 2 };
const on = (recommendation: Recommendation, options: InferenceComponentHostingOptions = {}, also?: Parameters<typeof endpoint>[1]) => endpoint(
  { recommendation: pinned(recommendation), hosting: Hosting.inferenceComponents({ inferenceComponentName: 'base', ...options }) }, also);

/** What is asked for each component, by its name. */
const components = (world: World) => Object.fromEntries(world.sandbox.sagemaker.inferenceComponents.map(component => [component.name, component]));

async function described(world: World, InferenceComponentName: string): Promise<Record<string, any>> {
  return world.byHand('DescribeInferenceComponent', { InferenceComponentName }) as Promise<Record<string, any>>;
}

test('a model is a component with the copies that the job found, and its adapters are components on top of it', async () => {
  const world = await World.start();
  const stack = await world.deploy(on({ ...COPIES, count: 2, adapters: ['sql', 'chat'] }, { adapterNamePrefix: 'my-' }));
  expect(world.failures(stack)).toEqual([]);
  const { config, endpoint: { configName } } = serving(world);
  expect(config.ProductionVariants).toMatchObject([{ VariantName: 'AllTraffic', InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 2 }]);
  expect(config.ProductionVariants![0]).not.toHaveProperty('ModelName');
  expect(config.ExecutionRoleArn).toContain(':role/');
  expect(await described(world, 'base')).toMatchObject({
    RuntimeConfig: { DesiredCopyCount: 4 },
    Specification: {
      ModelName: configName,
      ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 2, MinMemoryRequiredInMb: (384 - 14) * 1024 / 4 },
    },
  });
  expect(Object.keys(components(world)).sort()).toEqual(['base', 'my-chat', 'my-sql']);
  expect(await described(world, 'my-sql')).toMatchObject({
    Specification: { BaseInferenceComponentName: 'base', Container: { ArtifactUrl: 's3://my-models/adapters/sql/' } },
  });

  // With a tag, all of it is answered from what there is.
  const tagged = await world.deploy(on({ ...COPIES, count: 2, adapters: ['sql', 'chat'] }, { adapterNamePrefix: 'my-' }, scope => scope.tags.setTag('team', 'a')));
  expect(world.failures(tagged)).toEqual([]);
  expect(await described(world, 'base')).toMatchObject({ RuntimeConfig: { DesiredCopyCount: 4 } });
  await world.destroy();
  expect(made(world)).toEqual(NOTHING);
});

test('another model shares the instances if it was recommended for them, and only as far as there is room', async () => {
  const world = await World.start();
  const second = pinned({ instanceType: 'ml.p5.48xlarge' }, { tensorParallelSize: 1, memory: 4096 });
  const both = (copyCount: number) => on({ tensorParallelSize: 2 }, {}, (_, chat) => {
    chat.addInferenceComponent('Second', { recommendation: second, inferenceComponentName: 'second', copyCount });
  });
  const full = await world.deploy(both(3));
  expect(full.status).toBe('ROLLBACK_COMPLETE');
  expect(world.failures(full).join()).toContain('what is to be deployed does not fit on 1 x ml.g6.24xlarge, each with 4 accelerators');
  expect(world.count('CreateModel')).toBe(0);

  const stack = await world.deploy(both(2), { stackName: 'Second' });
  expect(world.failures(stack)).toEqual([]);
  expect(await described(world, 'second')).toMatchObject({
    RuntimeConfig: { DesiredCopyCount: 2 },
    Specification: { ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 1, MinMemoryRequiredInMb: 4096 } },
  });
  await world.destroy('Second');
  expect(made(world)).toEqual(NOTHING);
});

test('another model that was recommended for other instances only is not placed there', async () => {
  const world = await World.start();
  const stack = await world.deploy(on({ tensorParallelSize: 2 }, {}, (_, chat) => chat.addInferenceComponent('Second', {
    recommendation: pinned({ instanceType: 'ml.p5.48xlarge' }),
  })));
  expect(world.failures(stack).join()).toContain('on ml.g6.24xlarge, where all inference components of the endpoint run');
  expect(made(world)).toEqual(NOTHING);
});

describe('copies that were scaled', () => {
  // With room for the copies of an update beside those that serve.
  const LARGE: Recommendation = { instanceType: 'ml.g6.48xlarge', tensorParallelSize: 1 };
  const scaled = async () => {
    const world = await World.start();
    await world.deploy(on(LARGE));
    await world.byHand('UpdateInferenceComponentRuntimeConfig', { InferenceComponentName: 'base', DesiredRuntimeConfig: { CopyCount: 3 } });
    await world.pass(1_200_000);
    return world;
  };
  const copies = async (world: World) => (await described(world, 'base')).RuntimeConfig.DesiredCopyCount;

  test('stay in an update that asks for as many as before, and in the next one', async () => {
    const world = await scaled();
    const first = await world.deploy(on({ ...LARGE, image: 'image:2' }));
    expect(world.failures(first)).toEqual([]);
    expect(await copies(world)).toBe(3);
    await world.deploy(on({ ...LARGE, image: 'image:3' }));
    expect(await copies(world)).toBe(3);
    await world.deploy(on({ ...LARGE, image: 'image:3' }, { copyCount: 2 }));
    expect(await copies(world)).toBe(2);
  });

  test('are not moved to instances that have no room for them', async () => {
    const world = await scaled();
    const before = made(world);
    const stack = await world.deploy(on({ ...LARGE, instanceType: 'ml.g5.xlarge' }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(stack).join()).toMatch(/what runs on endpoint chat now does not fit on 1 x ml\.g5\.xlarge, .*base: 3 x 1 accelerators/);
    expect(made(world)).toEqual(before);
  });
});

test('an update that fails leaves endpoint and components as they were', async () => {
  const world = await World.start();
  await world.deploy(on(COPIES));
  const before = [made(world), await described(world, 'base')];
  const stack = await world.deploy(on({ ...COPIES, image: 'image:2' }, {}, (scope, chat) => failing(scope, chat.inferenceComponent!)));
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const after = await described(world, 'base');
  expect([made(world), { ...after, LastModifiedTime: undefined }]).toEqual([before[0], { ...before[1], LastModifiedTime: undefined }]);
  await world.destroy();
  expect(made(world)).toEqual(NOTHING);
});

test('instances that nobody knows need their figures', async () => {
  const world = await World.start();
  const stack = await world.deploy(on({ instanceType: 'ml.p6-b300.48xlarge' }));
  expect(world.failures(stack).join()).toContain('give its figures in hosting.hardware');
  expect(made(world)).toEqual(NOTHING);
});

test('a component whose model is refused leaves nothing behind', async () => {
  const world = await World.start({
    scenario: {
      refuse: (operation, { ModelName }) => operation === 'CreateModel' && ModelName.endsWith('-2') ? new ServiceError('ValidationException', 'no') : undefined,
    },
  });
  const stack = await world.deploy(on({ tensorParallelSize: 2 }, {}, (_, chat) => chat.addInferenceComponent('Second', {
    recommendation: pinned({ tensorParallelSize: 2 }), copyCount: 1,
  })));
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(made(world)).toEqual(NOTHING);
});

test('an instance type of the deployment is that of all its components', async () => {
  const world = await World.start();
  const stack = await world.deploy(endpoint({
    recommendation: pinned({ tensorParallelSize: 1 }),
    instanceType: GpuInstanceType.G5_12XLARGE,
    hosting: Hosting.inferenceComponents({ copyCount: 2 }),
  }));
  expect(world.failures(stack)).toEqual([]);
  expect(serving(world).config.ProductionVariants![0].InstanceType).toBe('ml.g5.12xlarge');
});
