import { setUp, SPEC, WORKLOAD } from './sagemaker-setup';
import { HOUR } from '../../sandbox/sagemaker';

const CHANNEL = { ChannelName: 'traffic', DataSource: { S3DataSource: { S3Uri: 's3://bucket/data/' } } };

function withSpec(spec: unknown, channels?: object[]): Promise<unknown> {
  return setUp().createWorkload({
    AIWorkloadConfigs: { WorkloadSpec: { Inline: typeof spec === 'string' ? spec : JSON.stringify(spec) } },
    ...(channels ? { DatasetConfig: { InputDataConfig: channels } } : {}),
  });
}

const withParameters = (parameters: object, channels?: object[]) => withSpec({ benchmark: { type: 'aiperf' }, parameters }, channels);

describe('configurations', () => {
  test('created, described and deleted', async () => {
    const { call, createWorkload } = setUp();
    const DatasetConfig = { InputDataConfig: [CHANNEL] };
    const { AIWorkloadConfigArn } = await createWorkload({ DatasetConfig, Tags: [{ Key: 'team', Value: 'chat' }] });
    expect(AIWorkloadConfigArn).toBe(`arn:aws:sagemaker:us-west-2:111122223333:ai-workload-config/${WORKLOAD}`);
    expect(await call('DescribeAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD })).toEqual({
      AIWorkloadConfigName: WORKLOAD,
      AIWorkloadConfigArn,
      AIWorkloadConfigs: { WorkloadSpec: { Inline: JSON.stringify(SPEC) } },
      DatasetConfig,
      Tags: [{ Key: 'team', Value: 'chat' }],
      CreationTime: Date.parse('2026-01-05T08:00:00Z') / 1000,
    });
    expect(await call('DeleteAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD })).toEqual({ AIWorkloadConfigArn });
    await expect(call('DescribeAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD })).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(call('DeleteAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD })).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  test('a name is given once', async () => {
    const { createWorkload } = setUp();
    await createWorkload();
    await expect(createWorkload()).rejects.toMatchObject({ code: 'ResourceInUse', message: `AIWorkloadConfig ${WORKLOAD} already exists` });
  });

  test('a name with a capital can be read and not be deleted', async () => {
    const { call, createWorkload } = setUp();
    await createWorkload({ AIWorkloadConfigName: 'Chat' });
    await expect(call('DescribeAIWorkloadConfig', { AIWorkloadConfigName: 'Chat' })).resolves.toBeDefined();
    await expect(call('DeleteAIWorkloadConfig', { AIWorkloadConfigName: 'Chat' })).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  test('one that an active job uses cannot be deleted', async () => {
    const { call, createWorkload, createJob, pass } = setUp();
    const { AIWorkloadConfigArn } = await createWorkload();
    await createJob({ AIWorkloadConfigIdentifier: AIWorkloadConfigArn });
    await expect(call('DeleteAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD })).rejects.toMatchObject({ code: 'ResourceInUse' });
    await pass(2 * HOUR);
    await expect(call('DeleteAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD })).resolves.toBeDefined();
  });

  test('listed by name, in pages', async () => {
    const { call, createWorkload, pass } = setUp();
    for (const name of ['chat-a', 'chat-b', 'other', 'chat-c']) {
      await createWorkload({ AIWorkloadConfigName: name });
      await pass(1000);
    }
    const request = { NameContains: 'chat', MaxResults: 2 };
    const names = (answer: any) => answer.AIWorkloadConfigs.map((item: any) => item.AIWorkloadConfigName);
    const first = await call('ListAIWorkloadConfigs', request);
    expect(names(first)).toEqual(['chat-c', 'chat-b']);
    const second = await call('ListAIWorkloadConfigs', { ...request, NextToken: first.NextToken });
    expect(names(second)).toEqual(['chat-a']);
    expect(second.NextToken).toBeUndefined();
    expect(names(await call('ListAIWorkloadConfigs', { SortBy: 'Name', SortOrder: 'Ascending' }))).toEqual(['chat-a', 'chat-b', 'chat-c', 'other']);
  });
});

describe('the workload specification', () => {
  test.each<[string, object]>([
    ['synthetic tokens under their aliases', { isl: 500, isl_stddev: 10.5, osl: 200, num_requests: 100 }],
    ['a sweep', { concurrency: [1, 10, 100] }],
    ['a search', { search_recipe: 'max-concurrency-under-sla', ttft_sla_ms: 500, search_stat: 'p95', concurrency_max: 64 }],
    ['a public dataset', { public_dataset: 'sharegpt', extra_inputs: 'ignore_eos:true temperature:0' }],
    ['video', { video_width: 640, video_height: 480, video_audio_num_channels: 2 }],
  ])('accepted: %s', async (_, parameters) => {
    await expect(withParameters(parameters)).resolves.toBeDefined();
  });

  test('nothing but a name is required', async () => {
    await expect(setUp().call('CreateAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD })).resolves.toBeDefined();
  });

  test('a file in a channel', async () => {
    await expect(withParameters({ input_file: '/opt/ml/input/data/traffic/a.jsonl' }, [CHANNEL])).resolves.toBeDefined();
    await expect(withParameters({ input_file: '/opt/ml/input/data/trafic/a.jsonl' }, [CHANNEL])).rejects.toThrow('input_file reads the channel "trafic"');
    await expect(withParameters({ extra_inputs: 'payload_template:/opt/ml/input/data/template/x.jinja' })).rejects.toThrow('the channel "template"');
  });

  test.each<[string, unknown, string]>([
    ['not JSON', 'benchmark:\n  type: aiperf', 'the document is not JSON'],
    ['not an object', '[]', 'the document is not an object'],
    ['no benchmark', {}, 'benchmark is required'],
    ['another benchmark', { benchmark: { type: 'genai-perf' } }, 'benchmark.type must match'],
    ['an unknown key', { ...SPEC, target: {} }, 'unknown key "target"'],
    ['an unknown key of benchmark', { benchmark: { type: 'aiperf', x: 1 } }, 'unknown key "benchmark.x"'],
    ['an unknown key of tooling', { ...SPEC, tooling: { api: 'openai' } }, 'unknown key "tooling.api"'],
    ['a version that is a number', { ...SPEC, tooling: { version: 0.8 } }, 'tooling.version must be of type string'],
    ['a plain secret', { ...SPEC, secrets: { hf_token: 'hf_abc' } }, 'secrets.hf_token is not the ARN'],
    ['parameters that are a list', { ...SPEC, parameters: [] }, 'are objects'],
  ])('refused: %s', async (_, spec, message) => {
    await expect(withSpec(spec)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
  });

  test.each<[string, object, string]>([
    ['an unknown one', { concurency: 1 }, 'unknown parameter "concurency"'],
    ['a string for a number', { request_count: '100' }, 'request_count must be of type integer, got "100"'],
    ['a fraction for an integer', { request_count: 1.5 }, 'request_count must be of type integer'],
    ['an empty sweep', { concurrency: [] }, 'concurrency must be of type integer or list of integers'],
    ['a value outside its set', { model_selection_strategy: 'sticky' }, 'must be one of round_robin, random'],
    ['the same one twice', { osl: 1, output_tokens_mean: 1 }, 'given twice'],
    ['goodput without streaming', { streaming: false, goodput: 'ttft:100' }, 'goodput needs streaming'],
    ['a search with a fixed concurrency', { search_recipe: 'max-concurrency-under-sla', concurrency: 1, e2e_sla_ms: 9 }, 'excludes a fixed concurrency'],
    ['a search without a limit', { search_recipe: 'max-concurrency-under-sla' }, 'search_recipe needs one of'],
    ['half of the video size', { video_width: 640 }, 'video needs both'],
  ])('refused parameters: %s', async (_, parameters, message) => {
    await expect(withParameters(parameters)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
  });

  test('a secret by its ARN', async () => {
    await expect(withSpec({ ...SPEC, secrets: { hf_token: 'arn:aws:secretsmanager:us-west-2:111122223333:secret:hf-AbCdEf' } })).resolves.toBeDefined();
  });
});
