import { Stack } from './stack';
import { validationError } from './template';

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

/** A resource as DescribeStackResource shows it: also while it comes or goes, and of a stack that is deleted, but no longer once its stack is without it. */
export function describeResource(stack: Stack, logicalId: string): object {
  const resource = stack.resources.get(logicalId);
  const stackIsGone = stack.status.startsWith('DELETE_');
  if (!resource || (resource.status === 'DELETE_COMPLETE' && !stackIsGone)) {
    throw validationError(`Resource ${logicalId} does not exist for stack ${stack.stackName}`);
  }
  return {
    StackName: stack.stackName,
    StackId: stack.stackId,
    LogicalResourceId: logicalId,
    PhysicalResourceId: resource.lastPhysicalId,
    ResourceType: resource.type,
    LastUpdatedTimestamp: new Date(resource.updatedAt).toISOString(),
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}
