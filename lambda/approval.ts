import { DescribeModelPackageCommand, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { sagemaker } from './aws/clients';
import { Failure, record, ResourceEvent, stackOf, text } from './event';
import { log } from './log';

/**
 * Whether CreateModel wants the model package approved first. AWS's documents and its own SDK disagree about recommendation packages, so
 * it is tried, and only a refusal leads to an approval.
 */
export function isApprovalRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationException' && /approv/i.test(error.message);
}

/**
 * Approves a package that CreateModel refused, if that is ours to do: in a group that the recommendation job made for itself, or where the
 * deployment says so. Approval in a group that others use too is a person's decision.
 */
export async function approve(event: ResourceEvent, arn: string): Promise<void> {
  const approval = record(event.ResourceProperties, 'Approval');
  const setting = text(approval, 'ApproveModelPackage');
  const madeByJob = text(approval, 'GroupMadeByJob') === 'true';
  const { ModelApprovalStatus: status } = await sagemaker().send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
  if (status === 'Rejected') {
    throw new Failure(`model package ${arn} was rejected, so it is not deployed: approve it, or choose another recommendation`);
  }
  if (setting === 'false' || (setting !== 'true' && !madeByJob)) {
    throw new Failure(`model package ${arn} is ${status ?? 'not approved'}, and SageMaker deploys only approved ones: approve it and deploy again, `
      + 'or set approveModelPackage on the deployment');
  }
  log('approving', { arn });
  await sagemaker().send(new UpdateModelPackageCommand({
    ModelPackageArn: arn,
    ModelApprovalStatus: 'Approved',
    ApprovalDescription: `Approved by stack ${stackOf(event).name} to deploy it as ${event.LogicalResourceId}`,
  }));
}
