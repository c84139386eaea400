import { Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DEPLOYMENT, EndpointFixture, FakeSource } from './fixture';
import {
  AddVariantOptions, CapacitySize, DeployRecommendation, GpuInstanceType, Hosting, JobOutput, MlInstanceType, ModelApproval, RecommendationSelector,
  Rollout,
} from '../../src';

let fixture: EndpointFixture;
beforeEach(() => {
  fixture = new EndpointFixture();
});

const small = (props: Partial<AddVariantOptions> = {}): AddVariantOptions => ({ recommendation: new FakeSource({ jobName: 'small' }), ...props });
const attribute = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^EndpointDeployment/), name] });

test('variants have recommendations, selectors, options and approvals of their own, in the order in which they were added', () => {
  const endpoint = fixture.deploy({ initialVariantWeight: 9 });
  const canary = endpoint.addVariant('Canary', small({
    selector: RecommendationSelector.byRank(2),
    initialVariantWeight: 1,
    instanceType: GpuInstanceType.G6_24XLARGE,
    initialInstanceCount: 2,
    acceptEula: true,
    fallbackCount: 1,
    approval: ModelApproval.required(),
  }));
  endpoint.addVariant('Third', small({ variantName: 'Other' }));
  const { Models, Approval } = fixture.properties();
  expect(Models).toEqual([
    { Source: { JobType: 'AIRecommendationJob', JobName: 'nightly' }, Variant: { InitialVariantWeight: 9 } },
    {
      Source: { JobType: 'AIRecommendationJob', JobName: 'small' },
      Selection: { Index: 2 },
      Fallback: 1,
      Options: { InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 2, AcceptEula: 'true' },
      Variant: { VariantName: 'Canary', InitialVariantWeight: 1 },
    },
    { Source: expect.anything(), Variant: { VariantName: 'Other' } },
  ]);
  expect(Approval).toEqual([{ GroupMadeByJob: 'false' }, { Setting: 'Required', GroupMadeByJob: 'false' }, { GroupMadeByJob: 'false' }]);
  expect(fixture.stack.resolve([
    canary.modelName, canary.instanceType, canary.instanceCount, canary.copyCountPerInstance, canary.inferenceSpecificationName, canary.rank,
    canary.concurrency, canary.selectionWarning, canary.fallbackInstanceTypes,
  ])).toEqual(['ModelName.1', 'InstanceType.1', 'InstanceCount.1', 'CopyCountPerInstance.1', 'InferenceSpecificationName.1', 'Rank.1', 'Concurrency.1',
    'SelectionWarning.1', 'FallbackInstanceTypes.1'].map(attribute));
  expect(canary.variantName).toBe('Canary');
});

test('a shadow variant is told from the others', () => {
  const shadow = fixture.deploy().addShadowVariant('Shadow', small({ initialVariantWeight: 0.5 }));
  expect(fixture.properties().Models[1].Variant).toEqual({ VariantName: 'Shadow', InitialVariantWeight: 0.5, Shadow: 'true' });
  expect(shadow.variantName).toBe('Shadow');
});

test('the job of a variant is waited for, and what its model is made of is readable for the role, also for one that was given before', () => {
  const job = new Construct(fixture.stack, 'SmallJob');
  const parameter = new iam.User(job, 'Wait');
  const role = iam.Role.fromRoleArn(fixture.stack, 'Imported', 'arn:aws:iam::111122223333:role/Imported');
  const endpoint = fixture.deploy({ role });
  endpoint.addExecutionPermissions(role);
  endpoint.addVariant('Canary', { recommendation: new FakeSource({ jobName: 'small', dependable: job }) });
  expect(fixture.single(DEPLOYMENT).DependsOn).toContain(fixture.stack.getLogicalId(parameter.node.defaultChild as any));
  expect(JSON.stringify(fixture.statementsOf(/^Imported/))).toContain('models/small/*');
});

test('metrics and scaling are those of the variant', () => {
  const endpoint = fixture.deploy({ endpointName: 'chat' });
  const canary = endpoint.addVariant('Canary', small());
  expect(canary.metricInvocations().dimensions).toEqual({ EndpointName: 'chat', VariantName: 'Canary' });
  expect(canary.metricGpuUtilization()).toMatchObject({ namespace: '/aws/sagemaker/Endpoints', dimensions: { EndpointName: 'chat', VariantName: 'Canary' } });
  canary.autoScaleInstances({ maxCapacity: 3 });
  endpoint.autoScaleInstances({ maxCapacity: 5 });
  const template = fixture.template();
  for (const [ResourceId, MaxCapacity] of [['endpoint/chat/variant/Canary', 3], ['endpoint/chat/variant/AllTraffic', 5]]) {
    template.hasResource('AWS::ApplicationAutoScaling::ScalableTarget', {
      Properties: { ResourceId, MaxCapacity }, DependsOn: Match.arrayWith([Match.stringLikeRegexp('^EndpointCheck')]),
    });
  }
  expect(() => canary.autoScaleInstances({ maxCapacity: 3 })).toThrow(
    "autoScaleInstances 'Chat/Endpoint/Canary': it was called before: use what it returned then");
  expect(() => endpoint.autoScaleInstances({ maxCapacity: 3 })).toThrow("autoScaleInstances 'Chat/Endpoint': it was called before");
});

describe('refused', () => {
  test.each<[string, (endpoint: DeployRecommendation) => void, string]>([
    ['no job, from JavaScript', endpoint => endpoint.addVariant('Canary', {} as AddVariantOptions),
      "DeployedVariant 'Chat/Endpoint/Canary': recommendation is required"],
    ['an id that is no name', endpoint => endpoint.addVariant('can_ary', small()),
      "variantName must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got 'can_ary'"],
    ['the name of the own variant', endpoint => endpoint.addVariant('Canary', small({ variantName: 'AllTraffic' })),
      "variantName must be another one than those of the endpoint's other variants, got 'AllTraffic'"],
    ['the name of the own variant as a shadow', endpoint => endpoint.addShadowVariant('AllTraffic', small()), "got 'AllTraffic'"],
    ['a negative weight', endpoint => endpoint.addVariant('Canary', small({ initialVariantWeight: -1 })), 'initialVariantWeight must be at least 0, got -1'],
    ['a type without ml.', endpoint => endpoint.addVariant('Canary', small({ instanceType: MlInstanceType.fromName('g5') })), 'instanceType must be an instance type'],
    ['fallback to five', endpoint => endpoint.addVariant('Canary', small({ fallbackCount: 5 })), 'fallbackCount must be a whole number, 0 to 4, got 5'],
    ['a place that there is not', endpoint => endpoint.addVariant('Canary', small({ selector: RecommendationSelector.byRank(0) })), 'got 0'],
    ['two shadows', endpoint => { endpoint.addShadowVariant('A', small()); endpoint.addShadowVariant('B', small()); },
      'addShadowVariant was called before: an endpoint has one shadow variant at most'],
    ['a shadow of two', endpoint => { endpoint.addVariant('A', small()); endpoint.addShadowVariant('B', small()); },
      'addShadowVariant needs an endpoint with one production variant, got 2: leave the others out, or the shadow'],
    ['a second one beside a shadow', endpoint => { endpoint.addShadowVariant('A', small()); endpoint.addVariant('B', small()); },
      'addVariant is not for an endpoint with a shadow variant, which shadows one production variant: leave one of them out'],
  ])('%s', (_, add, message) => {
    expect(() => add(fixture.deploy())).toThrow(message);
  });

  test.each<['addVariant' | 'addShadowVariant', Parameters<EndpointFixture['deploy']>[0], string]>([
    ['addVariant', { hosting: Hosting.inferenceComponents() }, 'addVariant is not for Hosting.inferenceComponents, which share one variant: use addInferenceComponent'],
    ['addShadowVariant', { hosting: Hosting.inferenceComponents() }, 'addShadowVariant is not for Hosting.inferenceComponents'],
    ['addVariant', { rollout: Rollout.rolling({ batchSize: CapacitySize.percent(5), waitInterval: Duration.minutes(1) }) },
      'addVariant is not for Rollout.rolling, which knows one variant: use another rollout'],
    ['addShadowVariant', { rollout: Rollout.rolling({ batchSize: CapacitySize.percent(5), waitInterval: Duration.minutes(1) }) },
      'addShadowVariant is not for Rollout.rolling'],
    ['addShadowVariant', { asyncInference: { output: JobOutput.toS3Uri('s3://answers/') } },
      'addShadowVariant is not for an asynchronous endpoint: leave asyncInference out'],
  ])('%s on an endpoint with %j', (method, props, message) => {
    expect(() => fixture.deploy(props)[method]('Canary', small())).toThrow(message);
  });

  test('the eleventh', () => {
    const endpoint = fixture.deploy();
    for (let i = 1; i < 10; i++) {
      endpoint.addVariant(`Variant${i}`, small());
    }
    expect(() => endpoint.addVariant('Variant10', small())).toThrow('addVariant is for an endpoint with fewer than 10 models, got 10');
    expect(fixture.properties().Models).toHaveLength(10);
  });
});

describe('a recommendation that can be serverless', () => {
  const serverless = new FakeSource({ jobType: 'InferenceRecommendationsJob' });
  const warning = Match.stringLikeRegexp('a recommendation of Inference Recommender can be a serverless one, for which SageMaker has no several variants: ');

  test.each<[string, Partial<AddVariantOptions>, boolean]>([
    ['has a warning', {}, true],
    ['has none with an instance type', { instanceType: GpuInstanceType.G6_24XLARGE }, false],
    ['has none if it is selected by instance type', { selector: RecommendationSelector.byInstanceType(GpuInstanceType.G6_24XLARGE) }, false],
    ['has none from another job', { recommendation: new FakeSource() }, false],
  ])('%s beside another variant', (_, props, expected) => {
    fixture.deploy().addVariant('Canary', { recommendation: serverless, ...props });
    const annotations = Annotations.fromStack(Stack.of(fixture.stack));
    expected ? annotations.hasWarning('/Chat/Endpoint/Canary', warning) : annotations.hasNoWarning('*', warning);
  });
});
