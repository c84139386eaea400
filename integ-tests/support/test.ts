import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, RemovalPolicies, Stack, StackProps, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Cost } from './budget';
import { Checks } from './checks';
import { REGIONS, TEST_TAG } from './settings';

/** A stack is deployed twice: as it is first, and as it is later. */
export type Version = 'first' | 'second';

export interface TestStackProps extends StackProps {
  readonly version: Version;
}

/** The stack of a test. All that it makes has tags that tell the test and the version. */
export class TestStack extends Stack {
  constructor(scope: Construct, id: string, { version, ...props }: TestStackProps) {
    super(scope, id, props);
    Tags.of(this).add(TEST_TAG, this.stackName);
    Tags.of(this).add('version', version);
    // The library keeps the logs of its functions. Those of a test are no longer of interest when it has gone.
    RemovalPolicies.of(this).destroy({ applyToResourceTypes: ['AWS::Logs::LogGroup'] });
  }
}

export interface TestProps<T extends TestStack> {
  readonly stackName: string;
  readonly budget: Cost[];
  /** Types of resources that the update must leave where they are: another physical id fails the test. */
  readonly kept: string[];
  readonly build: (scope: Construct, id: string, props: TestStackProps) => T;
}

/** What is deployed for a test, and what is checked when its second version is there. */
export interface Test<T extends TestStack> {
  readonly stack: T;
  readonly checks: Checks;
}

/**
 * A test in an account, for integ-runner. The first and the second version are two stacks for the CDK, and the same one for CloudFormation: they
 * have one name, and one is deployed after the other. So every test goes through an update, and no snapshot with its code is needed for that.
 */
export function integTest<T extends TestStack>(app: App, { stackName, budget, kept, build }: TestProps<T>): Test<T> {
  const first = build(app, 'First', { stackName, version: 'first' });
  const stack = build(app, 'Second', { stackName, version: 'second' });
  stack.addDependency(first);
  stack.addMetadata('Budget', budget);

  const assertionStack = new Stack(app, 'Checks', { stackName: `${stackName}Checks` });
  const test = new IntegTest(app, stackName, {
    testCases: [first, stack],
    assertionStack,
    regions: REGIONS,
    stackUpdateWorkflow: false, // it would deploy the snapshot first, which has none of the code
    // Otherwise whatever comes before a stack would be deployed again with it: the first version after the second one.
    cdkCommandOptions: { deploy: { args: { exclusively: true } } },
    hooks: {
      ...kept.length > 0 && { postDeploy: [`node --import tsx hooks.ts kept ${stackName} ${kept.join(' ')}`] },
      postDestroy: [`node --import tsx hooks.ts gone ${stackName}`],
    },
  });
  return { stack, checks: new Checks(test, assertionStack) };
}
