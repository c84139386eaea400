/** What is shown as one row: a resource, or several that belong together. */
export interface Group {
  readonly kind: Kind;
  /** Path of the construct within the stack: `Recommendation/Wait`. */
  readonly name: string;
  /** Logical ids. */
  readonly members: readonly string[];
}

/** What the eye looks for, and what it does not. */
export type Kind = 'supporting' | 'workload' | 'job' | 'wait' | 'deployment' | 'endpoint' | 'check';

/** What of a template the display is made from. */
export interface Template {
  readonly Resources: Record<string, {
    readonly Type: string;
    readonly Metadata?: Record<string, unknown>;
    readonly Properties?: Record<string, unknown>;
  }>;
}

const KINDS: Record<string, Kind> = {
  'Custom::SageMakerAIWorkloadConfig': 'workload',
  'Custom::SageMakerAIRecommendationJob': 'job',
  'Custom::SageMakerJobWait': 'wait',
  'Custom::SageMakerRecommendationDeployment': 'deployment',
  'Custom::SageMakerEndpointCheck': 'check',
  'Custom::SageMakerInferenceComponentCheck': 'check',
  'AWS::SageMaker::Endpoint': 'endpoint',
};

/** The supporting resources first, then the others in the order of the template, which is that of the app. */
export function groupsOf({ Resources }: Template): Group[] {
  const groups = new Map<string, { kind: Kind; name: string; members: string[] }>();
  groups.set('', { kind: 'supporting', name: 'Supporting', members: [] });
  for (const [logicalId, { Type }] of Object.entries(Resources)) {
    const kind = KINDS[Type] ?? 'supporting';
    const path = pathOf(logicalId, Resources);
    const name = kind === 'wait' ? path.slice(0, path.lastIndexOf('/')) : path;
    const key = kind === 'supporting' ? '' : name;
    const group = groups.get(key) ?? { kind, name, members: [] };
    group.members.push(logicalId);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Path of a resource within its stack, without the `Resource` that the main resource of a construct is called. */
export function pathOf(logicalId: string, resources: Template['Resources']): string {
  const path = resources[logicalId]?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/^[^/]+\//, '').replace(/\/Resource$/, '') : logicalId;
}
