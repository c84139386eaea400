import type { ContainerDefinition, CreateModelCommandInput } from '@aws-sdk/client-sagemaker';
import { typed } from './members';
import { flag, WantedModel } from './properties';
import { Candidate, list, string } from '../candidate';
import { Failure, Properties } from '../event';

type ModelDefinition = Pick<CreateModelCommandInput, 'PrimaryContainer' | 'Containers' | 'InferenceExecutionConfig' | 'VpcConfig' | 'EnableNetworkIsolation'>;
type DescribeModel = (name: string) => Promise<ModelDefinition | undefined>;

/** How the deployment calls the files of the model itself among those of channels. */
const MODEL_DATA = 'model_data';

/**
 * What CreateModel is to make. A model package carries image, environment and channels by itself, which is the way that AWS documents; without
 * one they are written out. A model that is there already is copied: the deployment's own can then be deleted with it, and
 * carries its environment.
 *
 * @param describeModel reads a model that a candidate names
 */
export async function modelOf(
  candidate: Candidate,
  { options, model }: Pick<WantedModel, 'options' | 'model'>,
  describeModel: DescribeModel,
): Promise<ModelDefinition> {
  refuseOptions(candidate, options);
  const definition = await definitionOf(candidate, describeModel);
  const changed = Object.fromEntries(Object.entries(definition).map(([member, value]) => {
    switch (member) {
      case 'PrimaryContainer': return [member, value && withOptions(value as ContainerDefinition, options)];
      case 'Containers': return [member, (value as ContainerDefinition[]).map(container => withOptions(container, options))];
      default: return [member, value];
    }
  }));
  return { ...changed, ...typed(model) };
}

async function definitionOf(candidate: Candidate, describeModel: DescribeModel): Promise<ModelDefinition> {
  if (candidate.modelPackageArn) {
    return {
      PrimaryContainer: {
        ModelPackageName: candidate.modelPackageArn,
        InferenceSpecificationName: candidate.inferenceSpecificationName,
        ...(Object.keys(candidate.environment).length > 0 && { Environment: candidate.environment }),
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
      ModelDataSource: candidate.modelData === undefined ? undefined : { S3DataSource: filesAt(candidate.modelData) },
      AdditionalModelDataSources: candidate.channels.length === 0 ? undefined : candidate.channels.map(channel => ({
        ChannelName: channel.name,
        S3DataSource: filesAt(channel.uri),
      })),
    },
  };
}

/** A package names its files itself. */
function refuseOptions({ modelPackageArn: arn }: Candidate, options: Properties): void {
  if (arn && list(options.Artifacts).length > 0) {
    throw new Failure(`its files cannot be taken from elsewhere for a recommendation that is deployed by its model package, ${arn}: `
      + 'deploy it without its package, from image, environment and channels');
  }
}

/** A container whose files are elsewhere than the job says, or whose licence is accepted. */
function withOptions(container: ContainerDefinition, options: Properties): ContainerDefinition {
  const moved = list(options.Artifacts).reduce((current, artifact) => withArtifact(current, artifact), container);
  return flag(options, 'AcceptEula') ? withEula(moved) : moved;
}

function withArtifact(container: ContainerDefinition, artifact: Properties): ContainerDefinition {
  const name = string(artifact.ChannelName) ?? '';
  const uri = string(artifact.S3Uri) ?? '';
  const channels = container.AdditionalModelDataSources ?? [];
  const data = container.ModelDataSource;
  if (name === MODEL_DATA && data?.S3DataSource) {
    return { ...container, ModelDataSource: { ...data, S3DataSource: { ...data.S3DataSource, ...placeOf(uri) } } };
  }
  if (name === MODEL_DATA && container.ModelDataUrl) {
    return { ...container, ModelDataUrl: uri };
  }
  if (channels.some(({ ChannelName }) => ChannelName === name)) {
    return {
      ...container,
      AdditionalModelDataSources: channels.map(channel => (
        channel.ChannelName === name ? { ...channel, S3DataSource: { ...channel.S3DataSource!, ...placeOf(uri) } } : channel)),
    };
  }
  const there = [...(container.ModelDataSource || container.ModelDataUrl ? [MODEL_DATA] : []), ...channels.map(({ ChannelName }) => ChannelName)];
  throw new Failure(`there is no channel ${name} to take from ${uri}: the recommendation has ${there.length > 0 ? there.join(', ') : 'no channels'}`);
}

function withEula(container: ContainerDefinition): ContainerDefinition {
  const accepted = <T extends object>(source: T) => ({ ...source, ModelAccessConfig: { AcceptEula: true } });
  const { ModelDataSource, AdditionalModelDataSources } = container;
  return {
    ...container,
    ...(ModelDataSource?.S3DataSource && { ModelDataSource: { ...ModelDataSource, S3DataSource: accepted(ModelDataSource.S3DataSource) } }),
    ...(AdditionalModelDataSources && {
      AdditionalModelDataSources: AdditionalModelDataSources.map(channel => ({ ...channel, S3DataSource: accepted(channel.S3DataSource!) })),
    }),
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
function filesAt(uri: string) {
  return { S3Uri: uri.endsWith('/') ? uri : `${uri}/`, S3DataType: 'S3Prefix' as const, CompressionType: 'None' as const };
}

/** Where files are that somebody has moved: a prefix that ends with a slash, or an object, which may be an archive. */
function placeOf(uri: string) {
  return uri.endsWith('/') ? filesAt(uri) : {
    S3Uri: uri, S3DataType: 'S3Object' as const, CompressionType: /\.(tar\.gz|tgz)$/.test(uri) ? 'Gzip' as const : 'None' as const,
  };
}
