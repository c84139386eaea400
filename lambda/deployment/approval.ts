import { DescribeModelPackageCommand, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { Choice } from './choice';
import { orNothing } from '../aws/calls';
import { sagemaker } from '../aws/clients';
import { isPermission, reasonOf } from '../errors';
import { Failure, Properties, ResourceEvent, stackOf, text } from '../event';
import { log } from '../log';

/**
 * Whether CreateModel wants the model package approved first. AWS's documents and its own SDK disagree about recommendation packages, so
 * it is tried unless the deployment says what is to be, and only a refusal leads to an approval.
 */
export function isApprovalRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationException' && /approv/i.test(error.message);
}

/** Refuses what must not be deployed, before anything is made. Answers with the packages that the deployment is to approve, and how. */
export async function review(choices: readonly Choice[]): Promise<Map<string, Properties>> {
  const toApprove = new Map<string, Properties>();
  const statuses = new Map<string, string | undefined>();
  for (const { wanted: { approval }, candidate, fallbacks } of choices) {
    for (const { modelPackageArn: arn } of [candidate, ...fallbacks]) {
      if (arn === undefined) {
        continue;
      }
      if (!statuses.has(arn)) {
        statuses.set(arn, await statusOf(arn, text(approval, 'Setting') === 'Required'));
      }
      const status = statuses.get(arn);
      refuseRejected(arn, status);
      if (text(approval, 'Setting') === 'Required' && status !== 'Approved') {
        throw unapproved(arn, status);
      }
      if (text(approval, 'Setting') === 'Approve' && status !== 'Approved') {
        toApprove.set(arn, approval);
      }
    }
  }
  return toApprove;
}

export async function approve(event: ResourceEvent, arn: string, approval: Properties): Promise<void> {
  log('approving', { arn });
  await sagemaker().send(new UpdateModelPackageCommand({
    ModelPackageArn: arn,
    ModelApprovalStatus: 'Approved',
    ApprovalDescription: text(approval, 'Description') ?? `Approved by stack ${stackOf(event).name} to deploy it as ${event.LogicalResourceId}`,
  }));
}

/**
 * Approves a package that CreateModel refused, if that is ours to do: in a group that the recommendation job made for itself, or where the
 * deployment says so. Approval in a group that others use too is a person's decision.
 */
export async function approveRefused(event: ResourceEvent, arn: string, approval: Properties): Promise<void> {
  const status = await statusOf(arn, true);
  refuseRejected(arn, status);
  const setting = text(approval, 'Setting');
  if (setting === 'Required' || (setting === undefined && text(approval, 'GroupMadeByJob') !== 'true')) {
    throw unapproved(arn, status);
  }
  await approve(event, arn, approval);
}

function refuseRejected(arn: string, status: string | undefined): void {
  if (status === 'Rejected') {
    throw new Failure(`model package ${arn} was rejected, so it is not deployed: approve it, or choose another recommendation`);
  }
}

function unapproved(arn: string, status: string | undefined): Failure {
  return new Failure(`model package ${arn} is ${status ?? 'not approved'}, and only approved ones are deployed: approve it and deploy again, `
    + 'or set approval on the deployment');
}

/**
 * Undefined if it is not known: a package of another account may be deployed by somebody who may not look into its registry.
 *
 * @param needed whether nothing can be decided without it
 */
async function statusOf(arn: string, needed: boolean): Promise<string | undefined> {
  try {
    return (await orNothing(sagemaker().send(new DescribeModelPackageCommand({ ModelPackageName: arn }))))?.ModelApprovalStatus;
  } catch (error) {
    if (needed || !isPermission(error)) {
      throw error;
    }
    log('the approval of the model package cannot be read', { arn, reason: reasonOf(error) });
    return undefined;
  }
}
