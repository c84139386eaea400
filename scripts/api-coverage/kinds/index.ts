import { Coverage } from '../coverage';
import { AI_BENCHMARK_JOB } from './ai-benchmark-job';
import { AI_RECOMMENDATION_JOB } from './ai-recommendation-job';
import { AI_WORKLOAD_CONFIG } from './ai-workload-config';
import { INFERENCE_RECOMMENDATIONS_JOB } from './inference-recommendations-job';
import { OPTIMIZATION_JOB } from './optimization-job';

export const COVERAGE: readonly Coverage[] = [
  AI_WORKLOAD_CONFIG, AI_RECOMMENDATION_JOB, AI_BENCHMARK_JOB, OPTIMIZATION_JOB, INFERENCE_RECOMMENDATIONS_JOB,
];
