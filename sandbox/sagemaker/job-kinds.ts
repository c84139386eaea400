import { JobKind } from './job-kind';
import { recommendationJob } from './recommendation-job';

/** The kinds of jobs that the stand-in runs: another one is another entry, and its operations and shapes in api.json. */
export const JOB_KINDS: readonly JobKind[] = [recommendationJob];
