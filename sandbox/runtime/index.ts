export * from './faults';
export * from './front-door';
export * from './function';
export * from './iam';
export * from './lambda';
export * from './policy';
export * from './processes';
export * from './step-functions';
