import { AIRecommendationInferenceFramework, AIRecommendationInstanceType, AIRecommendationMetric } from '@aws-sdk/client-sagemaker';
import { GpuInstanceType, InferenceFramework, PerformanceObjective } from '../../src/jobs';

const constants = Object.entries(GpuInstanceType).filter((entry): entry is [string, GpuInstanceType] => entry[1] instanceof GpuInstanceType);

test('there is a constant for each instance type that the API lists', () => {
  expect(constants.map(([, type]) => type.value).sort()).toEqual(Object.values(AIRecommendationInstanceType).sort());
});

test.each(constants)('%s is named like its type', (name, type) => {
  expect(type.value).toBe(`ml.${name.toLowerCase().replace(/_(?=[^_]*$)/, '.').replace(/_/g, '-')}`);
});

test('of finds a constant, and takes what has none', () => {
  expect(GpuInstanceType.of('ml.p6-b200.48xlarge')).toBe(GpuInstanceType.P6_B200_48XLARGE);
  expect(GpuInstanceType.of('ml.p9.48xlarge').value).toBe('ml.p9.48xlarge');
});

test('the closed sets of the API are covered', () => {
  expect(Object.values(PerformanceObjective).sort()).toEqual(Object.values(AIRecommendationMetric).sort());
  expect([InferenceFramework.LMI.value, InferenceFramework.VLLM.value].sort()).toEqual(Object.values(AIRecommendationInferenceFramework).sort());
});
