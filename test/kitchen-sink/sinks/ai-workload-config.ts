import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AI_WORKLOAD_CONFIG } from '../../../scripts/api-coverage/kinds/ai-workload-config';
import {
  AiWorkloadConfig, AiWorkloadConfigProps, ApiStandard, ArrivalPattern, Dataset, DatasetFormat, DatasetSamplingStrategy, DatasetWorkloadProps,
  GoodputMetric, ImageFormat, InputChannel, LocalUploadOptions, ModelSelectionStrategy, RequestTemplate, SearchStatistic, VideoAudioCodec, VideoCodec,
  VideoContent, VideoFormat, WorkloadOptions, WorkloadSpec,
} from '../../../src';
import { bucketOf } from '../common';
import type { Sink } from '../sink';

const SECRET = 'arn:aws:secretsmanager:us-west-2:111122223333:secret:hf-token-AbCdEf';

const folder = mkdtempSync(join(tmpdir(), 'kitchen-sink-'));
const CHATS = join(folder, 'local-chats.jsonl');
const TEMPLATE = join(folder, 'local-request.jinja');
writeFileSync(CHATS, '{"messages":[{"role":"user","content":"hello"}]}\n');
writeFileSync(TEMPLATE, '{"inputs": {{ text | tojson }}}');

const uploadTo = (stack: Stack, destinationPrefix: string): Required<LocalUploadOptions> =>
  ({ destinationBucket: bucketOf(stack), destinationPrefix, memoryLimit: Size.mebibytes(512) });

/** All that any workload can say. */
const everyOption = (stack: Stack): Required<WorkloadOptions> => ({
  outputTokens: { mean: 151, stddev: 21 },
  requestCount: 1001,
  requestRate: 12.5,
  requestRateMode: ArrivalPattern.GAMMA,
  arrivalSmoothness: 1.5,
  benchmarkDuration: Duration.seconds(601),
  gracePeriod: Duration.seconds(31),
  maxConcurrency: 64,
  prefillConcurrency: 14,
  streaming: true,
  tokenizer: 'meta-llama/Llama-3.1-8B',
  huggingFaceToken: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', SECRET),
  requestTimeout: Duration.seconds(121),
  goodput: [{ metric: GoodputMetric.TIME_TO_FIRST_TOKEN, threshold: Duration.millis(501) }],
  extraInputs: { temperature: 0.25 },
  randomSeed: 77,
  verbose: false,
  conversations: 222,
  modelSelectionStrategy: ModelSelectionStrategy.RANDOM,
  warmup: {
    requestCount: 51,
    duration: Duration.seconds(32),
    sessions: 22,
    concurrency: 41,
    prefillConcurrency: 23,
    requestRate: 24,
    arrivalPattern: ArrivalPattern.POISSON,
    gracePeriod: Duration.seconds(15),
  },
  images: { width: { mean: 512, stddev: 10 }, height: { mean: 513, stddev: 11 }, batchSize: 12, format: ImageFormat.JPEG },
  video: {
    width: 640,
    height: 480,
    framesPerSecond: 8,
    duration: Duration.seconds(13),
    batchSize: 16,
    content: VideoContent.NOISE,
    format: VideoFormat.WEBM,
    codec: VideoCodec.LIBVPX_VP9,
    audio: { channels: 1, sampleRate: 48000, codec: VideoAudioCodec.LIBOPUS, depth: 16 },
  },
  additionalInputs: [
    InputChannel.fromBucket(bucketOf(stack), 'vocabularies/', { channelName: 'tokenizer' }),
    InputChannel.fromLocal(CHATS, { ...uploadTo(stack, 'vocabulary-uploads/'), channelName: 'words' }),
  ],
  apiStandard: ApiStandard.OPENAI,
  toolVersion: '0.8.0',
});

function everything(stack: Stack): AiWorkloadConfigProps[] {
  const bucket = bucketOf(stack);
  const inputTokens = { mean: 551, stddev: 152 };
  const dataset: Required<DatasetWorkloadProps> = {
    ...everyOption(stack),
    dataset: Dataset.fromBucket(bucket, 'chats-in-s3/', {
      fileName: 'chats.jsonl', channelName: 'traffic', format: DatasetFormat.OPENAI_CHAT, samplingStrategy: DatasetSamplingStrategy.SEQUENTIAL,
    }),
    inputTokens,
    concurrency: 65,
  };
  const template = RequestTemplate.fromBucket(bucket, 'templates-in-s3/', {
    fileName: 'request.jinja', responseField: 'outputs[0].text', channelName: 'form',
  });
  const localTemplate = RequestTemplate.fromLocal(TEMPLATE, {
    ...uploadTo(stack, 'form-uploads/'), responseField: 'answers[0].text', channelName: 'request',
  });
  const localDataset = Dataset.fromLocal(CHATS, { ...uploadTo(stack, 'chat-uploads/'), channelName: 'local', format: DatasetFormat.SINGLE_TURN });
  const all: Required<AiWorkloadConfigProps> = {
    spec: WorkloadSpec.dataset(dataset), workloadConfigName: 'evenings', removalPolicy: RemovalPolicy.DESTROY,
  };
  return [
    all,
    { spec: WorkloadSpec.synthetic({ inputTokens, concurrency: 66 }) },
    { spec: WorkloadSpec.template({ template, inputTokens, dataset: localDataset, concurrency: 67 }) },
    { spec: WorkloadSpec.concurrencySweep({ concurrencies: [68, 680], template: localTemplate, inputTokens }) },
    {
      spec: WorkloadSpec.concurrencySearch({
        sla: {
          timeToFirstToken: Duration.millis(503), timePerOutputToken: Duration.millis(54), requestLatency: Duration.millis(20005), errorRate: 0.01,
        },
        statistic: SearchStatistic.P95,
        lowestConcurrency: 33,
        highestConcurrency: 256,
        maxIterations: 34,
        template: localTemplate,
        inputTokens,
      }),
    },
    {
      spec: WorkloadSpec.custom({ benchmark: { type: 'aiperf' }, parameters: { concurrency: 69 }, secrets: { hf_token: SECRET } }, {
        channels: [
          InputChannel.fromBucket(bucket, 'of-my-own/', { channelName: 'mine' }),
          InputChannel.fromLocal(CHATS, { ...uploadTo(stack, 'more-of-my-own/'), channelName: 'own-upload' }),
        ],
        secrets: [secretsmanager.Secret.fromSecretCompleteArn(stack, 'OtherToken', SECRET)],
      }),
    },
  ];
}

export const aiWorkloadConfigSink: Sink<AiWorkloadConfigProps> = {
  coverage: AI_WORKLOAD_CONFIG,
  make: (stack, id, props) => new AiWorkloadConfig(stack, id, props),
  everything,
  minimal: () => ({ spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 } }) }),
  minimalMembers: ['AIWorkloadConfigName', 'AIWorkloadConfigs.WorkloadSpec.Inline', 'Tags[].Key', 'Tags[].Value'],
};
