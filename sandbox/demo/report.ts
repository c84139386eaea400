/**
 * What `npm run demo -- --json FILE` writes.
 *
 * Times are virtual and in ISO 8601, durations are virtual seconds unless they say otherwise. Within one `version` members are
 * added, never renamed or removed.
 */
export interface Report {
  readonly version: 1;
  readonly example: string;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** Whether everything went as expected: the exit code is 0 then, and 1 otherwise. */
  readonly succeeded: boolean;
  /** What did not go as expected, in words. */
  readonly problems: readonly string[];
  /** In the order in which they ran. After a deployment that failed, the updates are left out and only `destroy` follows. */
  readonly phases: readonly PhaseReport[];
  /** What there still was after the last phase. */
  readonly leftovers: Leftovers;
  /** Over all phases. */
  readonly counts: Counts;
}

export type PhaseName = 'create' | 'tag' | 'objective' | 'destroy';

export interface PhaseReport {
  readonly name: PhaseName;
  readonly title: string;
  /** The stack's, at the end: `CREATE_COMPLETE`. */
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationSeconds: number;
  /** Seconds that the phase took on this machine. */
  readonly realSeconds: number;
  readonly expectations: readonly Expectation[];
  /** Names of the jobs that were started, and of those that were deleted. */
  readonly jobsStarted: readonly string[];
  readonly jobsDeleted: readonly string[];
  /** Those that there are at the end of the phase. */
  readonly jobs: readonly JobReport[];
  /** Of the job that the stack has, best first. Empty as long as it has not completed, or if there is none. */
  readonly recommendations: readonly RecommendationReport[];
  /** At the end of the phase; null if there is none. */
  readonly endpoint: EndpointReport | null;
  readonly counts: Counts;
  readonly events: readonly EventReport[];
}

export interface Expectation {
  readonly text: string;
  readonly held: boolean;
  /** What was found instead. */
  readonly found?: string;
}

export interface JobReport {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** `throughput`, `ttft-ms` or `cost` */
  readonly objective: string;
  readonly startedAt: string;
  /** Null while it runs. */
  readonly endedAt: string | null;
  /** Until its end, or until now. */
  readonly durationSeconds: number;
  readonly failureReason: string | null;
}

export interface RecommendationReport {
  /** 1 is the best. */
  readonly rank: number;
  readonly inferenceSpecificationName: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly copyCountPerInstance: number;
  readonly modelPackageArn: string;
  readonly metrics: readonly MetricReport[];
  /** Whether it is the one that the endpoint serves. */
  readonly chosen: boolean;
}

export interface MetricReport {
  readonly metric: string;
  /** Null for a metric that is one number. */
  readonly stat: string | null;
  readonly value: number;
  readonly unit: string;
}

export interface EndpointReport {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly createdAt: string;
  readonly lastModifiedAt: string;
  readonly configName: string;
  readonly modelName: string;
  readonly inferenceSpecificationName: string;
  readonly modelPackageArn: string;
  readonly instanceType: string;
  readonly instanceCount: number;
}

/** What was called how often. */
export interface Counts {
  /** Calls over HTTP by the handlers and the provider framework, alphabetically; `refused` ones are among the `calls`. */
  readonly api: readonly { readonly service: string; readonly operation: string; readonly calls: number; readonly refused: number }[];
  /** By the function's path in the stack, alphabetically. */
  readonly invocations: readonly { readonly function: string; readonly invocations: number }[];
  /** Answers that custom resources gave to CloudFormation. */
  readonly customResourceAnswers: number;
  /** What Step Functions charges for. */
  readonly stateTransitions: number;
  /** The longest that CloudFormation waited for a custom resource; its limit is 3600. */
  readonly longestCustomResourceSeconds: number;
}

export interface Leftovers {
  /** ARNs of what still costs money. */
  readonly running: readonly string[];
  readonly jobs: readonly string[];
  readonly workloadConfigs: readonly string[];
  readonly models: readonly string[];
  readonly endpointConfigs: readonly string[];
  readonly endpoints: readonly string[];
  readonly roles: readonly string[];
  readonly functions: readonly string[];
  /** Physical ids of resources whose last stack event is not their deletion. */
  readonly stackResources: readonly string[];
  /** Made by the jobs themselves and not by the stack: they record what a job found, cost nothing, and are kept. */
  readonly modelPackageGroups: readonly string[];
}

export interface EventReport {
  readonly time: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string | null;
}
