import type { Properties } from './event';
import type { PerformanceFigure } from './selection/metrics';

/** One configuration that a job found and that can be deployed, in the terms of no kind in particular. */
export interface Candidate {
  /** Place in the ranking, from 1. */
  readonly rank: number;
  readonly recommendationId?: string;
  readonly inferenceSpecificationName?: string;
  readonly instanceType?: string;
  readonly instanceCount: number;
  readonly copyCountPerInstance: number;
  /** In place of instances, as a variant takes it. */
  readonly serverless?: Properties;

  /** What is served: a model package, or a SageMaker model that is there already, or an image with what it needs. */
  readonly modelPackageArn?: string;
  readonly modelName?: string;
  readonly image?: string;
  /** S3 prefix of the model's files. */
  readonly modelData?: string;
  readonly channels: readonly Channel[];
  /** On top of what a package or a model brings by itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** All of the environment, with what is in a package already: for reading, and for a deployment without the package. */
  readonly recommendedEnvironment: Readonly<Record<string, string>>;

  /** What the job expects of it. */
  readonly performance: readonly PerformanceFigure[];
  /** How many requests at a time that was measured with. */
  readonly concurrency?: number;
  /** On how many accelerators a copy of the model runs. */
  readonly tensorParallelSize?: number;
  /** Memory of the host that a copy of the model needs. */
  readonly minCpuMemoryInMb?: number;
  readonly adapters: readonly Adapter[];

  /** Why it cannot be deployed, for a reason of its kind. */
  readonly obstacle?: string;
}

export interface Channel {
  readonly name: string;
  readonly uri: string;
}

/** A LoRA adapter that is served together with the model. */
export interface Adapter {
  readonly adapterId: string;
  readonly s3Uri?: string;
  readonly modelPackageArn?: string;
}

/** Members of an answer, any of which may be missing. */
export function object(value: unknown): Properties {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value as Properties : {};
}

export function list(value: unknown): Properties[] {
  return Array.isArray(value) ? value.map(object) : [];
}

export function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function count(value: unknown): number {
  return countOrNothing(value) ?? 1;
}

export function countOrNothing(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 ? value : undefined;
}

/** The two serving frameworks' words for it. */
const TENSOR_PARALLEL_SIZES = ['SM_VLLM_TENSOR_PARALLEL_SIZE', 'OPTION_TENSOR_PARALLEL_DEGREE'];

/** On how many accelerators an environment spreads a copy of the model, unless it leaves that to the container, as `max` does. */
export function tensorParallelSizeIn(environment: Readonly<Record<string, unknown>>): number | undefined {
  return TENSOR_PARALLEL_SIZES.map(name => Number(environment[name])).find(size => Number.isInteger(size) && size >= 1);
}
