import {
  CreateAIRecommendationJobCommand, CreateAIRecommendationJobCommandInput, DeleteAIRecommendationJobCommand,
  DeleteAIRecommendationJobCommandInput, DescribeAIRecommendationJobCommand, DescribeAIRecommendationJobCommandInput,
  StopAIRecommendationJobCommand, StopAIRecommendationJobCommandInput,
  ListAIRecommendationJobsCommand, ListAIRecommendationJobsCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { Properties } from '../event';
import type { Kind } from '../kind';
import { candidatesOf, Candidate } from '../recommendation';

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
  create: (client, input) => client.send(new CreateAIRecommendationJobCommand(input as unknown as CreateAIRecommendationJobCommandInput)),
  list: (client, input) => client.send(new ListAIRecommendationJobsCommand(input as unknown as ListAIRecommendationJobsCommandInput)),
  describe: (client, input) => client.send(new DescribeAIRecommendationJobCommand(input as unknown as DescribeAIRecommendationJobCommandInput)),
  stop: (client, input) => client.send(new StopAIRecommendationJobCommand(input as unknown as StopAIRecommendationJobCommandInput)),
  delete: (client, input) => client.send(new DeleteAIRecommendationJobCommand(input as unknown as DeleteAIRecommendationJobCommandInput)),
  booleans: ['OptimizeModel'],
  outputLocation: 'OutputConfig.S3OutputLocation',
  job: {
    statusMember: 'AIRecommendationJobStatus',
    states: { InProgress: 'running', Stopping: 'stopping', Completed: 'succeeded', Failed: 'failed', Stopped: 'stopped' },
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
