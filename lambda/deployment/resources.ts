import {
  DeleteEndpointConfigCommand, DeleteModelCommand, DescribeEndpointConfigCommand, DescribeEndpointConfigCommandOutput, DescribeModelCommand,
  DescribeModelCommandOutput, ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { orNothing, settled } from '../aws/calls';
import { sagemaker } from '../aws/clients';
import { isNotFound } from '../errors';
import { ResourceEvent, sagemakerArn } from '../event';
import { log } from '../log';
import { listTags, ownerOf, OWNER_TAG } from '../tags';

export type Model = DescribeModelCommandOutput;
export type EndpointConfig = DescribeEndpointConfigCommandOutput;

export async function describeConfig(name: string): Promise<EndpointConfig | undefined> {
  return orNothing(sagemaker().send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })));
}

export async function describeModel(name: string): Promise<Model | undefined> {
  return orNothing(sagemaker().send(new DescribeModelCommand({ ModelName: name })));
}

/** Those of the names that exist. */
export async function describeModels(names: readonly string[]): Promise<Map<string, Model>> {
  const found = new Map<string, Model>();
  for (const name of names) {
    const model = await describeModel(name);
    if (model) {
      found.set(name, model);
    }
  }
  return found;
}

/** The variants of a configuration, with those that only get copies of requests. */
export function variantsIn(config: Pick<EndpointConfig, 'ProductionVariants' | 'ShadowProductionVariants'> | undefined): ProductionVariant[] {
  return [...config?.ProductionVariants ?? [], ...config?.ShadowProductionVariants ?? []];
}

/** The instance types that a variant may run on, the first choice first. */
export function instanceTypesOf({ InstanceType, InstancePools }: ProductionVariant): string[] {
  const pools = [...InstancePools ?? []].sort((a, b) => a.Priority! - b.Priority!).map(pool => pool.InstanceType!);
  return InstanceType ? [InstanceType] : pools;
}

/** The models that a configuration names. */
export function modelsIn(config: EndpointConfig | undefined): string[] {
  const names = variantsIn(config).flatMap(({ ModelName, InstancePools = [] }) => [ModelName, ...InstancePools.map(pool => pool.ModelNameOverride)]);
  return [...new Set(names.filter(name => name !== undefined))];
}

/** The tags of what may be gone. */
export async function tagsOf(event: ResourceEvent, resource: 'model' | 'endpoint-config', name: string): Promise<Map<string, string>> {
  try {
    return await listTags(sagemakerArn(event, resource, name));
  } catch (error) {
    if (isNotFound(error)) {
      return new Map();
    }
    throw error;
  }
}

/** Whether nothing of ours is left under the name. What is still in use needs another try. */
export async function removeConfig(event: ResourceEvent, name: string): Promise<boolean> {
  const config = await describeConfig(name);
  return remove(event, config?.EndpointConfigArn, () => sagemaker().send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })));
}

export async function removeModels(event: ResourceEvent, names: Iterable<string>): Promise<boolean> {
  let gone = true;
  for (const name of names) {
    const model = await describeModel(name);
    gone = await remove(event, model?.ModelArn, () => sagemaker().send(new DeleteModelCommand({ ModelName: name }))) && gone;
  }
  return gone;
}

async function remove(event: ResourceEvent, arn: string | undefined, call: () => Promise<unknown>): Promise<boolean> {
  if (!arn) {
    return true;
  }
  if ((await listTags(arn)).get(OWNER_TAG) !== ownerOf(event)) {
    log('left alone, since this stack did not make it', { arn });
    return true;
  }
  log('deleting', { arn });
  return settled(call());
}
