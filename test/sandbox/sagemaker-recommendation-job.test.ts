import { ARN, JOB, setUp } from './sagemaker-setup';
import { HOUR, MINUTE } from '../../sandbox/sagemaker';
import { ServiceError } from '../../sandbox/service';

const byMetric = (Metric: string) => ({ PerformanceTarget: { Constraints: [{ Metric }] } });

describe('a job that ends well', () => {
  test('runs for its time and then answers the figures of a real job', async () => {
    const { call, createWorkload, createJob, describeJob, pass, clock } = setUp();
    const begun = clock.now() / 1000;
    await createWorkload();
    expect(await createJob()).toEqual({ AIRecommendationJobArn: `${ARN}:ai-recommendation-job/${JOB}` });
    expect(await describeJob()).toMatchObject({ AIRecommendationJobStatus: 'InProgress', CreationTime: begun, StartTime: begun, OptimizeModel: false, Tags: [] });
    await pass(69 * MINUTE);
    const running = await describeJob();
    expect(running.AIRecommendationJobStatus).toBe('InProgress');
    expect(running).not.toHaveProperty('Recommendations');
    expect(running.OutputConfig).not.toHaveProperty('ModelPackageGroupIdentifier');
    await pass(MINUTE);

    const done = await describeJob();
    expect(done).toMatchObject({
      AIRecommendationJobStatus: 'Completed',
      EndTime: begun + 70 * 60,
      OutputConfig: { S3OutputLocation: 's3://amzn-s3-demo-bucket/recommendations/', ModelPackageGroupIdentifier: JOB },
    });
    expect(done).not.toHaveProperty('FailureReason');
    expect(done).not.toHaveProperty('LastModifiedTime');
    const [recommendation, ...others] = done.Recommendations;
    expect(others).toEqual([]);
    expect(recommendation.ModelDetails).toEqual({
      ModelPackageArn: `${ARN}:model-package/${JOB}/1`,
      InferenceSpecificationName: 'high-otps-on-g6-24xlarge',
      InstanceDetails: [{ InstanceType: 'ml.g6.24xlarge', InstanceCount: 1, CopyCountPerInstance: 2 }],
    });
    expect(recommendation.DeploymentConfiguration).toMatchObject({
      S3: [
        { ChannelName: 'base_model', Uri: 's3://amzn-s3-demo-bucket/models/gpt-oss-20b/' },
        { ChannelName: 'model-output', Uri: 's3://amzn-s3-demo-bucket/recommendations/' },
      ],
      EnvironmentVariables: { SM_VLLM_TENSOR_PARALLEL_SIZE: '2', SM_VLLM_MAX_NUM_SEQS: '88' },
    });
    expect(recommendation.ExpectedPerformance).toContainEqual({ Metric: 'OutputTokenThroughput', Stat: 'avg', Value: '1893.21', Unit: 'Tokens/Second' });
    expect(recommendation.ExpectedPerformance).toContainEqual({ Metric: 'ClientSideConcurrency', Value: '88', Unit: 'Count' });
    expect(await call('DescribeModelPackage', { ModelPackageName: `${JOB}/1` })).toMatchObject({
      ModelApprovalStatus: 'PendingManualApproval',
      AdditionalInferenceSpecifications: [{ Name: 'high-otps-on-g6-24xlarge' }],
    });
  });

  test('with optimization it takes hours', async () => {
    const { createWorkload, createJob, describeJob, pass } = setUp();
    await createWorkload();
    await createJob({ ...byMetric('ttft-ms'), OptimizeModel: undefined });
    await pass(9 * HOUR + 39 * MINUTE);
    expect((await describeJob()).AIRecommendationJobStatus).toBe('InProgress');
    await pass(MINUTE);
    expect((await describeJob()).Recommendations[0].OptimizationDetails).toEqual([{ OptimizationType: 'KernelTuning' }]);
  });

  test('each instance type of the request is recommended, under a specification of its own', async () => {
    const { call, createWorkload, createJob, describeJob, pass } = setUp();
    await createWorkload();
    await createJob({ ComputeSpec: { InstanceTypes: ['ml.g6.24xlarge', 'ml.p5.48xlarge', 'ml.g6e.2xlarge'] } });
    await pass(2 * HOUR);
    const { Recommendations } = await describeJob();
    expect(Recommendations.map((item: any) => [
      item.DeploymentConfiguration.InstanceType,
      item.DeploymentConfiguration.CopyCountPerInstance,
      item.DeploymentConfiguration.EnvironmentVariables.SM_VLLM_TENSOR_PARALLEL_SIZE,
    ])).toEqual([['ml.g6.24xlarge', 2, '2'], ['ml.p5.48xlarge', 4, '2'], ['ml.g6e.2xlarge', 1, '1']]);
    const throughputs = Recommendations.map((item: any) => Number(item.ExpectedPerformance[1].Value));
    expect(throughputs).toEqual([...throughputs].sort((one, other) => other - one));
    const { AdditionalInferenceSpecifications } = await call('DescribeModelPackage', { ModelPackageName: Recommendations[2].ModelDetails.ModelPackageArn });
    expect(AdditionalInferenceSpecifications).toHaveLength(3);
  });

  test('packages go into the group that the request names, as its next version', async () => {
    const { call, createWorkload, createJob, describeJob, pass } = setUp();
    await createWorkload();
    await call('CreateModelPackageGroup', { ModelPackageGroupName: 'production' });
    for (const name of ['one', 'two']) {
      await createJob({ AIRecommendationJobName: name, OutputConfig: { S3OutputLocation: 's3://b/o/', ModelPackageGroupIdentifier: `${ARN}:model-package-group/production` } });
      await pass(2 * HOUR);
    }
    expect((await describeJob('two')).Recommendations[0].ModelDetails.ModelPackageArn).toBe(`${ARN}:model-package/production/2`);
    await expect(call('DescribeModelPackageGroup', { ModelPackageGroupName: 'two' })).rejects.toThrow('does not exist');
  });

  test('the group outlives the job: another job of the same name adds a version', async () => {
    const { call, createWorkload, createJob, describeJob, pass } = setUp();
    await createWorkload();
    await createJob();
    await pass(2 * HOUR);
    await call('DeleteAIRecommendationJob', { AIRecommendationJobName: JOB });
    await createJob();
    await pass(2 * HOUR);
    expect((await describeJob()).Recommendations[0].ModelDetails.ModelPackageArn).toBe(`${ARN}:model-package/${JOB}/2`);
  });

  test('adapters from S3 become packages in a group of their own', async () => {
    const { createWorkload, createJob, describeJob, pass } = setUp();
    await createWorkload();
    const S3Uris = [{ AdapterId: 'law', S3Uri: 's3://b/law/' }, { AdapterId: 'code', S3Uri: 's3://b/code/' }];
    await createJob({ AdapterSource: { S3Uris } });
    await pass(2 * HOUR);
    expect((await describeJob()).Recommendations[0].AdapterDetails).toEqual({
      S3Uris,
      ModelPackageArns: [
        { AdapterId: 'law', ModelPackageArn: `${ARN}:model-package/${JOB}-adapters/1` },
        { AdapterId: 'code', ModelPackageArn: `${ARN}:model-package/${JOB}-adapters/2` },
      ],
    });
  });
});

describe('refused requests', () => {
  test.each<[string, object, string, string]>([
    ['no such workload configuration', { AIWorkloadConfigIdentifier: 'other' }, 'ResourceNotFound', 'AIWorkloadConfig other does not exist'],
    ['no such group', { OutputConfig: { S3OutputLocation: 's3://b/', ModelPackageGroupIdentifier: 'none' } }, 'ValidationException', 'does not exist'],
    ['instance types with a cost target', byMetric('cost'), 'ValidationException', 'InstanceTypes cannot be specified'],
    ['throughput with optimization and no dataset', { OptimizeModel: undefined }, 'ValidationException', 'requires a DatasetConfig'],
    ['two targets', { PerformanceTarget: { Constraints: [{ Metric: 'throughput' }, { Metric: 'ttft-ms' }] } }, 'ValidationException', 'one constraint'],
    ['a target that the API lacks', byMetric('latency'), 'ValidationException', 'enum value set: [ttft-ms, throughput, cost]'],
    ['no output location', { OutputConfig: {} }, 'ValidationException', 'S3OutputLocation is required'],
    ['no model', { ModelSource: { S3: {} } }, 'ValidationException', 'S3Uri is required'],
    ['four instance types', { ComputeSpec: { InstanceTypes: ['ml.g5.xlarge', 'ml.g6.xlarge', 'ml.g6e.xlarge', 'ml.p5.4xlarge'] } }, 'ValidationException', 'less than or equal to 3'],
    ['an adapter twice', { AdapterSource: { S3Uris: [{ AdapterId: 'a', S3Uri: 's3://b/1/' }, { AdapterId: 'a', S3Uri: 's3://b/2/' }] } }, 'ValidationException', 'more than once'],
    ['too long a name for the group of adapters', { AIRecommendationJobName: 'a'.repeat(55), AdapterSource: { S3Uris: [{ AdapterId: 'a', S3Uri: 's3://b/1/' }] } }, 'ValidationException', 'exceed 63'],
  ])('%s', async (_, input, code, message) => {
    const { createWorkload, createJob, sagemaker } = setUp();
    await createWorkload();
    await expect(createJob(input)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(sagemaker.jobs('AIRecommendationJob')).toEqual([]);
  });

  test('cost without instance types, and throughput with optimization and a dataset, pass', async () => {
    const { createWorkload, createJob } = setUp();
    await createWorkload({ DatasetConfig: { InputDataConfig: [{ ChannelName: 'traffic', DataSource: { S3DataSource: { S3Uri: 's3://b/d/' } } }] } });
    await createJob({ ...byMetric('cost'), ComputeSpec: undefined });
    await createJob({ AIRecommendationJobName: 'other', OptimizeModel: true });
  });

  test('a name that is taken', async () => {
    const { createWorkload, createJob } = setUp();
    await createWorkload();
    await createJob();
    await expect(createJob()).rejects.toMatchObject({ code: 'ResourceInUse', message: `AIRecommendationJob ${JOB} already exists` });
  });

  test('what the scenario refuses', async () => {
    const { createWorkload, createJob } = setUp({
      refuse: operation => operation === 'CreateAIRecommendationJob' ? new ServiceError('ResourceLimitExceeded', 'too many jobs') : undefined,
    });
    await createWorkload();
    await expect(createJob()).rejects.toMatchObject({ code: 'ResourceLimitExceeded' });
  });
});

describe('stop and delete', () => {
  const named = { AIRecommendationJobName: JOB };

  test('a running job is stopped, then deleted', async () => {
    const { sagemaker, call, createWorkload, createJob, describeJob, pass } = setUp();
    await createWorkload();
    await createJob();
    await expect(call('DeleteAIRecommendationJob', named)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining('InProgress') });
    await call('StopAIRecommendationJob', named);
    expect((await describeJob()).AIRecommendationJobStatus).toBe('Stopping');
    expect(sagemaker.running()).toHaveLength(1);
    await expect(call('DeleteAIRecommendationJob', named)).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(call('StopAIRecommendationJob', named)).rejects.toMatchObject({ code: 'ValidationException' });
    await pass(3 * MINUTE);
    expect((await describeJob()).AIRecommendationJobStatus).toBe('Stopped');
    expect(sagemaker.running()).toEqual([]);
    await pass(2 * HOUR);
    expect(await describeJob()).not.toHaveProperty('Recommendations');
    await call('DeleteAIRecommendationJob', named);
    await expect(describeJob()).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  test('a job that has ended cannot be stopped', async () => {
    const { call, createWorkload, createJob, pass } = setUp();
    await createWorkload();
    await createJob();
    await pass(2 * HOUR);
    await expect(call('StopAIRecommendationJob', named)).rejects.toMatchObject({ code: 'ValidationException' });
  });

  test('a job that is not there', async () => {
    const { call } = setUp();
    for (const verb of ['Describe', 'Stop', 'Delete']) {
      await expect(call(`${verb}AIRecommendationJob`, named)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    }
  });

  test('a deleted job does not end another one of its name', async () => {
    const { call, createWorkload, createJob, describeJob, pass } = setUp({ stopDuration: 0 });
    await createWorkload();
    await createJob();
    await call('StopAIRecommendationJob', named);
    await pass(MINUTE);
    await call('DeleteAIRecommendationJob', named);
    await createJob();
    await pass(69.5 * MINUTE);
    expect((await describeJob()).AIRecommendationJobStatus).toBe('InProgress');
  });
});

describe('scenarios', () => {
  test('a job fails for the reason given, and the next one ends well', async () => {
    const { createWorkload, createJob, describeJob, pass } = setUp({
      recommendation: (_, nth) => nth === 1 ? { status: 'Failed', duration: MINUTE, failureReason: 'no capacity'.padEnd(2000, '!') } : { duration: 0 },
    });
    await createWorkload();
    await createJob();
    await createJob({ AIRecommendationJobName: 'second' });
    await pass(MINUTE);
    const failed = await describeJob();
    expect(failed.AIRecommendationJobStatus).toBe('Failed');
    expect(failed.FailureReason).toMatch(/^no capacity!+$/);
    expect(failed.FailureReason).toHaveLength(1024);
    expect((await describeJob('second')).AIRecommendationJobStatus).toBe('Completed');
  });

  test('a recommendation that the API could not give is told when the job is created', async () => {
    const { createWorkload, createJob } = setUp({ recommendation: () => ({ recommendations: [{ Foo: 1 } as object] }) });
    await createWorkload();
    await expect(createJob()).rejects.toThrow(/not an answer that SageMaker could give .*'.1.member.foo'/);
  });

  test('a refused request does not count', async () => {
    const seen: number[] = [];
    const { createWorkload, createJob } = setUp({ recommendation: (_, nth) => { seen.push(nth); return {}; } });
    await createWorkload();
    await createJob();
    await expect(createJob()).rejects.toThrow();
    await createJob({ AIRecommendationJobName: 'second' });
    expect(seen).toEqual([1, 2]);
  });

  test('the scenario may change on the way', async () => {
    const { sagemaker, createWorkload, createJob, describeJob, pass } = setUp();
    await createWorkload();
    sagemaker.scenario = { recommendation: () => ({ duration: MINUTE }) };
    await createJob();
    await pass(MINUTE);
    expect((await describeJob()).AIRecommendationJobStatus).toBe('Completed');
  });

  test('a group that is gone when the job ends fails it', async () => {
    const { call, createWorkload, createJob, describeJob, pass } = setUp();
    await createWorkload();
    await call('CreateModelPackageGroup', { ModelPackageGroupName: 'g' });
    await createJob({ OutputConfig: { S3OutputLocation: 's3://b/', ModelPackageGroupIdentifier: 'g' } });
    await call('DeleteModelPackageGroup', { ModelPackageGroupName: 'g' });
    await pass(2 * HOUR);
    expect(await describeJob()).toMatchObject({ AIRecommendationJobStatus: 'Failed', FailureReason: expect.stringContaining('model-package-group/g does not exist') });
  });
});

test('jobs are listed by status', async () => {
  const { call, createWorkload, createJob, pass } = setUp({ recommendation: ({ AIRecommendationJobName }) => ({ duration: AIRecommendationJobName === 'short' ? 1 : HOUR }) });
  await createWorkload();
  await createJob({ AIRecommendationJobName: 'short' });
  await createJob({ AIRecommendationJobName: 'long' });
  await pass(MINUTE);
  const answer = await call('ListAIRecommendationJobs', { StatusEquals: 'Completed' });
  expect(answer.AIRecommendationJobs).toEqual([{
    AIRecommendationJobName: 'short',
    AIRecommendationJobArn: `${ARN}:ai-recommendation-job/short`,
    AIRecommendationJobStatus: 'Completed',
    CreationTime: expect.any(Number),
    EndTime: expect.any(Number),
  }]);
});

test('a kind of job that is not in the table', () => {
  expect(() => setUp().sagemaker.jobs('TrainingJob')).toThrow('no such kind of job');
});
