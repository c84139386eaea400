import type { Properties } from './event';

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

  /** Why it cannot be deployed, for a reason of its kind. */
  readonly obstacle?: string;
}

export interface Channel {
  readonly name: string;
  readonly uri: string;
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
  return typeof value === 'number' && value >= 1 ? value : 1;
}
