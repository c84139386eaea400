import { Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';

export interface ModelsStackProps extends StackProps {
  /** Name of the bucket. It holds the model under `gpt-oss-20b/`, and what jobs find out. */
  readonly bucketName: string;
  /** The account that deploys what is found here. */
  readonly productionAccount: string;
}

/** Name of the group of all model packages. */
export const MODEL_PACKAGE_GROUP = 'gpt-oss-20b';

/**
 * The bucket and the model package group that development writes and production reads. They outlive every job: what an earlier one has found can still
 * be deployed, when production goes back to it.
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
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket.grantRead(new AccountPrincipal(props.productionAccount)); // which still has to allow it to the endpoint's role, and does

    new CfnModelPackageGroup(this, 'Packages', { modelPackageGroupName: MODEL_PACKAGE_GROUP }).applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
