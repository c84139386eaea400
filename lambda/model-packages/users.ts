import { DescribeModelCommand, DescribeModelCommandOutput, ListModelsCommand, ListModelsCommandOutput, ModelSummary } from '@aws-sdk/client-sagemaker';
import { packageIn } from './names';
import { orNothing } from '../aws/calls';
import { sagemaker } from '../aws/clients';

/** Clocks differ. */
const SLACK = 60_000;

/**
 * The packages of each model that this process has looked at: an account may have thousands of models, and a poll goes on where the one before
 * ended. By ARN and age, because the name of a model that was deleted can be given again.
 */
const seen = new Map<string, readonly string[]>();

/**
 * Which packages are used by a model of the account, and by which. No call tells, so each model is described, one after the other: but for those
 * that are older than the packages.
 *
 * @returns a model's ARN by the `<group>/<version>` of a package; undefined when time ran out
 */
export async function usersOf(packages: readonly string[], since: unknown, until: number): Promise<Map<string, string> | undefined> {
  const users = new Map<string, string>();
  const wanted = new Set(packages.map(packageIn));
  if (wanted.size === 0) {
    return users;
  }
  const CreationTimeAfter = since instanceof Date ? new Date(since.getTime() - SLACK) : undefined;
  let NextToken: string | undefined;
  do {
    const page: ListModelsCommandOutput = await sagemaker().send(new ListModelsCommand({ CreationTimeAfter, MaxResults: 100, NextToken }));
    for (const model of page.Models ?? []) {
      if (Date.now() > until) {
        return undefined;
      }
      for (const used of await packagesOf(model)) {
        if (wanted.has(used)) {
          users.set(used, model.ModelArn!);
        }
      }
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return users;
}

async function packagesOf({ ModelName, ModelArn, CreationTime }: ModelSummary): Promise<readonly string[]> {
  const key = `${ModelArn} ${CreationTime?.getTime()}`;
  let used = seen.get(key);
  if (used === undefined) {
    const model: DescribeModelCommandOutput | undefined = await orNothing(sagemaker().send(new DescribeModelCommand({ ModelName })));
    used = [model?.PrimaryContainer, ...model?.Containers ?? []]
      .flatMap(container => container?.ModelPackageName === undefined ? [] : [packageIn(container.ModelPackageName)]);
    seen.set(key, used);
  }
  return used;
}
