import { execFile, execFileSync } from 'child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { createServer } from 'http';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { advisories } from '../scripts/supply-chain/advisories';
import { bundled, Bundles, CONTENTS } from '../scripts/supply-chain/bundled';
import { thirdPartyLicenses } from '../scripts/supply-chain/licenses';
import { sbom } from '../scripts/supply-chain/sbom';

const ROOT = join(__dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const ours = bundled(ROOT);
interface Installed { readonly version: string; readonly integrity?: string; readonly inBundle?: true; readonly resolved?: string }
const lock: Record<string, Installed> = JSON.parse(read('package-lock.json')).packages;

/** A folder with these files, gone after the test. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'supply-chain-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach(folder => rmSync(folder, { recursive: true })));

/** A project whose handler imports one package, `left`, which imports another, `right`, and a third that is shaken off. */
function project(files: Record<string, string> = {}) {
  const packageJson = (name: string) => JSON.stringify({ name, version: '1.0.0', license: 'MIT' });
  const [left, right, unused] = ['left', '@right/right', 'unused'].map(name => `node_modules/${name}/index.js`);
  return folderWith({
    '.bundle/contents.json': JSON.stringify({
      'assets/lambda': {
        imports: { 'lambda/a.ts': [left, 'fs'], [left]: [right, unused], [right]: [], [unused]: [] },
        outputs: { 'index.js': { bytes: 15, loads: ['b.js'], included: ['lambda/a.ts', left] }, 'b.js': { bytes: 5, loads: [], included: [right] } },
      },
      'assets/cli': { imports: { 'cli/a.ts': [left] }, outputs: { 'index.js': { bytes: 9, loads: [], included: ['cli/a.ts', left] } } },
    }),
    'package-lock.json': JSON.stringify({
      packages: { 'node_modules/left': { integrity: 'sha512-AAEC' }, 'node_modules/@right/right': { integrity: 'sha512-AwQF' } },
    }),
    'node_modules/left/package.json': packageJson('left'),
    'node_modules/left/LICENSE': 'Copyright Left',
    'node_modules/@right/right/package.json': packageJson('@right/right'),
    'node_modules/@right/right/license.md': 'Copyright Right',
    ...files,
  });
}

describe('the packages that are inside the bundles', () => {
  test('are known for each file that is published, as it was bundled last', () => {
    const outputs = Object.entries(JSON.parse(read(CONTENTS)) as Bundles)
      .flatMap(([folder, contents]) => Object.entries(contents.outputs).map(([name, { bytes }]) => ({ path: join(folder, name), bytes })));
    const published = readdirSync(join(ROOT, 'assets'), { recursive: true }).map(path => join('assets', path as string))
      .filter(path => statSync(join(ROOT, path)).isFile());
    expect(outputs.map(({ path }) => path).sort()).toEqual(published.sort());
    expect(outputs.filter(({ path, bytes }) => statSync(join(ROOT, path)).size !== bytes)).toEqual([]);
  });

  test('are those that gave code to them, and no others', () => {
    const { packages, imports } = bundled(project());
    expect(packages.map(({ name, imports: further }) => [name, further])).toEqual([['@right/right', []], ['left', ['node_modules/@right/right']]]);
    expect(imports).toEqual(['node_modules/left']);
  });

  test.each(['GPL-3.0-only', 'AGPL-3.0-or-later', 'UNLICENSED', '(MIT OR GPL-2.0)', undefined])('must not be under %s', license => {
    const root = project({ 'node_modules/left/package.json': JSON.stringify({ name: 'left', version: '1.0.0', license }) });
    expect(() => bundled(root)).toThrow(`node_modules/left is under ${JSON.stringify(license)}, which is not one of 0BSD, Apache-2.0,`);
  });

  test('must bring the text of their licence: a notice alone is none', () => {
    const root = project({ 'node_modules/left/NOTICE': 'Left' });
    rmSync(join(root, 'node_modules/left/LICENSE'));
    expect(() => bundled(root)).toThrow('has no file with the text of its licence');
  });

  test('have the text of their licence from another package of their repository, if they leave it out', () => {
    const packageJson = (name: string, url: string) => JSON.stringify({ name, version: '1.0.0', license: 'MIT', repository: { type: 'git', url } });
    const sharing = (url: string) => {
      const root = project({
        'node_modules/left/package.json': packageJson('left', 'git+https://example.com/both.git'),
        'node_modules/@right/right/package.json': packageJson('@right/right', url),
      });
      rmSync(join(root, 'node_modules/left/LICENSE'));
      return root;
    };
    expect(bundled(sharing('git+https://example.com/both.git')).packages.map(({ legalTexts }) => legalTexts)).toEqual(['Copyright Right', 'Copyright Right']);
    expect(() => bundled(sharing('git+https://example.com/other.git'))).toThrow('has no file with the text of its licence');
  });

  test('must be in the lock file', () => {
    expect(() => bundled(project({ 'package-lock.json': '{ "packages": {} }' }))).toThrow('no integrity for node_modules/@right/right');
  });
});

describe('THIRD-PARTY-LICENSES', () => {
  test('is up to date: else run `npm run pre-compile`', () => {
    expect(read('THIRD-PARTY-LICENSES') === thirdPartyLicenses(ours.packages)).toBe(true);
  });

  test('names each package and passes on licences, copyrights and notices, each text once', () => {
    const page = thirdPartyLicenses(bundled(project({
      'node_modules/left/LICENSE': 'Copyright Both\r\n',
      'node_modules/left/NOTICE.txt': 'By Left',
      'node_modules/@right/right/license.md': 'Copyright Both',
    })).packages);
    expect(page).toMatch(/@right\/right 1\.0\.0 \(MIT\)\n\nCopyright Both\n\n-+\n\nleft 1\.0\.0 \(MIT\)\n\nCopyright Both\n\nBy Left\n/);
    expect(thirdPartyLicenses(ours.packages).match(/END OF TERMS AND CONDITIONS/g)!.length).toBeLessThan(ours.packages.length);
  });
});

describe('the bill of materials', () => {
  const library = JSON.parse(read('package.json'));
  const bom = sbom({ ...library, version: '1.2.3' }, ours.packages, ours.imports, '2026-01-01T00:00:00Z');

  test('is of this package and version', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(bom.metadata.component.purl).toBe('pkg:npm/cdk-sagemaker-inference@1.2.3');
  });

  test('has each bundled package with licence and hash, as npm serves it, and the peer dependencies', () => {
    const root = project();
    const { packages, imports } = bundled(root);
    const { components, dependencies } = sbom({ ...library, peerDependencies: { constructs: '^10.5.1' } }, packages, imports, '');
    expect(components).toEqual([
      expect.objectContaining({ purl: 'pkg:npm/%40right/right@1.0.0', hashes: [{ alg: 'SHA-512', content: '030405' }] }),
      expect.objectContaining({ purl: 'pkg:npm/left@1.0.0', licenses: [{ license: { id: 'MIT' } }] }),
      expect.objectContaining({ purl: 'pkg:npm/constructs', properties: [{ name: 'cdk-sagemaker-inference:peerDependency', value: '^10.5.1' }] }),
    ]);
    expect(dependencies.map(({ ref, ...on }) => [ref, 'dependsOn' in on ? on.dependsOn : undefined])).toEqual([
      ['pkg:npm/cdk-sagemaker-inference@0.0.0', ['pkg:npm/left@1.0.0', 'pkg:npm/constructs']],
      ['pkg:npm/%40right/right@1.0.0', []],
      ['pkg:npm/left@1.0.0', ['pkg:npm/%40right/right@1.0.0']],
      ['pkg:npm/constructs', undefined],
    ]);
  });

  test('lists what package-lock.json installs, and every reference has its component', () => {
    const listed = bom.components.flatMap(({ name, ...rest }) => 'version' in rest ? [`${name}@${rest.version}`] : []);
    expect(listed).toEqual([...new Set(ours.packages.map(({ path }) => `${path.replace(/.*node_modules\//, '')}@${lock[path].version}`))]);
    expect(listed).toEqual(expect.arrayContaining([expect.stringMatching(/^@aws-sdk\/client-sagemaker@/), expect.stringMatching(/^tar-stream@/)]));
    const refs = [bom.metadata.component, ...bom.components].map(each => each['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    expect(bom.dependencies.map(({ ref }) => ref)).toEqual(refs);
    expect(bom.dependencies.flatMap(each => 'dependsOn' in each ? each.dependsOn : []).filter(ref => !refs.includes(ref!))).toEqual([]);
    // Everything that is bundled comes in through something.
    expect(refs.slice(1).filter(ref => !bom.dependencies.some(each => 'dependsOn' in each && each.dependsOn.includes(ref)))).toEqual([]);
  });
});

describe('the audit', () => {
  const url = 'https://github.com/advisories/GHSA-0';
  const advisory = { id: 1, title: 'It leaks', url, severity: 'low', vulnerable_versions: '<99', cwe: [], cvss: { score: 0 } };

  /** Runs scripts/audit.ts with npm itself, against a registry on this machine that answers all requests for advisories like this. */
  async function audit(answer: unknown): Promise<{ code: number; output: string }> {
    const registry = createServer((request, response) => {
      response.statusCode = request.url!.endsWith('/advisories/bulk') ? 200 : 404;
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>(resolve => registry.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
    const options = { cwd: ROOT, env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', npm_config_cache: folderWith({}) } };
    try {
      return await new Promise(resolve => execFile(process.execPath, ['--import', 'tsx', 'scripts/audit.ts', '--registry', address], options,
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr })));
    } finally {
      registry.close();
    }
  }

  test('fails for an advisory of what is bundled, and names that alone', async () => {
    const found = await audit({ 'tar-stream': [advisory], 'jest': [advisory] });
    expect(found.output.replace(/\d+\.\d+\.\d+/, '0.0.0').split('\n').slice(1)).toEqual([`tar-stream 0.0.0: It leaks (low, <99) ${url}`, '']);
    expect(found.code).toBe(1);
  });

  test('fails when npm says something else, as when the registry does not answer', () => {
    expect(() => advisories(JSON.parse('{ "statusCode": 405 }'), [])).toThrow('npm audit got no answer, so nothing is known: {"statusCode":405}');
  });

  test('does not care for what reaches no user', () => {
    const via = [{ title: 'It leaks', url, severity: 'critical', range: '*' }];
    const vulnerabilities = { jest: { nodes: ['node_modules/jest'], via }, left: { nodes: ['node_modules/left'], via: ['jest'] } };
    expect(advisories({ vulnerabilities }, bundled(project()).packages)).toEqual([]);
  });
});

test('the lock file has a hash for every package, and no other registry than npm\'s', () => {
  const installed = Object.entries(lock).filter(([path, { inBundle }]) => path !== '' && !inBundle);
  expect(installed.length).toBeGreaterThan(100);
  expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  expect(installed.filter(([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))).toEqual([]);
});

test('installing a dependency runs none of its code', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
});

test('the package has licences and bill of materials in it, and nothing that only its build needs', () => {
  const files = ['.jsii', 'LICENSE', 'README.md', 'SECURITY.md', 'THIRD-PARTY-LICENSES', 'assets/cli/index.js', 'assets/lambda/index.js', 'lib/index.js', 'sbom.cdx.json'];
  const others = [
    '.bundle/a.json', '.npmrc', 'API.md', 'CODE_OF_CONDUCT.md', 'cli/index.ts', 'integ-tests/run.ts', 'lambda/handler.ts',
    'projenrc/supply-chain.ts', 'scripts/audit.ts', 'src/index.ts', 'test/a.test.ts',
  ];
  const folder = folderWith(Object.fromEntries([...files, ...others].map(path => [path, 'x'])));
  ['.npmignore', '.gitignore', 'package.json'].forEach(name => copyFileSync(join(ROOT, name), join(folder, name)));
  const [{ files: packed }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }));
  expect(packed.map(({ path }: { path: string }) => path).sort()).toEqual([...files, 'package.json'].sort());
});

const workflows = readdirSync(join(ROOT, '.github/workflows')).sort().map(name => ({ name, text: read(`.github/workflows/${name}`) }));

/** Each job's text by `workflow job`. */
const jobs = Object.fromEntries(workflows.flatMap(({ name, text }) => text.slice(text.indexOf('\njobs:\n')).split(/\n(?= {2}[\w-]+:\n)/).slice(1)
  .map(job => [`${name} ${/^ {2}([\w-]+):/.exec(job)![1]}`, job])));
interface Task { readonly env: Record<string, string>; readonly steps: { readonly exec: string }[] }
const tasks: Record<string, Task> = JSON.parse(read('.projen/tasks.json')).tasks;

test('the library is one file, and what is declared has a source: else run `npx projen compile`', () => {
  const compiled = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' });
  expect(compiled.filter(path => path.endsWith('.js'))).toEqual(['index.js']);
  const declared = compiled.filter(path => path.endsWith('.d.ts'));
  expect(declared.length).toBeGreaterThan(100);
  expect(declared.filter(path => !existsSync(join(ROOT, 'src', path.replace(/\.d\.ts$/, '.ts'))))).toEqual([]);
});

describe('the workflows', () => {
  test('run actions at a commit, with its version beside it', () => {
    const uses = workflows.flatMap(({ text }) => text.split('\n').filter(line => /\buses:/.test(line)));
    expect(uses.length).toBeGreaterThan(40);
    expect(uses.filter(line => !/^ +(- )?uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const references = new Set(uses.map(line => line.replace(/.*uses: /, '')));
    expect(new Set([...references].map(reference => reference.split('@')[0])).size).toBe(references.size);
  });

  test('may do nothing by default', () => {
    expect(workflows.flatMap(({ text }) => text.match(/^permissions:.*$/gm) ?? ['none'])).toEqual(workflows.map(() => 'permissions: {}'));
    expect(workflows.filter(({ text }) => /write-all|permissions: write/.test(text))).toEqual([]);
  });

  test('write only where something is published or pushed', () => {
    const writing = Object.entries(jobs)
      .flatMap(([name, text]) => (text.match(/^ {6}[\w-]+: write$/gm) ?? []).map(permission => `${name}: ${permission.trim()}`));
    expect(writing.sort()).toEqual([
      'build.yml self-mutation: contents: write',
      'release.yml release_github: contents: write',
      'release.yml release_npm: id-token: write',
      'release.yml release_nuget: id-token: write',
      'release.yml release_pypi: id-token: write',
    ]);
  });

  test('publish without tokens wherever a registry allows it, to npm with provenance', () => {
    expect(jobs['release.yml release_npm']).toMatch(/NPM_CONFIG_PROVENANCE: "true"\n +NPM_TRUSTED_PUBLISHER: "true"/);
    expect(jobs['release.yml release_pypi']).toContain('PYPI_TRUSTED_PUBLISHER: "true"');
    expect(jobs['release.yml release_nuget']).toContain('NUGET_TRUSTED_PUBLISHER: "true"');
    expect(['npm', 'pypi', 'nuget'].filter(name => /secrets\.(?!NUGET_USERNAME)/.test(jobs[`release.yml release_${name}`]))).toEqual([]);
    // npm publishes without a token from 11.5 on: Node 24 brings it, Node 22 does not.
    expect(Number(/node-version: (\d+)/.exec(jobs['release.yml release_npm'])![1])).toBeGreaterThanOrEqual(24);
  });

  test('install from the lock file, and publish with a fixed version of the publisher', () => {
    const newest = 'npm install --no-save aws-cdk-lib@latest constructs@latest'; // in a job that may only read
    expect(workflows.filter(({ text }) => /npm install\b/.test(text.replace(newest, ''))).map(({ name }) => name)).toEqual([]);
    expect(jobs['compatibility.yml newest']).toMatch(/permissions:\n {6}contents: read\n(?! {6}\w)[^]*npm install --no-save/);
    const publishers = workflows.flatMap(({ text }) => text.match(/publib@[^']*/g) ?? []);
    expect(publishers).toHaveLength(5);
    expect(publishers.filter(publisher => !/^publib@\d+\.\d+\.\d+$/.test(publisher))).toEqual([]);
  });

  test('audit every pull request, and every day', () => {
    const audit = workflows.find(({ name }) => name === 'audit.yml')!.text;
    expect(audit).toMatch(/pull_request: \{\}\n {2}schedule:\n {4}- cron: \d+ \d+ \* \* \*\n/);
    expect(audit).toContain('run: npx projen audit');
  });

  test.each(['upgrade', 'upgrade-handlers'])('%s to nothing that is younger than a week, every week', task => {
    expect(tasks[task].env.NPM_CONFIG_BEFORE).toContain(`Date.now()-${7 * 24 * 60 * 60 * 1000}`);
    expect(read(`.github/workflows/${task}-main.yml`)).toMatch(/- cron: 0 0 \* \* 1\n/);
  });
});

describe('a release', () => {
  const upgrade = /title: "(fix.*)"/.exec(read('.github/workflows/upgrade-handlers-main.yml'))![1];

  test.each([
    ['feat: sweeps', true], ['fix: a leak', true], ['fix(jobs)!: another default', true], [upgrade, true],
    ['docs: a page', false], ['test: a story', false], ['chore(deps): upgrade dependencies', false],
  ])('is made for %s: %s', (title, expected) => {
    const cwd = folderWith({});
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { cwd, stdio: 'pipe' });
    git('init');
    git('commit', '--allow-empty', '-m', 'feat: the release before');
    git('tag', 'v0.1.0');
    git('commit', '--allow-empty', '-m', title);
    const found = execFileSync('sh', ['-c', tasks['bump:releasable-commits'].steps[0].exec], { cwd, env: { ...process.env, LATEST_TAG: 'v0.1.0' }, encoding: 'utf8' });
    expect(found.includes(title)).toBe(expected);
  });

  test('never gets to 1.0 by itself', () => expect(tasks.release.env.MAJOR).toBe('0'));

  test('is compared with the one before, where every change that breaks is an error unless it is meant', () => {
    expect(jobs['compatibility.yml last-release']).toContain('run: npx projen compat');
    expect(tasks.compat.steps[0].exec).toContain('--error-on=all --ignore-file .compatignore');
  });

  test('is tested at the oldest versions, and at the newest', () => {
    const { devDependencies, peerDependencies, engines } = JSON.parse(read('package.json'));
    const oldest = /\d[\d.]+/.exec(engines.node)![0];
    expect(jobs['compatibility.yml floor']).toMatch(new RegExp(`node-version: ${oldest}\n[^]*npx projen test`));
    expect([`^${devDependencies['aws-cdk-lib']}`, `^${devDependencies.constructs}`]).toEqual([peerDependencies['aws-cdk-lib'], peerDependencies.constructs]);
    expect(jobs['compatibility.yml newest']).toMatch(/aws-cdk-lib@latest[^]*npx projen test/);
  });
});

test('SECURITY.md links to what exists', () => {
  const links = [...read('SECURITY.md').matchAll(/\]\((?!https:)([^)#]+)\)/g)].map(([, path]) => path);
  expect(links.filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
});
