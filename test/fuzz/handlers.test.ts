import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import fc from 'fast-check';
import { isComplete, onEvent } from '../../lambda/handler';
import { KINDS } from '../../lambda/kinds';

const RUNS = Number(process.env.FUZZ_RUNS ?? 600);
const SEED = Number(process.env.FUZZ_SEED ?? 20_260_101);
const CLIENTS = [SageMakerClient, CloudFormationClient, S3Client, CloudWatchClient, ApplicationAutoScalingClient, SSMClient];
const TYPES = [
  ...KINDS.keys(), 'JobWait', 'BenchmarkResult', 'ModelPackageSharing', 'RecommendationDeployment', 'EndpointCheck', 'InferenceComponentCheck',
].map(type => `Custom::SageMaker${type}`);
const STACK = 'arn:aws:cloudformation:us-west-2:111122223333:stack/Chat/5b918d10-cd98-11ea-90d5-0a9cd3354c10';

/** What the services answer, one after the other. */
let answers: (operation: string) => unknown;

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  for (const client of CLIENTS) {
    jest.spyOn(client.prototype as any, 'send').mockImplementation(async (command: any) => answers(command.constructor.name.replace('Command', '')));
  }
});
afterEach(() => jest.restoreAllMocks());

const notFound = () => {
  throw Object.assign(new Error('Could not find it'), { name: 'ResourceNotFound', $metadata: { httpStatusCode: 400 } });
};
const stacks = (StackStatus: string) => ({ Stacks: [{ StackStatus, CreationTime: new Date(0) }] });

const TEXTS = [
  '', 'x', 'a'.repeat(10_000), '🚀', 'a\ud83d', '\0', '{', '[]', 'null', '{"Recommendations":7}', '__proto__', 'NaN', '-1', '1e999', 'true',
  'Completed', 'InService',
  'InProgress', 'Failed', 'chat-0123456789abcdef', 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/chat', 's3://bucket/key/',
  'AIRecommendationJob', 'OptimizationJob',
  '{"concurrency":1}', 'InferenceComponents',
];
const NAMES = [
  'Request', 'Subject', 'Tags', 'NamePrefix', 'RerunToken', 'RoleArn', 'JobType', 'JobName', 'LapSeconds', 'Last', 'Models', 'Endpoint',
  'Hardware', 'Approval', 'EndpointName',
  'Source', 'Selection', 'Options', 'Variant', 'Component', 'Pinned', 'Expectations', 'Runs', 'Metric', 'Accounts', 'OutputConfig', 'Key', 'Value',
  'AdapterIds', 'Attempts',
  'AIWorkloadConfigIdentifier', 'InferenceComponentName', 'ModelName', 'EndpointConfigName', 'Require', 'Lowest', 'Stat', 'AtMost', 'JobNames',
  'Hosting',
];
const MEMBERS = [
  'AIRecommendationJobStatus', 'AIRecommendationJobArn', 'Recommendations', 'Stacks', 'StackStatus', 'Tags', 'Key', 'Value', 'EndpointStatus',
  'EndpointConfigName', 'NextToken',
  'ProductionVariants', 'VariantName', 'InstanceType', 'CurrentInstanceCount', 'ModelName', 'PrimaryContainer', 'AIRecommendationJobs',
  'OutputConfig', 'ResourcePolicy',
  'FailureReason', 'ModelDetails', 'DeploymentConfiguration', 'ScalableTargets', 'ScalingPolicies', 'MetricAlarms', 'Parameter', 'Body',
  'Contents', 'InferenceComponents',
  'AIBenchmarkJobStatus', 'OptimizationJobStatus', 'Status', 'InferenceComponentStatus', 'Specification', 'EndpointConfigArn', 'ModelArn',
  'CreationTime', 'ExpectedPerformance',
];
const anything = (names: string[]) => fc.letrec(tie => ({
  any: fc.oneof({ maxDepth: 4 },
    fc.constantFrom<unknown>(undefined, null, true, 7, -1, NaN, ...TEXTS),
    fc.array(tie('any'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 5 })),
})).any;

/** A well-formed event with some of its members replaced by anything. */
const wellFormed = fc.record({
  RequestType: fc.constantFrom('Create', 'Update', 'Delete'),
  RequestId: fc.constant('6a0ae1a0-73b7-4a56-8e0e-2c27c5a3a1de'),
  StackId: fc.constant(STACK),
  ResourceType: fc.constantFrom(...TYPES),
  LogicalResourceId: fc.constant('Job'),
  PhysicalResourceId: fc.constantFrom('chat-0123456789abcdef', 'Chat-Job-1XQ'),
  ResourceProperties: fc.dictionary(fc.constantFrom(...NAMES), anything(NAMES), { maxKeys: 8 }),
  OldResourceProperties: fc.option(fc.dictionary(fc.constantFrom(...NAMES), anything(NAMES), { maxKeys: 8 }), { nil: undefined }),
  Plan: fc.constantFrom<unknown>(
    { started: 0, deadline: 0 }, { started: Date.now(), deadline: Date.now() + 3_000_000, action: 'ensure' }, {
      started: 0,
      deadline: 0,
      action: 'remove',
    },
    { started: 0, deadline: 4e12, action: 'ensure', operation: '1970-01-01T00:00:00.000Z' },
    {
      started: 0,
      deadline: 4e12,
      action: 'keep',
      abandon: 'chat-0123456789abcdee',
      supersede: {
        id: 'chat-0123456789abcdee',
        base: 'chat-0123456789abcdee',
      },
    },
  ),
});
const EVENT = ['RequestType', 'RequestId', 'StackId', 'ResourceType', 'LogicalResourceId', 'PhysicalResourceId', 'ResourceProperties', 'Plan'];
const malformed = fc.tuple(wellFormed, fc.dictionary(fc.constantFrom(...EVENT), anything(NAMES), { maxKeys: 2 }))
  .map(([event, wrong]) => ({ ...event, ...wrong }));

/** Anything, or what a service would answer with something else in it. */
const answer = fc.array(anything(MEMBERS), { minLength: 1, maxLength: 6 });

/** The outcome, if it is none that may be: an error that no sentence of ours explains, or a result that the framework would not take. */
async function wrongOutcome(entry: 'onEvent' | 'isComplete', event: any): Promise<string | undefined> {
  let result: any;
  try {
    result = await (entry === 'onEvent' ? onEvent(event) : isComplete(event));
  } catch (error) {
    const { message, constructor } = error as Error;
    const ours = constructor === Error && !/\((TypeError|RangeError|SyntaxError|Error|ReferenceError)\)|^$|\[object|got undefined/.test(message);
    return ours && Buffer.byteLength(JSON.stringify(message)) <= 2002 ? undefined : `threw ${message.slice(0, 300)}`;
  }
  const valid = entry === 'onEvent'
    ? typeof result?.PhysicalResourceId === 'string' && result.PhysicalResourceId !== '' && typeof result.Plan === 'object'
    : typeof result?.IsComplete === 'boolean' && (result.IsComplete || result.Data === undefined)
      && Object.values(result.Data ?? {}).every(value => typeof value === 'string') && Buffer.byteLength(JSON.stringify(result)) < 12_000;
  return valid ? undefined : `answered ${JSON.stringify(result)?.slice(0, 300)}`;
}

const entries = fc.constantFrom<'onEvent' | 'isComplete'>('onEvent', 'isComplete');

test('whatever event comes in, a sentence of ours or a result comes out', async () => {
  await fc.assert(fc.asyncProperty(entries, malformed, async (entry, event) => {
    answers = operation => operation === 'DescribeStacks' ? stacks('UPDATE_IN_PROGRESS') : /^(List|Delete|Stop)/.test(operation) ? {} : notFound();
    expect(await wrongOutcome(entry, event)).toBeUndefined();
  }), { numRuns: RUNS, seed: SEED });
});

test('whatever the services answer, a sentence of ours or a result comes out', async () => {
  await fc.assert(fc.asyncProperty(entries, wellFormed, answer, async (entry, event, given) => {
    let call = 0;
    answers = () => given[call++] ?? {};
    expect(await wrongOutcome(entry, event)).toBeUndefined();
  }), { numRuns: RUNS, seed: SEED });
});

test('what was never made can be deleted, whatever its properties are', async () => {
  const statuses = fc.constantFrom('ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS');
  await fc.assert(fc.asyncProperty(fc.constantFrom(...TYPES), anything(NAMES), statuses, async (type, ResourceProperties, status) => {
    answers = operation => operation === 'DescribeStacks' ? stacks(status) : /^List/.test(operation) ? {} : notFound();
    const event: any = {
      RequestType: 'Delete',
      RequestId: 'r',
      StackId: STACK,
      ResourceType: type,
      LogicalResourceId: 'Job',
      PhysicalResourceId: 'Chat-Job-1XQ',
      ResourceProperties,
    };
    const { Plan } = await onEvent(event);
    expect(await isComplete({ ...event, Plan: { ...Plan, started: 0 } })).toMatchObject({ IsComplete: true });
  }), { numRuns: RUNS, seed: SEED });
});
