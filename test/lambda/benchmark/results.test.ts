import { Readable } from 'stream';
import { gzipSync } from 'zlib';
import { bundle, PROFILE, tar } from './archive';
import { environmentFor, S3Server } from './s3-server';
import { s3 } from '../../../lambda/aws/s3';
import { readResults } from '../../../lambda/benchmark/results';
import { isPermission, isTransient } from '../../../lambda/errors';

const LOCATION = 's3://results/benchmarks/chat-7c85ce9b39f2619b/';
const KEY = 'benchmarks/chat-7c85ce9b39f2619b/output/output.tar.gz';
const URI = `s3://results/${KEY}`;
const MB = 1024 * 1024;

const server = new S3Server();

beforeAll(async () => {
  Object.assign(process.env, environmentFor(await server.start()));
});
afterAll(() => server.stop());

beforeEach(() => {
  server.objects.clear();
  server.faults.length = 0;
  server.requests.length = 0;
  server.pageSize = 1000;
});

const read = (location = LOCATION, options: { since?: number; until?: number } = {}) =>
  readResults(location, { until: Date.now() + 60_000, ...options });

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(answer => Promise.reject(new Error(`it was read: ${JSON.stringify(answer)}`)), (error: Error) => error);
}

test('the wanted files are read, wherever in the archive they are, and nothing else', async () => {
  server.objects.set(KEY, {
    body: await bundle({
      './inputs.json': Buffer.alloc(3 * MB, 'x'),
      './profile_export_aiperf.json': PROFILE,
      'data/concurrency_10/profile_export_aiperf.json': '{"b":2}',
      'search_history.json': '{}',
      'profile_export_aiperf.csv': 'no',
      'my_profile_export_aiperf.json': 'no',
      'failure_reason.txt': 'too many errors\n',
      'outputs.json': Buffer.alloc(MB + 1, 'y'),
    }),
  });
  expect(await read()).toEqual({
    outcome: 'read',
    uri: URI,
    files: [
      { path: './profile_export_aiperf.json', text: PROFILE },
      { path: 'data/concurrency_10/profile_export_aiperf.json', text: '{"b":2}' },
      { path: 'search_history.json', text: '{}' },
      { path: 'failure_reason.txt', text: 'too many errors\n' },
    ],
  });
  expect(server.requests).toEqual(['list results benchmarks/chat-7c85ce9b39f2619b/', `get results ${KEY}`]);
});

test.each([
  ['without a slash at its end', 's3://results/benchmarks/chat-7c85ce9b39f2619b'],
  ['of the archive itself', URI],
  ['of a whole bucket', 's3://results'],
])('a location %s will do', async (_, location) => {
  server.objects.set(KEY, { body: await bundle({ 'failure_reason.txt': 'x' }) });
  expect(await read(location)).toMatchObject({ outcome: 'read', uri: URI });
});

test('a folder whose name only begins alike is another run\'s', async () => {
  server.objects.set('benchmarks/chat-7c85ce9b39f2619b-r2/output/output.tar.gz', { body: await bundle({}) });
  expect(await read('s3://results/benchmarks/chat-7c85ce9b39f2619b')).toMatchObject({ outcome: 'none' });
});

test('of several archives the newest is read, on whatever page of the listing it is', async () => {
  server.pageSize = 2;
  for (const [name, day] of [['a', 1], ['b', 3], ['c', 2], ['d', 1], ['e', 2]] as const) {
    const key = `benchmarks/chat-7c85ce9b39f2619b/${name}/output/output.tar.gz`;
    server.objects.set(key, { body: await bundle({ 'failure_reason.txt': name }), modified: new Date(Date.UTC(2026, 5, day)) });
    server.objects.set(`benchmarks/chat-7c85ce9b39f2619b/${name}/output/other.tar.gz`, { body: Buffer.from('') });
    server.objects.set(`benchmarks/chat-7c85ce9b39f2619b/${name}/not-output.tar.gz`, { body: Buffer.from(''), modified: new Date(Date.UTC(2027, 1, 1)) });
  }
  expect(await read()).toMatchObject({ files: [{ path: 'failure_reason.txt', text: 'b' }] });
  expect(server.requests.filter(request => request.startsWith('list'))).toHaveLength(8);
});

test('what an earlier job of the same name has left is not read', async () => {
  server.objects.set(KEY, { body: await bundle({}), modified: new Date('2026-06-01T00:00:00Z') });
  expect(await read(LOCATION, { since: Date.parse('2026-06-02T00:00:00Z') })).toEqual({ outcome: 'none', uri: LOCATION });
  expect(await read(LOCATION, { since: Date.parse('2026-05-31T00:00:00Z') })).toMatchObject({ outcome: 'read' });
});

describe('what reading again cannot mend is an answer', () => {
  test('no archive', async () => {
    expect(await read()).toEqual({ outcome: 'none', uri: LOCATION });
  });

  test('no bucket', async () => {
    expect(await read('s3://gone/benchmarks/')).toEqual({ outcome: 'none', uri: 's3://gone/benchmarks/' });
  });

  test('an archive that expires between the two calls', async () => {
    server.objects.set(KEY, { body: await bundle({}) });
    server.faults.push({ operation: 'get', fault: { status: 404, code: 'NoSuchKey' } });
    expect(await read()).toEqual({ outcome: 'none', uri: LOCATION });
  });

  const FILES = { 'profile_export_aiperf.json': PROFILE, 'inputs.json': Buffer.alloc(100_000, 'x') };
  test.each<[string, () => Promise<Buffer>, RegExp]>([
    ['an archive that ends in the middle of its data', async () => (await bundle(FILES)).subarray(0, 3000), /unexpected end of file/],
    ['an archive without its last bytes, although all that is wanted is there', async () => (await bundle(FILES)).subarray(0, -4), /unexpected end of file/],
    ['a compressed archive that ends in the middle of a file', async () => gzipSync((await tar(FILES)).subarray(0, 60_000)), /Unexpected end of data/],
    ['an archive with a damaged byte', async () => {
      const damaged = await bundle(FILES);
      damaged[damaged.length - 6] += 1; // of its checksum
      return damaged;
    }, /incorrect data check/],
    ['what is not compressed', () => tar(FILES), /incorrect header check/],
    ['what is compressed and no archive', async () => gzipSync('x'.repeat(5000)), /[Ii]nvalid tar header/],
    ['an empty object', async () => Buffer.alloc(0), /it is empty/],
  ])('%s', async (_, make, reason) => {
    server.objects.set(KEY, { body: await make() });
    expect(await read()).toEqual({ outcome: 'broken', uri: URI, reason: expect.stringMatching(reason) });
  });

  test('a wanted file that no benchmark writes that large', async () => {
    server.objects.set(KEY, { body: await bundle({ 'profile_export_aiperf.json': Buffer.alloc(4 * MB + 1, ' ') }) });
    expect(await read()).toEqual({ outcome: 'large', uri: URI, file: 'profile_export_aiperf.json', limit: 4 * MB });
  });

  test('more wanted files than fit into the memory of the function', async () => {
    const levels = Array.from({ length: 5 }, (_, level) => [`concurrency_${level}/profile_export_aiperf.json`, Buffer.alloc(4 * MB, ' ')] as const);
    server.objects.set(KEY, { body: await bundle(Object.fromEntries(levels)) });
    const reading = await read();
    expect(reading.outcome).toBe('large');
    expect(reading).toEqual({ outcome: 'large', uri: URI, file: 'concurrency_4/profile_export_aiperf.json', limit: 16 * MB });
    server.objects.set(KEY, { body: await bundle(Object.fromEntries(levels.slice(1))) });
    expect((await read()).outcome).toBe('read');
  });
});

test('of a long reason the beginning is kept', async () => {
  server.objects.set(KEY, { body: await bundle({ 'failure_reason.txt': 'a'.repeat(MB) }) });
  expect(await read()).toMatchObject({ files: [{ text: 'a'.repeat(4096) }] });
});

describe('what may pass is an error that the next poll gets over', () => {
  test.each(['list', 'get'] as const)('throttling and trouble of the service, beyond the tries of the SDK: %s', async operation => {
    server.objects.set(KEY, { body: await bundle({}) });
    for (const [status, code] of [[503, 'SlowDown'], [500, 'InternalError']] as const) {
      server.faults.push({ operation, fault: { status, code } }, { operation, fault: { status, code } });
      const error = await errorOf(read());
      expect(error.name).toBe(code);
      expect(isTransient(error)).toBe(true);
    }
    expect(await read()).toMatchObject({ outcome: 'read' });
  });

  test('a connection that is closed without an answer', async () => {
    server.objects.set(KEY, { body: await bundle({}) });
    server.faults.push({ operation: 'get', fault: 'hang up' }, { operation: 'get', fault: 'hang up' });
    expect(isTransient(await errorOf(read()))).toBe(true);
  });

  test('a connection that breaks', async () => {
    server.objects.set(KEY, { body: await bundle({ 'profile_export_aiperf.json': PROFILE }) });
    server.faults.push({ operation: 'get', fault: { after: 1000, then: 'cut' } });
    const error = await errorOf(read());
    expect(error.message).toContain(`the connection broke while ${URI} was read`);
    expect(isTransient(error)).toBe(true);
    expect(await read()).toMatchObject({ outcome: 'read' });
  });

  test('a body that ends too early without an error', async () => {
    const archive = await bundle({ 'profile_export_aiperf.json': PROFILE });
    server.objects.set(KEY, { body: archive });
    const body = Readable.from([archive.subarray(0, 1000)]);
    jest.spyOn(s3(), 'send').mockImplementationOnce(async () => ({ Contents: [{ Key: KEY }] }))
      .mockImplementationOnce(async () => ({ Body: body, ContentLength: archive.length }));
    const error = await errorOf(read());
    expect(error.message).toBe(`only 1000 of the ${archive.length} bytes of ${URI} arrived`);
    expect(isTransient(error)).toBe(true);
  });

  test('a connection that falls silent until the time is up', async () => {
    server.objects.set(KEY, { body: await bundle({ 'profile_export_aiperf.json': PROFILE }) });
    server.faults.push({ operation: 'get', fault: { after: 1000, then: 'still' } });
    const error = await errorOf(read(LOCATION, { until: Date.now() + 500 }));
    expect(error.message).toBe(`${URI} could not be read to its end in the time that a poll has`);
    expect(isTransient(error)).toBe(true);
  });
});

test.each(['list', 'get'] as const)('a missing permission is one, and says which there are to be: %s', async operation => {
  server.objects.set(KEY, { body: await bundle({}) });
  server.faults.push({ operation, fault: { status: 403, code: 'AccessDenied', message: 'Access Denied' } });
  const error = await errorOf(read());
  expect(isPermission(error)).toBe(true);
  expect(isTransient(error)).toBe(false);
  expect(error.message).toBe(`Access Denied, reading the results at ${LOCATION}. The role of the handlers needs s3:ListBucket and s3:GetObject there and, `
    + 'for a bucket with a KMS key, kms:Decrypt, and neither the bucket policy nor the key policy may deny it');
});
