import { FlatInvocations as ApiFlatInvocations, RecommendationJobSupportedEndpointType, RecommendationJobType } from '@aws-sdk/client-sagemaker';
import { CfnOutput, CfnParameter, CfnResource, Duration, Lazy, RemovalPolicy, Size, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { ENV, saying } from './fixture';
import { CONTAINER, FILES, JOB, LOAD_TEST, PACKAGE, RecommenderFixture, type, WAIT } from './inference-recommendations-fixture';
import { violations } from '../../sandbox/sagemaker/validation';
import { DeployRecommendation } from '../../src';
import {
  EndpointInputConfiguration, FlatInvocations, InferenceModel, InferenceRecommendationsJobProps, InferenceRecommendationsJobType, JobOutput,
  ModelDomain, ModelFramework, ModelLatencyThreshold, ModelTask, SamplePayload, SupportedEndpointType, TrafficPattern,
} from '../../src/jobs';

const KEY = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

let fixture: RecommenderFixture;
beforeEach(() => {
  fixture = new RecommenderFixture(ENV);
});

/** Everything that a job can be given, from elsewhere. */
function everything(): Partial<InferenceRecommendationsJobProps> {
  const { stack } = fixture;
  const key = kms.Key.fromKeyArn(stack, 'Key', KEY);
  return {
    ...LOAD_TEST,
    model: InferenceModel.fromModelName('resnet', {
      ...CONTAINER,
      frameworkVersion: '2.12.0',
      nearestModelName: 'resnet50',
      supportedInstanceTypes: [type('ml.c5.xlarge'), type('ml.inf2.xlarge')],
      supportedEndpointType: SupportedEndpointType.REAL_TIME,
      dataInputConfig: '{"input":[1,3,224,224]}',
      supportedResponseMimeTypes: ['application/json'],
      artifacts: FILES,
    }),
    jobDescription: 'resnet for the shop',
    jobDuration: Duration.hours(2),
    endpointConfigurations: [
      EndpointInputConfiguration.realTime(type('ml.c5.xlarge'), { environmentParameterRanges: { OMP_NUM_THREADS: ['1', '2'], A: ['x'] } }),
      EndpointInputConfiguration.serverless({ memorySize: Size.gibibytes(2), maxConcurrency: 5, provisionedConcurrency: 1 }),
    ],
    resourceLimit: { maxNumberOfTests: 10, maxParallelOfTests: 3 },
    stoppingConditions: {
      maxInvocations: 1000,
      modelLatencyThreshold: ModelLatencyThreshold.p95(Duration.millis(100)),
      flatInvocations: FlatInvocations.CONTINUE,
    },
    existingEndpoint: DeployRecommendation.fromEndpointName(stack, 'Endpoint', 'shop-test'),
    compiledOutput: JobOutput.toS3Uri('s3://results/compiled/'),
    outputEncryptionKey: key,
    volumeEncryptionKey: key,
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['us-west-2a'], privateSubnetIds: ['subnet-1'] }),
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
  };
}

describe('request', () => {
  test('has nothing in it but what was set: golden, since a job is named by it', () => {
    fixture.recommender();
    expect(fixture.request()).toStrictEqual({ JobType: 'Default', InputConfig: { ModelPackageVersionArn: PACKAGE } });
  });

  test('reaches every member: golden, since a job is named by it', () => {
    fixture.recommender(everything());
    expect(fixture.request()).toStrictEqual({
      JobType: 'Advanced',
      JobDescription: 'resnet for the shop',
      InputConfig: {
        ModelName: 'resnet',
        ContainerConfig: {
          Domain: 'COMPUTER_VISION',
          Task: 'IMAGE_CLASSIFICATION',
          Framework: 'PYTORCH',
          FrameworkVersion: '2.12.0',
          PayloadConfig: { SamplePayloadUrl: 's3://payloads/images.tar.gz', SupportedContentTypes: ['image/jpeg'] },
          NearestModelName: 'resnet50',
          SupportedInstanceTypes: ['ml.c5.xlarge', 'ml.inf2.xlarge'],
          SupportedEndpointType: 'RealTime',
          DataInputConfig: '{"input":[1,3,224,224]}',
          SupportedResponseMIMETypes: ['application/json'],
        },
        JobDurationInSeconds: 7200,
        TrafficPattern: { TrafficType: 'PHASES', Phases: [{ InitialNumberOfUsers: 1, SpawnRate: 1, DurationInSeconds: 120 }] },
        ResourceLimit: { MaxNumberOfTests: 10, MaxParallelOfTests: 3 },
        EndpointConfigurations: [
          {
            InstanceType: 'ml.c5.xlarge',
            EnvironmentParameterRanges: { CategoricalParameterRanges: [{ Name: 'A', Value: ['x'] }, { Name: 'OMP_NUM_THREADS', Value: ['1', '2'] }] },
          },
          { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5, ProvisionedConcurrency: 1 } },
        ],
        Endpoints: [{ EndpointName: 'shop-test' }],
        VolumeKmsKeyId: KEY,
        VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
      },
      StoppingConditions: {
        MaxInvocations: 1000,
        ModelLatencyThresholds: [{ Percentile: 'P95', ValueInMilliseconds: 100 }],
        FlatInvocations: 'Continue',
      },
      OutputConfig: { KmsKeyId: KEY, CompiledOutputConfig: { S3OutputUri: 's3://results/compiled/' } },
    });
  });

  test('fits the shapes of the API', () => {
    fixture.recommender(everything());
    expect(violations('CreateInferenceRecommendationsJobRequest', {
      ...fixture.request(), JobName: 'resnet-0123456789abcdef', RoleArn: 'arn:aws:iam::111122223333:role/Role',
    })).toEqual([]);
  });

  test('has the stairs in place of phases', () => {
    fixture.loadTest({ trafficPattern: TrafficPattern.stairs({ duration: Duration.minutes(10), numberOfSteps: 5, usersPerStep: 2 }) });
    expect(fixture.request().InputConfig.TrafficPattern).toStrictEqual({
      TrafficType: 'STAIRS', Stairs: { DurationInSeconds: 600, NumberOfSteps: 5, UsersPerStep: 2 },
    });
  });

  test('has phases in their order', () => {
    fixture.loadTest({
      trafficPattern: TrafficPattern.phases([
        { initialNumberOfUsers: 3, spawnRate: 0, duration: Duration.minutes(3) },
        { initialNumberOfUsers: 1, spawnRate: 2, duration: Duration.minutes(2) },
      ]),
    });
    expect(fixture.request().InputConfig.TrafficPattern.Phases).toStrictEqual([
      { InitialNumberOfUsers: 3, SpawnRate: 0, DurationInSeconds: 180 }, { InitialNumberOfUsers: 1, SpawnRate: 2, DurationInSeconds: 120 },
    ]);
  });

  test('says P99 if told so', () => {
    fixture.recommender({ stoppingConditions: { modelLatencyThreshold: ModelLatencyThreshold.p99(Duration.seconds(1)) } });
    expect(fixture.request().StoppingConditions).toStrictEqual({ ModelLatencyThresholds: [{ Percentile: 'P99', ValueInMilliseconds: 1000 }] });
  });

  test('names the inference specification to test', () => {
    fixture.loadTest({ endpointConfigurations: [EndpointInputConfiguration.realTime(type('ml.c5.xlarge'), { inferenceSpecificationName: 'fast' })] });
    expect(fixture.request().InputConfig.EndpointConfigurations).toStrictEqual([{ InstanceType: 'ml.c5.xlarge', InferenceSpecificationName: 'fast' }]);
  });

  test('is the same whatever the order of the environment variables', () => {
    const ranges = (environmentParameterRanges: { [name: string]: string[] }) => {
      const one = new RecommenderFixture(ENV);
      one.loadTest({ endpointConfigurations: [EndpointInputConfiguration.realTime(type('ml.c5.xlarge'), { environmentParameterRanges })] });
      return one.request();
    };
    expect(ranges({ B: ['1'], A: ['2'] })).toStrictEqual(ranges({ A: ['2'], B: ['1'] }));
  });

  test('has no endpoint configurations when none is left to name', () => {
    fixture.recommender({ endpointConfigurations: [] });
    expect(fixture.request().InputConfig).not.toHaveProperty('EndpointConfigurations');
  });

  test('has only a key when nothing is compiled', () => {
    fixture.recommender({ outputEncryptionKey: kms.Key.fromKeyArn(fixture.stack, 'Key', KEY) });
    expect(fixture.request().OutputConfig).toStrictEqual({ KmsKeyId: KEY });
  });

  test('has no artifacts: where files are is no input of the job', () => {
    fixture.recommender({ model: InferenceModel.fromModelPackageArn(PACKAGE, { artifacts: [] }) });
    expect(fixture.request()).toStrictEqual({ JobType: 'Default', InputConfig: { ModelPackageVersionArn: PACKAGE } });
  });
});

describe('the model', () => {
  test('can be a model package of the stack', () => {
    const group = new sagemaker.CfnModelPackageGroup(fixture.stack, 'Group', { modelPackageGroupName: 'resnet' });
    const modelPackage = new sagemaker.CfnModelPackage(fixture.stack, 'Package', { modelPackageGroupName: group.attrModelPackageGroupArn });
    fixture.recommender({ model: InferenceModel.fromModelPackage(modelPackage, { artifacts: [] }) });
    expect(fixture.request().InputConfig).toStrictEqual({ ModelPackageVersionArn: { Ref: 'Package' } });
  });

  test('of the Model Registry can be told other things about its container', () => {
    fixture.recommender({
      model: InferenceModel.fromModelPackageArn(PACKAGE, {
        samplePayload: SamplePayload.fromS3Uri('s3://payloads/other.tar.gz'),
        framework: ModelFramework.of('MXNET'),
        artifacts: FILES,
      }),
    });
    expect(fixture.request().InputConfig.ContainerConfig).toStrictEqual({
      Framework: 'MXNET', PayloadConfig: { SamplePayloadUrl: 's3://payloads/other.tar.gz' },
    });
  });

  test('of the Model Registry of which only the files are known is sent without a container', () => {
    fixture.recommender({ model: InferenceModel.fromModelPackageArn(PACKAGE, { artifacts: FILES, domain: undefined }) });
    expect(fixture.request().InputConfig).toStrictEqual({ ModelPackageVersionArn: PACKAGE });
  });

  test('can be a SageMaker model of the stack, by its name: that in the ARN may have lost its capitals', () => {
    const model = new sagemaker.CfnModel(fixture.stack, 'Model', {});
    fixture.recommender({ model: InferenceModel.fromModel(model, { ...CONTAINER, artifacts: [] }) });
    expect(fixture.request().InputConfig.ModelName).toEqual({ 'Fn::GetAtt': ['Model', 'ModelName'] });
  });

  test('can be an imported SageMaker model', () => {
    const model = Object.assign(new CfnResource(fixture.stack, 'Holder', { type: 'AWS::SNS::Topic' }), {
      modelRef: { modelArn: 'arn:aws:sagemaker:us-west-2:111122223333:model/resnet' },
    });
    fixture.recommender({ model: InferenceModel.fromModel(model, { ...CONTAINER, artifacts: [] }) });
    expect(fixture.request().InputConfig.ModelName).toBe('resnet');
  });

  test.each([
    ['a SageMaker model', (stack: Stack) => InferenceModel.fromModel(new sagemaker.CfnModel(stack, 'Model', {}), CONTAINER)],
    ['a model package', (stack: Stack) => InferenceModel.fromModelPackage(new sagemaker.CfnModelPackage(stack, 'Package', {}))],
  ])('cannot be %s of another stack, whose name changes', (_, model) => {
    const other = new Stack(fixture.app, 'Other', { env: ENV });
    expect(() => fixture.recommender({ model: model(other) })).toThrow('model must be of the stack of the job, got one of Other: ');
  });

  test('has its payload in a bucket of the app', () => {
    const samplePayload = SamplePayload.fromBucket(fixture.models, 'payloads/images.tar.gz');
    fixture.recommender({ model: InferenceModel.fromModelName('resnet', { ...CONTAINER, samplePayload, artifacts: [] }) });
    expect(fixture.request().InputConfig.ContainerConfig.PayloadConfig.SamplePayloadUrl)
      .toEqual({ 'Fn::Join': ['', ['s3://', { Ref: expect.stringMatching('^Models') }, '/payloads/images.tar.gz']] });
  });
});

describe('resource', () => {
  test('is given the prefix of the name, the token and the role beside the request', () => {
    fixture.recommender({ jobName: 'resnet', rerunToken: '2' });
    fixture.template().hasResourceProperties(JOB, {
      NamePrefix: 'resnet',
      RerunToken: '2',
      Subject: Match.absent(),
      RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('RecommenderExecutionRole'), 'Arn'] },
    });
  });

  test('carries the tags of the construct', () => {
    Tags.of(fixture.recommender()).add('team', 'vision');
    expect(fixture.single(JOB).Properties.Tags).toEqual([{ Key: 'team', Value: 'vision' }]);
  });

  test('applies the removal policy, and is a CfnResource whose logical id can be kept', () => {
    const job = fixture.recommender({ removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE });
    (job.node.defaultChild as CfnResource).overrideLogicalId('Kept');
    fixture.template().templateMatches({ Resources: { Kept: { Type: JOB, DeletionPolicy: 'RetainExceptOnCreate' } } });
  });

  test('waits for the endpoint that it compares with, until that serves', () => {
    const recommendation = fixture.recommender({}, 'First');
    const existingEndpoint = new DeployRecommendation(fixture.stack, 'Shop', { recommendation });
    fixture.recommender({ existingEndpoint }, 'Second');
    const [, job] = Object.entries(fixture.template().findResources(JOB)).find(([id]) => id.startsWith('Second'))!;
    expect(job.DependsOn).toContainEqual(expect.stringMatching('^ShopCheck'));
    expect(job.Properties.Request.InputConfig.Endpoints).toEqual([{ EndpointName: { 'Fn::GetAtt': [expect.stringMatching('^Shop'), 'EndpointName'] } }]);
  });

  test('compares with an endpoint of CloudFormation', () => {
    fixture.recommender({ existingEndpoint: new sagemaker.CfnEndpoint(fixture.stack, 'Shop', { endpointConfigName: 'shop' }) });
    expect(fixture.request().InputConfig.Endpoints).toEqual([{ EndpointName: { 'Fn::GetAtt': ['Shop', 'EndpointName'] } }]);
  });
});

describe('a VPC', () => {
  test('gives the job a security group of its own in the private subnets, and connections', () => {
    const vpc = new ec2.Vpc(fixture.stack, 'Vpc', { maxAzs: 2 });
    const job = fixture.recommender({ vpc });
    job.connections.allowFromAnyIpv4(ec2.Port.tcp(8080));
    const [group] = Object.keys(fixture.template().findResources('AWS::EC2::SecurityGroup', {
      Properties: { SecurityGroupIngress: [Match.objectLike({ FromPort: 8080 })] },
    }));
    expect(group).toMatch('RecommenderSecurityGroup');
    expect(fixture.request().InputConfig.VpcConfig).toEqual({
      SecurityGroupIds: [{ 'Fn::GetAtt': [group, 'GroupId'] }],
      Subnets: vpc.privateSubnets.map(({ subnetId }) => fixture.stack.resolve(subnetId)),
    });
  });

  test('is what connections take', () => {
    const job = fixture.recommender();
    expect(() => job.connections).toThrow('connections of Stack/Recommender needs a job in a VPC: give vpc');
  });
});

describe('waiting', () => {
  const { DEFAULT, ADVANCED } = InferenceRecommendationsJobType;
  const seconds = () => Object.values(fixture.template().findResources(WAIT))
    .reduce((sum, wait) => sum + Number(wait.Properties.LapSeconds), 0);

  test.each([
    ['a default job', { jobType: DEFAULT }, 2 * 3600],
    ['an advanced job', { jobType: ADVANCED }, 6 * 3600],
    ['a default job that may take longer', { jobType: DEFAULT, jobDuration: Duration.minutes(90) }, 2.5 * 3600],
    ['a default job of an hour', { jobType: DEFAULT, jobDuration: Duration.hours(1) }, 2 * 3600],
    ['the longest job', { jobType: ADVANCED, jobDuration: Duration.hours(5) }, 6 * 3600],
    ['a job of a length that is only known at deployment', { jobType: DEFAULT, jobDuration: Duration.seconds(Lazy.number({ produce: () => 60 })) }, 6 * 3600],
    ['the time that the user says', { jobType: DEFAULT, waitTimeout: Duration.minutes(50), jobDuration: Duration.hours(5) }, 3000],
  ])('for %s', (_, props, total) => {
    fixture.recommender({ ...LOAD_TEST, ...props });
    expect(seconds()).toBe(total);
    fixture.template().allResourcesProperties(WAIT, { JobType: 'InferenceRecommendationsJob' });
  });

  test.each([
    ['inferenceRecommendationsJobStatus', 'Status'],
    ['recommendationCount', 'RecommendationCount'],
    ['recommendationId', 'RecommendationId'],
    ['recommendedInstanceType', 'InstanceType'],
    ['recommendedInstanceCount', 'InitialInstanceCount'],
    ['recommendedServerlessMemorySizeInMb', 'ServerlessMemorySizeInMB'],
    ['recommendedServerlessMaxConcurrency', 'ServerlessMaxConcurrency'],
    ['recommendedServerlessProvisionedConcurrency', 'ServerlessProvisionedConcurrency'],
    ['inferenceSpecificationName', 'InferenceSpecificationName'],
    ['recommendedEnvironment', 'EnvironmentParameters'],
    ['compilationJobName', 'CompilationJobName'],
    ['costPerHour', 'CostPerHour'],
    ['costPerInference', 'CostPerInference'],
    ['maxInvocations', 'MaxInvocations'],
    ['modelLatency', 'ModelLatency'],
    ['cpuUtilization', 'CpuUtilization'],
    ['memoryUtilization', 'MemoryUtilization'],
    ['modelSetupTime', 'ModelSetupTime'],
    ['existingEndpointMaxInvocations', 'EndpointMaxInvocations'],
    ['existingEndpointModelLatency', 'EndpointModelLatency'],
    ['creationTime', 'CreationTime'],
    ['endTime', 'EndTime'],
  ] as const)('%s comes from the last wait', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.recommender()[property] });
    const [last] = Object.entries(fixture.template().findResources(WAIT)).filter(([, wait]) => wait.Properties.Last === 'true');
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [last[0], attribute] } });
  });

  test.each([
    ['inferenceRecommendationsJobName', 'Name'], ['inferenceRecommendationsJobArn', 'Arn'],
  ] as const)('%s is known before the result', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.recommender()[property] });
    const [id] = Object.keys(fixture.template().findResources(JOB));
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [id, attribute] } });
  });
});

test('props that are only known at deployment pass all checks', () => {
  const { stack } = fixture;
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  const number = () => Lazy.number({ produce: () => 1 });
  const list = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;
  fixture.loadTest({
    jobName: text('Name'),
    rerunToken: text('Token'),
    jobDescription: text('Description'),
    model: InferenceModel.fromModelName(text('Model'), {
      ...CONTAINER,
      domain: ModelDomain.of(text('Domain')),
      task: ModelTask.of(text('Task')),
      framework: ModelFramework.of(text('Framework')),
      frameworkVersion: text('Version'),
      samplePayload: SamplePayload.fromS3Uri(text('Payload')),
      supportedContentTypes: list,
      supportedInstanceTypes: [type(text('Type1')), type(text('Type2'))],
      dataInputConfig: text('Input'),
      supportedResponseMimeTypes: list,
      artifacts: [],
    }),
    jobDuration: Duration.seconds(number()),
    endpointConfigurations: [
      EndpointInputConfiguration.realTime(type(text('Type3')), { environmentParameterRanges: { A: list, B: [text('Value')] } }),
      EndpointInputConfiguration.serverless({ memorySize: Size.mebibytes(number()), maxConcurrency: number(), provisionedConcurrency: number() }),
    ],
    trafficPattern: TrafficPattern.phases([
      { initialNumberOfUsers: number(), spawnRate: number(), duration: Duration.seconds(number()) },
      { initialNumberOfUsers: 1, spawnRate: 1, duration: Duration.seconds(number()) },
      { initialNumberOfUsers: 1, spawnRate: 1, duration: Duration.minutes(2) },
    ]),
    stoppingConditions: { maxInvocations: number(), modelLatencyThreshold: ModelLatencyThreshold.p95(Duration.millis(number())) },
    resourceLimit: { maxNumberOfTests: number(), maxParallelOfTests: number() },
    compiledOutput: JobOutput.toS3Uri(text('Compiled')),
  });
  expect(fixture.request().InputConfig.ContainerConfig.PayloadConfig.SupportedContentTypes).toEqual({ Ref: 'List' });
  Annotations.fromStack(stack).hasNoWarning('*', saying('trafficPattern jumps'));
});

test('the closed sets of the API are covered', () => {
  expect(Object.values(InferenceRecommendationsJobType).sort()).toEqual(Object.values(RecommendationJobType).sort());
  expect(Object.values(FlatInvocations).map(String).sort()).toEqual(Object.values(ApiFlatInvocations).map(String).sort());
  expect(Object.values(SupportedEndpointType).map(String).sort()).toEqual(Object.values(RecommendationJobSupportedEndpointType).map(String).sort());
});

test.each([
  [ModelDomain, ['COMPUTER_VISION', 'MACHINE_LEARNING', 'NATURAL_LANGUAGE_PROCESSING', 'OTHER']],
  [ModelTask, [
    'CLASSIFICATION', 'FILL_MASK', 'IMAGE_CLASSIFICATION', 'IMAGE_SEGMENTATION', 'OBJECT_DETECTION', 'OTHER', 'REGRESSION', 'TEXT_GENERATION',
  ]],
  [ModelFramework, ['OTHER', 'PYTORCH', 'SAGEMAKER-SCIKIT-LEARN', 'TENSORFLOW', 'XGBOOST']],
])('the constants of %p are those that AWS documents', (owner, documented) => {
  expect(Object.values(owner).filter(constant => constant instanceof owner).map(constant => constant.value).sort()).toEqual(documented);
});
