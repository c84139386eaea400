import type { Json, Kept, Members } from './pinned-members';

/*
 * What of an answer is pinned. The command `pin` reads it too, without the CDK.
 */

/** In characters. What a deployment is made from travels through requests of 256 kilobytes, and twice in an update. */
export const MAX_LENGTH = 65_536;

/** One kind of answer that can be pinned. */
export interface PinnedKind {
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

export const PINNED_KINDS: readonly PinnedKind[] = [
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

/** One text for one content. CloudFormation makes question marks of what is not ASCII. */
export function renderPinned(answer: Json): string {
  return JSON.stringify(answer).replace(/[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
