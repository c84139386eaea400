import { aws_s3 as s3 } from 'aws-cdk-lib';
import { S3Location } from '../private/s3-location';

/**
 * Where the files of a model, or of an adapter, are.
 *
 * A model is a Hugging Face checkpoint with SafeTensors weights, base or fine-tuned: `config.json`, the tokenizer's files and
 * `*.safetensors` flat under one prefix. The cache folder of the Hugging Face client (with `blobs/` and `snapshots/`) is refused, and so is
 * the id of a model on the Hub. Keep the bucket in the job's Region. For a model in the Model Registry give the prefix of its files.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations.html
 */
export class ModelSource {
  /**
   * Files in a bucket of this app, or an imported one.
   *
   * Access is granted on the prefix and, if the construct knows it, the bucket's KMS key.
   *
   * @param bucket the bucket
   * @param prefix the folder in it, such as `gpt-oss-20b/`; a missing slash at its end is added
   */
  public static fromBucket(bucket: s3.IBucket, prefix: string): ModelSource {
    return new ModelSource(S3Location.inBucket(bucket, prefix));
  }

  /**
   * Files under a URI, which is passed on as it is.
   *
   * Access is granted on whatever starts with the URI, so end it with a slash. A KMS key of the bucket is not known from here: allow the
   * execution role to decrypt with it, or use `fromBucket`.
   *
   * @param uri the prefix, such as `s3://amzn-s3-demo-bucket/gpt-oss-20b/`, up to 1,024 characters
   */
  public static fromS3Uri(uri: string): ModelSource {
    return new ModelSource(S3Location.atUri(uri));
  }

  /** @internal */
  public readonly _location: S3Location;

  private constructor(location: S3Location) {
    this._location = location;
  }
}
