import { OPTIMIZATION_JOB } from './kinds';
import { lifeOf } from './life';

lifeOf(OPTIMIZATION_JOB);
