import { createHash } from 'crypto';
import {
  aws_ssm as ssm,
  DefaultTokenResolver,
  IPostProcessor,
  IResolvable,
  IResolveContext,
  Lazy,
  Names,
  Reference,
  Resource,
  Stack,
  Stage,
  StringConcat,
  Token,
  Tokenization,
} from 'aws-cdk-lib';
import { Construct, IConstruct, IDependable } from 'constructs';
import { ProviderResource, TaggedProviderResource } from './sagemaker-resource';
import type { IAiWorkloadConfig } from '../workload';

/*
 * What is made here has names that change with what it is made from, and CloudFormation refuses to change an export that is in use: an app
 * with such a reference deploys once and never again. So these names are never exported. The stack that has one writes it into an SSM
 * parameter, and the stack that wants it reads that when it is deployed.
 */

/** Ids are a contract: another id is another parameter under the same name, which CloudFormation refuses. */
const SHARED_ID = 'CdkSageMakerInferenceShared';

/** A value of a construct as another construct can use it. */
export interface Referral {
  readonly value: string;
  /** Changes with what the value stands for. Undefined within a stack, where CloudFormation sees changes by itself. */
  readonly revision?: string;
}

/** Whether a construct of this app is in another stack. Nested stacks belong to their parent: CloudFormation hands values through, unexported. */
export function isElsewhere(referred: IConstruct, scope: IConstruct): boolean {
  return Resource.isOwnedResource(referred) && outermost(referred) !== outermost(scope);
}

export interface ReferralProps {
  /** The construct that the value is of. */
  readonly owner: IConstruct;
  /** What the value is, in a word. Part of the parameter's name: a contract, as stacks are deployed one after the other. */
  readonly name: string;
  readonly value: string;
  /** What must be complete before the value counts. */
  readonly after?: IDependable;
}

/** A value that changes with what its owner is made from, for use in the stack of `scope`. */
export function refer(scope: IConstruct, { owner, name, value, after }: ReferralProps): Referral {
  if (!isElsewhere(owner, scope)) {
    return { value };
  }
  if (isOfSameStage(owner, scope)) {
    Stack.of(scope).addDependency(Stack.of(owner), `${scope.node.path} refers to ${owner.node.path}`);
  }
  const revision = Lazy.string({ produce: () => revisionOf(owner) });
  return { value: Token.isUnresolved(value) ? throughParameter(scope, { owner, name, value, after }) : value, revision };
}

/** The name of a workload configuration as the stack of a job can have it. */
export function referToWorkload(scope: IConstruct, workloadConfig: IAiWorkloadConfig): Referral {
  return refer(scope, { owner: workloadConfig, name: 'WorkloadConfigName', value: workloadConfig.workloadConfigName });
}

/** Stacks of different stages can't depend on each other: whoever deploys them sees to the order. */
export function isOfSameStage(referred: IConstruct, scope: IConstruct): boolean {
  return Stage.of(referred) === Stage.of(scope);
}

/** As a property of the one that refers: it makes the template another one. Absent where nothing is referred to elsewhere. */
export function revisionsOf(referrals: readonly Referral[]): string[] | undefined {
  const revisions = referrals.flatMap(({ revision }) => revision === undefined ? [] : [revision]);
  return revisions.length > 0 ? revisions : undefined;
}

function throughParameter(scope: IConstruct, { owner, name, value, after }: ReferralProps): string {
  const stack = Stack.of(owner);
  const shared = stack.node.tryFindChild(SHARED_ID) as Construct | undefined ?? new Construct(stack, SHARED_ID);
  const address = Names.nodeUniqueId(owner.node);
  const parameterName = `/cdk-sagemaker-inference/${outermost(owner).stackName}/${address}/${name}`;
  if (!shared.node.tryFindChild(`${address}${name}`)) {
    const parameter = new ssm.StringParameter(shared, `${address}${name}`, {
      parameterName,
      stringValue: value,
      description: `${name} of ${owner.node.path}, for other stacks of the app`,
    });
    if (after) {
      parameter.node.addDependency(after);
    }
  }
  return ssm.StringParameter.valueForStringParameter(Stack.of(scope), parameterName);
}

function outermost(construct: IConstruct): Stack {
  let stack = Stack.of(construct);
  while (stack.nestedStackParent) {
    stack = stack.nestedStackParent;
  }
  return stack;
}

/**
 * A hash of what the SageMaker resources of a construct are made from, and of what these refer to in turn. It is in the templates of other
 * stacks, and does nothing there but be another one.
 */
function revisionOf(owner: IConstruct): string {
  const seen = new Set<IConstruct>();
  const contents = owner.node.findAll().filter(child => child instanceof TaggedProviderResource).map(resource => contentOf(resource, seen));
  return createHash('sha256').update(JSON.stringify(contents)).digest('hex').slice(0, 16);
}

function contentOf(resource: ProviderResource, seen: Set<IConstruct>): unknown[] {
  if (seen.has(resource)) {
    return [];
  }
  seen.add(resource);
  const resolver = new ReferenceCollector();
  const content = Tokenization.resolve(resource.content, { scope: resource, resolver });
  return [content, ...[...resolver.targets].filter(target => target instanceof ProviderResource).map(target => contentOf(target, seen))];
}

/** Resolves, and remembers what was referred to: the reference itself stays the same when that changes. */
class ReferenceCollector extends DefaultTokenResolver {
  public readonly targets = new Set<IConstruct>();

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) {
      this.targets.add(token.target);
    }
    return super.resolveToken(token, context, postProcessor);
  }
}
