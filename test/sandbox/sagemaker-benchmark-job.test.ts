import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip, gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { ARN, setUp, SPEC, WORKLOAD } from './sagemaker-setup';
import { Sandbox } from '../../sandbox';
import { VirtualClock } from '../../sandbox/clock';
import { S3 } from '../../sandbox/s3';
import { BenchmarkOutcome, HOUR, MINUTE } from '../../sandbox/sagemaker';
import { BENCHMARK_REQUEST, bundleOfFolder, largeBundle, truncatedBundle } from '../../sandbox/sagemaker/fixtures';
import { Authorization, ServiceError } from '../../sandbox/service';

const JOB = 'benchmark-job-example';
const ENDPOINT = 'endpoint-example';
const BUCKET = 'amzn-s3-demo-bucket';
const ROLE = BENCHMARK_REQUEST.RoleArn!;
const MEASURED = readFileSync(join(__dirname, '../../sandbox/sagemaker/profile-export.json'), 'utf8');
const VARIANT = { VariantName: 'AllTraffic', InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 };

/** An endpoint in service and a workload configuration, and an outcome for every benchmark. */
async function prepare({ outcome, parameters, workload, iam, variant }: {
  outcome?: BenchmarkOutcome; parameters?: object; workload?: object; iam?: any; variant?: object;
} = {}) {
  const s3 = new S3(new VirtualClock());
  const world = setUp({ benchmark: () => outcome ?? {} }, { s3, iam });
  const { call, createWorkload, pass } = world;
  const spec = { ...SPEC, ...parameters && { parameters } };
  await createWorkload({ AIWorkloadConfigs: { WorkloadSpec: { Inline: JSON.stringify(spec) } }, ...workload });
  await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: 'image' } });
  await call('CreateEndpointConfig', { EndpointConfigName: 'c', ExecutionRoleArn: variant && ROLE, ProductionVariants: [{ ...VARIANT, ...variant ?? { ModelName: 'm' } }] });
  await call('CreateEndpoint', { EndpointName: ENDPOINT, EndpointConfigName: 'c' });
  await pass(10 * MINUTE);
  const create = (input: object = {}) => call('CreateAIBenchmarkJob', { ...BENCHMARK_REQUEST, ...input });
  const describe = (name = JOB) => call('DescribeAIBenchmarkJob', { AIBenchmarkJobName: name });
  return {
    ...world,
    s3,
    create,
    describe,
    /** Runs a job to its end. */
    run: async (input: object = {}) => {
      await create(input);
      await pass(HOUR);
      return describe();
    },
    bundle: () => files(s3),
  };
}

/** The files of the only bundle, by path. */
async function files(s3: S3): Promise<Record<string, string>> {
  const [key, ...others] = s3.keys(BUCKET);
  expect(others).toEqual([]);
  const found: Record<string, string> = {};
  const tar = extract();
  Readable.from([await s3.read(BUCKET, key)]).pipe(createGunzip()).pipe(tar as unknown as NodeJS.WritableStream);
  for await (const entry of tar) {
    const content = await buffer(entry);
    if (entry.header.type === 'file') {
      found[entry.header.name] = content.toString();
    }
  }
  return found;
}

describe('a job that ends well', () => {
  test('runs for its time, and says where its logs are', async () => {
    const { clock, create, describe: describeJob, pass } = await prepare();
    const begun = clock.now() / 1000;
    expect(await create()).toEqual({ AIBenchmarkJobArn: `${ARN}:ai-benchmark-job/${JOB}` });
    await pass(11 * MINUTE);
    expect(await describeJob()).toMatchObject({ AIBenchmarkJobStatus: 'InProgress', OutputConfig: BENCHMARK_REQUEST.OutputConfig });
    await pass(MINUTE);
    const done = await describeJob();
    expect(done).toMatchObject({
      AIBenchmarkJobStatus: 'Completed',
      CreationTime: begun,
      EndTime: begun + 12 * 60,
      OutputConfig: {
        S3OutputLocation: BENCHMARK_REQUEST.OutputConfig!.S3OutputLocation,
        CloudWatchLogs: [{
          LogGroupArn: 'arn:aws:logs:us-west-2:111122223333:log-group:/aws/sagemaker/TrainingJobs',
          LogStreamName: expect.stringMatching(/^ai-benchmark-[0-9a-f]{16}\/algo-1-\d+$/),
        }],
      },
    });
    expect(done).not.toHaveProperty('FailureReason');
  });

  test('leaves a bundle of what a real run measured, to the digit, without its errors', async () => {
    const { run, bundle, s3 } = await prepare();
    await run();
    const [key] = s3.keys(BUCKET);
    expect(key).toMatch(/^benchmarks\/ai-benchmark-[0-9a-f]{16}\/output\/output\.tar\.gz$/);
    expect(s3.get(BUCKET, key)!.size).toBeGreaterThan(1000);
    const found = await bundle();
    expect(Object.keys(found)).toEqual([
      'inputs.json', 'outputs.json', 'profile_export.jsonl', 'profile_export_aiperf.csv', 'profile_export_aiperf.json', 'logs/aiperf.log',
      'benchmark_summary.txt', 'MANIFEST.txt',
    ]);
    const { error_request_count, error_isl, total_error_isl, ...measured } = JSON.parse(MEASURED);
    expect(JSON.parse(found['profile_export_aiperf.json'])).toEqual({ ...measured, error_summary: [] });
    const lines = found['profile_export_aiperf.json'].split('\n').filter(line => !line.includes('error_summary'));
    expect(lines.filter(line => !MEASURED.split('\n').includes(line))).toEqual([]);
    expect(lines).toContain('    "avg": 290.0');
    expect(found['profile_export.jsonl'].trim().split('\n')).toHaveLength(290);
    expect(JSON.parse(found['inputs.json']).data).toHaveLength(290);
    expect(found['MANIFEST.txt'].trim().split('\n')).toEqual(Object.keys(found));
    expect(error_request_count.avg).toBe(10);
  });

  test('each job has a folder of its own, even under the name of one that was deleted', async () => {
    const { run, call, s3 } = await prepare();
    await run();
    await call('DeleteAIBenchmarkJob', { AIBenchmarkJobName: JOB });
    await run({ OutputConfig: { S3OutputLocation: `s3://${BUCKET}` } });
    const [one, other] = s3.keys(BUCKET).map(key => key.replace('benchmarks/', ''));
    expect(one).toMatch(/^ai-benchmark-[0-9a-f]{16}\/output\/output.tar.gz$/);
    expect(other).toMatch(/^ai-benchmark-[0-9a-f]{16}\/output\/output.tar.gz$/);
    expect(one).not.toBe(other);
  });

  test('is listed with the name of its workload, which cannot be deleted while it runs', async () => {
    const { create, call, pass } = await prepare();
    await create({ AIWorkloadConfigIdentifier: `${ARN}:ai-workload-config/${WORKLOAD}` });
    const remove = () => call('DeleteAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD });
    await expect(remove()).rejects.toMatchObject({ code: 'ResourceInUse', message: expect.stringContaining(`ai-benchmark-job/${JOB}`) });
    expect((await call('ListAIBenchmarkJobs', { StatusEquals: 'InProgress' })).AIBenchmarkJobs).toEqual([
      {
        AIBenchmarkJobName: JOB,
        AIBenchmarkJobArn: `${ARN}:ai-benchmark-job/${JOB}`,
        AIBenchmarkJobStatus: 'InProgress',
        AIWorkloadConfigName: WORKLOAD,
        CreationTime: expect.any(Number),
      },
    ]);
    await pass(HOUR);
    await remove();
  });
});

describe('figures of a scenario', () => {
  const profile = async (figures: BenchmarkOutcome['figures']) => {
    const { run, bundle } = await prepare({ outcome: { figures } });
    await run();
    return (await bundle())['profile_export_aiperf.json'];
  };

  test('replace, add and remove by path; the others keep their digits', async () => {
    const text = await profile({ 'time_to_first_token.p90': 612.5, 'goodput.avg': 1, 'request_latency': null, 'was_cancelled': true });
    expect(JSON.parse(text)).toMatchObject({
      time_to_first_token: { p90: 612.5, p95: 445.15505774999997 }, goodput: { avg: 1 }, was_cancelled: true,
    });
    expect(JSON.parse(text)).not.toHaveProperty('request_latency');
    expect(text).toContain('"p90": 612.5');
    expect(text).toContain('"p95": 445.15505774999997');
  });

  test('can be a function', async () => {
    const text = await profile(measured => ({ ...measured, request_count: { unit: 'requests', avg: 5000 } }));
    expect(JSON.parse(text)).toMatchObject({ request_count: { avg: 5000 }, request_throughput: { avg: 1.1645350904649048 } });
  });
});

describe('a sweep', () => {
  const parameters = { concurrency: [1, 10], request_count: 300 };

  test('has a folder for each level, and figures for each', async () => {
    const { run, bundle } = await prepare({ parameters, outcome: { figures: { 'concurrency_10.time_to_first_token.p90': 900, 'request_latency.p50': 7 } } });
    await run();
    const found = await bundle();
    expect(found).not.toHaveProperty(['profile_export_aiperf.json']);
    expect([1, 10].map(level => JSON.parse(found[`concurrency_${level}/profile_export_aiperf.json`]))).toMatchObject([
      { time_to_first_token: { p90: 370.0499559000001 }, request_latency: { p50: 7 }, input_config: { loadgen: { concurrency: 1 } } },
      { time_to_first_token: { p90: 900 }, request_latency: { p50: 7 }, input_config: { loadgen: { concurrency: 10 } } },
    ]);
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['concurrency_1/inputs.json', 'concurrency_10/outputs.json', 'logs/aiperf.log']));
  });

  test('fails when one level has too many errors', async () => {
    const { run } = await prepare({ parameters, outcome: { figures: { 'concurrency_10.error_request_count': { avg: 20 } } } });
    expect(await run()).toMatchObject({ AIBenchmarkJobStatus: 'Failed', FailureReason: expect.stringContaining('(20/310)') });
  });

  test('a level that the workload lacks is a mistake of the scenario', async () => {
    const { create } = await prepare({ parameters, outcome: { figures: { 'concurrency_5.request_latency.p50': 1 } } });
    await expect(create()).rejects.toThrow('concurrency_5.request_latency.p50');
  });
});

describe('a search', () => {
  const history = async (outcome: BenchmarkOutcome = {}, more: object = {}) => {
    const { run, bundle } = await prepare({ parameters: { search_recipe: 'max-concurrency-under-sla', ttft_sla_ms: 500, ...more }, outcome });
    expect(await run()).toMatchObject({ AIBenchmarkJobStatus: 'Completed' });
    const found = await bundle();
    expect(found).not.toHaveProperty(['profile_export_aiperf.json']);
    return JSON.parse(found['search_history.json']);
  };

  test('has its history with both sides of the boundary', async () => {
    expect(await history({}, { search_stat: 'p90' })).toMatchObject({
      config: { sla_filters: [{ metric_tag: 'time_to_first_token', stat: 'p90', op: 'lt', threshold: 500 }] },
      iterations: [{ feasible: true }, { feasible: false }],
      boundary_summary: {
        feasible_max: { value: 32, iteration_idx: 0 },
        infeasible_min: { value: 48, iteration_idx: 1, first_breach: { threshold: 500 } },
      },
    });
  });

  test('can find no level that holds, or no level that does not', async () => {
    const none = await history({ figures: { 'search.feasible_max': null, 'search.infeasible_min': 1 } });
    expect(none).toMatchObject({ best: null, boundary_summary: { feasible_max: null, infeasible_min: { value: 1, iteration_idx: 0 } } });
    expect(await history({}, { concurrency_max: 16 })).toMatchObject({ boundary_summary: { feasible_max: { value: 16 }, infeasible_min: null } });
  });
});

describe('a job that fails', () => {
  test('by its errors, when they are more than one percent; its bundle is complete', async () => {
    const { run, bundle } = await prepare({ outcome: { errorRate: 10 / 300 } });
    const reason = 'Benchmark error rate 3.33% (10/300) exceeds maximum 1%. Top errors: InvalidInferenceResultError: 10';
    expect(await run()).toMatchObject({ AIBenchmarkJobStatus: 'Failed', FailureReason: reason, OutputConfig: { CloudWatchLogs: [{}] } });
    const found = await bundle();
    expect(found['profile_export_aiperf.json']).toBe(MEASURED.trim());
    expect(found['failure_reason.txt'].trim()).toBe(reason);
    expect(found['profile_export.jsonl'].trim().split('\n').filter(line => JSON.parse(line).error !== null)).toHaveLength(10);
  });

  test('not by one percent of errors', async () => {
    const { run, bundle } = await prepare({ outcome: { errorRate: 0.01 } });
    expect(await run()).toMatchObject({ AIBenchmarkJobStatus: 'Completed' });
    expect(JSON.parse((await bundle())['profile_export_aiperf.json'])).toMatchObject({ error_request_count: { avg: 2 }, error_summary: [{ count: 2 }] });
  });

  test('for another reason has logs and no bundle', async () => {
    const { run, s3 } = await prepare({ outcome: { status: 'Failed', failureReason: 'AlgorithmError: no tokenizer available' } });
    expect(await run()).toMatchObject({
      AIBenchmarkJobStatus: 'Failed', FailureReason: 'AlgorithmError: no tokenizer available', OutputConfig: { CloudWatchLogs: [{}] },
    });
    expect(s3.keys(BUCKET)).toEqual([]);
  });

  test('a rate of errors that there cannot be is a mistake of the scenario', async () => {
    const { create } = await prepare({ outcome: { errorRate: 1 } });
    await expect(create()).rejects.toThrow('errorRate');
  });
});

describe('bundles of a scenario', () => {
  test('none', async () => {
    const { run, s3 } = await prepare({ outcome: { bundle: 'none' } });
    expect(await run()).toMatchObject({ AIBenchmarkJobStatus: 'Completed' });
    expect(s3.keys(BUCKET)).toEqual([]);
  });

  test('files over the default ones', async () => {
    const { run, bundle } = await prepare({ outcome: { bundle: { 'profile_export_aiperf.json': 'no JSON', 'logs/aiperf.log': undefined, 'plots/a.png': Buffer.from('png') } } });
    await run();
    const found = await bundle();
    expect(found).toMatchObject({ 'profile_export_aiperf.json': 'no JSON', 'plots/a.png': 'png' });
    expect(found).not.toHaveProperty(['logs/aiperf.log']);
  });

  test('paths that begin with the folder', async () => {
    const { run, bundle } = await prepare({ outcome: { bundle: bundleOfFolder() } });
    await run();
    expect(Object.keys(await bundle())).toContain('./profile_export_aiperf.json');
  });

  test('a truncated one', async () => {
    const { run, s3 } = await prepare({ outcome: { bundle: truncatedBundle() } });
    await run();
    const content = await s3.read(BUCKET, s3.keys(BUCKET)[0]);
    expect(() => gunzipSync(content)).toThrow('unexpected end of file');
  });

  test('one that is larger than anybody should hold, with the figures behind the requests', async () => {
    const { run, bundle, s3 } = await prepare({ outcome: { bundle: largeBundle(8) } });
    await run();
    expect(s3.get(BUCKET, s3.keys(BUCKET)[0])!.body).toBeInstanceOf(Function);
    expect((await s3.read(BUCKET, s3.keys(BUCKET)[0])).length).toBeGreaterThan(8 * 2 ** 20);
    const found = await bundle();
    expect(found['inputs.json']).toHaveLength(8 * 2 ** 20);
    expect(Object.keys(found).indexOf('inputs.json')).toBeLessThan(Object.keys(found).indexOf('profile_export_aiperf.json'));
    expect(JSON.parse(found['profile_export_aiperf.json']).request_count.avg).toBe(290);
  });
});

describe('refused requests', () => {
  test.each<[string, object, string, string]>([
    ['no such workload configuration', { AIWorkloadConfigIdentifier: 'other' }, 'ResourceNotFound', 'AIWorkloadConfig other does not exist'],
    ['no such endpoint', { BenchmarkTarget: { Endpoint: { Identifier: 'other' } } }, 'ResourceNotFound', 'Endpoint other does not exist'],
    ['no target', { BenchmarkTarget: {} }, 'ValidationException', 'exactly one of Endpoint'],
    ['no output location', { OutputConfig: {} }, 'ValidationException', 's3OutputLocation'],
    ['six security groups', { NetworkConfig: { VpcConfig: { SecurityGroupIds: [...'123456'].map(n => `sg-${n}`), Subnets: ['subnet-1'] } } }, 'ValidationException', 'less than or equal to 5'],
  ])('%s', async (_, input, code, message) => {
    const { create, sagemaker } = await prepare();
    await expect(create(input)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(sagemaker.jobs('AIBenchmarkJob')).toEqual([]);
  });
});

describe('an endpoint that cannot be benchmarked', () => {
  test('because it is not in service when the job begins', async () => {
    const { call, create, describe: describeJob, pass, s3 } = await prepare();
    await call('DeleteEndpoint', { EndpointName: ENDPOINT });
    await create();
    expect(await describeJob()).toMatchObject({ AIBenchmarkJobStatus: 'InProgress' });
    await pass(MINUTE);
    expect(await describeJob()).toMatchObject({ AIBenchmarkJobStatus: 'Failed', FailureReason: expect.stringContaining(`Endpoint ${ENDPOINT} must be InService`) });
    expect(s3.keys(BUCKET)).toEqual([]);
  });

  test('by ARN, while it is being made', async () => {
    const { call, run } = await prepare();
    await call('CreateEndpoint', { EndpointName: 'new', EndpointConfigName: 'c' });
    expect(await run({ BenchmarkTarget: { Endpoint: { Identifier: `${ARN}:endpoint/new` } } })).toMatchObject({
      AIBenchmarkJobStatus: 'Failed', FailureReason: expect.stringContaining('is Creating'),
    });
  });

  test('because its models are inference components, unless they are named', async () => {
    const { run, create, pass, call, describe: describeJob } = await prepare({ variant: { ModelName: undefined } });
    expect(await run()).toMatchObject({ AIBenchmarkJobStatus: 'Failed', FailureReason: expect.stringContaining('InferenceComponents') });
    const named = { BenchmarkTarget: { Endpoint: { Identifier: ENDPOINT, InferenceComponents: [{ Identifier: 'ic' }] } } };
    const end = async (AIBenchmarkJobName: string) => {
      await create({ AIBenchmarkJobName, ...named });
      await pass(HOUR);
      return describeJob(AIBenchmarkJobName);
    };
    expect(await end('early')).toMatchObject({ AIBenchmarkJobStatus: 'Failed', FailureReason: expect.stringContaining('Inference component ic must be InService') });
    await call('CreateInferenceComponent', {
      InferenceComponentName: 'ic',
      EndpointName: ENDPOINT,
      VariantName: VARIANT.VariantName,
      Specification: { ModelName: 'm', ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 1, MinMemoryRequiredInMb: 1024 } },
      RuntimeConfig: { CopyCount: 1 },
    });
    await pass(10 * MINUTE);
    expect(await end('late')).toMatchObject({ AIBenchmarkJobStatus: 'Completed' });
  });
});

test('a stopped job leaves nothing, and is deleted then', async () => {
  const { call, create, describe: describeJob, pass, s3, sagemaker } = await prepare();
  const named = { AIBenchmarkJobName: JOB };
  await create();
  await pass(5 * MINUTE);
  await call('StopAIBenchmarkJob', named);
  expect(await describeJob()).toMatchObject({ AIBenchmarkJobStatus: 'Stopping' });
  expect(sagemaker.running()).toContain(`${ARN}:ai-benchmark-job/${JOB}`);
  await pass(HOUR);
  expect(await describeJob()).toMatchObject({ AIBenchmarkJobStatus: 'Stopped' });
  expect(s3.keys(BUCKET)).toEqual([]);
  await call('DeleteAIBenchmarkJob', named);
  await expect(describeJob()).rejects.toMatchObject({ code: 'ResourceNotFound' });
});

test('in the whole sandbox the bundle is in its S3, and the role is looked into', async () => {
  const sandbox = await Sandbox.start({ scenario: { benchmark: (_, nth) => ({ duration: nth * 5 * MINUTE }) } });
  const allow = (Action: string) => sandbox.iam.putInlinePolicy(ROLE, 'policy', { Statement: { Effect: 'Allow', Action, Resource: '*' } });
  const call = (operation: string, input: object): Promise<any> => sandbox.sagemaker.console(operation, input);
  const run = async (name: string) => {
    await call('CreateAIBenchmarkJob', { ...BENCHMARK_REQUEST, AIBenchmarkJobName: name });
    await sandbox.run(sandbox.clock.sleep(10 * MINUTE));
    return call('DescribeAIBenchmarkJob', { AIBenchmarkJobName: name });
  };
  try {
    sandbox.iam.putRole({ arn: ROLE, name: 'benchmark', trust: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'sagemaker.amazonaws.com' } } } });
    allow('*');
    await call('CreateAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD, AIWorkloadConfigs: { WorkloadSpec: { Inline: JSON.stringify(SPEC) } } });
    await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: 'image' } });
    await call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [{ ...VARIANT, ModelName: 'm' }] });
    await call('CreateEndpoint', { EndpointName: ENDPOINT, EndpointConfigName: 'c' });
    await sandbox.run(sandbox.clock.sleep(10 * MINUTE));
    expect(await run('good')).toMatchObject({ AIBenchmarkJobStatus: 'Completed' });
    allow('sagemaker:*');
    expect(await run('bad')).toMatchObject({ AIBenchmarkJobStatus: 'Failed', FailureReason: expect.stringContaining('not authorized to perform: iam:PassRole') });
    const found = await files(sandbox.s3);
    expect(Object.keys(found)).toContain('profile_export_aiperf.json');
  } finally {
    await sandbox.stop();
  }
});

describe('the execution role', () => {
  const asked: Authorization[] = [];
  const iam = (denied?: string) => ({
    check: (role: string, authorizations: Authorization[]) => {
      if (role === ROLE) asked.push(...authorizations);
      if (authorizations.some(({ action }) => action === denied)) {
        throw new ServiceError('AccessDeniedException', `not authorized to perform: ${denied}`);
      }
    },
    checkTrust: () => {},
  });

  beforeEach(() => { asked.length = 0; });

  test('may not do something: the job fails after a minute', async () => {
    const { create, describe: describeJob, pass } = await prepare({ iam: iam('sagemaker:InvokeEndpointWithResponseStream') });
    await create();
    await pass(MINUTE);
    expect(await describeJob()).toMatchObject({
      AIBenchmarkJobStatus: 'Failed', FailureReason: 'not authorized to perform: sagemaker:InvokeEndpointWithResponseStream',
    });
  });

  test('needs what the load, its inputs and its results take', async () => {
    const secret = 'arn:aws:secretsmanager:us-west-2:111122223333:secret:hf-1';
    const channel = (ChannelName: string, S3Uri: string) => ({ ChannelName, DataSource: { S3DataSource: { S3Uri } } });
    const { run } = await prepare({
      iam: iam(),
      workload: {
        AIWorkloadConfigs: { WorkloadSpec: { Inline: JSON.stringify({ ...SPEC, secrets: { hf_token: secret } }) } },
        DatasetConfig: { InputDataConfig: [channel('traffic', 's3://data/t/'), channel('template', 's3://data/x.jinja')] },
      },
    });
    await run({ BenchmarkTarget: { Endpoint: { Identifier: ENDPOINT, InferenceComponents: [{ Identifier: 'ic' }] } }, Tags: [{ Key: 'a', Value: 'b' }] });
    expect(asked).toEqual(expect.arrayContaining([
      { action: 'sagemaker:InvokeEndpoint', resource: `${ARN}:endpoint/${ENDPOINT}` },
      { action: 'sagemaker:InvokeEndpointWithResponseStream', resource: `${ARN}:inference-component/ic` },
      { action: 'sagemaker:DescribeEndpoint', resource: `${ARN}:endpoint/${ENDPOINT}` },
      { action: 'sagemaker:CreateTrainingJob', resource: `${ARN}:training-job/${JOB}` },
      { action: 'sagemaker:AddTags', resource: `${ARN}:training-job/${JOB}` },
      { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::data', context: { 's3:prefix': 't/' } },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::data/t/object' },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::data/x.jinja' },
      { action: 's3:PutObject', resource: `arn:aws:s3:::${BUCKET}/benchmarks/object` },
      { action: 'secretsmanager:GetSecretValue', resource: secret },
      { action: 'ecr:GetAuthorizationToken', resource: '*' },
      { action: 'logs:PutLogEvents', resource: expect.stringContaining(':log-group:/aws/sagemaker/TrainingJobs:') },
    ]));
    expect(asked.some(({ action }) => action.startsWith('ec2:'))).toBe(false);
  });

  test('needs network interfaces in a VPC only, and MLflow only where it is used', async () => {
    const app = 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-1';
    const { run } = await prepare({ iam: iam() });
    await run({
      NetworkConfig: { VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] } },
      OutputConfig: { ...BENCHMARK_REQUEST.OutputConfig, MlflowConfig: { MlflowResourceArn: app } },
    });
    expect(asked).toEqual(expect.arrayContaining([
      { action: 'ec2:CreateNetworkInterface', resource: 'arn:aws:ec2:us-west-2:111122223333:subnet/subnet-1' },
      { action: 'sagemaker:CallMlflowAppApi', resource: app },
    ]));
  });
});
