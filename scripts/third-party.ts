/*
 * Writes what is said of others' code inside the bundles: THIRD-PARTY-LICENSES, and the bill of materials sbom.cdx.json. That is dated by
 * the commit, so that the same commit gives the same file.
 */
import { execFileSync } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { bundled } from './supply-chain/bundled';
import { thirdPartyLicenses } from './supply-chain/licenses';
import { sbom } from './supply-chain/sbom';

const ROOT = join(__dirname, '..');
const { packages, imports } = bundled(ROOT);
writeFileSync(join(ROOT, 'THIRD-PARTY-LICENSES'), thirdPartyLicenses(packages));

const library = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const timestamp = execFileSync('git', ['show', '-s', '--format=%cI', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
writeFileSync(join(ROOT, 'sbom.cdx.json'), `${JSON.stringify(sbom(library, packages, imports, timestamp), undefined, 2)}\n`);
