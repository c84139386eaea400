import { VirtualClock } from '../clock';
import { ExecutionRoles } from './execution-roles';
import { Scenario } from './scenario';
import { TagStore } from './tags';

/** One operation: takes a valid input and gives the output, or throws a ServiceError. */
export type Operation = (input: any) => object | void;
export type Operations = Record<string, Operation>;

/** What all parts of the stand-in share. */
export interface World {
  readonly clock: VirtualClock;
  readonly scenario: Scenario;
  readonly tags: TagStore;
  readonly roles: ExecutionRoles;
  arn(type: string, name: string): string;
  /** The virtual time as the API gives it: seconds since the epoch. */
  seconds(): number;
}

/** The name in an identifier that may be a name or an ARN. */
export function nameOf(identifier: string): string {
  return identifier.startsWith('arn:') ? identifier.slice(identifier.indexOf('/') + 1) : identifier;
}
