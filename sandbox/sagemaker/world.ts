import { VirtualClock } from '../clock';
import { ExecutionRoles } from './execution-roles';
import type { ModelPackage, ModelPackageGroup } from './model-packages';
import { Scenario } from './scenario';
import { TagStore } from './tags';

/** One operation: takes a valid input and gives the output, or throws a ServiceError. */
export type Operation = (input: any, caller?: string) => object | void;
export type Operations = Record<string, Operation>;

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** SageMaker in another account of the same Region, as far as it can be seen from here. */
export interface OtherAccount {
  readonly modelPackageGroups: ModelPackageGroup[];
  readonly modelPackages: ModelPackage[];
}

/** What SageMaker asks other services, and other accounts. */
export interface Neighbours {
  /** Whether Application Auto Scaling scales this, such as `endpoint/<name>/variant/<variant>`. By default nothing is scaled. */
  isScalableTarget?(resourceId: string): boolean;
  /** Ends the registration of what is deleted. */
  deregisterScalableTarget?(resourceId: string): void;
  /** The state of a CloudWatch alarm, undefined if there is none of that name. By default every alarm exists and is OK. */
  alarmState?(name: string): AlarmState | undefined;
  /** Where model packages of other accounts are; by default there are no others. */
  otherAccounts?(account: string): OtherAccount | undefined;
}

/** What all parts of the stand-in share. */
export interface World {
  readonly clock: VirtualClock;
  readonly scenario: Scenario;
  readonly tags: TagStore;
  readonly roles: ExecutionRoles;
  readonly neighbours: Neighbours;
  readonly account: string;
  readonly region: string;
  arn(type: string, name: string): string;
  /** The virtual time as the API gives it: seconds since the epoch. */
  seconds(): number;
}

/** The name in an identifier that may be a name or an ARN. */
export function nameOf(identifier: string): string {
  return identifier.startsWith('arn:') ? identifier.slice(identifier.indexOf('/') + 1) : identifier;
}
