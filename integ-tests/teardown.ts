/*
 * `npm run integ:teardown`: removes what `npm run integ:setup` has made, and looks whether anything of the tests is left.
 */
import { Account, regionOf } from './support/account';
import { agreed, main } from './support/ask';
import { left } from './support/left';
import { bucketName, STACKS } from './support/settings';
import { Store } from './support/store';

async function tearDown(): Promise<number> {
  const account = new Account(regionOf());
  const id = await account.id();
  const remains: string[] = [];
  for (const stackName of STACKS) {
    const stacks = await Promise.all([`${stackName}Checks`, stackName].map(name => account.stack(name)));
    remains.push(...stacks.flatMap(stack => stack ? [stack.arn] : []), ...await left(account.sagemaker, stackName));
  }
  if (remains.length > 0) {
    console.log(`There is still something of the tests. Delete the stacks first, with npx cdk destroy or in the console, then the rest:\n  ${remains.join('\n  ')}`);
    return 1;
  }
  console.log(`Nothing is left of the tests in account ${id}, ${account.region}.`);

  const bucket = bucketName(id, account.region);
  const store = new Store(bucket, id, account.region);
  if (!await store.exists()) {
    console.log(`There is no bucket ${bucket}.`);
    return 0;
  }
  if (!await agreed(`Delete the bucket ${bucket} with all models and results?`)) {
    return 1;
  }
  console.log(`Deleted, with ${await store.delete()} objects.`);
  return 0;
}

main(tearDown);
