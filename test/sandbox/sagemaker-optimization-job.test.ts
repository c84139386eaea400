import { ARN, ROLE, setUp } from './sagemaker-setup';
import { HOUR, MINUTE, OptimizationOutcome } from '../../sandbox/sagemaker';
import { RoleChecks } from '../../sandbox/sagemaker/execution-roles';
import { Authorization, ServiceError } from '../../sandbox/service';

const NAME = 'opt-job-example';
const MODEL_IMAGE = '111122223333.dkr.ecr.us-west-2.amazonaws.com/vllm:1';
const AWS_IMAGES = '763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference';
const AWQ = { ModelQuantizationConfig: { OverrideEnvironment: { OPTION_QUANTIZE: 'awq' } } };
const COMPILATION = { ModelCompilationConfig: {} };
const SHARDING = { ModelShardingConfig: {} };
const EAGLE = { ModelSpeculativeDecodingConfig: { Technique: 'EAGLE', TrainingDataSource: { S3Uri: 's3://data/chats/', S3DataType: 'S3Prefix' } } };
const REQUEST = {
  OptimizationJobName: NAME,
  RoleArn: ROLE,
  ModelSource: { S3: { S3Uri: 's3://models/llama/' } },
  DeploymentInstanceType: 'ml.g6.12xlarge',
  OptimizationConfigs: [AWQ],
  OutputConfig: { S3OutputLocation: 's3://results/llama' },
  StoppingCondition: { MaxRuntimeInSeconds: 36_000 },
};

function quantizedTo(technique: string) {
  return { ModelQuantizationConfig: { OverrideEnvironment: { OPTION_QUANTIZE: technique } } };
}

function withJobs(optimization?: (request: object, nth: number) => OptimizationOutcome, iam?: RoleChecks) {
  const world = setUp({ optimization }, { iam });
  return {
    ...world,
    create: (input: object = {}) => world.call('CreateOptimizationJob', { ...REQUEST, ...input }),
    describe: (name = NAME) => world.call('DescribeOptimizationJob', { OptimizationJobName: name }),
    createModel: (ModelName: string, input: object = {}) => world.call('CreateModel', {
      ModelName, ExecutionRoleArn: ROLE, PrimaryContainer: { Image: MODEL_IMAGE, ModelDataUrl: 's3://models/base.tar.gz' }, ...input,
    }),
  };
}

/** An IAM that notes what it is asked, and refuses one action. */
function iamWithout(action?: string) {
  const asked: Authorization[] = [];
  return {
    asked,
    check: (_role: string, authorizations: Authorization[]) => {
      asked.push(...authorizations);
      if (authorizations.some(item => item.action === action)) {
        throw new ServiceError('AccessDeniedException', `not authorized to perform: ${action}`);
      }
    },
    checkTrust: () => {},
  };
}

describe('a job', () => {
  test('starts, runs for three hours and recommends an image', async () => {
    const { create, describe: describeJob, pass, clock } = withJobs();
    const begun = clock.now() / 1000;
    expect(await create()).toEqual({ OptimizationJobArn: `${ARN}:optimization-job/${NAME}` });
    expect(await describeJob()).toMatchObject({
      OptimizationJobStatus: 'STARTING', CreationTime: begun, OptimizationConfigs: [AWQ], StoppingCondition: { MaxRuntimeInSeconds: 36_000 },
    });
    await pass(MINUTE);
    expect((await describeJob()).OptimizationJobStatus).toBe('INPROGRESS');
    await pass(3 * HOUR - 2 * MINUTE);
    expect(await describeJob()).not.toHaveProperty('OptimizationOutput');
    await pass(MINUTE);
    const done = await describeJob();
    expect(done).toMatchObject({
      OptimizationJobStatus: 'COMPLETED',
      OptimizationEndTime: begun + 3 * 60 * 60,
      LastModifiedTime: begun + 3 * 60 * 60,
      OptimizationOutput: { RecommendedInferenceImage: `${AWS_IMAGES}:0.33.0-lmi15.0.0-cu128` },
    });
    expect(done).not.toHaveProperty('FailureReason');
  });

  test.each<[string, object, string]>([
    ['compiled for GPUs', { OptimizationConfigs: [COMPILATION] }, 'tensorrtllm0.21.0-cu128'],
    ['compiled for Neuron', { OptimizationConfigs: [COMPILATION], DeploymentInstanceType: 'ml.inf2.xlarge' }, 'neuronx-sdk2.24.0'],
  ])('what was %s is served by another image', async (_, input, tag) => {
    const { create, describe: describeJob, pass } = withJobs();
    await create(input);
    await pass(4 * HOUR);
    expect((await describeJob()).OptimizationOutput.RecommendedInferenceImage).toBe(`${AWS_IMAGES}:0.33.0-${tag}`);
  });

  test('is stopped, then deleted, and its name is free again', async () => {
    const { call, create, describe: describeJob, pass, sagemaker } = withJobs();
    const named = { OptimizationJobName: NAME };
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'ResourceInUse' });
    await expect(call('DeleteOptimizationJob', named)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining('STARTING') });
    expect(await call('StopOptimizationJob', named)).toEqual({});
    expect((await describeJob()).OptimizationJobStatus).toBe('STOPPING');
    expect(sagemaker.running()).toEqual([`${ARN}:optimization-job/${NAME}`]);
    await pass(3 * MINUTE);
    expect((await describeJob()).OptimizationJobStatus).toBe('STOPPED');
    await pass(4 * HOUR);
    expect(await describeJob()).not.toHaveProperty('OptimizationOutput');
    await call('DeleteOptimizationJob', named);
    await expect(describeJob()).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await create();
  });

  test('is listed with its techniques, even while it runs', async () => {
    const { call, create, pass } = withJobs();
    await create({ OptimizationJobName: 'one', OptimizationConfigs: [AWQ, EAGLE] });
    await pass(4 * HOUR);
    await create({ OptimizationJobName: 'two' });
    const { OptimizationJobSummaries: [second, first] } = await call('ListOptimizationJobs', { SortOrder: 'Descending' });
    expect(first).toMatchObject({ OptimizationJobName: 'one', OptimizationJobStatus: 'COMPLETED', OptimizationTypes: ['Quantization', 'SpeculativeDecoding'] });
    expect(second).toMatchObject({ OptimizationJobName: 'two', OptimizationJobStatus: 'STARTING', DeploymentInstanceType: 'ml.g6.12xlarge' });
    const page = await call('ListOptimizationJobs', { MaxResults: 1 });
    expect((await call('ListOptimizationJobs', { MaxResults: 1, NextToken: page.NextToken })).OptimizationJobSummaries[0].OptimizationJobName).toBe('one');
  });
});

describe('refused requests', () => {
  test.each<[string, object, string]>([
    ['no source', { ModelSource: {} }, 'exactly one of S3 and SageMakerModel'],
    ['two sources', { ModelSource: { S3: { S3Uri: 's3://b/' }, SageMakerModel: { ModelName: 'm' } } }, 'exactly one of S3 and SageMakerModel'],
    ['a source without a location', { ModelSource: { S3: {} } }, 'S3Uri is required'],
    ['a model that is not there', { ModelSource: { SageMakerModel: { ModelName: 'none' } } }, `Could not find model "${ARN}:model/none".`],
    ['an output model without a name', { OutputConfig: { S3OutputLocation: 's3://b/', SageMakerModel: {} } }, 'ModelName is required'],
    ['nothing to do', { OptimizationConfigs: [] }, 'at least one'],
    ['two techniques in one configuration', { OptimizationConfigs: [{ ...AWQ, ...COMPILATION }] }, 'exactly one of'],
    ['an instance type that the API lacks', { DeploymentInstanceType: 'ml.c5.xlarge' }, 'enum value set'],
    ['quantization on Neuron', { DeploymentInstanceType: 'ml.trn1.32xlarge' }, 'Quantization are not supported on Neuron'],
    ['speculative decoding on Neuron', { DeploymentInstanceType: 'ml.inf2.xlarge', OptimizationConfigs: [COMPILATION, EAGLE] }, 'Speculative Decoding are not supported on Neuron'],
    ['sharding with compilation', { OptimizationConfigs: [COMPILATION, SHARDING] }, 'Compilation and Sharding'],
    ['speculative decoding with compilation', { OptimizationConfigs: [EAGLE, COMPILATION] }, 'Compilation and Speculative Decoding'],
    ['the same on a later family', { OptimizationConfigs: [EAGLE, COMPILATION], DeploymentInstanceType: 'ml.g7e.2xlarge' }, 'Compilation and Speculative Decoding'],
    ['smoothquant without compilation', { OptimizationConfigs: [quantizedTo('smoothquant')] }, 'smoothquant must be provided with Compilation'],
    ['an unknown quantization', { OptimizationConfigs: [quantizedTo('gptq')] }, 'Quantization:gptq are not supported'],
  ])('%s', async (_, input, message) => {
    const { create, sagemaker } = withJobs();
    await expect(create(input)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
    expect(sagemaker.jobs('OptimizationJob')).toEqual([]);
  });

  test.each<[string, object]>([
    ['smoothquant with compilation', { OptimizationConfigs: [COMPILATION, quantizedTo('smoothquant')] }],
    ['quantization, sharding and speculative decoding together', { OptimizationConfigs: [quantizedTo('fp8'), SHARDING, EAGLE] }],
    ['compilation on Neuron', { DeploymentInstanceType: 'ml.trn1.32xlarge', OptimizationConfigs: [COMPILATION] }],
    ['what nobody knows of a later family', { DeploymentInstanceType: 'ml.g6e.2xlarge', OptimizationConfigs: [COMPILATION, quantizedTo('gptq')] }],
  ])('not refused: %s', async (_, input) => {
    await expect(withJobs().create(input)).resolves.toBeDefined();
  });
});

describe('a SageMaker model', () => {
  const TO_MODEL = { OutputConfig: { S3OutputLocation: 's3://results/llama', SageMakerModel: { ModelName: 'optimized' } } };
  const OPTIMIZED = {
    Image: `${AWS_IMAGES}:0.33.0-lmi15.0.0-cu128`,
    ModelDataSource: { S3DataSource: { S3Uri: 's3://results/llama/', S3DataType: 'S3Prefix', CompressionType: 'None' } },
  };

  test('is what the job leaves where the request names one', async () => {
    const { call, create, pass, sagemaker } = withJobs();
    await create(TO_MODEL);
    await pass(3 * HOUR - MINUTE);
    expect(sagemaker.models).toEqual([]);
    await pass(MINUTE);
    expect(await call('DescribeModel', { ModelName: 'optimized' })).toMatchObject({ ExecutionRoleArn: ROLE, PrimaryContainer: OPTIMIZED });
    await call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [{ VariantName: 'v', ModelName: 'optimized', InstanceType: 'ml.g6.12xlarge', InitialInstanceCount: 1 }] });
    await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
    await pass(HOUR);
    expect(await call('DescribeEndpoint', { EndpointName: 'e' })).toMatchObject({ EndpointStatus: 'InService' });
  });

  test('that is there already gets another container and keeps the rest', async () => {
    const { call, create, createModel, pass, sagemaker } = withJobs();
    const VpcConfig = { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] };
    await createModel('optimized', { VpcConfig });
    await call('AddTags', { ResourceArn: `${ARN}:model/optimized`, Tags: [{ Key: 'team', Value: 'chat' }] });
    await create({ ...TO_MODEL, ModelSource: { SageMakerModel: { ModelName: 'optimized' } } });
    await pass(4 * HOUR);
    expect(await call('DescribeModel', { ModelName: 'optimized' })).toMatchObject({ PrimaryContainer: OPTIMIZED, VpcConfig });
    expect(sagemaker.models).toHaveLength(1);
    expect(sagemaker.tags(`${ARN}:model/optimized`)).toEqual({ team: 'chat' });
  });

  test('is not made by a job that fails', async () => {
    const { create, pass, sagemaker } = withJobs(() => ({ status: 'FAILED' }));
    await create(TO_MODEL);
    await pass(4 * HOUR);
    expect(sagemaker.models).toEqual([]);
  });
});

describe('scenarios', () => {
  test('a job fails for the reason given, and the next one recommends another image', async () => {
    const { create, describe: describeJob, pass } = withJobs((_, nth) => nth === 1
      ? { status: 'FAILED', duration: 10 * MINUTE, failureReason: 'out of memory' } : { duration: 10 * MINUTE, image: 'lmi:2' });
    await create();
    await create({ OptimizationJobName: 'second' });
    await pass(HOUR);
    expect(await describeJob()).toMatchObject({ OptimizationJobStatus: 'FAILED', FailureReason: 'out of memory' });
    expect((await describeJob('second')).OptimizationOutput).toEqual({ RecommendedInferenceImage: 'lmi:2' });
  });

  test.each([[3599, 'FAILED'], [3600, 'COMPLETED']])('an hour of work with %i seconds at most is %s', async (MaxRuntimeInSeconds, status) => {
    const { create, describe: describeJob, pass, sagemaker } = withJobs(() => ({ duration: HOUR }));
    await create({ StoppingCondition: { MaxRuntimeInSeconds } });
    await pass(2 * HOUR);
    const { OptimizationJobStatus, FailureReason, CreationTime, OptimizationEndTime } = await describeJob();
    expect(OptimizationJobStatus).toBe(status);
    expect(FailureReason).toEqual(status === 'FAILED' ? expect.stringContaining('MaxRuntimeExceeded') : undefined);
    expect(OptimizationEndTime - CreationTime).toBe(MaxRuntimeInSeconds);
    expect(sagemaker.running()).toEqual([]);
  });

  test('an image that the API could not give is told when the job is created', async () => {
    await expect(withJobs(() => ({ image: 'two words' })).create()).rejects.toThrow('not an answer that SageMaker could give');
  });
});

describe('the execution role', () => {
  test('is asked for what the request names', async () => {
    const iam = iamWithout();
    const { create, pass } = withJobs(undefined, iam);
    const key = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd';
    await create({
      OptimizationConfigs: [{ ModelQuantizationConfig: { Image: MODEL_IMAGE } }, EAGLE],
      OutputConfig: { S3OutputLocation: 's3://results/llama/', KmsKeyId: key, SageMakerModel: { ModelName: 'optimized' } },
      VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
      TrainingPlanArns: [`${ARN}:training-plan/plan`],
    });
    await pass(MINUTE);
    expect(iam.asked).toEqual(expect.arrayContaining([
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::models', context: { 's3:prefix': 'llama/' } },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::models/llama/object' },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::data/chats/object' },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::results/llama/object' },
      { action: 'kms:GenerateDataKey', resource: key },
      { action: 'kms:Decrypt', resource: key },
      { action: 'ecr:BatchGetImage', resource: 'arn:aws:ecr:us-west-2:111122223333:repository/vllm' },
      { action: 'ecr:BatchGetImage', resource: 'arn:aws:ecr:us-west-2:763104351884:repository/djl-inference' },
      { action: 'ec2:CreateNetworkInterface', resource: 'arn:aws:ec2:us-west-2:111122223333:subnet/subnet-1' },
      { action: 'ec2:CreateNetworkInterface', resource: 'arn:aws:ec2:us-west-2:111122223333:security-group/sg-1' },
      { action: 'ec2:DescribeSubnets', resource: '*' },
      { action: 'sagemaker:DescribeTrainingPlan', resource: `${ARN}:training-plan/plan` },
      { action: 'sagemaker:CreateModel', resource: `${ARN}:model/optimized` },
      { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    ]));
  });

  test('is asked for no more than reading, writing and pulling by a plain job', async () => {
    const iam = iamWithout();
    const { create, pass } = withJobs(undefined, iam);
    await create({ OutputConfig: { S3OutputLocation: 's3://results/', KmsKeyId: 'alias/mine' } });
    await pass(MINUTE);
    expect([...new Set(iam.asked.map(({ action }) => action))]).toEqual([
      's3:ListBucket', 's3:GetObject', 's3:PutObject', 'ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer',
    ]);
  });

  test('reads the data of the model that is the source, if it is still there', async () => {
    const iam = iamWithout();
    const { call, create, createModel, pass } = withJobs(undefined, iam);
    await createModel('base');
    await create({ OptimizationJobName: 'one', ModelSource: { SageMakerModel: { ModelName: 'base' } } });
    await pass(MINUTE);
    expect(iam.asked).toEqual(expect.arrayContaining([
      { action: 'sagemaker:DescribeModel', resource: `${ARN}:model/base` },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::models/base.tar.gz' },
    ]));
    await create({ OptimizationJobName: 'two', ModelSource: { SageMakerModel: { ModelName: 'base' } } });
    await call('DeleteModel', { ModelName: 'base' });
    await pass(MINUTE);
  });

  test('fails the job by what it is refused', async () => {
    const { create, describe: describeJob, pass } = withJobs(undefined, iamWithout('s3:PutObject'));
    await create();
    await pass(MINUTE);
    expect(await describeJob()).toMatchObject({ OptimizationJobStatus: 'FAILED', FailureReason: 'not authorized to perform: s3:PutObject' });
  });
});
