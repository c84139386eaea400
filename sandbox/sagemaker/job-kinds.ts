import { benchmarkJob } from './benchmark-job';
import { inferenceRecommendationsJob } from './inference-recommendations-job';
import { JobKind } from './job-kind';
import { optimizationJob } from './optimization-job';
import { recommendationJob } from './recommendation-job';

/** The kinds of jobs that the stand-in runs: another one is another entry, and its operations and shapes in api.json. */
export const JOB_KINDS: readonly JobKind[] = [recommendationJob, benchmarkJob, optimizationJob, inferenceRecommendationsJob];
