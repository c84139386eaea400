export * from './ai-benchmark-job';
export * from './attempts';
export * from './benchmark-metric';
export * from './benchmark-props';
export * from './benchmark-target';
export * from './expectation';
export * from './stat';
