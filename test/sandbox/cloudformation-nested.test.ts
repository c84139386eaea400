import { CfnOutput, NestedStack, Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

/** A parameter in a nested stack, and one in the stack around it that takes its value. */
function build(value: string, taken?: string) {
  return (stack: Stack) => {
    const nested = new NestedStack(stack, 'Nested');
    const inner = new ssm.StringParameter(nested, 'Inner', { parameterName: '/inner', stringValue: value });
    new ssm.StringParameter(stack, 'Outer', { parameterName: '/outer', stringValue: inner.stringValue });
    if (taken !== undefined) {
      new ssm.StringParameter(nested, 'Taken', { parameterName: taken, stringValue: 'value' });
    }
    new CfnOutput(stack, 'Value', { value: inner.stringValue });
  };
}

test('a stack within a stack comes, changes and goes with it', async () => {
  const world = await World.start();
  const { parameters } = world.sandbox.ssm;
  const created = await world.deploy(build('one'));
  const [id] = [...created.resources.values()].filter(({ type }) => type === 'AWS::CloudFormation::Stack').map(({ physicalId }) => physicalId!);
  const nested = world.sandbox.cloudFormation.stack(id)!;
  expect([created.status, nested.status, created.outputs.Value]).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE', 'one']);

  const updated = await world.deploy(build('two'));
  expect([updated.status, nested.status, updated.outputs.Value]).toEqual(['UPDATE_COMPLETE', 'UPDATE_COMPLETE', 'two']);
  expect(parameters.get('/outer')).toBe('two');

  const deleted = await world.destroy();
  expect([deleted.status, nested.status]).toEqual(['DELETE_COMPLETE', 'DELETE_COMPLETE']);
  expect([parameters.get('/inner'), parameters.get('/outer')]).toEqual([undefined, undefined]);
});

test('one that fails takes the stack around it back', async () => {
  const world = await World.start();
  await world.deploy(stack => { new ssm.StringParameter(stack, 'Other', { parameterName: '/taken', stringValue: 'value' }); }, { stackName: 'Other' });
  const failed = await world.deploy(build('one', '/taken'));
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(world.failures(failed)[0]).toMatch(/^Embedded stack arn:\S+ was not successfully created: The following resource\(s\) failed to create: \[Taken/);
  await world.destroy();

  await world.deploy(build('one'));
  const updated = await world.deploy(build('two', '/taken'));
  expect([updated.status, updated.outputs.Value]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'one']);
  expect(world.sandbox.ssm.parameters.get('/inner')).toBe('one');
});
