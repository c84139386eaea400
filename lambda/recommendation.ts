import { Failure, Properties } from './event';

/** One ranked configuration of a recommendation job, as much of it as the service filled in: every member of its answer is optional. */
export interface Candidate {
  /** Place in the ranking, from 1. */
  readonly rank: number;
  readonly inferenceSpecificationName?: string;
  readonly modelPackageArn?: string;
  readonly instanceType?: string;
  readonly instanceCount: number;
  readonly copyCountPerInstance: number;
  readonly image?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly channels: readonly Channel[];
}

export interface Channel {
  readonly name: string;
  readonly uri: string;
}

/** CreateModel takes this many additional data sources. */
const MAX_CHANNELS = 5;

export function candidatesOf(described: Properties): Candidate[] {
  return list(described.Recommendations).map((recommendation, index) => {
    const details = object(recommendation.ModelDetails);
    const configuration = object(recommendation.DeploymentConfiguration);
    const [instance = {}] = list(details.InstanceDetails);
    return {
      rank: index + 1,
      inferenceSpecificationName: string(details.InferenceSpecificationName),
      modelPackageArn: string(details.ModelPackageArn),
      instanceType: string(configuration.InstanceType) ?? string(instance.InstanceType),
      instanceCount: count(configuration.InstanceCount ?? instance.InstanceCount),
      copyCountPerInstance: count(configuration.CopyCountPerInstance ?? instance.CopyCountPerInstance),
      image: string(configuration.ImageUri),
      environment: object(configuration.EnvironmentVariables) as Record<string, string>,
      channels: list(configuration.S3)
        .map(channel => ({ name: string(channel.ChannelName) ?? '', uri: string(channel.Uri) ?? '' }))
        .filter(channel => channel.name !== '' && channel.uri !== ''),
    };
  });
}

/**
 * The best candidate that can be deployed: the service ranks them, best first. When none can, each is listed with the reason.
 *
 * @param instanceType what the deployment itself says, so that a candidate needs none
 */
export function choose(described: Properties, job: string, instanceType?: string): Candidate {
  const candidates = candidatesOf(described);
  if (candidates.length === 0) {
    throw new Failure(`${job} completed without any recommendation: look at its results in S3, and try other instance types or another objective`);
  }
  const refusals: string[] = [];
  for (const candidate of candidates) {
    const reason = refusal(candidate, instanceType);
    if (!reason) {
      return candidate;
    }
    refusals.push(`${candidate.rank}. ${candidate.inferenceSpecificationName ?? candidate.instanceType ?? 'unnamed'}: ${reason}`);
  }
  throw new Failure(`none of the ${candidates.length} recommendations of ${job} can be deployed: ${refusals.join('; ')}`);
}

function refusal(candidate: Candidate, instanceType?: string): string | undefined {
  if (!instanceType && !candidate.instanceType) {
    return 'it names no instance type (set instanceType on the deployment)';
  }
  if (!candidate.modelPackageArn && !candidate.image) {
    return 'it has neither a model package nor an image';
  }
  if (!candidate.modelPackageArn && candidate.channels.length > MAX_CHANNELS) {
    return `it has no model package, and its ${candidate.channels.length} channels are more than the ${MAX_CHANNELS} that a model takes`;
  }
  return undefined;
}

/**
 * The container of CreateModel. A model package carries image, environment and channels by itself, which is the way that AWS documents;
 * without one they are written out.
 */
export function containerOf(candidate: Candidate): Properties {
  if (candidate.modelPackageArn) {
    return { ModelPackageName: candidate.modelPackageArn, InferenceSpecificationName: candidate.inferenceSpecificationName };
  }
  return {
    Image: candidate.image,
    Environment: candidate.environment,
    AdditionalModelDataSources: candidate.channels.length === 0 ? undefined : candidate.channels.map(channel => ({
      ChannelName: channel.name,
      S3DataSource: { S3Uri: folder(channel.uri), S3DataType: 'S3Prefix', CompressionType: 'None' },
    })),
  };
}

/** A prefix that does not end in a slash would match its neighbours too. */
function folder(uri: string): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}

function object(value: unknown): Properties {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value as Properties : {};
}

function list(value: unknown): Properties[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function count(value: unknown): number {
  return typeof value === 'number' && value >= 1 ? value : 1;
}
