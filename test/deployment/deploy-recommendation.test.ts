import { App, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  AiRecommendationJob, DeployRecommendation, DeployRecommendationProps, GpuInstanceType, IDeployRecommendation, InferenceAmiVersion, RoutingStrategy,
} from '../../src';

const DEPLOYMENT = 'Custom::SageMakerRecommendationDeployment';

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
  Template.fromStack(stack).hasResourceProperties(DEPLOYMENT, {
    Source: { JobType: 'AIRecommendationJob', JobName: 'nightly-7c85ce9b39f2619b' },
    ExecutionRoleArn: stack.resolve(role.roleArn),
    Options: {},
    Approval: { GroupMadeByJob: false },
    Tags: Match.absent(),
  });
});

test('every option reaches the handler', () => {
  deploy({
    variantName: 'Blue', instanceType: GpuInstanceType.of('ml.g9.xlarge'), initialInstanceCount: 3, modelDataDownloadTimeout: Duration.minutes(30),
    containerStartupHealthCheckTimeout: Duration.hours(1), inferenceAmiVersion: InferenceAmiVersion.AL2023_GPU_4_1,
    routingStrategy: RoutingStrategy.RANDOM, approveModelPackage: true,
  });
  Template.fromStack(stack).hasResourceProperties(DEPLOYMENT, {
    Options: {
      VariantName: 'Blue', InstanceType: 'ml.g9.xlarge', InitialInstanceCount: 3, ModelDataDownloadTimeoutInSeconds: 1800,
      ContainerStartupHealthCheckTimeoutInSeconds: 3600, InferenceAmiVersion: 'al2023-ami-sagemaker-inference-gpu-4-1', RoutingStrategy: 'RANDOM',
    },
    Approval: { ApproveModelPackage: true },
  });
});

test('the endpoint is native, and a check stands behind it', () => {
  deploy({ endpointName: 'chat' });
  const template = Template.fromStack(stack);
  const [deployment] = Object.keys(template.findResources(DEPLOYMENT));
  const [endpoint] = Object.keys(template.findResources('AWS::SageMaker::Endpoint'));
  const configName = { 'Fn::GetAtt': [deployment, 'EndpointConfigName'] };
  template.hasResourceProperties('AWS::SageMaker::Endpoint', { EndpointName: 'chat', EndpointConfigName: configName });
  template.hasResource('Custom::SageMakerEndpointCheck', {
    Properties: { EndpointName: { 'Fn::GetAtt': [endpoint, 'EndpointName'] }, EndpointConfigName: configName },
    DependsOn: Match.arrayWith([endpoint]),
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
  const actions = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement.flatMap((statement: { Action: string }) => statement.Action));
  expect([...new Set(actions.map(action => action.split(':')[0]))].sort()).toEqual(['cloudwatch', 'ecr', 'logs']);
});

test('the handlers may pass the role, and no other, to SageMaker', () => {
  const role = new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  deploy({ role });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([{
        Action: 'iam:PassRole', Effect: 'Allow', Resource: stack.resolve(role.roleArn),
        Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      }]),
    },
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
    [{ modelDataDownloadTimeout: Duration.seconds(59) }, 'modelDataDownloadTimeout must be 60 to 3600, got 59'],
    [{ containerStartupHealthCheckTimeout: Duration.seconds(3601) }, 'containerStartupHealthCheckTimeout must be 60 to 3600, got 3601'],
  ])('%j', (props, message) => {
    expect(() => deploy(props)).toThrow(message);
  });

  test.each<Partial<DeployRecommendationProps>>([
    { endpointName: 'a' }, { endpointName: 'a'.repeat(63) }, { initialInstanceCount: 1 },
    { modelDataDownloadTimeout: Duration.seconds(60) }, { containerStartupHealthCheckTimeout: Duration.seconds(3600) },
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

  test('an ARN of another Region is where the endpoint is', () => {
    const endpoint = DeployRecommendation.fromEndpointArn(stack, 'Imported', 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/chat');
    expect(endpoint.env.region).toBe('eu-west-1');
  });
});

test('invoking is granted on this endpoint, streaming included, by the grants and by the method that IEndpoint asks for', () => {
  const user = new iam.User(stack, 'User');
  const endpoint = deploy();
  endpoint.grants.invoke(user);
  expect(endpoint.grantInvoke(user).success).toBe(true);
  expect(endpoint.grants.describe(user).success).toBe(true);
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([{
        Action: ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'], Effect: 'Allow', Resource: stack.resolve(endpoint.endpointArn),
      }]),
    },
  });
});

test.each([
  ['metricInvocations', 'Invocations', 'AWS/SageMaker', 'Sum'],
  ['metricInvocationsPerInstance', 'InvocationsPerInstance', 'AWS/SageMaker', 'Sum'],
  ['metricInvocation4xxErrors', 'Invocation4XXErrors', 'AWS/SageMaker', 'Sum'],
  ['metricInvocation5xxErrors', 'Invocation5XXErrors', 'AWS/SageMaker', 'Sum'],
  ['metricModelLatency', 'ModelLatency', 'AWS/SageMaker', 'Average'],
  ['metricOverheadLatency', 'OverheadLatency', 'AWS/SageMaker', 'Average'],
  ['metricGpuUtilization', 'GPUUtilization', '/aws/sagemaker/Endpoints', 'Average'],
  ['metricGpuMemoryUtilization', 'GPUMemoryUtilization', '/aws/sagemaker/Endpoints', 'Average'],
] as const)('%s', (method, metricName, namespace, statistic) => {
  const endpoint = DeployRecommendation.fromEndpointName(stack, 'Imported', 'chat');
  expect(endpoint[method]()).toMatchObject({ metricName, namespace, statistic });
  expect(endpoint[method]({ statistic: 'p99' })).toMatchObject({ statistic: 'p99' });
});
