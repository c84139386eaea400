import { ARN, ROLE, setUp } from './sagemaker-setup';
import { MINUTE, SageMakerOptions, Scenario } from '../../sandbox/sagemaker';
import { ServiceError } from '../../sandbox/service';

const IMAGE = { Image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/vllm:1' };
const VARIANT = { VariantName: 'v', ModelName: 'm', InstanceType: 'ml.g6.12xlarge', InitialInstanceCount: 2 };
const POOLS = [{ InstanceType: 'ml.g5.12xlarge', Priority: 2 }, { InstanceType: 'ml.g6.12xlarge', Priority: 1 }];
const POOLED = { ...VARIANT, InstanceType: undefined, InstancePools: POOLS };
const COMPONENTS = { ...VARIANT, ModelName: undefined };
const ASYNCHRONOUS = { OutputConfig: { S3OutputPath: 's3://out/' } };
const managed = (change: object = {}) => ({ ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: 1, MaxInstanceCount: 4, ...change } });

async function prepare(scenario?: Scenario, options?: Partial<SageMakerOptions>) {
  const world = setUp(scenario, options);
  const { call } = world;
  for (const ModelName of ['m', 'n']) {
    await call('CreateModel', { ModelName, ExecutionRoleArn: ROLE, PrimaryContainer: IMAGE });
  }
  const configure = (...ProductionVariants: object[]) => call('CreateEndpointConfig', { EndpointConfigName: 'c', ExecutionRoleArn: ROLE, ProductionVariants });
  return {
    ...world,
    configure,
    /** An endpoint with these variants, as it is after its creation. */
    deployed: async (...variants: object[]) => {
      await configure(...variants);
      await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
      await world.pass(8 * MINUTE + 1);
      return call('DescribeEndpoint', { EndpointName: 'e' });
    },
  };
}

const refusal = (message: string) => ({ code: 'ValidationException', message: expect.stringContaining(message) });

describe('instance pools', () => {
  test.each<[string, string[], string, string]>([
    ['the first with capacity', ['ml.g6.12xlarge', 'ml.g5.12xlarge'], 'ml.g6.12xlarge', 'ml.g5.12xlarge'],
    ['the second without', ['ml.g5.12xlarge'], 'ml.g5.12xlarge', 'ml.g6.12xlarge'],
  ])('start instances of %s', async (_, available, used, unused) => {
    const { deployed } = await prepare({ capacity: type => available.includes(type) });
    const { EndpointStatus, ProductionVariants: [variant] } = await deployed(POOLED);
    expect([EndpointStatus, variant.CurrentInstanceCount]).toEqual(['InService', 2]);
    expect(variant.InstancePools).toHaveLength(2);
    const counts = Object.fromEntries(variant.InstancePools.map((pool: any) => [pool.InstanceType, pool.CurrentInstanceCount]));
    expect(counts).toEqual({ [used]: 2, [unused]: 0 });
  });

  test('all without capacity fail the endpoint', async () => {
    const { deployed } = await prepare({ capacity: () => false });
    expect(await deployed(POOLED)).toMatchObject({
      EndpointStatus: 'Failed', FailureReason: 'Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.',
    });
  });

  test('bring up the model that they name', async () => {
    const check = (_role: string, authorizations: any[]) => {
      if (authorizations.some(({ resource }) => resource.endsWith('n.tar.gz'))) {
        throw new ServiceError('AccessDeniedException', 'not authorized');
      }
    };
    const { deployed, call } = await prepare({ capacity: type => type === 'ml.g5.12xlarge' }, { iam: { check, checkTrust: () => {} } });
    await call('CreateModel', { ModelName: 'other', ExecutionRoleArn: ROLE, PrimaryContainer: { ...IMAGE, ModelDataUrl: 's3://b/n.tar.gz' } });
    expect(await deployed({ ...POOLED, InstancePools: [{ ...POOLS[0], ModelNameOverride: 'other' }, POOLS[1]] })).toMatchObject({ EndpointStatus: 'Failed', FailureReason: 'not authorized' });
  });

  test.each<[string, object, string]>([
    ['an instance type beside them', { InstanceType: 'ml.g6.12xlarge' }, 'InstanceType or InstancePools, not both'],
    ['no number of instances', { InitialInstanceCount: undefined }, 'needs InitialInstanceCount'],
    ['a priority twice', { InstancePools: POOLS.map(pool => ({ ...pool, Priority: 1 })) }, 'priorities of the InstancePools of variant "v" must be unique'],
    ['a type twice', { InstancePools: POOLS.map(pool => ({ ...pool, InstanceType: 'ml.g5.12xlarge' })) }, 'instance types of the InstancePools of variant "v" must be unique'],
    ['a priority of six', { InstancePools: [{ ...POOLS[0], Priority: 6 }] }, 'less than or equal to 5'],
    ['six of them', { InstancePools: [...POOLS, ...POOLS, ...POOLS] }, 'less than or equal to 5'],
    ['no such model', { InstancePools: [{ ...POOLS[0], ModelNameOverride: 'none' }] }, `Could not find model "${ARN}:model/none".`],
    ['a model where there is none', { ModelName: undefined, InstancePools: [{ ...POOLS[0], ModelNameOverride: 'n' }] }, 'has no ModelName that a ModelNameOverride'],
    ['a reservation', { CapacityReservationConfig: { CapacityReservationPreference: 'capacity-reservations-only' } }, 'CapacityReservationConfig or InstancePools'],
    ['too short a time-out', { VariantInstanceProvisionTimeoutInSeconds: 299 }, 'greater than or equal to 300'],
  ])('are refused with %s', async (_, change, message) => {
    const { configure } = await prepare();
    await expect(configure({ ...POOLED, ...change })).rejects.toMatchObject(refusal(message));
  });

  test('take no volume key when one of them has local storage', async () => {
    const { call } = await prepare();
    await expect(call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [POOLED], KmsKeyId: 'key' }))
      .rejects.toMatchObject(refusal('KmsKeyId cannot be specified for ml.g6.12xlarge'));
  });
});

describe('several variants', () => {
  test('have their weights', async () => {
    const { deployed } = await prepare();
    expect((await deployed({ ...VARIANT, InitialVariantWeight: 9 }, { ...VARIANT, VariantName: 'w' })).ProductionVariants).toMatchObject([
      { VariantName: 'v', CurrentWeight: 9, DesiredWeight: 9 }, { VariantName: 'w', CurrentWeight: 1, DesiredWeight: 1 },
    ]);
  });

  test('have models all, or none of them', async () => {
    const { configure } = await prepare();
    await expect(configure(VARIANT, { ...COMPONENTS, VariantName: 'w' })).rejects.toMatchObject(refusal('all variants have a ModelName or none'));
  });

  const shadow = { ...VARIANT, VariantName: 's', ModelName: 'n' };
  test('a shadow is described beside the variant', async () => {
    const { call, pass } = await prepare();
    await call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [VARIANT], ShadowProductionVariants: [shadow] });
    await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
    await pass(8 * MINUTE + 1);
    expect(await call('DescribeEndpoint', { EndpointName: 'e' })).toMatchObject({ ProductionVariants: [{ VariantName: 'v' }], ShadowProductionVariants: [{ VariantName: 's' }] });
  });

  test.each<[string, object, string]>([
    ['two shadows', { ShadowProductionVariants: [shadow, { ...shadow, VariantName: 't' }] }, 'one variant in ProductionVariants and one in ShadowProductionVariants'],
    ['two variants and a shadow', { ProductionVariants: [VARIANT, { ...VARIANT, VariantName: 'w' }] }, 'one variant in ProductionVariants'],
    ['the name of the variant', { ShadowProductionVariants: [{ ...shadow, VariantName: 'v' }] }, 'must be unique'],
    ['an asynchronous endpoint', { AsyncInferenceConfig: ASYNCHRONOUS }, 'cannot be used with AsyncInferenceConfig'],
    ['no model', { ExecutionRoleArn: ROLE, ShadowProductionVariants: [{ ...shadow, ModelName: undefined }] }, 'A shadow variant needs a ModelName'],
  ])('a shadow is refused: %s', async (_, input, message) => {
    const { call } = await prepare();
    await expect(call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [VARIANT], ShadowProductionVariants: [shadow], ...input }))
      .rejects.toMatchObject(refusal(message));
  });
});

describe('managed instance scaling', () => {
  test('is for inference components', async () => {
    const { configure, deployed } = await prepare();
    await expect(configure({ ...VARIANT, ...managed() })).rejects.toMatchObject(refusal('ManagedInstanceScaling is only supported for inference component endpoints.'));
    expect((await deployed({ ...COMPONENTS, ...managed() })).ProductionVariants).toMatchObject([managed()]);
  });

  test.each<[string, object, string]>([
    ['a minimum above the maximum', { MinInstanceCount: 5 }, 'MinInstanceCount 5 of variant "v" is more than MaxInstanceCount 4'],
    ['a maximum below the initial count', { MaxInstanceCount: 1 }, 'InitialInstanceCount 2 of variant "v" must be from 1 to 1'],
    ['a minimum above the initial count', { MinInstanceCount: 3 }, 'InitialInstanceCount 2 of variant "v" must be from 3 to 4'],
  ])('is refused with %s', async (_, change, message) => {
    const { configure } = await prepare();
    await expect(configure({ ...COMPONENTS, ...managed(change) })).rejects.toMatchObject(refusal(message));
  });
});

test('all else is described as it was given', async () => {
  const { call } = await prepare();
  const input = {
    EndpointConfigName: 'c',
    ExecutionRoleArn: ROLE,
    VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
    EnableNetworkIsolation: true,
    AsyncInferenceConfig: ASYNCHRONOUS,
    DataCaptureConfig: { EnableCapture: true, InitialSamplingPercentage: 1, DestinationS3Uri: 's3://captured/', CaptureOptions: [{ CaptureMode: 'Input' }] },
    ProductionVariants: [{ ...VARIANT, CapacityReservationConfig: { CapacityReservationPreference: 'capacity-reservations-only' } }],
  };
  await call('CreateEndpointConfig', input);
  expect(await call('DescribeEndpointConfig', { EndpointConfigName: 'c' })).toMatchObject(input);
});

test('SageMaker has to be able to assume the role', async () => {
  const checkTrust = (role: string) => {
    if (role.endsWith('/untrusted')) {
      throw new ServiceError('InvalidParameterValueException', role);
    }
  };
  const { call } = await prepare({}, { iam: { check: () => {}, checkTrust } });
  await expect(call('CreateEndpointConfig', { EndpointConfigName: 'c', ExecutionRoleArn: 'arn:aws:iam::111122223333:role/untrusted', ProductionVariants: [COMPONENTS] }))
    .rejects.toMatchObject(refusal('Could not assume role'));
});
