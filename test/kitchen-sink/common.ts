import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ExecutionPolicy, JobNetworkProps, JobProps, MlflowTracking } from '../../src';

/** For jobs that need not wait: a lap takes a resource of the stack. */
const SHORT = { waitTimeout: Duration.minutes(40) };

/** For jobs with no role of one's own. */
export const WITH_DEFAULT_ROLE = { ...SHORT, executionPolicy: ExecutionPolicy.scoped() };

export const bucketOf = (stack: Stack): s3.IBucket =>
  stack.node.tryFindChild('Bucket') as unknown as s3.IBucket | undefined ?? s3.Bucket.fromBucketName(stack, 'Bucket', 'weights-and-results');

/** All but the policy of the default role, which does not go together with a role of one's own. */
export const everyJobProp = (stack: Stack): Required<Omit<JobProps, 'executionPolicy'>> => ({
  jobName: 'nightly',
  rerunToken: 'again',
  role: new iam.Role(stack, 'Role', { roleName: 'execution', assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }),
  removalPolicy: RemovalPolicy.DESTROY,
  ...SHORT,
});

export const everyNetworkProp = (stack: Stack): Required<JobNetworkProps> => ({
  vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['us-west-2a'], privateSubnetIds: ['subnet-private'] }),
  vpcSubnets: { subnets: [ec2.Subnet.fromSubnetId(stack, 'Subnet', 'subnet-chosen')] },
  securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789')],
});

export const everyMlflowProp: Required<MlflowTracking> = {
  resourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:mlflow-app/app-example', experimentName: 'experiments', runName: 'run-of-tonight',
};

export const keyOf = (stack: Stack, id: string, letter: string): kms.IKey =>
  kms.Key.fromKeyArn(stack, id, `arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-${letter.repeat(12)}`);
