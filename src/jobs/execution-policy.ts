import { aws_iam as iam } from 'aws-cdk-lib';

/**
 * What a default execution role has beyond the policy that it is made with.
 */
export interface ExecutionPolicyOptions {
  /**
   * Statements that the role gets in addition, for instance for a call that SageMaker has begun to make under it, and that nobody has
   * documented yet. They must name resources and no principals.
   *
   * Permissions on a bucket, a key or the like are easier to add by a grant: `bucket.grantRead(job)`.
   *
   * @default - none
   */
  readonly statements?: iam.PolicyStatement[];

  /**
   * On whose behalf SageMaker may assume the role, as ARNs in which `*` and `?` are wildcards: the condition `aws:SourceArn` of the role's trust
   * policy, beside `aws:SourceAccount`, which is always there. At least one, each of the stack's account.
   *
   * AWS documents no value for recommendation and benchmark jobs, which run training jobs and endpoints of their own under the role. A value
   * that does not hold makes SageMaker say that it cannot assume the role: try `arn:aws:sagemaker:us-west-2:111122223333:*` first.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
   * @default - anything of SageMaker in the stack's account
   */
  readonly sourceArns?: string[];
}

/**
 * What the default execution role of a job or an endpoint is allowed.
 *
 * It says nothing of a role of your own, which is why it cannot be given together with `role`.
 */
export class ExecutionPolicy {
  /**
   * What SageMaker is known to do under the role, scoped by type, account and Region, and what you add.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
   * @param options what the role has beyond that
   */
  public static scoped(options: ExecutionPolicyOptions = {}): ExecutionPolicy {
    return new ExecutionPolicy(options, false);
  }

  /**
   * The policy AmazonSageMakerFullAccess of AWS, which follows what the service learns, instead of the library's own statements on SageMaker, ECR,
   * CloudWatch and its logs.
   *
   * It allows far more than a job takes, such as the deletion of any endpoint of the account. What it lacks is added all the same: the files and keys that
   * the props name, service quotas, and the network of a VPC.
   *
   * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerFullAccess.html
   * @param options what the role has beyond that
   */
  public static sageMakerFullAccess(options: ExecutionPolicyOptions = {}): ExecutionPolicy {
    return new ExecutionPolicy(options, true);
  }

  private constructor(
    /** @internal */
    public readonly _options: ExecutionPolicyOptions,
    /** @internal */
    public readonly _isManaged: boolean,
  ) {}
}
