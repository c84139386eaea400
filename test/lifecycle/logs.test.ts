import { CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { app, failing } from './app';
import { MINUTE, World } from './harness';
import {
  AiWorkloadConfig, GpuInstanceType, JobOutput, ModelOptimization, ModelSource, OptimizationJob, OptimizationModel, WorkloadSpec,
} from '../../src';

afterEach(() => World.stopAll());

/** In every value that may be confidential. */
const MARK = 'MARKED-AS-SECRET';
/** The URLs for the answers are credentials: whoever has one can answer in the name of the resource. */
const RESPONSE_HOST = 'cloudformation-custom-resource-response';

interface Run {
  readonly run: string;
  readonly fails?: boolean;
}

/** Marked values in the environment of a model, in a specification and its prompts, and a token in Secrets Manager. */
const confidential = ({ run, fails }: Run) => (stack: Stack) => {
  const token = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token',
    `arn:aws:secretsmanager:us-west-2:111122223333:secret:${MARK}-AbCdEf`);
  app({
    job: {
      rerunToken: `${MARK}-${run}`,
      workloadConfig: new AiWorkloadConfig(stack, 'Confidential', {
        spec: WorkloadSpec.synthetic({
          inputTokens: { mean: 10 },
          outputTokens: { mean: 64 },
          concurrency: 1,
          tokenizer: 'openai/gpt-oss-20b',
          huggingFaceToken: token,
          extraInputs: { system: `${MARK}-${run}` },
        }),
      }),
    },
    also: (_, recommendation) => {
      const optimization = new OptimizationJob(new Construct(stack, 'Other'), 'Job', {
        model: OptimizationModel.fromS3(ModelSource.fromBucket(s3.Bucket.fromBucketName(stack, 'Models', 'my-models'), 'gpt-oss-20b/')),
        instanceType: GpuInstanceType.G6_12XLARGE,
        optimizations: [ModelOptimization.quantization()],
        output: JobOutput.toS3Uri('s3://my-models/results/'),
        environment: { API_KEY: `${MARK}-${run}` },
        waitTimeout: Duration.minutes(100),
      });
      if (fails) {
        failing(stack, recommendation);
        stack.node.findChild('Failing').node.addDependency(optimization);
      }
    },
  })(stack);
};

/** All that the functions of a world have printed. */
const printed = (world: World) => names(world).flatMap(name => world.sandbox.lambda.logs(name)).map(({ text }) => text);

const names = (world: World) => [...new Set(world.sandbox.journal.invocations.map(({ functionName }) => functionName))];

/** As an older version made it: the functions log to groups that Lambda makes for them, in the way of whoever wants to make the same. */
function withoutLogGroup(stack: Stack): void {
  app()(stack);
  const provider = stack.node.findChild('CdkSageMakerInferenceProvider');
  provider.node.tryRemoveChild('Log');
  for (const resource of provider.node.findAll().filter(CfnResource.isCfnResource)) {
    if (resource.cfnResourceType === 'AWS::Lambda::Function') {
      resource.addPropertyDeletionOverride('LoggingConfig.LogGroup');
    }
  }
  const policy = provider.node.findChild('Policy') as iam.Policy;
  const logging = stack.resolve(policy.document).Statement.findIndex(({ Action }: { Action: string | string[] }) => Action.includes('logs:PutLogEvents'));
  (policy.node.defaultChild as CfnResource).addPropertyOverride(`PolicyDocument.Statement.${logging}.Resource`, '*');
}

test('nothing confidential is in a log, whatever goes wrong', async () => {
  const world = await World.start({
    scenario: {
      recommendation: (_, nth) => (nth === 3 ? { status: 'Failed', failureReason: 'no capacity' } : {}),
      optimization: () => ({ duration: 5 * MINUTE }),
    },
  });
  const { faults } = world.sandbox;
  faults.onCall({ operation: 'CreateAIWorkloadConfig', effect: 'throttle', times: 8 });
  faults.onCall({ operation: 'CreateOptimizationJob', effect: 'lost-response', times: 1 });
  faults.onCall({ operation: 'DescribeAIRecommendationJob', effect: 'internal-error', times: 5 });
  expect((await world.deploy(confidential({ run: '1' }))).status).toBe('CREATE_COMPLETE');

  expect((await world.deploy(confidential({ run: '2', fails: true }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await world.deploy(confidential({ run: '3' }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  faults.onCall({ operation: 'CreateOptimizationJob', effect: 'access-denied', times: 100 });
  expect((await world.deploy(confidential({ run: '4' }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  faults.onInvoke({ functionName: /IsComplete/, effect: 'timeout', times: 1 });
  const cancelled = world.begin(confidential({ run: '5' }));
  await world.pass(2 * MINUTE);
  world.sandbox.cloudFormation.cancelUpdate('Chat');
  expect((await world.finish(cancelled)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await world.destroy();

  // It was there to be printed: in what CloudFormation sent, and in what SageMaker got.
  const { journal } = world.sandbox;
  expect(JSON.stringify(journal.calls.filter(({ operation }) => operation === 'CreateOptimizationJob'))).toContain(MARK);
  expect(names(world).length).toBeGreaterThanOrEqual(4);
  const lines = printed(world);
  expect(lines.filter(line => /"decision":"(failed|named|created|adopting|tried again at the next poll)"/.test(line)).length).toBeGreaterThan(20);
  expect(lines.filter(line => line.includes(MARK) || line.includes(RESPONSE_HOST))).toEqual([]);
  expect(journal.events.map(({ reason }) => reason ?? '').filter(reason => reason.includes(MARK) || reason.includes(RESPONSE_HOST))).toEqual([]);
});

test('the functions of the provider framework print nothing at all', async () => {
  const world = await World.start();
  await world.deploy(app({ endpoint: false }));
  await world.destroy();
  const framework = names(world).filter(name => name.includes('framework'));
  expect(framework.length).toBeGreaterThanOrEqual(2);
  expect(framework.flatMap(name => world.sandbox.lambda.logs(name))).toEqual([]);
});

describe('the log group', () => {
  const groups = (stack: { resources: Map<string, { type: string; physicalId?: string }> }) =>
    [...stack.resources.values()].filter(({ type }) => type === 'AWS::Logs::LogGroup').map(({ physicalId }) => physicalId!);

  test('of a deployment that failed, and of a stack that is gone, stays, and is in nobody\'s way', async () => {
    const world = await World.start({ scenario: { recommendation: (_, nth) => (nth === 1 ? { status: 'Failed', failureReason: 'no capacity' } : {}) } });
    const failed = await world.deploy(app());
    expect(failed.status).toBe('ROLLBACK_COMPLETE');
    const of = (status: string) => world.sandbox.journal.events.filter(event => event.type === 'AWS::Logs::LogGroup' && event.status === status);
    expect(of('DELETE_SKIPPED')).toHaveLength(1);
    await world.destroy();
    const again = await world.deploy(app());
    expect(again.status).toBe('CREATE_COMPLETE');
    expect(groups(again)).toHaveLength(1);
    await world.destroy();
    expect(of('DELETE_SKIPPED')).toHaveLength(2);
    expect(of('DELETE_COMPLETE')).toEqual([]);
    expect(of('CREATE_FAILED')).toEqual([]);
  });

  test('comes to a stack of an older version by an update, and goes by going back to it', async () => {
    const world = await World.start();
    await world.deploy(withoutLogGroup);
    expect((await world.deploy(app())).status).toBe('UPDATE_COMPLETE');
    expect((await world.deploy(withoutLogGroup)).status).toBe('UPDATE_COMPLETE');
    expect((await world.deploy(app())).status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    expect(world.count('CreateModel')).toBe(1);
  });
});
