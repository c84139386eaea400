import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { VirtualClock } from '../clock';
import { PolicyDocument } from '../runtime/policy';
import { Authorization, CallerChecks, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { Buckets } from './buckets';
import { BodyCut, Cuts } from './cuts';
import { ObjectBody, S3Object } from './object';

export type { BodyCut } from './cuts';
export type { ObjectBody, S3Object } from './object';

/** Where other parts of the sandbox leave objects. */
export interface ObjectStore {
  put(bucket: string, key: string, body: ObjectBody): void;
}

/** Whose S3 this is. Names of buckets are unique among all accounts. */
export interface S3Options {
  /** @default - one without other accounts beside it */
  readonly account?: string;
  readonly buckets?: Buckets;
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
  private readonly buckets: Buckets;
  private readonly cuts = new Cuts();
  private changes = 0;

  /** @param callers without them nobody's permissions are looked into */
  constructor(private readonly clock: VirtualClock, private readonly callers?: CallerChecks, private readonly options: S3Options = {}) {
    this.buckets = options.buckets ?? new Buckets();
  }

  /** @param size in bytes, of a body that is made on the fly */
  public put(bucket: string, key: string, body: ObjectBody, { size }: { size?: number } = {}): S3Object {
    this.changes++;
    // That of an upload in parts is no digest of the content either.
    const etag = Buffer.isBuffer(body) ? createHash('md5').update(body).digest('hex') : `${createHash('md5').update(String(this.changes)).digest('hex')}-1`;
    const object = { key, body, size: Buffer.isBuffer(body) ? body.length : size, etag: `"${etag}"`, lastModified: new Date(this.clock.now()) };
    this.buckets.revive(bucket).objects.set(key, object);
    return object;
  }

  public get(bucket: string, key: string): S3Object | undefined {
    return this.buckets.get(bucket).objects.get(key);
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
    this.buckets.get(bucket).objects.delete(key);
  }

  /** In the order of S3, that of their bytes. */
  public keys(bucket: string): string[] {
    return [...this.buckets.get(bucket).objects.keys()].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  }

  /** From now on there is no such bucket, until something is put into it. */
  public deleteBucket(bucket: string): void {
    this.buckets.delete(bucket);
  }

  /**
   * From now on the bucket is one of this account: whoever comes from another one needs the consent of its policy. Those of a stack belong to
   * the account of the stack anyway; one that nobody owns is taken for one of whoever uses it.
   *
   * @param keyArn the key of KMS that it is encrypted with
   */
  public own(bucket: string, { keyArn }: { keyArn?: string } = {}): void {
    Object.assign(this.buckets.revive(bucket), { owner: this.options.account, keyArn });
  }

  /** The end of a bucket of a stack. What is in it stays: to empty it, as an account demands, is not asked here. */
  public disown(bucket: string): void {
    this.buckets.disown(bucket);
  }

  public ownerOf(bucket: string): string | undefined {
    return this.buckets.get(bucket).owner;
  }

  /** The policy of a bucket; without a document it is taken away. */
  public putBucketPolicy(bucket: string, policy?: PolicyDocument): void {
    this.buckets.get(bucket).policy = policy;
  }

  public bucketPolicy(bucket: string): PolicyDocument | undefined {
    return this.buckets.get(bucket).policy;
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
    if (this.buckets.isDeleted(Bucket)) {
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
