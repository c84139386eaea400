export * from './endpoint-input-configuration';
export * from './inference-model';
export * from './inference-recommendations-job';
export * from './inference-recommendations-props';
export * from './recommendation-container';
export * from './sample-payload';
export * from './stopping-conditions';
export * from './traffic-pattern';
