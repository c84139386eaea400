import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EndpointFixture, FakeSource } from './fixture';
import {
  AsyncInference, AsyncNotification, CapacitySize, CaptureMode, DataCapture, DeployRecommendationProps, Hosting, JobOutput, Rollout, VolumeEncryption,
} from '../../src';

let fixture: EndpointFixture;
let stack: Stack;
beforeEach(() => {
  fixture = new EndpointFixture();
  stack = fixture.stack;
});

const LONG = (length: number) => `s3://amzn-s3-demo-bucket/${'x'.repeat(length - 25)}`;

describe('data capture', () => {
  const destination = JobOutput.toS3Uri('s3://captured/');

  test('of everything, as it is by itself', () => {
    fixture.deploy({ dataCapture: { destination } });
    expect(fixture.properties().Endpoint).toEqual({
      DataCaptureConfig: {
        EnableCapture: 'true',
        InitialSamplingPercentage: 100,
        DestinationS3Uri: 's3://captured/',
        CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
      },
    });
  });

  test('with all options, which the role may write', () => {
    const encryptionKey = new kms.Key(stack, 'Key');
    fixture.deploy({
      dataCapture: {
        destination: JobOutput.toBucket(new s3.Bucket(stack, 'Captured'), 'chat/'),
        samplingPercentage: 0,
        modes: [CaptureMode.OUTPUT],
        encryptionKey,
        csvContentTypes: ['text/csv'],
        jsonContentTypes: ['application/json', 'application/jsonlines'],
      },
    });
    expect(fixture.properties().Endpoint.DataCaptureConfig).toEqual({
      EnableCapture: 'true',
      InitialSamplingPercentage: 0,
      DestinationS3Uri: expect.anything(),
      KmsKeyId: stack.resolve(encryptionKey.keyArn),
      CaptureOptions: [{ CaptureMode: 'Output' }],
      CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'], JsonContentTypes: ['application/json', 'application/jsonlines'] },
    });
    expect(fixture.actionsOf(/^EndpointRole/)).toEqual(expect.arrayContaining(['s3:PutObject', 'kms:Encrypt', 'kms:GenerateDataKey*']));
  });

  test.each<[string, object, string]>([
    ['no destination, from JavaScript', { destination: undefined }, 'dataCapture.destination is required'],
    ['a destination that is no URI', { destination: JobOutput.toS3Uri('captured') }, 'dataCapture.destination must be a URI like s3://bucket/prefix/'],
    ['a destination of 513 characters', { destination: JobOutput.toS3Uri(LONG(513)) }, 'dataCapture.destination must be 1 to 512 characters long, got 513'],
    ['less than nothing', { samplingPercentage: -1 }, 'dataCapture.samplingPercentage must be a whole number, 0 to 100, got -1'],
    ['more than all', { samplingPercentage: 101 }, 'dataCapture.samplingPercentage must be a whole number, 0 to 100, got 101'],
    ['half a percent', { samplingPercentage: 0.5 }, 'dataCapture.samplingPercentage must be a whole number, 0 to 100, got 0.5'],
    ['no modes', { modes: [] }, 'dataCapture.modes takes at least 1 modes, got 0: leave it out for both'],
    ['a mode twice', { modes: [CaptureMode.INPUT, CaptureMode.INPUT] }, "dataCapture.modes must be distinct, got 'Input' more than once"],
    ['an unknown mode', { modes: ['Both'] }, "dataCapture.modes[0] must be one of Input, Output, got 'Both'"],
    ['no content types', { jsonContentTypes: [] }, 'dataCapture.jsonContentTypes takes at least 1 content types, got 0'],
    ['eleven content types', { csvContentTypes: Array(11).fill('text/csv') }, 'dataCapture.csvContentTypes takes at most 10 content types, got 11'],
    ['what is no content type', { csvContentTypes: ['csv'] }, "dataCapture.csvContentTypes[0] must be a content type like 'application/json', got 'csv'"],
  ])('is refused with %s', (_, capture, message) => {
    expect(() => fixture.deploy({ dataCapture: { destination, ...capture } as DataCapture })).toThrow(message);
  });

  test.each<[string, object]>([
    ['the longest destination', { destination: JobOutput.toS3Uri(LONG(512)) }], ['all', { samplingPercentage: 100 }],
    ['ten content types', { csvContentTypes: Array(10).fill('text/csv') }],
    ['what is only known at deployment', {
      destination: JobOutput.toS3Uri(Lazy.string({ produce: () => 's3://x/' })),
      samplingPercentage: Lazy.number({ produce: () => 1 }),
      csvContentTypes: Lazy.list({ produce: () => [] }),
    }],
  ])('is let pass with %s', (_, capture) => {
    expect(() => fixture.deploy({ dataCapture: { destination, ...capture } as DataCapture })).not.toThrow();
  });
});

describe('an asynchronous endpoint', () => {
  const output = JobOutput.toS3Uri('s3://answers/');

  test('needs no more than a place for its answers', () => {
    fixture.deploy({ asyncInference: { output } });
    expect(fixture.properties().Endpoint).toEqual({ AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://answers/' } } });
  });

  test('has all options, which the role may write and publish to', () => {
    const encryptionKey = new kms.Key(stack, 'Key');
    const [successTopic, errorTopic] = ['Success', 'Error'].map(id => new sns.Topic(stack, id));
    fixture.deploy({
      asyncInference: {
        output: JobOutput.toBucket(new s3.Bucket(stack, 'Answers')),
        failureOutput: JobOutput.toBucket(new s3.Bucket(stack, 'Failures')),
        successTopic,
        errorTopic,
        includeInferenceResponseIn: [AsyncNotification.ERROR, AsyncNotification.SUCCESS],
        maxConcurrentInvocationsPerInstance: 4,
        encryptionKey,
      },
    });
    expect(fixture.properties().Endpoint.AsyncInferenceConfig).toEqual({
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 4 },
      OutputConfig: {
        S3OutputPath: expect.anything(),
        S3FailurePath: expect.anything(),
        KmsKeyId: stack.resolve(encryptionKey.keyArn),
        NotificationConfig: {
          SuccessTopic: stack.resolve(successTopic.topicArn),
          ErrorTopic: stack.resolve(errorTopic.topicArn),
          IncludeInferenceResponseIn: ['ERROR_NOTIFICATION_TOPIC', 'SUCCESS_NOTIFICATION_TOPIC'],
        },
      },
    });
    const statements = fixture.statementsOf(/^EndpointRole/);
    expect(statements).toContainEqual(expect.objectContaining({ Action: 'sns:Publish', Resource: stack.resolve(successTopic.topicArn) }));
    expect(statements).toContainEqual(expect.objectContaining({ Action: 'sns:Publish', Resource: stack.resolve(errorTopic.topicArn) }));
    expect(statements.filter(({ Action }) => Action.includes('s3:PutObject'))).toHaveLength(2);
    expect(fixture.actionsOf(/^EndpointRole/)).toContain('kms:GenerateDataKey*');
  });

  test.each<[string, object, string]>([
    ['no output, from JavaScript', { output: undefined }, 'asyncInference.output is required'],
    ['an output of 513 characters', { output: JobOutput.toS3Uri(LONG(513)) }, 'asyncInference.output must be 1 to 512 characters long, got 513'],
    ['an output for failures that is no URI', { failureOutput: JobOutput.toS3Uri('failures') }, 'asyncInference.failureOutput must be a URI like'],
    ['an answer for a topic that there is not', { includeInferenceResponseIn: [AsyncNotification.SUCCESS] },
      'asyncInference.includeInferenceResponseIn needs successTopic for AsyncNotification.SUCCESS, got none: give it, or leave the notification out'],
    ['an answer for an error topic that there is not', { includeInferenceResponseIn: [AsyncNotification.ERROR] },
      'asyncInference.includeInferenceResponseIn needs errorTopic for AsyncNotification.ERROR'],
    ['answers in no notification', { includeInferenceResponseIn: [] }, 'asyncInference.includeInferenceResponseIn takes at least 1 notifications, got 0'],
    ['an unknown notification', { includeInferenceResponseIn: ['ALL'] }, 'asyncInference.includeInferenceResponseIn[0] must be one of'],
    ['no requests at a time', { maxConcurrentInvocationsPerInstance: 0 },
      'asyncInference.maxConcurrentInvocationsPerInstance must be a whole number, 1 to 1000, got 0'],
    ['1001 requests at a time', { maxConcurrentInvocationsPerInstance: 1001 }, 'must be a whole number, 1 to 1000, got 1001'],
  ])('is refused with %s', (_, async, message) => {
    expect(() => fixture.deploy({ asyncInference: { output, ...async } as AsyncInference })).toThrow(message);
  });

  test('is refused with inference components', () => {
    expect(() => fixture.deploy({ asyncInference: { output }, hosting: Hosting.inferenceComponents() })).toThrow(
      'asyncInference must not be given with Hosting.inferenceComponents: an asynchronous request can name no inference component');
  });

  test('scales to no instance, by its queue', () => {
    const scaling = fixture.deploy({ endpointName: 'chat', asyncInference: { output } }).autoScaleInstances({ minCapacity: 0, maxCapacity: 2 });
    scaling.scaleOnBacklog('Backlog', { backlogPerInstance: 5 });
    scaling.scaleFromZero();
    fixture.template().hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 0, ResourceId: 'endpoint/chat/variant/AllTraffic' });
  });
});

describe('the key of the volumes', () => {
  const key = () => new kms.Key(stack, 'Key');

  test.each<[string, (key: kms.IKey) => VolumeEncryption, object]>([
    ['always', VolumeEncryption.withKey, {}],
    ['unless they are local', VolumeEncryption.withKeyUnlessLocalStorage, { KmsKeyOnLocalStorage: 'LeaveOut' }],
  ])('is used %s, and by the role', (_, encryption, expected) => {
    const volumeKey = key();
    fixture.deploy({ volumeEncryption: encryption(volumeKey) });
    expect(fixture.properties().Endpoint).toEqual({ KmsKeyId: stack.resolve(volumeKey.keyArn), ...expected });
    expect(fixture.statementsOf(/^EndpointRole/)).toContainEqual({
      Action: 'kms:CreateGrant', Effect: 'Allow', Resource: stack.resolve(volumeKey.keyArn), Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    });
  });
});

describe('a VPC', () => {
  const vpc = () => new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });

  test('is that of each model on a variant, with what the role needs for it', () => {
    const endpoint = fixture.deploy({ vpc: vpc() });
    endpoint.addVariant('Canary', { recommendation: new FakeSource() });
    const { Models, Endpoint } = fixture.properties();
    const config = { SecurityGroupIds: [expect.anything()], Subnets: [expect.anything(), expect.anything()] };
    expect(Models.map((model: any) => model.Model)).toEqual([{ VpcConfig: config }, { VpcConfig: config }]);
    expect(Endpoint).toBeUndefined();
    expect(fixture.actionsOf(/^EndpointRole/)).toEqual(expect.arrayContaining(['ec2:CreateNetworkInterface', 'ec2:DescribeSubnets']));
    fixture.template().hasResourceProperties('AWS::EC2::SecurityGroup', { GroupDescription: 'Network interfaces of the SageMaker endpoint Chat/Endpoint' });
  });

  test('is that of the endpoint with inference components', () => {
    fixture.deploy({ vpc: vpc(), hosting: Hosting.inferenceComponents() }).addInferenceComponent('Small', { recommendation: new FakeSource() });
    const { Models, Endpoint } = fixture.properties();
    expect(Models.map((model: any) => model.Model)).toEqual([undefined, undefined]);
    expect(Endpoint.VpcConfig.Subnets).toHaveLength(2);
  });

  test('gives the endpoint connections, also in groups of the user', () => {
    const network = vpc();
    const group = new ec2.SecurityGroup(stack, 'Mine', { vpc: network, allowAllOutbound: false });
    const endpoint = fixture.deploy({ vpc: network, securityGroups: [group] });
    endpoint.connections.allowToAnyIpv4(ec2.Port.HTTPS);
    expect(endpoint.connections.securityGroups).toEqual([group]);
    fixture.template().hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupEgress: [Match.objectLike({ FromPort: 443 })] });
  });

  test.each<[string, (network: ec2.IVpc) => Partial<DeployRecommendationProps>, string]>([
    ['subnets alone', () => ({ vpcSubnets: {} }), 'vpcSubnets is of no use without vpc: give both, or neither'],
    ['groups alone', () => ({ securityGroups: [] }), 'securityGroups is of no use without vpc: give both, or neither'],
    ['no groups', network => ({ vpc: network, securityGroups: [] }), 'securityGroups takes at least 1 security groups, got 0: leave it out for a new one'],
  ])('is refused as %s', (_, props, message) => {
    expect(() => fixture.deploy(props(vpc()))).toThrow(message);
  });

  test('is needed for connections', () => {
    expect(() => fixture.deploy().connections).toThrow('connections of Chat/Endpoint needs an endpoint in a VPC: give vpc');
  });
});

test('network isolation is that of each model, or of the endpoint with inference components', () => {
  fixture.deploy({ enableNetworkIsolation: true }).addVariant('Canary', { recommendation: new FakeSource() });
  expect(fixture.properties().Models.map((model: any) => model.Model)).toEqual([{ EnableNetworkIsolation: 'true' }, { EnableNetworkIsolation: 'true' }]);
  fixture = new EndpointFixture();
  fixture.deploy({ enableNetworkIsolation: true, hosting: Hosting.inferenceComponents() });
  expect(fixture.properties()).toMatchObject({ Endpoint: { EnableNetworkIsolation: 'true' }, Models: [{ Source: {} }] });
  expect(fixture.properties().Models[0].Model).toBeUndefined();
});

test('enhanced metrics are asked for', () => {
  fixture.deploy({ enhancedMetrics: true });
  expect(fixture.properties().Endpoint).toEqual({ MetricsConfig: { EnableEnhancedMetrics: 'true' } });
});

test('a role that is given later has all that the default role has', () => {
  const role = new iam.Role(new Stack(stack.node.root as App, 'Roles', { env: { account: '111122223333', region: 'us-west-2' } }), 'Mine', {
    assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
  });
  const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-west-2:111122223333:key/1');
  const topic = sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-west-2:111122223333:topic');
  const endpoint = fixture.deploy({
    role,
    dataCapture: { destination: JobOutput.toS3Uri('s3://captured/'), encryptionKey: key },
    asyncInference: { output: JobOutput.toS3Uri('s3://answers/'), successTopic: topic },
    volumeEncryption: VolumeEncryption.withKey(key),
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] }),
  });
  endpoint.addExecutionPermissions(role);
  const statements = JSON.stringify(role.node.findChild('DefaultPolicy').node.children.map(child => Stack.of(child).resolve((child as any)._toCloudFormation())));
  for (const action of ['s3:PutObject', 'kms:CreateGrant', 'sns:Publish', 'ec2:CreateNetworkInterface', 'ecr:BatchGetImage', 'models/nightly']) {
    expect(statements).toContain(action);
  }
});

test('more can be granted to the endpoint by its role', () => {
  const inputs = new s3.Bucket(stack, 'Inputs');
  inputs.grantRead(fixture.deploy());
  expect(fixture.actionsOf(/^EndpointRole/)).toContain('s3:GetObject*');
});

test('what a serverless endpoint has not is a warning where it can become one', () => {
  fixture.deploy({
    recommendation: new FakeSource({ jobType: 'InferenceRecommendationsJob' }),
    enableNetworkIsolation: true,
    vpc: new ec2.Vpc(stack, 'Vpc'),
    dataCapture: { destination: JobOutput.toS3Uri('s3://captured/') },
    asyncInference: { output: JobOutput.toS3Uri('s3://answers/') },
    volumeEncryption: VolumeEncryption.withKey(new kms.Key(stack, 'Key')),
    rollout: Rollout.rolling({ batchSize: CapacitySize.percent(10), waitInterval: Duration.minutes(1) }),
  });
  Annotations.fromStack(stack).hasWarning('/Chat/Endpoint', Match.stringLikeRegexp(
    'SageMaker has no VPC, network isolation, data capture, asynchronous inference, volume encryption, rolling updates: give instanceType'));
});
