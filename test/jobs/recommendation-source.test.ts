import { CfnParameter } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV, JobFixture, saying } from './fixture';
import { AdapterSource, AiRecommendationJob, AiRecommendationJobAttributes, IAiRecommendationJob, JobOutput, ModelSource, ModelPackageGroup } from '../../src/jobs';

const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:ai-recommendation-job/chat-1';

let fixture: JobFixture;
let endpointRole: iam.Role;
let deployment: Construct;
beforeEach(() => {
  fixture = new JobFixture(ENV);
  deployment = new Construct(fixture.stack, 'Deployment');
  endpointRole = new iam.Role(deployment, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
});

const bind = (job: IAiRecommendationJob, scope = deployment) => {
  job.bindEndpointRole(scope, endpointRole);
  return job.bindRecommendation(scope);
};
const readable = () => JSON.stringify(fixture.statementsOf(/DeploymentRole/).filter(({ Action }) => Action === 's3:GetObject').map(({ Resource }) => Resource));

describe('imports', () => {
  test('by name: the ARN is that of the stack', () => {
    const job = AiRecommendationJob.fromRecommendationJobName(fixture.stack, 'Job', 'chat-1');
    expect(job.recommendationJobName).toBe('chat-1');
    expect(fixture.stack.resolve(job.recommendationJobArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:us-west-2:111122223333:ai-recommendation-job/chat-1']],
    });
  });

  test('by ARN: name and environment are those of the ARN', () => {
    const job = AiRecommendationJob.fromRecommendationJobArn(fixture.stack, 'Job', ARN.replace('us-west-2', 'us-east-1'));
    expect(job.recommendationJobName).toBe('chat-1');
    expect(job.recommendationJobArn).toBe(ARN.replace('us-west-2', 'us-east-1'));
    expect(job.env).toEqual({ account: '111122223333', region: 'us-east-1' });
  });

  test('by an ARN that is only known at deployment: its name is cut out there', () => {
    const arn = new CfnParameter(fixture.stack, 'Arn').valueAsString;
    const job = AiRecommendationJob.fromRecommendationJobArn(fixture.stack, 'Job', arn);
    expect(fixture.stack.resolve(job.recommendationJobArn)).toEqual({ Ref: 'Arn' });
    const resource = { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Arn' }] }] };
    expect(fixture.stack.resolve(job.recommendationJobName)).toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['/', resource] }] });
  });

  test('by attributes', () => {
    const job = AiRecommendationJob.fromRecommendationJobAttributes(fixture.stack, 'Job', { recommendationJobName: 'chat-1' });
    expect(job.recommendationJobName).toBe('chat-1');
  });

  test.each([
    ['a name of 64', () => AiRecommendationJob.fromRecommendationJobName(fixture.stack, 'Job', 'a'.repeat(64)), 'recommendationJobName must be 1 to 63'],
    ['no name, from JavaScript', () => AiRecommendationJob.fromRecommendationJobAttributes(fixture.stack, 'Job', {} as AiRecommendationJobAttributes),
      'recommendationJobName is required'],
    ['what is no ARN', () => AiRecommendationJob.fromRecommendationJobArn(fixture.stack, 'Job', 'chat-1'),
      "'Stack/Job': recommendationJobArn must be an ARN like arn:aws:sagemaker:us-west-2:111122223333:ai-recommendation-job/name, got 'chat-1'"],
    ['another kind of ARN', () => AiRecommendationJob.fromRecommendationJobArn(fixture.stack, 'Job', 'arn:aws:sagemaker:us-west-2:111122223333:model/m'),
      'recommendationJobArn must be an ARN like'],
    ['a location that is none', () => AiRecommendationJob.fromRecommendationJobAttributes(fixture.stack, 'Job', {
      recommendationJobName: 'chat', output: JobOutput.toS3Uri('results'),
    }), "output must be a URI like s3://bucket/prefix/, got 'results'"],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('make no resource', () => {
    AiRecommendationJob.fromRecommendationJobName(fixture.stack, 'Job', 'chat-1');
    fixture.template().resourceCountIs('Custom::SageMakerAIRecommendationJob', 0);
  });
});

describe('a deployment of a job of this app', () => {
  test('waits for it, and knows whose packages it deploys', () => {
    const job = fixture.job();
    expect(bind(job)).toEqual({
      jobType: 'AIRecommendationJob', jobName: job.recommendationJobName, imported: false, ownsModelPackageGroup: true, dependable: job.node.findChild('Wait').node.findChild('Result'),
    });
  });

  test('does not own the packages in a group of the user', () => {
    expect(bind(fixture.job({ modelPackageGroup: ModelPackageGroup.fromName('chat') })).ownsModelPackageGroup).toBe(false);
  });

  test('may read the model, the adapters and the results', () => {
    bind(fixture.job({
      model: ModelSource.fromS3Uri('s3://models/llama/'),
      output: JobOutput.toS3Uri('s3://results/out/'),
      adapters: AdapterSource.fromS3([{ adapterId: 'a', source: ModelSource.fromS3Uri('s3://adapters/a/') }]),
    }));
    for (const prefix of ['models/llama/*', 'results/out/*', 'adapters/a/*']) {
      expect(readable()).toContain(`:s3:::${prefix}`);
    }
    expect(JSON.stringify(fixture.statementsOf(/DeploymentRole/))).not.toContain('PutObject');
  });
});

describe('a deployment of an imported job', () => {
  test('waits for nothing and owns nothing', () => {
    const job = AiRecommendationJob.fromRecommendationJobName(fixture.stack, 'Job', 'chat-1');
    expect(bind(job)).toEqual({ jobType: 'AIRecommendationJob', jobName: 'chat-1', imported: true, ownsModelPackageGroup: false });
  });

  test('may read what the attributes name', () => {
    bind(AiRecommendationJob.fromRecommendationJobAttributes(fixture.stack, 'Job', {
      recommendationJobName: 'chat-1', model: ModelSource.fromBucket(fixture.models, 'llama/'), output: JobOutput.toS3Uri('s3://results/out/'),
    }));
    expect(readable()).toContain('/llama/*');
    expect(readable()).toContain(':s3:::results/out/*');
    Annotations.fromStack(fixture.stack).hasNoWarning('*', saying('imported job'));
  });

  test('is warned of when the attributes name nothing', () => {
    bind(AiRecommendationJob.fromRecommendationJobName(fixture.stack, 'Job', 'chat-1'));
    Annotations.fromStack(fixture.stack).hasWarning('/Stack/Deployment', saying("the imported job doesn't say where its model and its results are"));
  });

  test.each([['Region', ARN.replace('us-west-2', 'us-east-1')], ['account', ARN.replace('111122223333', '444455556666')]])(
    'must be in the same %s', (what, arn) => {
      expect(() => bind(AiRecommendationJob.fromRecommendationJobArn(fixture.stack, 'Job', arn))).toThrow(`recommendation must be of the ${what} of the stack`);
    });
});

test('who may describe a job', () => {
  const role = new iam.Role(fixture.stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  AiRecommendationJob.fromRecommendationJobArn(fixture.stack, 'Job', ARN).grants.describe(role);
  expect(fixture.statementsOf(/^Reader/)).toEqual([{ Action: 'sagemaker:DescribeAIRecommendationJob', Effect: 'Allow', Resource: ARN }]);
});
