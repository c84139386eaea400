import { Stack } from './stack';

/** A stack as DescribeStacks shows it. */
export function describeStack(stack: Stack): object {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    CreationTime: new Date(stack.createdAt).toISOString(),
    LastUpdatedTime: stack.updatedAt === undefined ? undefined : new Date(stack.updatedAt).toISOString(),
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    Parameters: Object.entries(stack.target?.parameters ?? {}).map(([ParameterKey, value]) => ({ ParameterKey, ParameterValue: String(value) })),
    Outputs: [...stack.outputDetails].map(([OutputKey, { value, exportName }]) => ({ OutputKey, OutputValue: value, ExportName: exportName })),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
