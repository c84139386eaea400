import {
  DescribeEndpointCommand, DescribeInferenceComponentCommand, InferenceComponentSummary, ListInferenceComponentsCommand,
  ListInferenceComponentsCommandOutput, ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import { ConfigFacts, configFactsIn } from './facts';
import { describeConfig, EndpointConfig, tagsOf } from './resources';
import { orNothing } from '../aws/calls';
import { sagemaker } from '../aws/clients';
import type { ResourceEvent } from '../event';

/** What an endpoint serves at this moment. */
export interface Live {
  readonly configName: string;
  readonly config: EndpointConfig;
  readonly facts: ConfigFacts;
  /** How many instances each variant has been told to have, by its name. */
  readonly counts: ReadonlyMap<string, number>;
}

/** An inference component that is on an endpoint. */
export interface LiveComponent {
  readonly name: string;
  readonly modelName?: string;
  /** Undefined for an adapter, which lives in the copies of another component. */
  readonly accelerators?: number;
  readonly memoryInMb?: number;
  readonly copies: number;
  /** Of an adapter: where its files are. */
  readonly artifactUrl?: string;
  readonly modified?: Date;
}

/** Undefined if there is no such endpoint, or none that has ever served. */
export async function liveOf(event: ResourceEvent, endpointName: string): Promise<Live | undefined> {
  const endpoint = endpointName === '' ? undefined : await orNothing(sagemaker().send(new DescribeEndpointCommand({ EndpointName: endpointName })));
  const configName = endpoint?.ProductionVariants && endpoint.EndpointConfigName;
  const config = configName ? await describeConfig(configName) : undefined;
  if (!endpoint || !configName || !config) {
    return undefined;
  }
  const variants: ProductionVariantSummary[] = [...endpoint.ProductionVariants ?? [], ...endpoint.ShadowProductionVariants ?? []];
  return {
    configName,
    config,
    facts: configFactsIn(await tagsOf(event, 'endpoint-config', configName)),
    counts: new Map(variants.flatMap(({ VariantName, DesiredInstanceCount: count }) => count === undefined ? [] : [[VariantName!, count]])),
  };
}

/** Whether inference components of an endpoint come, change or go at this moment. */
export async function areChanging(endpointName: string): Promise<boolean> {
  return (await summariesOn(endpointName)).some(({ InferenceComponentStatus: status }) => /ing$/.test(status ?? ''));
}

export async function componentsOn(endpointName: string): Promise<LiveComponent[]> {
  const components: LiveComponent[] = [];
  for (const { InferenceComponentName: name } of await summariesOn(endpointName)) {
    const found = await orNothing(sagemaker().send(new DescribeInferenceComponentCommand({ InferenceComponentName: name })));
    const specification = found?.Specification ?? found?.Specifications?.[0];
    const runtime = found?.RuntimeConfig;
    components.push({
      name: name!,
      modelName: specification?.ModelName,
      accelerators: specification?.ComputeResourceRequirements?.NumberOfAcceleratorDevicesRequired,
      memoryInMb: specification?.ComputeResourceRequirements?.MinMemoryRequiredInMb,
      copies: runtime?.DesiredCopyCount ?? runtime?.CurrentCopyCount ?? 0,
      artifactUrl: specification?.Container?.ArtifactUrl,
      modified: found?.LastModifiedTime,
    });
  }
  return components;
}

async function summariesOn(endpointName: string): Promise<InferenceComponentSummary[]> {
  const summaries: InferenceComponentSummary[] = [];
  let token: string | undefined;
  do {
    const page: ListInferenceComponentsCommandOutput = await sagemaker()
      .send(new ListInferenceComponentsCommand({ EndpointNameEquals: endpointName, MaxResults: 100, NextToken: token }));
    summaries.push(...page.InferenceComponents ?? []);
    token = page.NextToken;
  } while (token);
  return summaries;
}
