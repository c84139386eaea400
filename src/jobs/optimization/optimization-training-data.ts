import { aws_iam as iam, aws_s3 as s3 } from 'aws-cdk-lib';
import { S3Location } from '../../private/s3-location';

/**
 * What the heads for speculative decoding are trained with: requests and answers like those that the endpoint is to serve.
 *
 * The files are in the form of ShareGPT, OpenAI chat or OpenAI completions. What a SageMaker endpoint captured will do as well, if its
 * requests have one of these forms and the capture is not encrypted.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelSpeculativeDecodingTrainingDataSource.html
 */
export class TrainingDataSource {
  /**
   * All files in a folder of a bucket of this app, or an imported one.
   *
   * Access is granted on the prefix and, if the construct knows it, the bucket's KMS key.
   *
   * @param bucket the bucket
   * @param prefix the folder in it, such as `conversations/`; a missing slash at its end is added
   */
  public static fromBucket(bucket: s3.IBucket, prefix: string): TrainingDataSource {
    const location = S3Location.inBucket(bucket, prefix);
    return new TrainingDataSource(location, 'S3Prefix', grantee => location.grantRead(grantee));
  }

  /**
   * All files whose URIs start with this one, which is passed on as it is.
   *
   * Access is granted on whatever starts with the URI, so end a folder with a slash. A KMS key of the bucket is not known from here: allow
   * the execution role to decrypt with it, or use `fromBucket`.
   *
   * @param uri the prefix, such as `s3://amzn-s3-demo-bucket/conversations/`, up to 1,024 characters
   */
  public static fromS3Uri(uri: string): TrainingDataSource {
    const location = S3Location.atUri(uri);
    return new TrainingDataSource(location, 'S3Prefix', grantee => location.grantRead(grantee));
  }

  /**
   * The files that a manifest in a bucket of this app, or an imported one, names.
   *
   * Access is granted on the manifest. Access to the files that it names is not known from here: grant it to the job, as in
   * `bucket.grantRead(job)`.
   *
   * @param bucket the bucket of the manifest
   * @param key the manifest, such as `conversations.manifest`
   */
  public static fromManifest(bucket: s3.IBucket, key: string): TrainingDataSource {
    const location = S3Location.atUri(`s3://${bucket.bucketName}/${key}`);
    return new TrainingDataSource(location, 'ManifestFile', grantee => bucket.grantRead(grantee, key));
  }

  /**
   * The files that a manifest names.
   *
   * Access is granted on the manifest. Access to the files that it names, and to KMS keys, is not known from here: grant it to the job.
   *
   * @param uri the manifest, such as `s3://amzn-s3-demo-bucket/conversations.manifest`, up to 1,024 characters
   */
  public static fromManifestUri(uri: string): TrainingDataSource {
    const location = S3Location.atUri(uri);
    return new TrainingDataSource(location, 'ManifestFile', grantee => location.grantRead(grantee));
  }

  /**
   * The prefix of the files, or the manifest, as an S3 URI.
   */
  public readonly s3Uri: string;

  /** @internal */
  public readonly _s3DataType: string;
  /** @internal */
  public readonly _location: S3Location;

  private constructor(location: S3Location, s3DataType: string, private readonly grant: (grantee: iam.IGrantable) => iam.Grant) {
    this.s3Uri = location.uri;
    this._location = location;
    this._s3DataType = s3DataType;
  }

  /** @internal */
  public _grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee);
  }
}
