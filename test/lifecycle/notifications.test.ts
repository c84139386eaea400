import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { app, AppOptions, failing, keepTheRest, requestOf } from './app';
import { HOUR, MINUTE, World } from './harness';
import { AI_BENCHMARK_JOB, INFERENCE_RECOMMENDATIONS_JOB, OPTIMIZATION_JOB, setUp } from './kinds';
import type { Stack as CloudFormationStack } from '../../sandbox/cloudformation';
import type { RecommendationOutcome, Scenario } from '../../sandbox/sagemaker';
import { AiBenchmarkJob, AiWorkloadConfig, Attempts, BenchmarkMetric, BenchmarkTarget, Expectation, JobOutput, WorkloadSpec } from '../../src';

afterEach(() => World.stopAll());

interface Notifying {
  onFinished(id: string, options?: events.OnEventOptions): events.Rule;
  onFailed(id: string, options?: events.OnEventOptions): events.Rule;
}

/** One topic hears of every end, the other one of bad ones. */
function notify(stack: Stack, job: Notifying): void {
  job.onFinished('Finished', { target: new SnsTopic(new sns.Topic(stack, 'Ends')) });
  job.onFailed('Failed', { target: new SnsTopic(new sns.Topic(stack, 'BadEnds')) });
}

/** The app of the story with a job that says when it has ended. */
const notifying = (options: AppOptions = {}) => app({
  endpoint: false,
  ...options,
  also: (stack, job) => {
    notify(stack, job);
    options.also?.(stack, job);
  },
});

const start = (...outcomes: RecommendationOutcome[]) => World.start({ scenario: { recommendation: (_, nth) => outcomes[nth - 1] ?? {} } });
const details = (world: World) => world.sandbox.eventBridge.events.map(({ detail }) => detail);
const ends = (world: World) => details(world).map(({ status }) => status);
/** What the topics were told, by their logical ids. */
const heard = (world: World) => world.sandbox.sns.messages.map(({ topicArn, message }) => (
  [/Chat-(\w+?)[0-9A-F]{8}-/.exec(topicArn)![1], JSON.parse(message).detail.status]));
const COMPLETES = {};
const FAILS = { status: 'Failed', failureReason: 'no capacity for ml.p5.48xlarge' } as const;

describe('one event', () => {
  test('tells of a job that took nine hours, as soon as that is seen', async () => {
    const world = await start({ duration: 9 * HOUR });
    const stack = await world.deploy(notifying({ job: { waitTimeout: Duration.hours(12) } }));
    expect(world.failures(stack)).toEqual([]);
    const [job] = world.sandbox.sagemaker.jobs('AIRecommendationJob');
    expect(world.sandbox.eventBridge.events).toEqual([{
      'version': '0',
      'id': expect.any(String),
      'source': 'cdk-sagemaker-inference',
      'detail-type': 'SageMaker Inference Job Ended',
      'account': '111122223333',
      'region': 'us-west-2',
      'time': expect.any(String),
      'resources': [job.arn],
      'detail': {
        version: '1',
        jobType: 'AIRecommendationJob',
        jobName: job.name,
        jobArn: job.arn,
        status: 'Completed',
        failureReason: '',
        startedAt: new Date(job.creationTime * 1000).toISOString(),
        endedAt: new Date(job.endTime! * 1000).toISOString(),
        durationSeconds: 9 * 3600,
        stackName: 'Chat',
        stackId: stack.stackId,
        logicalId: 'Recommendation93C2AD71',
      },
    }]);
    const late = Date.parse(world.sandbox.eventBridge.events[0].time) - job.endTime! * 1000;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(MINUTE);
    expect(heard(world)).toEqual([['Ends', 'Completed']]);
    await world.destroy();
    expect(details(world)).toHaveLength(1);
  });

  test('tells of a job that failed, with the reason, and the deployment fails as ever', async () => {
    const world = await start({ ...FAILS, duration: 2 * HOUR });
    const stack = await world.deploy(notifying());
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.failures(stack)[0]).toContain('ended Failed: no capacity for ml.p5.48xlarge');
    expect(details(world)).toEqual([expect.objectContaining({ status: 'Failed', failureReason: FAILS.failureReason, durationSeconds: 2 * 3600 })]);
    expect(heard(world)).toEqual([['Ends', 'Failed'], ['BadEnds', 'Failed']]);
  });

  test('tells of a job that fails at once, before anybody waits for it', async () => {
    const world = await start({ ...FAILS, duration: 1_000 });
    expect((await world.deploy(notifying())).status).toBe('ROLLBACK_COMPLETE');
    expect(ends(world)).toEqual(['Failed']);
  });

  test('tells of a job for which waitTimeout ran out', async () => {
    const world = await start({ duration: 9 * HOUR });
    const stack = await world.deploy(notifying({ job: { waitTimeout: Duration.minutes(100) } }));
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(details(world)).toEqual([expect.objectContaining({
      status: 'Stopped', failureReason: 'it was still InProgress when waitTimeout ran out, so it was stopped',
    })]);
    expect(details(world)[0].durationSeconds).toBeGreaterThan(90 * 60);
    expect(details(world)[0].durationSeconds).toBeLessThan(110 * 60);
    expect(heard(world)).toEqual([['Ends', 'Stopped'], ['BadEnds', 'Stopped']]);
  });

  test('tells of a job that somebody stopped', async () => {
    const world = await start({ duration: 9 * HOUR });
    const creation = world.begin(notifying());
    await world.until(() => world.jobs().length === 1);
    await world.byHand('StopAIRecommendationJob', { AIRecommendationJobName: world.jobs()[0].name });
    expect((await world.finish(creation)).status).toBe('ROLLBACK_COMPLETE');
    expect(ends(world)).toEqual(['Stopped']);
  });

  // A lap is 50 minutes, and looks at the job for the last time 30 seconds before: the end may be just before, in between, and just after.
  test.each(Array.from({ length: 10 }, (_, i) => 2_960 + 10 * i))('tells of a job that ends %s seconds after it began, between two laps', async seconds => {
    const world = await start({ duration: seconds * 1000 });
    expect((await world.deploy(notifying({ job: { waitTimeout: Duration.minutes(150) } }))).status).toBe('CREATE_COMPLETE');
    expect(details(world)).toEqual([expect.objectContaining({ status: 'Completed', durationSeconds: seconds })]);
  });

  test('is small, however much there is to say about the failure', async () => {
    const world = await start({ ...FAILS, failureReason: '"é' + 'x'.repeat(5_000) });
    await world.deploy(notifying());
    expect(details(world)).toHaveLength(1);
    expect(Buffer.byteLength(JSON.stringify(details(world)[0]))).toBeLessThan(2_500);
    expect(details(world)[0].failureReason).toMatch(/^"éx{900,}/);
  });

  describe.each([AI_BENCHMARK_JOB, OPTIMIZATION_JOB, INFERENCE_RECOMMENDATIONS_JOB])('tells of a job of the kind $kind', kind => {
    test.each([['Completed', undefined], ['Failed', 'the container did not start']])('%s', async (status, fails) => {
      const world = await World.start({ scenario: kind.scenario(() => ({ duration: 20 * MINUTE, fails })) });
      await setUp(world);
      await world.deploy(stack => notify(stack, kind.job(stack, {}).construct as unknown as Notifying));
      const [job] = world.sandbox.sagemaker.jobs(kind.kind);
      expect(details(world)).toEqual([expect.objectContaining({
        jobType: kind.kind,
        status,
        failureReason: fails ? expect.stringContaining(fails) : '',
        durationSeconds: 20 * 60,
        ...job && { jobName: job.name, jobArn: job.arn },
      })]);
    });
  });

  test('tells of each attempt of a benchmark, whether or not the next one may make up for it', async () => {
    const scenario: Scenario = { benchmark: (_, nth) => (nth === 1 ? { status: 'Failed', failureReason: 'no instance', bundle: 'none' } : {}) };
    const world = await World.start({ scenario });
    await setUp(world);
    const stack = await world.deploy(attempts(Attempts.bestOf(2)));
    expect(world.failures(stack)).toEqual([]);
    expect(details(world)).toEqual([
      expect.objectContaining({ status: 'Failed', failureReason: 'no instance' }), expect.objectContaining({ status: 'Completed' }),
    ]);
    expect(new Set(details(world).map(({ logicalId }) => logicalId)).size).toBe(2);
    expect(heard(world)).toEqual([['Ends', 'Failed'], ['BadEnds', 'Failed'], ['Ends', 'Completed']]);
  });

  test('tells of a benchmark, and not of the expectations that it misses', async () => {
    const world = await World.start({ scenario: { benchmark: () => ({ figures: { 'time_to_first_token.p90': 9_000 } }) } });
    await setUp(world);
    const stack = await world.deploy(attempts());
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(ends(world)).toEqual(['Completed']);
  });
});

/** A gate whose runs are each a job. */
const attempts = (how?: Attempts) => (stack: Stack) => {
  const workloadConfig = new AiWorkloadConfig(stack, 'Workload', {
    spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10, requestCount: 300 }),
  });
  notify(stack, new AiBenchmarkJob(stack, 'Gate', {
    target: BenchmarkTarget.endpointName('my-endpoint'),
    workloadConfig,
    output: JobOutput.toS3Uri('s3://my-models/results/'),
    expectations: [Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(5_000)],
    attempts: how,
    waitTimeout: Duration.minutes(100),
  }));
};

describe('no second event', () => {
  test.each<[string, AppOptions, AppOptions]>([
    ['a tag', { tag: 'one' }, { tag: 'two' }],
    ['a longer waitTimeout', {}, { job: { waitTimeout: Duration.hours(10) } }],
    ['laps behind one that saw the job run', { job: { waitTimeout: Duration.minutes(100) } }, { job: { waitTimeout: Duration.hours(4) } }],
    ['a shorter waitTimeout', {}, { job: { waitTimeout: Duration.minutes(40) } }],
    ['another version of the handlers', { handlerVersion: '1' }, { handlerVersion: '2' }],
    ['an endpoint', {}, { endpoint: {} }],
  ])('comes of an update with %s', async (_, before, after) => {
    const world = await start({ duration: 70 * MINUTE });
    expect((await world.deploy(notifying(before))).status).toBe('CREATE_COMPLETE');
    expect((await world.deploy(notifying(after))).status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    expect(ends(world)).toEqual(['Completed']);
  });

  test('and no first one comes of rules that are added later: nothing runs again either', async () => {
    const world = await start({ duration: 70 * MINUTE });
    await world.deploy(app({ endpoint: false }));
    const stack = await world.deploy(notifying());
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    expect(ends(world)).toEqual([]);
    // Another run is told of.
    await world.deploy(notifying({ concurrency: 20 }));
    expect(ends(world)).toEqual(['Completed']);
  });

  test.each(['new', 'old'] as const)('comes of a rollback, nor of the next attempt, which finds the job finished (%s)', async rollbackPhysicalId => {
    const world = await World.start({ behaviour: { rollbackPhysicalId } });
    await world.deploy(notifying());
    const failed = await world.deploy(notifying({ concurrency: 20, also: failing }));
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(ends(world)).toEqual(['Completed', 'Completed']);
    expect((await world.deploy(notifying({ concurrency: 20 }))).status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(ends(world)).toEqual(['Completed', 'Completed']);
  });

  test('comes of a retry that meets the job that failed, without a rollback', async () => {
    const world = await start({ ...FAILS });
    expect((await world.deploy(notifying(), { disableRollback: true })).status).toBe('CREATE_FAILED');
    expect((await world.deploy(notifying({ tag: 'retry' }), { disableRollback: true })).status).toBe('UPDATE_FAILED');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    expect(ends(world)).toEqual(['Failed']);
  });

  // Only where both look within the same seconds, each finds that CloudFormation still waits.
  test.each([20_000, 105_000, 3 * HOUR])('comes of a request that is delivered twice, %s ms apart', async delayMs => {
    const world = await start({ duration: 70 * MINUTE });
    world.sandbox.faults.onInvoke({
      functionName: /framework-?onEvent/i, when: requestOf('JobWait', 'Create'), effect: 'duplicate', delayMs, times: 100,
    });
    expect((await world.deploy(notifying())).status).toBe('CREATE_COMPLETE');
    await world.pass(6 * HOUR);
    expect(ends(world)).toEqual(['Completed']);
  });

  test('comes of a stack that is made anew, and finds the job that the first one has kept', async () => {
    const world = await start({ duration: 70 * MINUTE });
    const kept = { removalPolicy: RemovalPolicy.RETAIN, also: keepTheRest };
    await world.deploy(notifying(kept));
    await world.destroy();
    await world.deploy(notifying({ role: undefined, ...kept }));
    expect(ends(world).filter(status => status === 'Completed')).toHaveLength(world.count('CreateAIRecommendationJob'));
  });
});

test('a job that runs on after a failed deployment is told of by the deployment that adopts it', async () => {
  const world = await start({ duration: 9 * HOUR });
  // Something else fails after an hour; what there is stays.
  const creation = world.begin(notifying(), { disableRollback: true });
  await world.until(() => world.jobs().length === 1);
  await world.pass(HOUR);
  world.sandbox.faults.onInvoke({ functionName: /IsComplete/, when: requestOf('JobWait'), effect: 'timeout' });
  expect((await world.finish(creation)).status).toBe('CREATE_FAILED');
  expect(ends(world)).toEqual([]);
  expect((await world.deploy(notifying({ job: { waitTimeout: Duration.hours(12) } }))).status).toBe('UPDATE_COMPLETE');
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(details(world)).toEqual([expect.objectContaining({ status: 'Completed', durationSeconds: 9 * 3600 })]);
});

describe('nothing is told of a job that goes', () => {
  test('because the deployment is cancelled', async () => {
    const world = await start({}, { duration: 9 * HOUR });
    await world.deploy(notifying());
    const update = world.begin(notifying({ concurrency: 20 }));
    await world.until(() => world.jobs().length === 2);
    await world.pass(HOUR);
    world.sandbox.cloudFormation.cancelUpdate('Chat');
    expect((await world.finish(update)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await world.pass(2 * HOUR);
    expect(ends(world)).toEqual(['Completed']);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('because the stack is deleted while it runs', async () => {
    const world = await start({ duration: 9 * HOUR });
    const creation = world.begin(notifying());
    await world.until(() => world.jobs().length === 1);
    await world.pass(HOUR);
    const deletion = world.sandbox.cloudFormation.destroy('Chat');
    await world.finish(creation);
    await world.finish(deletion);
    expect(ends(world)).toEqual([]);
    expect(world.leftovers()).toEqual([]);
  });
});

describe('a deployment ends as it would have without, at the same time', () => {
  const run = async (arrange: (world: World) => void, outcome: RecommendationOutcome = {}) => {
    const world = await start({ duration: 70 * MINUTE, ...outcome });
    arrange(world);
    const stack = await world.deploy(notifying());
    const functions = new Set(world.sandbox.journal.invocations.map(({ functionName }) => functionName));
    const logs = [...functions].flatMap(name => world.sandbox.lambda.logs(name));
    const told = (decision: string) => logs.map(({ text }) => text).filter(text => text.includes(decision));
    return { world, stack, took: world.sandbox.clock.now(), told };
  };
  /** What each outcome is without a disturbance: the same for all, so played once. */
  const undisturbed = new Map<object, ReturnType<typeof run>>();
  const call = (effect: 'throttle' | 'internal-error' | 'access-denied' | 'reset') => (world: World) =>
    world.sandbox.faults.onCall({ service: 'events', operation: 'PutEvents', effect, times: 100 });

  test.each<[string, (world: World) => void, RegExp]>([
    ['throttles', call('throttle'), /ThrottlingException/],
    ['fails', call('internal-error'), /InternalFailure/],
    ['refuses the call', call('access-denied'), /AccessDeniedException/],
    ['is not there', call('reset'), /socket hang up|ECONNRESET/],
    ['is slow', world => {
      const { eventBridge, clock } = world.sandbox;
      eventBridge.handle = async () => {
        await clock.sleep(HOUR);
        return {};
      };
    }, /TimeoutError/],
    ['does not take the event', world => {
      world.sandbox.eventBridge.handle = async () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalException', ErrorMessage: 'internal' }] });
    }, /internal \(InternalException\)/],
    ['answers something else', world => { world.sandbox.eventBridge.handle = async () => ({ FailedEntryCount: 'x', Entries: [] }); }, /not announced/],
  ])('when EventBridge %s', async (_, arrange, reason) => {
    for (const outcome of [COMPLETES, FAILS]) {
      const { stack, took, told } = await run(arrange, outcome);
      undisturbed.set(outcome, undisturbed.get(outcome) ?? run(() => {}, outcome));
      const expected = await undisturbed.get(outcome)!;
      expect(stack.status).toBe(expected.stack.status);
      // What follows are names that CloudFormation makes, and the id of the request.
      const reasons = ({ events: all }: CloudFormationStack) => all.map(({ reason: text }) => text?.split(/\[decisions|\nLogs:/)[0]);
      expect(reasons(stack)).toEqual(reasons(expected.stack));
      expect(took - expected.took).toBeLessThan(5_000);
      expect(told('was not announced')).toHaveLength(1);
      expect(told('was not announced')[0]).toMatch(reason);
    }
  });

  test('when the handlers may not put events, which the log says', async () => {
    const world = await start();
    const stack = await world.deploy(notifying({
      also: each => {
        // Somebody's boundary, or a policy of the organization.
        const policy = each.node.findChild('CdkSageMakerInferenceProvider').node.findChild('Policy').node.defaultChild as any;
        const { Statement } = each.resolve(policy.policyDocument);
        policy.addPropertyOverride('PolicyDocument.Statement', Statement.filter(({ Action }: any) => Action !== 'events:PutEvents'));
      },
    }));
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(world.sandbox.journal.calls.filter(({ operation, error }) => operation === 'PutEvents' && /AccessDenied/.test(error ?? ''))).toHaveLength(1);
    expect(ends(world)).toEqual([]);
  });

  test('when CloudFormation does not say whether it still waits', async () => {
    const world = await start({ duration: 70 * MINUTE });
    const creation = world.begin(notifying());
    await world.until(() => world.jobs().length === 1);
    await world.pass(HOUR);
    world.sandbox.faults.onCall({ service: 'cloudformation', operation: 'DescribeStackResource', effect: 'throttle', times: 3 });
    expect((await world.finish(creation)).status).toBe('CREATE_COMPLETE');
    expect(ends(world)).toEqual(['Completed']);
  });
});

describe('the permission', () => {
  const unused = async (build: (stack: Stack) => void) => {
    const world = await start();
    const stack = await world.deploy(build);
    const role = [...stack.resources.values()].find(({ logicalId }) => logicalId.startsWith('CdkSageMakerInferenceProviderRole'))!;
    const put = (Source: string) => world.sandbox.iam.check(String(role.attributes.Arn), world.sandbox.eventBridge.authorizations({
      service: 'events', operation: 'PutEvents', caller: '', input: { Entries: [{ Source, DetailType: 'x' }] },
    }));
    return { put, permissions: world.unusedPermissions(stack) };
  };

  test('is there, used, and for our events alone', async () => {
    const { put, permissions } = await unused(notifying());
    expect(permissions).not.toContain('events:PutEvents');
    expect(() => put('cdk-sagemaker-inference')).not.toThrow();
    expect(() => put('com.example.shop')).toThrow('not authorized to perform: events:PutEvents');
  });

  test('is not there where nobody asked for events', async () => {
    const { put } = await unused(app({ endpoint: false }));
    expect(() => put('cdk-sagemaker-inference')).toThrow('not authorized to perform: events:PutEvents');
  });
});
