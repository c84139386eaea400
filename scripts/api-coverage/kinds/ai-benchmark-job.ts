import { because, Coverage, JOB_PROPS_APART, MLFLOW_MEMBERS, NETWORK_PROPS_APART, networkMembers, Reason, TAG_MEMBERS } from '../coverage';

const RESULTS = 'read from the result file in S3';

export const AI_BENCHMARK_JOB: Coverage = {
  noun: 'AIBenchmarkJob',
  construct: 'AiBenchmarkJob',
  props: 'AiBenchmarkJobProps',
  create: {
    'AIBenchmarkJobName': 'jobName',
    'BenchmarkTarget.Endpoint.Identifier': 'target: BenchmarkTarget.endpoint(endpoint)',
    'BenchmarkTarget.Endpoint.TargetContainerHostname': 'target: BenchmarkTarget.*(options.containerHostname)',
    'BenchmarkTarget.Endpoint.InferenceComponents[].Identifier': 'target: BenchmarkTarget.*(options.inferenceComponentNames[])',
    'OutputConfig.S3OutputLocation': 'output: JobOutput.toBucket(prefix)',
    ...MLFLOW_MEMBERS,
    'AIWorkloadConfigIdentifier': 'workloadConfig',
    'RoleArn': 'role',
    ...networkMembers('NetworkConfig.VpcConfig'),
    ...TAG_MEMBERS,
  },
  apart: {
    ...JOB_PROPS_APART,
    ...NETWORK_PROPS_APART,
    'AiBenchmarkJobProps.expectations': 'what the result is judged by when the job has ended',
    'AiBenchmarkJobProps.attempts': 'how many jobs are run, one after the other',
  },
  describe: {
    'AIBenchmarkJobName': 'benchmarkJobName',
    'AIBenchmarkJobArn': 'benchmarkJobArn',
    'AIBenchmarkJobStatus': 'benchmarkJobStatus',
    'OutputConfig.S3OutputLocation': 'resultsS3Uri',
    'OutputConfig.CloudWatchLogs[].LogGroupArn': 'logGroupArn',
    'OutputConfig.CloudWatchLogs[].LogStreamName': 'logStreamName',
    'CreationTime': 'creationTime',
    'EndTime': 'endTime',
    ...because(Reason.TIME, 'StartTime'),
    ...because(Reason.FAILED, 'FailureReason'),
  },
  others: {
    benchmarkJobNames: 'the names of the jobs of all attempts',
    feasibleConcurrency: RESULTS,
    infeasibleConcurrency: RESULTS,
    verdict: 'what came of the expectations',
    passedRun: 'the job that met the expectations',
  },
};
