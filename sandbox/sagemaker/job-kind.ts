import type { LogStore } from '../cloudwatch-logs';
import { ObjectStore } from '../s3';
import { Authorization } from '../service';
import { EndpointConfigs } from './endpoint-configs';
import { Endpoints } from './endpoints';
import { InferenceComponents } from './inference-components';
import { ModelPackages } from './model-packages';
import { Models } from './models';
import { WorkloadConfigs } from './workload-configs';
import { World } from './world';

/** A job of any kind. */
export interface Job {
  readonly name: string;
  readonly arn: string;
  /** 1 for the first job of its kind, 0 for one that the service runs by itself. */
  readonly number: number;
  readonly request: Record<string, any>;
  readonly creationTime: number;
  status: string;
  endTime?: number;
  failureReason?: string;
  /** Members of Describe that the job's end brought. */
  result: JobResult;
}

/** What a kind of job needs to look into, and where it leaves what it makes. */
export interface JobServices {
  readonly world: World;
  readonly workloadConfigs: WorkloadConfigs;
  readonly modelPackages: ModelPackages;
  readonly models: Models;
  readonly endpoints: Endpoints;
  readonly endpointConfigs: EndpointConfigs;
  readonly inferenceComponents: InferenceComponents;
  readonly s3: ObjectStore;
  readonly logs: LogStore;
  /** Benchmark jobs that the service runs by itself, for other jobs. */
  readonly innerBenchmarks: InnerJobs;
}

/** Jobs that the service runs for other jobs: they are listed and described, yet nobody has asked for them. */
export interface InnerJobs {
  begin(request: Record<string, any>): Job;
  end(job: Job, status: string, failureReason?: string): void;
}

/** How one job goes. */
export interface JobOutcome {
  readonly duration: number;
  readonly succeeds: boolean;
  readonly failureReason?: string;
  /** Called when the job begins to run, with nothing in its way: gives the members that Describe answers from then on. */
  begun?(job: Job): JobResult;
  /** Called when the job ends well: leaves behind what the job makes, and gives the members that Describe answers from then on. */
  result?(job: Job): JobResult | Promise<JobResult>;
  /** The same for a job that ends Failed after its time. One that fails at its start, because something is in its way, has made nothing. */
  failedResult?(job: Job): JobResult | Promise<JobResult>;
}

/** Members of Describe. */
export type JobResult = Record<string, unknown>;

/** The status words of the AI jobs. */
export const AI_JOB_STATUSES: JobKind['statuses'] = {
  running: 'InProgress', completed: 'Completed', failed: 'Failed', stopping: 'Stopping', stopped: 'Stopped',
};

/** Everything in which one family of jobs differs from another. */
export interface JobKind {
  /** The noun in the names of the operations: `CreateAIRecommendationJob`. */
  readonly noun: string;
  /** The noun of the List operation. */
  readonly plural: string;
  /** The member that holds the list; by default it is called like the plural. */
  readonly listMember?: string;
  readonly summaryShape: string;
  readonly arnType: string;
  readonly members: { readonly name: string; readonly arn: string; readonly status: string; readonly start?: string; readonly end: string };
  /** A kind with a status of its own for jobs that are about to begin has `starting`: it lasts a minute. */
  readonly statuses: Record<'running' | 'completed' | 'failed' | 'stopping' | 'stopped', string> & { readonly starting?: string };
  /** Inference Recommender has no Delete. */
  readonly deletable: boolean;
  /** The workload configuration that a request refers to, by name or ARN. */
  workloadConfig?(request: any): string;
  /** Rules that the shapes do not hold: throws what the service would refuse. */
  check?(request: any, services: JobServices): void;
  /** What the job does under its execution role. */
  authorizations?(request: any, services: JobServices): Authorization[];
  /** What, other than its role, is in the way of a job that begins: it fails with this reason. */
  obstacle?(request: any, services: JobServices): string | undefined;
  outcome(request: any, nth: number, services: JobServices): JobOutcome;
}
