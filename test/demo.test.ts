import { spawn } from 'child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { lookAt, testInBrowser } from './cli/browser';
import type { PhaseReport, Report } from '../sandbox/demo/report';
import { picture } from '../scripts/picture';

const ROOT = join(__dirname, '..');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the process left in its folder for temporary files. */
  readonly left: string[];
}

let directory: string;
let file: string;
/** One page for the tests that go well. */
const pages = mkdtempSync(join(tmpdir(), 'demo-page-'));
const page = join(pages, 'report.html');
afterAll(() => rmSync(pages, { recursive: true, force: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'demo-test-'));
  file = join(directory, 'report.json');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the demo as a process of its own; `interruptAt` is what it has printed when it gets a SIGINT. */
function demo(args: string[], interruptAt?: string): Promise<Ended> {
  const temporary = mkdtempSync(join(directory, 'tmp-'));
  const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/demo.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: directory, TMPDIR: temporary, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', data => {
    stdout += data;
    if (interruptAt !== undefined && stdout.includes(interruptAt)) {
      child.kill('SIGINT');
    }
  });
  child.stderr.on('data', data => { stderr += data; });
  return new Promise(resolve => child.once('close', code => resolve({ code, stdout, stderr, left: readdirSync(temporary) })));
}

function report(): Report {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function failed({ expectations }: PhaseReport): string[] {
  return expectations.filter(({ held }) => !held).map(({ text }) => text);
}

test('creates, updates and destroys, and tells the same as data', async () => {
  const { code, stdout, stderr, left } = await demo(['--json', file, '--report', page]);

  expect(stderr).toBe('');
  const data = report();
  expect(data.problems).toEqual([]);
  expect(code).toBe(0);
  expect(data).toMatchObject({ version: 1, example: 'examples/chat-endpoint', stackName: 'ChatEndpoint', succeeded: true });

  const [create, tag, objective, destroy] = data.phases;
  expect(data.phases.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'create CREATE_COMPLETE', 'tag UPDATE_COMPLETE', 'objective UPDATE_COMPLETE', 'destroy DELETE_COMPLETE',
  ]);
  expect(data.phases.map(({ jobsStarted }) => jobsStarted.length)).toEqual([1, 0, 1, 0]);

  expect(create.jobs).toMatchObject([{ name: create.jobsStarted[0], status: 'Completed', objective: 'throughput', durationSeconds: 5 * 3600 + 20 * 60 }]);
  expect(create.durationSeconds).toBeGreaterThan(5 * 3600 + 20 * 60);
  expect(create.counts.longestCustomResourceSeconds).toBeLessThan(3600);
  expect(create.recommendations).toMatchObject([
    { rank: 1, instanceType: 'ml.g6.24xlarge', inferenceSpecificationName: 'high-otps-on-g6-24xlarge', copyCountPerInstance: 2, chosen: true },
    { rank: 2, instanceType: 'ml.p5.48xlarge', chosen: false },
  ]);
  expect(create.recommendations[0].metrics).toContainEqual({ metric: 'OutputTokenThroughput', stat: 'avg', value: 1893.21, unit: 'Tokens/Second' });
  expect(create.endpoint).toMatchObject({ status: 'InService', instanceType: 'ml.g6.24xlarge' });
  expect(create.events[0]).toMatchObject({ logicalId: 'ChatEndpoint', status: 'CREATE_IN_PROGRESS', time: create.startedAt });

  expect(tag.jobs).toEqual(create.jobs);
  expect(tag.endpoint).toEqual(create.endpoint);
  expect(tag.counts.api).toContainEqual({ service: 'sagemaker', operation: 'AddTags', calls: expect.any(Number), refused: 0 });

  expect(objective.jobs).toMatchObject([{ name: objective.jobsStarted[0], objective: 'ttft-ms' }]);
  expect(objective.jobsDeleted).toEqual(create.jobsStarted);
  expect(objective.endpoint).toMatchObject({ arn: create.endpoint!.arn, createdAt: create.endpoint!.createdAt, instanceType: 'ml.p5.48xlarge' });

  expect(destroy).toMatchObject({ jobs: [], recommendations: [], endpoint: null });
  const { modelPackageGroups, ...others } = data.leftovers;
  expect(Object.values(others).flat()).toEqual([]);
  expect(data.counts.stateTransitions).toBe(data.phases.reduce((sum, { counts }) => sum + counts.stateTransitions, 0));

  // For a log: no control sequences, and no line is wider than a terminal.
  expect(stdout).not.toMatch(/\u001b/);
  expect(stdout.split('\n').filter(line => line.length > 80 && !line.includes(file) && !line.includes(page))).toEqual([]);
  expect(stdout).toMatch(/^> 1 +high-otps-on-g6-24xlarge +2 +7\.51 +1893 /m);
  expect(stdout).toContain(`The report of what it deployed, for a browser: ${page}`);
  expect(left).toEqual([]);

  // What the README shows is what was printed, and its picture is of this deployment: else see CONTRIBUTING.md.
  const printed = stdout.split('\n').map(line => line.trimEnd());
  const shown = /```text\n(\d\d:\d\d:\d\d [^]*?)\n```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))![1].split('\n');
  expect(shown.filter(line => !printed.includes(line))).toEqual([]);
  expect(readFileSync(join(ROOT, 'docs/deployment.svg'), 'utf8')).toBe(picture(create));
});

testInBrowser('its report: no errors, nothing is loaded, a mark for each candidate, the chosen one named, all text readable', async browser => {
  if (!existsSync(page)) {
    await demo(['--report', page]);
  }

  const { problems, marks, text } = await lookAt(browser, page);
  expect(problems).toEqual([]);
  for (const width of [1280, 400]) {
    expect(marks[width]).toEqual([
      '1. low-ttft-on-p5-48xlarge: Output token throughput 473.3025 tokens/s, Time to first token p50 107.82 ms (deployed, on the Pareto front)',
      expect.stringMatching(/^2\. low-ttft-on-g6-24xlarge: /),
    ]);
  }
  expect(text).toContain('deployed: 1. low-ttft-on-p5-48xlarge');
});

test('what fails is told with its reason, and by the exit code', async () => {
  const { code, stdout, left } = await demo(['--fail', 'job', '--json', file]);

  expect(code).toBe(1);
  const { succeeded, problems, phases: [create, destroy, ...more], leftovers } = report();
  expect(succeeded).toBe(false);
  expect(problems).toContain('create: the stack is CREATE_COMPLETE (found: ROLLBACK_COMPLETE)');
  expect(create.status).toBe('ROLLBACK_COMPLETE');
  expect(failed(create)).toContain('the job completed');
  expect(create.events.find(event => event.status === 'CREATE_FAILED')?.reason).toContain('InsufficientInstanceCapacity');
  expect(stdout).toContain('InsufficientInstanceCapacity');

  expect(more).toEqual([]);
  expect(destroy.status).toBe('DELETE_COMPLETE');
  expect(failed(destroy)).toEqual([]);
  expect(Object.values(leftovers).flat()).toEqual([]);
  expect(left).toEqual([]);
});

test('an interrupt in the middle leaves nothing behind', async () => {
  const { code, stdout, left } = await demo([], 'lap 1 of 8: job at');

  expect(code).toBe(130);
  expect(stdout).not.toContain('2. ');
  expect(left).toEqual([]);
});

test.each([
  [['--fail', 'everything'], '--fail takes job or endpoint, got everything'],
  [['--jsn', 'x.json'], '--jsn'],
])('%p is refused with what is wrong and how it goes', async (args, message) => {
  const { code, stdout, stderr } = await demo(args);

  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr).toContain('Usage: npm run demo');
});
