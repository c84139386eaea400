import { ServiceError } from '../service';
import { AIRecommendation, CreateAIRecommendationJobRequest, CreateEndpointInput, UpdateEndpointInput } from './types';

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

/** How the deployment of an endpoint goes. */
export interface EndpointOutcome {
  /** In milliseconds; by default 8 minutes. */
  readonly duration?: number;
  /** By default InService. */
  readonly status?: 'InService' | 'Failed';
  readonly failureReason?: string;
  /** An update that SageMaker rolls back by itself: the endpoint ends InService, with its former configuration. */
  readonly rollsBack?: boolean;
}

/** What happens in the sandbox's SageMaker. `nth` counts from 1, over the whole life of the sandbox. */
export interface Scenario {
  /** Whether CreateModel takes approved model packages only. By default true, as the API's documentation has it. */
  readonly requireApproval?: boolean;
  /** How long a job stays in Stopping, in milliseconds; by default 3 minutes. */
  readonly stopDuration?: number;
  recommendation?(request: CreateAIRecommendationJobRequest, nth: number): RecommendationOutcome;
  /** `nth` counts creations and updates alike. */
  endpoint?(request: CreateEndpointInput | UpdateEndpointInput, nth: number): EndpointOutcome;
  /** An error for a call that is valid in itself: a quota, for example. */
  refuse?(operation: string, input: Record<string, any>): ServiceError | undefined;
}
