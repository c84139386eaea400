import { Stack, StackResource } from './stack';
import { validationError } from './template';
import { pageOf } from '../paging';

/** How many resources or events the service lists at a time. */
const PAGE = 100;

/** A stack as DescribeStacks shows it. */
export function describeStack(stack: Stack): object {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    CreationTime: new Date(stack.createdAt).toISOString(),
    LastUpdatedTime: stack.updatedAt === undefined ? undefined : new Date(stack.updatedAt).toISOString(),
    DeletionTime: stack.deletedAt === undefined ? undefined : new Date(stack.deletedAt).toISOString(),
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
  return { StackName: stack.stackName, StackId: stack.stackId, ...members(resource) };
}

/** The resources as ListStackResources lists them: those that something has been done to. */
export function listResources(stack: Stack, token: unknown): object {
  const { items, next } = pageOf([...stack.resources.values()], PAGE, token);
  return { StackResourceSummaries: items.map(members), NextToken: next };
}

/** The events as DescribeStackEvents lists them: the newest first. */
export function listEvents(stack: Stack, token: unknown): object {
  const events = stack.events.map((event, index) => ({
    StackId: stack.stackId,
    EventId: `${event.logicalId}-${event.status}-${index}`,
    StackName: stack.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.time).toISOString(),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
  }));
  const { items, next } = pageOf(events.reverse(), PAGE, token);
  return { StackEvents: items, NextToken: next };
}

function members({ logicalId, lastPhysicalId, type, updatedAt, status, statusReason }: StackResource): object {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: lastPhysicalId,
    ResourceType: type,
    LastUpdatedTimestamp: new Date(updatedAt).toISOString(),
    ResourceStatus: status,
    ResourceStatusReason: statusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}
