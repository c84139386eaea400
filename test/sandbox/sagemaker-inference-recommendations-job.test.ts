import { DescribeInferenceRecommendationsJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ARN, ROLE, setUp } from './sagemaker-setup';
import { JsonProtocol } from '../../sandbox/runtime/protocols';
import { HOUR, InferenceRecommendationsOutcome, MINUTE } from '../../sandbox/sagemaker';
import { RoleChecks } from '../../sandbox/sagemaker/execution-roles';
import { Authorization, ServiceError } from '../../sandbox/service';

const NAME = 'ir-job-example';
const PACKAGE = `${ARN}:model-package/bert/1`;
const IMAGE = '111122223333.dkr.ecr.us-west-2.amazonaws.com/bert:1';
const CONTAINER_CONFIG = { Domain: 'NATURAL_LANGUAGE_PROCESSING', Framework: 'PYTORCH', PayloadConfig: { SamplePayloadUrl: 's3://payloads/bert.tar.gz' } };
const REQUEST = { JobName: NAME, JobType: 'Default', RoleArn: ROLE, InputConfig: { ModelPackageVersionArn: PACKAGE } };
const TRAFFIC = { TrafficType: 'PHASES', Phases: [{ InitialNumberOfUsers: 1, SpawnRate: 1, DurationInSeconds: 120 }, { InitialNumberOfUsers: 2, SpawnRate: 1, DurationInSeconds: 120 }] };
const ADVANCED = { JobType: 'Advanced', StoppingConditions: { MaxInvocations: 1000 } };

interface Recommendation {
  readonly RecommendationId: string;
  readonly Metrics: Record<string, number | string>;
  readonly EndpointConfiguration: Record<string, unknown>;
  readonly ModelConfiguration: object;
}

/** With a model package and a model that can be tested. */
async function withModels(inferenceRecommendations?: (request: object, nth: number) => InferenceRecommendationsOutcome, iam?: RoleChecks) {
  const world = setUp({ inferenceRecommendations }, { iam });
  await world.call('CreateModelPackageGroup', { ModelPackageGroupName: 'bert' });
  await world.call('CreateModelPackage', {
    ModelPackageGroupName: 'bert',
    Domain: 'NATURAL_LANGUAGE_PROCESSING',
    SamplePayloadUrl: 's3://payloads/bert.tar.gz',
    InferenceSpecification: { Containers: [{ Image: IMAGE, ModelDataUrl: 's3://models/bert.tar.gz', Framework: 'PYTORCH' }] },
  });
  await world.call('CreateModel', { ModelName: 'bert', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE, ModelDataUrl: 's3://models/bert.tar.gz' } });
  return {
    ...world,
    create: (input: object = {}) => world.call('CreateInferenceRecommendationsJob', { ...REQUEST, ...input }),
    createWith: (input: object, others: object = {}) => world.call('CreateInferenceRecommendationsJob', {
      ...REQUEST, ...others, InputConfig: { ...REQUEST.InputConfig, ...input },
    }),
    describe: (name = NAME) => world.call('DescribeInferenceRecommendationsJob', { JobName: name }),
    steps: (input: object = {}) => world.call('ListInferenceRecommendationsJobSteps', { JobName: NAME, ...input }),
  };
}

/** An IAM that notes what it is asked. */
function notingIam() {
  const asked: Authorization[] = [];
  return { asked, check: (_role: string, authorizations: Authorization[]) => void asked.push(...authorizations), checkTrust: () => {} };
}

/** The SDK's reading of an answer. */
async function throughSdk(answer: object) {
  const { status: statusCode, headers, body } = new JsonProtocol('1.1').output('DescribeInferenceRecommendationsJob', answer);
  const handle = async () => ({ response: { statusCode, headers, body: new Blob([String(body)]).stream() } });
  const client = new SageMakerClient({ region: 'us-west-2', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, requestHandler: { handle } as object });
  return client.send(new DescribeInferenceRecommendationsJobCommand({ JobName: NAME }));
}

describe('a job', () => {
  test('is pending, runs for 45 minutes and recommends three configurations', async () => {
    const { create, describe: describeJob, pass, clock, steps } = await withModels();
    const begun = clock.now() / 1000;
    expect(await create()).toEqual({ JobArn: `${ARN}:inference-recommendations-job/${NAME}` });
    expect((await describeJob()).Status).toBe('PENDING');
    await pass(MINUTE);
    expect((await describeJob()).Status).toBe('IN_PROGRESS');
    await pass(43 * MINUTE);
    expect(await describeJob()).not.toHaveProperty('InferenceRecommendations');
    expect(await steps()).toEqual({ Steps: [] });
    await pass(MINUTE);
    const done = await describeJob();
    expect(done).toMatchObject({ Status: 'COMPLETED', JobType: 'Default', CompletionTime: begun + 45 * 60, InputConfig: REQUEST.InputConfig });
    expect(done).not.toHaveProperty('EndpointPerformances');
    expect(done).not.toHaveProperty('Steps');
    const [first, ...others]: Recommendation[] = done.InferenceRecommendations;
    expect(first).toMatchObject({
      RecommendationId: expect.stringMatching(/^ir-job-example\/\w{8}$/),
      Metrics: { MaxInvocations: 648, ModelLatency: 263596, CpuUtilization: 92.4 },
      EndpointConfiguration: { InstanceType: 'ml.c5.xlarge', InitialInstanceCount: 1, EndpointName: expect.stringMatching(/^sm-epc-/) },
      ModelConfiguration: {},
    });
    expect(first.Metrics.CostPerInference).toBeCloseTo(5.246913588052848e-6, 12);
    expect(first.Metrics).not.toHaveProperty('ModelSetupTime');
    expect(others.map(item => item.EndpointConfiguration.InstanceType)).toEqual(['ml.c5d.large', 'ml.m5.large']);
    expect(new Set([first, ...others].map(item => item.RecommendationId)).size).toBe(3);
  });

  test('of load tests takes two hours and tries what the request gives', async () => {
    const { createWith, describe: describeJob, pass, steps } = await withModels();
    const range = (Name: string, ...Value: string[]) => ({ Name, Value });
    await createWith({
      TrafficPattern: TRAFFIC,
      EndpointConfigurations: [
        { InstanceType: 'ml.c6i.xlarge', InferenceSpecificationName: 'fast', EnvironmentParameterRanges: { CategoricalParameterRanges: [range('OMP_NUM_THREADS', '2', '4')] } },
        { ServerlessConfig: { MemorySizeInMB: 4096, MaxConcurrency: 5 } },
        { InstanceType: 'ml.m5.large' },
      ],
      ResourceLimit: { MaxNumberOfTests: 2 },
    }, ADVANCED);
    await pass(2 * HOUR - MINUTE);
    expect((await describeJob()).Status).toBe('IN_PROGRESS');
    await pass(HOUR);
    const [onInstances, serverless, ...others]: Recommendation[] = (await describeJob()).InferenceRecommendations;
    expect(others).toEqual([]);
    expect(onInstances).toMatchObject({
      EndpointConfiguration: { InstanceType: 'ml.c6i.xlarge', InitialInstanceCount: 1 },
      ModelConfiguration: { InferenceSpecificationName: 'fast', EnvironmentParameters: [{ Key: 'OMP_NUM_THREADS', ValueType: 'String', Value: '2' }] },
    });
    expect(serverless.EndpointConfiguration).toMatchObject({ ServerlessConfig: { MemorySizeInMB: 4096, MaxConcurrency: 5 } });
    expect(serverless.EndpointConfiguration).not.toHaveProperty('InstanceType');
    expect(serverless.Metrics.ModelSetupTime).toBeGreaterThan(0);
    const { Steps } = await steps();
    expect(Steps).toHaveLength(2);
    const { RecommendationId, ...benchmark } = onInstances;
    expect(Steps[0]).toEqual({ StepType: 'BENCHMARK', JobName: NAME, Status: 'COMPLETED', InferenceBenchmark: benchmark });
  });

  test('tries the instance types that the container is said to run on', async () => {
    const { createWith, describe: describeJob, pass } = await withModels();
    await createWith({ ContainerConfig: { SupportedInstanceTypes: ['ml.g5.xlarge', 'ml.inf2.xlarge'] } });
    await pass(HOUR);
    expect((await describeJob()).InferenceRecommendations.map((item: Recommendation) => item.EndpointConfiguration.InstanceType))
      .toEqual(['ml.g5.xlarge', 'ml.inf2.xlarge']);
  });

  test('tests a model too, and compares it with an endpoint that is there', async () => {
    const { call, create, describe: describeJob, pass } = await withModels();
    await call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [{ VariantName: 'v', ModelName: 'bert', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }] });
    await call('CreateEndpoint', { EndpointName: 'mine', EndpointConfigName: 'c' });
    await create({ InputConfig: { ModelName: 'bert', ContainerConfig: CONTAINER_CONFIG, Endpoints: [{ EndpointName: 'mine' }] } });
    await pass(HOUR);
    const { EndpointPerformances, InferenceRecommendations } = await describeJob();
    expect(EndpointPerformances).toEqual([{ EndpointInfo: { EndpointName: 'mine' }, Metrics: { MaxInvocations: expect.any(Number), ModelLatency: expect.any(Number) } }]);
    expect(InferenceRecommendations).toHaveLength(3);
  });

  test('is stopped, and keeps its name for ever', async () => {
    const { call, create, describe: describeJob, pass, sagemaker } = await withModels();
    await create();
    await call('StopInferenceRecommendationsJob', { JobName: NAME });
    expect((await describeJob()).Status).toBe('STOPPING');
    expect(sagemaker.running()).toHaveLength(1);
    await pass(HOUR);
    expect(await describeJob()).toMatchObject({ Status: 'STOPPED', CompletionTime: expect.any(Number) });
    expect(await describeJob()).not.toHaveProperty('InferenceRecommendations');
    await expect(create()).rejects.toMatchObject({ code: 'ResourceInUse' });
    await expect(call('DeleteInferenceRecommendationsJob', { JobName: NAME })).rejects.toMatchObject({ code: 'UnknownOperationException' });
  });

  test('that is not there', async () => {
    const { describe: describeJob, steps } = await withModels();
    await expect(describeJob()).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(steps()).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  test('is listed with what it tests', async () => {
    const { call, create, pass } = await withModels();
    await create({ JobName: 'one', InputConfig: { ModelName: 'bert', ContainerConfig: CONTAINER_CONFIG } });
    await pass(HOUR);
    await create({ JobName: 'two', JobDescription: 'nightly' });
    const { InferenceRecommendationsJobs: jobs } = await call('ListInferenceRecommendationsJobs', { SortBy: 'Name', SortOrder: 'Ascending' });
    expect(jobs).toEqual([
      expect.objectContaining({ JobName: 'one', Status: 'COMPLETED', ModelName: 'bert', SamplePayloadUrl: 's3://payloads/bert.tar.gz', JobDescription: '' }),
      expect.objectContaining({ JobName: 'two', Status: 'PENDING', ModelPackageVersionArn: PACKAGE, JobDescription: 'nightly' }),
    ]);
  });
});

describe('names', () => {
  const LONG = 'a'.repeat(40);

  test('that agree in their first 40 characters are one to what the jobs make', async () => {
    const { create, describe: describeJob, pass } = await withModels();
    for (const JobName of [`${LONG}-one`, `${LONG}-two`, LONG.slice(1)]) {
      await create({ JobName });
      await pass(HOUR);
    }
    expect((await describeJob(`${LONG}-one`)).Status).toBe('COMPLETED');
    expect(await describeJob(`${LONG}-two`)).toMatchObject({ Status: 'FAILED', FailureReason: expect.stringContaining(`${LONG}-one`) });
    expect((await describeJob(LONG.slice(1))).Status).toBe('COMPLETED');
  });

  test('of one sandbox are free in another', async () => {
    for (const _ of [1, 2]) {
      const { create, describe: describeJob, pass } = await withModels();
      await create();
      await pass(HOUR);
      expect((await describeJob()).Status).toBe('COMPLETED');
    }
  });
});

describe('refused requests', () => {
  const configured = (...EndpointConfigurations: object[]) => ({ ModelPackageVersionArn: PACKAGE, EndpointConfigurations });

  test.each<[string, object, string]>([
    ['no model', { InputConfig: {} }, 'exactly one of ModelPackageVersionArn and ModelName'],
    ['a model and a package', { InputConfig: { ModelPackageVersionArn: PACKAGE, ModelName: 'bert', ContainerConfig: CONTAINER_CONFIG } }, 'exactly one of'],
    ['a model without ContainerConfig', { InputConfig: { ModelName: 'bert' } }, 'ContainerConfig is required'],
    ['no such model', { InputConfig: { ModelName: 'none', ContainerConfig: CONTAINER_CONFIG } }, `Could not find model "${ARN}:model/none".`],
    ['no such package', { InputConfig: { ModelPackageVersionArn: `${PACKAGE}0` } }, 'model-package/bert/10 does not exist'],
    ['nothing that says what the model is', { InputConfig: { ModelName: 'bert', ContainerConfig: {} } }, 'Specify Domain, Framework, SamplePayloadUrl'],
    ['no such endpoint', { InputConfig: { ModelPackageVersionArn: PACKAGE, Endpoints: [{ EndpointName: 'none' }] } }, `Could not find endpoint "${ARN}:endpoint/none".`],
    ['a burstable instance', { InputConfig: configured({ InstanceType: 'ml.t2.medium' }) }, 'Burstable instance type ml.t2.medium is not allowed.'],
    ['a configuration of both sorts', { InputConfig: configured({ InstanceType: 'ml.m5.large', ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1 } }) }, 'exactly one of InstanceType'],
    ['a configuration of neither sort', { InputConfig: configured({}) }, 'exactly one of InstanceType'],
    ['load tests of nothing', { ...ADVANCED, InputConfig: { ModelPackageVersionArn: PACKAGE, TrafficPattern: TRAFFIC } }, 'EndpointConfigurations is mandatory'],
    ['load tests without traffic', { ...ADVANCED, InputConfig: configured({ InstanceType: 'ml.m5.large' }) }, 'TrafficPattern is mandatory'],
    ['load tests without an end', { JobType: 'Advanced', InputConfig: { ...configured({ InstanceType: 'ml.m5.large' }), TrafficPattern: TRAFFIC } }, 'StoppingConditions is mandatory'],
    ['more traffic than time', { InputConfig: { ModelPackageVersionArn: PACKAGE, TrafficPattern: TRAFFIC, JobDurationInSeconds: 239 } }, 'should not be more than Job duration'],
    ['more than five hours', { InputConfig: { ModelPackageVersionArn: PACKAGE, JobDurationInSeconds: 18_001 } }, 'at most 18000'],
    ['too long a name', { JobName: 'a'.repeat(65) }, 'less than or equal to 64'],
  ])('%s', async (_, input, message) => {
    const { create, sagemaker } = await withModels();
    await expect(create(input)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
    expect(sagemaker.jobs('InferenceRecommendationsJob')).toEqual([]);
  });
});

describe('figures that the service does not know', () => {
  test('are NaN in the SDK', async () => {
    const { create, describe: describeJob, pass } = await withModels();
    await create();
    await pass(HOUR);
    const described = await describeJob();
    expect(described.InferenceRecommendations[2].Metrics.CpuUtilization).toBe('NaN');
    const { InferenceRecommendations } = await throughSdk(described);
    expect(InferenceRecommendations![2].Metrics).toMatchObject({ CpuUtilization: NaN, MemoryUtilization: NaN, MaxInvocations: 570 });
    expect(InferenceRecommendations![0].Metrics!.CpuUtilization).toBe(92.4);
  });

  test('are NaN in a scenario', async () => {
    const recommendation = {
      Metrics: { CostPerHour: NaN },
      EndpointConfiguration: { EndpointName: 'e', VariantName: 'v' },
      ModelConfiguration: {},
      InvocationStartTime: new Date(1_800_000_000_000),
    };
    const { create, describe: describeJob, pass } = await withModels(() => ({ recommendations: [recommendation] }));
    await create();
    await pass(HOUR);
    expect((await throughSdk(await describeJob())).InferenceRecommendations).toEqual([recommendation]);
  });
});

describe('scenarios', () => {
  test('a job fails for the reason given, and so did each of its steps', async () => {
    const { create, describe: describeJob, pass, steps } = await withModels(() => ({ status: 'FAILED', failureReason: 'no capacity', duration: 10 * MINUTE }));
    await create();
    await pass(HOUR);
    const failed = await describeJob();
    expect(failed).toMatchObject({ Status: 'FAILED', FailureReason: 'no capacity' });
    expect(failed).not.toHaveProperty('InferenceRecommendations');
    const { Steps } = await steps({ Status: 'FAILED', StepType: 'BENCHMARK' });
    expect(Steps).toHaveLength(3);
    expect(Steps[0]).toMatchObject({ Status: 'FAILED', InferenceBenchmark: { FailureReason: 'no capacity', EndpointConfiguration: { InstanceType: 'ml.c5.xlarge' } } });
  });

  test('steps are listed by status and in pages', async () => {
    const { create, pass, steps } = await withModels(() => ({
      steps: Array.from({ length: 25 }, (_, index) => ({
        Status: index % 5 === 0 ? 'FAILED' : 'COMPLETED',
        InferenceBenchmark: { ModelConfiguration: {}, ...(index % 5 === 0 ? { FailureReason: `reason ${index}` } : {}) },
      })),
    }));
    await create();
    await pass(HOUR);
    const reasons = async (input: object): Promise<[string[], string | undefined]> => {
      const { Steps, NextToken } = await steps({ Status: 'FAILED', ...input });
      return [Steps.map((step: { InferenceBenchmark: { FailureReason: string } }) => step.InferenceBenchmark.FailureReason), NextToken];
    };
    const [page, NextToken] = await reasons({ MaxResults: 3 });
    expect(page).toEqual(['reason 0', 'reason 5', 'reason 10']);
    expect(await reasons({ MaxResults: 3, NextToken })).toEqual([['reason 15', 'reason 20'], undefined]);
    expect((await steps()).Steps).toHaveLength(10);
  });

  test.each<[string, InferenceRecommendationsOutcome]>([
    ['a recommendation', { recommendations: [{ Foo: 1 } as object as never] }],
    ['a performance', { endpointPerformances: [{ EndpointInfo: {}, Metrics: { MaxInvocations: 0.5, ModelLatency: 1 } }] }],
    ['a step', { steps: [{ Status: 'GOOD' as 'FAILED' }] }],
  ])('%s that the API could not give is told when the job is created', async (_, scripted) => {
    const { create } = await withModels(() => scripted);
    await expect(create()).rejects.toThrow(/not an answer that SageMaker could give|can not be converted/);
  });
});

describe('the execution role', () => {
  test('is asked for what the request names', async () => {
    const iam = notingIam();
    const { createWith, pass } = await withModels(undefined, iam);
    const key = (id: string) => `arn:aws:kms:us-west-2:111122223333:key/${id}`;
    await createWith({ VolumeKmsKeyId: key('volume'), VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] } }, {
      OutputConfig: { KmsKeyId: key('output'), CompiledOutputConfig: { S3OutputUri: 's3://compiled/bert/' } },
    });
    await pass(MINUTE);
    expect(iam.asked).toEqual(expect.arrayContaining([
      { action: 'sagemaker:DescribeModelPackage', resource: PACKAGE },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::payloads/bert.tar.gz' },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::models/bert.tar.gz' },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::compiled/bert/object' },
      { action: 'ecr:BatchGetImage', resource: 'arn:aws:ecr:us-west-2:111122223333:repository/bert' },
      { action: 'sagemaker:CreateModel', resource: `${ARN}:model/${NAME}` },
      { action: 'sagemaker:CreateEndpoint', resource: `${ARN}:endpoint/sm-epc-${NAME}` },
      { action: 'sagemaker:InvokeEndpoint', resource: `${ARN}:endpoint/sm-epc-${NAME}` },
      { action: 'sagemaker:CreateCompilationJob', resource: `${ARN}:compilation-job/${NAME}` },
      { action: 'kms:CreateGrant', resource: key('volume'), context: { 'kms:GrantIsForAWSResource': 'true' } },
      { action: 'kms:GenerateDataKey', resource: key('output') },
      { action: 'ec2:CreateNetworkInterface', resource: 'arn:aws:ec2:us-west-2:111122223333:subnet/subnet-1' },
      { action: 'ec2:ModifyNetworkInterfaceAttribute', resource: expect.stringMatching(/:network-interface\/eni-/) },
      { action: 'ec2:DescribeVpcEndpoints', resource: '*' },
      { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    ]));
  });

  test('fails the job by what it is refused, without a step', async () => {
    const iam = notingIam();
    const { create, describe: describeJob, pass, steps } = await withModels(undefined, {
      ...iam, check: () => { throw new ServiceError('AccessDeniedException', 'not authorized to perform: sagemaker:CreateModel'); },
    });
    await create();
    await pass(MINUTE);
    expect(await describeJob()).toMatchObject({ Status: 'FAILED', FailureReason: 'not authorized to perform: sagemaker:CreateModel' });
    expect(await steps()).toEqual({ Steps: [] });
  });

  test('does without a package that is gone by then', async () => {
    const { call, create, describe: describeJob, pass } = await withModels(undefined, notingIam());
    await create();
    await call('DeleteModelPackage', { ModelPackageName: PACKAGE });
    await pass(HOUR);
    expect((await describeJob()).Status).toBe('COMPLETED');
  });
});
