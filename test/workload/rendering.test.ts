import { CfnParameter, Duration, SecretValue } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { inlineOf, only, parametersOf, requestOf, testStack, TYPE } from './fixture';
import {
  AiWorkloadConfig, ApiStandard, ArrivalPattern, Dataset, DatasetFormat, DatasetSamplingStrategy, GoodputMetric, ImageFormat, InputChannel,
  ModelSelectionStrategy, PublicDataset, RequestTemplate, SearchStatistic, VideoAudioCodec, VideoCodec, VideoContent, VideoFormat, WorkloadOptions,
  WorkloadSpec,
} from '../../src/workload';

// Jobs are named by a hash of these strings: whoever changes one makes every user's next deployment run GPU jobs again.
describe('golden renderings', () => {
  const stack = testStack();
  const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'prompts');
  const everything: WorkloadOptions = {
    toolVersion: '0.8.0',
    apiStandard: ApiStandard.OPENAI,
    video: {
      width: 640,
      height: 480,
      framesPerSecond: 24,
      duration: Duration.millis(2500),
      batchSize: 2,
      content: VideoContent.GRID_CLOCK,
      format: VideoFormat.WEBM,
      codec: VideoCodec.LIBVPX_VP9,
      audio: { channels: 2, sampleRate: 48000, codec: VideoAudioCodec.LIBOPUS, depth: 24 },
    },
    images: { width: { mean: 512, stddev: 64 }, height: { mean: 256.5, stddev: 0 }, batchSize: 3, format: ImageFormat.RANDOM },
    warmup: {
      duration: Duration.minutes(1),
      requestCount: 50,
      concurrency: 2,
      prefillConcurrency: 1,
      requestRate: 1.5,
      arrivalPattern: ArrivalPattern.CONSTANT,
      gracePeriod: Duration.millis(2500),
      sessions: 5,
    },
    modelSelectionStrategy: ModelSelectionStrategy.RANDOM,
    conversations: 1000,
    verbose: false,
    randomSeed: 0,
    extraInputs: { temperature: 0.2, ignore_eos: true },
    goodput: [
      { metric: GoodputMetric.TIME_TO_FIRST_TOKEN, threshold: Duration.seconds(1) },
      { metric: GoodputMetric.INTER_TOKEN_LATENCY, threshold: Duration.millis(3.4) },
    ],
    requestTimeout: Duration.minutes(10),
    tokenizer: 'openai/gpt-oss-20b',
    streaming: true,
    prefillConcurrency: 4,
    maxConcurrency: 64,
    gracePeriod: Duration.seconds(0),
    benchmarkDuration: Duration.minutes(5),
    arrivalSmoothness: 0.5,
    requestRateMode: ArrivalPattern.GAMMA,
    requestRate: 12.5,
    requestCount: 1000,
    outputTokens: { mean: 150, stddev: 50 },
  };

  test('synthetic, with the least', () => {
    expect(inlineOf(WorkloadSpec.synthetic({ inputTokens: { mean: 550 } })))
      .toBe('{"benchmark":{"type":"aiperf"},"parameters":{"prompt_input_tokens_mean":550}}');
  });

  test('synthetic, with everything', () => {
    expect(inlineOf(WorkloadSpec.synthetic({ ...everything, concurrency: 10, inputTokens: { mean: 550, stddev: 0 } }))).toBe([
      '{"benchmark":{"type":"aiperf"},"parameters":{"prompt_input_tokens_mean":550,"prompt_input_tokens_stddev":0,"output_tokens_mean":150,',
      '"output_tokens_stddev":50,"concurrency":10,"request_count":1000,"request_rate":12.5,"request_rate_mode":"gamma","arrival_smoothness":0.5,',
      '"benchmark_duration":300,"benchmark_grace_period":0,"max_concurrency":64,"prefill_concurrency":4,"streaming":true,',
      '"tokenizer":"openai/gpt-oss-20b","request_timeout_seconds":600,"goodput":"time_to_first_token:1000 inter_token_latency:3.4",',
      '"extra_inputs":"ignore_eos:true temperature:0.2","random_seed":0,"verbose":false,"num_conversations":1000,',
      '"model_selection_strategy":"random","warmup_duration":60,"warmup_request_count":50,"warmup_concurrency":2,',
      '"warmup_prefill_concurrency":1,"warmup_request_rate":1.5,"warmup_arrival_pattern":"constant","warmup_grace_period":2.5,',
      '"num_warmup_sessions":5,"image_width_mean":512,"image_width_stddev":64,"image_height_mean":256.5,"image_height_stddev":0,',
      '"image_batch_size":3,"image_format":"random","video_width":640,"video_height":480,"video_fps":24,"video_duration":2.5,',
      '"video_batch_size":2,"video_synth_type":"grid_clock","video_format":"webm","video_codec":"libvpx-vp9","video_audio_num_channels":2,',
      '"video_audio_sample_rate":48000,"video_audio_codec":"libopus","video_audio_depth":24},',
      '"tooling":{"api_standard":"openai","version":"0.8.0"}}',
    ].join(''));
  });

  test('dataset', () => {
    expect(requestOf(WorkloadSpec.dataset({
      dataset: Dataset.fromBucket(bucket, 'gsm8k', {
        fileName: 'train.jsonl', format: DatasetFormat.OPENAI_CHAT, samplingStrategy: DatasetSamplingStrategy.SEQUENTIAL,
      }),
      inputTokens: { mean: 3500 },
      concurrency: 64,
    }))).toEqual({
      AIWorkloadConfigs: {
        WorkloadSpec: {
          Inline: '{"benchmark":{"type":"aiperf"},"parameters":{"prompt_input_tokens_mean":3500,"concurrency":64,' +
            '"custom_dataset_type":"openai-chat","input_file":"/opt/ml/input/data/dataset/train.jsonl","dataset_sampling_strategy":"sequential"}}',
        },
      },
      DatasetConfig: { InputDataConfig: [{ ChannelName: 'dataset', DataSource: { S3DataSource: { S3Uri: 's3://prompts/gsm8k/' } } }] },
    });
  });

  test('public dataset', () => {
    const request = requestOf(WorkloadSpec.dataset({ dataset: Dataset.fromPublic(PublicDataset.SHAREGPT), concurrency: 5 }));
    expect(request).toEqual({
      AIWorkloadConfigs: {
        WorkloadSpec: { Inline: '{"benchmark":{"type":"aiperf"},"parameters":{"concurrency":5,"public_dataset":"sharegpt"}}' },
      },
    });
  });

  test('template', () => {
    expect(requestOf(WorkloadSpec.template({
      template: RequestTemplate.fromBucket(bucket, 'templates/', { fileName: 'tgi.jinja', responseField: '[0].generated_text' }),
      dataset: Dataset.fromBucket(bucket, '', { fileName: 'prompts.jsonl', format: DatasetFormat.SINGLE_TURN, channelName: 'traffic' }),
      extraInputs: { b: 1, a: 'x' },
      concurrency: 1,
    }))).toEqual({
      AIWorkloadConfigs: {
        WorkloadSpec: {
          Inline: '{"benchmark":{"type":"aiperf"},"parameters":{"concurrency":1,' +
            '"extra_inputs":"payload_template:/opt/ml/input/data/template/tgi.jinja response_field:[0].generated_text a:x b:1",' +
            '"custom_dataset_type":"single_turn","input_file":"/opt/ml/input/data/traffic/prompts.jsonl"}}',
        },
      },
      DatasetConfig: {
        InputDataConfig: [
          { ChannelName: 'traffic', DataSource: { S3DataSource: { S3Uri: 's3://prompts/' } } },
          { ChannelName: 'template', DataSource: { S3DataSource: { S3Uri: 's3://prompts/templates/' } } },
        ],
      },
    });
  });

  test('concurrency sweep', () => {
    expect(inlineOf(WorkloadSpec.concurrencySweep({ inputTokens: { mean: 256 }, concurrencies: [100, 1, 10] })))
      .toBe('{"benchmark":{"type":"aiperf"},"parameters":{"prompt_input_tokens_mean":256,"concurrency":[100,1,10]}}');
  });

  test('concurrency search', () => {
    expect(inlineOf(WorkloadSpec.concurrencySearch({
      sla: {
        timeToFirstToken: Duration.millis(500),
        timePerOutputToken: Duration.millis(20),
        requestLatency: Duration.seconds(10),
        errorRate: 0.01,
      },
      statistic: SearchStatistic.P95,
      lowestConcurrency: 2,
      highestConcurrency: 256,
      maxIterations: 8,
    }))).toBe('{"benchmark":{"type":"aiperf"},"parameters":{"search_recipe":"max-concurrency-under-sla","ttft_sla_ms":500,"tpot_sla_ms":20,' +
      '"e2e_sla_ms":10000,"error_rate_sla":0.01,"search_stat":"p95","concurrency_min":2,"concurrency_max":256,"search_max_iterations":8}}');
  });

  test('custom, with keys in alphabetical order', () => {
    expect(inlineOf(WorkloadSpec.custom({ parameters: { isl: 10, concurrency: [1, 2] }, benchmark: { type: 'aiperf' } })))
      .toBe('{"benchmark":{"type":"aiperf"},"parameters":{"concurrency":[1,2],"isl":10}}');
  });

  test('custom text, as it is', () => {
    const text = 'benchmark: {type: aiperf}\nparameters:\n  concurrency: 5\n';
    expect(inlineOf(WorkloadSpec.customText(text))).toBe(text);
  });

  test('further input channels come last', () => {
    const { DatasetConfig } = requestOf(WorkloadSpec.synthetic({
      inputTokens: { mean: 1 },
      additionalInputs: [InputChannel.fromBucket(bucket, 'tokenizer/', { channelName: 'tokenizer' })],
    }));
    expect(DatasetConfig.InputDataConfig).toEqual([
      { ChannelName: 'tokenizer', DataSource: { S3DataSource: { S3Uri: 's3://prompts/tokenizer/' } } },
    ]);
  });
});

describe('what was not set is not rendered', () => {
  test('empty structs leave no trace', () => {
    expect(parametersOf(WorkloadSpec.synthetic({ inputTokens: { mean: 1 }, warmup: {}, extraInputs: {} }))).toEqual({ prompt_input_tokens_mean: 1 });
  });

  test('zero and false are values', () => {
    expect(parametersOf(WorkloadSpec.synthetic({ inputTokens: { mean: 1, stddev: 0 }, streaming: false, randomSeed: 0 })))
      .toEqual({ prompt_input_tokens_mean: 1, prompt_input_tokens_stddev: 0, streaming: false, random_seed: 0 });
  });

  test('a dataset without a format leaves the format to the service', () => {
    const bucket = s3.Bucket.fromBucketName(testStack(), 'Bucket', 'prompts');
    expect(parametersOf(WorkloadSpec.dataset({ dataset: Dataset.fromBucket(bucket, 'p/', { fileName: 'a.jsonl' }) })))
      .toEqual({ input_file: '/opt/ml/input/data/dataset/a.jsonl' });
  });

  test('a folder of captured data is named as a folder', () => {
    const bucket = s3.Bucket.fromBucketName(testStack(), 'Bucket', 'prompts');
    const dataset = Dataset.fromBucket(bucket, 'capture', { format: DatasetFormat.SAGEMAKER_DATACAPTURE });
    expect(parametersOf(WorkloadSpec.dataset({ dataset })).input_file).toBe('/opt/ml/input/data/dataset/');
  });
});

test('values that this library does not list are passed on', () => {
  expect(inlineOf(WorkloadSpec.synthetic({ inputTokens: { mean: 1 }, requestRateMode: ArrivalPattern.of('burst'), apiStandard: ApiStandard.of('x') })))
    .toBe('{"benchmark":{"type":"aiperf"},"parameters":{"prompt_input_tokens_mean":1,"request_rate_mode":"burst"},"tooling":{"api_standard":"x"}}');
});

describe('the order in which a user writes things makes no other job', () => {
  test('of props', () => {
    expect(inlineOf(WorkloadSpec.synthetic({ requestCount: 10, inputTokens: { mean: 5 } })))
      .toBe(inlineOf(WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, requestCount: 10 })));
  });

  test('of extra inputs', () => {
    expect(inlineOf(WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, extraInputs: { b: 1, a: 2 } })))
      .toBe(inlineOf(WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, extraInputs: { a: 2, b: 1 } })));
  });
});

describe('tokens', () => {
  test('a secret is rendered by its full ARN and never by its value', () => {
    const stack = testStack();
    const secret = new secretsmanager.Secret(stack, 'Token', { secretStringValue: SecretValue.unsafePlainText('hf_abc') });
    const request = requestOf(WorkloadSpec.synthetic({ inputTokens: { mean: 5 }, huggingFaceToken: secret }), stack);
    expect(request.AIWorkloadConfigs.WorkloadSpec.Inline).toEqual({
      'Fn::Join': ['', [
        '{"benchmark":{"type":"aiperf"},"parameters":{"prompt_input_tokens_mean":5},"secrets":{"hf_token":"',
        { Ref: stack.getLogicalId(secret.node.defaultChild as any) },
        '"}}',
      ]],
    });
  });

  test('numbers that are only known at deployment pass and stay numbers', () => {
    const stack = testStack();
    const parameter = new CfnParameter(stack, 'Concurrency', { type: 'Number' });
    const limit = new CfnParameter(stack, 'Limit', { type: 'Number' });
    const request = requestOf(WorkloadSpec.synthetic({
      inputTokens: { mean: 5 },
      concurrency: parameter.valueAsNumber,
      extraInputs: { top_k: limit.valueAsNumber },
      goodput: [{ metric: GoodputMetric.REQUEST_LATENCY, threshold: Duration.millis(limit.valueAsNumber) }],
      benchmarkDuration: Duration.seconds(limit.valueAsNumber),
    }), stack);
    expect(request.AIWorkloadConfigs.WorkloadSpec.Inline).toEqual({
      'Fn::Join': ['', [
        '{"benchmark":{"type":"aiperf"},"parameters":{"prompt_input_tokens_mean":5,"concurrency":', { Ref: 'Concurrency' },
        ',"benchmark_duration":', { Ref: 'Limit' }, ',"goodput":"request_latency:', { Ref: 'Limit' }, '","extra_inputs":"top_k:', { Ref: 'Limit' }, '"}}',
      ]],
    });
  });

  test('a folder whose name is only known at deployment is taken as it is', () => {
    const stack = testStack();
    const folder = new CfnParameter(stack, 'Folder');
    const dataset = Dataset.fromBucket(s3.Bucket.fromBucketName(stack, 'Bucket', 'prompts'), folder.valueAsString, { fileName: 'a.jsonl' });
    expect(requestOf(WorkloadSpec.dataset({ dataset }), stack).DatasetConfig.InputDataConfig[0].DataSource.S3DataSource.S3Uri)
      .toEqual({ 'Fn::Join': ['', ['s3://prompts/', { Ref: 'Folder' }]] });
  });

  test('a bucket of the same stack', () => {
    const stack = testStack();
    const bucket = new s3.Bucket(stack, 'Prompts');
    new AiWorkloadConfig(stack, 'Chat', {
      spec: WorkloadSpec.dataset({ dataset: Dataset.fromBucket(bucket, 'chat/', { fileName: 'a.jsonl' }) }),
    });
    expect(only(stack, TYPE).Properties.Request.DatasetConfig.InputDataConfig[0].DataSource.S3DataSource.S3Uri).toEqual({
      'Fn::Join': ['', ['s3://', { Ref: stack.getLogicalId(bucket.node.defaultChild as any) }, '/chat/']],
    });
  });
});
