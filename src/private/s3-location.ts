import { Annotations, Aws, aws_iam as iam, aws_s3 as s3, Fn, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { quote, Validation } from './validation';

/** A prefix in S3, and how a role gets at it. */
export class S3Location {
  /** Everything under `prefix` of a bucket; a missing slash at the end is added, so that `llama` doesn't take in `llama-old`. */
  public static inBucket(bucket: s3.IBucket, prefix: string): S3Location {
    const folder = withSlash(prefix);
    return new S3Location(`s3://${bucket.bucketName}/${folder}`, bucket.bucketArn, folder, bucket);
  }

  /** A URI as it stands, which can be a token in parts or as a whole. */
  public static atUri(uri: string): S3Location {
    // A token inside the URI is a marker without slashes, so that the URI can be taken apart all the same.
    const [, bucketName, key] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
    if (bucketName !== undefined) {
      return new S3Location(uri, bucketArn(bucketName), key);
    }
    return Token.isUnresolved(uri)
      ? new S3Location(uri, bucketArn(Fn.select(2, Fn.split('/', uri))), undefined, undefined, bucketArn(Fn.select(1, Fn.split('s3://', uri))))
      : new S3Location(uri, bucketArn('invalid'), '');
  }

  private constructor(
    public readonly uri: string,
    private readonly arnOfBucket: string,
    /** Undefined where the URI is one token. */
    private readonly prefix: string | undefined,
    private readonly bucket?: s3.IBucket,
    private readonly arnOfPrefix: string = `${arnOfBucket}/${prefix}`,
  ) {}

  /** @param room characters that the URI must leave for what is appended to it */
  public validate(prop: string, room: number = 0): string[] {
    const validation = new Validation(prop);
    validation.matches(prop, this.uri, /s3:\/\/[^/\s]+(\/.*)?/, 'be a URI like s3://bucket/prefix/');
    validation.length(prop, this.uri, 1, 1024 - room);
    if (this.prefix?.startsWith('/')) {
      validation.check(false, `${prop} must not have a prefix that starts with a slash, got ${quote(this.prefix)}`);
    }
    validation.check(!this.prefix?.startsWith('s3://'), `${prop} must not have a URI for a prefix, got ${quote(this.prefix ?? '')}: use a factory that takes URIs`);
    return validation.messages;
  }

  /** Whether it is a bucket as a whole. */
  public get isBucket(): boolean {
    return this.prefix === '';
  }

  /** Whether another location is a folder in this one, or the same. */
  public contains(other: S3Location): boolean {
    return withSlash(other.uri).startsWith(withSlash(this.uri));
  }

  /** The service wants its data in the Region of the job. */
  public warnOfOtherRegion(prop: string, scope: IConstruct): void {
    const region = Stack.of(scope).region;
    if (this.bucket && Token.compareStrings(this.bucket.env.region, region) === TokenComparison.DIFFERENT) {
      Annotations.of(scope).addWarningV2(`cdk-sagemaker-inference:${prop}BucketRegion`,
        `${prop} is in ${this.bucket.env.region}, the job runs in ${region}: keep the bucket in the Region of the job`);
    }
  }

  /** Reads the files under this prefix; of the rest of the bucket only the names. */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    const key = this.bucket?.encryptionKey;
    return this.combine([
      this.grant(grantee, ['s3:GetObject'], [`${this.arnOfPrefix}*`]),
      this.grantList(grantee),
      key?.grantDecrypt(grantee),
    ]);
  }

  /** For who reads these files by calls of its own, and asks for nothing else than their names and their content. */
  public grantReadFiles(grantee: iam.IGrantable): iam.Grant {
    return this.combine([
      this.grant(grantee, ['s3:GetObject'], [`${this.arnOfPrefix}*`]),
      this.grant(grantee, ['s3:ListBucket'], [this.arnOfBucket]),
      this.bucket?.encryptionKey?.grantDecrypt(grantee),
    ]);
  }

  /** The same location for readers of files that are encrypted with a key which the bucket doesn't know of. */
  public encryptedBy(key: kms.IKey | undefined): Pick<S3Location, 'grantRead'> {
    return key === undefined ? this : { grantRead: grantee => this.grantRead(grantee).combine(key.grantDecrypt(grantee)) };
  }

  /** Reads and writes the files under this prefix; of the rest of the bucket only the names. Nothing is ever deleted. */
  public grantReadWrite(grantee: iam.IGrantable): iam.Grant {
    const key = this.bucket?.encryptionKey;
    return this.combine([
      this.grant(grantee, ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], [`${this.arnOfPrefix}*`]),
      this.grantList(grantee),
      key?.grantEncryptDecrypt(grantee),
    ]);
  }

  /** Without a condition on the prefix: that would also refuse the question whether the bucket exists, which clients ask first. */
  private grantList(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['s3:ListBucket', 's3:GetBucketLocation'], [this.arnOfBucket]);
  }

  private grant(grantee: iam.IGrantable, actions: string[], resourceArns: string[]): iam.Grant {
    return this.bucket
      ? iam.Grant.addToPrincipalOrResource({ grantee, actions, resourceArns, resource: this.bucket })
      : iam.Grant.addToPrincipal({ grantee, actions, resourceArns });
  }

  private combine(grants: (iam.Grant | undefined)[]): iam.Grant {
    return grants.filter(grant => grant !== undefined).reduce((all, grant) => all.combine(grant));
  }
}

/** The prefix of a folder, which ends with a slash. One that ends with a token stays as it is, since the value may bring its own. */
export function withSlash(prefix: string): string {
  const endsWithToken = Token.isUnresolved(prefix) && prefix.endsWith(']}');
  return prefix === '' || prefix.endsWith('/') || endsWithToken ? prefix : `${prefix}/`;
}

function bucketArn(bucketName: string): string {
  return `arn:${Aws.PARTITION}:s3:::${bucketName}`;
}
