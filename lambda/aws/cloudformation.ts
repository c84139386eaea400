import { CloudFormationClient, DescribeStackResourceCommand, DescribeStacksCommand, Stack, StackResourceDetail } from '@aws-sdk/client-cloudformation';
import { clientOf } from './clients';

/*
 * Loaded when a stack is asked about, which most polls do not: CloudFormation speaks another protocol than SageMaker, in XML.
 */

export async function describeStack(StackName: string): Promise<Stack | undefined> {
  return (await clientOf(CloudFormationClient).send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
}

export async function describeResource(StackName: string, LogicalResourceId: string): Promise<StackResourceDetail | undefined> {
  return (await clientOf(CloudFormationClient).send(new DescribeStackResourceCommand({ StackName, LogicalResourceId }))).StackResourceDetail;
}
