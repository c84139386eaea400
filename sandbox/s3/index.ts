import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { VirtualClock } from '../clock';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { BodyCut, Cuts } from './cuts';

export type { BodyCut } from './cuts';

/** What an object holds: bytes, or a function that makes them on the fly, anew for each reader and alike for all. */
export type ObjectBody = Buffer | (() => Readable);

export interface S3Object {
  readonly key: string;
  readonly body: ObjectBody;
  /** In bytes; undefined for a body made on the fly, if nobody said. */
  readonly size?: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** Where other parts of the sandbox leave objects. */
export interface ObjectStore {
  put(bucket: string, key: string, body: ObjectBody): void;
}

/** The permissions of callers. */
export interface CallerChecks {
  /** Throws unless the caller may do all this. */
  check(caller: string, authorizations: Authorization[]): void;
}

/** No page of a listing is longer. */
const MAX_KEYS = 1000;

/**
 * A local stand-in for S3: what is put, read, listed and deleted, without versions, metadata or encryption.
 *
 * Every bucket exists, be it of a stack or made by somebody else, except for those that a test has deleted.
 */
export class S3 implements ServiceStandIn, ObjectStore {
  /** How many keys a page of a listing holds at most. Few of them make the caller go through pages. */
  public pageSize = MAX_KEYS;
  private readonly buckets = new Map<string, Map<string, S3Object>>();
  private readonly deletedBuckets = new Set<string>();
  private readonly cuts = new Cuts();
  private changes = 0;

  /** @param callers without them nobody's permissions are looked into */
  constructor(private readonly clock: VirtualClock, private readonly callers?: CallerChecks) {
  }

  /** @param size in bytes, of a body that is made on the fly */
  public put(bucket: string, key: string, body: ObjectBody, { size }: { size?: number } = {}): S3Object {
    this.changes++;
    // That of an upload in parts is no digest of the content either.
    const etag = Buffer.isBuffer(body) ? createHash('md5').update(body).digest('hex') : `${createHash('md5').update(String(this.changes)).digest('hex')}-1`;
    const object = { key, body, size: Buffer.isBuffer(body) ? body.length : size, etag: `"${etag}"`, lastModified: new Date(this.clock.now()) };
    this.deletedBuckets.delete(bucket);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? new Map()).set(key, object));
    return object;
  }

  public get(bucket: string, key: string): S3Object | undefined {
    return this.buckets.get(bucket)?.get(key);
  }

  /** All bytes of an object that must be there. */
  public async read(bucket: string, key: string): Promise<Buffer> {
    const object = this.get(bucket, key);
    if (!object) {
      throw new Error(`no object s3://${bucket}/${key}`);
    }
    return buffer(opened(object.body));
  }

  public delete(bucket: string, key: string): void {
    this.buckets.get(bucket)?.delete(key);
  }

  /** In the order of S3, that of their bytes. */
  public keys(bucket: string): string[] {
    return [...this.buckets.get(bucket)?.keys() ?? []].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  }

  /** From now on there is no such bucket, until something is put into it. */
  public deleteBucket(bucket: string): void {
    this.buckets.delete(bucket);
    this.deletedBuckets.add(bucket);
  }

  /** A GetObject to come begins well, and then its connection breaks. */
  public cutBody(cut: BodyCut): void {
    this.cuts.add(cut);
  }

  public authorizations({ operation, input: { Bucket, Key, Prefix } }: ServiceCall): Authorization[] {
    return operation === 'ListObjectsV2' ? [mayList(Bucket, Prefix)] : [{ action: `s3:${operation}`, resource: `arn:aws:s3:::${Bucket}/${Key}` }];
  }

  public async handle({ operation, input, caller }: ServiceCall): Promise<object> {
    const { Bucket, Key } = input;
    if (this.deletedBuckets.has(Bucket)) {
      throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
    }
    switch (operation) {
      case 'GetObject': return this.getObject(Bucket, Key, caller);
      case 'ListObjectsV2': return this.listObjects(input);
      case 'PutObject': return { ETag: this.put(Bucket, Key, input.Body).etag };
      case 'DeleteObject':
        this.delete(Bucket, Key);
        return {};
      default: throw new Error(`the sandbox's S3 has no operation ${operation}`);
    }
  }

  private getObject(bucket: string, key: string, caller: string): object {
    const object = this.get(bucket, key);
    if (!object) {
      // Whether a key exists is told to those only who may list the bucket.
      this.callers?.check(caller, [mayList(bucket)]);
      throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
    }
    // Opened only when it is sent: the answer may get lost.
    const Body = (): Readable => this.cuts.take({ Bucket: bucket, Key: key }, opened(object.body));
    return { Body, ContentLength: object.size, ETag: object.etag, LastModified: object.lastModified };
  }

  private listObjects({ Bucket, Prefix = '', MaxKeys = MAX_KEYS, ContinuationToken, StartAfter }: Record<string, any>): object {
    const after = ContinuationToken === undefined ? StartAfter : keyOf(ContinuationToken);
    const size = Math.min(MaxKeys, this.pageSize, MAX_KEYS);
    const keys = this.keys(Bucket);
    // Where the page begins is a place among the keys, not a key: the one that the last page ended with may be gone by now.
    const rest = keys.filter(key => key.startsWith(Prefix) && (after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0));
    const page = rest.slice(0, size);
    const IsTruncated = size > 0 && rest.length > size;
    return {
      Name: Bucket,
      Prefix,
      KeyCount: page.length,
      MaxKeys: size,
      ContinuationToken,
      StartAfter,
      IsTruncated,
      NextContinuationToken: IsTruncated ? tokenOf(page[size - 1]) : undefined,
      Contents: page.map(key => this.get(Bucket, key)!).map(({ key: Key, lastModified: LastModified, etag: ETag, size: Size }) => (
        { Key, LastModified, ETag, Size, StorageClass: 'STANDARD' })),
    };
  }
}

/** The prefix is in the context only where the request has one. */
function mayList(bucket: string, prefix?: string): Authorization {
  return { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, ...prefix !== undefined && { context: { 's3:prefix': prefix } } };
}

function opened(body: ObjectBody): Readable {
  return Buffer.isBuffer(body) ? Readable.from([body]) : body();
}

const TOKEN = 'after:';

function tokenOf(key: string): string {
  return Buffer.from(TOKEN + key).toString('base64');
}

function keyOf(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith(TOKEN)) {
    throw new ServiceError('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return text.slice(TOKEN.length);
}
