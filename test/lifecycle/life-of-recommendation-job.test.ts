import { AI_RECOMMENDATION_JOB } from './kinds';
import { lifeOf } from './life';

lifeOf(AI_RECOMMENDATION_JOB);
