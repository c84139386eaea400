import {
  DeleteModelPackageGroupPolicyCommand, GetModelPackageGroupPolicyCommand, PutModelPackageGroupPolicyCommand,
} from '@aws-sdk/client-sagemaker';
import { settled } from '../aws/calls';
import { sagemaker } from '../aws/clients';
import { isBusy, isNotFound, isTransient, reasonOf } from '../errors';
import { constantId, done, Failure, Named, NOT_YET, PlannedEvent, Progress, ResourceEvent, ResourceHandler, sagemakerArn, stackOf, text } from '../event';
import { log } from '../log';
import { contentHash } from '../naming';
import { stackState } from '../stack';
import { ownerOf } from '../tags';
import { HOLD, Timed, timed } from '../time';
import { groupIn } from './names';

type Statement = Readonly<Record<string, unknown>>;

/** What AWS documents for deploying from another account, but for UpdateModelPackage: approval stays with the account that the packages are of. */
const GROUP_ACTIONS = ['sagemaker:DescribeModelPackageGroup'];
const PACKAGE_ACTIONS = ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages', 'sagemaker:CreateModel'];

/**
 * Lets other accounts deploy the packages of a group: by two statements in its resource policy that are known by their ids, so that the
 * statements of others stay what they are.
 */
export class ModelPackageSharing implements ResourceHandler<Timed> {
  /** Named like the group, so that with another group the statements in the old one are cleaned up. */
  public async onEvent(event: ResourceEvent): Promise<Named<Timed>> {
    const named = event.RequestType === 'Delete' ? undefined : groupOf(event);
    return { PhysicalResourceId: named ?? constantId(event), Plan: timed(HOLD) };
  }

  public async isComplete(event: PlannedEvent<Timed>): Promise<Progress> {
    return event.RequestType === 'Delete' ? this.unshare(event) : this.share(event);
  }

  private async share(event: PlannedEvent<Timed>): Promise<Progress> {
    const group = groupOf(event);
    if (group === undefined) {
      log('nothing to share: the job has no model packages, or is gone', {});
      return done();
    }
    try {
      const others = notOurs(event, await statementsOf(group));
      await put(group, [...others, ...ours(event, group)]);
      return done();
    } catch (error) {
      if (isBusy(error)) {
        return NOT_YET;
      }
      if (!isTransient(error) && (await stackState(event)).phase !== 'forward') {
        log('not shared, while the stack goes back', { group, reason: reasonOf(error) });
        return done();
      }
      throw error;
    }
  }

  private async unshare(event: PlannedEvent<Timed>): Promise<Progress> {
    const group = groupOf(event) ?? groupIn(event.PhysicalResourceId);
    const statements = await statementsOf(group);
    const others = notOurs(event, statements);
    if (others.length === statements.length) {
      return done();
    }
    log('sharing no more', { group });
    const change = others.length > 0 ? put(group, others)
      : sagemaker().send(new DeleteModelPackageGroupPolicyCommand({ ModelPackageGroupName: group }));
    return await settled(change) ? done() : NOT_YET;
  }
}

function groupOf({ ResourceProperties }: ResourceEvent): string | undefined {
  const group = text(ResourceProperties, 'Group');
  return group === undefined ? undefined : groupIn(group);
}

/** FROZEN: by these a later version knows what is its own. */
function sidsOf(event: ResourceEvent): string[] {
  const hash = contentHash(ownerOf(event));
  return [`CdkSageMakerInferenceGroup${hash}`, `CdkSageMakerInferencePackages${hash}`];
}

function ours(event: ResourceEvent, group: string): Statement[] {
  const { partition } = stackOf(event);
  const { Accounts } = event.ResourceProperties;
  const Principal = { AWS: (Array.isArray(Accounts) ? Accounts : []).map(account => `arn:${partition}:iam::${account}:root`) };
  const [groupSid, packagesSid] = sidsOf(event);
  return [
    { Sid: groupSid, Effect: 'Allow', Principal, Action: GROUP_ACTIONS, Resource: sagemakerArn(event, 'model-package-group', group) },
    { Sid: packagesSid, Effect: 'Allow', Principal, Action: PACKAGE_ACTIONS, Resource: sagemakerArn(event, 'model-package', `${group}/*`) },
  ];
}

function notOurs(event: ResourceEvent, statements: Statement[]): Statement[] {
  const sids = sidsOf(event);
  return statements.filter(({ Sid }) => !sids.includes(String(Sid)));
}

async function statementsOf(group: string): Promise<Statement[]> {
  const policy = await policyOf(group);
  if (policy === undefined) {
    return [];
  }
  try {
    const { Statement: statements } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
    return statements === undefined ? [] : [statements].flat();
  } catch {
    throw new Failure(`the resource policy of model package group ${group} is no JSON, so no statement can be added to it: replace or delete the policy`);
  }
}

/** A group without a policy is an error, and so is one that is not there: putting a policy tells the one from the other. */
async function policyOf(group: string): Promise<string | undefined> {
  try {
    return (await sagemaker().send(new GetModelPackageGroupPolicyCommand({ ModelPackageGroupName: group }))).ResourcePolicy;
  } catch (error) {
    if (isNotFound(error) || (error instanceof Error && error.name === 'ValidationException')) {
      return undefined;
    }
    throw error;
  }
}

async function put(group: string, statements: Statement[]): Promise<void> {
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await sagemaker().send(new PutModelPackageGroupPolicyCommand({ ModelPackageGroupName: group, ResourcePolicy }));
}
