export * from './deploy-recommendation';
export * from './deploy-recommendation-props';
export * from './endpoint';
export * from './endpoint-grants';
export * from './inference-ami-version';
export * from './recommendation-selector';
export * from './routing-strategy';
