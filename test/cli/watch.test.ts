import { spawnSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration, NestedStack, Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { command, MINUTE, PERMISSIONS, Watching } from './watching';
import { printable } from '../../cli/format';
import { Sandbox } from '../../sandbox';
import type { Stack as Deployed } from '../../sandbox/cloudformation';
import { synthesize } from '../../sandbox/demo/app';
import type { Scenario } from '../../sandbox/sagemaker';
import {
  AiBenchmarkJob, AiRecommendationJob, AiRecommendationJobProps, AiWorkloadConfig, BenchmarkTarget, DeployRecommendation, GpuInstanceType, JobOutput,
  ModelSource, PerformanceObjective, WorkloadSpec,
} from '../../src';
import { HOUR, World } from '../lifecycle/harness';

const ESCAPE = '\u001b';

afterEach(() => World.stopAll());

function workload(stack: Stack): AiWorkloadConfig {
  return new AiWorkloadConfig(stack, 'Chat', {
    spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
  });
}

function job(stack: Stack, props: Partial<AiRecommendationJobProps> = {}): AiRecommendationJob {
  return new AiRecommendationJob(stack, 'Recommendation', {
    model: ModelSource.fromS3Uri('s3://my-models/gpt-oss-20b/'),
    workloadConfig: workload(stack),
    objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
    optimizeModel: false,
    instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
    output: JobOutput.toS3Uri('s3://my-models/recommendations/'),
    waitTimeout: Duration.minutes(100),
    ...props,
  });
}

async function world(scenario: Scenario = {}): Promise<World> {
  return World.start({ scenario });
}

/** As the CDK's CLI sets it; the display takes its names from it. */
function withPaths(stack: Stack): Stack {
  stack.node.setContext('aws:cdk:enable-path-metadata', true);
  return stack;
}

/** Without what the time and the width of columns add. */
function lines(output: string): string[] {
  return output.split(/\r?\n/).map(line => line.replace(/^(\+\d+d )?\d\d:\d\d:\d\d +/, '').replace(/ {2,}/g, '  ').trim()).filter(Boolean);
}

/** A pseudo terminal is what util-linux has. */
const onTerminal = spawnSync('script', ['--version']).status === 0 ? test : test.skip;

describe('a job of ten hours', () => {
  const scenario: Scenario = { recommendation: () => ({ duration: 10 * HOUR }) };
  const build = (stack: Stack) => {
    new DeployRecommendation(stack, 'Endpoint', { recommendation: job(withPaths(stack), { waitTimeout: Duration.hours(12) }) });
  };

  test('is followed in plain lines, with a sign of life, to the endpoint that serves', async () => {
    const played = await world(scenario);
    const operation = played.begin(build);
    const watching = new Watching(played.sandbox, 'Chat');
    const { code, stdout, stderr } = await watching.follow(operation, 20);

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).not.toContain(ESCAPE);
    const said = lines(stdout);
    expect(said).toEqual(expect.arrayContaining([
      'CREATE_IN_PROGRESS  Chat',
      expect.stringMatching(/^InProgress  Recommendation  [78] h \d+ min of typically 1 to 3 h, 2 benchmarks: 1 Completed, 1 InProgress$/),
      '| Profiling',
      expect.stringMatching(/^Completed  Recommendation  2 benchmarks: 2 Completed, after 10 h, best: \S+ on ml.g6.24xlarge$/),
      expect.stringMatching(/^CREATE_IN_PROGRESS  Recommendation\/Wait  lap 2 of 15, gives up after 12 h$/),
      'InService  Endpoint  serves on ml.g6.24xlarge',
      'CREATE_COMPLETE  Chat',
      expect.stringMatching(/^Chat ended CREATE_COMPLETE after 10 h \d+ min$/),
      'What the jobs found: npx cdk-sagemaker-inference report Chat',
    ]));
    // A line for each look, and if nothing has changed the one of the job: looks are further apart here than what a log may be silent for.
    expect(said.filter(line => line.startsWith('InProgress  Recommendation')).length).toBeGreaterThanOrEqual(15);
    expect(watching.operations().filter(operationName => !/:(Describe|List|Get)/.test(operationName))).toEqual([]);
  });

  onTerminal('is followed on a terminal, in place and within its size', async () => {
    const played = await world(scenario);
    const operation = played.begin(build);
    const watching = new Watching(played.sandbox, 'Chat', { terminal: { columns: 80, lines: 9 } });
    const { code, stdout } = await watching.follow(operation, 100);

    expect(code).toBe(0);
    // Each frame erases the one before. In front of the first one is what the command says before.
    const frames = stdout.split(`${ESCAPE}[G`).slice(1, -1).map(frame => frame.split(/\r?\n/).map(printable).filter(Boolean));
    expect(frames.length).toBeGreaterThan(5);
    expect(Math.max(...frames.map(frame => frame.length))).toBeLessThan(9);
    expect(Math.max(...frames.flat().map(line => line.length))).toBeLessThan(80);
    const said = frames.flat().map(line => line.replace(/ {2,}/g, '  '));
    expect(said.some(line => /^\S Recommendation  InProgress  \d+ h.* of typically 1 to 3 h/.test(line))).toBe(true);
    expect(said.some(line => /^and \d+ that have ended, \d+ that have not begun$/.test(line))).toBe(true);
    expect(printable(stdout)).toMatch(/Chat ended CREATE_COMPLETE after 10 h/);
  });
});

test('a job that failed is told with the whole reason, and without what a terminal would obey', async () => {
  const played = await world({
    recommendation: () => ({ duration: 40 * MINUTE, status: 'Failed', failureReason: `No capacity${ESCAPE}[2J${ESCAPE}]0;title\u0007 for any of them\u202e.` }),
  });
  const operation = played.begin(stack => job(stack));
  const { code, stdout } = await new Watching(played.sandbox, 'Chat').follow(operation, 15);

  expect(code).toBe(1);
  expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/);
  expect(lines(stdout)).toEqual(expect.arrayContaining([
    expect.stringMatching(/^Failed  Recommendation  2 benchmarks: 2 Completed, after 40 min$/),
    expect.stringMatching(/^ROLLBACK_IN_PROGRESS  Chat/),
    expect.stringMatching(/^Chat ended ROLLBACK_COMPLETE after \d+ min/),
    expect.stringMatching(/^What failed first: RecommendationWait\w+ \(Custom::SageMakerJobWait\)$/),
  ]));
  expect(stdout.replace(/\s+/g, ' ')).toContain('No capacity for any of them (arn:');
});

/** An update to another job, under way, which is cancelled after half an hour. */
async function cancelledUpdate() {
  const played = await world({ recommendation: (_, nth) => ({ duration: nth === 1 ? 5 * MINUTE : 90 * MINUTE }) });
  await played.deploy(stack => job(stack));
  await played.pass(MINUTE);
  const operation = played.begin(stack => job(stack, { objective: PerformanceObjective.COST, instanceTypes: undefined }));
  played.sandbox.clock.at(30 * MINUTE, () => played.sandbox.cloudFormation.cancelUpdate('Chat'));
  return { played, operation };
}

test('an update that is cancelled ended badly, and nothing has failed', async () => {
  const { played, operation } = await cancelledUpdate();
  const { code, stdout } = await new Watching(played.sandbox, 'Chat').follow(operation, 20);

  expect(code).toBe(1);
  expect(lines(stdout)).toEqual(expect.arrayContaining([
    'UPDATE_IN_PROGRESS  Chat',
    'UPDATE_ROLLBACK_IN_PROGRESS  Chat',
    expect.stringMatching(/^Chat ended UPDATE_ROLLBACK_COMPLETE after .*: it was cancelled$/),
    expect.stringMatching(/^AI recommendation job \S+: deleted, InProgress when it was last seen$/),
    expect.stringMatching(/^AI recommendation job \S+: Completed, after 5 min, best: \S+ on ml.g6.24xlarge$/),
  ]));
  expect(stdout).not.toContain('What failed first');
});

onTerminal('a job that failed ends on a terminal as it does in plain lines', async () => {
  const played = await world({ recommendation: () => ({ duration: 40 * MINUTE, status: 'Failed', failureReason: 'No capacity for any of them.' }) });
  const operation = played.begin(stack => job(stack));
  const { code, stdout } = await new Watching(played.sandbox, 'Chat', { terminal: { columns: 100, lines: 24 } }).follow(operation, 15);

  expect(code).toBe(1);
  expect(printable(stdout)).toMatch(/Recommendation +Failed/);
  expect(printable(stdout)).toMatch(/Chat ended ROLLBACK_COMPLETE after \d+ min/);
  expect(printable(stdout).replace(/\s+/g, ' ')).toContain('No capacity for any of them (arn:');
});

onTerminal('an update that is cancelled ends on a terminal as it does in plain lines', async () => {
  const { played, operation } = await cancelledUpdate();
  const { code, stdout } = await new Watching(played.sandbox, 'Chat', { terminal: { columns: 100, lines: 24 } }).follow(operation, 20);

  expect(code).toBe(1);
  expect(printable(stdout)).toMatch(/Chat ended UPDATE_ROLLBACK_COMPLETE after .*: it was cancelled/);
});

test('a stack that is deleted while its creation is watched ended badly, a deletion that is watched did not', async () => {
  const played = await world({ recommendation: () => ({ duration: 90 * MINUTE }) });
  const creation = played.begin(stack => job(stack));
  const { cloudFormation, clock } = played.sandbox;
  const done = new Promise<Deployed>((resolve, reject) => {
    clock.at(20 * MINUTE, () => void cloudFormation.destroy('Chat').done.then(resolve, reject));
  });
  const watching = new Watching(played.sandbox, 'Chat');
  expect(await watching.follow({ ...creation, done })).toMatchObject({
    code: 1, stdout: expect.stringMatching(/Chat ended DELETE_COMPLETE .*: it was cancelled/),
  });

  await played.deploy(stack => { new ssm.StringParameter(stack, 'Parameter', { stringValue: 'value' }); });
  const deletion = cloudFormation.destroy('Chat');
  expect(await new Watching(played.sandbox, 'Chat').follow(deletion)).toMatchObject({ code: 0, stdout: expect.stringContaining('Chat ended DELETE_COMPLETE') });
});

test('throttling and failing services are got over', async () => {
  const played = await world();
  const { faults } = played.sandbox;
  const operation = played.begin(stack => job(stack));
  const watching = new Watching(played.sandbox, 'Chat');
  faults.onCall({ service: 'cloudformation', operation: 'DescribeStacks', effect: 'throttle', after: 1, times: 2 });
  faults.onCall({ service: 'cloudformation', operation: 'ListStackResources', effect: 'internal-error', after: 1, times: 2 });
  faults.onCall({ service: 'cloudformation', operation: 'GetTemplate', effect: 'access-denied' });
  faults.onCall({ service: 'sagemaker', operation: 'ListAIBenchmarkJobs', effect: 'throttle', times: 2 });
  const { code, stdout } = await watching.follow(operation, 60);

  expect(code).toBe(0);
  expect(lines(stdout)).toEqual(expect.arrayContaining([expect.stringMatching(/^Completed  Recommendation/), 'CREATE_COMPLETE  Chat']));
});

test('what may not be seen is named once, and the watch goes on', async () => {
  const played = await world();
  const operation = played.begin(stack => job(stack));
  const watching = new Watching(played.sandbox, 'Chat', { permissions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'] });
  const { code, stdout } = await watching.follow(operation);

  expect(code).toBe(0);
  const notes = lines(stdout).filter(line => line.startsWith('Not shown'));
  expect(notes).toEqual([
    'Not shown: paths of constructs and how many laps a wait has, since the permission cloudformation:GetTemplate is missing',
    'Not shown: the state of each AI recommendation job, since the permission sagemaker:DescribeAIRecommendationJob is missing',
  ]);
  // As far as CloudFormation tells it.
  expect(lines(stdout)).toEqual(expect.arrayContaining([expect.stringMatching(/^CREATE_\w+  RecommendationWait  lap \d$/)]));
});

test('a benchmark shows the last lines of its log', async () => {
  const played = await world({ benchmark: () => ({ duration: 30 * MINUTE, log: { begin: ['one', `two ${ESCAPE}[31mred`, 'three', 'four'] } }) });
  await played.deploy(stack => { new DeployRecommendation(stack, 'Endpoint', { recommendation: job(stack), endpointName: 'chat' }); }, { stackName: 'Serving' });
  const operation = played.begin(stack => {
    new AiBenchmarkJob(stack, 'Benchmark', {
      target: BenchmarkTarget.endpointName('chat'), workloadConfig: workload(stack), output: JobOutput.toS3Uri('s3://my-models/benchmarks/'),
    });
  });
  const { code, stdout } = await new Watching(played.sandbox, 'Chat').follow(operation, 10);

  expect(code).toBe(0);
  expect(lines(stdout)).toEqual(expect.arrayContaining(['| two red', '| three', '| four']));
  expect(lines(stdout)).not.toContain('| one');
});

test('stacks within stacks, and lists of several pages', async () => {
  const played = await world({ recommendation: () => ({ duration: 20 * MINUTE, status: 'Failed', failureReason: 'no capacity' }) });
  const operation = played.begin(stack => {
    withPaths(stack);
    for (let each = 0; each < 110; each++) {
      new ssm.StringParameter(stack, `Parameter${each}`, { stringValue: 'value' });
    }
    job(new NestedStack(stack, 'Search'));
  });
  const { code, stdout } = await new Watching(played.sandbox, 'Chat').follow(operation, 10);

  expect(code).toBe(1);
  expect(lines(stdout)).toEqual(expect.arrayContaining([
    expect.stringMatching(/^InProgress  Search\/Recommendation  \d+ min of typically 1 to 3 h/),
    expect.stringMatching(/^CREATE_IN_PROGRESS  Search\/Recommendation\/Wait  lap 1 of 2/),
    expect.stringMatching(/^What failed first: Search\w+\/RecommendationWait\w+ \(Custom::SageMakerJobWait\)$/),
  ]));
  expect(stdout.replace(/\s+/g, ' ')).toContain('no capacity');
});

test('Ctrl-C ends the watch and not the deployment', async () => {
  const played = await world();
  const operation = played.begin(stack => job(stack));
  const watching = new Watching(played.sandbox, 'Chat');
  const looked = watching.look();
  played.sandbox.clock.at(2 * MINUTE, () => void played.sandbox.clock.work(async () => {
    watching.interrupt();
    await watching.ended;
  }));
  const stack = await played.finish(operation);
  await looked;

  const { code, stdout } = await watching.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('The deployment of Chat goes on.\nTo cancel it: aws cloudformation delete-stack --stack-name Chat\n');
  expect(stack.status).toBe('CREATE_COMPLETE');
});

test('credentials that expire end the watch and not the deployment', async () => {
  const played = await world();
  const operation = played.begin(stack => job(stack));
  const watching = new Watching(played.sandbox, 'Chat');
  played.sandbox.clock.at(2 * MINUTE, () => played.sandbox.iam.endSessions(watching.role));
  const { code, stderr } = await watching.follow(operation, 3);

  expect(code).toBe(2);
  expect(stderr).toMatch(/credentials .* have expired.*The deployment of Chat, which was CREATE_IN_PROGRESS, goes on/);
  expect((await operation.done).status).toBe('CREATE_COMPLETE');
});

describe('nothing under way', () => {
  test('the last status is the answer', async () => {
    const played = await world({ recommendation: (_, nth) => nth === 2 ? { status: 'Failed', failureReason: 'no capacity' } : {} });
    await played.deploy(stack => job(stack));
    const well = new Watching(played.sandbox, 'Chat');
    expect(await well.end()).toMatchObject({ code: 0, stdout: 'No deployment of Chat is under way. The last one ended CREATE_COMPLETE\n' });

    await played.deploy(stack => job(stack, { rerunToken: '2' }));
    const badly = await new Watching(played.sandbox, 'Chat').end();
    expect(badly.code).toBe(1);
    expect(badly.stdout).toMatch(/The last one ended UPDATE_ROLLBACK_COMPLETE[^]*no capacity/);
  });

  test('--next waits for a deployment, even of a stack that is not there yet', async () => {
    const played = await world();
    const watching = new Watching(played.sandbox, 'Chat', { args: ['--next'] });
    while (!watching.stdout.includes('There is no stack Chat yet. Waiting for it.')) {
      await watching.look();
    }
    const { code, stdout } = await watching.follow(played.begin(stack => job(stack)));

    expect(code).toBe(0);
    expect(lines(stdout)).toEqual(expect.arrayContaining(['CREATE_IN_PROGRESS  Chat', 'CREATE_COMPLETE  Chat']));
  });
});

describe('a question that cannot be answered', () => {
  let sandbox: Sandbox;
  beforeAll(async () => { sandbox = await Sandbox.start(); });
  afterAll(() => sandbox.stop());

  test('no such stack', async () => {
    expect(await new Watching(sandbox, 'Chat').end()).toEqual({
      code: 2, stdout: '', stderr: 'There is no stack Chat in us-west-2. --next waits for its first deployment\n',
    });
  });

  test('no permission to describe stacks', async () => {
    const { code, stderr } = await new Watching(sandbox, 'Chat', { permissions: PERMISSIONS.filter(action => !action.includes('DescribeStacks')) }).end();
    expect(code).toBe(2);
    expect(stderr).toContain('The permission cloudformation:DescribeStacks is missing: ');
  });

  test('no credentials', async () => {
    const { code, stderr } = await command(['watch', 'Chat'], { AWS_REGION: 'us-west-2' });
    expect(code).toBe(2);
    expect(stderr).toContain('AWS credentials are missing or have expired');
  });

  test('an interval that is none', async () => {
    const { code, stderr } = await command(['watch', 'Chat', '--interval', '0'], { AWS_REGION: 'us-west-2' });
    expect(code).toBe(2);
    expect(stderr).toBe('--interval takes a number of seconds greater than 0 and at most 86400, got 0\n');
  });
});

test('what docs/progress.md shows is what is printed', async () => {
  const workspace = mkdtempSync(join(tmpdir(), 'watch-test-'));
  const { sandbox } = await world({ recommendation: () => ({ duration: 5 * HOUR + 20 * MINUTE }) });
  const operation = sandbox.cloudFormation.deploy(synthesize({ objective: PerformanceObjective.THROUGHPUT, team: 'chat' }, workspace));
  const { code, stdout } = await new Watching(sandbox, 'ChatEndpoint').follow(operation, 40);
  rmSync(workspace, { recursive: true });

  expect(code).toBe(0);
  const shown = /```text\n(Watching ChatEndpoint [^]*?)\n```/.exec(readFileSync(join(__dirname, '../../docs/progress.md'), 'utf8'))![1];
  expect(stdout.trimEnd()).toBe(shown);
});
