import { list } from '../candidate';
import { Failure, Properties, record, ResourceEvent, text } from '../event';

const MAX_FALLBACK = 25;

/** What a deployment asks for: one resource of the template. */
export interface Wanted {
  /** The endpoint that serves it, or will. */
  readonly endpointName: string;
  readonly executionRoleArn: string;
  /** Whether the models are inference components on one variant, instead of a variant each. */
  readonly components: boolean;
  /** The construct's own first. */
  readonly models: readonly WantedModel[];
  /** Members of CreateEndpointConfig, and what is ours between them. */
  readonly endpoint: Properties;
  /** Figures of instance types. */
  readonly hardware: Properties;
  /** The expected figures that a dashboard shows, such as `RequestLatency.p90`. No part of the name. */
  readonly figures: readonly string[];
}

/** One of the models: where it comes from, how it is chosen, and members of the requests that it goes into. */
export interface WantedModel {
  readonly source: Properties;
  readonly selection: Properties;
  /** How many more of the candidates are to stand by on instance types of their own. */
  readonly fallback: number;
  readonly options: Properties;
  readonly variant: Properties;
  readonly component: Properties;
  readonly model: Properties;
  readonly approval: Properties;
  /** How many requests at a time the workload sends, where that is one known number. */
  readonly concurrency?: number;
}

/** Without any there is nothing to deploy, and nothing to delete. */
export function hasModels({ ResourceProperties: { Models } }: ResourceEvent): boolean {
  return Array.isArray(Models) && Models.length > 0 && Models.every(model => typeof model === 'object' && model !== null);
}

export function wantedOf(event: ResourceEvent): Wanted {
  const { ResourceProperties: properties } = event;
  const approvals = list(properties.Approval);
  if (!hasModels(event)) {
    throw new Failure('Models must name at least one model to deploy, got none');
  }
  const models = list(properties.Models).map((model, index) => ({
    source: record(model, 'Source'),
    selection: record(model, 'Selection'),
    // More than the letters of the names of models is more than any template can ask for.
    fallback: Math.min(integer(model, 'Fallback') || 0, MAX_FALLBACK),
    options: record(model, 'Options'),
    variant: record(model, 'Variant'),
    component: record(model, 'Component'),
    model: record(model, 'Model'),
    approval: approvals[index] ?? {},
    concurrency: integer(model, 'Concurrency'),
  }));
  return {
    endpointName: text(properties, 'EndpointName') ?? '',
    executionRoleArn: text(properties, 'ExecutionRoleArn') ?? '',
    components: text(properties, 'Hosting') === 'InferenceComponents',
    models,
    endpoint: record(properties, 'Endpoint'),
    hardware: record(properties, 'Hardware'),
    figures: Array.isArray(properties.Figures) ? properties.Figures.map(String) : [],
  };
}

/** A property that is a number, of which CloudFormation has made a string. */
export function integer(properties: Properties, name: string): number | undefined {
  const value = text(properties, name);
  return value === undefined ? undefined : Number(value);
}

/** Likewise for one that is on or off. */
export function flag(properties: Properties, name: string): boolean {
  return text(properties, name) === 'true';
}
