import { CfnParameter } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENV, saying } from './fixture';
import { ELSEWHERE, JOB, OptimizationFixture } from './optimization-fixture';
import { DeployRecommendation } from '../../src/deployment';
import { IOptimizationJob, JobOutput, OptimizationJob, OptimizationJobAttributes } from '../../src/jobs';

const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:optimization-job/llama-1';

let fixture: OptimizationFixture;
let endpointRole: iam.Role;
let deployment: Construct;
beforeEach(() => {
  fixture = new OptimizationFixture(ENV);
  deployment = new Construct(fixture.stack, 'Deployment');
  endpointRole = new iam.Role(deployment, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
});

const bind = (job: IOptimizationJob, scope = deployment) => {
  job.bindEndpointRole(scope, endpointRole);
  return job.bindRecommendation(scope);
};
const allowed = (action: string) => JSON.stringify(fixture.statementsOf(/DeploymentRole/).filter(({ Action }) => Action === action).map(({ Resource }) => Resource));

describe('imports', () => {
  test('by name: the ARN is that of the stack', () => {
    const job = OptimizationJob.fromOptimizationJobName(fixture.stack, 'Job', 'llama-1');
    expect(job.optimizationJobName).toBe('llama-1');
    expect(fixture.stack.resolve(job.optimizationJobArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:us-west-2:111122223333:optimization-job/llama-1']],
    });
  });

  test('by ARN: name and environment are those of the ARN', () => {
    const job = OptimizationJob.fromOptimizationJobArn(fixture.stack, 'Job', ARN.replace('us-west-2', 'us-east-1'));
    expect(job.optimizationJobName).toBe('llama-1');
    expect(job.optimizationJobArn).toBe(ARN.replace('us-west-2', 'us-east-1'));
    expect(job.env).toEqual({ account: '111122223333', region: 'us-east-1' });
  });

  test('by an ARN that is only known at deployment: its name is cut out there', () => {
    const arn = new CfnParameter(fixture.stack, 'Arn').valueAsString;
    const job = OptimizationJob.fromOptimizationJobArn(fixture.stack, 'Job', arn);
    const resource = { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Arn' }] }] };
    expect(fixture.stack.resolve(job.optimizationJobName)).toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['/', resource] }] });
  });

  test('by attributes', () => {
    expect(OptimizationJob.fromOptimizationJobAttributes(fixture.stack, 'Job', { optimizationJobName: 'llama-1' }).optimizationJobName).toBe('llama-1');
  });

  test.each([
    ['a name of 64', () => OptimizationJob.fromOptimizationJobName(fixture.stack, 'Job', 'a'.repeat(64)), 'optimizationJobName must be 1 to 63'],
    ['no name, from JavaScript', () => OptimizationJob.fromOptimizationJobAttributes(fixture.stack, 'Job', {} as OptimizationJobAttributes),
      'optimizationJobName is required'],
    ['another kind of ARN', () => OptimizationJob.fromOptimizationJobArn(fixture.stack, 'Job', ARN.replace('optimization-job', 'model')),
      "'Stack/Job': optimizationJobArn must be an ARN like arn:aws:sagemaker:us-west-2:111122223333:optimization-job/name"],
    ['a location that is none', () => OptimizationJob.fromOptimizationJobAttributes(fixture.stack, 'Job', {
      optimizationJobName: 'llama', output: JobOutput.toS3Uri('results'),
    }), "output must be a URI like s3://bucket/prefix/, got 'results'"],
    ['a key without anything encrypted', () => OptimizationJob.fromOptimizationJobAttributes(fixture.stack, 'Job', {
      optimizationJobName: 'llama', outputEncryptionKey: new kms.Key(fixture.stack, 'Key'),
    }), 'outputEncryptionKey is of no use without output: give both, or neither'],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('make no resource', () => {
    OptimizationJob.fromOptimizationJobName(fixture.stack, 'Job', 'llama-1');
    fixture.template().resourceCountIs(JOB, 0);
  });
});

describe('a deployment of a job of this app', () => {
  test('waits for it, and approves nothing', () => {
    const job = fixture.optimization();
    expect(bind(job)).toEqual({
      jobType: 'OptimizationJob',
      jobName: job.optimizationJobName,
      imported: false,
      ownsModelPackageGroup: false,
      dependable: job.node.findChild('Wait').node.findChild('Result'),
    });
  });

  test('may read the result, and not the model that it was made from', () => {
    bind(fixture.optimization(ELSEWHERE));
    expect(allowed('s3:GetObject')).toContain(':s3:::results/optimized/*');
    expect(allowed('s3:GetObject')).not.toContain('llama');
    expect(allowed('kms:Decrypt')).toBe('[]');
    expect(JSON.stringify(fixture.statementsOf(/DeploymentRole/))).not.toContain('PutObject');
  });

  test('may decrypt the result', () => {
    bind(fixture.optimization({ ...ELSEWHERE, outputEncryptionKey: new kms.Key(fixture.stack, 'Key') }));
    expect(allowed('s3:GetObject')).toContain(':s3:::results/optimized/*');
    expect(allowed('kms:Decrypt')).toMatch(/"Key[0-9A-F]{8}"/);
  });

  test('reads the job by its kind and name when it is complete', () => {
    const job = fixture.optimization();
    new DeployRecommendation(fixture.stack, 'Endpoint', { recommendation: job });
    const resource = fixture.single('Custom::SageMakerRecommendationDeployment');
    expect(resource.Properties.Models[0].Source).toEqual({ JobType: 'OptimizationJob', JobName: fixture.stack.resolve(job.optimizationJobName) });
    expect(resource.DependsOn).toContainEqual(expect.stringMatching('OptimizationWaitResult'));
  });
});

describe('a deployment of an imported job', () => {
  test('waits for nothing and owns nothing', () => {
    expect(bind(OptimizationJob.fromOptimizationJobName(fixture.stack, 'Job', 'llama-1')))
      .toEqual({ jobType: 'OptimizationJob', jobName: 'llama-1', imported: true, ownsModelPackageGroup: false });
  });

  test('may read and decrypt what the attributes name', () => {
    bind(OptimizationJob.fromOptimizationJobAttributes(fixture.stack, 'Job', {
      optimizationJobName: 'llama-1', output: JobOutput.toS3Uri('s3://results/out/'), outputEncryptionKey: new kms.Key(fixture.stack, 'Key'),
    }));
    expect(allowed('s3:GetObject')).toContain(':s3:::results/out/*');
    expect(allowed('kms:Decrypt')).toMatch(/"Key[0-9A-F]{8}"/);
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('imported job'));
  });

  test('is warned of when the attributes name nothing', () => {
    bind(OptimizationJob.fromOptimizationJobName(fixture.stack, 'Job', 'llama-1'));
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Deployment', saying('give fromOptimizationJobAttributes the output, or grant'));
  });

  test.each([['Region', ARN.replace('us-west-2', 'us-east-1')], ['account', ARN.replace('111122223333', '444455556666')]])(
    'must be in the same %s', (what, arn) => {
      expect(() => bind(OptimizationJob.fromOptimizationJobArn(fixture.stack, 'Job', arn))).toThrow(`recommendation must be of the ${what} of the stack`);
    });
});

test('who may describe a job', () => {
  const role = new iam.Role(fixture.stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  OptimizationJob.fromOptimizationJobArn(fixture.stack, 'Job', ARN).grants.describe(role);
  expect(fixture.statementsOf(/^Reader/)).toEqual([{ Action: 'sagemaker:DescribeOptimizationJob', Effect: 'Allow', Resource: ARN }]);
});

test('who may read the result of a job may decrypt it', () => {
  const role = new iam.Role(fixture.stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  fixture.optimization({ ...ELSEWHERE, outputEncryptionKey: new kms.Key(fixture.stack, 'Key') }).grants.readArtifacts(role);
  expect(fixture.statementsOf(/^Reader/).map(({ Action }) => Action)).toEqual(['s3:GetObject', ['s3:ListBucket', 's3:GetBucketLocation'], 'kms:Decrypt']);
});
