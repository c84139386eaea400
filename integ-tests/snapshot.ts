/*
 * `npm run integ:snapshot`: writes the snapshots of the tests that have changed, without an account. It proves nothing about them: `npm run integ`
 * does. With `-- --check` they are only compared.
 */
import { readdirSync } from 'fs';
import { join } from 'path';
import { runner } from './support/runner';
import { slim } from './support/snapshot';

const check = process.argv.includes('--check');
const tests = process.argv.slice(2).filter(argument => argument !== '--check');
process.exitCode = runner(...check ? [] : ['--dry-run', '--update-on-failed'], ...tests);
for (const name of readdirSync(__dirname).filter(each => each.endsWith('.snapshot'))) {
  slim(join(__dirname, name));
}
