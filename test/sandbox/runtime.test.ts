import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from './eventually';
import { Harness, remove, synthesize } from './runtime-harness';
import { Processes } from '../../sandbox/runtime';

const synthesized = synthesize();
const processes = new Processes();
let sandbox: Harness;

beforeEach(async () => {
  sandbox = await Harness.start(synthesized, { environments: processes });
});

afterEach(async () => {
  await sandbox.stop();
});

afterAll(async () => {
  await processes.end();
  remove(synthesized);
});

describe('the real provider framework', () => {
  test('polls in virtual time and answers when the handler says so', async () => {
    const answer = await sandbox.request({ Name: 'a', Minutes: '45' });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'model-a', LogicalResourceId: 'Job', RequestId: 'request-1', Data: { Minutes: '45' } });
    expect(sandbox.minutes).toBe(45);
    expect(sandbox.invocations('isComplete')).toHaveLength(91);
    await sandbox.clock.run(sandbox.clock.sleep(0));
    expect(sandbox.stepFunctions.executions).toMatchObject([{ status: 'SUCCEEDED', transitions: 91 }]);
  });

  test('polls 1,200 times in ten hours, which take seconds here', async () => {
    expect(await sandbox.request({ Name: 'a', Minutes: '600' })).toMatchObject({ Status: 'SUCCESS', Data: { Minutes: '600' } });
    expect(sandbox.invocations('isComplete')).toHaveLength(1201);
  });

  test('runs out of polls and says so through onTimeout', async () => {
    expect(await sandbox.request({ Name: 'a', Minutes: '1000' })).toMatchObject({ Status: 'FAILED', Reason: 'Operation timed out', PhysicalResourceId: 'model-a' });
    expect(sandbox.minutes).toBe(650);
  });

  test('answers a failing onEvent with the marker id, and ignores the Delete that follows', async () => {
    const answer = await sandbox.request({ Refuse: 'yes' });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'AWSCDK::CustomResourceProviderFramework::CREATE_FAILED' });
    expect(answer.Reason).toMatch(/^this resource is refused\n\nLogs: \/aws\/lambda\/onEvent\n/);
    await sandbox.request({ Refuse: 'yes' }, { RequestType: 'Delete', PhysicalResourceId: answer.PhysicalResourceId });
    expect(sandbox.invocations('onEvent')).toHaveLength(1);
  });

  test('answers a failing isComplete with the true id', async () => {
    const answer = await sandbox.request({ Name: 'a', Minutes: '60', CrashAfter: '10' });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'model-a' });
    expect(answer.Reason).toMatch(/^the job model-a failed\n/);
    expect(sandbox.minutes).toBe(10);
  });
});

describe('processes', () => {
  test('stay warm, and see the virtual time move', async () => {
    const { Data } = await sandbox.request({ Name: 'a', Minutes: '90' });
    expect(Data).toMatchObject({ Now: '2026-01-05T09:30:00.000Z', ProcessAge: '90' });
    expect((await sandbox.request({ Name: 'b', Minutes: '0' })).Data.ProcessAge).toBe('90');
  });

  test('time moves on by the timers that a function waits for', async () => {
    expect((await sandbox.request({ Name: 'a', Minutes: '0', Rest: '120' })).Data.Now).toBe('2026-01-05T08:00:00.120Z');
    expect(sandbox.invocations('isComplete')[0].durationMs).toBe(120);
  });

  test('run a function as often at once as it is needed', async () => {
    const answers = await sandbox.clock.run(Promise.all([1, 2, 3].map(n => sandbox.send({ Name: `m${n}`, Minutes: '1' }))));
    expect(answers.map(answer => answer.PhysicalResourceId)).toEqual(['model-m1', 'model-m2', 'model-m3']);
    expect(sandbox.minutes).toBe(1);
  });

  test('what they print is kept, unless it is below the log level', async () => {
    await sandbox.request({ Name: 'a', Minutes: '0' });
    const [{ requestId }] = sandbox.invocations('onEvent');
    expect(sandbox.lambda.logs('onEvent')).toEqual([{ requestId, text: 'onEvent Create' }]);
    expect(sandbox.lambda.logs('ProviderframeworkonEvent')).toEqual([]);
  });

  test('end when the sandbox stops, if it shares them with no other', async () => {
    await sandbox.stop();
    sandbox = await Harness.start(synthesized);
    await sandbox.request({ Name: 'a', Minutes: '0' });
    const pids = (sandbox.lambda as any).deployments.flatMap((deployed: any) => [...deployed.environments].map(environment => environment.child.pid));
    expect(pids).toHaveLength(4);
    await sandbox.lambda.stop();
    expect(pids.filter(alive)).toEqual([]);
  });

  test('end when the process that started them is killed', async () => {
    const bootstrap = join(__dirname, '../../sandbox/runtime/process/bootstrap.js');
    const script = `console.log(require('child_process').fork(${JSON.stringify(bootstrap)}).pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise(resolve => parent.stdout.once('data', resolve)));
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => !alive(pid));
    expect(alive(pid)).toBe(false);
  });
});

describe('faults', () => {
  test.each([
    ['sagemaker', 'throttle', 'ThrottlingException: Rate exceeded'],
    ['sagemaker', 'internal-error', expect.stringMatching(/^InternalFailure/)],
    ['sagemaker', 'reset', expect.stringMatching(/^reset/)],
    ['sagemaker', 'lost-response', undefined],
  ] as const)('%s: one %s is overcome by the SDK', async (service, effect, error) => {
    sandbox.faults.onCall({ service, operation: 'CreateModel', effect });
    expect(await sandbox.request({ Name: 'a', Minutes: '1' })).toMatchObject({ Status: 'SUCCESS' });
    expect(sandbox.calls('CreateModel').map(call => call.error)).toEqual([error, undefined]);
    // The call whose answer was lost had taken effect all the same.
    expect(sandbox.standIns.models).toHaveLength(effect === 'lost-response' ? 2 : 1);
  });

  test('throttling beyond the SDK\'s attempts fails the resource', async () => {
    sandbox.faults.onCall({ operation: 'DescribeModel', effect: 'throttle', times: Infinity, after: 1 });
    expect(await sandbox.request({ Name: 'a', Minutes: '1' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^Rate exceeded/) });
    expect(sandbox.calls('DescribeModel')).toHaveLength(4);
  });

  test.each(['Invoke', 'StartExecution', 'CustomResourceResponse', 'DescribeStacks'])('a throttled %s is called again', async operation => {
    sandbox.faults.onCall({ operation, effect: 'throttle' });
    expect(await sandbox.request({ Name: 'a', Minutes: '0', AskStack: 'Test' })).toMatchObject({ Status: 'SUCCESS' });
    expect(sandbox.calls(operation).filter(call => call.error)).toHaveLength(1);
  });

  test('an answer that was received but not confirmed is sent again', async () => {
    sandbox.faults.onCall({ operation: 'CustomResourceResponse', effect: 'lost-response' });
    expect(await sandbox.request({ Name: 'a', Minutes: '1' })).toMatchObject({ Status: 'SUCCESS' });
    await sandbox.clock.run(sandbox.clock.sleep(60_000));
    expect(sandbox.calls('CustomResourceResponse')).toHaveLength(2);
  });

  test('access denied on demand', async () => {
    sandbox.faults.onCall({ operation: 'CreateModel', effect: 'access-denied' });
    expect(await sandbox.request({ Name: 'a', Minutes: '1' })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^User: .* is not authorized/) });
  });

  test('a function that is killed after its call took effect fails at its time-out', async () => {
    sandbox.faults.onInvoke({ functionName: /^isComplete$/, effect: 'timeout-after-call', operation: 'CreateModel' });
    const answer = await sandbox.request({ Name: 'a', Minutes: '1' });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'model-a' });
    expect(answer.Reason).toMatch(/^Error: 2026-01-05T08:02:00.000Z [-0-9a-f]{36} Task timed out after 120.00 seconds\n/);
    expect(sandbox.standIns.models).toEqual(['model-a']);
    expect(sandbox.minutes).toBe(2);
    // The next invocation is a cold start.
    expect((await sandbox.request({ Name: 'b', Minutes: '0' })).Data.ProcessAge).toBe('0');
  });

  test('the framework itself times out: the event is delivered again a minute later', async () => {
    sandbox.faults.onInvoke({ functionName: /framework-?onEvent/, effect: 'timeout' });
    expect(await sandbox.request({ Name: 'a', Minutes: '0' })).toMatchObject({ Status: 'SUCCESS' });
    expect(sandbox.minutes).toBe(16);
    expect(sandbox.invocations('ProviderframeworkonEvent')).toMatchObject([
      { kind: 'async', durationMs: 900_000, error: expect.stringContaining('Task timed out after 900.00 seconds') }, {},
    ]);
  });

  test('an event is delivered twice', async () => {
    sandbox.faults.onInvoke({ effect: 'duplicate', delayMs: 30_000 });
    expect(await sandbox.request({ Name: 'a', Minutes: '5' })).toMatchObject({ Status: 'SUCCESS' });
    expect(sandbox.invocations('onEvent')).toMatchObject([{ requestType: 'Create', logicalId: 'Job' }, { requestType: 'Create', logicalId: 'Job' }]);
    expect(sandbox.stepFunctions.executions).toHaveLength(2);
  });

  test('slow starts of nested functions take virtual time', async () => {
    sandbox.faults.onInvoke({ functionName: /^isComplete$/, effect: 'delay', delayMs: 5_000, times: Infinity });
    expect(await sandbox.request({ Name: 'a', Minutes: '2' })).toMatchObject({ Status: 'SUCCESS' });
    // Polls at 0:05, 0:40, 1:15, 1:50, 2:25.
    expect(sandbox.minutes * 60).toBe(145);
  });
});

describe('permissions', () => {
  test('come from the roles in the template', async () => {
    const answer = await sandbox.request({ Name: 'a', Minutes: '0', AskStack: 'Other' });
    expect(answer.Data.Stack).toBe('AccessDenied: User: arn:aws:sts::111122223333:assumed-role/isCompleteServiceRole/isComplete is not authorized '
      + 'to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:us-west-2:111122223333:stack/Other/1 '
      + 'because no identity-based policy allows the cloudformation:DescribeStacks action');
  });

  test('those that no call needed are listed', async () => {
    await sandbox.request({ Name: 'a', Minutes: '0' });
    expect(sandbox.iam.unusedActions(sandbox.roleOf('isComplete'))).toEqual(['cloudformation:DescribeStacks', 'sagemaker:DeleteModel']);
    expect(sandbox.iam.unusedActions(sandbox.roleOf('ProviderframeworkonEvent'))).toEqual(['lambda:GetFunction']);
  });

  test('may take a while to become effective: the framework waits for its function', async () => {
    await sandbox.stop();
    sandbox = await Harness.start(synthesized, { environments: processes, consistencyDelay: 8_000 });
    expect(await sandbox.request({ Name: 'a', Minutes: '0' })).toMatchObject({ Status: 'SUCCESS' });
    expect(sandbox.calls('GetFunction').length).toBeGreaterThan(1);
    expect(sandbox.minutes * 60).toBeGreaterThanOrEqual(8);
  });

  test('a state machine without permission to invoke fails, and no answer comes', async () => {
    sandbox.iam.removeRole('arn:aws:iam::111122223333:role/ProviderwaiterstatemachineRole');
    expect(await sandbox.request({ Name: 'a', Minutes: '0' })).toBeUndefined();
    expect(sandbox.stepFunctions.executions).toMatchObject([{ status: 'FAILED', error: 'Lambda.AWSLambdaException' }]);
  });
});

test('DescribeStacks travels as XML', async () => {
  const answer = await sandbox.request({ Name: 'a', Minutes: '0', AskStack: 'Test' });
  expect(answer.Data.Stack).toBe('CREATE_IN_PROGRESS R&D <1> 2026-01-05T08:00:00.000Z');
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
