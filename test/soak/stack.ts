import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, CfnResource, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { IConstruct } from 'constructs';
import type { Config } from './life';
import {
  AiBenchmarkJob, AiRecommendationJob, AiWorkloadConfig, BenchmarkTarget, DeployRecommendation, GpuInstanceType, Hosting, InferenceModel,
  InferenceRecommendationsJob, InferenceRecommendationsJobType, JobOutput, MlInstanceType, ModelDomain, ModelFramework, ModelOptimization,
  ModelSource, ModelTask, OptimizationJob, OptimizationModel, PerformanceObjective, SamplePayload, WorkloadSpec,
} from '../../src';

export const STACK = 'Soak';
const ENV = { account: '111122223333', region: 'us-west-2' };
/** To synthesize takes as long as to deploy. */
const KEPT = 2_000;

export interface Synthesized {
  readonly template: object;
  readonly assetDirectory: string;
}

/** The handlers that are deployed: null for those that the library brings. */
let handlers: string | null = null;

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
  const app = new App({
    outdir: join(home, String(outdirs++)), analyticsReporting: false, context: { 'aws:cdk:disable-asset-staging': true },
  });
  build(new Stack(app, STACK, { env: ENV }), config);
  const assembly: CloudAssembly = app.synth();
  return { template: assembly.getStackByName(STACK).template as object, assetDirectory: assembly.directory };
}

const REMOVAL = { 'destroy': undefined, 'retain': RemovalPolicy.RETAIN, 'retain-on-update-or-delete': RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE };

function build(stack: Stack, config: Config): void {
  const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'my-models');
  const waitTimeout = Duration.minutes(config.laps === 1 ? 40 : 100);
  const again = config.rerun > 0 ? String(config.rerun) : undefined;
  const workloadConfig = new AiWorkloadConfig(stack, 'Workload', {
    spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 * (1 + config.inputs) }),
  });
  const recommendation = new AiRecommendationJob(stack, 'Recommendation', {
    model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
    workloadConfig,
    objective: PerformanceObjective.THROUGHPUT,
    optimizeModel: false,
    instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.G6_48XLARGE],
    output: JobOutput.toBucket(bucket, 'recommendations/'),
    jobName: config.prefix > 0 ? 'nightly' : undefined,
    rerunToken: again,
    removalPolicy: REMOVAL[config.removal],
    waitTimeout,
  });
  const endpoint = config.endpoint === 'none' ? undefined : new DeployRecommendation(stack, config.endpoint === 'variant' ? 'Endpoint' : 'Components', {
    recommendation,
    instanceType: config.otherInstances ? MlInstanceType.fromName('ml.g6.48xlarge') : undefined,
    // Components need room for an update beside what serves.
    ...config.endpoint === 'components' && { hosting: Hosting.inferenceComponents({ copyCount: 1, acceleratorsPerCopy: 1 }) },
  });
  if (config.gate && config.endpoint === 'variant') {
    new AiBenchmarkJob(stack, 'Gate', {
      target: BenchmarkTarget.deployment(endpoint!), workloadConfig, output: JobOutput.toBucket(bucket, 'benchmarks/'), waitTimeout: Duration.minutes(40),
    });
  }
  extra(stack, config, bucket);
  if (config.tag > 0) {
    Tags.of(stack).add('team', String(config.tag));
  }
  if (config.handlers > 0 || handlers !== null) {
    replaceHandlers(stack, config.handlers > 0 ? otherHandlers() : handlers!);
  }
  if (config.broken !== 'nothing') {
    const cannotBeMade = new CfnResource(stack, 'Broken', { type: 'AWS::SSM::Parameter', properties: { Type: 'String' } });
    const after: IConstruct[] = config.broken === 'job' ? [recommendation] : stack.node.children.filter(child => child !== cannotBeMade);
    after.forEach(each => cannotBeMade.node.addDependency(each));
  }
}

/** A job of another kind, on something of its own. */
function extra(stack: Stack, { extra: kind, inputs, rerun }: Config, bucket: s3.IBucket): void {
  const waitTimeout = Duration.minutes(100);
  const rerunToken = rerun > 0 ? String(rerun) : undefined;
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
      }, { artifacts: [ModelSource.fromS3Uri('s3://my-models/m.tar.gz')] }),
      waitTimeout,
      rerunToken,
    });
  }
}

/** What upgrading the library does: the same handlers as another asset. */
function replaceHandlers(stack: Stack, path: string): void {
  const asset = new Asset(stack, 'NewHandlers', { path });
  const provider = stack.node.findChild('CdkSageMakerInferenceProvider');
  for (const id of ['OnEvent', 'IsComplete']) {
    const handler = provider.node.findChild(id).node.defaultChild as lambda.CfnFunction;
    handler.code = { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey };
  }
}

let other: string | undefined;

function otherHandlers(): string {
  if (other === undefined) {
    other = mkdtempSync(join(home, 'handlers-'));
    cpSync(handlers ?? join(__dirname, '../../assets/lambda/handler'), other, { recursive: true });
    appendFileSync(join(other, 'index.js'), '\n// another version\n');
  }
  return other;
}
