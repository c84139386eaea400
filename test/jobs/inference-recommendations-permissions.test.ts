import { Stack } from 'aws-cdk-lib';
import { Annotations, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ENV, saying } from './fixture';
import { CONTAINER, FILES, JOB, PACKAGE, RecommenderFixture } from './inference-recommendations-fixture';
import { DeployRecommendation } from '../../src';
import { InferenceModel, InferenceRecommendationsJobProps, JobOutput, ModelSource, SamplePayload } from '../../src/jobs';

const DEFAULT_ROLE = /RecommenderExecutionRole/;

let fixture: RecommenderFixture;
beforeEach(() => {
  fixture = new RecommenderFixture(ENV);
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
const actions = () => [...new Set(permissions().map(each => each.split(' on ')[0]))];
const payload = (samplePayload: SamplePayload): Partial<InferenceRecommendationsJobProps> => ({
  model: InferenceModel.fromModelName('resnet', { ...CONTAINER, samplePayload, artifacts: [] }),
});

test('a job may do what it is documented to do, and no more', () => {
  fixture.recommender({ model: InferenceModel.fromModelName('resnet', { ...CONTAINER, artifacts: FILES }) });
  const nouns = ['Endpoint', 'EndpointConfig', 'Model'];
  expect(actions()).toEqual([
    ...['Create', 'Describe', 'Delete'].flatMap(verb => nouns.map(noun => `sagemaker:${verb}${noun}`)),
    'sagemaker:InvokeEndpoint',
    'sagemaker:AddTags', 'sagemaker:ListTags',
    'sagemaker:CreateCompilationJob', 'sagemaker:DescribeCompilationJob', 'sagemaker:StopCompilationJob',
    'iam:PassRole',
    'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability', 'ecr:GetAuthorizationToken',
    'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents', 'logs:DescribeLogGroups',
    'cloudwatch:PutMetricData', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics',
    's3:GetObject', 's3:ListBucket', 's3:GetBucketLocation',
  ]);
});

test('what it makes is scoped by type', () => {
  fixture.recommender();
  const types = (...names: string[]) => names.map(name => `:sagemaker:${name}/*`);
  expect(allowed('sagemaker:CreateEndpoint')).toEqual(types('endpoint', 'endpoint-config', 'model'));
  expect(allowed('sagemaker:InvokeEndpoint')).toEqual(types('endpoint'));
  expect(allowed('sagemaker:AddTags')).toEqual(types('endpoint', 'endpoint-config', 'model', 'compilation-job'));
  expect(allowed('sagemaker:CreateCompilationJob')).toEqual(types('compilation-job'));
});

test('only what knows no resources is allowed on all of them', () => {
  fixture.recommender({
    vpc: new ec2.Vpc(fixture.stack, 'Vpc'), existingEndpoint: DeployRecommendation.fromEndpointName(fixture.stack, 'Endpoint', 'shop'),
  });
  expect(permissions().filter(each => each.endsWith(' on *')).map(each => each.split(' on ')[0])).toEqual([
    'ecr:GetAuthorizationToken', 'cloudwatch:PutMetricData', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics',
    'application-autoscaling:DescribeScalableTargets',
    'ec2:DescribeNetworkInterfaces', 'ec2:DescribeVpcs', 'ec2:DescribeDhcpOptions', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups',
    'ec2:DescribeVpcEndpoints',
  ]);
});

test('the role passes itself, to SageMaker only, and the handlers may pass it', () => {
  fixture.recommender();
  expect(allowed('iam:PassRole', DEFAULT_ROLE)).toEqual(['<RecommenderExecutionRole>']);
  expect(allowed('iam:PassRole', /CdkSageMakerInferenceProviderRole/)).toEqual([':iam::111122223333:role/cdk-sagemaker-inference/Stack/*']);
  const [statement] = fixture.statementsOf(DEFAULT_ROLE).filter(({ Action }) => Action === 'iam:PassRole');
  expect(statement.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
});

test('SageMaker can use the role for this account only', () => {
  fixture.recommender();
  fixture.template().hasResourceProperties('AWS::IAM::Role', {
    Description: 'Runs the SageMaker Inference Recommender job Stack/Recommender',
    AssumeRolePolicyDocument: {
      Statement: [{
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      }],
    },
  });
});

describe('the model', () => {
  test('package that is tested is read, and no other', () => {
    fixture.recommender();
    expect(allowed('sagemaker:DescribeModelPackage')).toEqual([PACKAGE.replace(':us-west-2:111122223333:', ':')]);
  });

  test('without a package needs none', () => {
    fixture.recommender({ model: InferenceModel.fromModelName('resnet', { ...CONTAINER, artifacts: [] }) });
    expect(allowed('sagemaker:DescribeModelPackage')).toEqual([]);
  });

  test('has files that are read', () => {
    const bucket = new s3.Bucket(fixture.stack, 'Secret', { encryptionKey: new kms.Key(fixture.stack, 'ModelKey') });
    const artifacts = [ModelSource.fromS3Uri('s3://models/resnet/model.tar.gz'), ModelSource.fromBucket(bucket, 'code/')];
    fixture.recommender({ model: InferenceModel.fromModelPackageArn(PACKAGE, { artifacts }) });
    expect(allowed('s3:GetObject')).toEqual([':s3:::models/resnet/model.tar.gz*', '<Secret>/code/*']);
    expect(allowed('kms:Decrypt')).toEqual(['<ModelKey>']);
    expect(actions()).not.toContain('s3:PutObject');
  });

  test('of which nobody knows the files gets none', () => {
    fixture.recommender({ model: InferenceModel.fromModelPackageArn(PACKAGE) });
    expect(actions().filter(action => action.startsWith('s3:'))).toEqual([]);
  });
});

describe('the sample payload', () => {
  test('is read, and its bucket looked at', () => {
    fixture.recommender(payload(SamplePayload.fromBucket(fixture.models, 'payloads/images.tar.gz')));
    expect(allowed('s3:GetObject')).toEqual(['<Models>/payloads/images.tar.gz']);
    expect(allowed('s3:ListBucket')).toEqual(['<Models>']);
  });

  test('is decrypted with the key of its bucket', () => {
    const bucket = new s3.Bucket(fixture.stack, 'Secret', { encryptionKey: new kms.Key(fixture.stack, 'PayloadKey') });
    fixture.recommender(payload(SamplePayload.fromBucket(bucket, 'images.tar.gz')));
    expect(allowed('kms:Decrypt')).toEqual(['<PayloadKey>']);
  });

  test('is read by its URI', () => {
    fixture.recommender(payload(SamplePayload.fromS3Uri('s3://payloads/images.tar.gz')));
    expect(allowed('s3:GetObject')).toEqual([':s3:::payloads/images.tar.gz*']);
  });

  test('in a bucket of another account is let out by the bucket', () => {
    const far = new Stack(fixture.app, 'Far', { env: { ...ENV, account: '444455556666' } });
    const bucket = new s3.Bucket(far, 'Shared', { bucketName: 'shared-payloads' });
    fixture.recommender(payload(SamplePayload.fromBucket(bucket, 'images.tar.gz')));
    expect(JSON.stringify(Template.fromStack(far).findResources('AWS::S3::BucketPolicy'))).toContain('s3:GetObject');
  });

  test('that overrides that of a package is read too', () => {
    const samplePayload = SamplePayload.fromS3Uri('s3://payloads/other.tar.gz');
    fixture.recommender({ model: InferenceModel.fromModelPackageArn(PACKAGE, { samplePayload, artifacts: FILES }) });
    expect(allowed('s3:GetObject')).toEqual([':s3:::payloads/other.tar.gz*', ':s3:::models/resnet/*']);
  });
});

describe('what only some jobs need', () => {
  test('is writing what was compiled', () => {
    fixture.recommender({ model: InferenceModel.fromModelPackageArn(PACKAGE, { artifacts: [] }), compiledOutput: JobOutput.toS3Uri('s3://results/compiled/') });
    expect(allowed('s3:PutObject')).toEqual([':s3:::results/compiled/*']);
  });

  test('is encrypting what is written', () => {
    fixture.recommender({ outputEncryptionKey: new kms.Key(fixture.stack, 'OutputKey') });
    expect(allowed('kms:GenerateDataKey*')).toEqual(['<OutputKey>']);
    expect(actions()).not.toContain('kms:CreateGrant');
  });

  test('is making grants for volumes, which SageMaker alone may make', () => {
    fixture.recommender({ volumeEncryptionKey: new kms.Key(fixture.stack, 'VolumeKey') });
    const [statement] = fixture.statementsOf(DEFAULT_ROLE).filter(({ Action }) => Action === 'kms:CreateGrant');
    expect(statement).toMatchObject({ Resource: { 'Fn::GetAtt': [expect.stringMatching('^VolumeKey'), 'Arn'] }, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } });
    expect(allowed('kms:DescribeKey')).toEqual(['<VolumeKey>']);
    expect(actions()).not.toContain('kms:Decrypt');
  });

  test('is what AWS documents for a VPC', () => {
    fixture.recommender({ vpc: new ec2.Vpc(fixture.stack, 'Vpc') });
    expect(actions().filter(action => action.startsWith('ec2:')).sort()).toEqual([
      'ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission',
      'ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcEndpoints',
      'ec2:DescribeVpcs', 'ec2:ModifyNetworkInterfaceAttribute',
    ]);
  });

  test('is not allowed to others', () => {
    fixture.recommender();
    expect(actions().filter(action => /^(ec2|kms|application-autoscaling|servicequotas):|TrainingJob|InferenceComponent|PutObject/.test(action))).toEqual([]);
  });
});

describe('a role of the user', () => {
  const ownRole = (stack = fixture.stack) => new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });

  test('that is defined in the stack gets the permissions, before the job starts', () => {
    const job = fixture.recommender({ role: ownRole() });
    expect(allowed('sagemaker:CreateEndpoint', /^Own/)).toHaveLength(3);
    expect(fixture.single(JOB).DependsOn).toContainEqual(expect.stringMatching('OwnDefaultPolicy'));
    expect(job.node.tryFindChild('ExecutionRole')).toBeUndefined();
  });

  test('of another stack gets nothing by itself, of which a warning tells', () => {
    const role = ownRole(new Stack(fixture.app, 'Roles', { env: ENV }));
    fixture.recommender({ role });
    expect(role.node.tryFindChild('DefaultPolicy')).toBeUndefined();
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Recommender', saying('call addExecutionPermissions with the role'));
  });

  test('of another stack gets them when told so, and the stacks do not depend on each other', () => {
    const roles = new Stack(fixture.app, 'Roles', { env: ENV });
    const role = ownRole(roles);
    fixture.recommender({ role, compiledOutput: JobOutput.toS3Uri('s3://results/compiled/') }).addExecutionPermissions(role);
    expect(JSON.stringify(Template.fromStack(roles).findResources('AWS::IAM::Policy'))).toContain('sagemaker:CreateEndpointConfig');
    expect(roles.dependencies).toEqual([]);
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('role is not of the stack'));
  });
});

test('more can be granted to a job', () => {
  new s3.Bucket(fixture.stack, 'Extra').grantRead(fixture.recommender());
  expect(JSON.stringify(fixture.statementsOf(DEFAULT_ROLE))).toContain('"Extra');
});
