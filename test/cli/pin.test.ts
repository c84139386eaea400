import { App, Stack } from 'aws-cdk-lib';
import { Account } from './account';
import { pin } from '../../cli/pin';
import { KINDS } from '../../lambda/kinds';
import { choose } from '../../lambda/selection/choose';
import { asLongAsAllowed, defaultRecommendations, REQUEST } from '../../sandbox/sagemaker/fixtures';
import { PinnedRecommendation } from '../../src';
import { OPTIMIZED_JOB, REAL, REAL_JOB, RECOMMENDER_JOB, WITH_ADAPTERS } from '../lambda/selection/sample';

let account: Account;
let written: { out: string; err: string };
beforeEach(() => {
  account = new Account();
  written = { out: '', err: '' };
  jest.spyOn(process.stdout, 'write').mockImplementation(text => { written.out += text; return true; });
  jest.spyOn(process.stderr, 'write').mockImplementation(text => { written.err += text; return true; });
});
afterEach(() => { jest.restoreAllMocks(); });

async function pinned(job: string, spec?: string): Promise<string> {
  written.out = '';
  expect(await pin(account, job, { spec })).toBe(0);
  return written.out;
}

/** What a deployment of a text hands to the handlers, and which candidate they take of it. */
function deployedFrom(text: string) {
  const source = PinnedRecommendation.fromText(text);
  const { jobType, pinned: answer } = source.bindRecommendation(new Stack(new App(), 'Stack'));
  return { jobType, jobName: source.jobName, candidate: choose(KINDS.get(jobType)!.job!.candidates!(JSON.parse(answer!)), 'the job') };
}

function recommendation(Recommendations: unknown[], more: object = {}): void {
  account.job('AIRecommendationJob', 'rec-job-example', { ...REAL_JOB, Recommendations, CreationTime: new Date(), ...more });
}

const TWO = [REAL, { ...REAL, ModelDetails: { ...REAL.ModelDetails, InferenceSpecificationName: 'second' } }];

test.each([
  ['a recommendation job', 'AIRecommendationJob', 'rec-job-example', REAL_JOB],
  ['one with adapters', 'AIRecommendationJob', 'adapters', { ...REAL_JOB, Recommendations: [{ ...WITH_ADAPTERS, ModelDetails: REAL.ModelDetails }] }],
  ['Inference Recommender', 'InferenceRecommendationsJob', 'resnet', RECOMMENDER_JOB],
  ['an optimization job', 'OptimizationJob', 'awq', OPTIMIZED_JOB],
])('what is pinned of %s deploys what the job itself does', async (_, type, name, answer) => {
  account.job(type, name, { ...answer, CreationTime: new Date(), InternalNumber: NaN });
  const text = await pinned(name);
  const whole = choose(KINDS.get(type)!.job!.candidates!(answer), 'the job');
  expect(deployedFrom(text)).toEqual({ jobType: type, jobName: name, candidate: whole });
  expect(PinnedRecommendation.fromText(text).bindRecommendation(new Stack(new App(), 'A')).pinned)
    .toBe(PinnedRecommendation.fromText(JSON.stringify(answer)).bindRecommendation(new Stack(new App(), 'B')).pinned);
  expect(written.err).toBe('');
});

test('the text is sorted, line by line, ends with a newline, and has nothing that changes without another result', async () => {
  recommendation([REAL]);
  const text = await pinned('rec-job-example');
  recommendation([Object.fromEntries(Object.entries(REAL).reverse())], { CreationTime: new Date(0), EndTime: new Date(1), Tags: [], RoleArn: 'other' });
  expect(await pinned('rec-job-example')).toBe(text);
  expect(text.endsWith('}\n')).toBe(true);
  expect(Object.keys(JSON.parse(text))).toEqual(['AIRecommendationJobName', 'AIRecommendationJobStatus', 'Recommendations']);
  expect(text).toContain('"Value": "1893.21"');
  expect(text).not.toContain('OptimizationDetails');
});

describe('--spec', () => {
  test('keeps that inference specification', async () => {
    recommendation(TWO);
    expect(deployedFrom(await pinned('rec-job-example', 'second')).candidate.inferenceSpecificationName).toBe('second');
    expect(JSON.parse(written.out).Recommendations).toHaveLength(1);
  });

  test('with another name is an error that lists those that there are', async () => {
    recommendation(TWO);
    await expect(pin(account, 'rec-job-example', { spec: 'third' })).rejects.toThrow('has no inference specification third, only high-otps-on-g6-24xlarge, second');
  });

  test('is of no use with an optimization job', async () => {
    account.job('OptimizationJob', 'awq', OPTIMIZED_JOB);
    await expect(pin(account, 'awq', { spec: 'x' })).rejects.toThrow('leave --spec out');
  });
});

describe('an error', () => {
  test.each([
    ['runs', { AIRecommendationJobStatus: 'InProgress' }, 'is InProgress, and only the result of a completed one can be pinned'],
    ['failed', { AIRecommendationJobStatus: 'Failed', FailureReason: 'no capacity' }, 'can be pinned: no capacity'],
    ['found nothing', { Recommendations: [] }, 'completed without any recommendation'],
    ['found nothing that can be deployed', { Recommendations: [{ ModelDetails: {} }] }, 'it has neither a model package nor an image'],
    ['answers something else', { Recommendations: [{ ...REAL, DeploymentConfiguration: { InstanceCount: 'one' } }] }, 'must be a number'],
  ])('for a job that %s', async (_, answer, message) => {
    recommendation([REAL], answer);
    await expect(pin(account, 'rec-job-example', {})).rejects.toThrow(message);
    expect(written.out).toBe('');
  });

  test('for a job whose result is nothing to deploy', async () => {
    await account.benchmark('bench', undefined);
    await expect(pin(account, 'bench', {})).rejects.toThrow('finds nothing that can be deployed');
  });

  test('for a name that several jobs have', async () => {
    recommendation([REAL]);
    account.job('OptimizationJob', 'rec-job-example', OPTIMIZED_JOB);
    await expect(pin(account, 'rec-job-example', {})).rejects.toThrow('give its ARN');
  });

  test('for what no deployment takes', async () => {
    recommendation([...asLongAsAllowed(), ...defaultRecommendations(REQUEST)]);
    await expect(pin(account, 'rec-job-example', {})).rejects.toThrow(/take \d{6} characters, and 65536 can be deployed: choose one by --spec/);
    await pinned('rec-job-example', 'high-otps-on-g6-24xlarge');
  });
});

test('a secret in the environment is part of what is deployed, and is said', async () => {
  recommendation([{ ...REAL, DeploymentConfiguration: { ...REAL.DeploymentConfiguration, EnvironmentVariables: { HF_TOKEN: 'the-secret' } } }]);
  expect(await pinned('rec-job-example')).toContain('the-secret');
  expect(written.err).toContain('HF_TOKEN');
  expect(written.err).not.toContain('the-secret');
});
