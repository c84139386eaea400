import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ENV, JobFixture } from './fixture';
import { AdapterSource, JobOutput, ModelSource } from '../../src/jobs';

const MLFLOW_APP = 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-1';
const PLAN = 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/plan-1';
const DEFAULT_ROLE = /RecommendationExecutionRole/;

let fixture: JobFixture;
beforeEach(() => {
  fixture = new JobFixture(ENV);
});

/** The statements of a role in short: actions of one service as `sagemaker: CreateModel ...`, resources without partition, Region and account. */
function statements(role: RegExp = DEFAULT_ROLE) {
  const short = (value: unknown) => [value].flat().map(entry => JSON.stringify(entry)
    .replace(/"(arn:|:)?"?,?\{"Ref":"AWS::Partition"\},"?/g, 'arn:aws')
    .replace(/^\{"Fn::Join":\["",\[/, '').replace(/\]\]\}$/, '').replace(/"/g, '')
    .replace(/^(arn:)?arn:aws:/, '').replace(/:us-west-2:111122223333:/, ':'));
  return fixture.statementsOf(role).map(({ Sid, Action, Resource, Condition }) => ({
    sid: Sid, actions: [Action].flat(), resources: short(Resource), ...(Condition && { condition: Condition }),
  }));
}

const bySid = (sid: string) => statements().find(statement => statement.sid === sid);
const allowing = (action: string) => statements().filter(({ actions }) => actions.includes(action));

test('SageMaker can use the role for this account only', () => {
  fixture.job();
  fixture.template().hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [{
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      }],
    },
    ManagedPolicyArns: Match.absent(),
  });
});

test.each([
  ['ReadQuotas', ['servicequotas:GetServiceQuota', 'servicequotas:ListServiceQuotas', 'servicequotas:GetAWSDefaultServiceQuota'], ['*']],
  ['RunTestEndpoints', [
    'sagemaker:CreateEndpoint', 'sagemaker:CreateEndpointConfig', 'sagemaker:CreateModel', 'sagemaker:CreateInferenceComponent',
    'sagemaker:DescribeEndpoint', 'sagemaker:DescribeEndpointConfig', 'sagemaker:DescribeModel', 'sagemaker:DescribeInferenceComponent',
    'sagemaker:DeleteEndpoint', 'sagemaker:DeleteEndpointConfig', 'sagemaker:DeleteModel', 'sagemaker:DeleteInferenceComponent',
  ], ['sagemaker:endpoint/*', 'sagemaker:endpoint-config/*', 'sagemaker:model/*', 'sagemaker:inference-component/*']],
  ['LoadEndpoints', ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'], ['sagemaker:endpoint/*', 'sagemaker:inference-component/*']],
  ['RunTrainingJobs', ['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob'], ['sagemaker:training-job/*']],
  ['RunOptimizationJobs', [
    'sagemaker:CreateOptimizationJob', 'sagemaker:DescribeOptimizationJob', 'sagemaker:StopOptimizationJob', 'sagemaker:DeleteOptimizationJob',
  ], ['sagemaker:optimization-job/*']],
  ['RunInnerBenchmarks', [
    'sagemaker:CreateAIBenchmarkJob', 'sagemaker:DescribeAIBenchmarkJob', 'sagemaker:StopAIBenchmarkJob', 'sagemaker:DeleteAIBenchmarkJob',
  ], ['sagemaker:ai-benchmark-job/ai-rec-*']],
  ['TagInnerResources', ['sagemaker:AddTags'], [
    'sagemaker:endpoint/*', 'sagemaker:endpoint-config/*', 'sagemaker:model/*', 'sagemaker:inference-component/*', 'sagemaker:training-job/*',
    'sagemaker:optimization-job/*', 'sagemaker:model-package-group/*', 'sagemaker:model-package/*', 'sagemaker:ai-benchmark-job/ai-rec-*',
  ]],
  ['RegisterModels', [
    'sagemaker:CreateModelPackageGroup', 'sagemaker:DescribeModelPackageGroup', 'sagemaker:CreateModelPackage', 'sagemaker:DescribeModelPackage',
  ], ['sagemaker:model-package-group/*', 'sagemaker:model-package/*']],
  ['PullImages', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'], ['ecr:us-west-2:*:repository/*']],
  ['LogInToRegistries', ['ecr:GetAuthorizationToken'], ['*']],
  ['WriteLogs', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], ['logs:log-group:/aws/sagemaker/*']],
  ['FindLogGroups', ['logs:DescribeLogGroups'], ['logs:log-group:*']],
])('%s', (sid, actions, resources) => {
  fixture.job();
  expect(bySid(sid)).toEqual({ sid, actions, resources });
});

test('metrics go to the namespaces of SageMaker only', () => {
  fixture.job();
  expect(bySid('PutMetrics')).toMatchObject({ condition: { StringLike: { 'cloudwatch:namespace': ['/aws/sagemaker/*', 'AWS/SageMaker*'] } } });
});

test('the role passes itself, to SageMaker only', () => {
  fixture.job();
  const [statement] = fixture.statementsOf(DEFAULT_ROLE).filter(({ Action }) => Action === 'iam:PassRole');
  expect(statement.Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(DEFAULT_ROLE), 'Arn'] });
  expect(statement.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
});

test('the handlers may pass the role', () => {
  fixture.job();
  const [statement] = fixture.statementsOf(/CdkSageMakerInferenceProviderRole/).filter(({ Action }) => Action === 'iam:PassRole');
  expect(statement.Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(DEFAULT_ROLE), 'Arn'] });
});

test('only what knows no resources is allowed on all of them', () => {
  fixture.job({ capacityReservation: { reservationArns: [PLAN] }, mlflow: { resourceArn: MLFLOW_APP } });
  expect(statements().filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions)).toEqual([
    'servicequotas:GetServiceQuota', 'servicequotas:ListServiceQuotas', 'servicequotas:GetAWSDefaultServiceQuota',
    'ecr:GetAuthorizationToken', 'cloudwatch:PutMetricData', 'sagemaker:ListTrainingPlans',
  ]);
  expect(statements().flatMap(({ actions }) => actions).filter(action => action.endsWith('*'))).toEqual(['sagemaker-mlflow:*']);
});

describe('S3', () => {
  const json = (action: string) => JSON.stringify(fixture.statementsOf(DEFAULT_ROLE).filter(({ Action }) => [Action].flat().includes(action)));

  test('the model is read and the results are written below their prefixes', () => {
    fixture.job({ model: ModelSource.fromS3Uri('s3://models/llama/'), output: JobOutput.toS3Uri('s3://results/out/') });
    const arn = (rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${rest}`]] });
    const s3Statements = fixture.statementsOf(DEFAULT_ROLE)
      .filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith('s3:')))
      .map(({ Action, Resource, Condition }) => [Action, Resource, Condition]);
    expect(s3Statements).toEqual([
      ['s3:GetObject', arn('models/llama/*'), undefined],
      [['s3:ListBucket', 's3:GetBucketLocation'], arn('models'), undefined],
      [['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], arn('results/out/*'), undefined],
      [['s3:ListBucket', 's3:GetBucketLocation'], arn('results'), undefined],
      ['s3:GetObject', 'arn:aws:s3:::inputs/RecommendationWorkload/*', undefined],
    ]);
  });

  test('a missing slash at the end of a prefix does not open the neighbours', () => {
    fixture.job({ model: ModelSource.fromBucket(fixture.models, 'llama') });
    expect(json('s3:GetObject')).toContain('/llama/*');
  });

  test('a URI with a bucket of the app in it is taken apart', () => {
    fixture.job({ model: ModelSource.fromS3Uri(`s3://${fixture.models.bucketName}/llama/`) });
    expect(json('s3:GetObject')).toMatch(/":s3:::",\{"Ref":"Models[0-9A-F]{8}"\},"\/llama\/\*"/);
  });

  test('adapters are read', () => {
    fixture.job({ adapters: AdapterSource.fromS3([{ adapterId: 'a', source: ModelSource.fromS3Uri('s3://adapters/a/') }]) });
    expect(json('s3:GetObject')).toContain(':s3:::adapters/a/*');
  });

  test('keys of the buckets can be used: to decrypt the model, and to encrypt the results', () => {
    const models = new s3.Bucket(fixture.stack, 'Secret', { encryptionKey: new kms.Key(fixture.stack, 'ModelKey') });
    const results = new s3.Bucket(fixture.stack, 'SecretResults', { encryptionKey: new kms.Key(fixture.stack, 'ResultKey') });
    fixture.job({ model: ModelSource.fromBucket(models, 'llama/'), output: JobOutput.toBucket(results) });
    const keys = fixture.statementsOf(DEFAULT_ROLE).filter(({ Action }) => [Action].flat().includes('kms:Decrypt'));
    expect(keys.map(({ Action, Resource }) => [Action, Resource['Fn::GetAtt'][0]])).toEqual([
      ['kms:Decrypt', expect.stringMatching('ModelKey')],
      [['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'], expect.stringMatching('ResultKey')],
    ]);
  });
});

describe('what only some jobs need', () => {
  test('is not allowed to others', () => {
    fixture.job();
    expect(allowing('sagemaker:DescribeTrainingPlan')).toEqual([]);
    expect(allowing('sagemaker-mlflow:*')).toEqual([]);
    expect(allowing('sagemaker:DescribeModelPackage')).toHaveLength(1);
  });

  test('training plans', () => {
    fixture.job({ capacityReservation: { reservationArns: [PLAN] } });
    expect(allowing('sagemaker:DescribeTrainingPlan')[0].resources).toEqual(['sagemaker:training-plan/plan-1']);
  });

  test('MLflow', () => {
    fixture.job({ mlflow: { resourceArn: MLFLOW_APP } });
    expect(allowing('sagemaker-mlflow:*')[0].resources).toEqual(['sagemaker:mlflow-app/app-1']);
  });

  test('adapters in the Model Registry', () => {
    fixture.job({
      adapters: AdapterSource.fromModelPackages([
        { adapterId: 'a', modelPackageArn: 'arn:aws:sagemaker:us-west-2:444455556666:model-package/adapters/1' },
      ]),
    });
    expect(allowing('sagemaker:DescribeModelPackage')[1].resources).toEqual(['sagemaker:us-west-2:444455556666:model-package/adapters/1']);
  });

  test('the workload and its inputs', () => {
    fixture.job();
    expect(allowing('sagemaker:DescribeAIWorkloadConfig')[0].resources).toEqual(['sagemaker:ai-workload-config/chat-0123456789abcdef']);
    expect(allowing('s3:GetObject').map(({ resources }) => resources[0])).toContainEqual(expect.stringMatching('inputs/RecommendationWorkload'));
  });
});

describe('a role of the user', () => {
  const ownRole = () => new iam.Role(fixture.stack, 'Own', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });

  test('that is defined in the stack gets the permissions, before the job starts', () => {
    const role = ownRole();
    const job = fixture.job({ role });
    expect(job.role).toBe(role);
    expect(statements(/^Own/).map(({ sid }) => sid)).toContain('ReadQuotas');
    expect(fixture.single('Custom::SageMakerAIRecommendationJob').DependsOn).toContainEqual(expect.stringMatching('OwnDefaultPolicy'));
    expect(job.node.tryFindChild('ExecutionRole')).toBeUndefined();
  });

  test('can be shared by two jobs: no sid comes twice', () => {
    const role = ownRole();
    for (const name of ['One', 'Two']) {
      fixture.job({
        role,
        model: ModelSource.fromS3Uri(`s3://models/${name}/`),
        mlflow: { resourceArn: `${MLFLOW_APP}${name}` },
        capacityReservation: { reservationArns: [`${PLAN}${name}`] },
      }, name);
    }
    const sids = statements(/^Own/).map(({ sid }) => sid).filter(sid => sid !== undefined);
    expect(sids.length).toBeGreaterThan(10);
    expect(new Set(sids).size).toBe(sids.length);
  });

  test('without policy updates stays as it is', () => {
    fixture.job({ role: ownRole().withoutPolicyUpdates() });
    expect(statements(/^Own/)).toEqual([]);
  });

  const IMPORTED = 'arn:aws:iam::111122223333:role/Imported';

  test('that is imported gets nothing', () => {
    fixture.job({ role: iam.Role.fromRoleArn(fixture.stack, 'Imported', IMPORTED) });
    expect(statements(/^Imported/)).toEqual([]);
    expect(fixture.jobProperties().RoleArn).toBe(IMPORTED);
  });

  test('that is imported gets the permissions when told so, before the job starts', () => {
    const role = iam.Role.fromRoleArn(fixture.stack, 'Imported', IMPORTED);
    fixture.job({ role }).addExecutionPermissions(role);
    expect(statements(/^Imported/).map(({ sid }) => sid)).toContain('ReadQuotas');
    expect(fixture.single('Custom::SageMakerAIRecommendationJob').DependsOn).toContainEqual(expect.stringMatching('^ImportedPolicy'));
  });
});

test('more can be granted to a job', () => {
  const job = fixture.job();
  new s3.Bucket(fixture.stack, 'Extra').grantRead(job);
  expect(JSON.stringify(fixture.statementsOf(DEFAULT_ROLE))).toContain('"Extra');
});

test('a bucket of another account lets the role in, before the job starts', () => {
  const far = new Stack(fixture.stack.node.root as App, 'Far', { env: { ...ENV, account: '444455556666' } });
  const bucket = new s3.Bucket(far, 'Shared', { bucketName: 'shared-models' });
  fixture.job({ model: ModelSource.fromBucket(bucket, 'llama/') });
  Template.fromStack(far).hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:GetObject', Principal: { AWS: Match.anyValue() } })]) },
  });
  expect(fixture.stack.dependencies).toContain(far);
});
