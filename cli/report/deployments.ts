import type { ContainerDefinition, DescribeEndpointConfigOutput, DescribeModelOutput, ProductionVariant, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Figure } from './model';
import { orNothing } from '../../lambda/aws/calls';
import { ExactNumber, parseExactly } from '../../lambda/benchmark/exact-json';
import { membersOf } from '../../lambda/benchmark/figures';
import type { Candidate } from '../../lambda/candidate';
import { configFactsIn, modelFactsIn } from '../../lambda/deployment/facts';
import { unitOf } from '../../lambda/selection/metrics';
import type { Aws } from '../aws/aws';

/** An endpoint, and what it serves now. */
export interface FoundEndpoint {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly configName: string;
  readonly configuredAt?: Date;
  readonly served: readonly FoundModel[];
}

export interface FoundModel {
  /** Of the variant, or of the inference component. */
  readonly name: string;
  readonly component: boolean;
  readonly shadow: boolean;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  readonly modelName: string;
  readonly container: ContainerDefinition;
  /** Place in the ranking, as the deployment has noted it. */
  readonly rank?: number;
  /** What the deployment has noted of the expectations. */
  readonly expected: readonly Figure[];
}

/** Undefined if there is no endpoint of that name, or not yet. */
export async function readEndpoint(aws: Aws, name: string): Promise<FoundEndpoint | undefined> {
  const { DescribeEndpointCommand, DescribeEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await aws.sagemaker();
  const endpoint = await orNothing(client.send(new DescribeEndpointCommand({ EndpointName: name })));
  if (!endpoint) {
    return undefined;
  }
  const { EndpointArn: arn = '', EndpointStatus: status = '', EndpointConfigName: configName = '' } = endpoint;
  const config = configName === '' ? undefined : await orNothing(client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: configName })));
  return { name, arn, status, configName, configuredAt: config?.CreationTime, served: config ? await servedBy(client, name, config) : [] };
}

async function servedBy(client: SageMakerClient, endpoint: string, config: DescribeEndpointConfigOutput): Promise<FoundModel[]> {
  const variants = [
    ...(config.ProductionVariants ?? []).map(variant => ({ variant, shadow: false })),
    ...(config.ShadowProductionVariants ?? []).map(variant => ({ variant, shadow: true })),
  ];
  const facts = configFactsIn(await tagsOf(client, config.EndpointConfigArn));
  const parts = variants.some(({ variant }) => !variant.ModelName)
    ? await componentsOf(client, endpoint, variants.map(({ variant }) => variant))
    : variants.map(({ variant, shadow }) => ({ name: variant.VariantName!, model: variant.ModelName!, variant, shadow, component: false }));
  return (await Promise.all(parts.map(async ({ name, model, variant, shadow, component }, index) => {
    const found = await readModel(client, model);
    return found && {
      name,
      component,
      shadow,
      instanceType: variant?.InstanceType ?? variant?.InstancePools?.[0]?.InstanceType,
      instanceCount: variant?.InitialInstanceCount,
      modelName: model,
      container: found.container,
      rank: found.rank,
      expected: index === 0 ? figuresIn(facts.performance) : [], // what is noted is that of the first model
    };
  }))).filter(each => each !== undefined);
}

async function componentsOf(client: SageMakerClient, endpoint: string, variants: readonly ProductionVariant[]) {
  const { DescribeInferenceComponentCommand, paginateListInferenceComponents } = await import('@aws-sdk/client-sagemaker');
  const components = [];
  for await (const page of paginateListInferenceComponents({ client }, { EndpointNameEquals: endpoint, SortBy: 'CreationTime', SortOrder: 'Ascending' })) {
    for (const { InferenceComponentName: name } of page.InferenceComponents ?? []) {
      const component = await orNothing(client.send(new DescribeInferenceComponentCommand({ InferenceComponentName: name })));
      const model = component?.Specification?.ModelName; // an adapter has none
      if (name && model) {
        const variant = variants.find(({ VariantName }) => VariantName === component.VariantName);
        components.push({ name, model, variant, shadow: false, component: true });
      }
    }
  }
  return components;
}

async function readModel(client: SageMakerClient, name: string): Promise<Pick<FoundModel, 'container' | 'rank'> | undefined> {
  const { DescribeModelCommand } = await import('@aws-sdk/client-sagemaker');
  const model: DescribeModelOutput | undefined = await orNothing(client.send(new DescribeModelCommand({ ModelName: name })));
  return model && { container: model.PrimaryContainer ?? model.Containers?.[0] ?? {}, rank: modelFactsIn(await tagsOf(client, model.ModelArn)).rank };
}

async function tagsOf(client: SageMakerClient, arn: string | undefined): Promise<Map<string, string>> {
  const { paginateListTags } = await import('@aws-sdk/client-sagemaker');
  const tags = new Map<string, string>();
  for await (const page of paginateListTags({ client }, { ResourceArn: arn })) {
    page.Tags?.forEach(({ Key, Value }) => tags.set(Key!, Value!));
  }
  return tags;
}

/** From the JSON that a deployment keeps: by metric and statistic, or by metric where it is one number. */
function figuresIn(performance: string | undefined): Figure[] {
  const figure = (metric: string, stat: string | undefined, value: unknown) => value instanceof ExactNumber
    ? [{ metric, ...(stat !== undefined && { stat }), value: value.text, unit: unitOf(metric) ?? '' }] : [];
  return Object.entries(membersOf(parseExactly(performance ?? '{}'))).flatMap(([metric, value]) => value instanceof ExactNumber
    ? figure(metric, undefined, value)
    : Object.entries(membersOf(value)).flatMap(([stat, number]) => figure(metric, stat === 'value' ? undefined : stat, number)));
}

/**
 * Whether a model is what a candidate is deployed as: by its package, or by its image with its files. A copy of a model that a job was given has neither, and is told
 * by the rank that the deployment has noted, on its instance type.
 */
export function serves({ container, modelName, rank, instanceType }: FoundModel, candidate: Candidate): boolean {
  if (rank !== undefined && rank !== candidate.rank) {
    return false;
  }
  if (container.ModelPackageName) {
    return container.ModelPackageName === candidate.modelPackageArn
      && (!candidate.inferenceSpecificationName || container.InferenceSpecificationName === candidate.inferenceSpecificationName);
  }
  if (candidate.modelName === modelName) {
    return true;
  }
  const files = filesOf(container);
  const wanted = [...candidate.channels.map(({ uri }) => uri), ...(candidate.modelData ? [candidate.modelData] : [])].map(folder);
  const ofItsFiles = wanted.length > 0 ? wanted.every(uri => files.has(uri)) : rank !== undefined && instanceType === candidate.instanceType;
  return ofItsFiles && (!candidate.image || container.Image === candidate.image)
    && Object.entries(candidate.recommendedEnvironment).every(([name, value]) => container.Environment?.[name] === value);
}

function filesOf({ ModelDataUrl: url, ModelDataSource: data, AdditionalModelDataSources: channels = [] }: ContainerDefinition): Set<string> {
  const uris = [url, data?.S3DataSource?.S3Uri, ...channels.map(({ S3DataSource: source }) => source?.S3Uri)];
  return new Set(uris.flatMap(uri => uri ? [folder(uri)] : []));
}

function folder(uri: string): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}
