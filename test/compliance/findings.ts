import { createHash } from 'crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/** One rule that one resource does not keep. */
export interface Finding {
  readonly rule: string;
  /** Path of the construct, from its stack on. */
  readonly where: string;
}

export function stacksOf(app: App): Stack[] {
  return app.node.findAll().filter(construct => Stack.isStack(construct)) as Stack[];
}

/** What cdk-nag's AwsSolutions pack finds in the stacks of an app. */
export function nagFindings(app: App): Finding[] {
  return stacksOf(app).flatMap(stack => new AwsSolutionsChecks().validateScope(stack).violations
    .flatMap(({ ruleName, violatingResources }) => (violatingResources ?? []).map(resource => ({ rule: ruleName, where: where(stack, resource) }))));
}

/**
 * What the rules that cfn-guard's validator brings along find in stacks.
 *
 * It takes seconds for each file, and again for each large policy: so it gets one file, in which what many stacks have is once.
 */
export function guardFindings(stacks: { stack: Stack; template: Template }[]): Finding[] {
  const origins = new Map<string, { stack: Stack; id: string }>();
  const Resources: Record<string, unknown> = {};
  const statements = new Set<string>();
  for (const { stack, template } of stacks) {
    const native = Object.entries(template.Resources ?? {}).filter(([, { Type }]) => !Type.startsWith('Custom::'))
      .map(([id, resource]): [string, TemplateResource] => [id, essential(resource, statements)]);
    const names = Object.fromEntries(native.map(([id, resource]) => [id, id + createHash('sha256').update(JSON.stringify(resource)).digest('hex')]));
    for (const [id, resource] of native.filter(([each]) => !origins.has(names[each]))) {
      origins.set(names[id], { stack, id });
      Resources[names[id]] = renamed(resource, names);
    }
  }
  const directory = mkdtempSync(join(tmpdir(), 'guard-'));
  try {
    const file = join(directory, 'template.json');
    writeFileSync(file, JSON.stringify({ Resources }));
    const { violations } = new CfnGuardValidator({ maxBuffer: 64 * 1024 * 1024 }).validate({ templatePaths: [file] });
    return violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ resourceLogicalId: name }) => {
      const { stack, id } = origins.get(name)!;
      return { rule: ruleName, where: where(stack, { resourceLogicalId: id }) };
    }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Template {
  readonly Resources?: Record<string, TemplateResource>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, any>;
  readonly Metadata?: unknown;
}

/** Without what no rule asks for, paths of assets and names of stacks, and without the statements that a policy before had: each is judged for itself. */
function essential({ Metadata, ...resource }: TemplateResource, statements: Set<string>): TemplateResource {
  const { Type, Properties } = resource;
  if (Type !== 'AWS::IAM::Policy') {
    return { ...resource, Properties: { ...Properties, Description: undefined } };
  }
  const isNew = (statement: string) => statements.size < statements.add(statement).size;
  const Statement = Properties!.PolicyDocument.Statement.filter((each: object) => isNew(JSON.stringify(each)));
  return { ...resource, Properties: { ...Properties, PolicyDocument: { ...Properties!.PolicyDocument, Statement } } };
}

/** With other logical ids of the resources that it refers to. */
function renamed(value: unknown, names: Record<string, string>): unknown {
  if (Array.isArray(value)) {
    return value.map(each => renamed(each, names));
  }
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? names[value] ?? value : value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renamed(each, names)]));
}

function where(stack: Stack, { resourceLogicalId, constructPath }: { resourceLogicalId?: string; constructPath?: string }): string {
  const found = stack.node.findAll().find(construct => construct.node.path === constructPath
    || (CfnResource.isCfnResource(construct) && stack.resolve(construct.logicalId) === resourceLogicalId));
  return (found ?? stack).node.path.slice(stack.node.path.length + 1);
}
