import { isObject, Json, keep, Kept, Members, shown } from './pinned-members';
import { quote, Validation } from '../../private/validation';

/** In characters. What a deployment is made from travels through requests of 256 kilobytes, and twice in an update. */
const MAX_LENGTH = 65_536;

/** One kind of answer that can be pinned. */
interface AnswerKind {
  readonly jobType: string;
  readonly command: string;
  readonly nameMember: string;
  readonly statusMember: string;
  readonly completed: string;
  /** Members that only its answers have, by which one is told from the others. */
  readonly marks: readonly string[];
  /** What deploying reads: the same as in the handlers' `candidatesOf`. */
  readonly kept: Members;
  /** Where the recommendations are; absent where the answer is one. */
  readonly recommendations?: string;
}

const members = (of: Members): Kept => ({ members: of });
const list = (of: Members): Kept => ({ list: members(of) });

const KINDS: readonly AnswerKind[] = [
  {
    jobType: 'AIRecommendationJob',
    command: 'describe-ai-recommendation-job',
    nameMember: 'AIRecommendationJobName',
    statusMember: 'AIRecommendationJobStatus',
    completed: 'Completed',
    marks: ['AIRecommendationJobName', 'AIRecommendationJobArn', 'Recommendations'],
    recommendations: 'Recommendations',
    kept: {
      Recommendations: list({
        ModelDetails: members({
          ModelPackageArn: 'string',
          InferenceSpecificationName: 'string',
          InstanceDetails: list({ InstanceType: 'string', InstanceCount: 'number', CopyCountPerInstance: 'number' }),
        }),
        DeploymentConfiguration: members({
          S3: list({ ChannelName: 'string', Uri: 'string' }),
          ImageUri: 'string',
          InstanceType: 'string',
          InstanceCount: 'number',
          CopyCountPerInstance: 'number',
          EnvironmentVariables: 'strings',
          MinCpuMemoryRequiredInMb: 'number',
        }),
        ExpectedPerformance: list({ Metric: 'string', Stat: 'string', Value: 'scalar', Unit: 'string' }),
        AdapterDetails: members({
          S3Uris: list({ AdapterId: 'string', S3Uri: 'string' }),
          ModelPackageArns: list({ AdapterId: 'string', ModelPackageArn: 'string' }),
        }),
      }),
    },
  },
  {
    jobType: 'InferenceRecommendationsJob',
    command: 'describe-inference-recommendations-job',
    nameMember: 'JobName',
    statusMember: 'Status',
    completed: 'COMPLETED',
    marks: ['InferenceRecommendations', 'JobArn'],
    recommendations: 'InferenceRecommendations',
    kept: {
      InputConfig: members({ ModelPackageVersionArn: 'string', ModelName: 'string' }),
      InferenceRecommendations: list({
        RecommendationId: 'string',
        Metrics: { eachMember: 'scalar' },
        EndpointConfiguration: members({
          InstanceType: 'string',
          InitialInstanceCount: 'number',
          ServerlessConfig: members({ MemorySizeInMB: 'number', MaxConcurrency: 'number', ProvisionedConcurrency: 'number' }),
        }),
        ModelConfiguration: members({
          InferenceSpecificationName: 'string',
          EnvironmentParameters: list({ Key: 'string', Value: 'string' }),
          CompilationJobName: 'string',
        }),
      }),
    },
  },
  {
    jobType: 'OptimizationJob',
    command: 'describe-optimization-job',
    nameMember: 'OptimizationJobName',
    statusMember: 'OptimizationJobStatus',
    completed: 'COMPLETED',
    marks: ['OptimizationJobName', 'OptimizationJobArn', 'OptimizationOutput', 'OptimizationConfigs'],
    kept: {
      DeploymentInstanceType: 'string',
      OptimizationEnvironment: 'strings',
      OptimizationConfigs: { list: { eachMember: members({ OverrideEnvironment: 'strings' }) } },
      OptimizationOutput: members({ RecommendedInferenceImage: 'string' }),
      OutputConfig: members({ S3OutputLocation: 'string', SageMakerModel: members({ ModelName: 'string' }) }),
    },
  },
];

/** What a file says, checked. */
export interface PinnedAnswer {
  readonly jobType: string;
  /** Empty where the file doesn't say it. */
  readonly jobName: string;
  /** The members of the answer that deploying reads. */
  readonly answer: Json;
}

/**
 * Reads the answer of a Describe operation, as it is or in a file of this library.
 *
 * @param subject where the text is from, for messages
 */
export function parsePinned(text: string, subject: string): PinnedAnswer {
  const validation = new Validation(subject);
  const file = parse(text, validation);
  const kind = kindOf(file, validation);
  validation.throwIfAny();

  const ofLibrary = file.version !== undefined;
  const answer = (ofLibrary ? file.answer : file) as Json;
  const status = answer[kind.statusMember];
  validation.check(status === undefined || status === kind.completed,
    `${kind.statusMember} must be ${kind.completed}, got ${shown(status)}: only the recommendations of a job that has completed can be deployed`);
  const found = kind.recommendations === undefined ? undefined : answer[kind.recommendations];
  validation.check(kind.recommendations === undefined || (Array.isArray(found) && found.length > 0),
    `${kind.recommendations} must have at least one recommendation, got ${found === undefined ? 'none' : shown(found)}`);
  const kept = keep(answer, { members: kind.kept }, '', validation) as Json;
  const length = renderPinned(kept).length;
  validation.check(length <= MAX_LENGTH,
    `${kind.recommendations ?? 'the answer'} must be at most ${MAX_LENGTH} characters long, got ${length}: remove the recommendations that are not to be deployed`);
  validation.throwIfAny();
  return { jobType: kind.jobType, jobName: nameIn(file.jobName) ?? nameIn(answer[kind.nameMember]) ?? '', answer: kept };
}

/** One text for one content. CloudFormation makes question marks of what is not ASCII. */
export function renderPinned(answer: Json): string {
  return JSON.stringify(answer).replace(/[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Strings, and what Python writes for numbers that are none, which is no JSON: Inference Recommender has such figures. */
const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?Infinity|NaN/g;

function parse(text: string, validation: Validation): Json {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, '').replace(TOKEN, token => token.startsWith('"') ? token : 'null'));
  } catch (error) {
    validation.check(false, `the text must be JSON, got ${quote(text)}: ${(error as Error).message}`);
    return {};
  }
  validation.check(isObject(value), `the text must be a JSON object, got ${shown(value)}`);
  return isObject(value) ? value : {};
}

function kindOf(file: Json, validation: Validation): AnswerKind {
  const found = file.version === undefined
    ? KINDS.find(({ marks }) => marks.some(mark => mark in file))
    : KINDS.find(({ jobType }) => jobType === file.jobType);
  if (file.version !== undefined) {
    validation.check(file.version === 1, `version must be 1, got ${shown(file.version)}: a newer version of this library may have written it`);
    validation.check(found !== undefined, `jobType must be one of ${KINDS.map(({ jobType }) => jobType).join(', ')}, got ${shown(file.jobType)}`);
    validation.check(isObject(file.answer), `answer must be an object, got ${shown(file.answer)}`);
  } else if (validation.messages.length === 0) {
    validation.check(found !== undefined,
      `the text must be the answer of ${KINDS.map(({ command }) => `aws sagemaker ${command}`).join(', or of ')}, got an object with `
      + `${quote(Object.keys(file).join(', '))}`);
  }
  return found ?? KINDS[0];
}
