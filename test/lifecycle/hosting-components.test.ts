import { app, failing } from './app';
import { World } from './harness';
import { endpoint, made, NOTHING, pinned, Recommendation, serving } from './hosting';
import { ServiceError } from '../../sandbox/service';
import { AdapterSource, GpuInstanceType, Hosting, InferenceComponentHostingOptions, ModelSource } from '../../src';

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
  const scale = async (world: World, InferenceComponentName: string, CopyCount: number) => {
    await world.byHand('UpdateInferenceComponentRuntimeConfig', { InferenceComponentName, DesiredRuntimeConfig: { CopyCount } });
    await world.pass(1_200_000);
  };
  const scaled = async (...given: Parameters<typeof World.start>) => {
    const world = await World.start(...given);
    await world.deploy(on(LARGE));
    await scale(world, 'base', 3);
    return world;
  };
  const copies = async (world: World, name = 'base') => (await described(world, name)).RuntimeConfig.DesiredCopyCount;
  const tagged = (value: string) => on(LARGE, {}, scope => scope.tags.setTag('team', value));

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

  test('are those of the component of that name, wherever it stands among the others', async () => {
    const world = await World.start();
    const build = (...names: string[]) => on(LARGE, {}, (_, chat) => names.forEach(name => chat.addInferenceComponent(name, {
      recommendation: pinned({ ...LARGE, image: `image:${name}` }), inferenceComponentName: name, copyCount: 1,
    })));
    await world.deploy(build('second', 'third'));
    await scale(world, 'third', 2);
    expect(world.failures(await world.deploy(build('third')))).toEqual([]);
    expect(await copies(world, 'third')).toBe(2);
    expect(world.failures(await world.deploy(build('first', 'third')))).toEqual([]);
    expect([await copies(world), await copies(world, 'first'), await copies(world, 'third')]).toEqual([1, 1, 2]);
  });

  test.each(['new', 'old'] as const)('stay in an update that fails, and after it (%s id)', async rollbackPhysicalId => {
    const world = await scaled({ behaviour: { rollbackPhysicalId } });
    const stack = await world.deploy(on({ ...LARGE, image: 'image:2' }, {}, (scope, chat) => failing(scope, chat.inferenceComponent!)));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await copies(world)).toBe(3);
    // It has them kept: later it is not told another number.
    const { LastModifiedTime } = await described(world, 'base');
    expect((await world.deploy(tagged('a'))).status).toBe('UPDATE_COMPLETE');
    expect(await described(world, 'base')).toMatchObject({ LastModifiedTime, RuntimeConfig: { DesiredCopyCount: 3 } });
    await world.deploy(on({ ...LARGE, image: 'image:3' }));
    expect(await copies(world)).toBe(3);
  });

  test('stay if it is the component itself that fails', async () => {
    const world = await scaled({ scenario: { inferenceComponent: (_, nth) => ({ rollsBack: nth === 3 }) } });
    const stack = await world.deploy(on({ ...LARGE, image: 'image:2' }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await copies(world)).toBe(3);
  });

  test('are left alone by a tag', async () => {
    const world = await scaled();
    const { LastModifiedTime } = await described(world, 'base');
    expect(world.failures(await world.deploy(tagged('a')))).toEqual([]);
    expect(await described(world, 'base')).toMatchObject({ LastModifiedTime, RuntimeConfig: { DesiredCopyCount: 3 } });
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

describe('what is not kept of a component', () => {
  test('is read from it, once its tags are gone', async () => {
    const world = await World.start();
    await world.deploy(on({ ...COPIES, adapters: ['sql'] }));
    const [names, base, sql] = [made(world), await described(world, 'base'), await described(world, 'sql')];
    const TagKeys = ['cdk-sagemaker-inference:facts', 'cdk-sagemaker-inference:facts-2'];
    await world.byHand('DeleteTags', { ResourceArn: world.sandbox.sagemaker.models[0].arn, TagKeys });
    for (const team of ['a', 'b']) {
      const stack = await world.deploy(on({ ...COPIES, adapters: ['sql'] }, {}, scope => scope.tags.setTag('team', team)));
      expect(world.failures(stack)).toEqual([]);
    }
    const component = await described(world, 'base');
    expect([made(world), component.Specification, component.RuntimeConfig]).toEqual([names, base.Specification, base.RuntimeConfig]);
    expect(await described(world, 'sql')).toMatchObject({ Specification: sql.Specification });
  });

  test('is where many adapters are: that is read from them, once the job is gone', async () => {
    const world = await World.start();
    const random = (seed: number) => Array.from({ length: 12 }, (_, i) => Math.abs(Math.sin(seed * 100 + i)).toString(36).slice(2, 9)).join('');
    const adapters = Array.from({ length: 10 }, (_, i) => ({
      adapterId: `tenant-${random(i).slice(0, 8)}`,
      source: ModelSource.fromS3Uri(`s3://my-models/lora-${random(i + 50)}/`),
    }));
    const build = (tag?: string) => app({
      job: { adapters: AdapterSource.fromS3(adapters) },
      tag,
      endpoint: { endpointName: 'chat', hosting: Hosting.inferenceComponents({ copyCount: 1, adapterNamePrefix: 'my-' }) },
    });
    expect(world.failures(await world.deploy(build()))).toEqual([]);
    const modified = () => world.sandbox.sagemaker.inferenceComponents.map(({ lastModifiedTime }) => lastModifiedTime);
    const before = [made(world), modified()];
    await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
    const stack = await world.deploy(build('a'));
    expect(world.failures(stack)).toEqual([]);
    expect([made(world), modified()]).toEqual(before);
  });
});

test('more adapters than CloudFormation takes attributes of are refused before anything is made', async () => {
  const world = await World.start();
  const adapters = Array.from({ length: 60 }, (_, i) => `customer-${i}-adapter-v1`);
  const stack = await world.deploy(on({ ...COPIES, adapters }));
  expect(world.failures(stack).join()).toContain('an endpoint of 1 models with 60 adapters has longer attributes than the 4096 bytes');
  expect([world.count('CreateModel'), made(world)]).toEqual([0, NOTHING]);
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
