import { VirtualClock } from '../clock';
import { Book } from './book';
import { evaluate, Scope } from './intrinsics';
import { Surroundings } from './scope';
import { Stack, StackOutput } from './stack';
import { Target } from './target';
import { Properties } from './template';

export interface Behaviour {
  /**
   * Which physical id the Update of a rollback carries when a custom resource has answered the failed update with a new one.
   * AWS documents neither; a handler must bear both. With `old`, the id in a FAILED answer is forgotten.
   *
   * @default new
   */
  readonly rollbackPhysicalId?: 'new' | 'old';
  /**
   * How CloudFormation finds a scaling policy, or a scalable target, that somebody else has deleted and made again. Of a policy made again the
   * ARN is another one, by which CloudFormation knew it. AWS does not document what an update does then: put it by its name, or find nothing.
   *
   * @default by-name
   */
  readonly scalingIdentity?: 'by-name' | 'by-arn';
}

/** What all operations on stacks work with. */
export interface Engine extends Surroundings {
  readonly clock: VirtualClock;
  readonly book: Book;
  readonly behaviour: Required<Behaviour>;
  /** Throws if the outputs' exports clash with, or are missed by, other stacks. */
  checkExports(stack: Stack, outputs: ReadonlyMap<string, StackOutput>): void;
}

/** The properties of a resource with everything resolved, as its provider takes them. */
export function resolveProperties(engine: Engine, scope: Scope, target: Target, logicalId: string): Properties {
  const { type, properties } = target.resources.get(logicalId)!;
  return engine.providers.for(type).prepare(logicalId, type, evaluate(properties, scope) as Properties);
}
