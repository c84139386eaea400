export * from './model-optimization';
export * from './optimization-job';
export * from './optimization-model';
export * from './optimization-props';
export * from './optimization-techniques';
export * from './optimization-training-data';
