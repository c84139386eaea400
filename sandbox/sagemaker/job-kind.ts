import { Authorization } from '../service';
import { ModelPackages } from './model-packages';
import { WorkloadConfigs } from './workload-configs';
import { World } from './world';

/** A job of any kind. */
export interface Job {
  readonly name: string;
  readonly arn: string;
  /** 1 for the first job of its kind. */
  readonly number: number;
  readonly request: Record<string, any>;
  readonly creationTime: number;
  status: string;
  endTime?: number;
  failureReason?: string;
  /** Members of Describe that the job's end brought. */
  result: Record<string, unknown>;
}

/** What a kind of job needs to look into. */
export interface JobServices {
  readonly world: World;
  readonly workloadConfigs: WorkloadConfigs;
  readonly modelPackages: ModelPackages;
}

/** How one job goes. */
export interface JobOutcome {
  readonly duration: number;
  readonly succeeds: boolean;
  readonly failureReason?: string;
  /** Called when the job ends well: leaves behind what the job makes, and gives the members that Describe answers from then on. */
  result?(job: Job): Record<string, unknown>;
}

/** Everything in which one family of jobs differs from another. */
export interface JobKind {
  /** The noun in the names of the operations: `CreateAIRecommendationJob`. */
  readonly noun: string;
  /** The noun of the List operation, which is also the member that holds the list. */
  readonly plural: string;
  readonly summaryShape: string;
  readonly arnType: string;
  readonly members: { readonly name: string; readonly arn: string; readonly status: string; readonly start?: string; readonly end: string };
  readonly statuses: Record<'running' | 'completed' | 'failed' | 'stopping' | 'stopped', string>;
  /** Inference Recommender has no Delete. */
  readonly deletable: boolean;
  /** The workload configuration that a request refers to, by name or ARN. */
  workloadConfig?(request: any): string;
  /** Rules that the shapes do not hold: throws what the service would refuse. */
  check?(request: any, services: JobServices): void;
  /** What the job does under its execution role. */
  authorizations?(request: any, services: JobServices): Authorization[];
  outcome(request: any, nth: number, services: JobServices): JobOutcome;
}
