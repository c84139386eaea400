import type { Kind } from '../kind';
import { AI_BENCHMARK_JOB } from './ai-benchmark-job';
import { AI_RECOMMENDATION_JOB } from './ai-recommendation-job';
import { AI_WORKLOAD_CONFIG } from './ai-workload-config';
import { INFERENCE_RECOMMENDATIONS_JOB } from './inference-recommendations-job';
import { OPTIMIZATION_JOB } from './optimization-job';

/** All kinds, by the word that follows `Custom::SageMaker` in the resource's type. */
export const KINDS: ReadonlyMap<string, Kind> = new Map([
  AI_WORKLOAD_CONFIG, AI_RECOMMENDATION_JOB, AI_BENCHMARK_JOB, OPTIMIZATION_JOB, INFERENCE_RECOMMENDATIONS_JOB,
].map(kind => [kind.type, kind]));
