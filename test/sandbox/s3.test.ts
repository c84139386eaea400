import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { buildSync } from 'esbuild';
import { Sandbox } from '../../sandbox';
import { VirtualClock } from '../../sandbox/clock';
import { Journal } from '../../sandbox/journal';
import { Faults, FrontDoor, Iam } from '../../sandbox/runtime';
import { S3 } from '../../sandbox/s3';

const ROLE = 'arn:aws:iam::111122223333:role/reader';
const TRUST = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } } };
const BUCKET = 'amzn-s3-demo-bucket';
const EVERYTHING = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const ON_OBJECTS = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*` };
const MEGABYTE = 2 ** 20;

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()));
});

/** S3 behind a front door, and a client whose role may do what the statements say. */
async function setUp(...Statement: object[]) {
  const clock = new VirtualClock();
  const journal = new Journal();
  const iam = new Iam(clock);
  const faults = new Faults();
  const frontDoor = new FrontDoor(clock, journal, iam, faults);
  const s3 = new S3(clock, iam);
  frontDoor.register('s3', s3);
  iam.putRole({ arn: ROLE, name: 'reader', trust: TRUST });
  iam.putInlinePolicy(ROLE, 'policy', { Statement: Statement.length > 0 ? Statement : [EVERYTHING] });
  await frontDoor.start();
  const credentials = { accessKeyId: iam.sessionFor(ROLE), secretAccessKey: 'sandbox' };
  const client = new S3Client({ region: 'us-west-2', endpoint: frontDoor.url, credentials, maxAttempts: 1 });
  stops.push(async () => {
    client.destroy();
    await frontDoor.stop();
  });
  return {
    clock,
    journal,
    faults,
    s3,
    client,
    get: (Key: string) => client.send(new GetObjectCommand({ Bucket: BUCKET, Key })),
    list: (input: object = {}) => client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...input })),
  };
}

/** That much, in pieces of a megabyte, each made when it is asked for. */
function made(megabytes: number, onPiece: () => void = () => {}): Readable {
  return Readable.from((function* () {
    for (let i = 0; i < megabytes; i++) {
      onPiece();
      yield Buffer.alloc(MEGABYTE, i);
    }
  })());
}

describe('objects', () => {
  test('what was put is read, by the SDK as by the test', async () => {
    const { clock, s3, get } = await setUp();
    s3.put(BUCKET, 'a/b c+ü%&<"é>.gz', Buffer.from('hello'));
    const answer = await get('a/b c+ü%&<"é>.gz');
    expect(answer).toMatchObject({ ContentLength: 5, ETag: '"5d41402abc4b2a76b9719d911017c592"', LastModified: new Date(clock.now()) });
    expect(await answer.Body!.transformToString()).toBe('hello');
    expect((await s3.read(BUCKET, 'a/b c+ü%&<"é>.gz')).toString()).toBe('hello');
  });

  test('the SDK puts and deletes', async () => {
    const { s3, client } = await setUp();
    const body = Buffer.from([0, 255, 128, 10, 13]);
    const { ETag } = await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'k/1', Body: body }));
    expect(s3.get(BUCKET, 'k/1')).toMatchObject({ body, size: 5, etag: ETag });
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'k/1' }));
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'never there' }));
    expect(s3.keys(BUCKET)).toEqual([]);
  });

  test('a body made on the fly is made as fast as it is read, and again for each reader', async () => {
    const { s3, get } = await setUp();
    let pieces = 0;
    s3.put(BUCKET, 'large', () => made(100, () => pieces++), { size: 100 * MEGABYTE });
    const { Body, ContentLength } = await get('large');
    expect(ContentLength).toBe(100 * MEGABYTE);
    const reader = (Body as Readable)[Symbol.asyncIterator]();
    await reader.next();
    for (let turn = 0; turn < 500; turn++) {
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(pieces).toBeLessThan(50);
    let left = 0;
    for await (const chunk of { [Symbol.asyncIterator]: () => reader }) {
      left += chunk.length;
    }
    expect(left).toBeGreaterThan(99 * MEGABYTE);
    expect(pieces).toBe(100);
    expect(await s3.read(BUCKET, 'large')).toHaveLength(100 * MEGABYTE);
    expect(pieces).toBe(200);
  });

  test('a body of unknown length has no Content-Length', async () => {
    const { s3, get, list } = await setUp();
    s3.put(BUCKET, 'unknown', () => made(3));
    const { Body, ContentLength } = await get('unknown');
    expect(ContentLength).toBeUndefined();
    expect(await Body!.transformToByteArray()).toHaveLength(3 * MEGABYTE);
    expect((await list()).Contents![0].Size).toBeUndefined();
  });

  test('a reader that goes away ends the making', async () => {
    const { s3, get } = await setUp();
    const body = made(200);
    s3.put(BUCKET, 'large', () => body);
    const closed = new Promise(resolve => body.once('close', resolve));
    ((await get('large')).Body as Readable).destroy();
    await closed;
    expect(body.readableEnded).toBe(false);
  });
});

describe('listings', () => {
  test('hold what begins with the prefix, in the order of the keys', async () => {
    const { clock, s3, list } = await setUp();
    ['b/2', 'b/10', 'b/1', 'a/1', 'bb', 'c'].forEach(key => s3.put(BUCKET, key, Buffer.from(key)));
    s3.put('other', 'b/3', Buffer.from(''));
    const { Contents, ...others } = await list({ Prefix: 'b/' });
    expect(others).toMatchObject({ Name: BUCKET, Prefix: 'b/', KeyCount: 3, MaxKeys: 1000, IsTruncated: false });
    expect(Contents!.map(({ Key }) => Key)).toEqual(['b/1', 'b/10', 'b/2']);
    expect(Contents![0]).toEqual({
      Key: 'b/1', Size: 3, ETag: s3.get(BUCKET, 'b/1')!.etag, LastModified: new Date(clock.now()), StorageClass: 'STANDARD',
    });
    expect((await list({ Prefix: 'b/', StartAfter: 'b/1' })).KeyCount).toBe(2);
  });

  test.each([['of the stand-in', 2, {}], ['of the request', 1000, { MaxKeys: 2 }]])('pages %s are honoured', async (_, pageSize, request) => {
    const { s3, client, list } = await setUp();
    s3.pageSize = pageSize;
    const keys = ['a&b', 'a<b', 'a', 'a"b', 'é'];
    keys.forEach(key => s3.put(BUCKET, key, Buffer.from('')));
    const pages: (string | undefined)[][] = [];
    for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: BUCKET, ...request })) {
      pages.push(Contents!.map(({ Key }) => Key));
    }
    expect(pages).toEqual([['a', 'a"b'], ['a&b', 'a<b'], ['é']]);
    expect(await list(request)).toMatchObject({ KeyCount: 2, IsTruncated: true, MaxKeys: 2, NextContinuationToken: expect.any(String) });
  });

  test('a token goes on behind the last key even when that has gone', async () => {
    const { s3, list } = await setUp();
    ['a', 'b', 'c'].forEach(key => s3.put(BUCKET, key, Buffer.from('')));
    const { NextContinuationToken: ContinuationToken } = await list({ MaxKeys: 1 });
    s3.delete(BUCKET, 'a');
    expect((await list({ ContinuationToken })).Contents!.map(({ Key }) => Key)).toEqual(['b', 'c']);
    await expect(list({ ContinuationToken: 'made up' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  test('no page is longer than a thousand keys', async () => {
    const { s3, list } = await setUp();
    Array.from({ length: 1001 }, (_, i) => s3.put(BUCKET, String(i), Buffer.from('')));
    expect(await list({ MaxKeys: 5000 })).toMatchObject({ KeyCount: 1000, MaxKeys: 1000, IsTruncated: true });
  });

  test('of an empty bucket, and of one that is not there', async () => {
    const { s3, get, list } = await setUp();
    expect(await list()).toMatchObject({ KeyCount: 0, IsTruncated: false });
    s3.deleteBucket(BUCKET);
    await expect(list()).rejects.toMatchObject({ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } });
    await expect(get('a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    s3.put(BUCKET, 'a', Buffer.from(''));
    expect((await list()).KeyCount).toBe(1);
  });
});

describe('permissions', () => {
  test.each([
    ['GetObject', new GetObjectCommand({ Bucket: BUCKET, Key: 'a' }), `s3:GetObject on resource: arn:aws:s3:::${BUCKET}/a`],
    ['ListObjectsV2', new ListObjectsV2Command({ Bucket: BUCKET }), `s3:ListBucket on resource: arn:aws:s3:::${BUCKET}`],
    ['PutObject', new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'x' }), `s3:PutObject on resource: arn:aws:s3:::${BUCKET}/a`],
    ['DeleteObject', new DeleteObjectCommand({ Bucket: BUCKET, Key: 'a' }), `s3:DeleteObject on resource: arn:aws:s3:::${BUCKET}/a`],
  ])('%s needs one', async (operation, command, message) => {
    const { s3, client, journal } = await setUp({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::other*' });
    s3.put(BUCKET, 'a', Buffer.from('before'));
    await expect(client.send(command as any)).rejects.toMatchObject({
      name: 'AccessDenied', message: expect.stringContaining(message), $metadata: { httpStatusCode: 403 },
    });
    expect((await s3.read(BUCKET, 'a')).toString()).toBe('before');
    expect(journal.calls).toMatchObject([{ service: 's3', operation, caller: ROLE, error: expect.stringContaining('AccessDenied') }]);
  });

  test('a listing can be allowed for a prefix', async () => {
    const { list } = await setUp({ Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}`, Condition: { StringLike: { 's3:prefix': 'mine/*' } } });
    expect((await list({ Prefix: 'mine/1/' })).KeyCount).toBe(0);
    await expect(list({ Prefix: 'yours/' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('whether a key exists is told to those only who may list the bucket', async () => {
    const missing = { name: 'NoSuchKey', message: 'The specified key does not exist.', $metadata: { httpStatusCode: 404 } };
    await expect((await setUp()).get('a')).rejects.toMatchObject(missing);
    await expect((await setUp(ON_OBJECTS)).get('a')).rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('s3:ListBucket') });
    const onPrefix = { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}`, Condition: { StringLike: { 's3:prefix': '*' } } };
    await expect((await setUp(ON_OBJECTS, onPrefix)).get('a')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

test.each([
  ['a range', new GetObjectCommand({ Bucket: BUCKET, Key: 'a', Range: 'bytes=1-' })],
  ['a condition', new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'x', IfNoneMatch: '*' })],
  ['a version', new GetObjectCommand({ Bucket: BUCKET, Key: 'a', VersionId: '1' })],
  ['a delimiter', new ListObjectsV2Command({ Bucket: BUCKET, Delimiter: '/' })],
])('%s is refused, not passed over', async (_, command) => {
  const { s3, client } = await setUp();
  s3.put(BUCKET, 'a', Buffer.from('before'));
  await expect(client.send(command as any)).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
  expect((await s3.read(BUCKET, 'a')).toString()).toBe('before');
});

test.each([
  ['throttle', 'SlowDown', 503], ['internal-error', 'InternalError', 500], ['access-denied', 'AccessDenied', 403],
] as const)('%s is %s in the words of S3', async (effect, name, httpStatusCode) => {
  const { s3, faults, get } = await setUp();
  s3.put(BUCKET, 'a', Buffer.from('x'));
  faults.onCall({ service: 's3', operation: 'GetObject', effect });
  await expect(get('a')).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
});

describe('in a Lambda function', () => {
  const directory = mkdtempSync(join(tmpdir(), 's3-test-'));
  const ARN = 'arn:aws:lambda:us-west-2:111122223333:function:reader';
  let sandbox: Sandbox;

  beforeAll(() => buildSync({
    entryPoints: [join(__dirname, 's3-reader.ts')], outfile: join(directory, 'index.js'), bundle: true, platform: 'node', target: 'node20', mainFields: ['module', 'main'],
  }));

  beforeEach(async () => {
    sandbox = await Sandbox.start();
    stops.push(() => sandbox.stop());
    sandbox.iam.putRole({ arn: ROLE, name: 'reader', trust: TRUST });
    sandbox.iam.putInlinePolicy(ROLE, 'policy', { Statement: [EVERYTHING] });
    sandbox.lambda.createFunction({
      name: 'reader', arn: ARN, roleArn: ROLE, codeDirectory: directory, handler: 'index.read', runtime: 'nodejs24.x', timeout: 60, memory: 128, environment: {},
    });
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const read = async (Key = 'a') => {
    const begun = sandbox.clock.now();
    const { payload } = await sandbox.run(sandbox.lambda.invoke(ARN, JSON.stringify({ Bucket: BUCKET, Key })));
    return { ...JSON.parse(payload), milliseconds: sandbox.clock.now() - begun };
  };

  test('the endpoint needs no setting, and 200 MB take no virtual time', async () => {
    sandbox.s3.put(BUCKET, 'a', () => made(200), { size: 200 * MEGABYTE });
    expect(await read()).toEqual({ bytes: 200 * MEGABYTE, milliseconds: 0 });
  });

  test('nor does unpacking them, however small they arrive', async () => {
    sandbox.s3.put(BUCKET, 'a.gz', gzipSync(Buffer.alloc(200 * MEGABYTE), { level: 1 }));
    expect(await read('a.gz')).toEqual({ bytes: 200 * MEGABYTE, milliseconds: 0 });
  });

  test.each(['throttle', 'internal-error', 'reset', 'lost-response'] as const)('one %s is overcome by the SDK', async effect => {
    sandbox.s3.put(BUCKET, 'a', Buffer.from('hello'));
    sandbox.faults.onCall({ service: 's3', operation: 'GetObject', effect });
    expect(await read()).toMatchObject({ bytes: 5 });
    expect(sandbox.journal.calls).toHaveLength(2);
  });

  test.each([['with a length', { size: 10 * MEGABYTE }], ['without', {}]])('a body can break off, %s', async (_, options) => {
    sandbox.s3.put(BUCKET, 'a', () => made(10), options);
    sandbox.s3.put(BUCKET, 'b', Buffer.from('hello'));
    sandbox.s3.cutBody({ afterBytes: 2 * MEGABYTE + 17, after: 1, times: 2, when: ({ Key }) => Key === 'a' });
    const broken = { bytes: 2 * MEGABYTE + 17, error: expect.stringContaining('aborted') };
    expect([await read('b'), await read(), await read(), await read('b'), await read(), await read()]).toMatchObject([
      { bytes: 5 }, { bytes: 10 * MEGABYTE }, broken, { bytes: 5 }, broken, { bytes: 10 * MEGABYTE },
    ]);
  });

  test('a body that breaks off before its first byte has been answered all the same', async () => {
    sandbox.s3.put(BUCKET, 'a', Buffer.from('hello'));
    sandbox.s3.cutBody({ afterBytes: 0 });
    expect(await read()).toMatchObject({ bytes: 0, error: expect.stringContaining('aborted') });
    expect(sandbox.journal.calls).toHaveLength(1);
  });

  test('the process can be killed right after its call', async () => {
    sandbox.s3.put(BUCKET, 'a', Buffer.from('hello'));
    sandbox.faults.onInvoke({ effect: 'timeout-after-call', operation: 'GetObject' });
    expect(await read()).toMatchObject({ errorMessage: expect.stringContaining('timed out') });
  });
});
