import { execFileSync } from 'child_process';
import { readFileSync, statSync } from 'fs';
import { builtinModules } from 'module';
import { dirname, join } from 'path';

const BUNDLE = join(__dirname, '../assets/lambda/handler/index.js');
const source = readFileSync(BUNDLE, 'utf8');

test('the bundle of the handlers is minified and under 350 KB', () => {
  expect(source.length).toBeLessThan(350_000);
  expect(source.split('\n').length).toBeLessThan(source.length / 1000);
});

/** Which of these texts are in the bundle: not the bundle itself, which nobody wants to see in a failure. */
const found = (texts: string[]) => texts.filter(text => source.includes(text));

test('the whole schema of SageMaker is not in it, only what the handlers call', () => {
  expect(found(['CreateAIRecommendationJob', 'CreateNotebookInstance', 'CreateTrainingJob', 'CreateHyperParameterTuningJob', 'CreateDomain']))
    .toEqual(['CreateAIRecommendationJob']);
});

test('neither is what never runs in Lambda: credentials come from the environment', () => {
  expect(found(['AWS_ACCESS_KEY_ID', 'sso_start_url', 'GetRoleCredentials', 'AssumeRoleWithWebIdentity', 'credential_process']))
    .toEqual(['AWS_ACCESS_KEY_ID']);
});

/** What a file of the bundle takes from outside of it, beside Node itself. */
const requiredBy = (code: string) => [...new Set([...code.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name.replace(/^node:/, '')))]
  .filter(name => !builtinModules.includes(name));

test('it loads with nothing but Node, makes no call, and has the two entries of the provider framework', () => {
  expect(requiredBy(source).sort()).toEqual(['./results', './scaling']);
  const output = execFileSync(process.execPath, ['-e', `console.log(Object.keys(require(${JSON.stringify(BUNDLE)})).sort().join())`], {
    env: {}, cwd: '/', encoding: 'utf8',
  });
  expect(output.trim()).toBe('isComplete,onEvent');
});

describe('what reads the results of benchmarks', () => {
  const results = join(dirname(BUNDLE), 'results.js');

  test('is a file of its own, so that nobody else loads the client of S3', () => {
    expect(found(['ListObjectsV2', 'GetObject'])).toEqual([]);
    expect(statSync(results).size).toBeLessThan(400_000);
  });

  test('lies where the handlers look for it, and needs nothing but Node', () => {
    // The SDK asks for this one only for a way of signing that is used nowhere here.
    expect(requiredBy(readFileSync(results, 'utf8'))).toEqual(['@aws-sdk/signature-v4-crt']);
    const output = execFileSync(process.execPath, ['-e', `console.log(Object.keys(require(${JSON.stringify(results)})).join())`], {
      env: {}, cwd: '/', encoding: 'utf8',
    });
    expect(output.trim()).toBe('readResults');
  });
});

describe('what takes scaling off and puts it back', () => {
  const scaling = join(dirname(BUNDLE), 'scaling.js');

  test('is a file of its own, so that nobody else loads the clients that only it needs', () => {
    expect(found(['DeregisterScalableTarget', 'PutMetricAlarm', 'PutParameter'])).toEqual([]);
    expect(statSync(scaling).size).toBeLessThan(350_000);
  });

  test('lies where the handlers look for it, and needs nothing but Node', () => {
    expect(requiredBy(readFileSync(scaling, 'utf8'))).toEqual([]);
    const output = execFileSync(process.execPath, ['-e', `console.log(Object.keys(require(${JSON.stringify(scaling)})).sort().join())`], {
      env: {}, cwd: '/', encoding: 'utf8',
    });
    expect(output.trim()).toBe('forget,putBack,takeOff');
  });
});
