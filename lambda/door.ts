import { Failure, Properties, ResourceEvent } from './event';

const REQUEST_TYPES = ['Create', 'Update', 'Delete'];

/**
 * A request that has all that CloudFormation's requests have, so that what comes after need not ask. Properties are what a template says, and may
 * be anything: what is no object has no properties.
 */
export function readRequest<T extends ResourceEvent>(event: T): T {
  const given: Properties = isObject(event) ? { ...event } : {};
  expect('RequestType', REQUEST_TYPES.includes(given.RequestType as string));
  for (const member of ['RequestId', 'ResourceType', 'LogicalResourceId']) {
    expect(member, isText(given[member]));
  }
  expect('StackId', isText(given.StackId) && /^arn:[^:]+:cloudformation:[^:]*:[^:]*:stack\/[^/]+/.test(given.StackId));
  expect('PhysicalResourceId', given.PhysicalResourceId === undefined ? given.RequestType === 'Create' : isText(given.PhysicalResourceId));
  const { ResourceProperties: properties, OldResourceProperties: old } = given;
  return { ...event, ResourceProperties: isObject(properties) ? properties : {}, OldResourceProperties: isObject(old) ? old : undefined };
}

/** The same for isComplete, which is also given what onEvent has planned. */
export function readPlanned<T extends ResourceEvent & { readonly Plan: unknown }>(event: T): T {
  const read = readRequest(event);
  const plan = isObject(read.Plan) ? read.Plan : {};
  expect('PhysicalResourceId', isText(read.PhysicalResourceId));
  expect('Plan', Number.isFinite(plan.started) && Number.isFinite(plan.deadline));
  return read;
}

function expect(member: string, condition: boolean): void {
  if (!condition) {
    throw new Failure(`this is no request of CloudFormation, whose ${member} is missing or malformed: call the function by deploying a stack`);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
