const { default: Runtime } = require('jest-runtime');
const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec');

let database;
/** By name, whether with or without a path behind it. */
const shared = {
  'aws-cdk-lib': name => require(name),
  'constructs': name => require(name),
  '@aws-cdk/aws-service-spec': () => ({ loadAwsServiceSpecSync: () => database ??= loadAwsServiceSpecSync() }),
};

/**
 * What is large, and has no state that one test could leave to another, is loaded once in each worker, and not once for each file of tests.
 *
 * It is outside of what jest makes for a file: there, another Object, Array or Error is the one that `instanceof` knows.
 */
module.exports = class extends Runtime {
  constructor(config, environment, ...others) {
    super(config, environment, ...others);
    // What is shared reads the variables of the process itself. Those that a file sets are gone after it all the same.
    this.variables = { ...process.env };
    environment.global.process.env = process.env;
    // What is no Date of its own is an object like any other to aws-cdk-lib.
    environment.global.Date = Date;
  }

  requireModuleOrMock(from, name) {
    const found = Object.keys(shared).find(each => name === each || name.startsWith(`${each}/`));
    return found ? shared[found](name) : super.requireModuleOrMock(from, name);
  }

  teardown() {
    Object.keys(process.env).filter(name => !(name in this.variables)).forEach(name => delete process.env[name]);
    Object.assign(process.env, this.variables);
    return super.teardown();
  }
};
