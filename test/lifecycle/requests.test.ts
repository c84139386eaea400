import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { World } from './harness';
import {
  AdapterSource, AiRecommendationJob, AiWorkloadConfig, ApiStandard, ArrivalPattern, CapacityReservation, CapacityReservationPreference, Dataset,
  DatasetFormat, DatasetSamplingStrategy,
  GoodputMetric, GpuInstanceType, ImageFormat, InferenceFramework, InputChannel, JobOutput, ModelSelectionStrategy, ModelSource, ModelPackageGroup,
  PerformanceObjective, RequestTemplate, SearchStatistic, VideoAudioCodec, VideoCodec, VideoContent, VideoFormat, WorkloadSpec,
} from '../../src';

afterEach(() => World.stopAll());

const LOCAL = mkdtempSync(join(tmpdir(), 'dataset-'));
const CHATS = join(LOCAL, 'chats.jsonl');
const TEMPLATE = join(LOCAL, 'request.jinja');
writeFileSync(CHATS, '{"messages":[{"role":"user","content":"hello"}]}\n');
writeFileSync(TEMPLATE, '{"inputs": {{ text | tojson }}}');

const bucketOf = (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Bucket', 'my-models');

/** Everything that any workload can say beside what makes its kind. */
const everyOption = (stack: Stack) => ({
  outputTokens: { mean: 150, stddev: 20 },
  requestCount: 1000,
  requestRate: 12.5,
  requestRateMode: ArrivalPattern.GAMMA,
  arrivalSmoothness: 1.5,
  benchmarkDuration: Duration.minutes(10),
  gracePeriod: Duration.seconds(30),
  maxConcurrency: 64,
  prefillConcurrency: 4,
  streaming: true,
  tokenizer: 'meta-llama/Llama-3.1-8B',
  huggingFaceToken: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token',
    'arn:aws:secretsmanager:us-west-2:111122223333:secret:hf-token-AbCdEf'),
  requestTimeout: Duration.minutes(2),
  goodput: [
    { metric: GoodputMetric.TIME_TO_FIRST_TOKEN, threshold: Duration.millis(500) },
    { metric: GoodputMetric.INTER_TOKEN_LATENCY, threshold: Duration.millis(50) },
  ],
  extraInputs: { ignore_eos: true, temperature: 0 },
  randomSeed: 7,
  verbose: true,
  conversations: 20,
  modelSelectionStrategy: ModelSelectionStrategy.RANDOM,
  warmup: {
    requestCount: 50,
    duration: Duration.seconds(30),
    sessions: 2,
    concurrency: 4,
    prefillConcurrency: 2,
    requestRate: 2,
    arrivalPattern: ArrivalPattern.POISSON,
    gracePeriod: Duration.seconds(5),
  },
  images: { width: { mean: 512, stddev: 10 }, height: { mean: 512, stddev: 10 }, batchSize: 2, format: ImageFormat.JPEG },
  video: {
    width: 640,
    height: 480,
    framesPerSecond: 8,
    duration: Duration.seconds(4),
    batchSize: 1,
    content: VideoContent.NOISE,
    format: VideoFormat.WEBM,
    codec: VideoCodec.LIBVPX_VP9,
    audio: { channels: 1, sampleRate: 48000, codec: VideoAudioCodec.LIBOPUS, depth: 16 },
  },
  additionalInputs: [InputChannel.fromBucket(bucketOf(stack), 'tokenizer/', { channelName: 'tokenizer' })],
  apiStandard: ApiStandard.OPENAI,
  toolVersion: '0.8.0',
});

// The sandbox's SageMaker knows the service's table of parameters by itself, and refuses what is not in it.
describe('the service takes every kind of workload', () => {
  test.each<[string, (stack: Stack) => WorkloadSpec]>([
    ['synthetic, the least', () => WorkloadSpec.synthetic({ inputTokens: { mean: 550 } })],
    ['synthetic, with everything', stack => WorkloadSpec.synthetic({ ...everyOption(stack), inputTokens: { mean: 550, stddev: 150 }, concurrency: 10 })],
    ['a dataset in a bucket', stack => WorkloadSpec.dataset({
      dataset: Dataset.fromBucket(bucketOf(stack), 'chats', {
        fileName: 'chats.jsonl', channelName: 'traffic', format: DatasetFormat.OPENAI_CHAT, samplingStrategy: DatasetSamplingStrategy.SEQUENTIAL,
      }),
      inputTokens: { mean: 3500 },
      outputTokens: { mean: 200 },
      concurrency: 64,
    })],
    ['a local dataset', stack => WorkloadSpec.dataset({
      dataset: Dataset.fromLocal(CHATS, { destinationBucket: new s3.Bucket(stack, 'Datasets'), format: DatasetFormat.OPENAI_CHAT }), concurrency: 8,
    })],
    ['a template', stack => WorkloadSpec.template({
      template: RequestTemplate.fromLocal(TEMPLATE, { destinationBucket: new s3.Bucket(stack, 'Templates'), responseField: 'outputs[0].text' }),
      inputTokens: { mean: 550 },
      outputTokens: { mean: 150 },
      concurrency: 4,
    })],
    ['a sweep', () => WorkloadSpec.concurrencySweep({ concurrencies: [1, 10, 100], inputTokens: { mean: 550 }, outputTokens: { mean: 150 } })],
    ['a search', () => WorkloadSpec.concurrencySearch({
      sla: { timeToFirstToken: Duration.millis(500), timePerOutputToken: Duration.millis(50), requestLatency: Duration.seconds(20), errorRate: 0.01 },
      statistic: SearchStatistic.P95,
      lowestConcurrency: 1,
      highestConcurrency: 256,
      maxIterations: 8,
      inputTokens: { mean: 550 },
      outputTokens: { mean: 150 },
    })],
    ['a document of one\'s own', () => WorkloadSpec.custom({ benchmark: { type: 'aiperf' }, parameters: { isl: 500, osl: 100, concurrency: 5 } })],
    ['a text of one\'s own', () => WorkloadSpec.customText('{"benchmark":{"type":"aiperf"},"parameters":{"num_requests":100}}')],
  ])('%s', async (_, spec) => {
    const world = await World.start();
    const stack = await world.deploy(scope => { new AiWorkloadConfig(scope, 'Workload', { spec: spec(scope) }); });
    expect(world.failures(stack)).toEqual([]);
    expect(world.sandbox.sagemaker.workloadConfigs).toHaveLength(1);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });
});

test('another content of a local file is another workload, and the same content is the same', async () => {
  const world = await World.start();
  const build = (stack: Stack) => {
    const destinationBucket = s3.Bucket.fromBucketName(stack, 'Datasets', 'my-datasets');
    new AiWorkloadConfig(stack, 'Workload', { spec: WorkloadSpec.dataset({ dataset: Dataset.fromLocal(CHATS, { destinationBucket }) }) });
  };
  const name = () => world.sandbox.sagemaker.workloadConfigs.map(config => config.name);
  await world.deploy(build);
  const first = name();
  writeFileSync(CHATS, '{"messages":[{"role":"user","content":"good morning"}]}\n');
  await world.deploy(build);
  const second = name();
  writeFileSync(CHATS, '{"messages":[{"role":"user","content":"hello"}]}\n');
  await world.deploy(build);
  expect(second).not.toEqual(first);
  expect(name()).toEqual(first);
});

describe('every member of a recommendation job arrives', () => {
  const everything = (adapters: AdapterSource, capacityReservation: CapacityReservation) => (stack: Stack) => {
    const bucket = bucketOf(stack);
    const workloadConfig = new AiWorkloadConfig(stack, 'Workload', {
      spec: WorkloadSpec.dataset({
        dataset: Dataset.fromBucket(bucket, 'chats/', { fileName: 'chats.jsonl', format: DatasetFormat.SHAREGPT }), concurrency: 10, toolVersion: '0.8.0',
      }),
    });
    const group = new sagemaker.CfnModelPackageGroup(stack, 'Group', { modelPackageGroupName: 'chat' });
    new AiRecommendationJob(stack, 'Recommendation', {
      jobName: 'nightly',
      model: ModelSource.fromS3Uri('s3://my-models/gpt-oss-20b/'),
      workloadConfig,
      objective: PerformanceObjective.THROUGHPUT,
      optimizeModel: true,
      framework: InferenceFramework.VLLM,
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.G7E_48XLARGE, GpuInstanceType.of('ml.p5.48xlarge')],
      capacityReservation,
      adapters,
      output: JobOutput.toS3Uri('s3://my-models/recommendations/'),
      modelPackageGroup: ModelPackageGroup.fromModelPackageGroup(group),
      mlflow: { resourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-example', experimentName: 'chat', runName: 'nightly' },
      rerunToken: '1',
      waitTimeout: Duration.hours(2),
    });
  };
  const reservation: CapacityReservation = {
    preference: CapacityReservationPreference.CAPACITY_RESERVATIONS_ONLY,
    reservationArns: ['arn:aws:sagemaker:us-west-2:111122223333:training-plan/chat-gpus'],
  };

  test('with adapters in S3', async () => {
    const world = await World.start();
    const stack = await world.deploy(everything(AdapterSource.fromS3([{ adapterId: 'support', source: ModelSource.fromS3Uri('s3://my-models/adapters/support/') }]), reservation));
    expect(world.failures(stack)).toEqual([]);
    const [job] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
    const { Tags, RoleArn, AIWorkloadConfigIdentifier, AIRecommendationJobName, ...request } = job.request;
    expect(AIRecommendationJobName).toMatch(/^nightly-[0-9a-f]{16}$/);
    expect(AIWorkloadConfigIdentifier).toBe(world.sandbox.sagemaker.workloadConfigs[0].name);
    expect(RoleArn).toMatch(/:role\/cdk-sagemaker-inference\/Chat\/Chat-RecommendationExecutionRole/);
    expect(Tags).toHaveLength(2);
    expect(request).toEqual({
      ModelSource: { S3: { S3Uri: 's3://my-models/gpt-oss-20b/' } },
      PerformanceTarget: { Constraints: [{ Metric: 'throughput' }] },
      OptimizeModel: true,
      InferenceSpecification: { Framework: 'VLLM' },
      ComputeSpec: {
        InstanceTypes: ['ml.g6.24xlarge', 'ml.g7e.48xlarge', 'ml.p5.48xlarge'],
        CapacityReservationConfig: {
          CapacityReservationPreference: 'capacity-reservations-only',
          MlReservationArns: ['arn:aws:sagemaker:us-west-2:111122223333:training-plan/chat-gpus'],
        },
      },
      AdapterSource: { S3Uris: [{ AdapterId: 'support', S3Uri: 's3://my-models/adapters/support/' }] },
      OutputConfig: {
        S3OutputLocation: `s3://my-models/recommendations/${AIRecommendationJobName}/`,
        ModelPackageGroupIdentifier: expect.stringMatching(/(^|\/)chat$/),
        MlflowConfig: {
          MlflowResourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-example', MlflowExperimentName: 'chat', MlflowRunName: 'nightly',
        },
      },
    });
  });

  test('with adapters in the Model Registry', async () => {
    const world = await World.start();
    const modelPackageArn = 'arn:aws:sagemaker:us-west-2:111122223333:model-package/adapters/1';
    const stack = await world.deploy(everything(AdapterSource.fromModelPackages([{ adapterId: 'support', modelPackageArn }]), reservation));
    expect(world.failures(stack)).toEqual([]);
    expect(world.sandbox.sagemaker.jobs('AIRecommendationJob')[0].request.AdapterSource)
      .toEqual({ ModelPackageArns: [{ AdapterId: 'support', ModelPackageArn: modelPackageArn }] });
  });
});
