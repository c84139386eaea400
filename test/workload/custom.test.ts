import * as s3 from 'aws-cdk-lib/aws-s3';
import { errorOf, inlineOf, testStack, warningsOf } from './fixture';
import { AiWorkloadConfig, DatasetFormat, InputChannel, WorkloadSpec } from '../../src/workload';

const benchmark = { type: 'aiperf' };
const custom = (parameters: Record<string, unknown>) => WorkloadSpec.custom({ benchmark, parameters });

describe.each<[string, (document: any) => WorkloadSpec]>([
  ['custom', (document) => WorkloadSpec.custom(document)],
  ['customText in JSON', (document) => WorkloadSpec.customText(JSON.stringify(document))],
])('%s', (_, spec) => {
  test.each<[string, object, string]>([
    ['no benchmark', { parameters: {} }, "benchmark.type must be 'aiperf', got 'undefined': add { benchmark: { type: 'aiperf' } }"],
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

test('what is no number is left to the service', () => {
  expect(errorOf({ spec: custom({ request_count: '0', streaming: 'yes' }) })).toBe('no error');
});

test('broken JSON is refused', () => {
  expect(errorOf({ spec: WorkloadSpec.customText('{"benchmark":') }))
    .toBe("AiWorkloadConfig 'Stack/Chat': text must be valid JSON when it begins with a brace, got '{\"benchmark\":'");
});

test.each([
  ['parameters: {}', 'text must have a benchmark whose type is aiperf: begin it with "benchmark: {type: aiperf}"'],
  ['benchmark:\n  type: aiperf\nparameters:\n  hf_token: hf_x', 'parameters.hf_token must not be in the specification'],
  ['benchmark:\n  type: "aiperf"\nsecrets:\n  hf_token: arn:aws:secretsmanager:us-west-2:111122223333:secret:hf-AbCdEf', 'no error'],
  ['# a comment\nbenchmark: {"type": aiperf}\n', 'no error'],
])('YAML %p', (text, message) => {
  expect(errorOf({ spec: WorkloadSpec.customText(text) })).toContain(message);
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
