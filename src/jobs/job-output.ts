import { aws_s3 as s3 } from 'aws-cdk-lib';
import { S3Location } from '../private/s3-location';

/**
 * Where a job writes its results, or an endpoint what it captures or answers later.
 *
 * Each job gets a folder of its own below, named like the job, so that several jobs and runs can share a prefix. An endpoint gets none.
 */
export class JobOutput {
  /**
   * A bucket of this app, or an imported one, in the job's Region.
   *
   * Access is granted on the prefix and, if the construct knows it, the bucket's KMS key. Results are encrypted as the bucket says; optimization
   * jobs and Inference Recommender also take a KMS key of their own.
   *
   * @param bucket the bucket
   * @param prefix the folder in it, such as `recommendations/`; a missing slash at its end is added. Without it: the root of the bucket
   */
  public static toBucket(bucket: s3.IBucket, prefix: string = ''): JobOutput {
    return new JobOutput(S3Location.inBucket(bucket, prefix));
  }

  /**
   * A prefix given as a URI.
   *
   * A KMS key of the bucket is not known from here: allow the execution role to use it, or use `toBucket`.
   *
   * @param uri the prefix, such as `s3://amzn-s3-demo-bucket/recommendations/`, up to 968 characters
   */
  public static toS3Uri(uri: string): JobOutput {
    return new JobOutput(S3Location.atUri(uri));
  }

  /**
   * The prefix as an S3 URI, without the folder of the job.
   */
  public readonly s3Uri: string;

  /** @internal */
  public readonly _location: S3Location;

  private constructor(location: S3Location) {
    this._location = location;
    this.s3Uri = location.uri;
  }
}
