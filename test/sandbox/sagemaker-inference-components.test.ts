import { ARN, ROLE, setUp } from './sagemaker-setup';
import { MINUTE, SageMakerOptions, Scenario } from '../../sandbox/sagemaker';
import { Authorization, ServiceError } from '../../sandbox/service';

const IMAGE = { Image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/vllm:1' };
const NEEDS = { NumberOfAcceleratorDevicesRequired: 2, MinMemoryRequiredInMb: 10240 };
const SPECIFICATION = { ModelName: 'm', ComputeResourceRequirements: NEEDS };
const scaling = (MinInstanceCount: number, MaxInstanceCount: number) => ({ ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount, MaxInstanceCount } });

interface Preparation { variant?: object; scenario?: Scenario; options?: Partial<SageMakerOptions> }

/** An endpoint for components: one ml.g6.12xlarge with 4 accelerators, if the variant says nothing else. */
async function prepare({ variant, scenario, options }: Preparation = {}) {
  const world = setUp(scenario, options);
  const { call } = world;
  // A moment more, so that what takes so long and no longer has ended.
  const pass = (milliseconds: number) => world.pass(milliseconds + 1);
  const configure = (EndpointConfigName: string, change: object = {}) => call('CreateEndpointConfig', {
    EndpointConfigName,
    ExecutionRoleArn: ROLE,
    ProductionVariants: [{ VariantName: 'v', InstanceType: 'ml.g6.12xlarge', InitialInstanceCount: 1, ...variant, ...change }],
  });
  for (const ModelName of ['m', 'n']) {
    await call('CreateModel', { ModelName, ExecutionRoleArn: ROLE, PrimaryContainer: IMAGE });
  }
  await configure('c');
  await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
  await pass(8 * MINUTE);
  const create = (InferenceComponentName = 'ic', input: object = {}) => call('CreateInferenceComponent', {
    InferenceComponentName, EndpointName: 'e', VariantName: 'v', Specification: SPECIFICATION, RuntimeConfig: { CopyCount: 1 }, ...input,
  });
  const describe = (InferenceComponentName = 'ic') => call('DescribeInferenceComponent', { InferenceComponentName });
  return {
    ...world,
    pass,
    configure,
    create,
    describe,
    created: async (name?: string, input?: object) => {
      await create(name, input);
      await pass(12 * MINUTE);
      return describe(name);
    },
    adapter: (input: object = {}, specification: object = {}) => call('CreateInferenceComponent', {
      InferenceComponentName: 'adapter',
      EndpointName: 'e',
      Specification: { BaseInferenceComponentName: 'ic', Container: { ArtifactUrl: 's3://b/lora.tar.gz' }, ...specification },
      ...input,
    }),
    update: (input: object) => call('UpdateInferenceComponent', { InferenceComponentName: 'ic', ...input }),
    scale: (CopyCount: number) => call('UpdateInferenceComponentRuntimeConfig', { InferenceComponentName: 'ic', DesiredRuntimeConfig: { CopyCount } }),
    remove: (InferenceComponentName = 'ic') => call('DeleteInferenceComponent', { InferenceComponentName }),
    instances: async () => (await call('DescribeEndpoint', { EndpointName: 'e' })).ProductionVariants[0].CurrentInstanceCount,
  };
}

const refusal = (message: string) => ({ code: 'ValidationException', message: expect.stringContaining(message) });
const NO_ROOM = expect.stringContaining('There is not enough hardware resources on the instances');

describe('the life of an inference component', () => {
  test('created, described, listed and deleted', async () => {
    const { create, describe: describeComponent, remove, pass, call, sagemaker } = await prepare();
    expect(await create('ic', { Tags: [{ Key: 'team', Value: 'chat' }] })).toEqual({ InferenceComponentArn: `${ARN}:inference-component/ic` });
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'Creating', RuntimeConfig: { DesiredCopyCount: 1, CurrentCopyCount: 0 } });
    await expect(remove()).rejects.toMatchObject(refusal(`Cannot delete inference component "${ARN}:inference-component/ic" while it is in state CREATE_IN_PROGRESS`));
    await pass(6 * MINUTE);
    expect(await describeComponent()).toEqual({
      InferenceComponentName: 'ic',
      InferenceComponentArn: `${ARN}:inference-component/ic`,
      InferenceComponentStatus: 'InService',
      EndpointName: 'e',
      EndpointArn: `${ARN}:endpoint/e`,
      VariantName: 'v',
      Specification: SPECIFICATION,
      RuntimeConfig: { DesiredCopyCount: 1, CurrentCopyCount: 1 },
      CreationTime: expect.any(Number),
      LastModifiedTime: expect.any(Number),
    });
    expect(sagemaker.tags(`${ARN}:inference-component/ic`)).toEqual({ team: 'chat' });
    expect(sagemaker.running()).toEqual([`${ARN}:endpoint/e`]);
    await remove();
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'Deleting' });
    await expect(remove()).rejects.toThrow('DELETE_IN_PROGRESS');
    await pass(MINUTE);
    await expect(describeComponent()).rejects.toMatchObject(refusal(`Could not find inference component "${ARN}:inference-component/ic".`));
    expect([sagemaker.inferenceComponents, (await call('ListInferenceComponents', {})).InferenceComponents]).toEqual([[], []]);
  });

  test('listed by endpoint, variant, name and status', async () => {
    const { create, created, call } = await prepare();
    await created('first');
    await create('second');
    const names = async (filter: object) => (await call('ListInferenceComponents', { SortBy: 'Name', SortOrder: 'Ascending', ...filter })).InferenceComponents
      .map((component: any) => component.InferenceComponentName);
    expect(await names({})).toEqual(['first', 'second']);
    expect(await names({ EndpointNameEquals: 'e', VariantNameEquals: 'v' })).toEqual(['first', 'second']);
    expect(await names({ EndpointNameEquals: 'other' })).toEqual([]);
    expect(await names({ VariantNameEquals: 'other' })).toEqual([]);
    expect(await names({ NameContains: 'sec' })).toEqual(['second']);
    expect(await names({ StatusEquals: 'InService' })).toEqual(['first']);
  });

  test('fails as the scenario says, and can be deleted then', async () => {
    const { created, remove, pass, sagemaker } = await prepare({ scenario: { inferenceComponent: () => ({ status: 'Failed', failureReason: 'out of memory' }) } });
    expect(await created()).toMatchObject({ InferenceComponentStatus: 'Failed', FailureReason: 'out of memory', RuntimeConfig: { CurrentCopyCount: 0 } });
    await remove();
    await pass(MINUTE);
    expect(sagemaker.inferenceComponents).toEqual([]);
  });

  test('fails when the role of the endpoint configuration may not read its model or adapter', async () => {
    const asked: Authorization[] = [];
    const check = (_role: string, authorizations: Authorization[]) => {
      asked.push(...authorizations);
      if (authorizations.some(({ resource }) => resource.endsWith('lora.tar.gz'))) {
        throw new ServiceError('AccessDeniedException', 'not authorized to perform: s3:GetObject');
      }
    };
    const { created, adapter, pass, describe: describeComponent } = await prepare({ options: { iam: { check, checkTrust: () => {} } } });
    await created('ic', { Specification: { Container: { ...IMAGE, ArtifactUrl: 's3://b/m.tar.gz' }, ComputeResourceRequirements: NEEDS } });
    expect(asked).toEqual(expect.arrayContaining([
      { action: 'ecr:BatchGetImage', resource: 'arn:aws:ecr:us-west-2:111122223333:repository/vllm' },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::b/m.tar.gz' },
    ]));
    await adapter();
    await pass(MINUTE);
    expect(await describeComponent('adapter')).toMatchObject({ InferenceComponentStatus: 'Failed', FailureReason: 'not authorized to perform: s3:GetObject' });
  });
});

describe('what is refused when one is created', () => {
  test.each<[string, object, string]>([
    ['no such endpoint', { EndpointName: 'none' }, `Could not find endpoint "${ARN}:endpoint/none".`],
    ['no variant', { VariantName: undefined }, 'needs a VariantName'],
    ['no such variant', { VariantName: 'w' }, 'Could not find variant "w"'],
    ['no copies', { RuntimeConfig: { CopyCount: 0 } }, 'an integer larger than 0'],
    ['no number of copies', { RuntimeConfig: undefined }, 'an integer larger than 0'],
    ['no specification', { Specification: undefined }, 'needs a Specification'],
    ['both kinds of specification', { Specifications: [SPECIFICATION] }, 'not both'],
    ['neither model nor image', { Specification: { ComputeResourceRequirements: NEEDS } }, 'needs a ModelName, a Container.Image or a BaseInferenceComponentName'],
    ['no such model', { Specification: { ...SPECIFICATION, ModelName: 'none' } }, `Could not find model "${ARN}:model/none".`],
    ['no requirements', { Specification: { ModelName: 'm' } }, 'needs ComputeResourceRequirements'],
    ['no memory', { Specification: { ModelName: 'm', ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 1 } } }, 'minMemoryRequiredInMb'],
    ['more memory at least than at most', { Specification: { ModelName: 'm', ComputeResourceRequirements: { ...NEEDS, MaxMemoryRequiredInMb: 128 } } }, 'is more than'],
    ['an instance type that the variant lacks', { Specification: { ...SPECIFICATION, InstanceType: 'ml.g5.xlarge' } }, 'has no instances of type ml.g5.xlarge'],
    ['types twice', { Specification: undefined, Specifications: [SPECIFICATION, SPECIFICATION] }, 'an InstanceType of its own'],
  ])('%s', async (_, input, message) => {
    const { create, sagemaker } = await prepare();
    await expect(create('ic', input)).rejects.toMatchObject(refusal(message));
    expect(sagemaker.inferenceComponents).toEqual([]);
  });

  test('a name that is taken', async () => {
    const { create } = await prepare();
    await create();
    await expect(create()).rejects.toMatchObject(refusal(`Cannot create already existing inference component "${ARN}:inference-component/ic".`));
  });

  test('an endpoint that is not in service, and one with a model of its own', async () => {
    const { create, call, configure, pass } = await prepare();
    await configure('with-model', { ModelName: 'm' });
    await call('CreateEndpoint', { EndpointName: 'with-model', EndpointConfigName: 'with-model' });
    await expect(create('ic', { EndpointName: 'with-model' })).rejects.toMatchObject(refusal('must be InService, and is Creating'));
    await pass(8 * MINUTE);
    await expect(create('ic', { EndpointName: 'with-model' })).rejects.toMatchObject(refusal('Inference Components are not supported in this Endpoint.'));
  });
});

describe('room on the instances', () => {
  test('copies fill the accelerators, and what is too much fails within a minute', async () => {
    const { created, create, describe: describeComponent, pass, remove } = await prepare();
    expect(await created('two', { RuntimeConfig: { CopyCount: 2 } })).toMatchObject({ InferenceComponentStatus: 'InService' });
    await create('third');
    await pass(MINUTE);
    expect(await describeComponent('third')).toMatchObject({ InferenceComponentStatus: 'Failed', FailureReason: NO_ROOM });
    await remove('two');
    await pass(MINUTE);
    expect(await created('fourth')).toMatchObject({ InferenceComponentStatus: 'InService' });
  });

  test('memory counts too, and an instance keeps a part of it', async () => {
    const { created } = await prepare({ variant: { InstanceType: 'ml.g5.xlarge' } });
    const needs = (MinMemoryRequiredInMb: number) => ({
      Specification: { ModelName: 'm', ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 1, MinMemoryRequiredInMb } },
    });
    expect(await created('large', needs(4096))).toMatchObject({ InferenceComponentStatus: 'Failed', FailureReason: NO_ROOM });
    expect(await created('small', needs(1024))).toMatchObject({ InferenceComponentStatus: 'InService' });
  });

  test('one copy never spans two instances', async () => {
    const { created } = await prepare({ variant: { InitialInstanceCount: 2 } });
    const Specification = { ModelName: 'm', ComputeResourceRequirements: { ...NEEDS, NumberOfAcceleratorDevicesRequired: 8 } };
    expect(await created('ic', { Specification })).toMatchObject({ InferenceComponentStatus: 'Failed', FailureReason: NO_ROOM });
  });

  test('an instance type that the sandbox does not know takes everything', async () => {
    const { created } = await prepare({ variant: { InstanceType: 'ml.m5.large' } });
    expect(await created('ic', { RuntimeConfig: { CopyCount: 9 } })).toMatchObject({ InferenceComponentStatus: 'InService' });
  });

  test('managed scaling adds instances up to its maximum, and gives idle ones back', async () => {
    const { create, describe: describeComponent, pass, instances, scale } = await prepare({ variant: scaling(1, 2) });
    await create('ic', { RuntimeConfig: { CopyCount: 4 } });
    await pass(6 * MINUTE);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'Creating' });
    expect(await instances()).toBe(2);
    await pass(4 * MINUTE);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'InService', RuntimeConfig: { CurrentCopyCount: 4 } });
    await scale(5);
    await pass(MINUTE);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'Failed', FailureReason: NO_ROOM, RuntimeConfig: { CurrentCopyCount: 4 } });
    await scale(1);
    await pass(MINUTE);
    expect([await instances(), (await describeComponent()).RuntimeConfig]).toEqual([2, { DesiredCopyCount: 1, CurrentCopyCount: 1 }]);
    await pass(12 * MINUTE);
    expect(await instances()).toBe(1);
  });

  test('without capacity no instance is added', async () => {
    const { created, sagemaker, instances } = await prepare({ variant: scaling(1, 4) });
    sagemaker.scenario = { capacity: () => false };
    expect(await created('ic', { RuntimeConfig: { CopyCount: 4 } })).toMatchObject({ InferenceComponentStatus: 'Failed', FailureReason: NO_ROOM });
    expect(await instances()).toBe(1);
  });

  test('an endpoint scales to zero and back', async () => {
    const { created, describe: describeComponent, scale, pass, instances, sagemaker, remove } = await prepare({ variant: scaling(0, 2) });
    await created();
    await scale(0);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'Updating' });
    await expect(remove()).rejects.toThrow('UPDATE_RC_IN_PROGRESS');
    await pass(13 * MINUTE);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'InService', RuntimeConfig: { DesiredCopyCount: 0, CurrentCopyCount: 0 } });
    expect([await instances(), sagemaker.running()]).toEqual([0, []]);
    await scale(1);
    await pass(10 * MINUTE);
    expect([await instances(), (await describeComponent()).RuntimeConfig]).toEqual([1, { DesiredCopyCount: 1, CurrentCopyCount: 1 }]);
  });
});

describe('updates', () => {
  const rolling = (change: object = {}, more: object = {}) => ({
    DeploymentConfig: {
      RollingUpdatePolicy: { MaximumBatchSize: { Type: 'COPY_COUNT', Value: 1 }, WaitIntervalInSeconds: 60, ...change },
      ...more,
    },
  });
  const other = { Specification: { ...SPECIFICATION, ModelName: 'n' } };

  test('a new model takes room for old and new copies at once', async () => {
    const { created, update, describe: describeComponent, pass } = await prepare();
    await created();
    await update(other);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'Updating', Specification: { ModelName: 'm' } });
    await expect(update(other)).rejects.toMatchObject(refusal('while it is in state UPDATE_IN_PROGRESS'));
    await pass(6 * MINUTE);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'InService', Specification: { ModelName: 'n' }, RuntimeConfig: { CurrentCopyCount: 1 } });
    await update({ ...other, RuntimeConfig: { CopyCount: 2 } });
    await pass(6 * MINUTE);
    await update({ Specification: SPECIFICATION });
    await pass(6 * MINUTE);
    expect(await describeComponent()).toMatchObject({
      InferenceComponentStatus: 'Failed', FailureReason: NO_ROOM, Specification: { ModelName: 'n' }, RuntimeConfig: { CurrentCopyCount: 2 },
    });
  });

  test('a rolling update takes room for one batch, and goes on batch by batch', async () => {
    const { created, update, describe: describeComponent, pass } = await prepare({ variant: { InitialInstanceCount: 2 } });
    await created('ic', { RuntimeConfig: { CopyCount: 3 } });
    const policy = { MaximumBatchSize: { Type: 'COPY_COUNT', Value: 1 }, WaitIntervalInSeconds: 60 };
    await update({ ...other, ...rolling() });
    await pass(20 * MINUTE);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'Updating' });
    await pass(MINUTE);
    expect(await describeComponent()).toMatchObject({
      InferenceComponentStatus: 'InService', Specification: { ModelName: 'n' }, LastDeploymentConfig: { RollingUpdatePolicy: policy }, RuntimeConfig: { CurrentCopyCount: 3 },
    });
  });

  test('an alarm rolls it back', async () => {
    let alarm: 'OK' | 'ALARM' = 'OK';
    const { created, update, describe: describeComponent, pass } = await prepare({
      variant: { InitialInstanceCount: 2 }, options: { alarmState: name => name === 'errors' ? alarm : undefined },
    });
    await created('ic', { RuntimeConfig: { CopyCount: 3 } });
    const watched = (AlarmName: string) => rolling({}, { AutoRollbackConfiguration: { Alarms: [{ AlarmName }] } });
    await expect(update({ ...other, ...watched('none') })).rejects.toMatchObject(refusal('Could not find the CloudWatch alarm "none"'));
    await update({ ...other, ...watched('errors') });
    await pass(6 * MINUTE);
    alarm = 'ALARM';
    await pass(10 * MINUTE);
    expect(await describeComponent()).toMatchObject({
      InferenceComponentStatus: 'InService', FailureReason: expect.stringContaining('errors'), Specification: { ModelName: 'm' }, RuntimeConfig: { CurrentCopyCount: 3 },
    });
  });

  test('the scenario rolls one back', async () => {
    const scenario: Scenario = { inferenceComponent: (_, nth) => ({ rollsBack: nth === 2 }) };
    const { created, update, describe: describeComponent, pass } = await prepare({ scenario });
    await created();
    await update(other);
    await pass(10 * MINUTE);
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'InService', FailureReason: expect.any(String), Specification: { ModelName: 'm' } });
  });

  test.each<[string, object, string]>([
    ['a batch of more than half of the copies', { ...other, ...rolling() }, 'from 5 % to 50 % of the copies, got 100 % of 1'],
    ['a batch of too few copies', rolling({ MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 4 } }), 'got 4 % of 1'],
    ['no such model', { Specification: { ...SPECIFICATION, ModelName: 'none' } }, 'Could not find model'],
  ])('refused: %s', async (_, input, message) => {
    const { created, update } = await prepare();
    await created();
    await expect(update(input)).rejects.toMatchObject(refusal(message));
  });
});

describe('adapters', () => {
  test('are on their base, which stays as long as they do', async () => {
    const { created, adapter, describe: describeComponent, pass, remove, scale, sagemaker } = await prepare();
    await created();
    await adapter();
    await pass(MINUTE);
    const described = await describeComponent('adapter');
    expect(described).toMatchObject({
      InferenceComponentStatus: 'InService', VariantName: 'v', Specification: { BaseInferenceComponentName: 'ic', Container: { ArtifactUrl: 's3://b/lora.tar.gz' } },
    });
    expect(described).not.toHaveProperty('RuntimeConfig');
    await scale(2);
    await pass(6 * MINUTE);
    expect((await describeComponent()).InferenceComponentStatus).toBe('InService');
    await expect(remove()).rejects.toMatchObject(refusal('delete its adapters first: adapter'));
    await remove('adapter');
    await pass(MINUTE);
    await remove();
    await pass(MINUTE);
    expect(sagemaker.inferenceComponents).toEqual([]);
  });

  test('get another artifact, no copies and no other base', async () => {
    const { created, adapter, pass, call, describe: describeComponent } = await prepare();
    await created();
    await adapter();
    await pass(MINUTE);
    const update = (input: object) => call('UpdateInferenceComponent', { InferenceComponentName: 'adapter', ...input });
    const container = { Container: { ArtifactUrl: 's3://b/second.tar.gz' } };
    await expect(update({ Specification: { BaseInferenceComponentName: 'other', ...container } })).rejects.toMatchObject(refusal('base of an adapter cannot be changed'));
    await expect(update({ RuntimeConfig: { CopyCount: 2 } })).rejects.toMatchObject(refusal('takes no RuntimeConfig'));
    await expect(call('UpdateInferenceComponentRuntimeConfig', { InferenceComponentName: 'adapter', DesiredRuntimeConfig: { CopyCount: 2 } }))
      .rejects.toMatchObject(refusal('is an adapter and has no copies'));
    await update({ Specification: { BaseInferenceComponentName: 'ic', ...container } });
    await pass(MINUTE);
    expect(await describeComponent('adapter')).toMatchObject({ InferenceComponentStatus: 'InService', Specification: container });
  });

  test.each<[string, object, object, string]>([
    ['no artifact', {}, { Container: undefined }, 'needs Container.ArtifactUrl'],
    ['requirements', {}, { ComputeResourceRequirements: NEEDS }, 'ComputeResourceRequirements cannot be given'],
    ['a model', {}, { ModelName: 'm' }, 'ModelName cannot be given'],
    ['an image', {}, { Container: { ...IMAGE, ArtifactUrl: 's3://b/lora.tar.gz' } }, 'Container.Image cannot be given'],
    ['copies', { RuntimeConfig: { CopyCount: 1 } }, {}, 'takes no RuntimeConfig'],
    ['no such base', {}, { BaseInferenceComponentName: 'none' }, 'Could not find inference component'],
    ['a base on another variant', { VariantName: 'w' }, {}, 'its adapters have to be there too'],
    ['an adapter as the base', { InferenceComponentName: 'second' }, { BaseInferenceComponentName: 'adapter' }, 'is an adapter itself'],
  ])('refused: %s', async (_, input, specification, message) => {
    const { created, adapter, pass } = await prepare();
    await created();
    await adapter();
    await pass(MINUTE);
    await expect(adapter({ InferenceComponentName: 'new', ...input }, specification)).rejects.toMatchObject(refusal(message));
  });

  test('refused: a base that is not in service yet', async () => {
    const { create, adapter } = await prepare();
    await create();
    await expect(adapter()).rejects.toMatchObject(refusal('must be InService, and is Creating'));
  });
});

describe('the endpoint under components', () => {
  test('is not deleted before them', async () => {
    const { create, call, pass, remove, sagemaker } = await prepare();
    await create();
    const deletion = () => call('DeleteEndpoint', { EndpointName: 'e' });
    await expect(deletion()).rejects.toMatchObject(refusal('delete its inference components first: ic'));
    await pass(6 * MINUTE);
    await remove();
    await pass(MINUTE);
    await deletion();
    await pass(MINUTE);
    expect(sagemaker.endpoints).toEqual([]);
  });

  test('moves them to its new fleet, where they fit', async () => {
    const { created, configure, call, pass, describe: describeComponent, create } = await prepare();
    await created('ic', { RuntimeConfig: { CopyCount: 2 } });
    await configure('larger', { InstanceType: 'ml.g6.48xlarge' });
    await configure('smaller', { InstanceType: 'ml.g6.xlarge' });
    const update = (EndpointConfigName: string) => call('UpdateEndpoint', { EndpointName: 'e', EndpointConfigName });
    await update('larger');
    await expect(create('other')).rejects.toMatchObject(refusal('must be InService, and is Updating'));
    await pass(8 * MINUTE);
    expect(await call('DescribeEndpoint', { EndpointName: 'e' })).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'larger' });
    await update('smaller');
    await pass(11 * MINUTE);
    expect(await call('DescribeEndpoint', { EndpointName: 'e' })).toMatchObject({
      EndpointStatus: 'InService', EndpointConfigName: 'larger', FailureReason: expect.stringContaining('do not fit'),
    });
    expect(await describeComponent()).toMatchObject({ InferenceComponentStatus: 'InService', RuntimeConfig: { CurrentCopyCount: 2 } });
  });

  test('its managed scaling gives the new fleet as many instances as they take', async () => {
    const { created, configure, call, pass, instances } = await prepare({ variant: scaling(1, 4) });
    await created('ic', { RuntimeConfig: { CopyCount: 4 } });
    await configure('four', { InstanceType: 'ml.g6.12xlarge', ...scaling(1, 3) });
    await call('UpdateEndpoint', { EndpointName: 'e', EndpointConfigName: 'four' });
    await pass(8 * MINUTE);
    expect(await instances()).toBe(2);
  });

  test.each<[string, object, string]>([
    ['renames their variant', { VariantName: 'w' }, 'has no variant for its inference components ic'],
    ['gives it a model', { ModelName: 'm' }, 'has no variant for its inference components ic'],
  ])('is not updated by a configuration that %s', async (_, change, message) => {
    const { created, configure, call } = await prepare();
    await created();
    await configure('next', change);
    await expect(call('UpdateEndpoint', { EndpointName: 'e', EndpointConfigName: 'next' })).rejects.toMatchObject(refusal(message));
  });

  test('is not updated while they are', async () => {
    const { create, configure, call } = await prepare();
    await create();
    await configure('next');
    await expect(call('UpdateEndpoint', { EndpointName: 'e', EndpointConfigName: 'next' })).rejects.toMatchObject(refusal('are in progress: ic'));
  });
});

test('on instance pools a component has a specification for each type, and tells where it is', async () => {
  const pools = { InstanceType: undefined, InstancePools: [{ InstanceType: 'ml.g6.12xlarge', Priority: 1 }, { InstanceType: 'ml.g5.12xlarge', Priority: 2 }] };
  const { created } = await prepare({ variant: pools, scenario: { capacity: type => type === 'ml.g5.12xlarge' } });
  const Specifications = ['ml.g6.12xlarge', 'ml.g5.12xlarge'].map(InstanceType => ({ ...SPECIFICATION, InstanceType }));
  expect(await created('ic', { Specification: undefined, Specifications })).toMatchObject({
    InferenceComponentStatus: 'InService', Specifications, RuntimeConfig: { PlacementStatus: [{ InstanceType: 'ml.g5.12xlarge', CurrentCopyCount: 1 }] },
  });
});
