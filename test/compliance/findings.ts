import { join } from 'path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';

/** One rule that one resource does not keep. */
export interface Finding {
  readonly rule: string;
  /** Path of the construct, from its stack on. */
  readonly where: string;
}

/** What cdk-nag's AwsSolutions pack finds in the stacks of an app. */
export function nagFindings(app: App): Finding[] {
  return stacksOf(app).flatMap(stack => new AwsSolutionsChecks().validateScope(stack).violations
    .flatMap(({ ruleName, violatingResources }) => (violatingResources ?? []).map(resource => ({ rule: ruleName, where: where(stack, resource) }))));
}

/** What the rules that cfn-guard's validator brings along find in the templates of an app: in all at once, since each call takes seconds. */
export function guardFindings(app: App, assembly: CloudAssembly): Finding[] {
  const stackOf = new Map(assembly.stacks.map(({ templateFile, stackName }) => [
    join(assembly.directory, templateFile), stacksOf(app).find(stack => stack.stackName === stackName)!,
  ]));
  const { violations } = new CfnGuardValidator({ maxBuffer: 64 * 1024 * 1024 }).validate({ templatePaths: [...stackOf.keys()] });
  return violations.flatMap(({ ruleName, violatingResources }) => violatingResources
    .map(({ resourceLogicalId, templatePath }) => ({ rule: ruleName, where: where(stackOf.get(templatePath)!, { resourceLogicalId }) })));
}

function stacksOf(app: App): Stack[] {
  return app.node.findAll().filter(construct => Stack.isStack(construct)) as Stack[];
}

function where(stack: Stack, { resourceLogicalId, constructPath }: { resourceLogicalId?: string; constructPath?: string }): string {
  const found = stack.node.findAll().find(construct => construct.node.path === constructPath
    || (CfnResource.isCfnResource(construct) && stack.resolve(construct.logicalId) === resourceLogicalId));
  return (found ?? stack).node.path.slice(stack.node.path.length + 1);
}
