import { CfnParameter } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENV, saying } from './fixture';
import { JOB, PACKAGE, RecommenderFixture } from './inference-recommendations-fixture';
import { DeployRecommendation } from '../../src';
import {
  IInferenceRecommendationsJob, InferenceModel, InferenceRecommendationsJob, InferenceRecommendationsJobAttributes, JobOutput, ModelSource,
} from '../../src/jobs';

const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:inference-recommendations-job/resnet-1';
const COMPILED = JobOutput.toS3Uri('s3://results/compiled/');

let fixture: RecommenderFixture;
let endpointRole: iam.Role;
let deployment: Construct;
beforeEach(() => {
  fixture = new RecommenderFixture(ENV);
  deployment = new Construct(fixture.stack, 'Deployment');
  endpointRole = new iam.Role(deployment, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
});

const bind = (job: IInferenceRecommendationsJob, scope = deployment) => {
  job.bindEndpointRole(scope, endpointRole);
  return job.bindRecommendation(scope);
};
const granted = (action: string) => JSON.stringify(fixture.statementsOf(/DeploymentRole/).filter(({ Action }) => Action === action).map(({ Resource }) => Resource));
const imported = (attributes: Partial<InferenceRecommendationsJobAttributes> = {}) =>
  InferenceRecommendationsJob.fromInferenceRecommendationsJobAttributes(fixture.stack, 'Job', { inferenceRecommendationsJobName: 'resnet-1', ...attributes });

describe('imports', () => {
  test('by name: the ARN is that of the stack', () => {
    const job = InferenceRecommendationsJob.fromInferenceRecommendationsJobName(fixture.stack, 'Job', 'resnet-1');
    expect(job.inferenceRecommendationsJobName).toBe('resnet-1');
    expect(fixture.stack.resolve(job.inferenceRecommendationsJobArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:us-west-2:111122223333:inference-recommendations-job/resnet-1']],
    });
    fixture.template().resourceCountIs(JOB, 0);
  });

  test('by ARN: name and environment are those of the ARN', () => {
    const job = InferenceRecommendationsJob.fromInferenceRecommendationsJobArn(fixture.stack, 'Job', ARN.replace('us-west-2', 'us-east-1'));
    expect(job.inferenceRecommendationsJobName).toBe('resnet-1');
    expect(job.inferenceRecommendationsJobArn).toBe(ARN.replace('us-west-2', 'us-east-1'));
    expect(job.env).toEqual({ account: '111122223333', region: 'us-east-1' });
  });

  test('by an ARN that is only known at deployment: its name is cut out there', () => {
    const arn = new CfnParameter(fixture.stack, 'Arn').valueAsString;
    const job = InferenceRecommendationsJob.fromInferenceRecommendationsJobArn(fixture.stack, 'Job', arn);
    const resource = { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Arn' }] }] };
    expect(fixture.stack.resolve(job.inferenceRecommendationsJobName)).toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['/', resource] }] });
  });

  test('by attributes, with a name as long as the API allows', () => {
    expect(imported({ inferenceRecommendationsJobName: 'a'.repeat(64) }).inferenceRecommendationsJobName).toHaveLength(64);
  });

  test.each<[string, () => unknown, string]>([
    ['a name of 65', () => imported({ inferenceRecommendationsJobName: 'a'.repeat(65) }), 'inferenceRecommendationsJobName must be 1 to 64 characters long, got 65'],
    ['an empty name', () => imported({ inferenceRecommendationsJobName: '' }), "inferenceRecommendationsJobName must be 1 to 64 characters long, got 0: ''"],
    ['a name with an underscore', () => imported({ inferenceRecommendationsJobName: 'a_b' }), "inferenceRecommendationsJobName must hold only letters, digits and hyphens, and neither start nor end with a hyphen, got 'a_b'"],
    ['no name, from JavaScript', () => imported({ inferenceRecommendationsJobName: undefined }), 'inferenceRecommendationsJobName is required'],
    ['what is no ARN', () => InferenceRecommendationsJob.fromInferenceRecommendationsJobArn(fixture.stack, 'Job', 'resnet-1'),
      "'Stack/Job': inferenceRecommendationsJobArn must be an ARN like arn:aws:sagemaker:us-west-2:111122223333:inference-recommendations-job/name, got 'resnet-1'"],
    ['another kind of ARN', () => InferenceRecommendationsJob.fromInferenceRecommendationsJobArn(fixture.stack, 'Job', ARN.replace('inference-recommendations-job', 'ai-recommendation-job')),
      'inferenceRecommendationsJobArn must be an ARN like'],
    ['files that are elsewhere', () => imported({ artifacts: [ModelSource.fromS3Uri('models')] }), "artifacts[0] must be a URI like s3://bucket/prefix/, got 'models'"],
    ['an output that is none', () => imported({ compiledOutput: JobOutput.toS3Uri('results') }), "compiledOutput must be a URI like s3://bucket/prefix/, got 'results'"],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('a deployment of a job of this app', () => {
  test('waits for it, and owns none of the packages', () => {
    const job = fixture.recommender();
    expect(bind(job)).toEqual({
      jobType: 'InferenceRecommendationsJob',
      jobName: job.inferenceRecommendationsJobName,
      imported: false,
      ownsModelPackageGroup: false,
      dependable: job.node.findChild('Wait').node.findChild('Result'),
    });
  });

  test('may read the model and what was compiled, and write nothing', () => {
    bind(fixture.recommender({ compiledOutput: COMPILED }));
    expect(granted('s3:GetObject')).toContain(':s3:::models/resnet/*');
    expect(granted('s3:GetObject')).toContain(':s3:::results/compiled/*');
    expect(JSON.stringify(fixture.statementsOf(/DeploymentRole/))).not.toContain('PutObject');
  });

  test('may decrypt what was compiled', () => {
    bind(fixture.recommender({ compiledOutput: COMPILED, outputEncryptionKey: new kms.Key(fixture.stack, 'Key') }));
    expect(granted('kms:Decrypt')).toContain('"Key');
  });

  test('is allowed no key where nothing was compiled', () => {
    bind(fixture.recommender({ outputEncryptionKey: new kms.Key(fixture.stack, 'Key') }));
    expect(granted('kms:Decrypt')).toBe('[]');
  });

  test('is warned by the job alone of files that nobody knows', () => {
    bind(fixture.recommender({ model: InferenceModel.fromModelPackageArn(PACKAGE) }));
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Recommender', saying("model doesn't say where its files are"));
    Annotations.fromStack(fixture.stack).hasNoWarning('/Stack/Deployment', saying(''));
  });

  test('approves no package by itself', () => {
    new DeployRecommendation(fixture.stack, 'Endpoint', { recommendation: fixture.recommender() });
    fixture.template().hasResourceProperties('Custom::SageMakerRecommendationDeployment', {
      Models: [{ Source: { JobType: 'InferenceRecommendationsJob' } }], Approval: [{ GroupMadeByJob: 'false' }],
    });
  });
});

describe('a deployment of an imported job', () => {
  test('waits for nothing and owns nothing', () => {
    expect(bind(imported())).toEqual({ jobType: 'InferenceRecommendationsJob', jobName: 'resnet-1', imported: true, ownsModelPackageGroup: false });
  });

  test('may read what the attributes name', () => {
    bind(imported({ artifacts: [ModelSource.fromBucket(fixture.models, 'resnet/')], compiledOutput: COMPILED, outputEncryptionKey: new kms.Key(fixture.stack, 'Key') }));
    expect(granted('s3:GetObject')).toContain('/resnet/*');
    expect(granted('s3:GetObject')).toContain(':s3:::results/compiled/*');
    expect(granted('kms:Decrypt')).toContain('"Key');
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('imported job'));
  });

  test('is warned of when the attributes name nothing', () => {
    bind(imported());
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Deployment', saying('give fromInferenceRecommendationsJobAttributes the artifacts'));
  });

  test('is not warned of when there is nothing to name', () => {
    bind(imported({ artifacts: [] }));
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('imported job'));
  });

  test.each([['Region', ARN.replace('us-west-2', 'us-east-1')], ['account', ARN.replace('111122223333', '444455556666')]])('must be in the same %s', (what, arn) => {
    const job = InferenceRecommendationsJob.fromInferenceRecommendationsJobArn(fixture.stack, 'Job', arn);
    expect(() => bind(job)).toThrow(`recommendation must be of the ${what} of the stack`);
  });
});

test('who may describe a job, and read what it left', () => {
  const role = new iam.Role(fixture.stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  const { grants } = imported({ artifacts: [ModelSource.fromS3Uri('s3://models/resnet/')] });
  grants.describe(role);
  expect(grants.readArtifacts(role).success).toBe(true);
  const allowed = fixture.statementsOf(/^Reader/);
  expect(allowed[0]).toMatchObject({ Action: 'sagemaker:DescribeInferenceRecommendationsJob' });
  expect(JSON.stringify(allowed[0].Resource)).toContain('inference-recommendations-job/resnet-1');
  expect(JSON.stringify(allowed)).toContain(':s3:::models/resnet/*');
});
