import { execFileSync } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import { builtinModules } from 'module';
import { join } from 'path';

const HANDLER = join(__dirname, '../assets/lambda/handler');
const sources = Object.fromEntries(readdirSync(HANDLER).map(name => [name, readFileSync(join(HANDLER, name), 'utf8')]));

/** Runs code in a process of its own, which knows nothing but the handlers' folder. Its last line is what the code answers. */
const run = (code: string) => JSON.parse(execFileSync(process.execPath, ['-e', `(async () => console.log(JSON.stringify(await (async () => {${code}})())))()`], {
  // Nothing listens there: a call that is made fails at once.
  env: { HANDLER, AWS_REGION: 'us-west-2', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
  cwd: '/',
  encoding: 'utf8',
}).trim().split('\n').at(-1)!);
const LOADED = 'Object.keys(require.cache).map(path => require("path").basename(path))';

/** What a process has loaded of the handlers after this code: the names of the files. */
const loadedBy = (code: string): string[] => run(`require(process.env.HANDLER); ${code}; return ${LOADED};`);
const bytes = (names: string[]) => names.reduce((total, name) => total + Buffer.byteLength(sources[name]), 0);

/** Which of these texts are in files: not the files themselves, which nobody wants to see in a failure. */
const found = (names: string[], texts: string[]) => texts.filter(text => names.some(name => sources[name].includes(text)));
const all = Object.keys(sources);
const first = loadedBy('');

describe('the code of the handlers', () => {
  test('is minified, and so small that it loads fast', () => {
    expect(bytes(first)).toBeLessThan(235_000);
    expect(bytes(all)).toBeLessThan(600_000);
    expect(all.filter(name => sources[name].split('\n').length > 100)).toEqual([]);
  });

  test('loads with nothing but Node, makes no call, and has the two entries of the provider framework', () => {
    const required = all.flatMap(name => [...sources[name].matchAll(/require\("([^"]+)"\)/g)].map(([, path]) => path.replace(/^node:/, '')));
    const elsewhere = [...new Set(required)].filter(path => !builtinModules.includes(path) && !(path.replace('./', '') in sources));
    // The SDK asks for this one only for a way of signing that is used nowhere here.
    expect(elsewhere).toEqual(['@aws-sdk/signature-v4-crt']);
    expect(run('return Object.keys(require(process.env.HANDLER)).sort();')).toEqual(['isComplete', 'onEvent']);
  });

  test('holds none of SageMaker but what the handlers call', () => {
    expect(found(all, ['CreateAIRecommendationJob', 'CreateNotebookInstance', 'CreateTrainingJob', 'CreateHyperParameterTuningJob', 'CreateDomain']))
      .toEqual(['CreateAIRecommendationJob']);
  });

  test('holds nothing that never runs in Lambda: credentials come from the environment, and nothing streams events', () => {
    expect(found(all, [
      'AWS_ACCESS_KEY_ID', 'sso_start_url', 'GetRoleCredentials', 'AssumeRoleWithWebIdentity', 'credential_process', 'bowser', ':message-type', 'getUnmarshalledStream',
    ])).toEqual(['AWS_ACCESS_KEY_ID']);
  });
});

describe('loaded only when it is asked for', () => {
  test.each([
    ['what speaks to CloudFormation', ['DescribeStacks', 'AwsQueryProtocol']],
    ['what reads the results of benchmarks', ['ListObjectsV2', 'GetObject']],
    ['what takes scaling off and puts it back', ['DeregisterScalableTarget', 'PutMetricAlarm', 'PutParameter']],
    ['what deploys', ['CreateEndpointConfigCommand', 'the endpoint would not fit']],
    ['what removes model packages', ['DeleteModelPackageGroup']],
    ['what says that a job has ended', ['PutEvents', 'SageMaker Inference Job Ended']],
  ])('is %s', (_, texts) => {
    // Schemas of SageMaker are in one file, whoever uses them.
    const handlers = first.filter(name => !sources[name].includes('CreateAIRecommendationJobRequest'));
    expect(found(handlers, texts)).toEqual([]);
  });

  test.each([
    ['a deployment', 'RecommendationDeployment', 'deployment-'],
    ['the check of a benchmark', 'BenchmarkResult', 'benchmark-result-'],
    ['the check of an endpoint', 'EndpointCheck', 'endpoint-check-'],
    ['the check of an inference component', 'InferenceComponentCheck', 'component-check-'],
    ['the sharing of model packages', 'ModelPackageSharing', 'sharing-'],
  ])('and found then: %s', (_, type, prefix) => {
    const event = {
      RequestType: 'Delete',
      RequestId: '1',
      StackId: 'arn:aws:cloudformation:us-west-2:111122223333:stack/S/1',
      ResourceType: `Custom::SageMaker${type}`,
      LogicalResourceId: 'L',
      PhysicalResourceId: 'p',
      ResourceProperties: {},
      Plan: { started: 0, deadline: 0 },
    };
    const loaded = loadedBy(`await require(process.env.HANDLER).isComplete(${JSON.stringify(event)}).catch(() => {})`);
    expect(loaded.filter(name => name.startsWith(prefix))).toHaveLength(1);
    expect(first.filter(name => name.startsWith(prefix))).toEqual([]);
  });
});
