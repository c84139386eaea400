import { CfnOutput, CfnParameter, CfnResource, Duration, Fn, Lazy, RemovalPolicy, Tags, Token } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { ENV, saying } from './fixture';
import { ELSEWHERE, JOB, OptimizationFixture, TRAINING_PLAN, WAIT } from './optimization-fixture';
import {
  GpuInstanceType, JobOutput, MlInstanceType, ModelOptimization, ModelSource, OptimizationJobProps, OptimizationModel, QuantizationTechnique,
  SpeculativeDecodingTechnique, TrainingDataSource,
} from '../../src/jobs';

const IMAGE = '763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:0.33.0-lmi15.0.0-cu128';

let fixture: OptimizationFixture;
beforeEach(() => {
  fixture = new OptimizationFixture();
});

describe('request', () => {
  test('has nothing in it but what was set: golden, since a job is named by it', () => {
    fixture.optimization({ ...ELSEWHERE, optimizations: [ModelOptimization.compilation()] });
    expect(fixture.request()).toStrictEqual({
      ModelSource: { S3: { S3Uri: 's3://models/llama/' } },
      DeploymentInstanceType: 'ml.g6.12xlarge',
      OptimizationConfigs: [{ ModelCompilationConfig: {} }],
      OutputConfig: { S3OutputLocation: 's3://results/optimized/' },
    });
  });

  test('reaches every member: golden, since a job is named by it', () => {
    const vpc = ec2.Vpc.fromVpcAttributes(fixture.stack, 'Vpc', {
      vpcId: 'vpc-1', availabilityZones: ['us-west-2a', 'us-west-2b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
    });
    fixture.optimization({
      ...ELSEWHERE,
      model: OptimizationModel.fromS3(ModelSource.fromS3Uri('s3://models/llama/'), { acceptEula: true }),
      instanceType: GpuInstanceType.P5_48XLARGE,
      optimizations: [
        ModelOptimization.quantization({ technique: QuantizationTechnique.FP8, imageUri: IMAGE, environment: { OPTION_DTYPE: 'bf16' } }),
        ModelOptimization.speculativeDecoding({
          technique: SpeculativeDecodingTechnique.EAGLE, trainingData: TrainingDataSource.fromS3Uri('s3://models/conversations/'),
        }),
      ],
      outputEncryptionKey: kms.Key.fromKeyArn(fixture.stack, 'Key', 'arn:aws:kms:us-west-2:111122223333:key/1'),
      outputModelName: 'llama-fast',
      environment: { OPTION_TENSOR_PARALLEL_DEGREE: '8' },
      maxInstanceCount: 4,
      trainingPlanArn: TRAINING_PLAN,
      maxRuntime: Duration.hours(12),
      maxWaitTime: Duration.days(1),
      maxPendingTime: Duration.hours(2),
      vpc,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(fixture.stack, 'Group', 'sg-1')],
    });
    const request = fixture.request();
    expect(request).toStrictEqual({
      ModelSource: { S3: { S3Uri: 's3://models/llama/', ModelAccessConfig: { AcceptEula: true } } },
      DeploymentInstanceType: 'ml.p5.48xlarge',
      MaxInstanceCount: 4,
      OptimizationEnvironment: { OPTION_TENSOR_PARALLEL_DEGREE: '8' },
      OptimizationConfigs: [
        { ModelQuantizationConfig: { Image: IMAGE, OverrideEnvironment: { OPTION_DTYPE: 'bf16', OPTION_QUANTIZE: 'fp8' } } },
        {
          ModelSpeculativeDecodingConfig: {
            Technique: 'EAGLE', TrainingDataSource: { S3Uri: 's3://models/conversations/', S3DataType: 'S3Prefix' },
          },
        },
      ],
      OutputConfig: {
        S3OutputLocation: 's3://results/optimized/',
        KmsKeyId: 'arn:aws:kms:us-west-2:111122223333:key/1',
        SageMakerModel: { ModelName: 'llama-fast' },
      },
      StoppingCondition: { MaxRuntimeInSeconds: 43200, MaxWaitTimeInSeconds: 86400, MaxPendingTimeInSeconds: 7200 },
      VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1', 'subnet-2'] },
      TrainingPlanArns: [TRAINING_PLAN],
    });
    expect(Object.keys(request)).toEqual([
      'ModelSource', 'DeploymentInstanceType', 'MaxInstanceCount', 'OptimizationEnvironment', 'OptimizationConfigs', 'OutputConfig',
      'StoppingCondition', 'VpcConfig', 'TrainingPlanArns',
    ]);
  });

  // An empty structure is how the API is told of an optimization that leaves all to the service.
  test.each<[string, ModelOptimization, unknown]>([
    ['quantization', ModelOptimization.quantization(), { ModelQuantizationConfig: {} }],
    ['quantization by a technique', ModelOptimization.quantization({ technique: QuantizationTechnique.of('fp8') }),
      { ModelQuantizationConfig: { OverrideEnvironment: { OPTION_QUANTIZE: 'fp8' } } }],
    ['quantization by a variable', ModelOptimization.quantization({ environment: { OPTION_QUANTIZE: 'awq' } }),
      { ModelQuantizationConfig: { OverrideEnvironment: { OPTION_QUANTIZE: 'awq' } } }],
    ['compilation', ModelOptimization.compilation(), { ModelCompilationConfig: {} }],
    ['compilation with an empty environment', ModelOptimization.compilation({ environment: {} }), { ModelCompilationConfig: {} }],
    ['compilation in an image', ModelOptimization.compilation({ imageUri: IMAGE, environment: { OPTION_N_POSITIONS: '8192' } }),
      { ModelCompilationConfig: { Image: IMAGE, OverrideEnvironment: { OPTION_N_POSITIONS: '8192' } } }],
    ['sharding', ModelOptimization.sharding({ tensorParallelDegree: 4 }),
      { ModelShardingConfig: { OverrideEnvironment: { OPTION_TENSOR_PARALLEL_DEGREE: '4' } } }],
    ['speculative decoding', ModelOptimization.speculativeDecoding(), { ModelSpeculativeDecodingConfig: { Technique: 'EAGLE' } }],
    ['speculative decoding with no technique, from JavaScript', ModelOptimization.speculativeDecoding({ technique: undefined }),
      { ModelSpeculativeDecodingConfig: { Technique: 'EAGLE' } }],
    ['speculative decoding with a manifest', ModelOptimization.speculativeDecoding({ trainingData: TrainingDataSource.fromManifestUri('s3://b/m') }),
      { ModelSpeculativeDecodingConfig: { Technique: 'EAGLE', TrainingDataSource: { S3Uri: 's3://b/m', S3DataType: 'ManifestFile' } } }],
  ])('renders %s', (_, optimization, rendered) => {
    fixture.optimization({ optimizations: [optimization] });
    expect(fixture.request().OptimizationConfigs).toStrictEqual([rendered]);
  });

  test('takes a sharding that names no degree when the environment of the job has it', () => {
    fixture.optimization({ optimizations: [ModelOptimization.sharding()], environment: { OPTION_TENSOR_PARALLEL_DEGREE: '4' } });
    expect(fixture.request()).toMatchObject({
      OptimizationEnvironment: { OPTION_TENSOR_PARALLEL_DEGREE: '4' }, OptimizationConfigs: [{ ModelShardingConfig: {} }],
    });
  });

  test('keeps the order of the optimizations', () => {
    const quantization = ModelOptimization.quantization({ technique: QuantizationTechnique.SMOOTHQUANT });
    fixture.optimization({ optimizations: [ModelOptimization.compilation(), quantization] });
    expect(fixture.request().OptimizationConfigs.flatMap(Object.keys)).toEqual(['ModelCompilationConfig', 'ModelQuantizationConfig']);
  });

  test.each([[true], [false]])('says whether an agreement is accepted: %s', acceptEula => {
    fixture.optimization({ model: OptimizationModel.fromS3(ModelSource.fromS3Uri('s3://models/llama/'), { acceptEula }) });
    expect(fixture.request().ModelSource.S3.ModelAccessConfig).toStrictEqual({ AcceptEula: acceptEula });
  });

  test.each([
    [{ maxRuntime: Duration.minutes(5) }, { MaxRuntimeInSeconds: 300 }],
    [{ maxWaitTime: Duration.hours(10) }, { MaxWaitTimeInSeconds: 36000 }],
    [{ maxPendingTime: Duration.hours(3) }, { MaxPendingTimeInSeconds: 10800 }],
  ])('limits nothing but what was asked for: %j', (props, rendered) => {
    fixture.optimization(props);
    expect(fixture.request().StoppingCondition).toStrictEqual(rendered);
  });

  test('names a folder of a bucket, and a manifest in one', () => {
    fixture.optimization({ optimizations: [ModelOptimization.speculativeDecoding({ trainingData: TrainingDataSource.fromManifest(fixture.models, 'all.manifest') })] });
    const uri = (id: string, key: string) => ({ 'Fn::Join': ['', ['s3://', { Ref: Match.stringLikeRegexp(id) }, key]] });
    fixture.template().hasResourceProperties(JOB, {
      Request: {
        ModelSource: { S3: { S3Uri: uri('Models', '/llama/') } },
        OutputConfig: { S3OutputLocation: uri('Results', '/optimized/') },
        OptimizationConfigs: [{ ModelSpeculativeDecodingConfig: { TrainingDataSource: { S3Uri: uri('Models', '/all.manifest') } } }],
      },
    });
  });

  test('names a folder with training data', () => {
    fixture.optimization({ optimizations: [ModelOptimization.speculativeDecoding({ trainingData: TrainingDataSource.fromBucket(fixture.models, 'chats') })] });
    expect(JSON.stringify(fixture.request().OptimizationConfigs)).toContain('"/chats/"');
  });
});

describe('a SageMaker model as the source', () => {
  test('by name', () => {
    fixture.optimization({ model: OptimizationModel.fromModelName('llama') });
    expect(fixture.request().ModelSource).toStrictEqual({ SageMakerModel: { ModelName: 'llama' } });
  });

  test('of the stack: the job gets its name, and with it every new one', () => {
    const model = new sagemaker.CfnModel(fixture.stack, 'Llama', {});
    fixture.optimization({ model: OptimizationModel.fromModel(model) });
    expect(fixture.request().ModelSource).toStrictEqual({ SageMakerModel: { ModelName: { 'Fn::GetAtt': ['Llama', 'ModelName'] } } });
  });

  test('of which only the ARN is known', () => {
    const imported = new CfnResource(fixture.stack, 'Other', { type: 'AWS::SNS::Topic' }) as unknown as sagemaker.IModelRef;
    Object.assign(imported, { modelRef: { modelArn: 'arn:aws:sagemaker:us-west-2:111122223333:model/llama' } });
    fixture.optimization({ model: OptimizationModel.fromModel(imported) });
    expect(fixture.request().ModelSource).toStrictEqual({ SageMakerModel: { ModelName: 'llama' } });
  });
});

describe('network', () => {
  test('a job in a VPC gets a security group of its own', () => {
    const vpc = new ec2.Vpc(fixture.stack, 'Vpc', { maxAzs: 2 });
    const job = fixture.optimization({ vpc });
    fixture.template().hasResourceProperties(JOB, {
      Request: {
        VpcConfig: {
          SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('OptimizationSecurityGroup'), 'GroupId'] }],
          Subnets: [{ Ref: Match.stringLikeRegexp('PrivateSubnet1') }, { Ref: Match.stringLikeRegexp('PrivateSubnet2') }],
        },
      },
    });
    job.connections.allowTo(ec2.Peer.ipv4('10.0.0.0/16'), ec2.Port.HTTPS);
    expect(job.connections.securityGroups).toHaveLength(1);
  });

  test('a job outside has no connections', () => {
    expect(() => fixture.optimization().connections).toThrow('connections of Stack/Optimization needs a job in a VPC: give vpc');
  });
});

describe('resource', () => {
  test('is given the prefix of the name, the token and the role beside the request', () => {
    fixture.optimization({ jobName: 'llama', rerunToken: '2' });
    fixture.template().hasResourceProperties(JOB, {
      NamePrefix: 'llama',
      RerunToken: '2',
      RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('OptimizationExecutionRole'), 'Arn'] },
    });
  });

  test('starts only when the role has its policy', () => {
    fixture.optimization();
    expect(fixture.single(JOB).DependsOn).toContainEqual(expect.stringMatching('OptimizationExecutionRoleDefaultPolicy'));
  });

  test('carries the tags of the construct', () => {
    Tags.of(fixture.optimization()).add('team', 'chat');
    expect(fixture.single(JOB).Properties.Tags).toContainEqual({ Key: 'team', Value: 'chat' });
  });

  test.each([
    [undefined, 'Delete'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  ])('removalPolicy %s becomes %s', (removalPolicy, deletionPolicy) => {
    fixture.optimization({ removalPolicy });
    expect(fixture.single(JOB).DeletionPolicy).toBe(deletionPolicy);
  });

  test('applyRemovalPolicy works after the fact', () => {
    fixture.optimization().applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(fixture.single(JOB)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

describe('waiting', () => {
  // Laps of 50 minutes.
  test.each([
    ['nothing is said: 16 hours', {}, 20],
    ['the job may run longer, which by itself changes no wait', { maxRuntime: Duration.days(5) }, 20],
    ['the user says so', { waitTimeout: Duration.minutes(51) }, 2],
  ])('takes as many waits as needed when %s', (_, props: Partial<OptimizationJobProps>, waits) => {
    fixture.optimization(props);
    fixture.template().resourceCountIs(WAIT, waits);
    fixture.template().allResourcesProperties(WAIT, { JobType: 'OptimizationJob' });
  });

  test.each([
    ['optimizationJobStatus', 'Status'],
    ['recommendedImageUri', 'RecommendedInferenceImage'],
    ['optimizedModelS3Uri', 'S3OutputLocation'],
    ['deploymentInstanceType', 'DeploymentInstanceType'],
    ['outputModelName', 'OutputModelName'],
    ['creationTime', 'CreationTime'],
    ['endTime', 'EndTime'],
  ] as const)('%s comes from the last wait', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.optimization()[property] });
    const [last] = Object.entries(fixture.template().findResources(WAIT)).filter(([, wait]) => wait.Properties.Last === 'true');
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [last[0], attribute] } });
  });

  test.each([['optimizationJobName', 'Name'], ['optimizationJobArn', 'Arn']] as const)('%s is known before the result', (property, attribute) => {
    new CfnOutput(fixture.stack, 'Out', { value: fixture.optimization()[property] });
    const [id] = Object.keys(fixture.template().findResources(JOB));
    fixture.template().hasOutput('Out', { Value: { 'Fn::GetAtt': [id, attribute] } });
  });
});

test('props known only at deployment pass all checks', () => {
  fixture = new OptimizationFixture(ENV);
  const value = (id: string) => new CfnParameter(fixture.stack, id).valueAsString;
  const seconds = (produce: number) => Duration.seconds(Lazy.number({ produce: () => produce }));
  fixture.optimization({
    model: OptimizationModel.fromS3(ModelSource.fromS3Uri(value('Model'))),
    output: JobOutput.toS3Uri(Fn.importValue('Output')),
    instanceType: MlInstanceType.fromName(value('InstanceType')),
    optimizations: [
      ModelOptimization.quantization({ technique: QuantizationTechnique.of(value('Technique')), imageUri: value('Image'), environment: { A: value('A') } }),
      ModelOptimization.speculativeDecoding({ trainingData: TrainingDataSource.fromS3Uri(value('Data')) }),
    ],
    environment: { B: value('B') },
    outputModelName: value('OutputModel'),
    trainingPlanArn: value('Plan'),
    maxInstanceCount: Token.asNumber({ Ref: 'Count' }),
    maxRuntime: seconds(60),
    maxWaitTime: seconds(30),
    maxPendingTime: seconds(10),
    jobName: value('JobName'),
    rerunToken: value('RerunToken'),
  });
  expect(fixture.request()).toMatchObject({
    DeploymentInstanceType: { Ref: 'InstanceType' },
    MaxInstanceCount: { Ref: 'Count' },
    TrainingPlanArns: [{ Ref: 'Plan' }],
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  });
  Annotations.fromStack(fixture.stack).hasNoWarning('*', saying(''));
});

test('a degree known only at deployment becomes a variable', () => {
  fixture.optimization({ optimizations: [ModelOptimization.sharding({ tensorParallelDegree: Token.asNumber({ Ref: 'Degree' }) })] });
  expect(fixture.request().OptimizationConfigs[0].ModelShardingConfig.OverrideEnvironment.OPTION_TENSOR_PARALLEL_DEGREE).toEqual({ Ref: 'Degree' });
});
