import { execFileSync } from 'child_process';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addJobs, deploy, ENV } from '../benchmark/app';
import { Sandbox } from '../sandbox';
import { InProcess } from '../sandbox/runtime';

/*
 * What `npm run bench` measures with a clock depends on the machine. What can be counted is kept here.
 */

test('loading the library loads one file of it, and no service of aws-cdk-lib but the one whose class it extends', () => {
  const code = `const cdk = require('aws-cdk-lib'); new cdk.Stack(new cdk.App({ analyticsReporting: false }), 'Stack');
    const before = new Set(Object.keys(require.cache)); require('.');
    console.log(JSON.stringify(Object.keys(require.cache).filter(path => !before.has(path)).map(path => path.replace(/.*node_modules./, ''))));`;
  const root = join(__dirname, '..');
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8' }));
  const apartFromCore = loaded.map(path => path.replace(`${root}/`, '')).filter(path => !path.startsWith('aws-cdk-lib/core/'));
  expect(apartFromCore.sort()).toEqual([
    'aws-cdk-lib/aws-applicationautoscaling/index.js',
    'aws-cdk-lib/aws-applicationautoscaling/lib/base-scalable-attribute.js',
    'aws-cdk-lib/aws-applicationautoscaling/lib/index.js',
    'lib/index.js',
  ]);
});

const HOUR = 3_600_000;

test('a further job is eleven resources: the job, eight laps of its wait, a role and its policy', () => {
  const resources = (...ids: string[]) => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    addJobs(stack, ids, { optimizeModel: false });
    return Object.values(Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
  };
  const one = resources('A');
  expect(resources('A', 'B', 'C').length - one.length).toBe(2 * 11);
  expect(one.filter(type => type === 'Custom::SageMakerJobWait')).toHaveLength(8);
  expect(one).toHaveLength(17 + 1 + 11);
});

test('an hour of waiting is 120 Describe calls, ten for the rest, and little more than an hour', async () => {
  const environments = new InProcess();
  const sandbox = await Sandbox.start({ environments, scenario: { recommendation: () => ({ duration: HOUR }) } });
  try {
    const start = sandbox.clock.now();
    const [status] = await deploy(sandbox, { Stack: stack => addJobs(stack, ['A'], { optimizeModel: false }) });
    expect(status).toBe('CREATE_COMPLETE');
    expect(sandbox.journal.calls.filter(({ operation }) => operation === 'DescribeAIRecommendationJob').length).toBeLessThanOrEqual(130);
    expect((sandbox.clock.now() - start) / HOUR).toBeLessThan(1.06);
  } finally {
    await sandbox.stop();
    await environments.end();
  }
});
