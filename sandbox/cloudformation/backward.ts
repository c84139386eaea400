import { isDeepStrictEqual } from 'node:util';
import { Cancellation } from './cancellation';
import { Engine, resolveProperties } from './engine';
import { copyOf } from './forward';
import { walk } from './graph';
import { stackScope } from './scope';
import { StableState, Stack, StackResource, Transaction } from './stack';

/**
 * The way back to the last stable state: everything that the failed update touched gets its old properties, in the order of
 * the old template. Nothing is deleted here.
 */
export class Backward {
  private readonly failed: string[] = [];
  private readonly transaction: Transaction;

  constructor(private readonly engine: Engine, private readonly stack: Stack, private readonly before: StableState) {
    this.transaction = stack.transaction!;
  }

  /** The resources that could not be brought back. */
  public async run(): Promise<string[]> {
    const { resources, graph } = this.before.target;
    await walk(resources.keys(), graph, logicalId => this.restore(logicalId));
    return this.failed;
  }

  private async restore(logicalId: string): Promise<boolean> {
    const { engine: { book }, stack } = this;
    const resource = stack.resources.get(logicalId)!;
    try {
      if (await this.restored(resource)) {
        book.resourceStatus(stack, resource, 'UPDATE_COMPLETE');
      }
      return true;
    } catch (error) {
      book.resourceStatus(stack, resource, 'UPDATE_FAILED', (error as Error).message);
      this.failed.push(logicalId);
      return false;
    }
  }

  /** Whether there was anything to do. */
  private async restored(resource: StackResource): Promise<boolean> {
    const { engine, stack, before, transaction } = this;
    const { logicalId, type } = resource;
    const present = resource.copy!;
    const stable = before.copies.get(logicalId)!;
    const properties = resolveProperties(engine, stackScope(stack, before.target, engine), before.target, logicalId);
    const unchanged = isDeepStrictEqual(present.properties, properties);
    if (unchanged && !transaction.touched.has(logicalId)) {
      return false;
    }
    engine.book.resourceStatus(stack, resource, 'UPDATE_IN_PROGRESS');
    const displaced = () => transaction.displaced.push({ copy: present, because: 'replaced' });
    if (!engine.providers.isCustom(type)) {
      if (present.physicalId !== stable.physicalId) {
        displaced();
        resource.copy = stable;
        return true;
      }
      if (unchanged) {
        return true;
      }
    }
    const sent = engine.behaviour.rollbackPhysicalId === 'new' ? present : { ...present, physicalId: stable.physicalId };
    const cancellation = new Cancellation();
    const updated = await engine.providers.for(type).update({ stack, logicalId, type, properties, cancellation, identified: () => {} }, sent);
    displaced();
    resource.copy = copyOf(resource, properties, updated);
    return true;
  }
}
