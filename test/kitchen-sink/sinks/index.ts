import { aiBenchmarkJobSink } from './ai-benchmark-job';
import { aiRecommendationJobSink } from './ai-recommendation-job';
import { aiWorkloadConfigSink } from './ai-workload-config';
import { inferenceRecommendationsJobSink } from './inference-recommendations-job';
import { optimizationJobSink } from './optimization-job';
import type { Sink } from '../sink';

/** One for each kind of resource, by the name of its construct. */
export const SINKS: Record<string, Sink<any>> = {
  AiWorkloadConfig: aiWorkloadConfigSink,
  AiRecommendationJob: aiRecommendationJobSink,
  AiBenchmarkJob: aiBenchmarkJobSink,
  OptimizationJob: optimizationJobSink,
  InferenceRecommendationsJob: inferenceRecommendationsJobSink,
};
