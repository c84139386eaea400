import { BucketLocationConstraint, CompletedPart, S3 } from '@aws-sdk/client-s3';
import { Upload } from './copy';
import { RESULTS, TEST_TAG } from './settings';

/** The bucket of the tests. */
export class Store {
  private readonly s3: S3;

  constructor(private readonly bucket: string, private readonly account: string, private readonly region: string) {
    this.s3 = new S3({ region });
  }

  /** Whether the bucket is there. One of that name in another account is an error. */
  public async exists(): Promise<boolean> {
    return this.found(() => this.s3.headBucket(this.mine));
  }

  public async create(): Promise<void> {
    await this.s3.createBucket({
      Bucket: this.bucket,
      // us-east-1 is the one Region that must not be said.
      ...this.region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: this.region as BucketLocationConstraint } },
    });
    await this.s3.putPublicAccessBlock({
      ...this.mine,
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    });
    await this.s3.putBucketTagging({ ...this.mine, Tagging: { TagSet: [{ Key: TEST_TAG, Value: 'setup' }] } });
    await this.s3.putBucketLifecycleConfiguration({
      ...this.mine,
      LifecycleConfiguration: {
        Rules: [
          { ID: 'results', Status: 'Enabled', Filter: { Prefix: RESULTS }, Expiration: { Days: 7 } },
          { ID: 'uploads', Status: 'Enabled', Filter: { Prefix: '' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        ],
      },
    });
  }

  public async has(key: string): Promise<boolean> {
    return this.found(() => this.s3.headObject({ ...this.mine, Key: key }));
  }

  public async put(key: string, body: Buffer): Promise<void> {
    await this.s3.putObject({ ...this.mine, Key: key, Body: body });
  }

  /** Begins an upload in parts. */
  public async upload(key: string): Promise<Upload> {
    const object = { ...this.mine, Key: key };
    const { UploadId } = await this.s3.createMultipartUpload(object);
    const parts: CompletedPart[] = [];
    return {
      part: async (PartNumber, Body) => {
        // The client adds a checksum to each part, and S3 wants to be told of it again in the end.
        const { ETag, ChecksumCRC32 } = await this.s3.uploadPart({ ...object, UploadId, PartNumber, Body });
        parts.push({ PartNumber, ETag, ChecksumCRC32 });
      },
      complete: async () => {
        await this.s3.completeMultipartUpload({ ...object, UploadId, MultipartUpload: { Parts: parts } });
      },
      abort: async () => {
        await this.s3.abortMultipartUpload({ ...object, UploadId });
      },
    };
  }

  /** Deletes the bucket with all that is in it. Returns the number of objects. */
  public async delete(): Promise<number> {
    let count = 0;
    for (;;) {
      const { Contents = [] } = await this.s3.listObjectsV2(this.mine);
      if (Contents.length === 0) {
        break;
      }
      const { Errors = [] } = await this.s3.deleteObjects({ ...this.mine, Delete: { Objects: Contents.map(({ Key }) => ({ Key })), Quiet: true } });
      if (Errors.length > 0) {
        throw new Error(`${Errors[0].Key} could not be deleted: ${Errors[0].Message}`);
      }
      count += Contents.length;
    }
    await this.s3.deleteBucket(this.mine);
    return count;
  }

  /** No request reaches a bucket of somebody else who has taken the name. */
  private get mine(): { Bucket: string; ExpectedBucketOwner: string } {
    return { Bucket: this.bucket, ExpectedBucketOwner: this.account };
  }

  private async found(look: () => Promise<unknown>): Promise<boolean> {
    try {
      await look();
      return true;
    } catch (error: any) {
      if (error?.$metadata?.httpStatusCode === 404) {
        return false;
      }
      throw error?.$metadata?.httpStatusCode === 403
        ? new Error(`the bucket ${this.bucket} is not to be reached: it is of another account, or this role may not use it`) : error;
    }
  }
}
