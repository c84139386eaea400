export * from './adapter-source';
export * from './ai-recommendation-job';
export * from './capacity-reservation';
export * from './inference-framework';
export * from './model-package-group';
export * from './performance-objective';
export * from './recommendation-props';
