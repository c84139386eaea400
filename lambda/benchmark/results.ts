import type { Readable } from 'stream';
import { pipeline } from 'stream/promises';
import { createGunzip } from 'zlib';
import { GetObjectCommand, ListObjectsV2Command, ListObjectsV2CommandOutput, S3Client, _Object } from '@aws-sdk/client-s3';
import { extract, Headers } from 'tar-stream';
import { s3 } from '../aws/s3';

/** What a benchmark leaves behind: one archive of up to some hundred megabytes, of which a few small files are wanted. */
const ARCHIVE = 'output.tar.gz';

const KB = 1024;
const MB = 1024 * KB;

/**
 * Largest size of each file that is kept, in bytes. A profile of a benchmark takes some 16 KB, a search history up to 100 KB. Of a reason
 * the beginning will do.
 */
const WANTED: Readonly<Record<string, number>> = {
  'profile_export_aiperf.json': 4 * MB,
  'search_history.json': 4 * MB,
  'failure_reason.txt': 4 * KB,
};
/** Of all files together: the function has 256 MB. */
const MAX_TOTAL = 16 * MB;

export interface ResultFile {
  /** As in the archive. */
  readonly path: string;
  readonly text: string;
}

/**
 * What came of reading. Only what can't be mended by reading again is an answer; the rest is thrown.
 *
 * The sentences are made by the caller: this is another bundle, and an error of its class Failure would not be one to the handlers.
 */
export type Reading =
  | { readonly outcome: 'read'; readonly uri: string; readonly files: readonly ResultFile[] }
  | { readonly outcome: 'none'; readonly uri: string }
  | { readonly outcome: 'broken'; readonly uri: string; readonly reason: string }
  | { readonly outcome: 'large'; readonly uri: string; readonly file: string; readonly limit: number };

/** The archive did not come to its end. It may the next time, which `$metadata` without a status says to the handlers. */
class Interrupted extends Error {
  public readonly name = 'Interrupted';
  public readonly $metadata = {};
}

export interface ReadOptions {
  /** What is older is of another job: a name whose job was deleted may run again, to the same location. */
  readonly since?: number;
  /** When the time is up that the caller has. */
  readonly until: number;
  /** By default that of the handlers. */
  readonly client?: S3Client;
  /** Who needs the permission when one is missing, as at the beginning of a sentence. */
  readonly reader?: string;
}

/** Reads the results below an S3 location. */
export async function readResults(location: string, options: ReadOptions): Promise<Reading> {
  const { since = 0, until, client = s3(), reader = 'The role of the handlers' } = options;
  const { bucket, prefix } = parse(location);
  try {
    const key = await findArchive(client, bucket, prefix, since);
    return key === undefined ? { outcome: 'none', uri: location } : await readArchive(client, bucket, key, until);
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchBucket' || error.name === 'NoSuchKey')) {
      return { outcome: 'none', uri: location };
    }
    throw error instanceof Error && error.name === 'AccessDenied' ? hinted(error, location, reader) : error;
  }
}

function parse(location: string): { bucket: string; prefix: string } {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(location) ?? [];
  if (!bucket) {
    throw new Error(`the results are not at an s3:// location: ${location}`);
  }
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') || prefix.endsWith(ARCHIVE) ? prefix : `${prefix}/` };
}

/** S3 says only "Access Denied" of a bucket policy and of a key. */
function hinted(error: Error, location: string, reader: string): Error {
  const message = `${error.message.trim().replace(/\.+$/, '')}, reading the results at ${location}. ${reader} needs s3:ListBucket and `
    + 's3:GetObject there and, for a bucket with a KMS key, kms:Decrypt, and neither the bucket policy nor the key policy may deny it';
  return Object.assign(new Error(message), { name: error.name, $metadata: (error as Error & { $metadata?: unknown }).$metadata });
}

/** The newest, should there be several: a location that others write to as well has more than one. */
async function findArchive(client: S3Client, bucket: string, prefix: string, since: number): Promise<string | undefined> {
  let newest: _Object | undefined;
  const timeOf = (object: _Object | undefined) => object?.LastModified?.getTime() ?? since;
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }));
    for (const object of page.Contents ?? []) {
      if (`/${object.Key}`.endsWith(`/${ARCHIVE}`) && timeOf(object) >= timeOf(newest)) {
        newest = object;
      }
    }
    token = page.NextContinuationToken;
  } while (token);
  return newest?.Key;
}

async function readArchive(client: S3Client, bucket: string, key: string, until: number): Promise<Reading> {
  const uri = `s3://${bucket}/${key}`;
  const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const body = Body as Readable;
  const timeOut = () => body.destroy(new Interrupted(`${uri} could not be read to its end in the time that a poll has`));
  const timer = setTimeout(timeOut, until - Date.now()).unref(); // nothing waits for it
  const unpacking = new Unpacking();
  try {
    // To the end even when all is found: what is cut off may be a file that nobody knows to be missing.
    await pipeline(whole(body, uri, ContentLength), createGunzip(), unpacking.stream);
  } catch (error) {
    if (error instanceof Interrupted) {
      throw error;
    }
    return { outcome: 'broken', uri, reason: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
  return unpacking.tooLarge ? { outcome: 'large', uri, ...unpacking.tooLarge } : { outcome: 'read', uri, files: unpacking.files() };
}

/** Passes on what arrives. A connection that ends too early is another thing than an archive that does. */
async function* whole(chunks: AsyncIterable<Buffer>, uri: string, length: number | undefined): AsyncGenerator<Buffer> {
  let received = 0;
  try {
    for await (const chunk of chunks) {
      received += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw error instanceof Interrupted ? error : new Interrupted(`the connection broke while ${uri} was read: ${(error as Error).message}`);
  }
  if (length !== undefined && received < length) {
    throw new Interrupted(`only ${received} of the ${length} bytes of ${uri} arrived`);
  }
  if (received === 0) {
    throw new Error('it is empty');
  }
}

/** Keeps the wanted files of an archive, and lets the others run through. */
class Unpacking {
  public readonly stream = extract();
  public tooLarge?: { readonly file: string; readonly limit: number };
  private readonly kept: { readonly path: string; readonly chunks: Buffer[] }[] = [];
  private total = 0;

  constructor() {
    this.stream.on('entry', (header, content, next) => {
      const limit = this.limitOf(header);
      const chunks: Buffer[] = [];
      if (limit > 0) {
        this.kept.push({ path: header.name, chunks });
      }
      let length = 0;
      content.on('data', (chunk: Buffer) => {
        if (length < limit) {
          chunks.push(chunk.subarray(0, limit - length));
          length += chunk.length;
        }
      });
      content.on('end', next);
      content.on('error', () => undefined); // the pipeline has it too
    });
  }

  public files(): ResultFile[] {
    return this.kept.map(({ path, chunks }) => ({ path, text: Buffer.concat(chunks).toString('utf8') }));
  }

  /** How many bytes of an entry are kept. */
  private limitOf({ name, type, size = 0 }: Headers): number {
    const limit = type === 'file' || type === 'contiguous-file' ? WANTED[name.slice(name.lastIndexOf('/') + 1)] : undefined;
    if (limit === undefined) {
      return 0;
    }
    const total = this.total + Math.min(size, limit);
    if (name.endsWith('.json') && (size > limit || total > MAX_TOTAL)) {
      this.tooLarge ??= { file: name, limit: size > limit ? limit : MAX_TOTAL };
      return 0;
    }
    this.total = total;
    return Math.min(size, limit);
  }
}
