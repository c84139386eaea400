export * from './workload';
export * from './jobs';
export * from './deployment';
