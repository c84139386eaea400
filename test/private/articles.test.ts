import { BenchmarkTarget, Dataset, JobOutput, Rollout, VolumeEncryption } from '../../src';

const wrong: any = {};

test.each<[string, () => unknown]>([
  ['a sagemaker.IEndpointRef', () => BenchmarkTarget.endpoint(wrong)],
  ['an IDeployRecommendation', () => BenchmarkTarget.deployment(wrong)],
  ['a kms.IKey', () => VolumeEncryption.withKey(wrong)],
  ['an s3.IBucket', () => JobOutput.toBucket(wrong)],
  ['an s3.IBucket', () => Dataset.fromBucket(wrong, 'data/')],
  ['a CapacitySize', () => Rollout.rolling({ batchSize: wrong, waitInterval: undefined as any })],
])('%s is called so as it is said', (kind, call) => {
  expect(call).toThrow(`must be ${kind}, got an object`);
});
