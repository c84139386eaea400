import type { ContainerDefinition, CreateModelCommandInput } from '@aws-sdk/client-sagemaker';
import type { Candidate } from './candidate';
import { Failure, Properties, text } from './event';

/** CreateModel takes this many additional data sources. */
const MAX_CHANNELS = 5;

/** What a deployment says about which candidate it wants. */
export interface Wanted {
  /** At most one member; none for the best. */
  readonly selection?: Properties;
  /** What the deployment itself says, so that a candidate needs none. */
  readonly instanceType?: string;
}

/**
 * The best candidate that is wanted and can be deployed: they are ranked, best first. When there is none, each is listed with the reason.
 *
 * @param job as in a sentence
 */
export function choose(candidates: Candidate[], job: string, wanted: Wanted = {}): Candidate {
  if (candidates.length === 0) {
    throw new Failure(`${job} completed without any recommendation: look at its results in S3, and try other instance types or another objective`);
  }
  const refusals: string[] = [];
  for (const candidate of candidates) {
    const reason = unwanted(candidate, wanted.selection ?? {}) ?? refusal(candidate, wanted.instanceType);
    if (!reason) {
      return candidate;
    }
    refusals.push(`${candidate.rank}. ${titleOf(candidate)}: ${reason}`);
  }
  throw new Failure(`none of the ${candidates.length} recommendations of ${job} can be deployed: ${refusals.join('; ')}`);
}

function titleOf({ inferenceSpecificationName, instanceType, serverless, recommendationId }: Candidate): string {
  return inferenceSpecificationName ?? instanceType ?? (serverless ? 'serverless' : recommendationId ?? 'unnamed');
}

/** Why it is not the one that was selected. */
function unwanted(candidate: Candidate, selection: Properties): string | undefined {
  const has: Record<string, unknown> = {
    InferenceSpecificationName: candidate.inferenceSpecificationName,
    InstanceType: candidate.instanceType,
    Index: candidate.rank,
    RecommendationId: candidate.recommendationId,
  };
  for (const criterion of Object.keys(has)) {
    const wanted = text(selection, criterion);
    if (wanted !== undefined && String(has[criterion] ?? '') !== wanted) {
      return `its ${criterion} is ${has[criterion] ?? 'missing'}, and ${wanted} is selected`;
    }
  }
  return undefined;
}

function refusal(candidate: Candidate, instanceType?: string): string | undefined {
  if (candidate.obstacle) {
    return candidate.obstacle;
  }
  if (!instanceType && !candidate.instanceType && !candidate.serverless) {
    return 'it names no instance type (set instanceType on the deployment)';
  }
  if (!candidate.modelPackageArn && !candidate.modelName && !candidate.image) {
    return 'it has neither a model package nor an image';
  }
  if (!candidate.modelPackageArn && candidate.channels.length > MAX_CHANNELS) {
    return `it has no model package, and its ${candidate.channels.length} channels are more than the ${MAX_CHANNELS} that a model takes`;
  }
  return undefined;
}

type ModelDefinition = Pick<CreateModelCommandInput, 'PrimaryContainer' | 'Containers' | 'InferenceExecutionConfig' | 'VpcConfig' | 'EnableNetworkIsolation'>;

/**
 * What CreateModel is to make. A model package carries image, environment and channels by itself, which is the way that AWS documents; without
 * one they are written out. A model that is there already is copied: the deployment's own can then be deleted with it, and
 * carries its environment.
 *
 * @param describeModel reads a model that a candidate names
 */
export async function modelOf(candidate: Candidate, describeModel: (name: string) => Promise<ModelDefinition | undefined>): Promise<ModelDefinition> {
  const environment = Object.keys(candidate.environment).length > 0 ? { Environment: candidate.environment } : {};
  if (candidate.modelPackageArn) {
    return {
      PrimaryContainer: {
        ModelPackageName: candidate.modelPackageArn,
        InferenceSpecificationName: candidate.inferenceSpecificationName,
        ...environment,
      },
    };
  }
  if (candidate.modelName) {
    return copyOf(candidate, await describeModel(candidate.modelName));
  }
  return {
    PrimaryContainer: {
      Image: candidate.image,
      Environment: candidate.environment,
      ModelDataSource: candidate.modelData === undefined ? undefined : { S3DataSource: filesUnder(candidate.modelData) },
      AdditionalModelDataSources: candidate.channels.length === 0 ? undefined : candidate.channels.map(channel => ({
        ChannelName: channel.name,
        S3DataSource: filesUnder(channel.uri),
      })),
    },
  };
}

function copyOf({ modelName: name, modelData, environment }: Candidate, model: ModelDefinition | undefined): ModelDefinition {
  if (!model) {
    throw new Failure(`model ${name} does not exist, so there is nothing to deploy: was it deleted, or is it in another Region or account?`);
  }
  const { InferenceExecutionConfig, VpcConfig, EnableNetworkIsolation } = model;
  const PrimaryContainer = model.PrimaryContainer && sendable(model.PrimaryContainer);
  const Containers = (model.Containers ?? []).map(sendable);
  const files = PrimaryContainer?.ModelDataSource?.S3DataSource?.S3Uri ?? PrimaryContainer?.ModelDataUrl;
  if (modelData && files && isOfAnotherRun(files, modelData)) {
    throw new Failure(`model ${name} holds the files of another run, ${files} instead of those in ${modelData}: `
      + 'give outputModelName another name, or change rerunToken to write the model anew');
  }
  const several = Containers.length > 1;
  if (several && Object.keys(environment).length > 0) {
    throw new Failure(`model ${name} has ${Containers.length} containers, and which of them the recommended environment is for is not known: `
      + `deploy it by hand with ${Object.keys(environment).join(', ')}`);
  }
  const [only = PrimaryContainer] = Containers;
  return {
    ...(several
      ? { Containers, InferenceExecutionConfig }
      : { PrimaryContainer: { ...only, Environment: { ...only?.Environment, ...environment } } }),
    VpcConfig,
    EnableNetworkIsolation,
  };
}

/** What CreateModel takes of what DescribeModel answers: it may say where the files are in both ways, and which version they had. */
function sendable(container: ContainerDefinition): ContainerDefinition {
  const { ModelDataUrl, ModelDataSource, ...rest } = container;
  if (!ModelDataSource?.S3DataSource) {
    return container;
  }
  const { ETag, ManifestEtag, ...source } = ModelDataSource.S3DataSource;
  return { ...rest, ModelDataSource: { ...ModelDataSource, S3DataSource: source } };
}

/** Each run has a folder of its own below a prefix that runs share. Whatever is elsewhere says nothing. */
function isOfAnotherRun(files: string, folder: string): boolean {
  const own = folder.replace(/\/*$/, '/');
  const shared = own.replace(/[^/]+\/$/, '');
  return files.startsWith(shared) && !files.startsWith(own);
}

/** A prefix that does not end in a slash would match its neighbours too. */
function filesUnder(uri: string) {
  return { S3Uri: uri.endsWith('/') ? uri : `${uri}/`, S3DataType: 'S3Prefix' as const, CompressionType: 'None' as const };
}
