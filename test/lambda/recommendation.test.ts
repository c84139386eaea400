import { Failure } from '../../lambda/event';
import { candidatesOf, choose, containerOf } from '../../lambda/recommendation';

const PACKAGE = 'arn:aws:sagemaker:us-west-2:111122223333:model-package/rec/1';
const FULL = {
  ModelDetails: {
    ModelPackageArn: PACKAGE,
    InferenceSpecificationName: 'high-otps-on-g6-24xlarge',
    InstanceDetails: [{ InstanceType: 'ml.g6.24xlarge', InstanceCount: 1, CopyCountPerInstance: 2 }],
  },
  DeploymentConfiguration: {
    ImageUri: 'image:1',
    InstanceType: 'ml.g6.24xlarge',
    InstanceCount: 1,
    CopyCountPerInstance: 2,
    EnvironmentVariables: { SM_VLLM_TENSOR_PARALLEL_SIZE: '2' },
    S3: [{ ChannelName: 'base_model', Uri: 's3://models/m' }],
  },
};

const best = (...recommendations: unknown[]) => choose({ Recommendations: recommendations }, 'job j');

test('the first candidate is taken, by its package', () => {
  const candidate = best(FULL, { ...FULL, ModelDetails: { ...FULL.ModelDetails, InferenceSpecificationName: 'second' } });
  expect(candidate).toMatchObject({ rank: 1, instanceType: 'ml.g6.24xlarge', instanceCount: 1, copyCountPerInstance: 2 });
  expect(containerOf(candidate)).toEqual({ ModelPackageName: PACKAGE, InferenceSpecificationName: 'high-otps-on-g6-24xlarge' });
});

test('without a package, image, environment and channels are written out, each channel as a folder', () => {
  const candidate = best({ DeploymentConfiguration: FULL.DeploymentConfiguration });
  expect(containerOf(candidate)).toEqual({
    Image: 'image:1',
    Environment: { SM_VLLM_TENSOR_PARALLEL_SIZE: '2' },
    AdditionalModelDataSources: [
      { ChannelName: 'base_model', S3DataSource: { S3Uri: 's3://models/m/', S3DataType: 'S3Prefix', CompressionType: 'None' } },
    ],
  });
});

test('instance type and counts come from either member, and counts are 1 when neither says them', () => {
  expect(best({ ModelDetails: FULL.ModelDetails })).toMatchObject({ instanceType: 'ml.g6.24xlarge', copyCountPerInstance: 2 });
  expect(best({ ModelDetails: { ModelPackageArn: PACKAGE }, DeploymentConfiguration: { InstanceType: 'ml.g5.xlarge' } }))
    .toMatchObject({ instanceType: 'ml.g5.xlarge', instanceCount: 1, copyCountPerInstance: 1, channels: [], environment: {} });
});

test('a candidate that cannot be deployed is passed over', () => {
  expect(best({ ModelDetails: { ModelPackageArn: PACKAGE } }, FULL).rank).toBe(2);
});

test('when none can be deployed, each is listed with the reason', () => {
  const channels = Array.from({ length: 6 }, (_, i) => ({ ChannelName: `c${i}`, Uri: 's3://b/p/' }));
  expect(() => best(
    {},
    { DeploymentConfiguration: { InstanceType: 'ml.g5.xlarge' } },
    { DeploymentConfiguration: { InstanceType: 'ml.g6.xlarge', ImageUri: 'i', S3: channels } },
  )).toThrow(new Failure('none of the 3 recommendations of job j can be deployed: 1. unnamed: it names no instance type (set instanceType on the deployment); '
    + '2. ml.g5.xlarge: it has neither a model package nor an image; '
    + '3. ml.g6.xlarge: it has no model package, and its 6 channels are more than the 5 that a model takes'));
});

test.each([[{}], [{ Recommendations: [] }], [{ Recommendations: null }]])('no recommendation at all is said in a sentence: %j', described => {
  expect(candidatesOf(described)).toEqual([]);
  expect(() => choose(described, 'job j')).toThrow('job j completed without any recommendation');
});

test('an instance type of the deployment stands in for one that is missing', () => {
  expect(choose({ Recommendations: [{ ModelDetails: { ModelPackageArn: PACKAGE } }] }, 'job j', 'ml.g6.xlarge').rank).toBe(1);
});
