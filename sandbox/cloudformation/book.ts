import { VirtualClock } from '../clock';
import { Journal, StackEvent } from '../journal';
import { Stack, StackResource } from './stack';

/** Keeps the books of a stack: each status goes into its events, the journal and to whoever listens. */
export class Book {
  constructor(private readonly clock: VirtualClock, private readonly journal: Journal, private readonly listener: (event: StackEvent) => void) {}

  public stackStatus(stack: Stack, status: string, reason?: string): void {
    stack.status = status;
    stack.statusReason = reason;
    this.record(stack, { logicalId: stack.stackName, physicalId: stack.stackId, type: 'AWS::CloudFormation::Stack' }, status, reason);
  }

  /** A status of the resource itself; the physical id is that of its present copy unless another is given. */
  public resourceStatus(stack: Stack, resource: StackResource, status: string, reason?: string, physicalId = resource.physicalId ?? ''): void {
    resource.status = status;
    resource.statusReason = reason;
    resource.updatedAt = this.clock.now();
    resource.lastPhysicalId = physicalId === '' ? undefined : physicalId;
    this.record(stack, { logicalId: resource.logicalId, physicalId, type: resource.type }, status, reason);
  }

  /** An event about a copy that is no longer the resource's present one. */
  public copyStatus(stack: Stack, copy: Pick<StackEvent, 'logicalId' | 'physicalId' | 'type'>, status: string, reason?: string): void {
    this.record(stack, copy, status, reason);
  }

  private record(stack: Stack, { logicalId, physicalId, type }: Pick<StackEvent, 'logicalId' | 'physicalId' | 'type'>, status: string, reason?: string): void {
    const event = { time: this.clock.now(), stackName: stack.stackName, logicalId, physicalId, type, status, reason };
    stack.events.push(event);
    this.journal.event(event);
    this.listener(event);
  }
}
