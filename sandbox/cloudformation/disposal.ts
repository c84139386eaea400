import { Cancellation } from './cancellation';
import { Engine } from './engine';
import { Graph, reversed, walk } from './graph';
import { Copy, Garbage, Stack } from './stack';
import { ResourceDefinition } from './template';

export interface DisposalProps {
  readonly garbage: Garbage[];
  /** Dependencies among the resources: what depends on something goes before it. */
  readonly graph: Graph;
  /** The definition that holds the policies. */
  readonly definition: (logicalId: string) => ResourceDefinition | undefined;
  /** How often a deletion that fails is tried. */
  readonly attempts: number;
  /** Whether what a resource depends on stays when the resource could not be deleted. */
  readonly stopAtFailure: boolean;
}

/** Deletes physical resources, except those that a policy retains; answers with the logical ids of those that couldn't be. */
export async function dispose(engine: Engine, stack: Stack, props: DisposalProps): Promise<string[]> {
  const { garbage, graph, definition, attempts, stopAtFailure } = props;
  const failed: string[] = [];
  const byId = new Map<string, Garbage[]>();
  for (const item of garbage) {
    byId.set(item.copy.logicalId, [...byId.get(item.copy.logicalId) ?? [], item]);
  }
  // Also the ids in between are walked: they carry the order from one copy to another.
  await walk(new Set([...graph.keys(), ...byId.keys()]), reversed(graph), async logicalId => {
    const outcomes = await Promise.all((byId.get(logicalId) ?? []).map(item => disposeOf(engine, stack, item, attempts, definition(logicalId))));
    if (outcomes.includes(false)) {
      failed.push(logicalId);
    }
    return !stopAtFailure || !outcomes.includes(false);
  });
  return failed;
}

/** What has been displaced and is not the present copy after all, each once. */
export function superfluous(stack: Stack): Garbage[] {
  const seen = new Set<string>();
  return (stack.transaction?.displaced ?? []).filter(({ copy: { logicalId, physicalId } }) => {
    const key = `${logicalId} ${physicalId}`;
    const wanted = stack.resources.get(logicalId)?.physicalId !== physicalId && !seen.has(key);
    seen.add(key);
    return wanted;
  });
}

async function disposeOf(engine: Engine, stack: Stack, item: Garbage, attempts: number, definition?: ResourceDefinition): Promise<boolean> {
  const { copy, because } = item;
  const resource = stack.resources.get(copy.logicalId);
  const isPresent = resource?.copy === copy;
  const status = (name: string, reason?: string) => isPresent
    ? engine.book.resourceStatus(stack, resource, name, reason)
    : engine.book.copyStatus(stack, copy, name, reason);
  if (isRetained(because, definition)) {
    status('DELETE_SKIPPED');
    forget();
    return true;
  }
  status('DELETE_IN_PROGRESS');
  try {
    await deleteCopy(engine, stack, copy);
  } catch (error) {
    status('DELETE_FAILED', (error as Error).message);
    return attempts > 1 && disposeOf(engine, stack, item, attempts - 1, definition);
  }
  status('DELETE_COMPLETE');
  forget();
  return true;

  function forget() {
    if (isPresent) {
      resource!.copy = undefined;
    }
  }
}

async function deleteCopy(engine: Engine, stack: Stack, copy: Copy): Promise<void> {
  const { logicalId, type, properties } = copy;
  const request = { stack, logicalId, type, properties, cancellation: new Cancellation(), identified: () => {} };
  await engine.providers.for(type).delete(request, copy);
}

function isRetained(because: Garbage['because'], definition?: ResourceDefinition): boolean {
  switch (because) {
    case 'replaced': return definition?.updateReplacePolicy === 'Retain';
    case 'creation undone': return definition?.deletionPolicy === 'Retain';
    case 'removed': return definition !== undefined && definition.deletionPolicy !== 'Delete';
  }
}
