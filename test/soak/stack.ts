import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Config } from './life';
import {
  AiBenchmarkJob, AiRecommendationJob, AiWorkloadConfig, BenchmarkTarget, DeployRecommendation, GpuInstanceType, Hosting, InferenceModel,
  InferenceRecommendationsJob, InferenceRecommendationsJobType, JobOutput, MlInstanceType, ModelDomain, ModelFramework, ModelOptimization,
  ModelSource, ModelTask, OptimizationJob, OptimizationModel, SamplePayload,
} from '../../src';
import { app, ASSETS_STAY, changedHandlers, deployHandlers, failing } from '../lifecycle/app';

export const STACK = 'Soak';
const ENV = { account: '111122223333', region: 'us-west-2' };
/** To synthesize takes as long as to deploy. */
const KEPT = 2_000;

export interface Synthesized {
  readonly template: object;
  readonly assetDirectory: string;
}

/** The handlers that are deployed, unless the library's own are, and another version of them. */
let handlers: string | undefined;
let other: string | undefined;

/** From now on others are. */
export function useHandlers(directory: string): void {
  handlers = directory;
  other = undefined;
  synthesized.clear();
}

const synthesized = new Map<string, Synthesized>();
const home = mkdtempSync(join(tmpdir(), 'soak-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));
let outdirs = 0;

/** The template of the stack, and where its assets are. */
export function synthesize(config: Config): Synthesized {
  const key = JSON.stringify(config);
  const found = synthesized.get(key) ?? make(config);
  synthesized.delete(key);
  synthesized.set(key, found);
  [...synthesized.keys()].slice(0, Math.max(0, synthesized.size - KEPT)).forEach(oldest => synthesized.delete(oldest));
  return found;
}

function make(config: Config): Synthesized {
  const made = new App({
    outdir: join(home, String(outdirs++)), analyticsReporting: false, context: ASSETS_STAY,
  });
  build(new Stack(made, STACK, { env: ENV }), config);
  const assembly: CloudAssembly = made.synth();
  return { template: assembly.getStackByName(STACK).template as object, assetDirectory: assembly.directory };
}

const REMOVAL = { 'destroy': undefined, 'retain': RemovalPolicy.RETAIN, 'retain-on-update-or-delete': RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE };

/** The app of the lifecycle tests, and what else a life has. */
function build(stack: Stack, config: Config): void {
  app({
    concurrency: 10 * (1 + config.inputs),
    tag: config.tag > 0 ? String(config.tag) : undefined,
    removalPolicy: REMOVAL[config.removal],
    job: {
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.G6_48XLARGE],
      jobName: config.prefix > 0 ? 'nightly' : undefined,
      rerunToken: tokenOf(config),
      waitTimeout: Duration.minutes(config.waitTimeout),
    },
    endpoint: false,
    also: (_, recommendation) => {
      const bucket = stack.node.findChild('Bucket') as unknown as s3.IBucket;
      serve(stack, config, recommendation, bucket);
      extra(stack, config, bucket);
      if (config.handlers > 0 || handlers !== undefined) {
        deployHandlers(stack, config.handlers > 0 ? other ??= changedHandlers('another version', handlers, home) : handlers!);
      }
      if (config.broken !== 'nothing') {
        failing(stack, ...config.broken === 'job' ? [recommendation] : stack.node.children);
      }
    },
  })(stack);
}

function tokenOf({ rerun }: Config): string | undefined {
  return rerun > 0 ? String(rerun) : undefined;
}

function serve(stack: Stack, config: Config, recommendation: AiRecommendationJob, bucket: s3.IBucket): void {
  if (config.endpoint === 'none') {
    return;
  }
  const endpoint = new DeployRecommendation(stack, config.endpoint === 'variant' ? 'Endpoint' : 'Components', {
    recommendation,
    instanceType: config.otherInstances ? MlInstanceType.fromName('ml.g6.48xlarge') : undefined,
    // Components need room for an update beside what serves.
    ...config.endpoint === 'components' && { hosting: Hosting.inferenceComponents({ copyCount: 1, acceleratorsPerCopy: 1 }) },
  });
  if (config.gate && config.endpoint === 'variant') {
    new AiBenchmarkJob(stack, 'Gate', {
      target: BenchmarkTarget.deployment(endpoint),
      workloadConfig: stack.node.findChild('Workload') as AiWorkloadConfig,
      output: JobOutput.toBucket(bucket, 'benchmarks/'),
      waitTimeout: Duration.minutes(40),
    });
  }
}

/** A job of another kind, on something of its own. */
function extra(stack: Stack, config: Config, bucket: s3.IBucket): void {
  const { extra: kind, inputs } = config;
  const waitTimeout = Duration.minutes(100);
  const rerunToken = tokenOf(config);
  if (kind === 'optimization') {
    new OptimizationJob(stack, 'Optimization', {
      model: OptimizationModel.fromS3(ModelSource.fromBucket(bucket, 'gpt-oss-20b/')),
      instanceType: GpuInstanceType.G6_12XLARGE,
      optimizations: [ModelOptimization.quantization()],
      environment: { OPTION_MAX_ROLLING_BATCH_SIZE: String(8 * (1 + inputs)) },
      output: JobOutput.toBucket(bucket, 'optimized/'),
      waitTimeout,
      rerunToken,
    });
  } else if (kind === 'inference-recommender') {
    new InferenceRecommendationsJob(stack, 'Recommender', {
      jobType: InferenceRecommendationsJobType.DEFAULT,
      model: InferenceModel.fromModelName('existing-model', {
        domain: ModelDomain.MACHINE_LEARNING,
        task: ModelTask.CLASSIFICATION,
        framework: ModelFramework.XGBOOST,
        samplePayload: SamplePayload.fromBucket(bucket, `payload-${inputs}.tar.gz`),
        supportedContentTypes: ['text/csv'],
        supportedInstanceTypes: [MlInstanceType.fromName('ml.c5.xlarge')],
        artifacts: [ModelSource.fromS3Uri('s3://my-models/m.tar.gz')],
      }),
      waitTimeout,
      rerunToken,
    });
  }
}
