const { default: Runtime } = require('jest-runtime');
const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec');

let database;
/** By name, whether with or without a path in it. */
const shared = {
  'aws-cdk-lib': name => require(name),
  'constructs': name => require(name),
  '@aws-cdk/aws-service-spec': () => ({ loadAwsServiceSpecSync: () => database ??= loadAwsServiceSpecSync() }),
};

/** What is large, and has no state that one test could leave to another, is loaded once in each worker, and not once for each file of tests. */
module.exports = class extends Runtime {
  requireModuleOrMock(from, name) {
    const found = Object.keys(shared).find(each => name === each || name.startsWith(`${each}/`));
    return found ? shared[found](name) : super.requireModuleOrMock(from, name);
  }
};
