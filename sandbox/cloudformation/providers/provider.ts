import { Cancellation } from '../cancellation';
import { Copy, Stack } from '../stack';
import { Properties } from '../template';

/** One thing to do to one resource. */
export interface ProvisionRequest {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** When the resource is given up, the provider throws at once, and what comes later is ignored. */
  readonly cancellation: Cancellation;
  /** To be called as soon as a physical id is known, even when the operation fails in the end: so that it can be deleted. */
  identified(physicalId: string): void;
}

export interface Provisioned {
  /** On an update another one than before means that the provider has replaced the resource. */
  readonly physicalId: string;
  readonly attributes: Properties;
}

/** How resources of a type come, change and go. Whatever is thrown is the reason that the event gives. */
export interface ResourceProvider {
  /** Properties as the provider takes them; throws if they can't be. */
  prepare(logicalId: string, type: string, properties: Properties): Properties;
  /** Whether a Fn::GetAtt can name the attribute. */
  hasAttribute(type: string, attribute: string): boolean;
  /** Whether the change takes a new physical resource, which the engine then creates. */
  replaces(type: string, before: Properties, after: Properties): boolean;
  create(request: ProvisionRequest): Promise<Provisioned>;
  update(request: ProvisionRequest, before: Copy): Promise<Provisioned>;
  delete(request: ProvisionRequest, copy: Copy): Promise<void>;
  /** What to say of an attribute that the resource turned out not to have. */
  missingAttribute(stack: Stack, copy: Copy, attribute: string): string;
}
