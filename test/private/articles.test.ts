import { Stack } from 'aws-cdk-lib';
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

test('what was given is called by its class', () => {
  const [stack, output] = [new Stack(), JobOutput.toS3Uri('s3://bucket/')];
  expect(() => JobOutput.toBucket(stack as any)).toThrow('must be an s3.IBucket, got a Stack');
  expect(() => BenchmarkTarget.endpoint(output as any)).toThrow('must be a sagemaker.IEndpointRef, got a JobOutput');
  expect(() => JobOutput.toBucket(Object.create(null))).toThrow('must be an s3.IBucket, got an object');
});
