export * from './scalable-copy-count';
export * from './scalable-instance-count';
export * from './scaling-props';
