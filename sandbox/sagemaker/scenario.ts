import { ObjectBody } from '../s3';
import { ServiceError } from '../service';
import {
  AIRecommendation, CreateAIBenchmarkJobRequest, CreateAIRecommendationJobRequest, CreateEndpointInput, CreateInferenceRecommendationsJobRequest,
  CreateInferenceComponentInput, CreateOptimizationJobRequest, EndpointPerformance, InferenceRecommendation, InferenceRecommendationsJobStep,
  UpdateEndpointInput, UpdateInferenceComponentInput, UpdateInferenceComponentRuntimeConfigInput,
} from './types';

/** A minute of virtual time, in milliseconds. */
export const MINUTE = 60_000;

/** An hour of virtual time, in milliseconds. */
export const HOUR = 60 * MINUTE;

/** How a recommendation job goes. */
export interface RecommendationOutcome {
  /** In milliseconds; by default 70 minutes, or 9 hours 40 minutes when the model is optimized. */
  readonly duration?: number;
  /** By default Completed. */
  readonly status?: 'Completed' | 'Failed';
  readonly failureReason?: string;
  /** Best first. By default the figures of a real job, for the instance types and locations of the request. */
  readonly recommendations?: AIRecommendation[];
}

/** What a benchmark measures, as profile_export_aiperf.json has it. */
export type Profile = Record<string, any>;

/**
 * Figures by their path: `time_to_first_token.p90`, of one level of a sweep `concurrency_10.time_to_first_token.p90`, of a search
 * `search.feasible_max` and `search.infeasible_min`. Null removes what is there.
 */
export type Figures = Record<string, unknown>;

/** How a benchmark job goes. */
export interface BenchmarkOutcome {
  /** In milliseconds; by default 12 minutes. */
  readonly duration?: number;
  /** By default Completed; Failed with more than 1 % of errors, whatever is given here. */
  readonly status?: 'Completed' | 'Failed';
  readonly failureReason?: string;
  /** What the real run measured, but for these; or a function that changes what it is given, for each level of a sweep. */
  readonly figures?: Figures | ((profile: Profile, concurrency?: number) => Profile);
  /**
   * The share of requests that fail at most, from 0 up to but not including 1; by default 0. Those that succeed keep their figures, so 10 / 300 gives the
   * very run that the default figures come from.
   */
  readonly errorRate?: number;
  /** What the load generator logs when it begins, and when it ends; by default a line or two. */
  readonly log?: { readonly begin?: readonly string[]; readonly end?: readonly string[] };
  /**
   * `none` leaves nothing; files are laid over those of the default bundle, and undefined takes one out; a body is the archive itself, well
   * formed or not. By default a bundle, unless the job fails for another reason than its errors.
   */
  readonly bundle?: 'none' | Record<string, string | Buffer | undefined> | ObjectBody;
}

/** How an optimization job goes. */
export interface OptimizationOutcome {
  /** In milliseconds; by default 3 hours. One that is longer than the request's MaxRuntimeInSeconds ends there, FAILED. */
  readonly duration?: number;
  /** By default COMPLETED. */
  readonly status?: 'COMPLETED' | 'FAILED';
  readonly failureReason?: string;
  /** The image that the job recommends; by default AWS's own, in the Region of the sandbox. */
  readonly image?: string;
}

/** How an Inference Recommender job goes. A figure that the service does not know is NaN. */
export interface InferenceRecommendationsOutcome {
  /** In milliseconds; by default 45 minutes, or 2 hours for an Advanced job. */
  readonly duration?: number;
  /** By default COMPLETED. */
  readonly status?: 'COMPLETED' | 'FAILED';
  readonly failureReason?: string;
  /** By default one for each of the request's endpoint configurations, or three. */
  readonly recommendations?: InferenceRecommendation[];
  /** By default one for each of the request's endpoints. */
  readonly endpointPerformances?: EndpointPerformance[];
  /** What the job tried. By default a step for each recommendation, or for each configuration one that failed for the job's reason. */
  readonly steps?: Omit<InferenceRecommendationsJobStep, 'JobName' | 'StepType'>[];
}

/** How the deployment of an endpoint goes. */
export interface EndpointOutcome {
  /** Until the instances are up, in milliseconds; by default 8 minutes. A deployment in steps takes its waits in addition, a rolling one this for each batch. */
  readonly duration?: number;
  /** By default InService. */
  readonly status?: 'InService' | 'Failed';
  readonly failureReason?: string;
  /** An update that SageMaker rolls back by itself: the endpoint ends InService, with its former configuration. */
  readonly rollsBack?: boolean;
}

/** How an inference component comes up, or is changed. */
export interface InferenceComponentOutcome {
  /** In milliseconds; by default 6 minutes, and 4 more if instances have to be added first. An update in batches takes this for each of them. */
  readonly duration?: number;
  /** By default InService. */
  readonly status?: 'InService' | 'Failed';
  readonly failureReason?: string;
  /** An update that SageMaker rolls back by itself: the component ends InService as it was before. */
  readonly rollsBack?: boolean;
}

/** What happens in the sandbox's SageMaker. `nth` counts from 1, over the whole life of the sandbox. */
export interface Scenario {
  /** Whether CreateModel takes approved model packages only. By default true, as the API's documentation has it. Rejected ones it never takes. */
  readonly requireApproval?: boolean;
  /** How long a job stays in Stopping, in milliseconds; by default 3 minutes. */
  readonly stopDuration?: number;
  recommendation?(request: CreateAIRecommendationJobRequest, nth: number): RecommendationOutcome;
  benchmark?(request: CreateAIBenchmarkJobRequest, nth: number): BenchmarkOutcome;
  optimization?(request: CreateOptimizationJobRequest, nth: number): OptimizationOutcome;
  inferenceRecommendations?(request: CreateInferenceRecommendationsJobRequest, nth: number): InferenceRecommendationsOutcome;
  /** `nth` counts creations and updates alike. */
  endpoint?(request: CreateEndpointInput | UpdateEndpointInput, nth: number): EndpointOutcome;
  /** `nth` counts creations and updates alike. */
  inferenceComponent?(
    request: CreateInferenceComponentInput | UpdateInferenceComponentInput | UpdateInferenceComponentRuntimeConfigInput, nth: number,
  ): InferenceComponentOutcome;
  /** Whether instances of a type are to be had; by default all are. Asked whenever instances are started. */
  capacity?(instanceType: string): boolean;
  /** An error for a call that is valid in itself: a quota, for example. */
  refuse?(operation: string, input: Record<string, any>): ServiceError | undefined;
}
