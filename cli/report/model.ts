import type { JobState } from '../../lambda/kind';

/*
 * What `report --format json` prints, and what the other formats are written from. docs/report.md describes it.
 *
 * Figures are text: the digits that the service wrote. Within one `version` members are added, never renamed or removed.
 */

export interface Report {
  readonly version: 1;
  /** Names of what was asked for. */
  readonly title: string;
  /** When it was made; like all times in ISO 8601. */
  readonly madeAt: string;
  readonly account: string;
  readonly region: string;
  readonly subjects: readonly Subject[];
  /** What is to know about the whole report, such as what could not be read. */
  readonly notes: readonly string[];
  /** Endpoints of the stacks, and those that a benchmark measured. */
  readonly deployments: readonly Deployment[];
  readonly jobs: readonly Job[];
  /** Of the benchmarks that are single runs, and of those that are sweeps, wherever there are two or more. */
  readonly comparisons: readonly Comparison[];
}

export interface Subject {
  /** `Stack`, or the kind of job in the words of the API. */
  readonly type: string;
  readonly name: string;
  readonly arn: string;
}

export interface Figure {
  /** Name of the metric: in expectations that of this library, in measurements that of the load generator. */
  readonly metric: string;
  /** Such as `p50`; absent where the metric is one number. */
  readonly stat?: string;
  /** The digits. */
  readonly value: string;
  /** Empty where nobody says it. */
  readonly unit: string;
}

export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** A variable of an environment. */
export interface Variable {
  readonly name: string;
  /** Absent if it is masked. */
  readonly value?: string;
  /** True where name or value look like a secret. */
  readonly masked?: true;
}

export interface Deployment {
  readonly endpoint: string;
  readonly arn: string;
  readonly status: string;
  readonly endpointConfig: string;
  /** Since when the configuration exists. */
  readonly configuredAt?: string;
  readonly served: readonly Served[];
}

/** What a variant or an inference component serves. */
export interface Served {
  /** Of the variant, or of the inference component. */
  readonly name: string;
  readonly inferenceComponent?: true;
  readonly shadow?: true;
  /** Absent if it is serverless. */
  readonly instanceType?: string;
  readonly instanceCount?: number;
  readonly model: string;
  readonly modelPackageArn?: string;
  readonly inferenceSpecificationName?: string;
  readonly image?: string;
  /** Place in the ranking of its job, from 1. */
  readonly rank?: number;
  /** The job that recommended it, if the report has it. */
  readonly job?: string;
  /** What the job expected of it. */
  readonly expected: readonly Figure[];
}

export interface Job {
  /** In the words of the API: `AIRecommendationJob`, `AIBenchmarkJob`, `OptimizationJob` or `InferenceRecommendationsJob`. */
  readonly type: string;
  /** As in a sentence. */
  readonly kind: string;
  readonly name: string;
  readonly arn: string;
  /** The service's own word. */
  readonly status: string;
  readonly state: JobState;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly failureReason?: string;
  /** What it was given, as far as it helps to read the figures. */
  readonly settings: readonly Setting[];
  /** Best first; absent for a benchmark, and while the job has not completed. */
  readonly candidates?: readonly Candidate[];
  readonly plot?: Plot;
  /** Endpoints that an Inference Recommender job measured. */
  readonly endpoints?: readonly { readonly name: string; readonly figures: readonly Figure[] }[];
  readonly benchmark?: Benchmark;
}

export interface Candidate {
  /** 1 is the best. */
  readonly rank: number;
  /** The rank, and the inference specification or what else it is known by. */
  readonly title: string;
  /** Endpoints that serve it. */
  readonly deployedAt: readonly string[];
  /** Whether no other candidate is both faster and has more throughput, in the two figures of the plot. Absent without a plot. */
  readonly onParetoFront?: boolean;
  readonly recommendationId?: string;
  readonly inferenceSpecificationName?: string;
  /** Absent if it is serverless. */
  readonly instanceType?: string;
  readonly instanceCount: number;
  readonly copyCountPerInstance: number;
  readonly serverless?: readonly Setting[];
  readonly modelPackageArn?: string;
  readonly modelName?: string;
  readonly image?: string;
  /** Where the files of the model are. */
  readonly files: readonly Setting[];
  readonly adapters: readonly string[];
  readonly optimizedWith: readonly Optimization[];
  readonly environment: readonly Variable[];
  /** What the job expects of it. */
  readonly figures: readonly Figure[];
  /** Why it cannot be deployed. */
  readonly obstacle?: string;
}

export interface Optimization {
  /** Such as `SpeculativeDecoding`. */
  readonly type: string;
  readonly settings: readonly Variable[];
}

/** Which figures the plot of the candidates is of. */
export interface Plot {
  readonly latency: Axis;
  readonly throughput: Axis;
  readonly points: readonly { readonly rank: number; readonly latency: number; readonly throughput: number }[];
}

export interface Axis {
  readonly metric: string;
  readonly stat?: string;
  readonly unit: string;
}

export interface Benchmark {
  /** Name of the endpoint. */
  readonly endpoint?: string;
  readonly inferenceComponents?: readonly string[];
  /** Where the results are. */
  readonly results?: string;
  /** Why there are no figures. */
  readonly problem?: string;
  /** One, or one for each level of a sweep, or none for a search. */
  readonly runs: readonly Run[];
  readonly search?: Search;
  readonly expected?: Expected;
}

export interface Run {
  /** How many requests at a time; absent where the results don't say. */
  readonly concurrency?: string;
  /** Version of the load generator. */
  readonly tool?: string;
  /** In the order of the results. */
  readonly metrics: readonly Metric[];
  readonly errors: readonly { readonly type: string; readonly count: string }[];
}

export interface Metric {
  /** As the load generator has it, such as `time_to_first_token`. */
  readonly name: string;
  readonly unit: string;
  /** Digits by statistic. */
  readonly stats: Readonly<Record<string, string>>;
}

/** A search for the highest concurrency that keeps its limits. */
export interface Search {
  /** What was varied, such as `phases.profiling.concurrency`. */
  readonly dimension: string;
  /** What was to be as high, or as low, as possible. */
  readonly objective: string;
  readonly limits: readonly string[];
  /** Highest level that kept the limits. */
  readonly feasibleMax?: string;
  /** Lowest level that did not. */
  readonly infeasibleMin?: string;
  /** What was missed there. */
  readonly firstBreach?: string;
  readonly convergence?: string;
  readonly iterations: readonly Iteration[];
}

export interface Iteration {
  readonly level: string;
  readonly objective?: string;
  readonly feasible: boolean;
}

/** What was expected of what is deployed, against what was measured. */
export interface Expected {
  /** What the expectation is of, such as `1. high-otps-on-g6-24xlarge`. */
  readonly of: string;
  readonly expectedConcurrency?: string;
  readonly measuredConcurrency?: string;
  /** What is to know before the two are compared. */
  readonly caveat?: string;
  readonly figures: readonly ComparedFigure[];
}

export interface ComparedFigure {
  readonly metric: string;
  readonly stat?: string;
  readonly unit: string;
  readonly expected: string;
  readonly measured: string;
  readonly delta?: Delta;
}

export interface Delta {
  /** Of the second to the first, in percent of the first, to two decimals. */
  readonly percent: number;
  /** Absent where more is neither better nor worse. */
  readonly verdict?: 'better' | 'worse' | 'same';
}

export interface Comparison {
  /** Names of the benchmarks, oldest first. The first one is what the others are compared with. */
  readonly jobs: readonly string[];
  /** What else differs between them than what was measured. */
  readonly differences: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly figures: readonly ComparedRuns[];
}

export interface ComparedRuns {
  /** As in an expectation: `time_to_first_token.p90`, of one level of a sweep `concurrency_10.time_to_first_token.p90`. */
  readonly figure: string;
  readonly unit: string;
  /** In the order of the jobs; null where a job has none. */
  readonly values: readonly (string | null)[];
  /** Each against the first job's; null where there is nothing to compare. */
  readonly deltas: readonly (Delta | null)[];
}
