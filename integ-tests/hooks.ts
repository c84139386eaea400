/*
 * What integ-runner runs after it has deployed a test, and after it has destroyed it. A hook that fails fails the test.
 *
 *     kept STACK TYPE...   resources of these types are those that the first deployment made
 *     gone STACK           nothing is left of the test
 */
import { Account, regionOf } from './support/account';
import { replaced } from './support/kept';
import { left } from './support/left';

async function problems(command: string, stackName: string, types: string[]): Promise<string[]> {
  const account = new Account(regionOf());
  switch (command) {
    case 'kept': return replaced(await account.events(stackName), types);
    case 'gone': {
      const stacks = await Promise.all([stackName, `${stackName}Checks`].map(name => account.stack(name)));
      const still = stacks.flatMap(stack => stack ? [`${stack.arn} (${stack.status})`] : []);
      return [...still, ...await left(account.sagemaker, stackName)].map(each => `left of ${stackName}: ${each}`);
    }
    default: throw new Error(`there is no hook ${command}`);
  }
}

const [command, stackName, ...types] = process.argv.slice(2);
problems(command, stackName, types).then(found => {
  found.forEach(problem => console.error(problem));
  process.exitCode = found.length > 0 ? 1 : 0;
}, error => {
  console.error(`${command} ${stackName}: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
