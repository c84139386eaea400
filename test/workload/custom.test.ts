import { Aws, Lazy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { errorOf, inlineOf, testStack, warningsOf } from './fixture';
import { AiWorkloadConfig, CustomWorkloadOptions, DatasetFormat, InputChannel, WorkloadSpec } from '../../src/workload';

const benchmark = { type: 'aiperf' };

describe.each<[string, (document: any) => WorkloadSpec]>([
  ['custom', (document) => WorkloadSpec.custom(document)],
  ['customText in JSON', (document) => WorkloadSpec.customText(JSON.stringify(document))],
])('%s', (_, spec) => {
  test.each<[string, object, string]>([
    ['no benchmark', { parameters: {} }, "benchmark.type must be 'aiperf', got nothing: add { benchmark: { type: 'aiperf' } }"],
    ['another benchmark', { benchmark: { type: 'x' } }, "benchmark.type must be 'aiperf', got 'x': add { benchmark: { type: 'aiperf' } }"],
    ['a token in plain text', { benchmark, parameters: { hf_token: 'hf_x' } },
      'parameters.hf_token must not be in the specification, where everybody can read it: put the token into a secret and its full ARN into secrets.hf_token'],
    ['a parameter out of its bounds', { benchmark, parameters: { request_count: 0 } },
      'parameters.request_count must be a whole number, at least 1, got 0'],
    ['an alias out of its bounds', { benchmark, parameters: { isl_stddev: -1 } }, 'parameters.isl_stddev must be a number, at least 0, got -1'],
    ['half a video', { benchmark, parameters: { video_width: 640 } },
      'parameters.video_width and parameters.video_height must be set both, or neither: only both together switch video on'],
    ['a search with a fixed concurrency',
      { benchmark, parameters: { search_recipe: 'max-concurrency-under-sla', concurrency: 5, e2e_sla_ms: 100 } },
      'parameters.concurrency must be left out of a concurrency search: the search sets it'],
    ['an unknown recipe', { benchmark, parameters: { search_recipe: 'x', e2e_sla_ms: 1 } },
      "parameters.search_recipe must be one of max-concurrency-under-sla, got 'x'"],
    ['a search with half its keys', { benchmark, parameters: { search_recipe: 'max-concurrency-under-sla' } },
      'parameters.search_recipe needs at least one threshold: set one of parameters.ttft_sla_ms, parameters.tpot_sla_ms, '
      + 'parameters.e2e_sla_ms, parameters.error_rate_sla'],
    ['a number as a text', { benchmark, parameters: { concurrency: '5' } }, "parameters.concurrency must be a whole number, at least 1, got '5'"],
    ['a boolean as a text', { benchmark, parameters: { streaming: 'yes' } }, "parameters.streaming must be one of true, false, got 'yes'"],
    ['an object as a text', { benchmark, parameters: { extra_inputs: { ignore_eos: true } } },
      'parameters.extra_inputs must be a text that is not empty, got an object'],
    ['parameters that are none', { benchmark, parameters: 'x' }, 'parameters must be an object of names and values'],
    ['secrets that are none', { benchmark, secrets: 'sk-123' }, 'secrets must be an object of names and values'],
    ['two names of one parameter', { benchmark, parameters: { isl: 5, prompt_input_tokens_mean: 6 } },
      'parameters.isl and parameters.prompt_input_tokens_mean are names of the same parameter: keep one'],
    ['a file in a channel that does not exist', { benchmark, parameters: { input_file: '/opt/ml/input/data/chat/a.jsonl' } },
      "the specification names /opt/ml/input/data/chat, but there is no input channel 'chat': add it, or correct the path"],
    ['a level of a sweep out of its bounds', { benchmark, parameters: { concurrency: [1, 0] } },
      'parameters.concurrency must be a whole number, at least 1, got 0'],
  ])('refuses %s', (__, document, message) => {
    expect(errorOf({ spec: spec(document) })).toBe(`AiWorkloadConfig 'Stack/Chat': ${message}`);
  });

  test('warns of keys that the service does not document', () => {
    const unknown = spec({ benchmark, parameters: { url: 'x', isl: 5 }, tooling: { version: '1', colour: 'red' }, extra: 1 });
    expect(warningsOf(unknown)).toEqual(['cdk-sagemaker-inference:unknownWorkloadKey']);
  });

  test('is silent about keys that it documents, aliases included', () => {
    const known = spec({ benchmark, parameters: { isl: 5, vllm_burstiness: 1, num_sessions: 3 }, tooling: { api_standard: 'openai' }, secrets: {} });
    expect(warningsOf(known)).toEqual([]);
  });

  test('knows the format of the dataset', () => {
    const config = new AiWorkloadConfig(testStack(), 'Chat', { spec: spec({ benchmark, parameters: { custom_dataset_type: 'single_turn' } }) });
    expect(config.datasetFormat).toBe(DatasetFormat.SINGLE_TURN);
  });
});

test.each([['null', null, 'null'], ['a list', [], 'a list'], ['a text', 'x', "'x'"]])('%s is no document', (_, document, got) => {
  expect(errorOf({ spec: WorkloadSpec.custom(document as any) })).toBe(`AiWorkloadConfig 'Stack/Chat': document must be an object, got ${got}`);
});

test('a document that contains itself is refused, one that repeats a part is not', () => {
  const part: any = { type: 'aiperf' };
  expect(errorOf({ spec: WorkloadSpec.custom({ benchmark: part, tooling: { again: part } }) })).toBe('no error');
  part.self = [part];
  expect(errorOf({ spec: WorkloadSpec.custom({ benchmark: part }) })).toBe("AiWorkloadConfig 'Stack/Chat': document must not contain itself");
});

test('broken JSON is refused, and not repeated since it can hold a secret', () => {
  expect(errorOf({ spec: WorkloadSpec.customText('{"secrets":{"hf_token":"hf_x"') }))
    .toBe("AiWorkloadConfig 'Stack/Chat': text must be valid JSON when it begins with a brace: look for a missing quote, comma or brace");
});

test.each([
  ['parameters: {}', 'text must have a benchmark whose type is aiperf: begin it with "benchmark: {type: aiperf}"'],
  ['my-benchmark: {type: aiperf}', 'text must have a benchmark whose type is aiperf'],
  ['benchmark:\n  type: aiperf\nparameters:\n  hf_token: hf_x', 'parameters.hf_token must not be in the specification'],
  ['# a comment\nbenchmark: {"type": aiperf}\n', 'no error'],
  ['"benchmark":\n  "type": "aiperf"', 'no error'],
  ["---\n'benchmark': {'type': 'aiperf'}", 'no error'],
  ['benchmark: {type: aiperf}\nparameters: {input_file: /opt/ml/input/data/chat}', "there is no input channel 'chat'"],
])('YAML %p', (text, message) => {
  expect(errorOf({ spec: WorkloadSpec.customText(text) })).toContain(message);
});

describe('secrets', () => {
  const ARN = 'arn:aws:secretsmanager:us-west-2:111122223333:secret:hf-AbCdEf';
  const yaml = (secrets: string) => WorkloadSpec.customText(`benchmark: {type: aiperf}\n${secrets}`);

  test.each<[string, WorkloadSpec]>([
    ['a document', WorkloadSpec.custom({ benchmark, secrets: { hf_token: 'x-secret' } })],
    ['a document, beside an ARN', WorkloadSpec.custom({ benchmark, secrets: { hf_token: ARN, api_key: 'x-secret' } })],
    ['a document, after an ARN', WorkloadSpec.custom({ benchmark, secrets: { hf_token: `${ARN} x-secret` } })],
    ['a document, as the ARN of something else', WorkloadSpec.custom({ benchmark, secrets: { hf_token: 'arn:aws:s3:::x-secret' } })],
    ['a document, deeper', WorkloadSpec.custom({ benchmark, secrets: { hf_token: { value: 'x-secret' } } })],
    ['a document, as one text', WorkloadSpec.custom({ benchmark, secrets: 'x-secret' })],
    ['a document, in a list', WorkloadSpec.custom({ benchmark, secrets: ['x-secret'] })],
    ['JSON', WorkloadSpec.customText(JSON.stringify({ benchmark, secrets: { api_key: 'x-secret' } }))],
    ['JSON that is broken', WorkloadSpec.customText('{"benchmark":{"type":"aiperf"},"secrets":{"api_key":"x-secret"}')],
    ['JSON with a token', WorkloadSpec.customText(`{"benchmark":{"type":"aiperf"},"parameters":{"tokenizer":"${Aws.REGION}"},"secrets":{"k":"x-secret"}}`)],
    ['YAML', yaml('secrets: {api_key: x-secret}')],
    ['YAML without a space', yaml('secrets: {"api_key":"x-secret"}')],
    ['YAML, beside an ARN', yaml(`secrets: {hf_token: ${ARN}, api_key: x-secret}`)],
    ['YAML, over lines', yaml(`secrets:\n  hf_token: ${ARN}\n\n  # why\n  api_key: x-secret\nparameters: {}`)],
    ['YAML, over lines that end as in Windows', yaml(`secrets:\r\n  hf_token: ${ARN}\r\n  api_key: x-secret\r\nparameters: {}`)],
    ['YAML, with a quoted key', yaml('"secrets":\n  api_key: x-secret')],
    ['YAML, in braces over lines', yaml('secrets: {\napi_key: x-secret\n}')],
    ['YAML, all in braces', WorkloadSpec.customText('# all\n{benchmark: {type: aiperf}, secrets: {api_key: x-secret}}')],
    ['YAML, in a text over several lines', yaml('secrets:\n  api_key: >-\n    x-secret')],
    ['YAML, in a list', yaml('secrets:\n- x-secret')],
    ['YAML, after an ARN', yaml(`secrets:\n  hf_token: ${ARN} x-secret`)],
    ['YAML, as one text', yaml('secrets: x-secret')],
    ['YAML, under an anchor', yaml('secrets: &keys\n  api_key: x-secret')],
    ['YAML, in braces after a token', yaml(`secrets: {hf_token: ${Aws.STACK_ID}, api_key: x-secret}`)],
    ['YAML, with a token', yaml(`secrets:\n  hf_token: ${Aws.STACK_ID}\n  api_key: x-secret`)],
  ])('in plain text in %s are refused, and not repeated', (_, spec) => {
    const message = errorOf({ spec });
    expect(message).toMatch(/must be the full ARN of a secret|secrets must be an object|text must be valid JSON/);
    expect(message).not.toContain('x-secret');
  });

  test.each<[string, (secret: secretsmanager.ISecret) => object]>([
    ['a document', (secret) => ({ secrets: { hf_token: secret.secretFullArn } })],
    ['a part of a document that is only known later', (secret) => ({ secrets: Lazy.any({ produce: () => ({ hf_token: secret.secretFullArn }) }) })],
  ])('by ARN in %s pass', (_, more) => {
    const stack = testStack();
    const secret = new secretsmanager.Secret(stack, 'Secret');
    expect(errorOf({ spec: WorkloadSpec.custom({ benchmark, ...more(secret) }, { secrets: [secret] }) }, stack)).toBe('no error');
  });

  test.each([
    `secrets:\n  hf_token: ${ARN} # mine\n  api_key: "${ARN}"\nparameters: {isl: 5}`,
    `secrets: {hf_token: ${ARN}, "api_key": '${ARN}'}`,
    `secrets:\n  hf_token: arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:hf-AbCdEf`,
    `secrets: {hf_token: ${Aws.STACK_ID}}`,
    `parameters:\n  extra_inputs: "secrets:5"\nsecrets:\n    hf_token: ${ARN}`,
    'secrets: {}',
  ])('by ARN in YAML pass: %p', (text) => {
    expect(errorOf({ spec: yaml(text) })).toBe('no error');
  });

  test.each<[string, (options: CustomWorkloadOptions) => WorkloadSpec]>([
    ['document', (options) => WorkloadSpec.custom({ benchmark, secrets: { hf_token: ARN } }, options)],
    ['YAML', (options) => WorkloadSpec.customText(`benchmark: {type: aiperf}\nsecrets: {hf_token: ${ARN}}`, options)],
  ])('that only a %s names make a warning', (_, spec) => {
    expect(warningsOf(spec({ secrets: [secretsmanager.Secret.fromSecretCompleteArn(testStack(), 'Secret', ARN)] }))).toEqual([]);
    expect(warningsOf(spec({}))).toEqual(['cdk-sagemaker-inference:unlistedSecret']);
  });
});

test('files in the channels that are given', () => {
  const bucket = s3.Bucket.fromBucketName(testStack(), 'Bucket', 'prompts');
  const channels = [InputChannel.fromBucket(bucket, 'a/', { channelName: 'chat' })];
  const of = (file: string) => errorOf({ spec: WorkloadSpec.custom({ benchmark, parameters: { input_file: file } }, { channels }) });
  expect(of(`${channels[0].containerPath}/a.jsonl`)).toBe('no error');
  expect(of(`/opt/ml/input/data/${Aws.REGION}/a.jsonl`)).toBe('no error');
  expect(of('/opt/ml/input/data/chat-old/a.jsonl')).toContain("there is no input channel 'chat-old'");
});

test('whoever gives channels has a dataset', () => {
  const stack = testStack();
  const channels = [InputChannel.fromBucket(new s3.Bucket(stack, 'Bucket'), 'a/', { channelName: 'a' })];
  expect(new AiWorkloadConfig(stack, 'With', { spec: WorkloadSpec.custom({ benchmark }, { channels }) }).hasDataset).toBe(true);
  expect(new AiWorkloadConfig(stack, 'Without', { spec: WorkloadSpec.custom({ benchmark }) }).hasDataset).toBe(false);
});

test('nested keys and lists keep what is in them', () => {
  expect(inlineOf(WorkloadSpec.custom({ benchmark, parameters: { z: [{ b: 1, a: null }], concurrency: [2, 1] } })))
    .toBe('{"benchmark":{"type":"aiperf"},"parameters":{"concurrency":[2,1],"z":[{"a":null,"b":1}]}}');
});
