export * from './deploy-recommendation';
export * from './endpoint-base';
export * from './endpoint-grants';
export * from './inference-ami-version';
export * from './routing-strategy';
