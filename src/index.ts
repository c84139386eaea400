import * as deployment from './deployment';
import * as jobs from './jobs';
import { checkCalls } from './private/types';
import * as workload from './workload';

export * from './workload';
export * from './jobs';
export * from './deployment';

checkCalls({ ...workload, ...jobs, ...deployment });
