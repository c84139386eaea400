import { event, properties } from './fixture';
import { deploymentName, modelName, modelNames } from '../../../lambda/deployment/names';
import { wantedOf } from '../../../lambda/deployment/properties';
import type { Properties } from '../../../lambda/event';

const nameOf = (given: Properties) => deploymentName(event(given));
const FULL = properties([{ Selection: { Index: '2' }, Fallback: '1', Concurrency: '10' }, {}], {
  Hosting: 'InferenceComponents', Endpoint: { KmsKeyId: 'key' }, Hardware: { 'ml.new.xlarge': { Accelerators: '2', MemoryInGiB: '32' } },
});

// FROZEN: another name is another deployment, and a rollback may run an older version of the handlers.
test('the names of deployments stay what they are', () => {
  expect(nameOf(properties())).toBe('Chat-EndpointDeploymentC4E1FB8B-cf9e9d7a89721535');
  expect(nameOf(FULL)).toBe('Chat-EndpointDeploymentC4E1FB8B-399234d0b31fd33c');
});

test.each<[string, Properties]>([
  ['the workload\'s concurrency', properties([{ Concurrency: '10' }])],
  ['approval', { ...properties(), Approval: [{ Setting: 'Required' }] }],
  ['tags', { ...properties(), Tags: [{ Key: 'team', Value: 'a' }] }],
  ['revisions of jobs of other stacks', { ...properties(), SourceRevisions: ['1'] }],
  ['figures of a dashboard', { ...properties(), Figures: ['RequestLatency.p90'] }],
  ['the endpoint\'s name', { ...properties(), EndpointName: 'other' }],
])('%s are no part of the name', (_, given) => {
  expect(nameOf(given)).toBe(nameOf(properties()));
});

test('a job that was made here counts by its inputs, not by its prefix and run; any other by its name', () => {
  const from = (JobName: string) => nameOf(properties([{ Source: { JobType: 'AIRecommendationJob', JobName } }]));
  expect(from('nightly-0123456789abcdef')).toBe(from('Chat-Recommendation-0123456789abcdef-r2'));
  expect(from('nightly-0123456789abcdef')).not.toBe(from('nightly-0123456789abcde0'));
  expect(from('nightly')).not.toBe(from('nightly-r2'));
});

test.each<[string, Properties]>([
  ['role', { ...properties(), ExecutionRoleArn: 'other' }],
  ['hosting', { ...properties(), Hosting: 'InferenceComponents' }],
  ['another model', properties([{}, {}])],
  ['an option', properties([{ Options: { InstanceType: 'ml.g5.xlarge' } }])],
  ['a member of the endpoint configuration', { ...properties(), Endpoint: { KmsKeyId: 'key' } }],
  ['hardware', { ...properties(), Hardware: { 'ml.new.xlarge': { Accelerators: '2' } } }],
])('%s is part of it', (_, given) => {
  expect(nameOf(given)).not.toBe(nameOf(properties()));
});

test('each model has a name of its own, as long as a name may be', () => {
  const { models } = wantedOf(event(properties(Array.from({ length: 10 }, () => ({ Fallback: '4' })))));
  const deployment = nameOf({ ...properties(), NamePrefix: 'x'.repeat(100) });
  const names = modelNames(deployment, models);
  expect(new Set(names).size).toBe(50);
  expect(Math.max(...names.map(name => name.length))).toBe(63);
  expect(names.filter(name => !/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name))).toEqual([]);
  expect([modelName('d', 0), modelName('d', 0, 1), modelName('d', 1), modelName('d', 9, 4)]).toEqual(['d', 'd-1b', 'd-2', 'd-10e']);
});
