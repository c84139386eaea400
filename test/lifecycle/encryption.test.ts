import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { app } from './app';
import { ENV, World } from './harness';
import {
  AiBenchmarkJob, AiWorkloadConfig, BenchmarkMetric, BenchmarkTarget, Dataset, DatasetFormat, DeployRecommendation, GpuInstanceType, JobOutput,
  ModelOptimization, ModelSource, OptimizationJob, OptimizationModel, Stat, VolumeEncryption, WorkloadSpec,
} from '../../src';

afterEach(() => World.stopAll());

/** Buckets and keys by what is in them, each bucket with a key of its own. */
class Encrypted {
  private readonly keys: Record<string, kms.IKey> = {};

  /** @param imported whether buckets and keys are from elsewhere, known by name and ARN */
  constructor(private readonly stack: Stack, private readonly imported: boolean) {}

  public key(id: string): kms.IKey {
    return this.keys[id] ??= this.imported
      ? kms.Key.fromKeyArn(this.stack, `${id}Key`, `arn:aws:kms:${ENV.region}:${ENV.account}:key/of-${id}`) : new kms.Key(this.stack, `${id}Key`);
  }

  public bucket(id: string): s3.IBucket {
    return this.imported
      ? s3.Bucket.fromBucketAttributes(this.stack, id, { bucketName: `my-${id.toLowerCase()}`, encryptionKey: this.key(id) })
      : new s3.Bucket(this.stack, id, { encryptionKey: this.key(id) });
  }
}

/** All kinds of locations and volumes, each with a key. */
const everything = (imported: boolean, serving: 'capture' | 'async') => (stack: Stack) => {
  const made = new Encrypted(stack, imported);
  const output = JobOutput.toBucket(made.bucket('Answers'), 'answers/');
  app({
    job: {
      model: ModelSource.fromBucket(made.bucket('Weights'), 'llama/'),
      output: JobOutput.toBucket(made.bucket('Results'), 'out/'),
      workloadConfig: new AiWorkloadConfig(stack, 'Traffic', {
        spec: WorkloadSpec.dataset({
          dataset: Dataset.fromBucket(made.bucket('Dataset'), 'chats/', { fileName: 'chats.jsonl', format: DatasetFormat.SHAREGPT }),
          concurrency: 1,
        }),
      }),
    },
    endpoint: {
      volumeEncryption: VolumeEncryption.withKeyUnlessLocalStorage(made.key('Volume')),
      dataCapture: serving === 'capture' ? { destination: output, encryptionKey: made.key('Captured') } : undefined,
      asyncInference: serving === 'async' ? { output, encryptionKey: made.key('Captured') } : undefined,
    },
    also: () => {
      const optimization = new OptimizationJob(stack, 'Optimization', {
        model: OptimizationModel.fromS3(ModelSource.fromBucket(made.bucket('Unoptimized'), 'llama/')),
        instanceType: GpuInstanceType.G6_12XLARGE,
        optimizations: [ModelOptimization.quantization()],
        output: JobOutput.toBucket(made.bucket('Optimized'), 'out/'),
        outputEncryptionKey: made.key('Output'),
      });
      if (serving === 'capture') {
        const benchmark = new AiBenchmarkJob(stack, 'Gate', {
          target: BenchmarkTarget.deployment(stack.node.findChild('Endpoint') as DeployRecommendation),
          workloadConfig: new AiWorkloadConfig(stack, 'Load', {
            spec: WorkloadSpec.synthetic({ inputTokens: { mean: 10 }, outputTokens: { mean: 64 }, concurrency: 1 }),
          }),
          output: JobOutput.toBucket(made.bucket('Measured'), 'out/'),
        });
        benchmark.measured(BenchmarkMetric.REQUEST_LATENCY, Stat.P50);
        benchmark.node.addDependency(optimization);
      }
    },
  })(stack);
};

/** What each role may do with each key, by their ids. */
function uses(build: (stack: Stack) => void): Record<string, string[]> {
  const stack = new Stack(new App(), 'Chat', { env: ENV });
  build(stack);
  const found: Record<string, string[]> = {};
  for (const { Properties: { Roles, PolicyDocument } } of Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))) {
    for (const { Action, Resource } of PolicyDocument.Statement) {
      for (const resource of [Resource].flat().map(each => /(?:of-|")([A-Z][a-z]+)(?:Key|")/.exec(JSON.stringify(each))?.[1])) {
        const actions = [Action].flat().filter((action: string) => action.startsWith('kms:'));
        if (actions.length > 0) {
          const user = `${/^[A-Z][a-z]+/.exec(String(Roles[0].Ref))![0]} ${resource}`;
          found[user] = [...found[user] ?? [], ...actions].map(action => action.replace('kms:', ''));
        }
      }
    }
  }
  return Object.fromEntries(Object.entries(found).map(([user, actions]) => [user, [...new Set(actions)].sort()]));
}

const READ = ['Decrypt'];
const WRITE = ['Decrypt', 'Encrypt', 'GenerateDataKey*', 'ReEncrypt*'];

describe.each([['of the stack', false], ['from elsewhere', true]])('buckets and keys %s', (_, imported) => {
  test.each(['capture', 'async'] as const)('each role may use the key of what it reads or writes, and no other: %s', serving => {
    expect(uses(everything(imported, serving))).toEqual({
      'Recommendation Weights': READ,
      'Recommendation Results': WRITE,
      'Recommendation Dataset': READ,
      'Optimization Unoptimized': READ,
      'Optimization Optimized': WRITE,
      'Optimization Output': WRITE,
      'Endpoint Weights': READ,
      'Endpoint Results': READ,
      'Endpoint Answers': WRITE,
      'Endpoint Captured': WRITE,
      'Endpoint Volume': ['CreateGrant', ...WRITE],
      ...serving === 'capture' && { 'Gate Measured': WRITE, 'Cdk Measured': READ },
    });
  });
});

test.each(['capture', 'async'] as const)('all of it is deployed: %s', async serving => {
  const world = await World.start();
  const stack = await world.deploy(everything(false, serving));
  expect(world.failures(stack)).toEqual([]);
  await world.destroy();
  expect(world.leftovers()).toEqual([]);
});

test('the log group of the handlers takes a key, and the functions need no permission for it', async () => {
  const world = await World.start();
  const stack = await world.deploy(made => {
    app({ endpoint: false })(made);
    const key = new kms.Key(made, 'Key');
    key.grantEncryptDecrypt(new iam.ServicePrincipal(`logs.${ENV.region}.amazonaws.com`));
    const logGroup = made.node.findChild('CdkSageMakerInferenceProvider').node.findChild('Log') as logs.LogGroup;
    const resource = logGroup.node.defaultChild as logs.CfnLogGroup;
    resource.kmsKeyId = key.keyArn;
    resource.retentionInDays = logs.RetentionDays.ONE_MONTH;
  });
  expect(world.failures(stack)).toEqual([]);
  const [group] = [...stack.resources.values()].filter(({ type }) => type === 'AWS::Logs::LogGroup');
  expect(group.copy!.properties).toMatchObject({ RetentionInDays: 30, KmsKeyId: expect.stringContaining(':key/') });
});
