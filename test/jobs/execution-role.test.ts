import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ENV, JobFixture, saying } from './fixture';
import { AdapterSource, ExecutionPolicy, ExecutionPolicyOptions, JobOutput, ModelSource } from '../../src/jobs';
import { AiWorkloadConfig, WorkloadSpec } from '../../src/workload';

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
  return fixture.statementsOf(role).map(({ Action, Resource, Condition }) => ({
    actions: [Action].flat(), resources: short(Resource), ...(Condition && { condition: Condition }),
  }));
}

const allowing = (action: string, role?: RegExp) => statements(role).filter(({ actions }) => actions.includes(action));

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
  ['quotas are read', ['servicequotas:GetServiceQuota', 'servicequotas:ListServiceQuotas', 'servicequotas:GetAWSDefaultServiceQuota'], ['*']],
  ['test endpoints are run', [
    'sagemaker:CreateEndpoint', 'sagemaker:CreateEndpointConfig', 'sagemaker:CreateModel', 'sagemaker:CreateInferenceComponent',
    'sagemaker:DescribeEndpoint', 'sagemaker:DescribeEndpointConfig', 'sagemaker:DescribeModel', 'sagemaker:DescribeInferenceComponent',
    'sagemaker:DeleteEndpoint', 'sagemaker:DeleteEndpointConfig', 'sagemaker:DeleteModel', 'sagemaker:DeleteInferenceComponent',
    'sagemaker:AddTags',
  ], ['sagemaker:endpoint/*', 'sagemaker:endpoint-config/*', 'sagemaker:model/*', 'sagemaker:inference-component/*']],
  ['endpoints are loaded', ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'], ['sagemaker:endpoint/*', 'sagemaker:inference-component/*']],
  ['training jobs are run', [
    'sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob', 'sagemaker:AddTags',
  ], ['sagemaker:training-job/*']],
  ['optimization jobs are run', [
    'sagemaker:CreateOptimizationJob', 'sagemaker:DescribeOptimizationJob', 'sagemaker:StopOptimizationJob', 'sagemaker:DeleteOptimizationJob',
    'sagemaker:AddTags',
  ], ['sagemaker:optimization-job/*']],
  ['inner benchmarks are run', [
    'sagemaker:CreateAIBenchmarkJob', 'sagemaker:DescribeAIBenchmarkJob', 'sagemaker:StopAIBenchmarkJob', 'sagemaker:DeleteAIBenchmarkJob',
    'sagemaker:AddTags',
  ], ['sagemaker:ai-benchmark-job/ai-rec-*']],
  ['models are registered', [
    'sagemaker:CreateModelPackageGroup', 'sagemaker:DescribeModelPackageGroup', 'sagemaker:CreateModelPackage', 'sagemaker:DescribeModelPackage',
    'sagemaker:AddTags',
  ], ['sagemaker:model-package-group/*', 'sagemaker:model-package/*']],
  ['images are pulled', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'], ['ecr:us-west-2:*:repository/*']],
  ['registries are logged in to', ['ecr:GetAuthorizationToken'], ['*']],
  ['logs are written', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], ['logs:log-group:/aws/sagemaker/*']],
  ['log groups are found', ['logs:DescribeLogGroups'], ['logs:log-group:*']],
  ['workloads are read', ['sagemaker:DescribeAIWorkloadConfig'], ['sagemaker:ai-workload-config/*']],
])('%s', (_, actions, resources) => {
  fixture.job();
  expect(statements()).toContainEqual({ actions, resources });
});

test('metrics go to the namespaces of SageMaker only', () => {
  fixture.job();
  expect(allowing('cloudwatch:PutMetricData')[0]).toMatchObject({ condition: { StringLike: { 'cloudwatch:namespace': ['/aws/sagemaker/*', 'AWS/SageMaker*'] } } });
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
  expect(JSON.stringify(statement.Resource)).toContain(':iam::111122223333:role/cdk-sagemaker-inference/Stack/*');
  fixture.template().hasResourceProperties('AWS::IAM::Role', { Path: '/cdk-sagemaker-inference/Stack/' });
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

  test('the inputs of the workload', () => {
    fixture.job();
    expect(allowing('s3:GetObject').map(({ resources }) => resources[0])).toContainEqual(expect.stringMatching('inputs/RecommendationWorkload'));
  });
});

describe('a role of the user', () => {
  const ownRole = () => new iam.Role(fixture.stack, 'Own', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });

  test('that is defined in the stack gets the permissions, before the job starts', () => {
    const role = ownRole();
    const job = fixture.job({ role });
    expect(job.role).toBe(role);
    expect(allowing('servicequotas:GetServiceQuota', /^Own/)).toHaveLength(1);
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('role is not of the stack'));
    expect(fixture.single('Custom::SageMakerAIRecommendationJob').DependsOn).toContainEqual(expect.stringMatching('OwnDefaultPolicy'));
    expect(job.node.tryFindChild('ExecutionRole')).toBeUndefined();
  });

  test('can be shared by two jobs: what both need is there once', () => {
    const role = ownRole();
    for (const name of ['One', 'Two']) {
      fixture.job({ role, model: ModelSource.fromS3Uri(`s3://models/${name}/`), mlflow: { resourceArn: `${MLFLOW_APP}${name}` } }, name);
    }
    expect(allowing('servicequotas:GetServiceQuota', /^Own/)).toHaveLength(1);
    expect(allowing('sagemaker-mlflow:*', /^Own/)).toHaveLength(2);
  });

  test('without policy updates stays as it is', () => {
    fixture.job({ role: ownRole().withoutPolicyUpdates() });
    expect(statements(/^Own/)).toEqual([]);
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('role is not of the stack'));
  });

  const IMPORTED = 'arn:aws:iam::111122223333:role/Imported';

  test('that is imported gets nothing, of which a warning tells', () => {
    fixture.job({ role: iam.Role.fromRoleArn(fixture.stack, 'Imported', IMPORTED) });
    expect(statements(/^Imported/)).toEqual([]);
    expect(fixture.jobProperties().RoleArn).toBe(IMPORTED);
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Recommendation', saying('call addExecutionPermissions with the role'));
  });

  test('that is imported gets the permissions when told so, before the job starts', () => {
    const role = iam.Role.fromRoleArn(fixture.stack, 'Imported', IMPORTED);
    fixture.job({ role }).addExecutionPermissions(role);
    expect(allowing('servicequotas:GetServiceQuota', /^Imported/)).toHaveLength(1);
    expect(fixture.single('Custom::SageMakerAIRecommendationJob').DependsOn).toContainEqual(expect.stringMatching('^ImportedPolicy'));
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('role is not of the stack'));
  });

  test('is warned of when the permissions went to another role', () => {
    const job = fixture.job({ role: iam.Role.fromRoleArn(fixture.stack, 'Imported', IMPORTED) });
    job.addExecutionPermissions(ownRole());
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Recommendation', saying('role is not of the stack'));
  });

  test.each([['known', ENV], ['not known', undefined]])(
    'of another stack of the app gets them when told so, and the stacks do not depend on each other, in an environment that is %s', (_, env) => {
      fixture = new JobFixture(env);
      const roles = new Stack(fixture.app, 'Roles', { env });
      const role = new iam.Role(roles, 'Far', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
      const workloadConfig = new AiWorkloadConfig(fixture.stack, 'Chat', {
        spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
      });
      const job = fixture.job({
        role, workloadConfig, model: ModelSource.fromS3Uri('s3://models/llama/'), output: JobOutput.toS3Uri('s3://results/out/'),
      });
      job.addExecutionPermissions(role);
      expect(JSON.stringify(Template.fromStack(roles).findResources('AWS::IAM::Policy'))).toContain('servicequotas:GetServiceQuota');
    });

  test('that must not be changed stays as it is, even when it is told', () => {
    const role = iam.Role.fromRoleArn(fixture.stack, 'Imported', IMPORTED, { mutable: false });
    fixture.job({ role }).addExecutionPermissions(role);
    expect(statements(/^Imported/)).toEqual([]);
    expect(fixture.jobProperties().RoleArn).toBe(IMPORTED);
  });

  test.each([
    ['by its ARN, with a path', (stack: Stack) => iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/team/ml/Imported'), 'team/ml/Imported'],
    ['by its name', (stack: Stack) => iam.Role.fromRoleName(stack, 'Imported', 'Imported'), 'Imported'],
  ])('that is imported %s is passed by the handlers under exactly that ARN', (_, imported, name) => {
    fixture.job({ role: imported(fixture.stack) });
    const [passing] = fixture.statementsOf(/CdkSageMakerInferenceProviderRole/).filter(({ Action }) => Action === 'iam:PassRole');
    expect(JSON.stringify(passing.Resource)).toMatch(new RegExp(`:111122223333:role/${name}"`));
    expect(passing.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
  });

  test('of another account is refused', () => {
    const role = iam.Role.fromRoleArn(fixture.stack, 'Imported', 'arn:aws:iam::444455556666:role/Imported');
    expect(() => fixture.job({ role })).toThrow(
      'role must be of the account of the stack, 111122223333, got one of 444455556666: a role cannot be passed to SageMaker across accounts');
  });

  test('of another stack of the app gets nothing by itself, of which a warning tells', () => {
    const role = new iam.Role(new Stack(fixture.app, 'Roles', { env: ENV }), 'Far', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    fixture.job({ role });
    expect(role.node.tryFindChild('DefaultPolicy')).toBeUndefined();
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Recommendation', saying('role is not of the stack'));
  });

  test('can be shared by jobs of two Regions: statements have no sids that would come twice', () => {
    const role = ownRole();
    const east = new JobFixture({ ...ENV, region: 'us-east-1' }, fixture.app, 'East');
    const elsewhere = { model: ModelSource.fromS3Uri('s3://models/llama/'), output: JobOutput.toS3Uri('s3://results/out/') };
    fixture.job({ ...elsewhere, role });
    east.job({ ...elsewhere, role: iam.Role.fromRoleArn(east.stack, 'Imported', IMPORTED) }).addExecutionPermissions(role);
    const found = fixture.statementsOf(/^Own/);
    expect(found.filter(({ Action }) => [Action].flat().includes('sagemaker:CreateTrainingJob'))).toHaveLength(2);
    expect(found.filter(({ Sid }) => Sid !== undefined)).toEqual([]);
  });
});

test('more can be granted to a job', () => {
  const job = fixture.job();
  new s3.Bucket(fixture.stack, 'Extra').grantRead(job);
  expect(JSON.stringify(fixture.statementsOf(DEFAULT_ROLE))).toContain('"Extra');
});

describe('a bucket of another account', () => {
  const far = () => new Stack(fixture.app, 'Far', { env: { ...ENV, account: '444455556666' } });

  test('lets the role in, which must exist before', () => {
    const stack = far();
    fixture.job({ model: ModelSource.fromBucket(new s3.Bucket(stack, 'Shared', { bucketName: 'shared-models' }), 'llama/') });
    Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:GetObject', Principal: { AWS: Match.anyValue() } })]) },
    });
    expect(fixture.stack.dependencies).not.toContain(stack);
  });

  test('can have a key', () => {
    const stack = far();
    const encryptionKey = new kms.Key(stack, 'Key', { alias: 'models' });
    const bucket = new s3.Bucket(stack, 'Shared', { bucketName: 'shared-models', encryptionKey });
    expect(() => fixture.job({ model: ModelSource.fromBucket(bucket, 'llama/') })).not.toThrow();
    expect(allowing('kms:Decrypt')).toHaveLength(1);
  });
});

test('ids that IAM has no characters for stay out of the description of the role', () => {
  fixture.job({}, 'Größe-推奨-🚀');
  fixture.template().hasResourceProperties('AWS::IAM::Role', { Description: 'Runs the SageMaker AI recommendation job Stack/Größe-??-?' });
});

describe('the policy of the default role', () => {
  const withPolicy = (executionPolicy: ExecutionPolicy) => fixture.job({ executionPolicy });
  const role = () => Object.values(fixture.template().findResources('AWS::IAM::Role')).find(({ Properties }) => /Runs the/.test(Properties.Description))!.Properties;

  test('is by default the same as ExecutionPolicy.scoped()', () => {
    fixture.job();
    const byDefault = [statements(), role()];
    fixture = new JobFixture(ENV);
    withPolicy(ExecutionPolicy.scoped());
    expect([statements(), role()]).toEqual(byDefault);
  });

  test('can have more statements, which it does not share with other roles', () => {
    const executionPolicy = ExecutionPolicy.scoped({ statements: [new iam.PolicyStatement({ actions: ['sagemaker:ListHubContents'], resources: ['*'] })] });
    fixture.job({ executionPolicy });
    fixture.job({ executionPolicy }, 'Second');
    expect(allowing('sagemaker:ListHubContents')).toEqual([{ actions: ['sagemaker:ListHubContents'], resources: ['*'] }]);
    expect(allowing('sagemaker:ListHubContents', /SecondExecutionRole/)).toHaveLength(1);
    expect(allowing('servicequotas:GetServiceQuota')).toHaveLength(1);
  });

  test('can be that of AWS: only what it lacks is added', () => {
    fixture.job({ executionPolicy: ExecutionPolicy.sageMakerFullAccess(), mlflow: { resourceArn: MLFLOW_APP } });
    expect(role().ManagedPolicyArns).toEqual([{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AmazonSageMakerFullAccess']] }]);
    expect([...new Set(statements().flatMap(({ actions }) => actions).map(action => action.split(':')[0]))]).toEqual(
      ['servicequotas', 'iam', 'sagemaker', 'sagemaker-mlflow', 's3']);
    expect(allowing('sagemaker:CreateEndpoint')).toEqual([]);
    expect(allowing('sagemaker-mlflow:*')).toHaveLength(1);
  });

  test('that of AWS is for the default role alone: another role gets all statements', () => {
    const job = withPolicy(ExecutionPolicy.sageMakerFullAccess());
    job.addExecutionPermissions(new iam.Role(fixture.stack, 'Own', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }));
    expect(allowing('sagemaker:CreateEndpoint', /^Own/)).toHaveLength(1);
  });

  test('can name on whose behalf SageMaker assumes the role', () => {
    withPolicy(ExecutionPolicy.sageMakerFullAccess({ sourceArns: ['arn:aws:sagemaker:us-west-2:111122223333:*'] }));
    expect(role().AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: { 'aws:SourceArn': ['arn:aws:sagemaker:us-west-2:111122223333:*'] },
    });
  });

  test.each<[string, ExecutionPolicyOptions, string]>([
    ['no ARN', { sourceArns: [] }, 'executionPolicy.sourceArns takes at least 1 ARNs, got 0: leave it out for anything of SageMaker in the account'],
    ['what is no ARN', { sourceArns: ['nightly'] }, "executionPolicy.sourceArns must hold ARNs like arn:aws:sagemaker:us-west-2:111122223333:*, got 'nightly'"],
    ['another account', { sourceArns: ['arn:aws:sagemaker:us-west-2:444455556666:*'] },
      'executionPolicy.sourceArns must be of the account of the stack, 111122223333, got one of 444455556666: aws:SourceAccount allows no other'],
  ])('%s is refused', (_, options, message) => {
    expect(() => withPolicy(ExecutionPolicy.scoped(options))).toThrow(message);
  });

  test('is not for a role of the user', () => {
    const own = new iam.Role(fixture.stack, 'Own', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    expect(() => fixture.job({ role: own, executionPolicy: ExecutionPolicy.sageMakerFullAccess() })).toThrow(
      'executionPolicy is for the default role and must not be given with role, got the role Stack/Own: add the statements to that role');
  });
});
