import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import { Harness } from './runtime-harness';
import { FunctionConfiguration, Processes } from '../../sandbox/runtime';

// Sandboxes that share their processes: each sandbox stops before the next one starts.

const ROLE = 'arn:aws:iam::111122223333:role/fn';
const ARN = 'arn:aws:lambda:us-west-2:111122223333:function:fn';
let sandbox: Harness;
let directory: string;
let processes: Processes;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'runtime-test-'));
  processes = new Processes();
  await start();
});

afterEach(async () => {
  await sandbox.stop();
  await processes.end();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<void> {
  sandbox = await Harness.start(undefined, { environments: processes });
  sandbox.iam.putRole({
    arn: ROLE,
    name: 'fn',
    trust: { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } },
  });
  sandbox.iam.putInlinePolicy(ROLE, 'all', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
}

async function next(): Promise<void> {
  await sandbox.stop();
  await start();
}

/** Writes the function and runs it once. */
async function run(body: string, more: Partial<FunctionConfiguration> & { top?: string; file?: string } = {}): Promise<any> {
  const { top = '', file = 'index.js', ...configuration } = more;
  const declaration = file === 'index.js' ? 'exports.handler =' : 'export const handler =';
  rmSync(directory, { recursive: true, force: true });
  directory = mkdtempSync(join(tmpdir(), 'runtime-test-'));
  writeFileSync(join(directory, file), `${top}\n${declaration} async () => {\n${body}\n};`);
  sandbox.lambda.createFunction({
    name: 'fn',
    arn: ARN,
    roleArn: ROLE,
    codeDirectory: directory,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeout: 3,
    memory: 128,
    environment: {},
    ...configuration,
  });
  return invoke();
}

async function invoke(): Promise<any> {
  return JSON.parse((await sandbox.clock.run(sandbox.lambda.invoke(ARN, '{}'))).payload);
}

const PID = 'return process.pid;';
const CALL = `
  const client = new (require('@aws-sdk/client-lambda').LambdaClient)();
  await client.send(new (require('@aws-sdk/client-lambda').GetFunctionCommand)({ FunctionName: 'fn' }));`;

test.each([
  ['the same function', PID, PID],
  ['another function', PID, 'return [process.pid][0];'],
  ['a function after one that made calls', `${CALL} ${PID}`, `${CALL} ${PID}`],
  ['a function after one that waited', `await new Promise(resolve => setTimeout(resolve, 2000)); ${PID}`, PID],
])('a process that has come to rest serves %s of the next sandbox', async (_, first, second) => {
  const pid = await run(first);
  await next();
  expect(await run(second)).toBe(pid);
});

test('a function finds nothing of the former one', async () => {
  const body = `
    console.info('said');
    const { OWN, OTHER, ADDED, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL } = process.env;
    process.env.ADDED = 'leaked';
    return { pid: process.pid, calls: ++calls, now: Date.now(), OWN, OTHER, ADDED, url: AWS_ENDPOINT_URL, root: process.cwd() === process.env.LAMBDA_TASK_ROOT };`;
  const first = await run(body, { top: 'let calls = 0;', environment: { OWN: '1' }, logLevel: 'FATAL' });
  expect(first).toMatchObject({ calls: 1, OWN: '1', url: sandbox.frontDoor.url, root: true });
  expect((await invoke()).calls).toBe(2);
  await sandbox.clock.run(sandbox.clock.sleep(60_000));
  expect(sandbox.lambda.logs('fn')).toEqual([]);

  await next();
  const second = await run(body, { top: 'let calls = 0;', environment: { OTHER: '2' } });
  expect(second).toEqual({ pid: first.pid, calls: 1, now: first.now, OTHER: '2', url: sandbox.frontDoor.url, root: true });
  expect(sandbox.lambda.logs('fn')).toMatchObject([{ text: 'said' }]);
});

test('a function that is deleted leaves its process to another one of the same sandbox', async () => {
  const pid = await run(PID);
  sandbox.lambda.deleteFunction(ARN);
  await rest();
  expect(await run(PID)).toBe(pid);
});

test.each<[string, string, string]>([
  ['a timer', `setTimeout(() => {}, 1e6); ${PID}`, 'index.js'],
  ['a timer that keeps nothing alive', `setInterval(() => {}, 1e6).unref(); ${PID}`, 'index.js'],
  ['a request under way', `${CALL.replace('await', '').replace('}));', '})).catch(() => {});')} ${PID}`, 'index.js'],
  ['an open server', `await new Promise(resolve => require('net').createServer().listen(0, '127.0.0.1', resolve)); ${PID}`, 'index.js'],
  ['a child process', `require('child_process').spawn('cat'); ${PID}`, 'index.js'],
  ['a listener', `process.on('beforeExit', () => {}); ${PID}`, 'index.js'],
  ['a global', `globalThis.cache = {}; ${PID}`, 'index.js'],
  ['another fetch', `globalThis.fetch = () => {}; ${PID}`, 'index.js'],
  ['an ES module, which cannot be unloaded', PID, 'index.mjs'],
])('a process is not used again after a function that left %s', async (_, body, file) => {
  // A call that outlives its invocation is told of.
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const pid = await run(body, { file });
  await next();
  expect(await run(PID)).not.toBe(pid);
  stderr.mockRestore();
});

test.each<[string, (pid: number) => Promise<unknown>]>([
  ['was killed', async pid => process.kill(pid, 'SIGKILL')],
  ['was lost with a time-out', () => {
    sandbox.faults.onInvoke({ effect: 'timeout' });
    return invoke();
  }],
])('a process that %s is not used again', async (_, lose) => {
  const pid = await run(PID);
  await lose(pid);
  await next();
  expect(await run(PID)).not.toBe(pid);
});

test('functions that exist at the same time have processes of their own', async () => {
  const pid = await run(PID);
  const other = await Harness.start(undefined, { environments: processes });
  const former = sandbox;
  await start();
  expect(await run(PID)).not.toBe(pid);
  await Promise.all([former.stop(), other.stop()]);
});

test('all end with what they were shared through', async () => {
  const pid = await run(PID);
  await sandbox.stop();
  expect(() => process.kill(pid, 0)).not.toThrow();
  await processes.end();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

/** A process that is given up is free a moment later. */
async function rest(): Promise<void> {
  await sandbox.clock.work(() => eventually(() => (processes as any).idle.size > 0));
}
