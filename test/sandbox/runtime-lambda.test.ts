import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import { Harness } from './runtime-harness';
import { FunctionConfiguration } from '../../sandbox/runtime';

const ROLE = 'arn:aws:iam::111122223333:role/fn';
const ARN = 'arn:aws:lambda:us-west-2:111122223333:function:fn';
let sandbox: Harness;
let directory: string;
let stderr: jest.SpyInstance;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'runtime-test-'));
  stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  sandbox = await Harness.start();
  sandbox.iam.putRole({
    arn: ROLE,
    name: 'fn',
    trust: { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } },
  });
  sandbox.iam.putInlinePolicy(ROLE, 'all', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
});

afterEach(async () => {
  await sandbox.stop();
  stderr.mockRestore();
  rmSync(directory, { recursive: true, force: true });
});

test('event, context and environment are those of Lambda', async () => {
  create(`exports.handler = async (event, context) => ({
    event, remaining: context.getRemainingTimeInMillis(), name: context.functionName, arn: context.invokedFunctionArn, id: context.awsRequestId,
    own: process.env.OWN, region: process.env.AWS_REGION, secret: process.env.FROM_THE_MACHINE, root: process.cwd() === process.env.LAMBDA_TASK_ROOT,
  });`, { environment: { OWN: 'value' } });
  process.env.FROM_THE_MACHINE = 'leaked';
  expect(await invoke({ a: 1 })).toEqual({
    event: { a: 1 }, remaining: 3000, name: 'fn', arn: ARN, id: expect.any(String), own: 'value', region: 'us-west-2', root: true,
  });
});

test.each([
  ['nothing', 'exports.handler = async () => {};', null],
  ['the SDK that the runtime has', 'exports.handler = async () => typeof require("@aws-sdk/client-lambda").Lambda;', 'function'],
  ['what it cannot find in the runtime', 'exports.handler = async () => { try { require("@aws-sdk/client-sagemaker") } catch (e) { return e.code } };', 'MODULE_NOT_FOUND'],
])('a function may return %s', async (_, code, result) => {
  create(code);
  expect(await invoke()).toEqual(result);
});

test('a function may be an ES module', async () => {
  create('import { hostname } from "node:os"; export const handler = async () => typeof hostname;', {}, 'index.mjs');
  expect(await invoke()).toBe('function');
});

test.each([
  ['throws', 'exports.handler = async () => { throw new RangeError("too far"); };', { errorType: 'RangeError', errorMessage: 'too far' }],
  ['throws no error', 'exports.handler = async () => { throw "text"; };', { errorType: 'string', errorMessage: 'text' }],
  ['does not load', 'require("./nowhere");', { errorType: 'Runtime.ImportModuleError' }],
  ['has no handler', 'exports.other = 1;', { errorType: 'Runtime.UserCodeError', errorMessage: 'Error: index.handler is undefined or not exported' }],
  ['exits', 'exports.handler = async () => process.exit(3);', { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 3$/) }],
  ['lets a promise reject', 'exports.handler = () => new Promise(() => Promise.reject(new Error("lost")));', { errorType: 'Runtime.UnhandledPromiseRejection' }],
  ['reaches for the internet', 'exports.handler = async () => require("https").get("https://aws.amazon.com/");', { errorMessage: expect.stringContaining('cannot reach aws.amazon.com') }],
])('a function that %s fails', async (_, code, error) => {
  create(code);
  expect(await invoke()).toMatchObject(error);
  expect(sandbox.invocations('fn')).toMatchObject([{ kind: 'sync', error: expect.anything() }]);
  // The next invocation is not harmed by a process that has gone.
  expect(await invoke()).toMatchObject(error);
});

test('the reason why a process dies is seen', async () => {
  create('exports.handler = () => new Promise(() => Promise.reject(new Error("lost")));');
  await invoke();
  await sandbox.lambda.stop();
  expect(stderr.mock.calls.join()).toContain('fn: Runtime.UnhandledPromiseRejection: Error: lost');
});

test('a function times out at its own time-out, in virtual time', async () => {
  create('exports.handler = async () => { for (;;) await new Promise(resolve => setTimeout(resolve, 59000)); };', { timeout: 600 });
  expect(await invoke()).toEqual({ errorMessage: expect.stringMatching(/^2026-01-05T08:10:00.000Z \S+ Task timed out after 600.00 seconds$/) });
  expect(sandbox.minutes).toBe(10);
});

test('a function that hangs is killed', async () => {
  create('exports.handler = async () => { for (;;); };', { timeout: 1 });
  expect(await invoke()).toEqual({ errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') });
});

test('timers in a function', async () => {
  create(`
    const { setTimeout: delay } = require('node:timers/promises');
    exports.handler = async () => {
      const start = Date.now();
      const log = [];
      const note = what => log.push(what + (Date.now() - start) / 1000);
      const guard = setTimeout(() => note('guard'), 50000);
      let ticks = 0;
      await new Promise(resolve => { const t = setInterval(() => { note('tick'); if (++ticks === 2) { clearInterval(t); resolve(); } }, 3000); });
      await delay(20000);
      note('delay');
      clearTimeout(guard);
      await require('util').promisify(setTimeout)(60000);
      note('promisified');
      return log;
    };`, { timeout: 900 });
  expect(await invoke()).toEqual(['tick3', 'tick6', 'delay26', 'promisified86']);
  expect(sandbox.minutes * 60).toBe(86);
});

test('an update replaces code and environment', async () => {
  create('let n = 0; exports.handler = async () => `${process.env.V} old ${++n}`;', { environment: { V: '1' } });
  expect([await invoke(), await invoke()]).toEqual(['1 old 1', '1 old 2']);
  write('let n = 0; exports.handler = async () => `${process.env.V} new ${++n}`;');
  sandbox.lambda.updateFunction(configuration({ environment: { V: '2' } }));
  expect(await invoke()).toBe('2 new 1');
});

test('a function that was deleted is not found', async () => {
  create('exports.handler = async () => 1;');
  sandbox.lambda.deleteFunction(ARN);
  await expect(invoke()).rejects.toThrow(`Function not found: ${ARN}`);
  expect(() => sandbox.lambda.invokeAsync(ARN, '{}')).toThrow('Function not found');
});

test('an event whose function fails is delivered three times', async () => {
  create('exports.handler = async () => { throw new Error("no"); };');
  sandbox.lambda.invokeAsync(ARN, '{}');
  await sandbox.clock.run(sandbox.clock.sleep(3_600_000));
  expect(sandbox.invocations('fn').map(({ time }) => (time - sandbox.invocations('fn')[0].time) / 60_000)).toEqual([0, 1, 3]);
});

test('a call that outlives its invocation is noticed', async () => {
  create(`const { LambdaClient, GetFunctionCommand } = require('@aws-sdk/client-lambda');
    exports.handler = async () => { void new LambdaClient({ maxAttempts: 1 }).send(new GetFunctionCommand({ FunctionName: 'fn' })).catch(() => {}); };`);
  await invoke();
  await sandbox.clock.work(() => eventually(() => stderr.mock.calls.join().includes('is not awaited')));
  expect(stderr).toHaveBeenCalledWith(expect.stringContaining('something is not awaited in it'));
});

test('only Node.js runtimes, and only roles that Lambda may assume', () => {
  expect(() => create('', { runtime: 'python3.13' })).toThrow('Node.js functions only, not python3.13');
  sandbox.iam.putRole({ arn: ROLE, name: 'fn', trust: { Statement: [] } });
  expect(() => create('')).toThrow('cannot be assumed by lambda.amazonaws.com');
});

function write(code: string, file = 'index.js'): void {
  writeFileSync(join(directory, file), code);
}

function configuration(more: Partial<FunctionConfiguration> = {}): FunctionConfiguration {
  return {
    name: 'fn', arn: ARN, roleArn: ROLE, codeDirectory: directory, handler: 'index.handler', runtime: 'nodejs24.x', timeout: 3, memory: 128, environment: {}, ...more,
  };
}

function create(code: string, more?: Partial<FunctionConfiguration>, file?: string): void {
  write(code, file);
  sandbox.lambda.createFunction(configuration(more));
}

async function invoke(event: object = {}): Promise<unknown> {
  return JSON.parse((await sandbox.clock.run(sandbox.lambda.invoke(ARN, JSON.stringify(event)))).payload);
}
