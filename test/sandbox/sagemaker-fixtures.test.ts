import { JOB, setUp } from './sagemaker-setup';
import { HOUR } from '../../sandbox/sagemaker';
import * as fixtures from '../../sandbox/sagemaker/fixtures';

async function answer(recommendations: fixtures.AIRecommendation[]): Promise<any[]> {
  const { createWorkload, createJob, describeJob, call, pass, sagemaker } = setUp({ recommendation: () => ({ recommendations }) });
  await createWorkload();
  await createJob();
  await pass(2 * HOUR);
  for (const { name } of sagemaker.modelPackages) {
    await call('DescribeModelPackage', { ModelPackageName: name });
  }
  const { AIRecommendationJobStatus, Recommendations } = await describeJob();
  expect(AIRecommendationJobStatus).toBe('Completed');
  expect(JSON.stringify(Recommendations)).not.toContain(fixtures.JOB_PACKAGE);
  return Recommendations;
}

test.each([
  'withMissingMembers', 'withOtherCasing', 'underOneSpecificationName', 'none', 'withoutPackage', 'lmiWithDraftModel', 'asLongAsAllowed',
] as const)('%s is an answer that the API could give', async name => {
  const given = fixtures[name]();
  expect(await answer(given)).toHaveLength(given.length);
});

test('missing members: one recommendation has none at all', async () => {
  expect(await answer(fixtures.withMissingMembers())).toContainEqual({});
});

test('one specification name: rows differ, the package holds it once', async () => {
  const rows = await answer(fixtures.underOneSpecificationName());
  expect(new Set(rows.map(row => row.ModelDetails.InferenceSpecificationName)).size).toBe(1);
  expect(rows.map(row => row.DeploymentConfiguration.InstanceCount)).toEqual([1, 2, 3]);
});

test('without a package: no package is registered, image and channels are there', async () => {
  const [row] = await answer(fixtures.withoutPackage());
  expect(row.ModelDetails).not.toHaveProperty('ModelPackageArn');
  expect(row.DeploymentConfiguration).toMatchObject({ ImageUri: expect.any(String), S3: [{ ChannelName: 'base_model' }, { ChannelName: 'model-output' }] });
});

test('LMI with a draft model', async () => {
  const [row] = await answer(fixtures.lmiWithDraftModel());
  expect(row.OptimizationDetails).toEqual([{ OptimizationType: 'SpeculativeDecoding' }]);
  expect(row.DeploymentConfiguration.EnvironmentVariables).toEqual({
    HF_MODEL_ID: '/opt/ml/additional-model-data-sources/base_model',
    OPTION_TENSOR_PARALLEL_DEGREE: '2',
    OPTION_SPECULATIVE_DRAFT_MODEL: '/opt/ml/additional-model-data-sources/draft_model/',
  });
});

test('as long as allowed: a hundred variables, ten adapters, more than 200 KB in all', async () => {
  const [row] = await answer(fixtures.asLongAsAllowed());
  expect(Object.keys(row.DeploymentConfiguration.EnvironmentVariables)).toHaveLength(100);
  expect(row.AdapterDetails.S3Uris).toHaveLength(10);
  expect(JSON.stringify(row).length).toBeGreaterThan(200_000);
});

test('the default follows the request', () => {
  const [row] = fixtures.defaultRecommendations({
    ...fixtures.REQUEST, AIRecommendationJobName: JOB, ComputeSpec: undefined, PerformanceTarget: { Constraints: [{ Metric: 'cost' }] },
  });
  expect(row.ModelDetails?.InferenceSpecificationName).toBe('low-cost-on-g6-24xlarge');
});

test.each([
  ['ml.p5.4xlarge', 1, '1'], ['ml.p3.8xlarge', 2, '2'], ['ml.p3.16xlarge', 4, '2'], ['ml.g7e.12xlarge', 1, '2'], ['ml.g5.16xlarge', 1, '1'], ['ml.g6e.48xlarge', 4, '2'],
] as const)('copies x tensor-parallel size fill %s', (instanceType, copies, size) => {
  const [{ DeploymentConfiguration }] = fixtures.defaultRecommendations({ ...fixtures.REQUEST, ComputeSpec: { InstanceTypes: [instanceType] } });
  expect(DeploymentConfiguration).toMatchObject({ CopyCountPerInstance: copies, EnvironmentVariables: { SM_VLLM_TENSOR_PARALLEL_SIZE: size } });
});
