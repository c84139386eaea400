/**
 * What the provider framework hands to the handlers: CloudFormation's request, and in isComplete also what onEvent answered.
 */
export interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  /** Absent on Create; in isComplete always there, as onEvent answered it. */
  readonly PhysicalResourceId?: string;
  /** Every scalar arrives as a string. */
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

export type Properties = Record<string, unknown>;

/** onEvent's answer: the name of what will be there, and a note to isComplete. The framework passes both on; nothing is created yet. */
export interface Named<Plan> {
  readonly PhysicalResourceId: string;
  readonly Plan: Plan;
}

export type PlannedEvent<Plan> = ResourceEvent & { readonly PhysicalResourceId: string; readonly Plan: Plan };

/** isComplete's answer. The framework refuses Data while the answer is "not yet". */
export type Progress = { readonly IsComplete: false } | { readonly IsComplete: true; readonly Data?: Record<string, string> };

export const NOT_YET: Progress = { IsComplete: false };

export function done(data?: Record<string, string>): Progress {
  return { IsComplete: true, Data: data };
}

/** One type of custom resource. onEvent only reads and names; isComplete creates, adopts, waits and deletes. */
export interface ResourceHandler<Plan> {
  onEvent(event: ResourceEvent): Promise<Named<Plan>>;
  /** Right after onEvent, and once: what isComplete is to end and delete. */
  beginToRemove?(event: PlannedEvent<Plan>): Promise<unknown>;
  isComplete(event: PlannedEvent<Plan>): Promise<Progress>;
}

/** An end that no further poll can change. Its message is what a user reads in the stack's events. */
export class Failure extends Error {}

/** The parts of a stack's ARN: `arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/ID`. */
export interface StackRef {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

export function stackOf(event: ResourceEvent): StackRef {
  const [, partition, , region, account, resource] = event.StackId.split(':');
  return { partition, region, account, name: resource.split('/')[1] };
}

/** The id of a resource that stands for nothing in SageMaker: the same throughout its life. */
export function constantId(event: ResourceEvent): string {
  return event.PhysicalResourceId ?? `${stackOf(event).name}/${event.LogicalResourceId}`;
}

export function sagemakerArn(event: ResourceEvent, resource: string, name: string): string {
  const { partition, region, account } = stackOf(event);
  return `arn:${partition}:sagemaker:${region}:${account}:${resource}/${name}`;
}

/** A property that is a string, or undefined when it is absent, empty, or nothing that can be one. */
export function text(properties: Properties | undefined, name: string): string | undefined {
  const value = properties?.[name];
  return value === undefined || value === null || value === '' || typeof value === 'object' ? undefined : String(value);
}

export function record(properties: Properties | undefined, name: string): Properties {
  const value = properties?.[name];
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value as Properties : {};
}
