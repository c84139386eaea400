import { Backward } from './backward';
import { dispose, superfluous } from './disposal';
import { Engine } from './engine';
import { Forward } from './forward';
import { Graph, merged } from './graph';
import { resolveOutputs } from './outputs';
import { Garbage, StableState, Stack } from './stack';
import { Target } from './target';
import { ResourceDefinition } from './template';

/** After that a clean-up lets go of what it could not delete. */
const CLEAN_UP_ATTEMPTS = 3;

/** Creates or updates a stack and, if that fails, rolls it back or leaves it as it is. */
export async function deploy(engine: Engine, stack: Stack, target: Target, disableRollback: boolean): Promise<void> {
  const verb = stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE';
  stack.transaction ??= { before: stableState(stack), attempts: [], displaced: [], touched: new Set() };
  stack.transaction.attempts.push(target);
  stack.target = target;
  if (verb === 'UPDATE') {
    stack.updatedAt = engine.clock.now();
  }
  engine.book.stackStatus(stack, `${verb}_IN_PROGRESS`, 'User Initiated');
  const forward = new Forward(engine, stack, target, !disableRollback);
  stack.forward = forward;
  let failure = await forward.run();
  stack.forward = undefined;
  if (stack.status === 'DELETE_IN_PROGRESS') {
    return;
  }
  if (failure === undefined) {
    try {
      const outputs = resolveOutputs(target, forward.scope());
      engine.checkExports(stack, outputs);
      stack.outputDetails = outputs;
    } catch (error) {
      failure = (error as Error).message;
    }
  }
  if (failure === undefined) {
    await complete(engine, stack, target, verb);
  } else if (disableRollback && !forward.cancelled) {
    engine.book.stackStatus(stack, `${verb}_FAILED`, failure);
  } else {
    await rollBack(engine, stack, stack.transaction.before ? failure : `${failure.trimEnd()} Rollback requested by user.`);
  }
}

/** Goes back to the last stable state, or to nothing if there has never been one. */
export async function rollBack(engine: Engine, stack: Stack, reason: string): Promise<void> {
  const { before } = stack.transaction!;
  if (before) {
    await rollBackUpdate(engine, stack, before, reason);
  } else {
    engine.book.stackStatus(stack, 'ROLLBACK_IN_PROGRESS', reason);
    const failed = await disposeOfEverything(engine, stack, 'creation undone');
    stack.transaction = failed.length > 0 ? stack.transaction : undefined;
    engine.book.stackStatus(stack, failed.length > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE', couldNotDelete(failed));
  }
}

export async function destroy(engine: Engine, stack: Stack): Promise<void> {
  const failed = await disposeOfEverything(engine, stack, 'removed');
  if (failed.length === 0) {
    stack.transaction = undefined;
    stack.outputDetails = new Map();
    stack.imports = new Set();
  }
  engine.book.stackStatus(stack, failed.length > 0 ? 'DELETE_FAILED' : 'DELETE_COMPLETE', couldNotDelete(failed));
}

async function complete(engine: Engine, stack: Stack, target: Target, verb: 'CREATE' | 'UPDATE'): Promise<void> {
  if (verb === 'UPDATE') {
    engine.book.stackStatus(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    await cleanUp(engine, stack, 'removed', target);
  }
  stack.transaction = undefined;
  engine.book.stackStatus(stack, `${verb}_COMPLETE`);
}

async function rollBackUpdate(engine: Engine, stack: Stack, before: StableState, reason: string): Promise<void> {
  engine.book.stackStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  const failed = await new Backward(engine, stack, before).run();
  if (failed.length > 0) {
    engine.book.stackStatus(stack, 'UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${failed.join(', ')}]. `);
    return;
  }
  stack.target = before.target;
  engine.book.stackStatus(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  await cleanUp(engine, stack, 'creation undone', before.target);
  stack.transaction = undefined;
  engine.book.stackStatus(stack, 'UPDATE_ROLLBACK_COMPLETE');
}

/** Deletes what the stack, as it is now, has no use for. A failure here does not fail the stack. */
async function cleanUp(engine: Engine, stack: Stack, because: Garbage['because'], target: Target): Promise<void> {
  const [, ...others] = targetsOf(stack, target);
  const gone = [...stack.resources.values()].filter(({ logicalId }) => !target.resources.has(logicalId));
  const garbage = gone.flatMap(({ copy }): Garbage[] => copy ? [{ copy, because }] : []);
  await dispose(engine, stack, {
    garbage: [...superfluous(stack), ...garbage],
    graph: graphOf([...others, target]),
    definition: logicalId => definition(logicalId, [target, ...others]),
    attempts: CLEAN_UP_ATTEMPTS,
    stopAtFailure: false,
  });
  gone.forEach(({ logicalId }) => stack.resources.delete(logicalId));
}

async function disposeOfEverything(engine: Engine, stack: Stack, because: Garbage['because']): Promise<string[]> {
  const targets = targetsOf(stack, stack.target!);
  const present = [...stack.resources.values()].flatMap(({ copy }): Garbage[] => copy ? [{ copy, because }] : []);
  return dispose(engine, stack, {
    garbage: [...superfluous(stack), ...present],
    graph: graphOf(targets),
    definition: logicalId => definition(logicalId, targets),
    attempts: 1,
    stopAtFailure: true,
  });
}

/** All that the resources may be from: the present template, those of earlier attempts, the last stable one. */
function targetsOf({ transaction }: Stack, present: Target): Target[] {
  const { before, attempts = [] } = transaction ?? {};
  return [present, ...[...attempts].reverse(), ...before ? [before.target] : []];
}

/** Where several say on what a resource depends, the first is right. */
function graphOf(targets: Target[]): Graph {
  return targets.map(({ graph }) => graph).reduceRight((others, graph) => merged(graph, others));
}

function definition(logicalId: string, targets: Target[]): ResourceDefinition | undefined {
  return targets.map(({ resources }) => resources.get(logicalId)).find(found => found !== undefined);
}

function stableState({ target, resources }: Stack): StableState | undefined {
  return target && { target, copies: new Map([...resources].flatMap(([logicalId, { copy }]) => copy ? [[logicalId, copy]] : [])) };
}

function couldNotDelete(failed: string[]): string | undefined {
  return failed.length > 0 ? `The following resource(s) failed to delete: [${failed.join(', ')}]. ` : undefined;
}
