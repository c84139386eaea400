import type { ResourceEvent } from './event';

/** Which way a stack is going: an Update looks the same to a custom resource whether it goes forward or rolls back. */
export type Phase = 'forward' | 'rollback' | 'delete' | 'idle';

export interface StackState {
  readonly phase: Phase;
  readonly status: string;
  /** Changes with each operation on the stack, so that a late invocation can tell that its operation is over. */
  readonly operation: string;
  readonly created?: Date;
}

export async function stackState(event: ResourceEvent): Promise<StackState> {
  const { describeStack } = await import('./aws/cloudformation.js');
  const stack = await describeStack(event.StackId);
  const status = stack?.StackStatus ?? 'UNKNOWN';
  const created = stack?.CreationTime;
  return { phase: phaseOf(status), status, operation: (stack?.LastUpdatedTime ?? created)?.toISOString() ?? '', created };
}

function phaseOf(status: string): Phase {
  if (status.includes('ROLLBACK')) {
    return 'rollback';
  }
  if (status.startsWith('DELETE_')) {
    return 'delete';
  }
  return status.endsWith('_IN_PROGRESS') ? 'forward' : 'idle';
}

/**
 * Whether something that costs money may be started for this request: only while the operation that asked for it goes on. A request whose
 * operation was cancelled or rolled back meanwhile is nobody's any more.
 */
export function mayCreate(state: StackState, operation: string | undefined): boolean {
  return (state.status === 'CREATE_IN_PROGRESS' || state.status === 'UPDATE_IN_PROGRESS')
    && (operation === undefined || operation === state.operation);
}

/** Whether the operation that asked has not succeeded yet and goes on, forward or back: what was made for it since is of no other one. */
export function isUnderWay({ status, operation }: StackState, asked: string | undefined): boolean {
  return /^(CREATE|UPDATE|ROLLBACK|UPDATE_ROLLBACK)_IN_PROGRESS$/.test(status) && operation === asked;
}

/** Whether all of the stack goes, and there is no earlier state that it goes back to. */
export function isEnding({ phase, status }: StackState): boolean {
  return phase === 'delete' || status.startsWith('ROLLBACK_');
}

/** Whether an update has gone well, and what it replaced goes: no other operation begins meanwhile. */
export function isCleaningUp({ status }: StackState): boolean {
  return status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
}

/** Whether something that has the owner tag is of this stack, and not of one before it that had the same name, which has retained it. */
export function isOfThis({ created }: StackState, made: unknown): boolean {
  return created !== undefined && made instanceof Date && made >= created;
}

/**
 * Whether CloudFormation waits for an answer about the resource. It does not where it has given up on this request, which the state of the stack
 * cannot tell when the next operation goes forward by then.
 */
export async function isAwaited(event: ResourceEvent): Promise<boolean> {
  return /^(CREATE|UPDATE)_IN_PROGRESS$/.test((await resourceOf(event))?.ResourceStatus ?? '');
}

/** What the resource stands for, as CloudFormation has it. */
export async function currentId(event: ResourceEvent): Promise<string | undefined> {
  return (await resourceOf(event))?.PhysicalResourceId;
}

async function resourceOf({ StackId, LogicalResourceId }: ResourceEvent) {
  const { describeResource } = await import('./aws/cloudformation.js');
  return describeResource(StackId, LogicalResourceId);
}
