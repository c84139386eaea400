import {
  CreateAIRecommendationJobCommand, DeleteAIRecommendationJobCommand, DescribeAIRecommendationJobCommand, ListAIRecommendationJobsCommand,
  StopAIRecommendationJobCommand,
} from '@aws-sdk/client-sagemaker';
import { call } from '../aws/calls';
import { Candidate, count, list, object, string } from '../candidate';
import type { Properties } from '../event';
import { AI_JOB_STATES, Kind } from '../kind';

/** The ranked configurations, best first, as much of each as the service filled in: every member of its answer is optional. */
function candidatesOf(described: Properties): Candidate[] {
  return list(described.Recommendations).map((recommendation, index) => {
    const details = object(recommendation.ModelDetails);
    const configuration = object(recommendation.DeploymentConfiguration);
    const [instance = {}] = list(details.InstanceDetails);
    const modelPackageArn = string(details.ModelPackageArn);
    return {
      rank: index + 1,
      inferenceSpecificationName: string(details.InferenceSpecificationName),
      modelPackageArn,
      instanceType: string(configuration.InstanceType) ?? string(instance.InstanceType),
      instanceCount: count(configuration.InstanceCount ?? instance.InstanceCount),
      copyCountPerInstance: count(configuration.CopyCountPerInstance ?? instance.CopyCountPerInstance),
      image: string(configuration.ImageUri),
      environment: modelPackageArn ? {} : object(configuration.EnvironmentVariables) as Record<string, string>, // a package has it in it
      channels: list(configuration.S3)
        .map(channel => ({ name: string(channel.ChannelName) ?? '', uri: string(channel.Uri) ?? '' }))
        .filter(channel => channel.name !== '' && channel.uri !== ''),
    };
  });
}

const first = (read: (candidate: Candidate) => unknown) => (described: Properties) => {
  const [candidate] = candidatesOf(described);
  return candidate && read(candidate);
};

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
  job: {
    statusMember: 'AIRecommendationJobStatus',
    states: AI_JOB_STATES,
    candidates: candidatesOf,
    logs: 'the CloudWatch log groups /aws/sagemaker/TrainingJobs and /aws/sagemaker/Endpoints, where the job ran its benchmarks',
    attributes: {
      RecommendationCount: described => candidatesOf(described).length,
      ModelPackageGroup: described => (described.OutputConfig as Properties | undefined)?.ModelPackageGroupIdentifier,
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
