import { DeleteModelPackageCommand, DeleteModelPackageGroupCommand, ListModelPackagesCommand } from '@aws-sdk/client-sagemaker';
import { orNothing, settled } from '../aws/calls';
import { sagemaker } from '../aws/clients';
import { list, object } from '../candidate';
import { isTransient, reasonOf } from '../errors';
import { PlannedEvent, Properties, record, text } from '../event';
import { log } from '../log';
import type { Found } from '../store';
import { hasPassed, Timed } from '../time';
import { groupIn, packageIn } from './names';
import { usersOf } from './users';

/** Packages cost nothing: what can't be deleted in this time stays, and the deletion of the job goes on. */
const PATIENCE = 10 * 60_000;
/** Of the five minutes that the function has: the models that are left to be looked at then, the next poll goes on with. */
const LOOKING_TIME = 3 * 60_000;

/**
 * Deletes the model packages that a job made, and their groups, before the job itself goes, if that is what the template says. What the job made
 * is in its own answer, and nowhere else: whatever else is in its groups is somebody else's.
 *
 * A job that a rollback keeps, or that is retained, never gets here, so neither do its packages. Nothing that goes wrong here fails a deletion.
 *
 * @returns whether nothing is left to do
 */
export async function removeModelPackages(job: Found, event: PlannedEvent<Timed>): Promise<boolean> {
  if (text(event.ResourceProperties, 'ModelPackages') !== 'Destroy') {
    return true;
  }
  try {
    return await remove(job, record(record(event.ResourceProperties, 'Request'), 'OutputConfig')) || over(event, job);
  } catch (error) {
    if (isTransient(error) && !hasPassed(event.Plan, PATIENCE)) {
      return false;
    }
    log('model packages left, since they could not be deleted', { job: job.name, reason: reasonOf(error) });
    return true;
  }
}

function over({ Plan }: PlannedEvent<Timed>, { name }: Found): boolean {
  if (!hasPassed(Plan, PATIENCE)) {
    return false;
  }
  log('model packages left, since it took too long to see who uses them, or to delete them', { job: name });
  return true;
}

async function remove(job: Found, output: Properties): Promise<boolean> {
  const packages = packagesOf(job);
  const users = await usersOf(packages, job.described.CreationTime, Date.now() + LOOKING_TIME);
  if (users === undefined) {
    return false;
  }
  for (const arn of packages) {
    const user = users.get(packageIn(arn));
    if (user !== undefined) {
      log('model package left, since a model uses it', { arn, model: user });
    } else if (!await gone(arn)) {
      return false;
    }
  }
  // A group that the request names is not the job's.
  const own = text(output, 'ModelPackageGroupIdentifier') === undefined
    ? [text(record(job.described, 'OutputConfig'), 'ModelPackageGroupIdentifier') ?? job.name] : [];
  const groups = [...own.map(groupIn), adapterGroup(job)];
  const ended = await Promise.all(groups.map(removeGroup));
  return ended.every(Boolean);
}

/** Those of the recommended configurations, and those made of adapters from S3: adapters that were packages before are in other groups. */
function packagesOf(job: Found): string[] {
  const recommendations = list(job.described.Recommendations);
  const configurations = recommendations.map(recommendation => text(object(recommendation.ModelDetails), 'ModelPackageArn'));
  const adapters = recommendations
    .flatMap(recommendation => list(object(recommendation.AdapterDetails).ModelPackageArns))
    .map(adapter => text(adapter, 'ModelPackageArn'))
    .filter(arn => arn !== undefined && groupIn(arn) === adapterGroup(job));
  return [...new Set([...configurations, ...adapters].filter(arn => arn !== undefined))];
}

/** As the service names it. */
function adapterGroup({ name }: Found): string {
  return `${name}-adapters`;
}

async function gone(arn: string): Promise<boolean> {
  log('deleting', { arn });
  return settled(sagemaker().send(new DeleteModelPackageCommand({ ModelPackageName: arn })));
}

/** A group with something in it stays. */
async function removeGroup(name: string): Promise<boolean> {
  const inside = await orNothing(sagemaker().send(new ListModelPackagesCommand({ ModelPackageGroupName: name, MaxResults: 1 })));
  if (inside === undefined) {
    return true;
  }
  const [first] = inside.ModelPackageSummaryList ?? [];
  if (first) {
    log('model package group left, since something is in it', { group: name, package: first.ModelPackageArn });
    return true;
  }
  log('deleting', { group: name });
  return settled(sagemaker().send(new DeleteModelPackageGroupCommand({ ModelPackageGroupName: name })));
}
