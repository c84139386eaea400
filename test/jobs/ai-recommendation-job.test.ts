import { CfnOutput, CfnParameter, CfnResource, Duration, Fn, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { JobFixture } from './fixture';
import {
  AdapterSource, CapacityReservationPreference, GpuInstanceType, InferenceFramework, JobOutput, ModelSource, ModelPackageGroup, PerformanceObjective,
} from '../../src/jobs';

const JOB = 'Custom::SageMakerAIRecommendationJob';
const WAIT = 'Custom::SageMakerJobWait';
const MLFLOW_APP = 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-1';
const PLAN = 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/plan-1';

let fixture: JobFixture;
beforeEach(() => {
  fixture = new JobFixture();
});

describe('request', () => {
  test('has nothing in it but what was set: golden, since a job is named by it', () => {
    fixture.job({
      model: ModelSource.fromS3Uri('s3://models/gpt-oss-20b/'),
      output: JobOutput.toS3Uri('s3://results/recommendations/'),
    });
    expect(fixture.jobProperties().Request).toStrictEqual({
      ModelSource: { S3: { S3Uri: 's3://models/gpt-oss-20b/' } },
      OutputConfig: { S3OutputLocation: 's3://results/recommendations/' },
      AIWorkloadConfigIdentifier: 'chat-0123456789abcdef',
      PerformanceTarget: { Constraints: [{ Metric: 'ttft-ms' }] },
    });
  });

  test('reaches every member: golden, since a job is named by it', () => {
    fixture.job({
      model: ModelSource.fromS3Uri('s3://models/gpt-oss-20b/'),
      output: JobOutput.toS3Uri('s3://results/recommendations/'),
      objective: PerformanceObjective.THROUGHPUT,
      modelPackageGroup: ModelPackageGroup.fromName('chat-models'),
      mlflow: { resourceArn: MLFLOW_APP, experimentName: 'chat', runName: 'nightly' },
      framework: InferenceFramework.VLLM,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
      capacityReservation: { preference: CapacityReservationPreference.CAPACITY_RESERVATIONS_ONLY, reservationArns: [PLAN] },
      adapters: AdapterSource.fromS3([{ adapterId: 'support', source: ModelSource.fromS3Uri('s3://models/adapters/support/') }]),
    });
    const request = fixture.jobProperties().Request;
    expect(request).toStrictEqual({
      ModelSource: { S3: { S3Uri: 's3://models/gpt-oss-20b/' } },
      OutputConfig: {
        S3OutputLocation: 's3://results/recommendations/',
        ModelPackageGroupIdentifier: 'chat-models',
        MlflowConfig: { MlflowResourceArn: MLFLOW_APP, MlflowExperimentName: 'chat', MlflowRunName: 'nightly' },
      },
      AIWorkloadConfigIdentifier: 'chat-0123456789abcdef',
      PerformanceTarget: { Constraints: [{ Metric: 'throughput' }] },
      InferenceSpecification: { Framework: 'VLLM' },
      OptimizeModel: false,
      ComputeSpec: {
        InstanceTypes: ['ml.g6.24xlarge', 'ml.p5.48xlarge'],
        CapacityReservationConfig: { CapacityReservationPreference: 'capacity-reservations-only', MlReservationArns: [PLAN] },
      },
      AdapterSource: { S3Uris: [{ AdapterId: 'support', S3Uri: 's3://models/adapters/support/' }] },
    });
    expect(Object.keys(request)).toEqual([
      'ModelSource', 'OutputConfig', 'AIWorkloadConfigIdentifier', 'PerformanceTarget', 'InferenceSpecification', 'OptimizeModel', 'ComputeSpec',
      'AdapterSource',
    ]);
  });

  test('takes adapters from the Model Registry', () => {
    const modelPackageArn = 'arn:aws:sagemaker:us-west-2:111122223333:model-package/adapters/1';
    fixture.job({ adapters: AdapterSource.fromModelPackages([{ adapterId: 'support', modelPackageArn }]) });
    expect(fixture.jobProperties().Request.AdapterSource).toStrictEqual({
      ModelPackageArns: [{ AdapterId: 'support', ModelPackageArn: modelPackageArn }],
    });
  });

  test('has no compute when no instance type is left to name', () => {
    fixture.job({ instanceTypes: [] });
    expect(fixture.jobProperties().Request).not.toHaveProperty('ComputeSpec');
  });

  test.each([
    ['llama', 'llama/'],
    ['llama/', 'llama/'],
    ['a/b', 'a/b/'],
    ['', ''],
  ])('names the folder %j of a bucket as %j', (prefix, folder) => {
    fixture.job({ model: ModelSource.fromBucket(fixture.models, prefix), output: JobOutput.toBucket(fixture.results, prefix) });
    const uri = (id: string) => ({ 'Fn::Join': ['', ['s3://', { Ref: Match.stringLikeRegexp(id) }, `/${folder}`]] });
    fixture.template().hasResourceProperties(JOB, {
      Request: { ModelSource: { S3: { S3Uri: uri('Models') } }, OutputConfig: { S3OutputLocation: uri('Results') } },
    });
  });

  test('writes to the root of a bucket when no prefix is given', () => {
    fixture.job({ output: JobOutput.toBucket(fixture.results) });
    fixture.template().hasResourceProperties(JOB, {
      Request: { OutputConfig: { S3OutputLocation: { 'Fn::Join': ['', ['s3://', { Ref: Match.anyValue() }, '/']] } } },
    });
  });
});

describe('resource', () => {
  test('is given the prefix of the name, the token and the role beside the request', () => {
    fixture.job({ jobName: 'chat', rerunToken: '2' });
    fixture.template().hasResourceProperties(JOB, {
      NamePrefix: 'chat',
      RerunToken: '2',
      RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('RecommendationExecutionRole'), 'Arn'] },
    });
  });

  test('starts only when the role has its policy', () => {
    fixture.job();
    expect(fixture.single(JOB).DependsOn).toContainEqual(expect.stringMatching('RecommendationExecutionRoleDefaultPolicy'));
  });

  test('carries the tags of the construct and of the stack', () => {
    const job = fixture.job();
    Tags.of(job).add('team', 'chat');
    fixture.stack.tags.setTag('cost-center', '42');
    expect(fixture.jobProperties().Tags).toEqual(expect.arrayContaining([{ Key: 'team', Value: 'chat' }, { Key: 'cost-center', Value: '42' }]));
  });

  test.each([
    [undefined, 'Delete'],
    [RemovalPolicy.DESTROY, 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  ])('removalPolicy %s becomes %s, and waits are never retained', (removalPolicy, deletionPolicy) => {
    fixture.job({ removalPolicy });
    expect(fixture.single(JOB).DeletionPolicy).toBe(deletionPolicy);
    for (const wait of Object.values(fixture.template().findResources(WAIT))) {
      expect(wait.DeletionPolicy ?? 'Delete').toBe('Delete');
    }
  });

  test('applyRemovalPolicy works after the fact', () => {
    fixture.job().applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(fixture.single(JOB)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('is a CfnResource whose logical id can be kept', () => {
    (fixture.job().node.defaultChild as CfnResource).overrideLogicalId('Kept');
    expect(Object.keys(fixture.template().findResources(JOB))).toEqual(['Kept']);
  });
});

describe('waiting', () => {
  // Laps of 50 minutes.
  test.each([
    ['optimization is the default', {}, 20],
    ['optimization is asked for', { optimizeModel: true }, 20],
    ['there is no optimization', { optimizeModel: false }, 8],
    ['the user says so', { waitTimeout: Duration.minutes(50) }, 1],
    ['the user says a little more', { waitTimeout: Duration.minutes(51) }, 2],
  ])('takes as many waits as needed when %s', (_, props, waits) => {
    fixture.job(props);
    fixture.template().resourceCountIs(WAIT, waits);
  });

  test.each([
    ['recommendationJobStatus', 'Status'],
    ['recommendationCount', 'RecommendationCount'],
    ['modelPackageGroupIdentifier', 'ModelPackageGroup'],
    ['modelPackageArn', 'ModelPackageArn'],
    ['inferenceSpecificationName', 'InferenceSpecificationName'],
    ['recommendedInstanceType', 'InstanceType'],
    ['recommendedInstanceCount', 'InstanceCount'],
    ['recommendedCopyCountPerInstance', 'CopyCountPerInstance'],
    ['recommendedImageUri', 'ImageUri'],
    ['creationTime', 'CreationTime'],
    ['endTime', 'EndTime'],
  ] as const)('%s comes from the last wait', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.job()[property] });
    const [last] = Object.entries(fixture.template().findResources(WAIT)).filter(([, wait]) => wait.Properties.Last === 'true');
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [last[0], attribute] } });
  });

  test.each([['recommendationJobName', 'Name'], ['recommendationJobArn', 'Arn']] as const)('%s is known before the result', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.job()[property] });
    const [id] = Object.keys(fixture.template().findResources(JOB));
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [id, attribute] } });
  });

  test('whoever depends on the job waits for its result', () => {
    const dependent = new CfnResource(fixture.stack, 'Dependent', { type: 'AWS::SNS::Topic' });
    dependent.node.addDependency(fixture.job());
    expect(fixture.single('AWS::SNS::Topic').DependsOn).toEqual(expect.arrayContaining([
      ...Object.keys(fixture.template().findResources(JOB)), ...Object.keys(fixture.template().findResources(WAIT)),
    ]));
  });
});

describe('props known only at deployment', () => {
  test('pass all checks', () => {
    const value = (id: string) => new CfnParameter(fixture.stack, id).valueAsString;
    expect(() => fixture.job({
      model: ModelSource.fromS3Uri(value('Model')),
      output: JobOutput.toS3Uri(Fn.importValue('Output')),
      jobName: value('JobName'),
      rerunToken: value('RerunToken'),
      framework: InferenceFramework.of(value('Framework')),
      instanceTypes: [GpuInstanceType.of(value('Type1')), GpuInstanceType.of(value('Type2'))],
      modelPackageGroup: ModelPackageGroup.fromName(value('Group')),
      mlflow: { resourceArn: value('App'), experimentName: value('Experiment'), runName: value('Run') },
      capacityReservation: { reservationArns: [value('Plan')] },
      adapters: AdapterSource.fromModelPackages([{ adapterId: value('Adapter'), modelPackageArn: value('Package') }]),
      waitTimeout: Duration.hours(2),
    })).not.toThrow();
    expect(() => fixture.template()).not.toThrow();
  });

  test('a list of reservations that is one token reaches the request and the role', () => {
    const reservationArns = new CfnParameter(fixture.stack, 'Plans', { type: 'CommaDelimitedList' }).valueAsList;
    fixture.job({ capacityReservation: { reservationArns } });
    expect(fixture.jobProperties().Request.ComputeSpec.CapacityReservationConfig.MlReservationArns).toEqual({ Ref: 'Plans' });
    const [plan] = fixture.statementsOf(/RecommendationExecutionRole/).filter(({ Action }) => [Action].flat().includes('sagemaker:DescribeTrainingPlan'));
    expect(plan.Resource).toEqual({ Ref: 'Plans' });
  });

  test('a location that is one token still gets narrow permissions', () => {
    const uri = new CfnParameter(fixture.stack, 'Model').valueAsString;
    fixture.job({ model: ModelSource.fromS3Uri(uri) });
    const statements = fixture.statementsOf(/RecommendationExecutionRole/);
    const read = statements.find(({ Action }) => Action === 's3:GetObject');
    expect(JSON.stringify(read!.Resource)).toContain(JSON.stringify({ 'Fn::Select': [1, { 'Fn::Split': ['s3://', { Ref: 'Model' }] }] }));
    const list = statements.filter(({ Action }) => [Action].flat().includes('s3:ListBucket'));
    expect(JSON.stringify(list)).toContain(JSON.stringify({ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'Model' }] }] }));
  });
});

test('two jobs of a stack share one provider and have roles of their own', () => {
  const [one, two] = [fixture.job({}, 'One'), fixture.job({}, 'Two')];
  expect(one.role.node.path).not.toBe(two.role.node.path);
  fixture.template().resourceCountIs(JOB, 2);
  const tokens = Object.values(fixture.template().findResources(JOB)).map(job => JSON.stringify(job.Properties.ServiceToken));
  expect(new Set(tokens).size).toBe(1);
});
