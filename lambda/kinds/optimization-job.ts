import {
  CreateOptimizationJobCommand, DeleteOptimizationJobCommand, DescribeOptimizationJobCommand, ListOptimizationJobsCommand, StopOptimizationJobCommand,
} from '@aws-sdk/client-sagemaker';
import { call } from '../aws/calls';
import { Candidate, list, object, string, tensorParallelSizeIn } from '../candidate';
import type { Properties } from '../event';
import type { Kind } from '../kind';

const image = (described: Properties) => string(object(described.OptimizationOutput).RecommendedInferenceImage);
const outputModel = (described: Properties) => string(object(object(described.OutputConfig).SageMakerModel).ModelName);

/**
 * Its one result: the SageMaker model that it wrote to, or the files in S3 with the image that serves them. What the model was optimized with
 * (a tensor-parallel degree, for example) is what it is served with.
 */
function candidatesOf(described: Properties): Candidate[] {
  const modelName = outputModel(described);
  const overrides = list(described.OptimizationConfigs)
    .flatMap(config => Object.values(config))
    .map(config => object(object(config).OverrideEnvironment));
  const environment = Object.assign({}, described.OptimizationEnvironment, ...overrides) as Record<string, string>;
  return [{
    rank: 1,
    instanceType: string(described.DeploymentInstanceType),
    instanceCount: 1,
    copyCountPerInstance: 1,
    modelName,
    image: modelName ? undefined : image(described),
    modelData: string(object(described.OutputConfig).S3OutputLocation),
    channels: [],
    environment,
    recommendedEnvironment: environment,
    performance: [], // it measures nothing
    tensorParallelSize: tensorParallelSizeIn(environment),
    adapters: [],
  }];
}

export const OPTIMIZATION_JOB: Kind = {
  type: 'OptimizationJob',
  title: 'optimization job',
  arnType: 'optimization-job',
  nameMember: 'OptimizationJobName',
  arnMember: 'OptimizationJobArn',
  listMember: 'OptimizationJobSummaries',
  maxNameLength: 54,
  create: call(CreateOptimizationJobCommand),
  list: call(ListOptimizationJobsCommand),
  describe: call(DescribeOptimizationJobCommand),
  stop: call(StopOptimizationJobCommand),
  delete: call(DeleteOptimizationJobCommand),
  booleans: ['ModelSource.S3.ModelAccessConfig.AcceptEula'],
  numbers: ['MaxInstanceCount', 'StoppingCondition.*'],
  // The API wants a stopping condition; ten hours is what AWS's own SDK for Python asks for.
  defaults: { StoppingCondition: { MaxRuntimeInSeconds: 36_000 } },
  outputLocation: 'OutputConfig.S3OutputLocation',
  job: {
    statusMember: 'OptimizationJobStatus',
    states: {
      STARTING: 'running', INPROGRESS: 'running', STOPPING: 'stopping', COMPLETED: 'succeeded', FAILED: 'failed', STOPPED: 'stopped',
    },
    logs: 'the CloudWatch log group /aws/sagemaker/OptimizationJobs',
    candidates: candidatesOf,
    attributes: {
      RecommendedInferenceImage: image,
      S3OutputLocation: described => object(described.OutputConfig).S3OutputLocation,
      DeploymentInstanceType: described => described.DeploymentInstanceType,
      OutputModelName: outputModel,
      CreationTime: described => described.CreationTime,
      EndTime: described => described.OptimizationEndTime,
    },
  },
};
