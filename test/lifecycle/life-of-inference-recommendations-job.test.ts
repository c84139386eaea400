import { INFERENCE_RECOMMENDATIONS_JOB } from './kinds';
import { lifeOf } from './life';

lifeOf(INFERENCE_RECOMMENDATIONS_JOB);
