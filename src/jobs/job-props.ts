import { aws_ec2 as ec2, aws_iam as iam, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ExecutionPolicy } from './execution-policy';

/**
 * What all jobs have in common.
 */
export interface JobProps {
  /**
   * Start of the job's name: up to 33 letters, digits and hyphens, neither first nor last a hyphen; up to 19 for Inference Recommender. A
   * hash of what the job is made from follows. Another prefix alone doesn't run the job again.
   *
   * @default - from the names of the stack and the construct
   */
  readonly jobName?: string;

  /**
   * Another value runs the job again although nothing else has changed, for instance for a model whose files were replaced in place. It can
   * be a token: the job then runs again whenever the deployment finds another value behind it.
   *
   * @default - a job runs once for the same inputs
   */
  readonly rerunToken?: string;

  /**
   * How long the deployment waits for the job before it stops the job and fails: 1 minute to 7 days. Each 50 minutes take a resource of
   * the stack.
   *
   * It takes effect from the next deployment on, and another value never runs the job again.
   *
   * @default - a recommendation job 16 hours, or 6 if optimizeModel is false; an optimization job 16 hours; a benchmark job 1 hour, or 6 if its
   * workload is a sweep or a search; Inference Recommender 2 hours, or 6 for an advanced job
   */
  readonly waitTimeout?: Duration;

  /**
   * The role under which the job does all its work: it reads its inputs, runs what it needs, and writes the results.
   *
   * A role that is defined in the same stack gets the permissions added; hand over `role.withoutPolicyUpdates()` to keep it as it is. To a
   * role from elsewhere nothing is added unless `addExecutionPermissions` is called with it. The role must be of the stack's account.
   *
   * A bucket or a KMS key of another account must let the role in by its own policy before the job starts, and the role must exist before
   * that policy: define it in a stack of its own, and deploy that first.
   *
   * @default - a role with the least privilege, or with what `executionPolicy` says
   */
  readonly role?: iam.IRole;

  /**
   * What the default role is allowed: more than the least privilege, or the policy AmazonSageMakerFullAccess of AWS instead. It cannot be given
   * together with `role`. Another policy never runs the job again.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
   * @default ExecutionPolicy.scoped()
   */
  readonly executionPolicy?: ExecutionPolicy;

  /**
   * What happens to the job when it leaves the stack. Its results stay in any case.
   *
   * To keep jobs use `RETAIN_ON_UPDATE_OR_DELETE`, which still cleans up after a deployment that fails.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Where in a network a job runs.
 */
export interface JobNetworkProps {
  /**
   * The VPC that the job's containers are connected to. They reach S3 and the SageMaker APIs only if the VPC has endpoints or a NAT gateway
   * for them.
   *
   * @default - no VPC: the containers have internet access, and none to your network
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Which subnets of the VPC: 1 to 16.
   *
   * @default - the private subnets, as `vpc.selectSubnets()` chooses
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the job's network interfaces: 1 to 5.
   *
   * The groups are part of what a job is made from: another group is another job. Give one that lives longer than the stack if the result is
   * to be found again after the stack was deleted.
   *
   * @default - a new security group that allows all outbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
}
