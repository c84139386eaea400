import {
  CreateAIRecommendationJobCommand, DeleteAIRecommendationJobCommand, DescribeAIRecommendationJobCommand, ListAIRecommendationJobsCommand,
  StopAIRecommendationJobCommand,
} from '@aws-sdk/client-sagemaker';
import { call } from '../aws/calls';
import { Adapter, Candidate, count, countOrNothing, list, object, string, tensorParallelSizeIn } from '../candidate';
import type { Properties } from '../event';
import { AI_JOB_STATES, Kind } from '../kind';
import { concurrencyIn, figuresIn } from '../selection/metrics';

/** All attributes of a job share the 4,096 bytes that CloudFormation takes. */
const MAX_LIST_BYTES = 1_000;

/** The ranked configurations, best first, as much of each as the service filled in: every member of its answer is optional. */
function candidatesOf(described: Properties): Candidate[] {
  return list(described.Recommendations).map((recommendation, index) => {
    const details = object(recommendation.ModelDetails);
    const configuration = object(recommendation.DeploymentConfiguration);
    const [instance = {}] = list(details.InstanceDetails);
    const modelPackageArn = string(details.ModelPackageArn);
    const environment = object(configuration.EnvironmentVariables) as Record<string, string>;
    const performance = figuresIn(list(recommendation.ExpectedPerformance));
    return {
      rank: index + 1,
      inferenceSpecificationName: string(details.InferenceSpecificationName),
      modelPackageArn,
      instanceType: string(configuration.InstanceType) ?? string(instance.InstanceType),
      instanceCount: count(configuration.InstanceCount ?? instance.InstanceCount),
      copyCountPerInstance: count(configuration.CopyCountPerInstance ?? instance.CopyCountPerInstance),
      image: string(configuration.ImageUri),
      environment: modelPackageArn ? {} : environment, // a package has it in it
      recommendedEnvironment: environment,
      channels: list(configuration.S3)
        .map(channel => ({ name: string(channel.ChannelName) ?? '', uri: string(channel.Uri) ?? '' }))
        .filter(channel => channel.name !== '' && channel.uri !== ''),
      performance,
      concurrency: concurrencyIn(performance),
      tensorParallelSize: tensorParallelSizeIn(environment),
      minCpuMemoryInMb: countOrNothing(configuration.MinCpuMemoryRequiredInMb),
      adapters: adaptersOf(object(recommendation.AdapterDetails)),
    };
  });
}

/** The service lists each adapter twice, by its files and by its package, whichever the job was given. */
function adaptersOf(details: Properties): Adapter[] {
  const adapters = new Map<string, Adapter>();
  for (const entry of [...list(details.S3Uris), ...list(details.ModelPackageArns)]) {
    const adapterId = string(entry.AdapterId);
    if (adapterId) {
      const before = adapters.get(adapterId);
      adapters.set(adapterId, {
        adapterId,
        s3Uri: before?.s3Uri ?? string(entry.S3Uri),
        modelPackageArn: before?.modelPackageArn ?? string(entry.ModelPackageArn),
      });
    }
  }
  return [...adapters.values()];
}

const first = (read: (candidate: Candidate) => unknown) => (described: Properties) => {
  const [candidate] = candidatesOf(described);
  return candidate && read(candidate);
};

function packagesOf(described: Properties): string[] {
  return [...new Set(candidatesOf(described).flatMap(({ modelPackageArn }) => modelPackageArn ?? []))];
}

/** As many of a list as an attribute takes. */
function firstOf(values: string[]): string {
  let text = '';
  for (const value of values) {
    const longer = text === '' ? value : `${text},${value}`;
    if (Buffer.byteLength(longer) > MAX_LIST_BYTES) {
      break;
    }
    text = longer;
  }
  return text;
}

export const AI_RECOMMENDATION_JOB: Kind = {
  type: 'AIRecommendationJob',
  title: 'AI recommendation job',
  arnType: 'ai-recommendation-job',
  nameMember: 'AIRecommendationJobName',
  arnMember: 'AIRecommendationJobArn',
  listMember: 'AIRecommendationJobs',
  // The API takes 63, but the service derives `<job>-adapters` from it.
  maxNameLength: 54,
  create: call(CreateAIRecommendationJobCommand),
  list: call(ListAIRecommendationJobsCommand),
  describe: call(DescribeAIRecommendationJobCommand),
  stop: call(StopAIRecommendationJobCommand),
  delete: call(DeleteAIRecommendationJobCommand),
  booleans: ['OptimizeModel'],
  outputLocation: 'OutputConfig.S3OutputLocation',
  beforeDelete: async (found, event) => (await import('../model-packages/removal.js')).removeModelPackages(found, event),
  job: {
    statusMember: 'AIRecommendationJobStatus',
    states: AI_JOB_STATES,
    candidates: candidatesOf,
    logs: 'the CloudWatch log groups /aws/sagemaker/TrainingJobs and /aws/sagemaker/Endpoints, where the job ran its benchmarks',
    attributes: {
      RecommendationCount: described => candidatesOf(described).length,
      ModelPackageGroup: described => (described.OutputConfig as Properties | undefined)?.ModelPackageGroupIdentifier,
      ModelPackageArns: described => firstOf(packagesOf(described)),
      ModelPackageCount: described => packagesOf(described).length,
      InferenceSpecificationName: first(candidate => candidate.inferenceSpecificationName),
      ModelPackageArn: first(candidate => candidate.modelPackageArn),
      InstanceType: first(candidate => candidate.instanceType),
      InstanceCount: first(candidate => candidate.instanceCount),
      CopyCountPerInstance: first(candidate => candidate.copyCountPerInstance),
      ImageUri: first(candidate => candidate.image),
      CreationTime: described => described.CreationTime,
      EndTime: described => described.EndTime,
    },
  },
};
