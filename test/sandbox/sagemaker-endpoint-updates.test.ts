import { ARN, ROLE, setUp } from './sagemaker-setup';
import { MINUTE, SageMakerOptions, Scenario } from '../../sandbox/sagemaker';
import { Authorization } from '../../sandbox/service';

const IMAGE = { Image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/vllm:1' };
const VARIANT = { VariantName: 'v', ModelName: 'm', InstanceType: 'ml.g6.12xlarge', InitialInstanceCount: 4 };
const CAPTURE = {
  EnableCapture: true, InitialSamplingPercentage: 10, DestinationS3Uri: 's3://captured/e', CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
};
const percent = (Value: number) => ({ Type: 'CAPACITY_PERCENT', Value });
const instances = (Value: number) => ({ Type: 'INSTANCE_COUNT', Value });
const traffic = (Type: string, change: object = {}) => ({ TrafficRoutingConfiguration: { Type, WaitIntervalInSeconds: 300, ...change } });
const rolling = (change: object = {}) => ({ RollingUpdatePolicy: { MaximumBatchSize: percent(50), WaitIntervalInSeconds: 60, ...change } });
const watched = (...names: string[]) => ({ AutoRollbackConfiguration: { Alarms: names.map(AlarmName => ({ AlarmName })) } });
const refusal = (message: string) => ({ code: 'ValidationException', message: expect.stringContaining(message) });

interface Preparation { one?: object; two?: object; scenario?: Scenario; options?: Partial<SageMakerOptions> }

/** An endpoint `e` with the configuration `one`, and whatever the configuration `two` is to have. */
async function prepare({ one, two, scenario, options }: Preparation = {}) {
  const world = setUp(scenario, options);
  const { call, sagemaker } = world;
  const pass = (milliseconds: number) => world.pass(milliseconds + 1);
  await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: IMAGE });
  const configure = (EndpointConfigName: string, input: object = {}) => call('CreateEndpointConfig', { EndpointConfigName, ProductionVariants: [VARIANT], ...input });
  await configure('one', one);
  await configure('two', two);
  await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'one' });
  await pass(8 * MINUTE);
  const start = world.clock.now();
  return {
    ...world,
    pass,
    configure,
    update: (input: object = {}) => call('UpdateEndpoint', { EndpointName: 'e', EndpointConfigName: 'two', ...input }),
    deploy: (DeploymentConfig: object) => call('UpdateEndpoint', { EndpointName: 'e', EndpointConfigName: 'two', DeploymentConfig }),
    scale: (...DesiredWeightsAndCapacities: object[]) => call('UpdateEndpointWeightsAndCapacities', { EndpointName: 'e', DesiredWeightsAndCapacities }),
    describe: () => call('DescribeEndpoint', { EndpointName: 'e' }),
    /** Where the traffic went: minutes since the endpoint was up, and shares in percent. */
    shifts: () => sagemaker.endpoints[0].history.map(({ time, shares }) => [Math.floor((time - start) / MINUTE), shares]),
  };
}

describe('weights and capacities', () => {
  test('are changed while the endpoint is Updating', async () => {
    const { scale, describe: describeEndpoint, pass } = await prepare();
    expect(await scale({ VariantName: 'v', DesiredInstanceCount: 6, DesiredWeight: 3 })).toEqual({ EndpointArn: `${ARN}:endpoint/e` });
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'Updating', ProductionVariants: [{ CurrentInstanceCount: 4, DesiredInstanceCount: 6, CurrentWeight: 1, DesiredWeight: 3 }],
    });
    await expect(scale({ VariantName: 'v', DesiredWeight: 1 })).rejects.toMatchObject(refusal('Cannot update in-progress endpoint'));
    await pass(4 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'InService', ProductionVariants: [{ CurrentInstanceCount: 6, DesiredInstanceCount: 6, CurrentWeight: 3, DesiredWeight: 3 }],
    });
  });

  test('go back when there is no capacity for more instances', async () => {
    const { scale, describe: describeEndpoint, pass, sagemaker } = await prepare();
    sagemaker.scenario = { capacity: () => false };
    await scale({ VariantName: 'v', DesiredInstanceCount: 6 });
    await pass(4 * MINUTE);
    expect((await describeEndpoint()).EndpointStatus).toBe('RollingBack');
    await pass(MINUTE);
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'InService', FailureReason: expect.stringContaining('InsufficientInstanceCapacity'), ProductionVariants: [{ DesiredInstanceCount: 4 }],
    });
  });

  test('of a serverless variant are its concurrency', async () => {
    const ServerlessConfig = { MemorySizeInMB: 2048, MaxConcurrency: 5, ProvisionedConcurrency: 1 };
    const { scale, describe: describeEndpoint, pass } = await prepare({ one: { ProductionVariants: [{ VariantName: 'v', ModelName: 'm', ServerlessConfig }] } });
    await scale({ VariantName: 'v', ServerlessUpdateConfig: { ProvisionedConcurrency: 3 } });
    await pass(MINUTE);
    expect((await describeEndpoint()).ProductionVariants[0].CurrentServerlessConfig).toEqual({ ...ServerlessConfig, ProvisionedConcurrency: 3 });
    await expect(scale({ VariantName: 'v', DesiredInstanceCount: 1 })).rejects.toMatchObject(refusal('is serverless and has no instances'));
  });

  test.each<[string, object[], string]>([
    ['no such variant', [{ VariantName: 'w', DesiredWeight: 1 }], 'Could not find variant "w"'],
    ['no instances', [{ VariantName: 'v', DesiredInstanceCount: 0 }], 'must be at least 1'],
    ['concurrency of instances', [{ VariantName: 'v', ServerlessUpdateConfig: { MaxConcurrency: 1 } }], 'is not serverless'],
    ['two capacities at once', ['a', 'b'].map(VariantName => ({ VariantName, DesiredInstanceCount: 2 })), 'the capacity of one variant at most'],
  ])('are refused: %s', async (_, wanted, message) => {
    const names = message.includes('one variant') ? ['a', 'b'] : ['v'];
    const { scale } = await prepare({ one: { ProductionVariants: names.map(VariantName => ({ ...VARIANT, VariantName })) } });
    await expect(scale(...wanted)).rejects.toMatchObject(refusal(message));
  });

  test('an asynchronous endpoint may have no instances, and costs nothing then', async () => {
    const asynchronous = { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://out/' } } };
    const { scale, describe: describeEndpoint, pass, sagemaker } = await prepare({ one: asynchronous });
    await scale({ VariantName: 'v', DesiredInstanceCount: 0 });
    await pass(4 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'InService', ProductionVariants: [{ CurrentInstanceCount: 0 }], ...asynchronous });
    expect(sagemaker.running()).toEqual([]);
  });

  test('instances that follow inference components are not set by hand', async () => {
    const managed = { ...VARIANT, ModelName: undefined, ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: 1, MaxInstanceCount: 4 } };
    const { scale } = await prepare({ one: { ExecutionRoleArn: ROLE, ProductionVariants: [managed] } });
    await expect(scale({ VariantName: 'v', DesiredInstanceCount: 2 })).rejects.toMatchObject(refusal('ManagedInstanceScaling is enabled'));
  });
});

describe('what an update retains', () => {
  const changed = {
    ProductionVariants: [{ ...VARIANT, InitialVariantWeight: 5, InitialInstanceCount: 1 }],
    DataCaptureConfig: { ...CAPTURE, InitialSamplingPercentage: 50 },
  };
  const exclude = (...types: string[]) => ({
    RetainAllVariantProperties: true, ExcludeRetainedVariantProperties: types.map(VariantPropertyType => ({ VariantPropertyType })),
  });

  test.each<[string, object, number, number, number]>([
    ['nothing by default', {}, 1, 5, 50],
    ['all', { RetainAllVariantProperties: true }, 6, 3, 10],
    ['all but the counts', exclude('DesiredInstanceCount'), 1, 3, 10],
    ['all but the weights', exclude('DesiredWeight'), 6, 5, 10],
    ['all but the data capture', exclude('DataCaptureConfig'), 6, 3, 50],
  ])('%s', async (_, input, count, weight, sampled) => {
    const { scale, update, describe: describeEndpoint, pass } = await prepare({ one: { DataCaptureConfig: CAPTURE }, two: changed });
    await scale({ VariantName: 'v', DesiredInstanceCount: 6, DesiredWeight: 3 });
    await pass(4 * MINUTE);
    await update(input);
    expect(await describeEndpoint()).toMatchObject({
      ProductionVariants: [{ CurrentInstanceCount: 6 }],
      PendingDeploymentSummary: { EndpointConfigName: 'two', ProductionVariants: [{ DesiredInstanceCount: count, InstanceType: 'ml.g6.12xlarge' }] },
    });
    await pass(8 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({
      ProductionVariants: [{ CurrentInstanceCount: count, DesiredInstanceCount: count, CurrentWeight: weight, DesiredWeight: weight }],
      DataCaptureConfig: { EnableCapture: true, CaptureStatus: 'Started', CurrentSamplingPercentage: sampled, DestinationS3Uri: 's3://captured/e' },
    });
  });

  test('of variants of the same name only', async () => {
    const { scale, update, describe: describeEndpoint, pass } = await prepare({ two: { ProductionVariants: [{ ...VARIANT, VariantName: 'w' }] } });
    await scale({ VariantName: 'v', DesiredInstanceCount: 6 });
    await pass(4 * MINUTE);
    await update({ RetainAllVariantProperties: true });
    await pass(8 * MINUTE);
    expect((await describeEndpoint()).ProductionVariants).toMatchObject([{ VariantName: 'w', CurrentInstanceCount: 4 }]);
  });
});

describe('variants that Application Auto Scaling scales', () => {
  const options = { isScalableTarget: (resourceId: string) => resourceId === 'endpoint/e/variant/v' };

  test.each<[string, object, string]>([
    ['its instance type', { ProductionVariants: [{ ...VARIANT, InstanceType: 'ml.g6.48xlarge' }] }, 'the instance type of variant "v" cannot be changed'],
    ['its name', { ProductionVariants: [{ ...VARIANT, VariantName: 'w' }] }, 'variant "v" cannot be removed'],
  ])('no update changes %s', async (_, two, message) => {
    const { update } = await prepare({ two, options });
    await expect(update()).rejects.toMatchObject(refusal(message));
  });

  test('another model is fine, and the endpoint can be deleted by those who may deregister', async () => {
    const gone: string[] = [];
    const deregisterScalableTarget = (resourceId: string) => void gone.push(resourceId);
    const { update, pass, call, sagemaker } = await prepare({ options: { ...options, deregisterScalableTarget } });
    await update();
    await pass(8 * MINUTE);
    const required = sagemaker.authorizations({ service: 'sagemaker', operation: 'DeleteEndpoint', input: { EndpointName: 'e' }, caller: 'console' });
    expect(required.map(({ action }) => action)).toEqual(['sagemaker:DeleteEndpoint', 'application-autoscaling:DeregisterScalableTarget']);
    await call('DeleteEndpoint', { EndpointName: 'e' });
    expect(gone).toEqual(['endpoint/e/variant/v']);
  });
});

describe('deployment policies', () => {
  const both = [{ one: 70, two: 30 }, { two: 100 }];

  test.each<[string, object, unknown[], number]>([
    ['all at once, without a policy', {}, [[8, { two: 100 }]], 8],
    ['all at once, then waits', { BlueGreenUpdatePolicy: { ...traffic('ALL_AT_ONCE'), TerminationWaitInSeconds: 120 } }, [[8, { two: 100 }]], 15],
    ['a canary first', { BlueGreenUpdatePolicy: traffic('CANARY', { CanarySize: percent(30) }) }, [[8, both[0]], [13, both[1]]], 18],
    ['a canary of instances', { BlueGreenUpdatePolicy: traffic('CANARY', { CanarySize: instances(2) }) }, [[8, { one: 50, two: 50 }], [13, { two: 100 }]], 18],
    ['linear steps', { BlueGreenUpdatePolicy: traffic('LINEAR', { LinearStepSize: percent(33) }) },
      [[8, { one: 67, two: 33 }], [13, { one: 34, two: 66 }], [18, { one: 1, two: 99 }], [23, { two: 100 }]], 28],
    ['batch by batch', rolling(), [[8, { one: 50, two: 50 }], [17, { two: 100 }]], 18],
  ])('%s', async (_, config, expected, minutes) => {
    const { deploy, shifts, pass, describe: describeEndpoint } = await prepare();
    await deploy(config);
    await pass((minutes - 1) * MINUTE);
    expect((await describeEndpoint()).EndpointStatus).toBe('Updating');
    await pass(2 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'two', LastDeploymentConfig: config });
    expect(shifts().slice(1)).toEqual(expected);
    // At no time did nobody serve.
    expect(shifts().every(([, shares]) => Object.values(shares).reduce((sum, share) => sum + share, 0) === 100)).toBe(true);
  });

  test('Inf1 falls back to all at once', async () => {
    const inf1 = { ProductionVariants: [{ ...VARIANT, InstanceType: 'ml.inf1.xlarge' }] };
    const { deploy, shifts, pass } = await prepare({ one: inf1, two: inf1 });
    await deploy({ BlueGreenUpdatePolicy: traffic('CANARY', { CanarySize: percent(10) }) });
    await pass(8 * MINUTE);
    expect(shifts().slice(1)).toEqual([[8, { two: 100 }]]);
  });

  test('the last one is retained if the update says so', async () => {
    const { deploy, update, pass, describe: describeEndpoint } = await prepare();
    const config = { BlueGreenUpdatePolicy: traffic('CANARY', { CanarySize: percent(30) }) };
    await deploy(config);
    await pass(18 * MINUTE);
    await update({ EndpointConfigName: 'one', RetainDeploymentConfig: true });
    await pass(10 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'Updating', LastDeploymentConfig: config });
    await pass(8 * MINUTE);
    await update();
    await pass(8 * MINUTE);
    expect(await describeEndpoint()).not.toHaveProperty('LastDeploymentConfig');
  });

  test.each<[string, object, string]>([
    ['two policies', { BlueGreenUpdatePolicy: traffic('ALL_AT_ONCE'), ...rolling() }, 'BlueGreenUpdatePolicy or RollingUpdatePolicy, not both'],
    ['a canary without a size', { BlueGreenUpdatePolicy: traffic('CANARY') }, 'CanarySize is required'],
    ['too large a canary', { BlueGreenUpdatePolicy: traffic('CANARY', { CanarySize: instances(3) }) }, 'from 0 % to 50 % of the variant\'s instances, got 75 %'],
    ['a canary in steps', { BlueGreenUpdatePolicy: traffic('LINEAR', { LinearStepSize: percent(10), CanarySize: percent(10) }) }, 'CanarySize is for traffic routing of type CANARY'],
    ['steps without a size', { BlueGreenUpdatePolicy: traffic('LINEAR') }, 'LinearStepSize is required'],
    ['too small steps', { BlueGreenUpdatePolicy: traffic('LINEAR', { LinearStepSize: percent(9) }) }, 'LinearStepSize must be from 10 % to 50 %'],
    ['steps all at once', { BlueGreenUpdatePolicy: traffic('ALL_AT_ONCE', { LinearStepSize: percent(10) }) }, 'LinearStepSize is for traffic routing of type LINEAR'],
    ['no wait', { BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE' } } }, 'waitIntervalInSeconds'],
    ['less time than it waits', { BlueGreenUpdatePolicy: { ...traffic('ALL_AT_ONCE', { WaitIntervalInSeconds: 600 }), MaximumExecutionTimeoutInSeconds: 600 } }, 'must be larger than'],
    ['too large batches', rolling({ MaximumBatchSize: percent(51) }), 'MaximumBatchSize must be from 5 % to 50 %'],
    ['too small batches', rolling({ MaximumBatchSize: percent(4) }), 'MaximumBatchSize must be from 5 % to 50 %'],
    ['eleven alarms', watched(...Array.from({ length: 11 }, (_, index) => `a${index}`)), 'less than or equal to 10'],
    ['no alarms', watched(), 'greater than or equal to 1'],
  ])('refused: %s', async (_, config, message) => {
    const { deploy, describe: describeEndpoint } = await prepare();
    await expect(deploy(config)).rejects.toMatchObject(refusal(message));
    expect((await describeEndpoint()).EndpointStatus).toBe('InService');
  });

  const second = [VARIANT, { ...VARIANT, VariantName: 'w' }];
  const components = { ExecutionRoleArn: ROLE, ProductionVariants: [{ ...VARIANT, ModelName: undefined }] };
  const serverless = { ProductionVariants: [{ VariantName: 'v', ModelName: 'm', ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } }] };
  test.each<[string, object, object, string]>([
    ['rolling over several variants', { ProductionVariants: second }, rolling(), 'not supported for endpoints with several variants'],
    ['rolling with a shadow', { ShadowProductionVariants: [{ ...VARIANT, VariantName: 's' }] }, rolling(), 'not supported for endpoints with several variants'],
    ['serverless', serverless, rolling(), 'not supported for serverless endpoints'],
    ['a canary of inference components', components, { BlueGreenUpdatePolicy: traffic('CANARY', { CanarySize: percent(10) }) }, 'not supported for endpoints with inference components'],
    ['other names of variants', { ProductionVariants: [{ ...VARIANT, VariantName: 'w' }] }, rolling(), 'variants of the same names before and after: they are v and would be w'],
  ])('refused: %s', async (name, config, policy, message) => {
    const { deploy } = await prepare({ one: name.startsWith('other') ? {} : config, two: config });
    await expect(deploy(policy)).rejects.toMatchObject(refusal(message));
  });

  test('inference components take a rolling update', async () => {
    const { deploy, pass, describe: describeEndpoint } = await prepare({ one: components, two: components });
    await deploy(rolling());
    await pass(18 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'two' });
  });
});

describe('updates that do not work out', () => {
  const canary = { BlueGreenUpdatePolicy: traffic('CANARY', { CanarySize: percent(10) }), ...watched('errors') };

  test('an alarm during the canary brings all traffic back', async () => {
    let state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' = 'INSUFFICIENT_DATA';
    const { deploy, describe: describeEndpoint, pass, shifts } = await prepare({ options: { alarmState: name => name === 'errors' ? state : undefined } });
    await expect(deploy(watched('none'))).rejects.toMatchObject(refusal('Could not find the CloudWatch alarm "none"'));
    await deploy(canary);
    await pass(9 * MINUTE);
    state = 'ALARM';
    await pass(MINUTE);
    expect((await describeEndpoint()).EndpointStatus).toBe('RollingBack');
    await pass(3 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'one', FailureReason: expect.stringContaining('errors') });
    expect(shifts().slice(1)).toEqual([[8, { one: 90, two: 10 }], [9, { one: 100 }]]);
  });

  test('an alarm that is over before the traffic moves does not matter', async () => {
    let state: 'OK' | 'ALARM' = 'ALARM';
    const { deploy, describe: describeEndpoint, pass } = await prepare({ options: { alarmState: () => state } });
    await deploy(canary);
    await pass(7 * MINUTE);
    state = 'OK';
    await pass(11 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'two' });
  });

  test('one that takes too long goes back', async () => {
    const { deploy, describe: describeEndpoint, pass } = await prepare();
    await deploy({ BlueGreenUpdatePolicy: { ...canary.BlueGreenUpdatePolicy, MaximumExecutionTimeoutInSeconds: 600 } });
    await pass(16 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'one', FailureReason: expect.stringContaining('MaximumExecutionTimeout') });
  });

  test('without capacity the old fleet stays', async () => {
    const { update, describe: describeEndpoint, pass, sagemaker, shifts } = await prepare({ two: { ProductionVariants: [{ ...VARIANT, InstanceType: 'ml.g6.48xlarge' }] } });
    sagemaker.scenario = { capacity: type => type !== 'ml.g6.48xlarge' };
    await update();
    await pass(11 * MINUTE);
    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'InService', EndpointConfigName: 'one', FailureReason: expect.stringContaining('InsufficientInstanceCapacity'),
    });
    expect(shifts()).toHaveLength(1);
  });

  test('the model\'s role looks at the alarms and writes what is captured', async () => {
    const asked: Authorization[] = [];
    const iam = { check: (_role: string, authorizations: Authorization[]) => void asked.push(...authorizations), checkTrust: () => {} };
    const { deploy, pass } = await prepare({ two: { DataCaptureConfig: CAPTURE }, options: { iam } });
    await deploy(canary);
    await pass(8 * MINUTE);
    expect(asked).toEqual(expect.arrayContaining([
      { action: 'cloudwatch:DescribeAlarms', resource: 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:errors' },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::captured/e/object' },
    ]));
  });
});
