import { App, CfnOutput, CfnParameter, Duration, Lazy, RemovalPolicy, Size, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { FakeSource, Template } from './fixture';
import {
  AiRecommendationJob, CapacityReservationPreference, DeployRecommendation, DeployRecommendationAttributes, DeployRecommendationProps,
  GpuInstanceType, Hosting, IDeployRecommendation, InferenceAmiVersion, InferenceRecommendationsJob, MlInstanceType, ModelApproval, ModelSource,
  RecommendationSelector, RoutingStrategy,
} from '../../src';
import * as library from '../../src';

const DEPLOYMENT = 'Custom::SageMakerRecommendationDeployment';
const PLAN = 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/gpus';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Chat', { env: { account: '111122223333', region: 'us-west-2' } });
});

function deploy(props: Partial<DeployRecommendationProps> = {}): DeployRecommendation {
  const recommendation = AiRecommendationJob.fromRecommendationJobName(stack, 'Job', 'nightly-7c85ce9b39f2619b');
  return new DeployRecommendation(stack, 'Endpoint', { recommendation, ...props });
}

test('nothing that was not asked for is rendered, so that a new default of the library changes no name', () => {
  const { role } = deploy();
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources(DEPLOYMENT));
  expect(Properties).toEqual({
    ServiceToken: expect.anything(),
    EndpointName: 'ChatEndpointA3409770',
    ExecutionRoleArn: stack.resolve(role.roleArn),
    Models: [{ Source: { JobType: 'AIRecommendationJob', JobName: 'nightly-7c85ce9b39f2619b' } }],
    Approval: [{ GroupMadeByJob: 'false' }],
  });
});

test('every option of the model and its variant reaches the handler', () => {
  deploy({
    variantName: 'Blue',
    initialVariantWeight: 0,
    instanceType: GpuInstanceType.of('ml.g9.xlarge'),
    initialInstanceCount: 3,
    modelDataDownloadTimeout: Duration.minutes(30),
    containerStartupHealthCheckTimeout: Duration.hours(1),
    inferenceAmiVersion: InferenceAmiVersion.of('al2023-ami-sagemaker-inference-gpu-4-1'),
    routingStrategy: RoutingStrategy.RANDOM,
    acceptEula: true,
    fallbackCount: 2,
    instanceProvisionTimeout: Duration.minutes(20),
    volumeSize: Size.gibibytes(100),
    approval: ModelApproval.approve('reviewed by Ana'),
  });
  Template.fromStack(stack).hasResourceProperties(DEPLOYMENT, {
    Models: [{
      Source: Match.anyValue(),
      Fallback: 2,
      Options: {
        InstanceType: 'ml.g9.xlarge',
        InitialInstanceCount: 3,
        ModelDataDownloadTimeoutInSeconds: 1800,
        ContainerStartupHealthCheckTimeoutInSeconds: 3600,
        InferenceAmiVersion: InferenceAmiVersion.AL2023_GPU_4_1.value,
        RoutingStrategy: 'RANDOM',
        AcceptEula: 'true',
      },
      Variant: { VariantName: 'Blue', InitialVariantWeight: 0, VariantInstanceProvisionTimeoutInSeconds: 1200, VolumeSizeInGB: 100 },
    }],
    Approval: [{ Setting: 'Approve', Description: 'reviewed by Ana', GroupMadeByJob: 'false' }],
  });
});

test('what is as it is by itself is rendered no more than what was not given', () => {
  deploy({
    acceptEula: false,
    fallbackCount: 0,
    hosting: Hosting.variant(),
    enableNetworkIsolation: false,
    enhancedMetrics: false,
    approval: ModelApproval.automatic(),
  });
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources(DEPLOYMENT));
  expect(Properties.Models).toEqual([{ Source: expect.anything() }]);
  expect(Properties.Approval).toEqual([{ GroupMadeByJob: 'false' }]);
  expect(Object.keys(Properties).sort()).toEqual(['Approval', 'EndpointName', 'ExecutionRoleArn', 'Models', 'ServiceToken']);
});

test.each<[string, ModelApproval, object]>([
  ['required', ModelApproval.required(), { Setting: 'Required' }],
  ['given', ModelApproval.approve(), { Setting: 'Approve' }],
  ['given with a reason', ModelApproval.approve('why'), { Setting: 'Approve', Description: 'why' }],
  ['left to where the package is', ModelApproval.automatic(), {}],
])('an approval can be %s', (_, approval, expected) => {
  deploy({ approval });
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources(DEPLOYMENT));
  expect(Properties.Approval).toEqual([{ ...expected, GroupMadeByJob: 'false' }]);
});

test('what the source of a recommendation says reaches the handler', () => {
  const full = new FakeSource({
    jobType: 'AIRecommendationJob',
    jobName: 'job',
    imported: true,
    ownsModelPackageGroup: true,
    pinned: '{"Recommendations":[]}',
    concurrency: 88,
    revision: 'r1',
    withoutModelPackage: true,
    artifacts: [{ channelName: 'base_model', s3Uri: 's3://copies/llama/' }],
  });
  deploy({ recommendation: full });
  Template.fromStack(stack).hasResourceProperties(DEPLOYMENT, {
    Models: [{
      Source: { JobType: 'AIRecommendationJob', Pinned: '{"Recommendations":[]}', JobName: Match.absent() },
      Concurrency: 88,
      Options: { WithoutModelPackage: 'true', Artifacts: [{ ChannelName: 'base_model', S3Uri: 's3://copies/llama/' }] },
    }],
    Approval: [{ GroupMadeByJob: 'true' }],
    SourceRevisions: ['r1'],
  });
});

describe('a selector', () => {
  const ID = 'resnet-0123456789abcdef/1a2b3c4d';
  const recommender = () => InferenceRecommendationsJob.fromInferenceRecommendationsJobName(stack, 'Recommender', 'resnet-0123456789abcdef');
  const selection = () => Object.values(Template.fromStack(stack).findResources(DEPLOYMENT))[0].Properties.Models[0].Selection;

  test.each<[string, RecommendationSelector, object | undefined]>([
    ['the best', RecommendationSelector.best(), undefined],
    ['a place', RecommendationSelector.byRank(2), { Index: 2 }],
    ['the first place', RecommendationSelector.byRank(1), { Index: 1 }],
    ['an inference specification', RecommendationSelector.byInferenceSpecificationName('fast'), { InferenceSpecificationName: 'fast' }],
    ['an instance type', RecommendationSelector.byInstanceType(GpuInstanceType.P5_48XLARGE), { InstanceType: 'ml.p5.48xlarge' }],
    ['an instance type by its name', RecommendationSelector.byInstanceType(MlInstanceType.fromName('ml.c5.large')), { InstanceType: 'ml.c5.large' }],
    ['an id', RecommendationSelector.byRecommendationId(ID), { RecommendationId: ID }],
  ])('of %s says to the handler which one', (_, selector, expected) => {
    deploy({ recommendation: recommender(), selector });
    expect(selection()).toEqual(expected);
  });

  test('of the best makes the same properties as none: what it deploys keeps its name', () => {
    const properties = (selector?: RecommendationSelector) => {
      stack = new Stack(new App(), 'Chat', { env: { account: '111122223333', region: 'us-west-2' } });
      deploy({ selector });
      return Object.values(Template.fromStack(stack).findResources(DEPLOYMENT))[0].Properties;
    };
    expect(properties(RecommendationSelector.best())).toEqual(properties());
  });

  test('can be known only at deployment', () => {
    const value = new CfnParameter(stack, 'Type').valueAsString;
    deploy({ selector: RecommendationSelector.byInstanceType(MlInstanceType.fromName(value)) });
    expect(selection()).toEqual({ InstanceType: { Ref: 'Type' } });
  });

  test.each<[string, RecommendationSelector, string]>([
    ['place 0', RecommendationSelector.byRank(0), 'selector must be a whole number, at least 1, got 0'],
    ['half a place', RecommendationSelector.byRank(1.5), 'selector must be a whole number, at least 1, got 1.5'],
    ['no place, from JavaScript', RecommendationSelector.byRank(undefined as unknown as number), 'selector needs a value'],
    ['a specification of 64', RecommendationSelector.byInferenceSpecificationName('s'.repeat(64)), 'selector must be 1 to 63 letters, digits and hyphens'],
    ['a type without ml.', RecommendationSelector.byInstanceType(MlInstanceType.fromName('c5.large')), "selector must be an instance type like 'ml.g6.24xlarge', got 'c5.large'"],
    ['no type, from JavaScript', RecommendationSelector.byInstanceType(undefined as unknown as MlInstanceType), 'selector needs a value'],
    ['what is no id', RecommendationSelector.byRecommendationId('1a2b3c4d'), "selector must be an id like 'resnet-0123456789abcdef/1a2b3c4d', got '1a2b3c4d'"],
  ])('of %s is refused', (_, selector, message) => {
    expect(() => deploy({ recommendation: recommender(), selector })).toThrow(message);
  });

  test('of an id is refused for a job whose recommendations have none', () => {
    expect(() => deploy({ selector: RecommendationSelector.byRecommendationId(ID) })).toThrow(
      'selector must not be a recommendation id, which only recommendations of an InferenceRecommendationsJob have, got one for an AIRecommendationJob: '
      + 'select by instance type or inference specification');
  });
});

test('the endpoint is native, and a check stands behind it', () => {
  deploy({ endpointName: 'chat' });
  const template = Template.fromStack(stack);
  const [deployment] = Object.keys(template.findResources(DEPLOYMENT));
  const [endpoint] = Object.keys(template.findResources('AWS::SageMaker::Endpoint'));
  const configName = { 'Fn::GetAtt': [deployment, 'EndpointConfigName'] };
  template.hasResourceProperties('AWS::SageMaker::Endpoint', {
    EndpointName: 'chat',
    EndpointConfigName: configName,
    DeploymentConfig: Match.absent(),
    RetainAllVariantProperties: { 'Fn::GetAtt': [deployment, 'RetainVariantProperties'] },
    ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DataCaptureConfig' }, { VariantPropertyType: 'DesiredWeight' }],
  });
  template.hasResourceProperties(DEPLOYMENT, { EndpointName: 'chat' });
  template.hasResource('Custom::SageMakerEndpointCheck', {
    Properties: { EndpointName: { 'Fn::GetAtt': [endpoint, 'EndpointName'] }, EndpointConfigName: configName },
    DependsOn: Match.arrayWith([endpoint]),
  });
});

describe('a name that is not given', () => {
  const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
  const nameOf = (scope: Stack) => {
    const template = Template.fromStack(scope);
    const [{ Properties: { EndpointName } }] = Object.values(template.findResources('AWS::SageMaker::Endpoint'));
    expect(Object.values(template.findResources(DEPLOYMENT))[0].Properties.EndpointName).toBe(EndpointName);
    return EndpointName as string;
  };
  const deployedIn = (stackName: string, ...ids: string[]) => {
    let scope: Construct = new Stack(new App(), 'Stack', { stackName });
    ids.forEach(id => { scope = new Construct(scope, id); });
    new DeployRecommendation(scope, 'Endpoint', { recommendation: new FakeSource() });
    return Stack.of(scope);
  };

  test.each<[string, Stack]>([
    ['a short path', deployedIn('a')],
    ['a path of more than 63 characters', deployedIn('s'.repeat(60), 'x'.repeat(60), 'y'.repeat(60))],
    ['a path in other letters', deployedIn('stack', '模型', 'größe_1.2')],
  ])('is made from %s, and is valid', (_, scope) => {
    expect(nameOf(scope)).toMatch(NAME);
  });

  test('differs between stacks and between constructs, and stays the same otherwise', () => {
    const names = [deployedIn('a'), deployedIn('b'), deployedIn('a', 'x')].map(nameOf);
    expect(new Set(names).size).toBe(3);
    expect(nameOf(deployedIn('a'))).toBe(names[0]);
  });

  test('leaves the id to the endpoint', () => {
    const endpoint = deploy();
    expect(stack.node.tryFindChild('Endpoint')).toBe(endpoint);
    expect(() => new DeployRecommendation(stack, 'Endpoint', { recommendation: new FakeSource() })).toThrow("There is already a Construct with name 'Endpoint'");
  });

  test('can be used where the endpoint is not', () => {
    const elsewhere = new Stack(stack.node.root as App, 'Elsewhere', { env: { account: '111122223333', region: 'eu-west-1' } });
    const endpoint = deploy();
    expect(elsewhere.resolve(`${endpoint.endpointName}`)).toBeDefined();
    new CfnOutput(elsewhere, 'Name', { value: endpoint.endpointName });
    expect(Object.values(Template.fromStack(elsewhere).findOutputs('*'))[0].Value).toBe('ChatEndpointA3409770');
  });
});

test('the default role reads nothing but images and writes nothing but logs and metrics, until the source adds its files', () => {
  deploy();
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: Match.objectLike({
      Statement: [Match.objectLike({
        Principal: { Service: 'sagemaker.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      })],
    }),
  });
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith('EndpointRole'));
  const actions = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .flatMap((statement: { Action: string }) => statement.Action);
  expect([...new Set(actions.map(action => action.split(':')[0]))].sort()).toEqual(['cloudwatch', 'ecr', 'logs']);
});

test('the handlers may pass the role, and no other, to SageMaker', () => {
  const role = new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  deploy({ role });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([{
        Action: 'iam:PassRole',
        Effect: 'Allow',
        Resource: stack.resolve(role.roleArn),
        Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      }]),
    },
  });
});

describe('a role of the user', () => {
  const SERVING = ['ecr:BatchGetImage', 'ecr:GetAuthorizationToken', 'logs:PutLogEvents', 'cloudwatch:PutMetricData', 's3:GetObject'];
  const IMPORTED = 'arn:aws:iam::111122223333:role/Imported';
  const own = (scope = stack) => new iam.Role(scope, 'Mine', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const job = () => AiRecommendationJob.fromRecommendationJobAttributes(stack, 'Known', {
    recommendationJobName: 'nightly', model: ModelSource.fromS3Uri('s3://models/llama/'),
  });
  const actions = (id: RegExp): string[] => Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(([policy]) => id.test(policy))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement.flatMap((statement: { Action: string | string[] }) => statement.Action));
  const warning = Match.stringLikeRegexp('call addExecutionPermissions with the role');

  test('that is defined in the stack gets all that serving takes', () => {
    deploy({ role: own(), recommendation: job() });
    expect(actions(/^Mine/)).toEqual(expect.arrayContaining(SERVING));
    Annotations.fromStack(stack).hasNoWarning('*', warning);
  });

  test('without policy updates stays as it is', () => {
    deploy({ role: own().withoutPolicyUpdates(), recommendation: job() });
    expect(actions(/^Mine/)).toEqual([]);
    Annotations.fromStack(stack).hasNoWarning('*', warning);
  });

  test('that is imported gets nothing, of which a warning tells', () => {
    deploy({ role: iam.Role.fromRoleArn(stack, 'Imported', IMPORTED), recommendation: job() });
    expect(actions(/^Imported/)).toEqual([]);
    Annotations.fromStack(stack).hasWarning('/Chat/Endpoint', warning);
  });

  test('that is imported gets the permissions when told so, before the endpoint is made', () => {
    const role = iam.Role.fromRoleArn(stack, 'Imported', IMPORTED);
    deploy({ role, recommendation: job() }).addExecutionPermissions(role);
    expect(actions(/^Imported/)).toEqual(expect.arrayContaining(SERVING));
    Template.fromStack(stack).hasResource(DEPLOYMENT, { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^ImportedPolicy')]) });
    Annotations.fromStack(stack).hasNoWarning('*', warning);
  });

  test('of another stack of the app gets the permissions when told so, and the stacks do not depend on each other', () => {
    const roles = new Stack(stack.node.root as App, 'Roles', { env: { account: '111122223333', region: 'us-west-2' } });
    const role = own(roles);
    deploy({ role, recommendation: job() }).addExecutionPermissions(role);
    expect(JSON.stringify(Template.fromStack(roles).findResources('AWS::IAM::Policy'))).toContain('ecr:BatchGetImage');
    expect(roles.dependencies).toEqual([]);
  });
});

test('the base class of endpoints is no part of the API', () => {
  expect(Object.keys(library)).not.toContain('EndpointBase');
});

describe('a capacity reservation', () => {
  test('is rendered as the one of a variant, and the role may use it', () => {
    deploy({ capacityReservation: { reservationArns: [PLAN], preference: CapacityReservationPreference.CAPACITY_RESERVATIONS_ONLY } });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(DEPLOYMENT, {
      Models: [{ Variant: { CapacityReservationConfig: { CapacityReservationPreference: 'capacity-reservations-only', MlReservationArn: PLAN } } }],
    });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('sagemaker:DescribeTrainingPlan');
  });
});

test('tags of the tree and of the stack reach the model and its configuration, and the endpoint', () => {
  const tagged = new Stack(new App(), 'Tagged', { tags: { 'cost-centre': '7' } });
  const recommendation = AiRecommendationJob.fromRecommendationJobName(tagged, 'Job', 'nightly');
  Tags.of(new DeployRecommendation(tagged, 'Endpoint', { recommendation })).add('team', 'chat');
  const template = Template.fromStack(tagged);
  template.hasResourceProperties(DEPLOYMENT, { Tags: [{ Key: 'cost-centre', Value: '7' }, { Key: 'team', Value: 'chat' }] });
  template.hasResourceProperties('AWS::SageMaker::Endpoint', { Tags: Match.arrayWith([{ Key: 'team', Value: 'chat' }]) });
});

test.each([
  [RemovalPolicy.RETAIN, 'Retain'], [RemovalPolicy.DESTROY, 'Delete'], [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
])('the removal policy %s holds for the endpoint and for what it serves', (removalPolicy, expected) => {
  deploy().applyRemovalPolicy(removalPolicy);
  const template = Template.fromStack(stack);
  template.hasResource('AWS::SageMaker::Endpoint', { DeletionPolicy: expected });
  template.hasResource(DEPLOYMENT, { DeletionPolicy: expected });
});

describe('refused at synthesis', () => {
  test.each<[Partial<DeployRecommendationProps>, string]>([
    [{ endpointName: '-chat' }, "endpointName must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got '-chat'"],
    [{ endpointName: 'a'.repeat(64) }, 'endpointName must be 1 to 63'],
    [{ variantName: 'a_b' }, "variantName must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got 'a_b'"],
    [{ initialInstanceCount: 0 }, 'initialInstanceCount must be a whole number, at least 1, got 0'],
    [{ initialInstanceCount: 1.5 }, 'initialInstanceCount must be a whole number, at least 1, got 1.5'],
    [{ modelDataDownloadTimeout: Duration.seconds(59) }, 'modelDataDownloadTimeout must be a whole number of seconds, 60 to 3600, got 59 seconds'],
    [{ containerStartupHealthCheckTimeout: Duration.seconds(3601) }, 'containerStartupHealthCheckTimeout must be a whole number of seconds, 60 to 3600, got 3601 seconds'],
    [{ modelDataDownloadTimeout: Duration.millis(90_500) }, 'modelDataDownloadTimeout must be a whole number of seconds, 60 to 3600, got 90.5 seconds'],
    [{ modelDataDownloadTimeout: Duration.minutes(Lazy.number({ produce: () => 5 })) },
      'modelDataDownloadTimeout must be given by Duration.seconds(), got a token in minutes'],
    [{ instanceType: GpuInstanceType.of('g5') }, "instanceType must be an instance type like 'ml.g6.24xlarge', got 'g5'"],
    [{ routingStrategy: 'random' as RoutingStrategy }, "routingStrategy must be one of LEAST_OUTSTANDING_REQUESTS, RANDOM, got 'random'"],
    [{ recommendation: undefined }, "DeployRecommendation 'Chat/Endpoint': recommendation is required"],
    [{ initialVariantWeight: -0.1 }, 'initialVariantWeight must be at least 0, got -0.1'],
    [{ fallbackCount: 5 }, 'fallbackCount must be a whole number, 0 to 4, got 5'],
    [{ fallbackCount: -1 }, 'fallbackCount must be a whole number, 0 to 4, got -1'],
    [{ fallbackCount: Lazy.number({ produce: () => 1 }) }, 'fallbackCount must be known at synthesis, got a token'],
    [{ fallbackCount: 1, capacityReservation: { reservationArns: [PLAN] } },
      'fallbackCount must not be given with capacityReservation, which is for one instance type: leave one of them out'],
    [{ instanceProvisionTimeout: Duration.minutes(10) }, 'instanceProvisionTimeout needs fallbackCount, got none: give it, or leave the time-out out'],
    [{ fallbackCount: 0, instanceProvisionTimeout: Duration.minutes(10) }, 'instanceProvisionTimeout needs fallbackCount'],
    [{ fallbackCount: 1, instanceProvisionTimeout: Duration.seconds(299) }, 'instanceProvisionTimeout must be a whole number of seconds, 300 to 3600, got 299 seconds'],
    [{ fallbackCount: 1, instanceProvisionTimeout: Duration.seconds(3601) }, 'instanceProvisionTimeout must be a whole number of seconds, 300 to 3600, got 3601 seconds'],
    [{ volumeSize: Size.mebibytes(512) }, 'volumeSize must be a whole number of GiB, 1 to 512, got 0.5 GiB'],
    [{ volumeSize: Size.gibibytes(513) }, 'volumeSize must be a whole number of GiB, 1 to 512, got 513 GiB'],
    [{ volumeSize: Size.mebibytes(Lazy.number({ produce: () => 1024 })) }, 'volumeSize must be given by Size.gibibytes(), got a token in another unit'],
    [{ capacityReservation: {} }, 'capacityReservation is empty: give reservationArns or a preference, or leave it out'],
    [{ capacityReservation: { reservationArns: [PLAN, `${PLAN}2`] } }, 'capacityReservation.reservationArns takes at most 1 training plans, got 2: keep the one to run on'],
    [{ capacityReservation: { reservationArns: ['plan'] } }, 'capacityReservation.reservationArns[0] must be an ARN like'],
    [{ approval: ModelApproval.approve('') }, 'approval.description must be 1 to 1024 characters long, got 0'],
    [{ approval: ModelApproval.approve('x'.repeat(1025)) }, 'approval.description must be 1 to 1024 characters long, got 1025'],
  ])('%j', (props, message) => {
    expect(() => deploy(props)).toThrow(message);
  });

  test('a role of another account', () => {
    const role = iam.Role.fromRoleArn(stack, 'Other', 'arn:aws:iam::444455556666:role/Other');
    expect(() => deploy({ role })).toThrow('role must be of the account of the stack, 111122223333, got one of 444455556666: '
      + 'a role cannot be passed to SageMaker across accounts');
  });

  test.each<Partial<DeployRecommendationProps>>([
    { endpointName: 'a' }, { endpointName: 'a'.repeat(63) }, { initialInstanceCount: 1 },
    { modelDataDownloadTimeout: Duration.seconds(60) }, { containerStartupHealthCheckTimeout: Duration.seconds(3600) },
    { modelDataDownloadTimeout: Duration.seconds(Lazy.number({ produce: () => 60 })) },
    { initialVariantWeight: 0 }, { fallbackCount: 0 }, { fallbackCount: 4 }, { fallbackCount: 1, instanceProvisionTimeout: Duration.seconds(300) },
    { fallbackCount: 1, instanceProvisionTimeout: Duration.hours(1) }, { volumeSize: Size.gibibytes(1) }, { volumeSize: Size.gibibytes(512) },
    { volumeSize: Size.gibibytes(Lazy.number({ produce: () => 60 })) }, { capacityReservation: { reservationArns: [PLAN] } },
    { approval: ModelApproval.approve('x'.repeat(1024)) },
  ])('but not the bound itself: %j', props => {
    expect(() => deploy(props)).not.toThrow();
  });
});

describe('imports', () => {
  test.each<[string, () => IDeployRecommendation]>([
    ['by name', () => DeployRecommendation.fromEndpointName(stack, 'Imported', 'chat')],
    ['by ARN', () => DeployRecommendation.fromEndpointArn(stack, 'Imported', 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/chat')],
    ['by attributes', () => DeployRecommendation.fromEndpointAttributes(stack, 'Imported', { endpointName: 'chat' })],
  ])('%s', (_, from) => {
    const endpoint = from();
    expect(endpoint.endpointName).toBe('chat');
    expect(stack.resolve(endpoint.endpointArn)).toEqual(expect.anything());
    expect(JSON.stringify(stack.resolve(endpoint.endpointArn))).toContain('endpoint/chat');
    expect(endpoint.variantName).toBe('AllTraffic');
    expect(endpoint.metricInvocations().dimensions).toEqual({ EndpointName: 'chat', VariantName: 'AllTraffic' });
  });

  test.each<[string, () => IDeployRecommendation, string]>([
    ['a name with an underscore', () => DeployRecommendation.fromEndpointName(stack, 'Imported', 'a_b!'),
      "endpointName must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got 'a_b!'"],
    ['an empty name', () => DeployRecommendation.fromEndpointName(stack, 'Imported', ''), 'endpointName must be 1 to 63'],
    ['no name, from JavaScript', () => DeployRecommendation.fromEndpointAttributes(stack, 'Imported', {} as DeployRecommendationAttributes), 'endpointName is required'],
    ['a variant with a dot', () => DeployRecommendation.fromEndpointAttributes(stack, 'Imported', { endpointName: 'a', variantName: 'b.c' }), 'variantName must be 1 to 63'],
    ['the ARN of a model', () => DeployRecommendation.fromEndpointArn(stack, 'Imported', 'arn:aws:sagemaker:us-west-2:111122223333:model/x'),
      "'Chat/Imported': endpointArn must be an ARN like arn:aws:sagemaker:us-west-2:111122223333:endpoint/name, got 'arn:aws:sagemaker:us-west-2:111122223333:model/x'"],
    ['what is no ARN', () => DeployRecommendation.fromEndpointArn(stack, 'Imported', 'chat'), 'endpointArn must be an ARN like'],
    ['no ARN, from JavaScript', () => DeployRecommendation.fromEndpointArn(stack, 'Imported', undefined as unknown as string), 'endpointArn is required'],
  ])('refuse %s', (_, from, message) => {
    expect(from).toThrow(message);
  });

  test('an ARN that is only known at deployment is taken apart there', () => {
    const arn = new CfnParameter(stack, 'Arn').valueAsString;
    const endpoint = DeployRecommendation.fromEndpointArn(stack, 'Imported', arn);
    const resource = { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Arn' }] }] };
    expect(stack.resolve(endpoint.endpointName)).toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['/', resource] }] });
  });

  test('an ARN of another Region is where the endpoint is', () => {
    const endpoint = DeployRecommendation.fromEndpointArn(stack, 'Imported', 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/chat');
    expect(endpoint.env.region).toBe('eu-west-1');
  });
});
