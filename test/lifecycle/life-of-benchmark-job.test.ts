import { AI_BENCHMARK_JOB } from './kinds';
import { lifeOf } from './life';

lifeOf(AI_BENCHMARK_JOB);
