import { execFile } from 'child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { readAssembly } from './assembly';
import { DECLARES, Language, membersInTypeScript, Mention, plain, READERS, Sources } from './mentions';
import { explains, Explanation } from './rules';
import * as cdkJson from '../../cdk.json';
import * as packageJson from '../../package.json';

const ROOT = join(__dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/chat-endpoint');
const { targets } = packageJson.jsii;

const directory = mkdtempSync(join(tmpdir(), 'languages-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A script of this repository or of a package, with the settings that its tasks have. */
async function run(args: string[]): Promise<string> {
  const env = { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
  return (await promisify(execFile)(process.execPath, args, { cwd: ROOT, env })).stdout;
}

/** All text files in a folder, by path. */
function filesIn(folder: string, endings: RegExp): Sources {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => endings.test(path));
  return new Map(paths.sort().map(path => [path, readFileSync(join(folder, path), 'utf8')]));
}

// Everything at once: most of the time goes into reading the assemblies and packing the library, which each package contains.
beforeAll(() => run([require.resolve('jsii-pacmak/bin/jsii-pacmak'), '--code-only', '--no-npmignore', '--outdir', directory, ROOT]));

const generated = (language: Language) => cache[language] ??= filesIn(join(directory, FOLDERS[language]), /\.(py|java|cs|go)$/);
const cache: { [language in Language]?: Sources } = {};
const FOLDERS: Record<Language, string> = { python: 'python', java: 'java', csharp: 'dotnet', go: 'go' };

describe('the package for', () => {
  const name = packageJson.name;

  test.each<[string, string, RegExp, string[]]>([
    ['JavaScript', 'js', /\.tgz$/, []],
    ['Python', 'python', /setup\.py$/, [`"name": "${name}"`, '"packages": [\n        "cdk_sagemaker_inference",']],
    ['Java', 'java', /pom\.xml$/, ['<groupId>io.github.cdksagemakerinference</groupId>\n  <artifactId>cdk-sagemaker-inference</artifactId>']],
    ['.NET', 'dotnet', /\.csproj$/, ['<PackageId>CdkSageMakerInference</PackageId>']],
    ['Go', 'go', /go\.mod$/, ['module github.com/cdk-sagemaker-inference/cdk-sagemaker-inference-go/cdksagemakerinference\n']],
  ])('%s is generated, under its name', (_, folder, manifest, contents) => {
    const files = [...filesIn(join(directory, folder), manifest).values()];
    expect(files).toHaveLength(1);
    contents.forEach(content => expect(files[0]).toContain(content));
  });

  test('Python has no script for the command, which is npm\'s', () => {
    expect(Object.keys(packageJson.bin)).toEqual([name]);
    expect(readAssembly(ROOT)).not.toHaveProperty('bin');
    const [setup] = [...filesIn(join(directory, 'python'), /setup\.py$/).values()];
    expect(setup).toContain('"scripts": []');
  });

  test.each<[Language, string, RegExp]>([
    ['python', 'cdk_sagemaker_inference/__init__.py', /^class AiWorkloadConfig\(/m],
    ['java', 'io/github/cdksagemakerinference/AiWorkloadConfig.java', /^package io\.github\.cdksagemakerinference;$/m],
    ['csharp', 'AiWorkloadConfig.cs', /^namespace CdkSageMakerInference$/m],
    ['go', 'AiWorkloadConfig.go', /^package cdksagemakerinference$/m],
  ])('%s has its classes where users look for them', (language, path, line) => {
    const found = [...generated(language)].filter(([each]) => `/${each}`.endsWith(`/${path}`)).map(([, text]) => text);
    expect(found).toEqual([expect.stringMatching(line)]);
  });

  // Each method and the constants of each class must be below 64 KB of byte code. Nothing is near that while no file is too long to look at.
  test('Java has no class that is too large', () => {
    const sizes = [...generated('java')].map(([path, text]) => ({ path, size: text.length }));
    expect(sizes.length).toBeGreaterThan(100);
    expect(sizes.filter(({ size }) => size > 250_000)).toEqual([]);
  });
});

describe('names', () => {
  const RENAMED = 'a constant has one name in all languages';
  const explanations: Explanation[] = [
    { rule: RENAMED, where: 'GpuInstanceType.*', why: 'G6_24_XLARGE: as the CDK\'s own constants of instance types for SageMaker' },
  ];

  // jsii writes constants of classes (not those of enums) anew in Python and Java, and begins a word behind each digit. Its translation of
  // examples does not, so that what the documentation of those packages shows would not run.
  test('constants have the same name in all languages, or it is explained', () => {
    const constants = Object.values(readAssembly(ROOT).types).flatMap(type => (type.properties ?? []).filter(property => property.static)
      .map(property => ({ type: type.name, member: property.name })));
    expect(constants.length).toBeGreaterThan(100);
    for (const language of ['python', 'java', 'csharp', 'go'] as const) {
      const sources = generated(language);
      const renamed = constants.filter(constant => !DECLARES[language](sources, constant))
        .map(({ type, member }) => ({ rule: RENAMED, where: `${type}.${member}` }));
      expect(renamed.filter(each => !explanations.some(explanation => explains(explanation, each)))).toEqual([]);
      expect(explanations.filter(explanation => !renamed.some(each => explains(explanation, each))))
        .toEqual(['python', 'java'].includes(language) ? [] : explanations);
    }
  });
});

test('CPython compiles the modules of the package and of the example', async () => {
  const wrong = { 'syntax.py': 'def f(:\n', 'warning.py': 'x = "\\d"\n', 'new.py': 'type X = int\n' };
  Object.entries(wrong).forEach(([name, text]) => writeFileSync(join(directory, name), text));
  const modules = [...generated('python').keys()].map(path => join(directory, 'python', path))
    .concat([...filesIn(join(EXAMPLE, 'python'), /\.py$/).keys()].map(path => join(EXAMPLE, 'python', path)));
  expect(modules.length).toBeGreaterThanOrEqual(4);
  modules.push(...Object.keys(wrong).map(name => join(directory, name)));
  expect(JSON.parse(await run(['--import', 'tsx', join(__dirname, 'byte-compile.ts'), ...modules]))).toEqual({
    [join(directory, 'syntax.py')]: expect.stringContaining('invalid syntax'),
    [join(directory, 'warning.py')]: expect.stringContaining('invalid escape sequence'),
    [join(directory, 'new.py')]: expect.stringContaining('3.12'),
  });
});

describe.each<[Language, RegExp, string, string[]]>([
  ['python', /\.py$/, 'requirements.txt', [targets.python.distName]],
  ['java', /\.java$/, 'pom.xml', [`<groupId>${targets.java.maven.groupId}</groupId>`, `<artifactId>${targets.java.maven.artifactId}</artifactId>`]],
  ['csharp', /\.cs$/, 'ChatEndpoint.csproj', [`Include="${targets.dotnet.packageId}"`]],
  ['go', /\.go$/, 'go.mod', [`${targets.go.moduleName}/${targets.go.packageName} `]],
])('examples/chat-endpoint in %s', (language, sources, manifest, packageNames) => {
  const texts = [...filesIn(join(EXAMPLE, language), sources).values()];
  const mentioned = (text: string) => READERS[language](text);
  const unknown = (text: string) => mentioned(text).filter(mention => !DECLARES[language](generated(language), mention));

  test('uses only what the package has', () => {
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.flatMap(unknown)).toEqual([]);
  });

  test('uses the same as the TypeScript app', () => {
    const typescript = [...membersInTypeScript(readFileSync(join(EXAMPLE, 'chat-endpoint-stack.ts'), 'utf8'))].map(plain);
    expect(typescript.length).toBeGreaterThan(20);
    const used = new Set(texts.flatMap(mentioned).map(({ member }) => plain(member)));
    expect(typescript.filter(member => !used.has(member))).toEqual([]);
  });

  // The test of the tests above: each name that is used is looked at.
  test('would be found wrong after any renaming', () => {
    const api = generated(language);
    const [text] = texts.filter(each => mentioned(each).length > 0);
    const same = (a: Mention, b: Mention) => a.type === b.type && a.member === b.member;
    for (const mention of mentioned(text)) {
      expect(DECLARES[language](api, { ...mention, member: `${mention.member}s` })).toBe(false);
      const name = new RegExp(`\\b(${mention.type}_|New)?${mention.member}\\b`, 'g');
      const renamed = new Map([...api].map(([path, source]) => [path, source.replace(name, '$1renamed')]));
      expect(mentioned(text).filter(each => !DECLARES[language](renamed, each)).some(each => same(each, mention))).toBe(true);
    }
  });

  test('names the published package, the oldest CDK that it works with, and the settings of the TypeScript app', () => {
    const text = readFileSync(join(EXAMPLE, language, manifest), 'utf8');
    const floors = Object.values(packageJson.peerDependencies).map(range => range.replace('^', ''));
    [...packageNames, ...floors].forEach(part => expect(text).toContain(part));
    expect(JSON.parse(readFileSync(join(EXAMPLE, language, 'cdk.json'), 'utf8')).context).toEqual(cdkJson.context);
  });
});
