import { Annotations, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';

/**
 * Warns of attributes that the CDK has exported, because somebody used them in another stack: they change with each run, and then the stack that
 * has them can't be updated any more. Exports come about when an app is synthesized.
 */
export function warnOfExports(resource: CfnResource): void {
  const stack = Stack.of(resource);
  const exported = (stack.node.tryFindChild('Exports')?.node.children ?? [])
    .filter(child => child instanceof CfnOutput)
    .map(output => stack.resolve(output.value)?.['Fn::GetAtt'] as [string, string] | undefined)
    .filter(reference => reference?.[0] === stack.getLogicalId(resource))
    .map(reference => reference![1]);
  if (exported.length > 0) {
    Annotations.of(resource).addWarningV2('cdk-sagemaker-inference:exportedAttribute',
      `another stack uses what changes with each run (${exported.join(', ')}), and CloudFormation refuses to change an export that is in use: the next `
      + 'run would fail the deployment. Write the value into an ssm.StringParameter here, and read it there by StringParameter.valueForStringParameter');
  }
}
