import { ReleasableCommits, awscdk, javascript } from 'projen';
import { addIssueTemplates, addReleaseChecks } from './projenrc/release';
import { secureWorkflows } from './projenrc/supply-chain';

/** The oldest aws-cdk-lib and constructs that the library works with: the dev dependencies are pinned to exactly these. */
const CDK_FLOOR = '2.257.0';
const CONSTRUCTS_FLOOR = '10.5.1';

/** The AWS SDK, most of which goes into the handlers. */
const SDK = [
  ...['application-auto-scaling', 'cloudformation', 'cloudwatch', 'cloudwatch-logs', 'eventbridge', 'lambda', 's3', 'sagemaker', 'service-quotas', 'sfn', 'ssm'].map(service => `@aws-sdk/client-${service}`),
  '@aws-sdk/credential-provider-env',
];

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-sagemaker-inference',
  description: 'AWS CDK constructs for Amazon SageMaker AI inference recommendations: from a model in S3 to a benchmarked endpoint',
  repositoryUrl: 'https://github.com/cdk-sagemaker-inference/cdk-sagemaker-inference.git',
  author: 'The cdk-sagemaker-inference authors',
  authorAddress: 'authors@cdk-sagemaker-inference.dev',
  authorOrganization: true,
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk-sagemaker-inference authors',
  bin: { 'cdk-sagemaker-inference': 'assets/cli/index.js' },
  keywords: ['aws', 'cdk', 'sagemaker', 'inference', 'recommendation', 'llm', 'gpu', 'benchmark'],
  stability: 'experimental',
  defaultReleaseBranch: 'main',

  cdkVersion: CDK_FLOOR,
  constructsVersion: CONSTRUCTS_FLOOR,
  jsiiVersion: '~6.0.16',
  typescriptVersion: '~5.9.3',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '24.x', // trusted publishing needs npm 11.5, which Node 22 does not bring
  packageManager: javascript.NodePackageManager.NPM,
  npmAccess: javascript.NpmAccess.PUBLIC,
  npmTrustedPublishing: true,
  npmProvenance: true,
  jsiiReleaseVersion: '0.2.1061', // it runs with the right to publish
  buildWorkflowOptions: { mutableInstall: false },
  depsUpgradeOptions: {
    exclude: SDK,
    cooldown: 7, // days in which somebody else finds out that a version was published by a thief
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY },
  },
  bumpPackage: 'commit-and-tag-version@^12',
  majorVersion: 0, // nothing gets to 1.0 by a commit: that is a decision
  releasableCommits: ReleasableCommits.featuresAndFixes(),
  githubOptions: {
    pullRequestLintOptions: { semanticTitleOptions: { types: ['feat', 'fix', 'docs', 'test', 'refactor', 'perf', 'chore'] } },
  },
  allowScripts: ['esbuild', '@swc/core', 'unrs-resolver'], // for whoever lets scripts run: see ignore-scripts below
  projenrcTs: true,
  tsconfigDevFile: 'tsconfig.dev.json',
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,

  publishToPypi: { distName: 'cdk-sagemaker-inference', module: 'cdk_sagemaker_inference', trustedPublishing: true },
  publishToMaven: {
    mavenGroupId: 'io.github.cdksagemakerinference',
    mavenArtifactId: 'cdk-sagemaker-inference',
    javaPackage: 'io.github.cdksagemakerinference',
    mavenServerId: 'central-ossrh',
  },
  publishToNuget: { dotNetNamespace: 'CdkSageMakerInference', packageId: 'CdkSageMakerInference', trustedPublishing: true },
  publishToGo: { moduleName: 'github.com/cdk-sagemaker-inference/cdk-sagemaker-inference-go', packageName: 'cdksagemakerinference' },

  devDeps: [
    'aws-cdk@2.1148.1',
    '@aws-cdk/aws-service-spec@0.1.216',
    ...SDK.map(name => `${name}@^3.972.84`),
    '@cdklabs/cdk-validator-cfnguard@0.0.62',
    '@swc/core@1.16.18',
    'cdk-nag@3.0.2',
    '@swc/jest@^0.2.39',
    'jest-runtime@^30',
    'esbuild@^0.28.2',
    'eslint-plugin-awscdk@^4.2.1',
    'fast-check@^4',
    'rolldown@1.2.19',
    'listr2@^9.0.5',
    'cli-table3@^0.6.5',
    'commander@^14',
    'log-update@^6.1.0',
    'vega@^6',
    'vega-lite@^6',
    'playwright-core@^1',
    '@sparticuz/chromium@^143', // the last for Node.js 20
    'tar-stream@3.1.7',
    '@types/tar-stream@^3',
    'tsx@^4',
    'jsii-rosetta@~6.0.17',
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    'pyodide@314.0.7',
    'remark-cli@^12.0.1',
    'remark-validate-links@^13.1.0',
  ],

  jest: true,
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    configFilePath: 'jest.config.json',
    jestConfig: {
      moduleNameMapper: {
        '^cdk-sagemaker-inference$': '<rootDir>/src',
        '^(\\.\\.?/.*)\\.js$': '$1', // as import() has to write it
      },
      testEnvironment: 'node',
      runtime: '<rootDir>/test/runtime.js',
      clearMocks: true,
      collectCoverage: false,
      roots: ['<rootDir>/test'],
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      maxWorkers: '100%', // the sandbox's processes wait for each other more than they compute
      testTimeout: 600_000, // for what hangs: what is only slow, on whatever machine, is no failure
      transform: {
        '^.+\\.[t]sx?$': new javascript.Transform('@swc/jest', {
          jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true } },
        }),
      },
      watchPathIgnorePatterns: ['/node_modules/', '<rootDir>/cdk.out', '<rootDir>/assets'],
    },
  },
  tsconfigDev: {
    compilerOptions: { target: 'ES2022', lib: ['es2022'], skipLibCheck: true, esModuleInterop: true, experimentalDecorators: true, resolveJsonModule: true, paths: { 'cdk-sagemaker-inference': ['./src'] }, noUnusedLocals: true },
    include: ['benchmark/*.ts', 'cli/**/*.ts', 'lambda/**/*.ts', 'sandbox/**/*.ts', 'examples/**/*.ts', 'integ-tests/**/*.ts', 'scripts/**/*.ts'],
  },
  eslintOptions: { tsconfigPath: './tsconfig.dev.json', dirs: ['src'], devdirs: ['benchmark', 'cli', 'lambda', 'test', 'sandbox', 'examples', 'integ-tests', 'scripts', '.projenrc.ts'], prettier: false },
  gitignore: [
    '/integ-tests/cdk-integ.out.*', '/integ-tests/*.snapshot/asset.*', '/integ-tests/*.snapshot/*.metadata.json', '/integ-tests/*.snapshot/tree.json',
    'cdk.out', '.bundle', 'sbom.cdx.json', '.jsii.tabl.json', '.sandbox', '/assets', '.DS_Store', 'test-reports', 'coverage',
  ],
  npmIgnoreOptions: { ignorePatterns: ['/sandbox', '/cli', '/lambda', '/examples', '/integ-tests', '/benchmark', '/scripts', '/.ci', '/docs', '/cdk.json', '/jest.config.json', '/rosetta', '/API.md', '/CONTRIBUTING.md', '/CODE_OF_CONDUCT.md', '/.jsii.tabl.json', '/cdk.out', '.sandbox', '/.bundle', '!/sbom.cdx.json'] },
  pullRequestTemplate: false,
  docgen: true,
});

// Native packages (rolldown among them) are pinned to versions whose binaries are all published: npm leaves one that it cannot find out of the lock file, and
// `npm ci` then refuses that lock file.
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });

// The CDK's own rules for the public constructs, beside projen's for everything.
project.eslint!.addPlugins('awscdk');
project.eslint!.addOverride({
  files: ['src/**/*.ts'],
  rules: {
    'awscdk/no-construct-in-interface': 'error',
    'awscdk/no-construct-stack-suffix': 'error',
    'awscdk/no-import-private': 'off', // src/private is where the folders share what is not exported
    'awscdk/no-mutable-property-of-props-interface': 'error',
    'awscdk/no-mutable-public-property-of-construct': 'error',
    'awscdk/no-parent-name-construct-id-match': 'error',
    'awscdk/no-unused-props': 'error',
    'awscdk/pascal-case-construct-id': 'error',
    'awscdk/prefer-grants-property': 'error',
    'awscdk/props-name-convention': 'error',
    'awscdk/require-jsdoc': 'error',
    'awscdk/require-props-default-doc': 'error',
  },
});
project.eslint!.addOverride({
  files: ['src/private/**/*.ts', 'src/*/private/**/*.ts'],
  rules: { 'awscdk/require-jsdoc': 'off', 'awscdk/require-props-default-doc': 'off' },
});
// The benchmarks have dependencies of their own.
project.eslint!.addOverride({
  files: ['benchmark/*.ts'],
  rules: { 'import/no-extraneous-dependencies': ['error', { devDependencies: true, packageDir: ['.', './benchmark'] }] },
});
// One project for all files: the one that jsii writes holds src alone.
project.eslint!.config.parserOptions = { ecmaVersion: 2022, sourceType: 'module', project: './tsconfig.dev.json' };
project.tsconfigDev.addInclude('.projenrc.ts');

// jsii prints a banner for Node 20 on every call; the floor of the build is tested, so the banner says nothing new.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

// The code of the handlers and of the command, in files that are loaded when they are needed.
const bundleTask = project.addTask('bundle', {
  description: 'Bundle the handlers and the command into assets/',
  env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' },
  exec: 'node --import tsx scripts/bundle.ts',
});
project.preCompileTask.spawn(bundleTask);

// The library is one file, so that an app loads it fast: half the time to load it was that for finding the same modules of aws-cdk-lib from 150 files.
project.compileTask.exec('esbuild lib/index.js --bundle --packages=external --platform=node --target=node20 --outfile=lib/index.js --allow-overwrite --log-level=warning');
project.compileTask.exec("find lib -name '*.js' ! -path lib/index.js -delete");
project.compileTask.exec('node --import tsx scripts/assembly.ts', { env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' } });

// What is published of others' code: the licences are committed, so that a review shows a new one, and a test fails while they are out of
// date. The bill of materials has the version in it, so it is made with each release.
// What was compiled from a source that is gone must not be packed.
project.preCompileTask.prependExec('rm -rf lib tsconfig.tsbuildinfo');
project.preCompileTask.spawn(project.addTask('third-party', {
  description: 'Write THIRD-PARTY-LICENSES and sbom.cdx.json: whose code is inside what was bundled',
  env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' },
  exec: 'node --import tsx scripts/third-party.ts',
}));
project.upgradeWorkflow!.postUpgradeTask.spawn(project.preCompileTask);
// What the service has learnt is for a review to see: the tests fail until it has a prop.
project.upgradeWorkflow!.postUpgradeTask.exec('projen api-coverage || true');

// Code of a dependency runs when it is called, not because it was installed.
project.npmrc.addConfig('ignore-scripts', 'true');
addReleaseChecks(project, SDK);
addIssueTemplates(project);
secureWorkflows(project);

// `npm test` in a fresh clone: the tests read the handlers and the assembly, and what jest's transformer does not look at (types) is checked.
project.testTask.prependSpawn(project.compileTask);
project.testTask.prependSpawn(bundleTask);
// README and docstrings are code too: their examples must compile. The README comes from the assembly.
project.testTask.spawn(project.addTask('examples', {
  description: 'Compile the examples in README and docstrings, as they are in the assembly',
  exec: 'jsii-rosetta extract --strict',
}));
// So that the packages of other languages have examples in their language. The tablet is not published.
for (const language of ['python', 'java', 'dotnet', 'go']) {
  project.tasks.tryFind(`package:${language}`)!.prependExec('jsii-rosetta extract');
}
project.testTask.spawn(project.addTask('links', {
  description: 'Look for links that lead nowhere, in all pages and between them',
  exec: 'remark --quiet --frail --use remark-validate-links=repository:false README.md CHANGELOG.md CODE_OF_CONDUCT.md CONTRIBUTING.md SECURITY.md docs examples integ-tests',
}));
const typecheck = project.addTask('typecheck', { description: 'Check the types of everything that jsii does not compile', exec: 'tsc --noEmit -p tsconfig.dev.json' });
project.testTask.spawn(typecheck);

project.addTask('api-coverage', {
  description: 'Write docs/api-coverage.md: which prop reaches each member of the SDK\'s requests',
  env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' },
  exec: 'node --import tsx scripts/api-coverage.ts',
});

project.addTask('soak', {
  description: 'Random lives of stacks in the sandbox, with everything going wrong that can: -- --lives N --seed N',
  env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json', NODE_NO_WARNINGS: '1' },
  steps: [{ spawn: bundleTask.name }, { exec: 'node --import tsx test/soak/run.ts', receiveArgs: true }],
});

const integ = (name: string, description: string, file: string) => project.addTask(name, {
  description,
  env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json', NODE_NO_WARNINGS: '1' },
  steps: [{ spawn: bundleTask.name }, { exec: `node --import tsx integ-tests/${file}.ts`, receiveArgs: true }],
});
integ('integ', 'Run the integration tests in a sandbox account: says what they cost, and asks', 'run');
integ('integ:setup', 'Make what the integration tests need in an account: says what it costs, and asks', 'setup');
integ('integ:teardown', 'Remove it, and look whether anything is left', 'teardown');
integ('integ:snapshot', 'Write the snapshots of the integration tests, without an account; -- --check compares', 'snapshot');

project.addTask('bench', {
  description: 'Measure the library side by side with its peers, and write docs/performance.md: -- --only import,handlers',
  env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json', NODE_NO_WARNINGS: '1' },
  steps: [
    { spawn: bundleTask.name },
    { spawn: project.compileTask.name },
    { exec: 'npm ci --prefix benchmark --no-audit --no-fund' },
    { exec: 'node --import tsx benchmark/run.ts', receiveArgs: true },
  ],
});

project.addTask('demo', {
  description: 'Deploy examples/chat-endpoint on this machine, update it and destroy it',
  env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' },
  steps: [{ spawn: bundleTask.name }, { exec: 'node --import tsx sandbox/demo.ts', receiveArgs: true }],
});

project.synth();
