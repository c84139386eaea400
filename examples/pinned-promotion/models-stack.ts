import { RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface ModelsStackProps extends StackProps {
  /** Name of the bucket. It holds the model under `gpt-oss-20b/`, and what jobs find out. */
  readonly bucketName: string;
  /** The account that deploys what is found here. */
  readonly productionAccount: string;
}

/**
 * The bucket that development writes and production reads. It outlives every job: to a job, another bucket is another input.
 */
export class ModelsStack extends Stack {
  /** The bucket. */
  public readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: ModelsStackProps) {
    super(scope, id, props);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: props.bucketName,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED, // with a KMS key, that key's policy has to let production decrypt
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket.grantRead(new AccountPrincipal(props.productionAccount)); // which still has to allow it to the endpoint's role, and does
  }
}
