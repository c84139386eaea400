import { isDeepStrictEqual } from 'node:util';
import { Cancellation } from './cancellation';
import { Engine, resolveProperties } from './engine';
import { walk } from './graph';
import { Scope } from './intrinsics';
import { Provisioned, ProvisionRequest } from './providers/provider';
import { stackScope } from './scope';
import { Copy, Stack, StackResource, Transaction } from './stack';
import { Target } from './target';
import { Properties } from './template';

/** The way to a target: every resource is created, updated or replaced as far as it has to be, in parallel where that may be. */
export class Forward {
  private readonly cancellation = new Cancellation();
  private readonly failed = { create: [] as string[], update: [] as string[] };
  private readonly imported = new Set<string>();
  private readonly transaction: Transaction;
  private cancelReason?: string;

  constructor(
    private readonly engine: Engine,
    private readonly stack: Stack,
    private readonly target: Target,
    /** Whether one failure ends everything; otherwise what doesn't depend on it goes on. */
    private readonly stopAtFailure: boolean,
  ) {
    this.transaction = stack.transaction!;
  }

  /** Gives up what is in progress: nothing waits for it any longer. */
  public cancel(reason: string): void {
    this.cancelReason = reason;
    this.cancellation.cancel();
  }

  public get cancelled(): boolean {
    return this.cancelReason !== undefined;
  }

  /** Carries everything out; answers with the reason of the failure, if it failed. */
  public async run(): Promise<string | undefined> {
    const { target, stack } = this;
    await walk(target.resources.keys(), target.graph, logicalId => this.apply(logicalId));
    const reasons = (['create', 'update'] as const).filter(verb => this.failed[verb].length > 0)
      .map(verb => `The following resource(s) failed to ${verb}: [${this.failed[verb].join(', ')}]. `);
    if (reasons.length === 0 && this.cancelReason === undefined) {
      stack.imports = this.imported;
      return undefined;
    }
    return this.cancelReason ?? reasons.join('');
  }

  public scope(): Scope {
    return stackScope(this.stack, this.target, {
      ...this.engine,
      importValue: name => {
        this.imported.add(name);
        return this.engine.importValue(name);
      },
    });
  }

  private async apply(logicalId: string): Promise<boolean> {
    if (this.cancellation.requested) {
      return false;
    }
    const { engine, stack, target } = this;
    const { type } = target.resources.get(logicalId)!;
    const resource = stack.resources.get(logicalId) ?? new StackResource(logicalId, type);
    stack.resources.set(logicalId, resource);
    const present = resource.status === 'CREATE_FAILED' ? undefined : resource.copy;
    const verb = present ? 'update' : 'create';
    let properties: Properties;
    let replaces: boolean;
    try {
      properties = resolveProperties(engine, this.scope(), target, logicalId);
      if (present && resource.status !== 'UPDATE_FAILED' && isDeepStrictEqual(present.properties, properties)) {
        return true;
      }
      replaces = present !== undefined && engine.providers.for(type).replaces(type, present.properties, properties);
    } catch (error) {
      this.transaction.touched.add(logicalId);
      engine.book.resourceStatus(stack, resource, `${verb.toUpperCase()}_IN_PROGRESS`);
      return this.fail(resource, verb, error);
    }
    this.transaction.touched.add(logicalId);
    if (!present) {
      return this.create(resource, properties);
    }
    return replaces ? this.replace(resource, present, properties) : this.update(resource, present, properties);
  }

  private async create(resource: StackResource, properties: Properties): Promise<boolean> {
    const { engine: { book, providers }, stack, transaction } = this;
    if (resource.copy) {
      // Left from an attempt that failed and was not rolled back.
      transaction.displaced.push({ copy: resource.copy, because: 'creation undone' });
      resource.copy = undefined;
    }
    book.resourceStatus(stack, resource, 'CREATE_IN_PROGRESS');
    try {
      const created = await providers.for(resource.type).create(this.request(resource, properties, physicalId => {
        resource.copy = copyOf(resource, properties, { physicalId, attributes: {} });
        if (!providers.isCustom(resource.type)) {
          book.resourceStatus(stack, resource, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
        }
      }));
      this.cancellation.throwIfRequested();
      resource.copy = copyOf(resource, properties, created);
      if (providers.isCustom(resource.type)) {
        book.resourceStatus(stack, resource, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
      }
      book.resourceStatus(stack, resource, 'CREATE_COMPLETE');
      return true;
    } catch (error) {
      return this.fail(resource, 'create', error);
    }
  }

  /** The old copy stays until the clean-up, so that a rollback can go back to it. */
  private async replace(resource: StackResource, before: Copy, properties: Properties): Promise<boolean> {
    const { engine: { book, providers }, stack, transaction } = this;
    let identified: string | undefined;
    book.resourceStatus(stack, resource, 'UPDATE_IN_PROGRESS', 'Requested update requires the creation of a new physical resource; hence creating one.');
    try {
      const created = await providers.for(resource.type).create(this.request(resource, properties, physicalId => {
        identified = physicalId;
        book.resourceStatus(stack, resource, 'UPDATE_IN_PROGRESS', 'Resource creation Initiated', physicalId);
      }));
      this.cancellation.throwIfRequested();
      transaction.displaced.push({ copy: before, because: 'replaced' });
      resource.copy = copyOf(resource, properties, created);
      book.resourceStatus(stack, resource, 'UPDATE_COMPLETE');
      return true;
    } catch (error) {
      if (identified !== undefined) {
        transaction.displaced.push({ copy: copyOf(resource, properties, { physicalId: identified, attributes: {} }), because: 'creation undone' });
      }
      return this.fail(resource, 'update', error);
    }
  }

  private async update(resource: StackResource, before: Copy, properties: Properties): Promise<boolean> {
    const { engine: { behaviour, book, providers }, stack, transaction } = this;
    let answered = before.physicalId;
    book.resourceStatus(stack, resource, 'UPDATE_IN_PROGRESS');
    try {
      const updated = await providers.for(resource.type).update(this.request(resource, properties, physicalId => { answered = physicalId; }), before);
      this.cancellation.throwIfRequested();
      resource.copy = copyOf(resource, properties, updated);
      if (updated.physicalId !== before.physicalId) {
        transaction.displaced.push({ copy: before, because: 'replaced' });
        book.resourceStatus(stack, resource, 'UPDATE_IN_PROGRESS', 'Requested update required the provider to create a new physical resource');
      }
      book.resourceStatus(stack, resource, 'UPDATE_COMPLETE');
      return true;
    } catch (error) {
      const physicalId = behaviour.rollbackPhysicalId === 'new' ? answered : before.physicalId;
      if (physicalId !== before.physicalId) {
        transaction.displaced.push({ copy: before, because: 'replaced' });
      }
      resource.copy = { ...before, physicalId, properties };
      return this.fail(resource, 'update', error);
    }
  }

  private fail(resource: StackResource, verb: 'create' | 'update', error: unknown): false {
    const reason = this.cancellation.requested ? `Resource ${verb === 'create' ? 'creation' : 'update'} cancelled` : (error as Error).message;
    this.engine.book.resourceStatus(this.stack, resource, `${verb.toUpperCase()}_FAILED`, reason);
    this.failed[verb].push(resource.logicalId);
    if (this.stopAtFailure) {
      this.cancellation.cancel();
    }
    return false;
  }

  private request({ logicalId, type }: StackResource, properties: Properties, identified: (physicalId: string) => void): ProvisionRequest {
    return { stack: this.stack, logicalId, type, properties, cancellation: this.cancellation, identified };
  }
}

export function copyOf({ logicalId, type }: StackResource, properties: Properties, { physicalId, attributes }: Provisioned): Copy {
  return { logicalId, type, physicalId, properties, attributes };
}
