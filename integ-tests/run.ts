/*
 * `npm run integ`: runs the tests in an account, one after the other. It says what that costs, and asks.
 *
 *     npm run integ                                       all
 *     npm run integ -- integ.ai-workload-config.ts        one
 *     npm run integ -- --yes                              without a question
 */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { Account, regionOf } from './support/account';
import { agreed, main } from './support/ask';
import { atMost, Cost, dollars, expected } from './support/budget';
import { left, running } from './support/left';
import { runner } from './support/runner';
import { bucketName, CHAT_MODEL, NUMBER_MODEL, STACKS } from './support/settings';
import { slim } from './support/snapshot';
import { Store } from './support/store';

const TESTS = readdirSync(__dirname).filter(name => /^integ\..+\.ts$/.test(name) && !name.endsWith('.snapshot'));

function budgetOf(test: string): Cost[] {
  return JSON.parse(readFileSync(join(__dirname, `${test}.snapshot`, 'Second.template.json'), 'utf8')).Metadata.Budget;
}

async function run(): Promise<number> {
  const chosen = process.argv.slice(2).filter(argument => !argument.startsWith('-'));
  const unknown = chosen.filter(test => !TESTS.includes(test));
  if (unknown.length > 0) {
    throw new Error(`there is no ${unknown.join(', ')}: the tests are ${TESTS.join(', ')}`);
  }
  const tests = chosen.length > 0 ? chosen : TESTS;
  const account = new Account(regionOf());
  const id = await account.id();

  const store = new Store(bucketName(id, account.region), id, account.region);
  const needed = [...CHAT_MODEL.files.map(file => CHAT_MODEL.prefix + file), NUMBER_MODEL.model, NUMBER_MODEL.payload];
  const there = await store.exists() && (await Promise.all(needed.map(key => store.has(key)))).every(Boolean);
  if (!there) {
    throw new Error('the models of the tests are not there: run npm run integ:setup');
  }

  console.log(`Account ${id}, ${account.region}. Prices are estimates from the list prices of us-east-1.\n`);
  for (const test of tests) {
    const budget = budgetOf(test);
    console.log(`${test}: ${dollars(expected(budget))}${budget.length > 0 ? `, at most ${dollars(atMost(budget))}` : ''}`);
    budget.forEach(({ what, hours, atMostHours }) => console.log(`    ${what}: about ${hours} h, at most ${atMostHours} h`));
  }
  const all = tests.flatMap(budgetOf);
  console.log(`\nIn all ${dollars(expected(all))}, at most ${dollars(atMost(all))}. The tests follow each other, for some hours. Your credentials must be `
    + 'valid all the time: without them a test can neither be judged nor removed, while CloudFormation goes on.\n');
  if (!await agreed('Go on?')) {
    return 1;
  }

  process.env.AWS_REGION = account.region; // of the hooks
  const status = runner('--force', '--no-update-workflow', '--parallel-regions', account.region, ...tests);
  tests.forEach(test => slim(join(__dirname, `${test}.snapshot`)));

  const remains: string[] = [];
  for (const stackName of STACKS) {
    const stack = await account.stack(stackName);
    remains.push(...stack ? [stack.arn] : [], ...await left(account.sagemaker, stackName));
  }
  console.log(remains.length > 0 ? `\nLeft of the tests:\n  ${remains.join('\n  ')}` : '\nNothing is left of the tests.');
  const others = await running(account.sagemaker);
  console.log(others.length > 0 ? `What runs in the account now, whoever began it:\n  ${others.join('\n  ')}` : 'No endpoint and no training job runs in the account.');
  return status !== 0 || remains.length > 0 ? 1 : 0;
}

main(run);
