import { aws_iam as iam, aws_s3 as s3 } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { S3Location } from '../../private/s3-location';
import { known, quote, Validation } from '../../private/validation';

/**
 * Requests that a load test sends to the model: a tar archive, compressed with gzip, with one file for each request.
 *
 * Keep the bucket in the job's Region. A policy of the bucket that lets only a VPC in keeps Inference Recommender out.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-prerequisites.html
 */
export class SamplePayload {
  /**
   * An archive in a bucket of this app, or an imported one.
   *
   * Access is granted on the archive and, if the construct knows it, the bucket's KMS key.
   *
   * @param bucket the bucket
   * @param key the archive in it, such as `payloads/images.tar.gz`
   */
  public static fromBucket(bucket: s3.IBucket, key: string): SamplePayload {
    return new SamplePayload(S3Location.atUri(`s3://${bucket.bucketName}/${key}`), key, bucket);
  }

  /**
   * An archive under a URI.
   *
   * A KMS key of the bucket is not known from here: allow the execution role to decrypt with it, or use `fromBucket`.
   *
   * @param uri the archive, such as `s3://amzn-s3-demo-bucket/payloads/images.tar.gz`, up to 1,024 characters
   */
  public static fromS3Uri(uri: string): SamplePayload {
    return new SamplePayload(S3Location.atUri(uri), uri);
  }

  /**
   * The archive as an S3 URI.
   */
  public readonly s3Uri: string;

  private constructor(private readonly location: S3Location, private readonly key: string, private readonly bucket?: s3.IBucket) {
    this.s3Uri = location.uri;
  }

  /** @internal */
  public _validate(prop: string): string[] {
    const validation = new Validation(prop);
    validation.add(this.location.validate(prop));
    if (known(this.key)) {
      validation.check(this.key.endsWith('.tar.gz'), `${prop} must be an archive that ends with .tar.gz, got ${quote(this.key)}`);
    }
    return validation.messages;
  }

  /** @internal */
  public _warnOfOtherRegion(prop: string, scope: IConstruct): void {
    if (this.bucket) {
      S3Location.inBucket(this.bucket, '').warnOfOtherRegion(prop, scope);
    }
  }

  /** @internal */
  public _grantRead(grantee: iam.IGrantable): iam.Grant {
    const bucket = this.bucket;
    if (!bucket) {
      return this.location.grantRead(grantee);
    }
    const grants = [
      iam.Grant.addToPrincipalOrResource({
        grantee, actions: ['s3:GetObject'], resourceArns: [bucket.arnForObjects(this.key)], resource: bucket,
      }),
      // Clients ask whether a bucket exists before they use it.
      iam.Grant.addToPrincipalOrResource({
        grantee, actions: ['s3:ListBucket', 's3:GetBucketLocation'], resourceArns: [bucket.bucketArn], resource: bucket,
      }),
      ...(bucket.encryptionKey ? [bucket.encryptionKey.grantDecrypt(grantee)] : []),
    ];
    return grants.reduce((all, grant) => all.combine(grant));
  }
}
