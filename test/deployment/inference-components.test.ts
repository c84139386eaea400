import { App, Duration, Lazy, RemovalPolicy, Size, Tags } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { COMPONENT, DEPLOYMENT, EndpointFixture, FakeSource } from './fixture';
import {
  AddInferenceComponentOptions, BenchmarkTarget, GpuInstanceType, Hosting, InferenceComponentHostingOptions, InstanceHardware, MlInstanceType,
  Rollout, ScaleInStrategy,
} from '../../src';

let fixture: EndpointFixture;
beforeEach(() => {
  fixture = new EndpointFixture();
});

const deploy = (options?: InferenceComponentHostingOptions, props: Parameters<EndpointFixture['deploy']>[0] = {}) =>
  fixture.deploy({ hosting: Hosting.inferenceComponents(options), ...props });
const withAdapters = (...adapterIds: string[]) => new FakeSource({ adapterIds });
const attribute = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^EndpointDeployment/), name] });
const CHECK = 'Custom::SageMakerInferenceComponentCheck';
const component = (id: RegExp) => fixture.resource(COMPONENT, id);

test('the model becomes an inference component, as the recommendation has it', () => {
  const endpoint = deploy();
  const [, { Properties, DependsOn }] = component(/^EndpointComponent/);
  const [check] = fixture.resource('Custom::SageMakerEndpointCheck', /./);
  expect(Properties).toEqual({
    InferenceComponentName: 'ChatEndpointComponent41A0FC6F',
    EndpointName: { 'Fn::GetAtt': [expect.stringMatching(/^Endpoint/), 'EndpointName'] },
    VariantName: 'AllTraffic',
    Specification: {
      ModelName: attribute('ModelName'),
      ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: attribute('Accelerators'), MinMemoryRequiredInMb: attribute('MinMemoryInMb') },
      StartupParameters: { ModelDataDownloadTimeoutInSeconds: 3600, ContainerStartupHealthCheckTimeoutInSeconds: 1200 },
    },
    RuntimeConfig: { CopyCount: attribute('CopyCount') },
  });
  // CloudFormation makes it after the endpoint serves, and deletes it before the endpoint.
  expect(DependsOn).toContain(check);
  const properties = fixture.properties();
  expect(properties.Hosting).toBe('InferenceComponents');
  expect(properties.Models).toEqual([{ Source: expect.anything(), Component: { Name: 'ChatEndpointComponent41A0FC6F' } }]);
  expect(endpoint.inferenceComponent!.inferenceComponentName).toBe('ChatEndpointComponent41A0FC6F');
  expect(endpoint.inferenceComponentNames).toEqual(['ChatEndpointComponent41A0FC6F']);
});

test('a check fails an update after which the component serves another model', () => {
  deploy({}, { recommendation: withAdapters('support') });
  const [check, { Properties, DependsOn }] = fixture.resource(CHECK, /^EndpointComponentCheck/);
  expect(Properties).toEqual({ ServiceToken: expect.anything(), InferenceComponentName: 'ChatEndpointComponent41A0FC6F', ModelName: attribute('ModelName') });
  expect(DependsOn).toContain(component(/^EndpointComponent[0-9A-F]{8}$/)[0]);
  // What is loaded into the component comes after it.
  expect(component(/Adaptersupport/)[1].DependsOn).toContain(check);
  fixture.template().resourceCountIs(CHECK, 1);
});

test('every wish reaches the handler, or the inference component itself', () => {
  deploy({
    copyCount: 0,
    acceleratorsPerCopy: 2,
    minMemoryPerCopy: Size.gibibytes(12),
    inferenceComponentName: 'llama',
    hardware: [{ instanceType: MlInstanceType.fromName('ml.g9.xlarge'), accelerators: 1, memory: Size.gibibytes(32) }],
    managedInstanceScaling: {
      minInstanceCount: 0,
      maxInstanceCount: 4,
      scaleInStrategy: ScaleInStrategy.CONSOLIDATION,
      scaleInMaximumStepSize: 2,
      scaleInCooldown: Duration.minutes(5),
    },
  }, {
    variantName: 'Gpus',
    instanceType: GpuInstanceType.G6_24XLARGE,
    initialInstanceCount: 1,
    volumeSize: Size.gibibytes(50),
    modelDataDownloadTimeout: Duration.minutes(10),
    containerStartupHealthCheckTimeout: Duration.minutes(5),
  });
  expect(fixture.properties()).toMatchObject({
    Hosting: 'InferenceComponents',
    Hardware: { 'ml.g9.xlarge': { Accelerators: 1, MemoryInGiB: 32 } },
    Models: [{
      Options: { InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1, ModelDataDownloadTimeoutInSeconds: 600 },
      Variant: {
        VariantName: 'Gpus',
        ManagedInstanceScaling: {
          Status: 'ENABLED', MinInstanceCount: 0, MaxInstanceCount: 4, ScaleInPolicy: { Strategy: 'CONSOLIDATION', MaximumStepSize: 2, CooldownInMinutes: 5 },
        },
        VolumeSizeInGB: 50,
      },
      Component: { AcceleratorsPerCopy: 2, MinMemoryPerCopyInMb: 12288, CopyCount: 0 },
    }],
  });
  expect(component(/^EndpointComponent/)[1].Properties).toMatchObject({
    InferenceComponentName: 'llama',
    VariantName: 'Gpus',
    Specification: { StartupParameters: { ModelDataDownloadTimeoutInSeconds: 600, ContainerStartupHealthCheckTimeoutInSeconds: 300 } },
  });
});

test('of managed scaling no more is rendered than was said', () => {
  deploy({ managedInstanceScaling: {} });
  expect(fixture.properties().Models[0].Variant).toEqual({ ManagedInstanceScaling: { Status: 'ENABLED' } });
});

describe('adapters', () => {
  test('are inference components on top of that of the model, named by their ids, made after it and deleted before it', () => {
    const endpoint = deploy({}, { recommendation: withAdapters('support', 'sales-2') });
    const [check] = fixture.resource(CHECK, /./);
    const [, { Properties, DependsOn }] = component(/Adaptersales2/);
    expect(Properties).toEqual({
      InferenceComponentName: 'sales-2',
      EndpointName: expect.anything(),
      Specification: { BaseInferenceComponentName: 'ChatEndpointComponent41A0FC6F', Container: { ArtifactUrl: attribute('AdapterUrl:sales-2') } },
    });
    expect(DependsOn).toContain(check);
    expect(fixture.properties().Models[0].Component).toEqual({ Name: 'ChatEndpointComponent41A0FC6F', AdapterIds: ['support', 'sales-2'] });
    expect(endpoint.adapterComponents.map(adapter => [adapter.adapterId, adapter.inferenceComponentName])).toEqual([['support', 'support'], ['sales-2', 'sales-2']]);
    expect(endpoint.inferenceComponentNames).toEqual(['ChatEndpointComponent41A0FC6F', 'support', 'sales-2']);
  });

  test('can have a prefix, so that they are served twice', () => {
    deploy({ adapterNamePrefix: 'blue-' }, { recommendation: withAdapters('support') });
    expect(component(/Adapterbluesupport/)[1].Properties.InferenceComponentName).toBe('blue-support');
  });

  test('of two endpoints of a stack need a prefix', () => {
    const hosted = (id: string, adapterNamePrefix?: string) => fixture.deploy({
      hosting: Hosting.inferenceComponents({ adapterNamePrefix }), recommendation: withAdapters('support'),
    }, id);
    hosted('Blue', 'blue-');
    hosted('Green');
    expect(() => fixture.app.synth()).not.toThrow();
    fixture = new EndpointFixture();
    hosted('Blue');
    hosted('Green');
    expect(() => fixture.app.synth()).toThrow('[Chat/Blue/Component] names of inference components must be distinct within an account and Region, '
      + "got 'support' of 'Chat/Green/Component/Adapter-support' too: give adapterNamePrefix");
  });

  test('can be left out', () => {
    const endpoint = deploy({ serveAdapters: false }, { recommendation: withAdapters('support') });
    fixture.template().resourceCountIs(COMPONENT, 1);
    expect(fixture.properties().Models[0].Component).toEqual({ Name: 'ChatEndpointComponent41A0FC6F' });
    expect(endpoint.adapterComponents).toEqual([]);
  });

  test('are no business of a variant', () => {
    const endpoint = fixture.deploy({ recommendation: withAdapters('support') });
    fixture.template().resourceCountIs(COMPONENT, 0);
    expect(fixture.properties().Models).toEqual([{ Source: expect.anything() }]);
    expect(endpoint.inferenceComponentNames).toEqual([]);
    expect(endpoint.adapterComponents).toEqual([]);
    expect(endpoint.inferenceComponent).toBeUndefined();
  });

  test.each<[string, () => void, string]>([
    ['a name that becomes too long', () => deploy({ adapterNamePrefix: 'p'.repeat(60) }, { recommendation: withAdapters('support') }),
      'name of an inference component must be 1 to 63 letters'],
    ['two of the same name', () => deploy({ inferenceComponentName: 'support' }, { recommendation: withAdapters('support') }),
      "names of inference components must be distinct, got 'support' more than once: give inferenceComponentName, or adapterNamePrefix for those of adapters"],
  ])('are refused with %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('another recommendation', () => {
  test('shares the instances: its attributes are those of its place', () => {
    const endpoint = deploy();
    const added = endpoint.addInferenceComponent('Small', {
      recommendation: new FakeSource({ jobName: 'small', adapterIds: ['fr'], concurrency: 4, revision: 'r2', ownsModelPackageGroup: true }),
      copyCount: 2,
    });
    endpoint.addInferenceComponent('Tiny', { recommendation: new FakeSource({ jobName: 'tiny' }) });
    const { Models, Approval, SourceRevisions } = fixture.properties();
    expect(Models.map((model: any) => model.Source.JobName)).toEqual(['nightly', 'small', 'tiny']);
    expect(Models[1]).toEqual({
      Source: expect.anything(), Component: { Name: 'ChatEndpointSmallFA1A5A8C', CopyCount: 2, AdapterIds: ['fr'] }, Concurrency: 4,
    });
    expect(Approval).toEqual([{ GroupMadeByJob: 'false' }, { GroupMadeByJob: 'true' }, { GroupMadeByJob: 'false' }]);
    expect(SourceRevisions).toEqual(['r2']);
    expect(component(/^EndpointSmall[0-9A-F]{8}$/)[1].Properties).toMatchObject({
      Specification: {
        ModelName: attribute('ModelName.1'),
        ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: attribute('Accelerators.1'), MinMemoryRequiredInMb: attribute('MinMemoryInMb.1') },
      },
      RuntimeConfig: { CopyCount: attribute('CopyCount.1') },
    });
    expect(component(/^EndpointSmallAdapter/)[1].Properties.Specification.Container.ArtifactUrl).toEqual(attribute('AdapterUrl.1:fr'));
    expect(component(/^EndpointTiny/)[1].Properties.Specification.ModelName).toEqual(attribute('ModelName.2'));
    expect(fixture.stack.resolve([added.instanceType, added.rank, added.selectionWarning, added.concurrency, added.copyCount]))
      .toEqual(['InstanceType.1', 'Rank.1', 'SelectionWarning.1', 'Concurrency.1', 'CopyCount.1'].map(attribute));
    expect(endpoint.inferenceComponentNames).toEqual(['ChatEndpointComponent41A0FC6F', added.inferenceComponentName, 'fr', expect.any(String)]);
  });

  test('is made of what the role may read', () => {
    deploy().addInferenceComponent('Small', { recommendation: new FakeSource({ jobName: 'small' }) });
    expect(JSON.stringify(fixture.statementsOf(/^EndpointRole/))).toContain('models/small/*');
    expect(JSON.stringify(fixture.statementsOf(/^EndpointRole/))).toContain('models/nightly/*');
  });

  test.each<[string, Partial<AddInferenceComponentOptions>, string]>([
    ['no job, from JavaScript', { recommendation: undefined }, "DeployedInferenceComponent 'Chat/Endpoint/Small': recommendation is required"],
    ['half a copy', { copyCount: 0.5 }, 'copyCount must be a whole number, at least 0, got 0.5'],
    ['a name with a dot', { inferenceComponentName: 'a.b' }, 'inferenceComponentName must be 1 to 63 letters'],
    ['the name of another', { inferenceComponentName: 'llama' }, "names of inference components must be distinct, got 'llama' more than once"],
    ['a download of an hour and a second', { modelDataDownloadTimeout: Duration.seconds(3601) }, 'modelDataDownloadTimeout must be a whole number of seconds, 60 to 3600'],
  ])('is refused with %s', (_, props, message) => {
    const endpoint = deploy({ inferenceComponentName: 'llama' });
    expect(() => endpoint.addInferenceComponent('Small', { recommendation: new FakeSource(), ...props } as AddInferenceComponentOptions)).toThrow(message);
  });

  test('is refused as an inference component of a variant', () => {
    expect(() => fixture.deploy().addInferenceComponent('Small', { recommendation: new FakeSource() })).toThrow(
      "DeployRecommendation 'Chat/Endpoint': addInferenceComponent needs Hosting.inferenceComponents, got Hosting.variant: give that hosting, or use addVariant");
  });

  test('is the tenth at most', () => {
    const endpoint = deploy();
    for (let i = 1; i < 10; i++) {
      endpoint.addInferenceComponent(`Model${i}`, { recommendation: new FakeSource() });
    }
    expect(() => endpoint.addInferenceComponent('Model10', { recommendation: new FakeSource() })).toThrow(
      'addInferenceComponent is for an endpoint with fewer than 10 models, got 10: leave one out, or deploy it elsewhere');
    expect(fixture.properties().Models).toHaveLength(10);
  });
});

test('tags and the removal policy are those of the inference components too, also of one that is added later', () => {
  const endpoint = deploy({}, { recommendation: withAdapters('support'), removalPolicy: RemovalPolicy.RETAIN });
  endpoint.addInferenceComponent('Small', { recommendation: withAdapters('fr') });
  Tags.of(endpoint).add('team', 'chat');
  const found = Object.values(fixture.template().findResources(COMPONENT));
  expect(found).toHaveLength(4);
  for (const { DeletionPolicy, UpdateReplacePolicy, Properties } of found) {
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    expect(Properties.Tags).toEqual([{ Key: 'team', Value: 'chat' }]);
  }
});

test('a benchmark of the deployment loads the model, and waits for its inference component', () => {
  const endpoint = deploy({}, { recommendation: withAdapters('support') });
  expect(endpoint._inferenceComponentNames).toEqual(['ChatEndpointComponent41A0FC6F']);
  expect(BenchmarkTarget.deployment(endpoint)._inferenceComponents).toContain('ChatEndpointComponent41A0FC6F');
  expect(BenchmarkTarget.deployment(endpoint)._dependencies(fixture.stack)).toEqual([endpoint]);
  const plain = new EndpointFixture(new App(), 'Other').deploy();
  expect([plain._inferenceComponentNames, BenchmarkTarget.deployment(plain)._inferenceComponents]).toEqual([undefined, undefined]);
});

describe('scaling', () => {
  test('of copies waits for the inference component, and is there once', () => {
    const endpoint = deploy({ managedInstanceScaling: { minInstanceCount: 0 } });
    endpoint.autoScaleCopies({ minCapacity: 1, maxCapacity: 4 });
    const [check] = fixture.resource(CHECK, /./);
    const [, target] = fixture.resource('AWS::ApplicationAutoScaling::ScalableTarget', /./);
    expect(target.Properties).toMatchObject({
      ResourceId: 'inference-component/ChatEndpointComponent41A0FC6F', ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount', MaxCapacity: 4,
    });
    expect(target.DependsOn).toContain(check);
    expect(() => endpoint.autoScaleCopies({ maxCapacity: 2 })).toThrow(
      "autoScaleCopies 'Chat/Endpoint/Component': it was called before: use what it returned then");
  });

  test('of the copies of another recommendation', () => {
    const endpoint = deploy();
    endpoint.addInferenceComponent('Small', { recommendation: new FakeSource(), inferenceComponentName: 'small' }).autoScaleCopies({ maxCapacity: 4 });
    endpoint.autoScaleCopies({ maxCapacity: 4 });
    fixture.template().hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { ResourceId: 'inference-component/small' });
  });

  test('of instances is refused', () => {
    expect(() => deploy().autoScaleInstances({ maxCapacity: 4 })).toThrow('autoScaleInstances is not for Hosting.inferenceComponents: use autoScaleCopies '
      + 'for the copies, and managedInstanceScaling of the hosting for the instances');
  });

  test('of copies is refused without inference components', () => {
    expect(() => fixture.deploy().autoScaleCopies({ maxCapacity: 4 })).toThrow('autoScaleCopies needs Hosting.inferenceComponents, got Hosting.variant: '
      + 'use autoScaleInstances for the instances');
  });
});

describe('refused at synthesis', () => {
  const scaling = (managedInstanceScaling: InferenceComponentHostingOptions['managedInstanceScaling']) => ({ managedInstanceScaling });
  const hardware = (each: Partial<InstanceHardware>) => ({
    hardware: [{ instanceType: MlInstanceType.fromName('ml.g9.xlarge'), accelerators: 1, memory: Size.gibibytes(1), ...each } as InstanceHardware],
  });
  const G9 = MlInstanceType.fromName('ml.g9.xlarge');

  test.each<[InferenceComponentHostingOptions, string]>([
    [{ copyCount: -1 }, 'hosting.copyCount must be a whole number, at least 0, got -1'],
    [{ acceleratorsPerCopy: 0 }, 'hosting.acceleratorsPerCopy must be a whole number, at least 1, got 0'],
    [{ minMemoryPerCopy: Size.mebibytes(127) }, 'hosting.minMemoryPerCopy must be a whole number of MiB, at least 128, got 127 MiB'],
    [{ minMemoryPerCopy: Size.kibibytes(1) }, 'hosting.minMemoryPerCopy must be a whole number of MiB'],
    [{ inferenceComponentName: 'a'.repeat(64) }, 'hosting.inferenceComponentName must be 1 to 63 letters'],
    [{ adapterNamePrefix: '-a' }, "hosting.adapterNamePrefix must hold only letters, digits and hyphens, and start with no hyphen, got '-a'"],
    [scaling({ minInstanceCount: -1 }), 'hosting.managedInstanceScaling.minInstanceCount must be a whole number, at least 0, got -1'],
    [scaling({ maxInstanceCount: 0 }), 'hosting.managedInstanceScaling.maxInstanceCount must be a whole number, at least 1, got 0'],
    [scaling({ minInstanceCount: 3, maxInstanceCount: 2 }), 'hosting.managedInstanceScaling.minInstanceCount must be at most maxInstanceCount, got 3 and 2'],
    [scaling({ maxInstanceCount: 1 }), 'initialInstanceCount must be at most maxInstanceCount of hosting.managedInstanceScaling, got 2 and 1'],
    [scaling({ minInstanceCount: 3 }), 'initialInstanceCount must be at least minInstanceCount of hosting.managedInstanceScaling, got 2 and 3'],
    [scaling({ scaleInStrategy: 'NEVER' as ScaleInStrategy }), "hosting.managedInstanceScaling.scaleInStrategy must be one of IDLE_RELEASE, CONSOLIDATION, got 'NEVER'"],
    [scaling({ scaleInMaximumStepSize: 1 }), 'hosting.managedInstanceScaling needs scaleInStrategy with scaleInMaximumStepSize or scaleInCooldown'],
    [scaling({ scaleInCooldown: Duration.minutes(5) }), 'hosting.managedInstanceScaling needs scaleInStrategy'],
    [scaling({ scaleInStrategy: ScaleInStrategy.IDLE_RELEASE, scaleInMaximumStepSize: 101 }), 'scaleInMaximumStepSize must be a whole number, 1 to 100, got 101'],
    [scaling({ scaleInStrategy: ScaleInStrategy.IDLE_RELEASE, scaleInMaximumStepSize: 0 }), 'scaleInMaximumStepSize must be a whole number, 1 to 100, got 0'],
    [scaling({ scaleInStrategy: ScaleInStrategy.IDLE_RELEASE, scaleInCooldown: Duration.minutes(4) }),
      'scaleInCooldown must be a whole number of minutes, 5 to 1440, got 4 minutes'],
    [scaling({ scaleInStrategy: ScaleInStrategy.IDLE_RELEASE, scaleInCooldown: Duration.minutes(1441) }), 'scaleInCooldown must be a whole number of minutes'],
    [scaling({ scaleInStrategy: ScaleInStrategy.IDLE_RELEASE, scaleInCooldown: Duration.seconds(330) }), '5 to 1440, got 5.5 minutes'],
    [scaling({ scaleInStrategy: ScaleInStrategy.IDLE_RELEASE, scaleInCooldown: Duration.hours(Lazy.number({ produce: () => 1 })) }),
      'scaleInCooldown must be given by Duration.minutes(), got a token in hours'],
    [hardware({ instanceType: undefined }), 'hosting.hardware[0].instanceType is required'],
    [hardware({ accelerators: undefined }), 'hosting.hardware[0].accelerators is required'],
    [hardware({ memory: undefined }), 'hosting.hardware[0].memory is required'],
    [hardware({ instanceType: MlInstanceType.fromName('g9') }), "hosting.hardware[0].instanceType must be an instance type like 'ml.g6.24xlarge', got 'g9'"],
    [hardware({ instanceType: MlInstanceType.fromName(Lazy.string({ produce: () => 'ml.g9.xlarge' })) }),
      'hosting.hardware[0].instanceType must be known at synthesis, got a token'],
    [hardware({ accelerators: -1 }), 'hosting.hardware[0].accelerators must be a whole number, at least 0, got -1'],
    [hardware({ memory: Size.mebibytes(1) }), 'hosting.hardware[0].memory must be a whole number of GiB, at least 1'],
    [{ hardware: [...hardware({}).hardware, ...hardware({ instanceType: G9 }).hardware] }, "hosting.hardware must be distinct, got 'ml.g9.xlarge' more than once"],
  ])('%j', (options, message) => {
    expect(() => deploy(options, { initialInstanceCount: 2 })).toThrow(message);
  });

  test.each<InferenceComponentHostingOptions>([
    { copyCount: 0 }, { acceleratorsPerCopy: 1 }, { minMemoryPerCopy: Size.mebibytes(128) },
    { minMemoryPerCopy: Size.mebibytes(Lazy.number({ produce: () => 1 })) },
    scaling({ minInstanceCount: 0, maxInstanceCount: 2 }),
    scaling({ scaleInStrategy: ScaleInStrategy.IDLE_RELEASE, scaleInMaximumStepSize: 100, scaleInCooldown: Duration.days(1) }),
    scaling({ scaleInStrategy: ScaleInStrategy.IDLE_RELEASE, scaleInMaximumStepSize: 1, scaleInCooldown: Duration.minutes(5) }),
    scaling({ minInstanceCount: 2, maxInstanceCount: 2 }), hardware({ accelerators: 0 }),
  ])('but not the bound itself: %j', options => {
    expect(() => deploy(options, { initialInstanceCount: 2 })).not.toThrow();
  });

  test.each<[string, Parameters<EndpointFixture['deploy']>[0], string]>([
    ['a blue/green rollout', { rollout: Rollout.allAtOnce() }, 'rollout must be Rollout.rolling with Hosting.inferenceComponents'],
    ['fallback', { fallbackCount: 1 }, 'fallbackCount must not be given with Hosting.inferenceComponents: each instance type would need an inference component of its own'],
    ['a weight', { initialVariantWeight: 1 }, 'initialVariantWeight is of no use with Hosting.inferenceComponents, which share one variant: leave it out'],
  ])('%s with inference components', (_, props, message) => {
    expect(() => deploy({}, props)).toThrow(message);
  });
});

test('a recommendation that can be serverless has a warning', () => {
  deploy({}, { recommendation: new FakeSource({ jobType: 'InferenceRecommendationsJob' }) });
  Annotations.fromStack(fixture.stack).hasWarning('/Chat/Endpoint', Match.stringLikeRegexp('for which SageMaker has no inference components: give instanceType'));
  fixture.template().resourceCountIs(DEPLOYMENT, 1);
});
