import { bundle, PROFILE, tar } from './archive';
import { environmentFor, S3Server } from './s3-server';
import { failureDetails } from '../../../lambda/benchmark/failure-details';
import { loadBundle } from '../../../lambda/benchmark/load';
import { Failure } from '../../../lambda/event';
import type { Found } from '../../../lambda/store';

const REASON = 'Benchmark error rate 3.33% (10/300) exceeds maximum 1%. Top errors: InvalidInferenceResultError: 10';
const server = new S3Server();
let lines: string[];

beforeAll(async () => {
  Object.assign(process.env, environmentFor(await server.start()));
});
afterAll(() => server.stop());

beforeEach(() => {
  server.objects.clear();
  server.faults.length = 0;
  server.requests.length = 0;
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
});

/** Each test has a job of its own, since what was read is kept. */
function job(name: string, described: Record<string, unknown> = {}): Found {
  return {
    name,
    arn: `arn:aws:sagemaker:us-west-2:111122223333:ai-benchmark-job/${name}`,
    status: 'Completed',
    state: 'succeeded',
    described: { CreationTime: new Date('2026-06-09T02:00:00Z'), OutputConfig: { S3OutputLocation: `s3://results/${name}/` }, ...described },
  };
}

async function put(name: string, files: Record<string, string | Buffer>, modified = new Date('2026-06-09T02:10:00Z')): Promise<void> {
  server.objects.set(`${name}/output/output.tar.gz`, { body: await bundle(files), modified });
}

const load = (found: Found) => loadBundle(found, Date.now() + 60_000);

describe('loading', () => {
  test('reads what the job left in S3, once', async () => {
    await put('once', { 'profile_export_aiperf.json': PROFILE });
    const expected = { uri: 's3://results/once/output/output.tar.gz', files: [{ path: 'profile_export_aiperf.json', text: PROFILE }] };
    expect(await load(job('once'))).toEqual(expected);
    expect(await load(job('once'))).toEqual(expected);
    expect(server.requests).toHaveLength(2);
    expect(lines.map(line => JSON.parse(line))).toEqual([{ decision: 'read the results', uri: expected.uri, files: ['profile_export_aiperf.json'] }]);
  });

  test('takes a later job of the same name for another one', async () => {
    await put('again', { 'failure_reason.txt': 'first' });
    await load(job('again'));
    const later = job('again', { CreationTime: new Date('2026-06-10T02:00:00Z') });
    await expect(load(later)).rejects.toThrow('no output.tar.gz was found below s3://results/again/');
    await put('again', { 'failure_reason.txt': 'second' }, new Date('2026-06-10T02:10:00Z'));
    expect(await load(later)).toMatchObject({ files: [{ text: 'second' }] });
  });

  test('does not keep more than the function has memory for', async () => {
    const large = Buffer.alloc(4_000_000, ' ');
    const levels = Object.fromEntries([1, 2, 3, 4].map(level => [`concurrency_${level}/profile_export_aiperf.json`, large]));
    for (const name of ['large-1', 'large-2', 'large-3']) {
      await put(name, levels);
      await load(job(name));
    }
    server.requests.length = 0;
    await load(job('large-3'));
    expect(server.requests).toHaveLength(0);
    await load(job('large-1'));
    expect(server.requests).toHaveLength(2);
  });
});

describe('what cannot be read is a failure with one sentence', () => {
  test('nothing there', async () => {
    await expect(load(job('none'))).rejects.toThrow(new Failure('no output.tar.gz was found below s3://results/none/: the results of the benchmark were never '
      + 'written there, or were deleted or have expired since. Change rerunToken to run the benchmark again'));
  });

  test('a damaged archive', async () => {
    server.objects.set('damaged/output/output.tar.gz', { body: await tar({ 'profile_export_aiperf.json': PROFILE }) });
    await expect(load(job('damaged', { CreationTime: undefined }))).rejects.toThrow(new Failure('the results at s3://results/damaged/output/output.tar.gz '
      + 'cannot be unpacked, since the archive is damaged or incomplete: incorrect header check. Change rerunToken to run the benchmark again'));
  });

  test('a file that is too large', async () => {
    await put('huge', { 'search_history.json': Buffer.alloc(5_000_000, ' ') });
    await expect(load(job('huge'))).rejects.toThrow(new Failure('the results at s3://results/huge/output/output.tar.gz are too large to be read: '
      + 'with search_history.json they exceed 4 MB'));
  });

  test.each(['https://results.s3.us-west-2.amazonaws.com/x/', ''])('a location that is not in S3: "%s"', async location => {
    await expect(load(job('elsewhere', { OutputConfig: { S3OutputLocation: location } }))).rejects.toThrow(
      new Failure(`the results of ${job('elsewhere').arn} are not at an s3:// location: S3OutputLocation is "${location}"`));
  });

  test('but not a failure is what may pass', async () => {
    await put('busy', {});
    server.faults.push({ operation: 'list', fault: { status: 503, code: 'SlowDown' } }, { operation: 'list', fault: { status: 503, code: 'SlowDown' } });
    await expect(load(job('busy'))).rejects.not.toBeInstanceOf(Failure);
    expect(await load(job('busy'))).toMatchObject({ files: [] });
  });
});

describe('the details of a failure', () => {
  test('are what the benchmark itself says, and how many requests failed', async () => {
    await put('details', { 'failure_reason.txt': `${REASON}\n`, 'profile_export_aiperf.json': PROFILE });
    expect(await failureDetails(job('details', { FailureReason: 'AlgorithmError: exit code 1' }))).toBe(`${REASON}. 10 of 300 requests failed`);
  });

  test('do not repeat the reason that the service gives', async () => {
    await put('repeated', { 'failure_reason.txt': REASON, 'profile_export_aiperf.json': PROFILE });
    expect(await failureDetails(job('repeated', { FailureReason: `AlgorithmError: ${REASON.replace('. ', '.\n')}.` }))).toBe('10 of 300 requests failed');
  });

  test('are short', async () => {
    await put('long', { 'failure_reason.txt': 'x'.repeat(3000) });
    expect((await failureDetails(job('long')))!.length).toBeLessThanOrEqual(400);
  });

  test.each<[string, Record<string, string>]>([
    ['no errors', { 'profile_export_aiperf.json': PROFILE.replace('"error_request_count"', '"x"') }],
    ['damaged figures', { 'profile_export_aiperf.json': '{' }],
    ['nothing of interest', { 'profile_export_aiperf.csv': 'x' }],
    ['an empty reason', { 'failure_reason.txt': ' \n' }],
  ])('are left out with %s', async (name, files) => {
    await put(name.replace(/ /g, '-'), files);
    expect(await failureDetails(job(name.replace(/ /g, '-')))).toBeUndefined();
  });

  test('are left out without results, and when reading fails, with a line in the log', async () => {
    expect(await failureDetails(job('unwritten'))).toBeUndefined();
    server.faults.push({ operation: 'list', fault: { status: 403, code: 'AccessDenied' } });
    expect(await failureDetails(job('unwritten'))).toBeUndefined();
    expect(await failureDetails(job('strange', { OutputConfig: null, FailureReason: null }))).toBeUndefined();
    expect(lines.map(line => JSON.parse(line).decision)).toEqual(Array(3).fill('no details of the failure'));
  });
});
