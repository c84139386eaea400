/*
 * Fails if npm's registry knows an advisory for a package that is inside the bundles. The rest of the dev dependencies reaches no user,
 * so `npm audit` as it is would cry wolf. Arguments go to `npm audit`.
 */
import { spawnSync } from 'child_process';
import { join } from 'path';
import { advisories } from './supply-chain/advisories';
import { bundled } from './supply-chain/bundled';

const { packages } = bundled(join(__dirname, '..'));
const { stdout } = spawnSync('npm', ['audit', '--json', ...process.argv.slice(2)], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const found = advisories(JSON.parse(stdout), packages);
console.log([`${packages.length} packages are inside the bundles, ${found.length} advisories are known for them`, ...found].join('\n'));
process.exitCode = found.length > 0 ? 1 : 0;
