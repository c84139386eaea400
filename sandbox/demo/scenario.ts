import { Failing } from './options';
import { HOUR, MINUTE, Scenario } from '../sagemaker';
import { defaultRecommendations } from '../sagemaker/default-recommendations';
import type { AIRecommendation, CreateAIRecommendationJobRequest } from '../sagemaker/types';

const NO_CAPACITY = 'Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.';

/** How the demo's jobs and endpoints go: as they should, or with one thing that goes wrong. */
export function demoScenario(failing?: Failing): Scenario {
  return {
    recommendation: (request, nth) => {
      if (failing === 'job' && nth === 1) {
        return { duration: 2 * HOUR + 5 * MINUTE, status: 'Failed', failureReason: `Benchmarking failed for all evaluated configurations. ${NO_CAPACITY}` };
      }
      return objectiveOf(request) === 'ttft-ms'
        ? { duration: 2 * HOUR + 10 * MINUTE, recommendations: forLatency(request) }
        : { duration: 5 * HOUR + 20 * MINUTE };
    },
    endpoint: (_request, nth) => failing === 'endpoint' && nth === 1 ? { status: 'Failed', failureReason: NO_CAPACITY } : {},
  };
}

export function objectiveOf(request: Partial<CreateAIRecommendationJobRequest>): string {
  return request.PerformanceTarget?.Constraints?.[0]?.Metric ?? '';
}

/** Another goal has another winner: the instance type that came last is first, fast at the cost of throughput. */
function forLatency(request: CreateAIRecommendationJobRequest): AIRecommendation[] {
  const InstanceTypes = [...request.ComputeSpec?.InstanceTypes ?? []].reverse();
  return defaultRecommendations({ ...request, ComputeSpec: { InstanceTypes } }).map(recommendation => ({
    ...recommendation,
    ExpectedPerformance: recommendation.ExpectedPerformance?.map(metric => ({
      ...metric,
      Value: String(Number((Number(metric.Value) * (/Throughput|Concurrency/.test(metric.Metric ?? '') ? 0.25 : 0.4)).toFixed(4))),
    })),
  }));
}
