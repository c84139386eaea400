import { ARN, JOB, ROLE, setUp } from './sagemaker-setup';
import { HOUR, MINUTE, Scenario } from '../../sandbox/sagemaker';
import { Authorization } from '../../sandbox/service';

const IMAGE = { Image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/vllm:1' };
const SERVERLESS = { VariantName: 'AllTraffic', ModelName: 'm', ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } };
const NETWORK = { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] };
const VARIANT = { VariantName: 'AllTraffic', ModelName: 'm', InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 };

async function withPackage(scenario?: Scenario) {
  const world = setUp(scenario);
  await world.createWorkload();
  await world.createJob();
  await world.pass(2 * HOUR);
  const { ModelPackageArn, InferenceSpecificationName } = (await world.describeJob()).Recommendations[0].ModelDetails;
  return { ...world, ModelPackageArn, container: { ModelPackageName: ModelPackageArn, InferenceSpecificationName } };
}

async function withConfig(scenario?: Scenario) {
  const world = setUp(scenario);
  await world.call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: IMAGE });
  for (const name of ['one', 'two']) {
    await world.call('CreateEndpointConfig', { EndpointConfigName: name, ProductionVariants: [VARIANT] });
  }
  return {
    ...world,
    create: (EndpointConfigName = 'one') => world.call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName }),
    update: (EndpointConfigName: string) => world.call('UpdateEndpoint', { EndpointName: 'e', EndpointConfigName }),
    describe: () => world.call('DescribeEndpoint', { EndpointName: 'e' }),
    remove: () => world.call('DeleteEndpoint', { EndpointName: 'e' }),
  };
}

describe('model packages', () => {
  test('a model is made from an approved package only', async () => {
    const { call, container, ModelPackageArn } = await withPackage();
    const create = () => call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: container });
    await expect(create()).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining('PendingManualApproval') });
    await call('UpdateModelPackage', { ModelPackageArn, ModelApprovalStatus: 'Approved', ApprovalDescription: 'by stack Chat' });
    expect(await create()).toEqual({ ModelArn: `${ARN}:model/m` });
    expect(await call('DescribeModelPackage', { ModelPackageName: ModelPackageArn })).toMatchObject({
      ModelApprovalStatus: 'Approved', ApprovalDescription: 'by stack Chat', ModelPackageGroupName: JOB, ModelPackageVersion: 1, ModelPackageStatus: 'Completed',
    });
    expect(await call('DescribeModel', { ModelName: 'm' })).toMatchObject({ PrimaryContainer: container, ExecutionRoleArn: ROLE });
  });

  test('the scenario may ask for no approval, but a rejected package is always refused', async () => {
    const { call, sagemaker, container, ModelPackageArn } = await withPackage({ requireApproval: false });
    const create = (ModelName: string) => call('CreateModel', { ModelName, ExecutionRoleArn: ROLE, Containers: [container] });
    await expect(create('unapproved')).resolves.toBeDefined();
    await call('UpdateModelPackage', { ModelPackageArn, ModelApprovalStatus: 'Rejected' });
    await expect(create('rejected')).rejects.toThrow('Rejected');
    sagemaker.scenario = {};
    await expect(create('rejected')).rejects.toThrow('Rejected');
  });

  test.each<[string, object, string]>([
    ['no such package', { ModelPackageName: 'other/1' }, `ModelPackage ${ARN}:model-package/other/1 does not exist.`],
    ['no such specification', { InferenceSpecificationName: 'other' }, 'InferenceSpecification "other" does not exist'],
    ['an image beside the package', IMAGE, 'takes no Image'],
  ])('a container is refused: %s', async (_, change, message) => {
    const { call, container } = await withPackage({ requireApproval: false });
    await expect(call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { ...container, ...change } }))
      .rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
  });

  test('a group is deleted when its packages are gone', async () => {
    const { call, sagemaker, ModelPackageArn } = await withPackage();
    const group = { ModelPackageGroupName: JOB };
    expect(await call('DescribeModelPackageGroup', group)).toMatchObject({ ModelPackageGroupArn: `${ARN}:model-package-group/${JOB}` });
    expect((await call('ListModelPackages', group)).ModelPackageSummaryList).toEqual([expect.objectContaining({ ModelPackageArn })]);
    await expect(call('DeleteModelPackageGroup', group)).rejects.toMatchObject({ code: 'ConflictException' });
    await call('DeleteModelPackage', { ModelPackageName: ModelPackageArn });
    await call('DeleteModelPackageGroup', group);
    await expect(call('DescribeModelPackageGroup', group)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining('does not exist') });
    expect([sagemaker.modelPackages, sagemaker.modelPackageGroups]).toEqual([[], []]);
  });

  test('one that somebody registers is a version of its group, with all its specifications', async () => {
    const { call, sagemaker } = setUp();
    const register = (input: object = {}) => call('CreateModelPackage', {
      ModelPackageGroupName: 'g',
      Domain: 'COMPUTER_VISION',
      SamplePayloadUrl: 's3://payloads/p.tar.gz',
      InferenceSpecification: { Containers: [{ ...IMAGE, Framework: 'PYTORCH' }], SupportedContentTypes: ['image/jpeg'] },
      AdditionalInferenceSpecifications: [{ Name: 'small', Containers: [IMAGE] }],
      ...input,
    });
    await expect(register()).rejects.toThrow('model-package-group/g does not exist');
    await call('CreateModelPackageGroup', { ModelPackageGroupName: 'g' });
    expect(await register({ Tags: [{ Key: 'team', Value: 'chat' }] })).toEqual({ ModelPackageArn: `${ARN}:model-package/g/1` });
    expect(sagemaker.tags(`${ARN}:model-package/g/1`)).toEqual({ team: 'chat' });
    expect(await call('DescribeModelPackage', { ModelPackageName: 'g/1' })).toMatchObject({
      ModelPackageName: 'g',
      ModelPackageGroupName: 'g',
      ModelPackageVersion: 1,
      ModelApprovalStatus: 'PendingManualApproval',
      Domain: 'COMPUTER_VISION',
      SamplePayloadUrl: 's3://payloads/p.tar.gz',
      InferenceSpecification: { SupportedContentTypes: ['image/jpeg'] },
      AdditionalInferenceSpecifications: [{ Name: 'small' }],
    });
    await register({ ModelPackageGroupName: `${ARN}:model-package-group/g`, ModelApprovalStatus: 'Approved' });
    const container = { ModelPackageName: `${ARN}:model-package/g/2`, InferenceSpecificationName: 'small', Environment: { OMP_NUM_THREADS: '2' } };
    await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: container });
    expect((await call('DescribeModel', { ModelName: 'm' })).PrimaryContainer).toEqual(container);
    expect((await call('ListModelPackages', { ModelPackageGroupName: 'g', ModelApprovalStatus: 'Approved' })).ModelPackageSummaryList).toHaveLength(1);
  });

  test('a group is made once', async () => {
    const { call } = setUp();
    await call('CreateModelPackageGroup', { ModelPackageGroupName: 'g' });
    await expect(call('CreateModelPackageGroup', { ModelPackageGroupName: 'g' })).rejects.toThrow('Model Package Group already exists');
  });
});

describe('models', () => {
  const source = (S3Uri: string, ChannelName = 'base_model') => ({ ChannelName, S3DataSource: { S3Uri, S3DataType: 'S3Prefix', CompressionType: 'None' } });

  test.each<[string, object, string]>([
    ['no container', {}, 'needs PrimaryContainer or Containers'],
    ['both', { PrimaryContainer: IMAGE, Containers: [IMAGE] }, 'takes one of them'],
    ['neither image nor package', { PrimaryContainer: {} }, 'needs an Image or a ModelPackageName'],
    ['a specification without a package', { PrimaryContainer: { ...IMAGE, InferenceSpecificationName: 's' } }, 'for containers of a model package'],
    ['no role', { PrimaryContainer: IMAGE, ExecutionRoleArn: undefined }, 'ExecutionRoleArn is required'],
    ['a prefix that does not end with a slash', { PrimaryContainer: { ...IMAGE, AdditionalModelDataSources: [source('s3://b/m')] } }, 'must end with a forward slash'],
    ['model data in two ways', { PrimaryContainer: { ...IMAGE, ModelDataUrl: 's3://b/m.tar.gz', ModelDataSource: { S3DataSource: source('s3://b/m/').S3DataSource } } }, 'not both'],
    ['a channel twice', { PrimaryContainer: { ...IMAGE, AdditionalModelDataSources: [source('s3://b/m/'), source('s3://b/n/')] } }, 'more than once'],
    ['too many channels', { PrimaryContainer: { ...IMAGE, AdditionalModelDataSources: [1, 2, 3, 4, 5, 6].map(n => source('s3://b/m/', `c${n}`)) } }, 'less than or equal to 5'],
    ['too large an environment', { PrimaryContainer: { ...IMAGE, Environment: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`V${i}`, 'v'.repeat(1000)])) } }, '32 KB'],
  ])('refused: %s', async (_, input, message) => {
    await expect(setUp().call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, ...input }))
      .rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
  });

  test.each<[string, object]>([
    ['files in S3', { PrimaryContainer: { ...IMAGE, ModelDataSource: { S3DataSource: { ...source('s3://b/m/').S3DataSource, ModelAccessConfig: { AcceptEula: true } } } } }],
    ['several containers', { Containers: [{ ...IMAGE, ContainerHostname: 'first' }, { ...IMAGE, ContainerHostname: 'second' }] }],
    ['a network', { PrimaryContainer: IMAGE, VpcConfig: NETWORK, EnableNetworkIsolation: true }],
  ])('described as it was made: with %s', async (_, input) => {
    const { call } = setUp();
    await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, ...input });
    expect(await call('DescribeModel', { ModelName: 'm' })).toEqual({
      EnableNetworkIsolation: false, ...input, ModelName: 'm', ModelArn: `${ARN}:model/m`, ExecutionRoleArn: ROLE, CreationTime: expect.any(Number),
    });
  });

  test('made once, and gone when deleted', async () => {
    const { call } = setUp();
    const create = () => call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { ...IMAGE, AdditionalModelDataSources: [source('s3://b/m/')] } });
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'ValidationException', message: `Cannot create already existing model "${ARN}:model/m".` });
    await call('DeleteModel', { ModelName: 'm' });
    for (const operation of ['DescribeModel', 'DeleteModel']) {
      await expect(call(operation, { ModelName: 'm' })).rejects.toMatchObject({ code: 'ValidationException', message: `Could not find model "${ARN}:model/m".` });
    }
  });
});

describe('endpoint configurations', () => {
  test.each<[string, object, string]>([
    ['no such model', { ProductionVariants: [{ ...VARIANT, ModelName: 'none' }] }, `Could not find model "${ARN}:model/none".`],
    ['no model and no role', { ProductionVariants: [{ ...VARIANT, ModelName: undefined }] }, 'needs an ExecutionRoleArn'],
    ['no instance type', { ProductionVariants: [{ ...VARIANT, InstanceType: undefined }] }, 'needs InstanceType and InitialInstanceCount'],
    ['a variant twice', { ProductionVariants: [VARIANT, VARIANT] }, 'must be unique'],
    ['an AMI that the API lacks', { ProductionVariants: [{ ...VARIANT, InferenceAmiVersion: 'al2' }] }, 'enum value set'],
    ['too long a time-out', { ProductionVariants: [{ ...VARIANT, ModelDataDownloadTimeoutInSeconds: 3601 }] }, 'less than or equal to 3600'],
    ['a volume key on local storage', { ProductionVariants: [VARIANT], KmsKeyId: 'key' }, 'KmsKeyId cannot be specified for ml.g6.24xlarge'],
    ['a name that is taken', { EndpointConfigName: 'one', ProductionVariants: [VARIANT] }, `Cannot create already existing endpoint configuration "${ARN}:endpoint-config/one".`],
  ])('refused: %s', async (_, input, message) => {
    const { call } = await withConfig();
    await expect(call('CreateEndpointConfig', { EndpointConfigName: 'c', ...input })).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
  });

  test.each<[string, object, string]>([
    ['an instance type', { InstanceType: 'ml.m5.large' }, 'InstanceType cannot be specified with ServerlessConfig'],
    ['a number of instances', { InitialInstanceCount: 1 }, 'InitialInstanceCount cannot be'],
    ['an AMI', { InferenceAmiVersion: 'al2-ami-sagemaker-inference-gpu-2' }, 'InferenceAmiVersion cannot be'],
    ['time-outs', { ModelDataDownloadTimeoutInSeconds: 60, ContainerStartupHealthCheckTimeoutInSeconds: 60 }, 'ModelDataDownloadTimeoutInSeconds, ContainerStartupHealthCheckTimeoutInSeconds cannot be'],
    ['a routing strategy', { RoutingConfig: { RoutingStrategy: 'RANDOM' } }, 'RoutingConfig cannot be'],
    ['half a gigabyte', { ServerlessConfig: { MemorySizeInMB: 1536, MaxConcurrency: 1 } }, 'must be a multiple of 1024'],
    ['too little memory', { ServerlessConfig: { MemorySizeInMB: 512, MaxConcurrency: 1 } }, 'greater than or equal to 1024'],
    ['more provisioned than allowed', { ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1, ProvisionedConcurrency: 2 } }, 'more than MaxConcurrency'],
    ['a model in a network', { ModelName: 'networked' }, 'takes no VpcConfig'],
    ['an isolated model', { ModelName: 'isolated' }, 'takes no network isolation'],
    ['a pipeline', { ModelName: 'pipeline' }, 'serves no inference pipeline'],
  ])('a serverless variant is refused: %s', async (_, change, message) => {
    const { call } = await withConfig();
    const createModel = (ModelName: string, input: object) => call('CreateModel', { ModelName, ExecutionRoleArn: ROLE, ...input });
    await createModel('networked', { PrimaryContainer: IMAGE, VpcConfig: NETWORK });
    await createModel('isolated', { PrimaryContainer: IMAGE, EnableNetworkIsolation: true });
    await createModel('pipeline', { Containers: [IMAGE, IMAGE] });
    await expect(call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [{ ...SERVERLESS, ...change }] }))
      .rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
  });

  test('a serverless variant has no other beside it', async () => {
    const { call } = await withConfig();
    await expect(call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [SERVERLESS, { ...VARIANT, VariantName: 'other' }] }))
      .rejects.toThrow('a serverless endpoint has one variant');
    await call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [SERVERLESS] });
    expect((await call('DescribeEndpointConfig', { EndpointConfigName: 'c' })).ProductionVariants).toEqual([SERVERLESS]);
  });

  test('variants of inference components have no model', async () => {
    const { call } = await withConfig();
    await call('CreateEndpointConfig', { EndpointConfigName: 'c', ExecutionRoleArn: ROLE, ProductionVariants: [{ ...VARIANT, ModelName: undefined }] });
    expect(await call('DescribeEndpointConfig', { EndpointConfigName: 'c' })).toMatchObject({ ExecutionRoleArn: ROLE, EndpointConfigArn: `${ARN}:endpoint-config/c` });
  });

  test('one in use stays', async () => {
    const { call, create, remove, pass, sagemaker } = await withConfig();
    await create();
    const remaining = { EndpointConfigName: 'one' };
    await expect(call('DeleteEndpointConfig', remaining)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining('in use') });
    await pass(10 * MINUTE);
    await remove();
    await pass(MINUTE);
    await call('DeleteEndpointConfig', remaining);
    await expect(call('DescribeEndpointConfig', remaining)).rejects.toThrow(`Could not find endpoint configuration "${ARN}:endpoint-config/one".`);
    expect(sagemaker.endpointConfigs.map(config => config.name)).toEqual(['two']);
  });
});

describe('endpoints', () => {
  test('created, updated and deleted', async () => {
    const { sagemaker, create, update, describe: describeEndpoint, remove, pass } = await withConfig();
    expect(await create()).toEqual({ EndpointArn: `${ARN}:endpoint/e` });
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'Creating' });
    expect(await describeEndpoint()).not.toHaveProperty('ProductionVariants');
    expect(sagemaker.running()).toEqual([`${ARN}:endpoint/e`]);
    await expect(remove()).rejects.toMatchObject({ code: 'ValidationException', message: `Cannot update in-progress endpoint "${ARN}:endpoint/e".` });
    await pass(8 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'InService', EndpointConfigName: 'one', ProductionVariants: [{ VariantName: 'AllTraffic', CurrentInstanceCount: 1 }],
    });

    await update('two');
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'Updating', EndpointConfigName: 'one', PendingDeploymentSummary: { EndpointConfigName: 'two' } });
    await expect(update('two')).rejects.toThrow('Cannot update in-progress endpoint');
    await pass(8 * MINUTE);
    const updated = await describeEndpoint();
    expect(updated).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'two' });
    expect(updated.LastModifiedTime).toBe(updated.CreationTime + 16 * 60);

    await remove();
    expect((await describeEndpoint()).EndpointStatus).toBe('Deleting');
    await pass(MINUTE);
    await expect(describeEndpoint()).rejects.toMatchObject({ code: 'ValidationException', message: `Could not find endpoint "${ARN}:endpoint/e".` });
    expect(sagemaker.running()).toEqual([]);
  });

  test('a serverless one costs nothing while nobody calls it, unless capacity is kept ready', async () => {
    const { call, create, pass, sagemaker, describe: describeEndpoint } = await withConfig();
    await call('CreateEndpointConfig', { EndpointConfigName: 'serverless', ProductionVariants: [SERVERLESS] });
    const provisioned = { ...SERVERLESS, ServerlessConfig: { ...SERVERLESS.ServerlessConfig, ProvisionedConcurrency: 1 } };
    await call('CreateEndpointConfig', { EndpointConfigName: 'provisioned', ProductionVariants: [provisioned] });
    await create('serverless');
    await call('CreateEndpoint', { EndpointName: 'ready', EndpointConfigName: 'provisioned' });
    await pass(8 * MINUTE);
    expect(sagemaker.running()).toEqual([`${ARN}:endpoint/ready`]);
    const [variant] = (await describeEndpoint()).ProductionVariants;
    expect(variant).toMatchObject({ CurrentServerlessConfig: SERVERLESS.ServerlessConfig, DesiredServerlessConfig: SERVERLESS.ServerlessConfig });
    expect(variant).not.toHaveProperty('CurrentInstanceCount');
  });

  test('one with instances never becomes serverless, while a serverless one may get instances', async () => {
    const { call, create, pass, sagemaker, update } = await withConfig();
    await call('CreateEndpointConfig', { EndpointConfigName: 'serverless', ProductionVariants: [SERVERLESS] });
    await create('serverless');
    await pass(8 * MINUTE);
    await update('one');
    expect(sagemaker.running()).toEqual([`${ARN}:endpoint/e`]);
    await pass(8 * MINUTE);
    await expect(update('serverless')).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining('cannot become serverless') });
    await update('two');
  });

  test('the model of a network has a role that may reach into it', async () => {
    const asked: Authorization[] = [];
    const iam = { check: (_role: string, authorizations: Authorization[]) => void asked.push(...authorizations), checkTrust: () => {} };
    const { call, pass } = setUp({}, { iam });
    await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, VpcConfig: NETWORK, PrimaryContainer: { ...IMAGE, ModelDataUrl: 's3://models/m.tar.gz' } });
    await call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [VARIANT] });
    await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
    await pass(8 * MINUTE);
    expect(asked).toEqual(expect.arrayContaining([
      { action: 's3:GetObject', resource: 'arn:aws:s3:::models/m.tar.gz' },
      { action: 'ec2:CreateNetworkInterface', resource: 'arn:aws:ec2:us-west-2:111122223333:security-group/sg-1' },
      { action: 'ec2:DescribeVpcs', resource: '*' },
    ]));
  });

  test('one that fails can only be deleted', async () => {
    const { sagemaker, create, update, describe: describeEndpoint, remove, pass } = await withConfig({ endpoint: () => ({ status: 'Failed', failureReason: 'no capacity', duration: 1 }) });
    await create();
    await pass(1);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'Failed', FailureReason: 'no capacity' });
    expect(sagemaker.running()).toEqual([]);
    await expect(update('two')).rejects.toThrow('can only be deleted');
    await remove();
    await pass(MINUTE);
    expect(sagemaker.endpoints).toEqual([]);
  });

  test('SageMaker rolls an update back by itself and is in service with the old configuration', async () => {
    const { create, update, describe: describeEndpoint, pass } = await withConfig({ endpoint: (_, nth) => ({ rollsBack: nth === 2, failureReason: nth === 2 ? 'an alarm went off' : undefined }) });
    await create();
    await pass(8 * MINUTE);
    await update('two');
    await pass(8 * MINUTE);
    expect((await describeEndpoint()).EndpointStatus).toBe('RollingBack');
    await pass(3 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'one', FailureReason: 'an alarm went off' });
    await update('two');
    await pass(8 * MINUTE);
    const updated = await describeEndpoint();
    expect(updated.EndpointConfigName).toBe('two');
    expect(updated).not.toHaveProperty('FailureReason');
  });

  test('refused: a name that is taken, a configuration that is not there', async () => {
    const { create } = await withConfig();
    await expect(create('none')).rejects.toThrow(`Could not find endpoint configuration "${ARN}:endpoint-config/none".`);
    await create();
    await expect(create()).rejects.toThrow(`Cannot create already existing endpoint "${ARN}:endpoint/e".`);
  });
});
