/** What is shown as one row: a resource, or several that belong together. */
export interface Group {
  readonly kind: Kind;
  /** In words, for the type of its resources. */
  readonly noun: string;
  /** Path of the construct within the stack: `Recommendation/Wait`. */
  readonly name: string;
  /** Logical ids, each behind those of the nested stacks that it is in. */
  readonly members: readonly string[];
}

/** What the eye looks for, and what it does not. */
export type Kind = 'supporting' | 'workload' | 'job' | 'wait' | 'deployment' | 'endpoint' | 'component' | 'check';

/** What of a template the display is made from. */
export interface Template {
  readonly Resources: Record<string, {
    readonly Type: string;
    readonly Metadata?: Record<string, unknown>;
    readonly Properties?: Record<string, unknown>;
  }>;
}

/** A resource, as far as it says which group it belongs to. */
export interface Member {
  readonly id: string;
  readonly type: string;
  /** Path of its construct, where that is known. */
  readonly path: string;
}

const TYPES: Record<string, readonly [Kind, string]> = {
  'Custom::SageMakerAIWorkloadConfig': ['workload', 'workload configuration'],
  'Custom::SageMakerAIRecommendationJob': ['job', 'recommendation job'],
  'Custom::SageMakerAIBenchmarkJob': ['job', 'benchmark job'],
  'Custom::SageMakerOptimizationJob': ['job', 'optimization job'],
  'Custom::SageMakerInferenceRecommendationsJob': ['job', 'Inference Recommender job'],
  'Custom::SageMakerJobWait': ['wait', 'waits for the job'],
  'Custom::SageMakerBenchmarkResult': ['check', 'verdict on the benchmark'],
  'Custom::SageMakerRecommendationDeployment': ['deployment', 'model and configuration'],
  'Custom::SageMakerEndpointCheck': ['check', 'check of the endpoint'],
  'Custom::SageMakerInferenceComponentCheck': ['check', 'check of the inference component'],
  'AWS::SageMaker::Endpoint': ['endpoint', 'endpoint'],
  'AWS::SageMaker::InferenceComponent': ['component', 'inference component'],
};

const SUPPORTING = ['supporting', 'roles, functions'] as const;

/** The supporting resources first, then the others in the order of the template, which is that of the app. */
export function groupsOf(template: Template): Group[] {
  return grouped(membersOf(template));
}

/** The resources of a template, in its order. */
export function membersOf({ Resources }: Template): Member[] {
  return Object.entries(Resources).map(([id, { Type }]) => ({ id, type: Type, path: pathOf(id, Resources) }));
}

/** The supporting resources first, then the others in the order in which they are given. */
export function grouped(members: Iterable<Member>): Group[] {
  const groups = new Map<string, Group & { members: string[] }>();
  groups.set('', { kind: SUPPORTING[0], noun: SUPPORTING[1], name: 'Supporting', members: [] });
  for (const { id, type, path } of members) {
    const [kind, noun] = TYPES[type] ?? SUPPORTING;
    const name = kind === 'wait' ? chainOf(path) : path;
    const key = kind === 'supporting' ? '' : name;
    const group = groups.get(key) ?? { kind, noun, name, members: [] };
    group.members.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Path of a resource within its stack, without the `Resource` that the main resource of a construct is called. */
export function pathOf(logicalId: string, resources: Template['Resources']): string {
  const path = resources[logicalId]?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/^[^/]+\//, '').replace(/\/Resource$/, '') : withoutHash(logicalId);
}

/** A logical id of the CDK without what makes it unique: all that is known of a construct's path where there is no template. */
export function withoutHash(logicalId: string): string {
  return logicalId.replace(/(.)[0-9A-F]{8}$/, '$1');
}

/** The wait that a lap is a part of. */
function chainOf(path: string): string {
  return path.replace(/\/?(Lap\d+|Result)$/, '');
}
