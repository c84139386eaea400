import type { Kind } from '../kind';
import { AI_RECOMMENDATION_JOB } from './ai-recommendation-job';
import { AI_WORKLOAD_CONFIG } from './ai-workload-config';

/** All kinds, by the word that follows `Custom::SageMaker` in the resource's type. */
export const KINDS: ReadonlyMap<string, Kind> = new Map([AI_WORKLOAD_CONFIG, AI_RECOMMENDATION_JOB].map(kind => [kind.type, kind]));
