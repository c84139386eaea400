import {
  CreateAIBenchmarkJobCommand, DeleteAIBenchmarkJobCommand, DescribeAIBenchmarkJobCommand, ListAIBenchmarkJobsCommand, StopAIBenchmarkJobCommand,
} from '@aws-sdk/client-sagemaker';
import { call } from '../aws/calls';
import { list, object } from '../candidate';
import type { Properties } from '../event';
import { AI_JOB_STATES, Kind } from '../kind';

const logs = (described: Properties) => list(object(described.OutputConfig).CloudWatchLogs)[0] ?? {};

export const AI_BENCHMARK_JOB: Kind = {
  type: 'AIBenchmarkJob',
  title: 'AI benchmark job',
  arnType: 'ai-benchmark-job',
  nameMember: 'AIBenchmarkJobName',
  arnMember: 'AIBenchmarkJobArn',
  listMember: 'AIBenchmarkJobs',
  maxNameLength: 54,
  create: call(CreateAIBenchmarkJobCommand),
  list: call(ListAIBenchmarkJobsCommand),
  describe: call(DescribeAIBenchmarkJobCommand),
  stop: call(StopAIBenchmarkJobCommand),
  delete: call(DeleteAIBenchmarkJobCommand),
  // A new run must not mix with an old one: the bundle is found by its suffix.
  outputLocation: 'OutputConfig.S3OutputLocation',
  job: {
    statusMember: 'AIBenchmarkJobStatus',
    states: AI_JOB_STATES,
    logs: 'the CloudWatch log group /aws/sagemaker/TrainingJobs, and the result bundle below its output location in S3',
    failureDetails: async failed => (await import('../benchmark/failure-details.js')).failureDetails(failed),
    attributes: {
      S3OutputLocation: described => object(described.OutputConfig).S3OutputLocation,
      LogGroupArn: described => logs(described).LogGroupArn,
      LogStreamName: described => logs(described).LogStreamName,
      CreationTime: described => described.CreationTime,
      EndTime: described => described.EndTime,
    },
  },
};
