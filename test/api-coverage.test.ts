import { readFileSync } from 'fs';
import { join } from 'path';
import { Operations, operationsOf, problemsOf } from '../scripts/api-coverage/check';
import { Coverage } from '../scripts/api-coverage/coverage';
import { COVERAGE } from '../scripts/api-coverage/kinds';
import { AI_BENCHMARK_JOB } from '../scripts/api-coverage/kinds/ai-benchmark-job';
import { pageOf } from '../scripts/api-coverage/page';
import { PropPath } from '../scripts/api-coverage/prop-path';
import { PublicApi } from '../scripts/api-coverage/public-api';
import { Member, requestMembers, SDK_VERSION, valuesByPath } from '../scripts/api-coverage/schemas';

const ROOT = join(__dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const api = PublicApi.read();

/** The tables as they would be with other contents. */
const problemsWith = (change: Partial<Coverage>) =>
  problemsOf({ ...AI_BENCHMARK_JOB, ...change }, operationsOf(AI_BENCHMARK_JOB), api);
const without = <Value>(record: Readonly<Record<string, Value>>, ...names: string[]) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

describe.each(COVERAGE.map(coverage => [coverage.noun, coverage] as const))('%s', (_, coverage) => {
  test('every member of Create has a prop and every member of Describe an attribute or a reason, and all of them exist', () => {
    expect(problemsOf(coverage, operationsOf(coverage), api)).toEqual([]);
  });
});

test('docs/api-coverage.md is what `npm run api-coverage` writes', () => {
  expect(read('docs/api-coverage.md')).toBe(pageOf(COVERAGE));
});

test('the schemas are of the version of the SDK that package-lock.json has', () => {
  expect(SDK_VERSION).toBe(JSON.parse(read('package-lock.json')).packages['node_modules/@aws-sdk/client-sagemaker'].version);
});

// The tests of the tests: what would make the tables wrong is found.
describe('what is found', () => {
  const { create, describe: answer } = operationsOf(AI_BENCHMARK_JOB);
  const problemsOfApi = (operations: Partial<Operations>) => problemsOf(AI_BENCHMARK_JOB, { create, describe: answer, ...operations }, api);
  const leaf = (path: string) => ({ path, leaf: true, timestamp: false });

  test('a member that is new in the SDK', () => {
    expect(problemsOfApi({ create: [...create, leaf('OutputConfig.KmsKeyId')] })).toEqual([expect.stringContaining('OutputConfig.KmsKeyId')]);
    expect(problemsOfApi({ describe: [...answer, leaf('Score')] })).toEqual([expect.stringContaining('Score')]);
  });

  test('a member that the SDK has no more', () => {
    const but = (member: string, members: Member[]) => members.filter(({ path }) => path !== member);
    expect(problemsOfApi({ create: but('RoleArn', create) })).toEqual(['CreateAIBenchmarkJob has no RoleArn']);
    expect(problemsOfApi({ describe: but('StartTime', answer) })).toEqual(['DescribeAIBenchmarkJob has no StartTime']);
  });

  test('a prop that does not exist', () => {
    const named = (prop: string) => problemsWith({ create: { ...AI_BENCHMARK_JOB.create, RoleArn: ['role', prop] } });
    expect(named('roles')).toEqual(['roles leads nowhere in AiBenchmarkJobProps']);
    expect(named('mlflow.name')).toHaveLength(1);
    expect(named('securityGroups[].name')).toHaveLength(1);
    expect(named('output[]')).toHaveLength(1);
    expect(named('target: BenchmarkTarget.at(endpoint)')).toHaveLength(1);
    expect(named('target: JobOutput.toBucket(prefix)')).toHaveLength(1);
    expect(named('target: BenchmarkTarget.endpoint(options.name)')).toHaveLength(1);
    expect(named('target: BenchmarkTarget.*(options.name)')).toHaveLength(1);
    expect(named('target: BenchmarkTarget.*(endpointName)')).toEqual([]);
    expect(named('a prop')).toHaveLength(1);
  });

  test('a prop that reaches nothing', () => {
    expect(problemsWith({ create: { ...AI_BENCHMARK_JOB.create, 'OutputConfig.MlflowConfig.MlflowRunName': 'mlflow.experimentName' } }))
      .toEqual(['MlflowTracking.runName reaches no member of CreateAIBenchmarkJob']);
    expect(problemsWith({ apart: without(AI_BENCHMARK_JOB.apart, 'JobProps.waitTimeout') }))
      .toEqual(['JobProps.waitTimeout reaches no member of CreateAIBenchmarkJob']);
    expect(problemsWith({ apart: { ...AI_BENCHMARK_JOB.apart, 'JobProps.patience': 'how long' } }))
      .toEqual(['JobProps.patience is no prop of AiBenchmarkJob']);
  });

  test('an attribute that is not said, or not there', () => {
    expect(problemsWith({ others: without(AI_BENCHMARK_JOB.others, 'verdict') })).toEqual([expect.stringContaining('verdict')]);
    expect(problemsWith({ describe: { ...AI_BENCHMARK_JOB.describe, StartTime: 'startTime' } })).toEqual(['AiBenchmarkJob has no startTime']);
    expect(problemsWith({ describe: without(AI_BENCHMARK_JOB.describe, 'StartTime') })).toEqual([expect.stringContaining('StartTime')]);
  });
});

test('members are found at any depth, through lists, unions and maps', () => {
  const paths = requestMembers('CreateOptimizationJob').filter(({ leaf }) => leaf).map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining([
    'OptimizationEnvironment', 'TrainingPlanArns', 'OptimizationConfigs[].ModelSpeculativeDecodingConfig.TrainingDataSource.S3Uri',
  ]));
  expect(() => requestMembers('CreateNothing')).toThrow('the SDK has no schema of CreateNothing');
});

test('values are found by the path of their member, and those of no member by their own', () => {
  const values = valuesByPath(requestMembers('CreateOptimizationJob'), {
    OptimizationConfigs: [{ ModelShardingConfig: { OverrideEnvironment: { A: '1' } } }, { ModelCompilationConfig: {} }],
    VpcConfig: { Subnets: ['a', 'b'], Zone: 1 },
  });
  expect(Object.fromEntries(values)).toEqual({
    'OptimizationConfigs': [],
    'OptimizationConfigs[].ModelShardingConfig': [],
    'OptimizationConfigs[].ModelShardingConfig.OverrideEnvironment': [{ A: '1' }],
    'OptimizationConfigs[].ModelCompilationConfig': [],
    'VpcConfig': [],
    'VpcConfig.Subnets': ['a', 'b'],
    'VpcConfig.Zone': [1],
  });
});

test.each([
  'role', 'a.b[].c', 'a: B.c', 'a[]: B.c(d.e: F.g(h))', 'a: B.*(c)',
])('%s is read and written', text => {
  expect(String(PropPath.parse(text))).toBe(text);
});

test.each([
  [['a.b', 'a.c'], 'a'],
  [['a: B.c(d)', 'a: B.c(e)'], 'a: B.c'],
  [['a: B.c(d)', 'a: B.d(d)'], 'a'],
  [['a', 'b'], undefined],
  [['a.b'], 'a.b'],
  [['a', 'a.b'], 'a'],
])('what %j have in common', (texts, common) => {
  expect(PropPath.common(texts.map(text => PropPath.parse(text)))?.toString()).toBe(common);
});
