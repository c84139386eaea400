import { Stack } from 'aws-cdk-lib';
import { Annotations, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { ENV, saying } from './fixture';
import { ELSEWHERE, JOB, OptimizationFixture, TRAINING_PLAN } from './optimization-fixture';
import { ModelOptimization, ModelSource, OptimizationModel, TrainingDataSource } from '../../src/jobs';

const DEFAULT_ROLE = /OptimizationExecutionRole/;
const ENDPOINTS = ['endpoint', 'endpoint-config', 'model', 'inference-component'];

let fixture: OptimizationFixture;
beforeEach(() => {
  fixture = new OptimizationFixture(ENV);
});

/** What a role may do, as `action on resource`, in the order of the policy. */
function permissions(role: RegExp = DEFAULT_ROLE): string[] {
  const short = (resource: unknown) => JSON.stringify(resource)
    .replace(/^\{"Fn::Join":\["",\[(.*)\]\]\}$/, '$1')
    .replace(/\{"(?:Ref|Fn::GetAtt)":\[?"([A-Za-z:]+?)[0-9A-F]{8}"(?:,"Arn"\])?\}/g, '<$1>')
    .replace(/"arn:",\{"Ref":"AWS::Partition"\},"/, '').replace(/[",]/g, '').replace(':us-west-2:111122223333:', ':');
  return fixture.statementsOf(role).flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action: string) => [Resource].flat().map(resource => `${action} on ${short(resource)}`)));
}

const allowed = (action: string, role?: RegExp) => permissions(role).filter(each => each.startsWith(`${action} on `)).map(each => each.split(' on ')[1]);

test('a job in S3 may read its model, write its result, pull its image, and log', () => {
  fixture.optimization(ELSEWHERE);
  expect(permissions()).toEqual([
    ...['BatchGetImage', 'GetDownloadUrlForLayer', 'BatchCheckLayerAvailability'].map(action => `ecr:${action} on :ecr:us-west-2:*:repository/*`),
    'ecr:GetAuthorizationToken on *',
    ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogStreams', 'PutLogEvents'].map(action => `logs:${action} on :logs:log-group:/aws/sagemaker/*`),
    'logs:DescribeLogGroups on :logs:log-group:*',
    'cloudwatch:PutMetricData on *',
    's3:GetObject on :s3:::models/llama/*',
    's3:ListBucket on :s3:::models',
    's3:GetBucketLocation on :s3:::models',
    's3:GetObject on :s3:::results/optimized/*',
    's3:PutObject on :s3:::results/optimized/*',
    's3:AbortMultipartUpload on :s3:::results/optimized/*',
    's3:ListBucket on :s3:::results',
    's3:GetBucketLocation on :s3:::results',
  ]);
});

describe('a SageMaker model as the source', () => {
  test('is described, by its name and as IAM spells it, and its files are read', () => {
    fixture.optimization({ model: OptimizationModel.fromModelName('Llama', { artifacts: [ModelSource.fromS3Uri('s3://a/x/'), ModelSource.fromS3Uri('s3://b/y/')] }) });
    expect(allowed('sagemaker:DescribeModel')).toEqual([':sagemaker:model/Llama', ':sagemaker:model/llama']);
    expect(allowed('s3:GetObject')).toEqual(expect.arrayContaining([':s3:::a/x/*', ':s3:::b/y/*']));
    expect(allowed('sagemaker:CreateModel')).toEqual([]);
  });

  test('whose name CloudFormation chooses is one of all models', () => {
    fixture.optimization({ model: OptimizationModel.fromModel(new sagemaker.CfnModel(fixture.stack, 'Llama', {})) });
    expect(allowed('sagemaker:DescribeModel')).toEqual([':sagemaker:model/*']);
  });
});

test('a SageMaker model as the result is created with the role of the job', () => {
  fixture.optimization({ outputModelName: 'fast' });
  for (const action of ['CreateModel', 'DescribeModel', 'AddTags']) {
    expect(allowed(`sagemaker:${action}`)).toEqual([':sagemaker:model/fast']);
  }
  expect(allowed('iam:PassRole')).toEqual(['<OptimizationExecutionRole>']);
  const [pass] = fixture.statementsOf(DEFAULT_ROLE).filter(({ Action }) => Action === 'iam:PassRole');
  expect(pass.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
});

describe('speculative decoding', () => {
  test('trains, and measures what comes of it', () => {
    fixture.optimization({ optimizations: [ModelOptimization.speculativeDecoding({ trainingData: TrainingDataSource.fromS3Uri('s3://chats/all/') })] });
    expect(allowed('sagemaker:CreateTrainingJob')).toEqual([':sagemaker:training-job/*']);
    expect(allowed('sagemaker:CreateEndpoint')).toEqual(ENDPOINTS.map(type => `:sagemaker:${type}/*`));
    expect(allowed('sagemaker:InvokeEndpoint')).toEqual([':sagemaker:endpoint/*', ':sagemaker:inference-component/*']);
    expect(allowed('iam:PassRole')).toEqual(['<OptimizationExecutionRole>']);
    expect(allowed('s3:GetObject')).toContain(':s3:::chats/all/*');
  });

  test('reads a manifest with the key of its bucket', () => {
    const bucket = new s3.Bucket(fixture.stack, 'Chats', { encryptionKey: new kms.Key(fixture.stack, 'ChatKey') });
    fixture.optimization({ optimizations: [ModelOptimization.speculativeDecoding({ trainingData: TrainingDataSource.fromManifest(bucket, 'all.manifest') })] });
    expect(allowed('s3:GetObject*')).toContain('<Chats>/all.manifest');
    expect(allowed('kms:Decrypt')).toEqual(['<ChatKey>']);
  });

  test.each(['CreateTrainingJob', 'CreateEndpoint', 'InvokeEndpoint', 'AddTags'])('is what %s is for', action => {
    fixture.optimization({ optimizations: [ModelOptimization.compilation()] });
    expect(allowed(`sagemaker:${action}`)).toEqual([]);
    expect(allowed('iam:PassRole')).toEqual([]);
  });
});

test('a training plan is used', () => {
  fixture.optimization({ trainingPlanArn: TRAINING_PLAN });
  expect(allowed('sagemaker:DescribeTrainingPlan')).toEqual(['arn:aws:sagemaker:training-plan/plan-1']);
});

test('the result is encrypted with its own key', () => {
  fixture.optimization({ outputEncryptionKey: new kms.Key(fixture.stack, 'Key') });
  for (const action of ['Encrypt', 'Decrypt', 'GenerateDataKey*']) {
    expect(allowed(`kms:${action}`)).toEqual(['<Key>']);
  }
});

describe('a VPC', () => {
  test('is attached to', () => {
    fixture.optimization({ vpc: new ec2.Vpc(fixture.stack, 'Vpc') });
    expect(allowed('ec2:CreateNetworkInterface')).not.toEqual([]);
    expect(allowed('ec2:DescribeVpcs')).toEqual(['*']);
  });

  test('is what network interfaces are for', () => {
    fixture.optimization();
    expect(allowed('ec2:CreateNetworkInterface')).toEqual([]);
  });
});

describe('a role of the user', () => {
  const ownRole = (scope: Stack = fixture.stack) => new iam.Role(scope, 'Own', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });

  test('that is defined in the stack gets the permissions, before the job starts', () => {
    const role = ownRole();
    const job = fixture.optimization({ role });
    expect(job.role).toBe(role);
    expect(allowed('ecr:BatchGetImage', /^Own/)).toHaveLength(1);
    expect(fixture.single(JOB).DependsOn).toContainEqual(expect.stringMatching('OwnDefaultPolicy'));
  });

  test('of another stack gets nothing by itself, of which a warning tells', () => {
    const role = ownRole(new Stack(fixture.app, 'Roles', { env: ENV }));
    fixture.optimization({ ...ELSEWHERE, role });
    expect(role.node.tryFindChild('DefaultPolicy')).toBeUndefined();
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Optimization', saying('call addExecutionPermissions with the role'));
  });

  test('of another stack gets them when told so', () => {
    const roles = new Stack(fixture.app, 'Roles', { env: ENV });
    const role = ownRole(roles);
    fixture.optimization({ ...ELSEWHERE, role }).addExecutionPermissions(role);
    expect(JSON.stringify(Template.fromStack(roles).findResources('AWS::IAM::Policy'))).toContain('ecr:BatchGetImage');
  });
});

test('more can be granted to a job', () => {
  const job = fixture.optimization();
  new s3.Bucket(fixture.stack, 'Extra').grantRead(job);
  expect(allowed('s3:GetObject*')).toContain('<Extra>/*');
});
