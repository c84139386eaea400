import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { errorOf, parametersOf, testStack } from './fixture';
import {
  ApiStandard, ArrivalPattern, ConcurrencySearchProps, Dataset, DatasetFormat, GoodputMetric, ImageFormat, InputChannel, RequestTemplate,
  SyntheticWorkloadProps, WorkloadSpec,
} from '../../src/workload';

const synthetic = (props: Partial<SyntheticWorkloadProps>) => WorkloadSpec.synthetic({ inputTokens: { mean: 100 }, ...props });
const search = (props: Partial<ConcurrencySearchProps>) => WorkloadSpec.concurrencySearch({ sla: { errorRate: 0.01 }, ...props });
const video = { width: 640, height: 480 };
const image = { width: { mean: 10 }, height: { mean: 10 } };
const metric = GoodputMetric.REQUEST_LATENCY;
const bucket = s3.Bucket.fromBucketName(testStack(), 'Bucket', 'prompts');

describe('bounds of numbers', () => {
  test.each<[string, (value: number) => WorkloadSpec, number, number, string]>([
    // prop, spec with the value, last allowed value, first forbidden one, rule
    ['inputTokens.mean', (mean) => synthetic({ inputTokens: { mean } }), 1, 0, 'a whole number, at least 1'],
    ['inputTokens.mean', (mean) => synthetic({ inputTokens: { mean } }), 2, 1.5, 'a whole number, at least 1'],
    ['inputTokens.stddev', (stddev) => synthetic({ inputTokens: { mean: 9, stddev } }), 0, -0.1, 'a number, at least 0'],
    ['outputTokens.mean', (mean) => synthetic({ outputTokens: { mean } }), 1, 0, 'a whole number, at least 1'],
    ['outputTokens.stddev', (stddev) => synthetic({ outputTokens: { mean: 9, stddev } }), 0, -1, 'a number, at least 0'],
    ['concurrency', (concurrency) => synthetic({ concurrency }), 1, 0, 'a whole number, at least 1'],
    ['requestCount', (requestCount) => synthetic({ requestCount }), 1, 0, 'a whole number, at least 1'],
    ['requestRate', (requestRate) => synthetic({ requestRate }), 0.01, 0, 'a number, more than 0'],
    ['requestRate', (requestRate) => synthetic({ requestRate }), 1e6, Infinity, 'a number, more than 0'],
    ['arrivalSmoothness', (arrivalSmoothness) => synthetic({ arrivalSmoothness }), 0.01, 0, 'a number, more than 0'],
    ['benchmarkDuration', (s) => synthetic({ benchmarkDuration: Duration.seconds(s) }), 1, 0, 'a whole number of seconds, at least 1'],
    ['benchmarkDuration', (s) => synthetic({ benchmarkDuration: Duration.seconds(s) }), 2, 1.5, 'a whole number of seconds, at least 1'],
    ['gracePeriod', (s) => synthetic({ benchmarkDuration: Duration.minutes(1), gracePeriod: Duration.seconds(s) }), 0, 0.5, 'a whole number of seconds, at least 0'],
    ['maxConcurrency', (maxConcurrency) => synthetic({ maxConcurrency }), 1, 0, 'a whole number, at least 1'],
    ['prefillConcurrency', (prefillConcurrency) => synthetic({ prefillConcurrency }), 1, 0, 'a whole number, at least 1'],
    ['requestTimeout', (s) => synthetic({ requestTimeout: Duration.seconds(s) }), 1, 0, 'a whole number of seconds, at least 1'],
    ['randomSeed', (randomSeed) => synthetic({ randomSeed }), 0, -1, 'a whole number, at least 0'],
    ['conversations', (conversations) => synthetic({ conversations }), 1, 0, 'a whole number, at least 1'],
    ['warmup.duration', (s) => synthetic({ warmup: { duration: Duration.seconds(s) } }), 1, 0.5, 'a whole number of seconds, at least 1'],
    ['warmup.requestCount', (requestCount) => synthetic({ warmup: { requestCount } }), 1, 0, 'a whole number, at least 1'],
    ['warmup.concurrency', (concurrency) => synthetic({ warmup: { sessions: 5, concurrency } }), 1, 0, 'a whole number, at least 1'],
    ['warmup.prefillConcurrency', (prefillConcurrency) => synthetic({ warmup: { sessions: 5, prefillConcurrency } }), 1, 0, 'a whole number, at least 1'],
    ['warmup.requestRate', (requestRate) => synthetic({ warmup: { sessions: 5, requestRate } }), 0.5, 0, 'a number, more than 0'],
    ['warmup.sessions', (sessions) => synthetic({ warmup: { sessions } }), 1, 0, 'a whole number, at least 1'],
    ['images.width.mean', (mean) => synthetic({ images: { ...image, width: { mean } } }), 1, 0, 'a number, at least 1'],
    ['images.height.stddev', (stddev) => synthetic({ images: { ...image, height: { mean: 9, stddev } } }), 0, -1, 'a number, at least 0'],
    ['images.batchSize', (batchSize) => synthetic({ images: { ...image, batchSize } }), 1, 0, 'a whole number, at least 1'],
    ['video.width', (width) => synthetic({ video: { ...video, width } }), 1, 0, 'a whole number, at least 1'],
    ['video.height', (height) => synthetic({ video: { ...video, height } }), 1, 0.5, 'a whole number, at least 1'],
    ['video.framesPerSecond', (framesPerSecond) => synthetic({ video: { ...video, framesPerSecond } }), 1, 0, 'a whole number, at least 1'],
    ['video.duration', (s) => synthetic({ video: { ...video, duration: Duration.seconds(s) } }), 0.5, 0, 'a number of seconds, more than 0'],
    ['video.batchSize', (batchSize) => synthetic({ video: { ...video, batchSize } }), 1, 0, 'a whole number, at least 1'],
    ['video.audio.channels', (channels) => synthetic({ video: { ...video, audio: { channels } } }), 2, 3, 'one of 0, 1, 2'],
    ['video.audio.sampleRate', (sampleRate) => synthetic({ video: { ...video, audio: { channels: 1, sampleRate } } }),
      8000, 7999, 'a whole number, from 8000 to 96000'],
    ['video.audio.sampleRate', (sampleRate) => synthetic({ video: { ...video, audio: { channels: 1, sampleRate } } }),
      96000, 96001, 'a whole number, from 8000 to 96000'],
    ['video.audio.depth', (depth) => synthetic({ video: { ...video, audio: { channels: 1, depth } } }), 32, 12, 'one of 8, 16, 24, 32'],
    ['goodput.threshold', (ms) => synthetic({ goodput: [{ metric, threshold: Duration.millis(ms) }] }), 0.1, 0, 'more than 0 milliseconds'],
    ['concurrencies', (level) => WorkloadSpec.concurrencySweep({ concurrencies: [5, level] }), 1, 0, 'a whole number, at least 1'],
    ['sla.timeToFirstToken', (ms) => search({ sla: { timeToFirstToken: Duration.millis(ms) } }), 0.5, 0, 'a number of milliseconds, more than 0'],
    ['sla.timePerOutputToken', (ms) => search({ sla: { timePerOutputToken: Duration.millis(ms) } }), 1, 0, 'a number of milliseconds, more than 0'],
    ['sla.requestLatency', (ms) => search({ sla: { requestLatency: Duration.millis(ms) } }), 1, 0, 'a number of milliseconds, more than 0'],
    ['sla.errorRate', (errorRate) => search({ sla: { errorRate } }), 0, -0.01, 'a number, from 0 to 1'],
    ['sla.errorRate', (errorRate) => search({ sla: { errorRate } }), 1, 1.01, 'a number, from 0 to 1'],
    ['lowestConcurrency', (lowestConcurrency) => search({ lowestConcurrency }), 1, 0, 'a whole number, at least 1'],
    ['highestConcurrency', (highestConcurrency) => search({ highestConcurrency }), 1, 0, 'a whole number, at least 1'],
    ['maxIterations', (maxIterations) => search({ maxIterations }), 1, 0, 'a whole number, at least 1'],
  ])('%s', (prop, spec, allowed, forbidden, rule) => {
    expect(errorOf({ spec: spec(allowed) })).toBe('no error');
    expect(errorOf({ spec: spec(forbidden) })).toBe(`AiWorkloadConfig 'Stack/Chat': ${prop} must be ${rule}, got ${forbidden}`);
  });
});

describe('rules between parameters', () => {
  test.each<[string, WorkloadSpec, string]>([
    ['a sweep of one level', WorkloadSpec.concurrencySweep({ concurrencies: [5] }),
      'concurrencies takes at least 2 levels, got 1: a single level is no sweep'],
    ['a sweep that repeats a level', WorkloadSpec.concurrencySweep({ concurrencies: [5, 1, 5] }),
      "concurrencies must be distinct, got '5' more than once: measure each level once"],
    ['a search without a threshold', search({ sla: {} }),
      'sla needs at least one threshold: set one of sla.timeToFirstToken, sla.timePerOutputToken, sla.requestLatency, sla.errorRate'],
    ['a search up to less than it starts from', search({ lowestConcurrency: 10, highestConcurrency: 9 }),
      'lowestConcurrency must be at most highestConcurrency, got 10 and 9'],
    ['time to first token without streaming', search({ streaming: false, sla: { timeToFirstToken: Duration.seconds(1) } }),
      'sla.timeToFirstToken needs streaming: leave out streaming or set it to true'],
    ['time per output token without streaming', search({ streaming: false, sla: { timePerOutputToken: Duration.seconds(1) } }),
      'sla.timePerOutputToken needs streaming: leave out streaming or set it to true'],
    ['goodput without streaming', synthetic({ streaming: false, goodput: [{ metric, threshold: Duration.seconds(1) }] }),
      'goodput needs streaming: leave out streaming or set it to true'],
    ['goodput without objectives', synthetic({ goodput: [] }), 'goodput takes at least 1 objectives, got 0: leave it out to measure no goodput'],
    ['two thresholds of one metric', synthetic({ goodput: [{ metric, threshold: Duration.seconds(1) }, { metric, threshold: Duration.seconds(2) }] }),
      "goodput must be distinct, got 'request_latency' more than once: give each metric one threshold"],
    ['a metric with a space', synthetic({ goodput: [{ metric: GoodputMetric.of('a b'), threshold: Duration.seconds(1) }] }),
      "goodput.metric must hold no space and no colon, got 'a b'"],
    ['an extra input with a space in its value', synthetic({ extraInputs: { stop: 'a b' } }),
      "extraInputs.stop must hold no space and not be empty, got 'a b'"],
    ['an extra input with a colon in its name', synthetic({ extraInputs: { 'a:b': 1 } }),
      "extraInputs must have names without spaces and colons, got 'a:b'"],
    ['an extra input that is an object', synthetic({ extraInputs: { response_format: { type: 'json' } } }),
      'extraInputs.response_format must be a text, a number or a boolean, got an object: use a template for more'],
    ['a grace period of a load that is not limited by time', synthetic({ gracePeriod: Duration.seconds(5) }),
      'gracePeriod needs benchmarkDuration: without it there is nothing that it holds for'],
    ['a warm-up without an amount', synthetic({ warmup: { concurrency: 5 } }),
      'warmup.concurrency needs warmup.duration or warmup.requestCount or warmup.sessions: without it there is nothing that it holds for'],
    ['no tokenizer', synthetic({ tokenizer: '' }), "tokenizer must be a text that is not empty, got ''"],
    ['no version', synthetic({ toolVersion: '' }), 'toolVersion must not be empty: leave it out for the latest'],
    ['no API', synthetic({ apiStandard: ApiStandard.of('') }), 'apiStandard must not be empty: leave it out for the default of the service'],
    ['no arrival pattern', synthetic({ requestRate: 1, requestRateMode: ArrivalPattern.of('') }),
      "requestRateMode must be a text that is not empty, got ''"],
    ['no format', WorkloadSpec.dataset({ dataset: Dataset.fromBucket(bucket, 'a', { fileName: 'a', format: DatasetFormat.of('') }) }),
      "dataset.format must be a text that is not empty, got ''"],
    ['a tokenizer in a channel that does not exist', synthetic({ tokenizer: '/opt/ml/input/data/tokenizer' }),
      "the specification names /opt/ml/input/data/tokenizer, but there is no input channel 'tokenizer': add it, or correct the path"],
    ['an enum value that does not exist', synthetic({ images: { ...image, format: 'gif' as ImageFormat } }),
      "images.format must be one of png, jpeg, random, got 'gif'"],
    ['an extra input that the template sets', WorkloadSpec.template({
      template: RequestTemplate.fromBucket(bucket, 't/', { fileName: 'a.jinja', responseField: 'text' }),
      extraInputs: { response_field: 'x' },
    }), "extraInputs must not hold 'response_field': the template sets it"],
    ['a response field with a space', WorkloadSpec.template({
      template: RequestTemplate.fromBucket(bucket, 't/', { fileName: 'a.jinja', responseField: 'a || b' }),
    }), "template: responseField must be a JMESPath expression without spaces, got 'a || b'"],
    ['a secret without its full ARN', synthetic({ huggingFaceToken: secretsmanager.Secret.fromSecretNameV2(testStack(), 'Secret', 'hf') }),
      'huggingFaceToken must be a secret whose full ARN is known: import it with Secret.fromSecretCompleteArn'],
    ['two channels of one name', synthetic({
      additionalInputs: ['a/', 'b/'].map((prefix) => InputChannel.fromBucket(bucket, prefix, { channelName: 'files' })),
    }), "channelName must be distinct, got 'files' more than once: give each input channel a name of its own"],
  ])('%s', (_, spec, message) => {
    expect(errorOf({ spec })).toBe(`AiWorkloadConfig 'Stack/Chat': ${message}`);
  });

  test('goodput, with streaming left to its default, is fine', () => {
    expect(errorOf({ spec: synthetic({ goodput: [{ metric, threshold: Duration.seconds(1) }] }) })).toBe('no error');
  });

  test('a search for requests that are not streamed may limit the whole latency', () => {
    expect(errorOf({ spec: search({ streaming: false, sla: { requestLatency: Duration.seconds(1) } }) })).toBe('no error');
  });

  test('equal ends of a search are fine', () => {
    expect(errorOf({ spec: search({ lowestConcurrency: 9, highestConcurrency: 9 }) })).toBe('no error');
  });
});

describe('datasets', () => {
  test.each([
    ['a', 'no error'],
    ['x'.repeat(64), 'no error'],
    ['A-b_c.1', 'no error'],
    ['x'.repeat(65), `AiWorkloadConfig 'Stack/Chat': input channel '${'x'.repeat(65)}': channelName must be 1 to 64 characters long, got 65: '${'x'.repeat(65)}'`],
    ['a b', 'AiWorkloadConfig \'Stack/Chat\': input channel \'a b\': channelName must hold only letters, digits, ".", "-" and "_", got \'a b\''],
  ])('channel name %p', (channelName, message) => {
    const dataset = Dataset.fromBucket(bucket, 'p/', { fileName: 'a.jsonl', channelName });
    expect(errorOf({ spec: WorkloadSpec.dataset({ dataset }) })).toBe(message);
  });

  test.each([
    ['a slash in front of the folder', '/p', 'a.jsonl', "input channel 'dataset': prefix must not begin with a slash, got '/p': S3 keys have none"],
    ['a file outside of the folder', 'p', '../a.jsonl', "dataset: fileName must be a path inside the folder without spaces, got '../a.jsonl'"],
    ['a file with a space', 'p', 'a b.jsonl', "dataset: fileName must be a path inside the folder without spaces, got 'a b.jsonl'"],
    ['no file', 'p', undefined, 'dataset: fileName is required unless format is one that is read from a folder: name the file in the folder'],
  ])('%s', (_, prefix, fileName, message) => {
    const dataset = Dataset.fromBucket(bucket, prefix, { fileName });
    expect(errorOf({ spec: WorkloadSpec.dataset({ dataset }) })).toBe(`AiWorkloadConfig 'Stack/Chat': ${message}`);
  });

  test.each([[955 - 1, 'no error'], [955, 'must be 0 to 955 characters long, got 956']])('a prefix of %p characters and a slash', (length, message) => {
    const dataset = Dataset.fromBucket(bucket, 'p'.repeat(length), { fileName: 'a.jsonl' });
    expect(errorOf({ spec: WorkloadSpec.dataset({ dataset }) })).toContain(message);
  });

  test.each([
    [DatasetFormat.SHAREGPT, true],
    [DatasetFormat.OPENAI_CHAT, true],
    [DatasetFormat.OPENAI_COMPLETIONS, true],
    [DatasetFormat.SINGLE_TURN, false],
    [DatasetFormat.SAGEMAKER_DATACAPTURE, undefined],
    [DatasetFormat.of('generic'), undefined],
    [DatasetFormat.of('single_turn'), false],
  ])('%p: recommendation jobs read it: %p', (format, supported) => {
    expect(format._forRecommendationJobs()).toBe(supported);
  });

  test('a folder of a format that this library does not know needs no file name', () => {
    const dataset = Dataset.fromBucket(bucket, 'pool', { format: DatasetFormat.of('random_pool') });
    expect(parametersOf(WorkloadSpec.dataset({ dataset }))).toEqual({ custom_dataset_type: 'random_pool', input_file: '/opt/ml/input/data/dataset/' });
  });
});

describe('what a type checker would have found', () => {
  const nothing: any = {};
  const nowhere: any = undefined;

  test.each<[string, WorkloadSpec | undefined, string]>([
    ['no spec', undefined, 'spec is required'],
    ['no tokens', WorkloadSpec.synthetic(nothing), 'inputTokens is required'],
    ['no dataset', WorkloadSpec.dataset(nothing), 'dataset is required'],
    ['no template', WorkloadSpec.template(nothing), 'template is required'],
    ['no levels', WorkloadSpec.concurrencySweep(nothing), 'concurrencies is required'],
    ['no service level', WorkloadSpec.concurrencySearch(nothing), 'sla is required'],
    ['no bucket', WorkloadSpec.dataset({ dataset: Dataset.fromBucket(nowhere, 'a', { fileName: 'a' }) }), "input channel 'dataset': bucket is required"],
    ['no bucket for an upload', WorkloadSpec.dataset({ dataset: Dataset.fromLocal(__filename, nothing) }),
      "input channel 'dataset': destinationBucket is required: the files are uploaded to it"],
    ['no channel name', synthetic({ additionalInputs: [InputChannel.fromBucket(bucket, 'a', nothing)] }),
      "input channel 'undefined': channelName is required"],
  ])('%s', (_, spec, message) => {
    expect(errorOf({ spec: spec! })).toBe(`AiWorkloadConfig 'Stack/Chat': ${message}`);
  });
});

test('all that is wrong is said at once', () => {
  expect(errorOf({ workloadConfigName: 'Chat', spec: synthetic({ concurrency: 0, requestRate: -1 }) })).toBe([
    "AiWorkloadConfig 'Stack/Chat' has 3 invalid values:",
    "  - workloadConfigName must hold only lower-case letters, digits and hyphens, and begin and end with a letter or a digit, got 'Chat'",
    '  - concurrency must be a whole number, at least 1, got 0',
    '  - requestRate must be a number, more than 0, got -1',
  ].join('\n'));
});
