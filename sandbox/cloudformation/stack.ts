import { StackEvent } from '../journal';
import { Target } from './target';
import { Properties } from './template';

/** One physical resource: what a logical id stands for at a time. After a replacement there are two until the clean-up. */
export interface Copy {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** As last sent to the provider. */
  readonly properties: Properties;
  readonly attributes: Properties;
}

/** A resource of a stack as DescribeStackResources shows it. */
export class StackResource {
  public status = '';
  public statusReason?: string;
  /** When the status changed last. */
  public updatedAt = 0;
  /** What the last event named: that of a resource which is deleted, too. */
  public lastPhysicalId?: string;
  /** Nothing, as long as nothing physical is known. */
  public copy?: Copy;

  constructor(public readonly logicalId: string, public readonly type: string) {}

  public get physicalId(): string | undefined {
    return this.copy?.physicalId;
  }

  public get attributes(): Properties {
    return this.copy?.attributes ?? {};
  }
}

/** Why a copy is no longer wanted, which decides what policy may retain it. */
export type Superfluous = 'replaced' | 'removed' | 'creation undone';

export interface Garbage {
  readonly copy: Copy;
  readonly because: Superfluous;
}

/** A stable state that a failed update goes back to. */
export interface StableState {
  readonly target: Target;
  readonly copies: ReadonlyMap<string, Copy>;
}

/** All that has to be known, from the first change until the last clean-up, to end an operation either way. */
export interface Transaction {
  /** Nothing, while the stack has never been stable. */
  readonly before?: StableState;
  /** What has been tried so far: without rollback, what one attempt has made is still there in the next. */
  readonly attempts: Target[];
  /** Copies that something has taken the place of; in the end all go that are not, after all, the present one. */
  readonly displaced: Garbage[];
  /** The resources that something was done to. */
  readonly touched: Set<string>;
}

export interface StackOutput {
  readonly value: string;
  readonly exportName?: string;
}

export class Stack {
  public status = 'REVIEW_IN_PROGRESS';
  public statusReason?: string;
  /** What the stack is or is becoming. */
  public target?: Target;
  public transaction?: Transaction;
  public outputDetails: ReadonlyMap<string, StackOutput> = new Map();
  /** The names of the exports that the stack uses. */
  public imports: ReadonlySet<string> = new Set();
  /** The phase that can be cancelled, while there is one. */
  public forward?: { cancel(reason: string): void };
  public readonly resources = new Map<string, StackResource>();
  public readonly events: StackEvent[] = [];

  /** When the last update of the stack began. */
  public updatedAt?: number;

  /** When the last deletion of the stack began. */
  public deletedAt?: number;

  constructor(public readonly stackName: string, public readonly stackId: string, public readonly createdAt: number) {}

  public get tags(): Record<string, string> {
    return this.target?.tags ?? {};
  }

  /** The values of the outputs. */
  public get outputs(): Record<string, string> {
    return Object.fromEntries([...this.outputDetails].map(([name, output]) => [name, output.value]));
  }

}
