import { because, Coverage, JOB_PROPS_APART, NETWORK_PROPS_APART, networkMembers, Reason, TAG_MEMBERS } from '../coverage';

const QUANTIZATION = 'optimizations[]: ModelOptimization.quantization';
const COMPILATION = 'optimizations[]: ModelOptimization.compilation';
const SHARDING = 'optimizations[]: ModelOptimization.sharding';
const DECODING = 'optimizations[]: ModelOptimization.speculativeDecoding';

export const OPTIMIZATION_JOB: Coverage = {
  noun: 'OptimizationJob',
  construct: 'OptimizationJob',
  props: 'OptimizationJobProps',
  create: {
    'OptimizationJobName': 'jobName',
    'RoleArn': 'role',
    'ModelSource.S3.S3Uri': 'model: OptimizationModel.fromS3(source: ModelSource.fromBucket(prefix))',
    'ModelSource.S3.ModelAccessConfig.AcceptEula': 'model: OptimizationModel.fromS3(options.acceptEula)',
    'ModelSource.SageMakerModel.ModelName': 'model: OptimizationModel.fromModelName(modelName)',
    'DeploymentInstanceType': 'instanceType',
    'OptimizationConfigs[].ModelQuantizationConfig.Image': `${QUANTIZATION}(options.imageUri)`,
    'OptimizationConfigs[].ModelQuantizationConfig.OverrideEnvironment': [
      `${QUANTIZATION}(options.environment)`, `${QUANTIZATION}(options.technique)`,
    ],
    'OptimizationConfigs[].ModelCompilationConfig.Image': `${COMPILATION}(options.imageUri)`,
    'OptimizationConfigs[].ModelCompilationConfig.OverrideEnvironment': `${COMPILATION}(options.environment)`,
    'OptimizationConfigs[].ModelShardingConfig.Image': `${SHARDING}(options.imageUri)`,
    'OptimizationConfigs[].ModelShardingConfig.OverrideEnvironment': [
      `${SHARDING}(options.environment)`, `${SHARDING}(options.tensorParallelDegree)`,
    ],
    'OptimizationConfigs[].ModelSpeculativeDecodingConfig.Technique': `${DECODING}(options.technique)`,
    'OptimizationConfigs[].ModelSpeculativeDecodingConfig.TrainingDataSource.S3Uri': [
      `${DECODING}(options.trainingData: TrainingDataSource.fromBucket(prefix))`,
      `${DECODING}(options.trainingData: TrainingDataSource.fromManifest(key))`,
    ],
    'OptimizationConfigs[].ModelSpeculativeDecodingConfig.TrainingDataSource.S3DataType': [
      `${DECODING}(options.trainingData: TrainingDataSource.fromBucket)`,
      `${DECODING}(options.trainingData: TrainingDataSource.fromManifest)`,
    ],
    'OutputConfig.S3OutputLocation': 'output: JobOutput.toBucket(prefix)',
    'OutputConfig.KmsKeyId': 'outputEncryptionKey',
    'OutputConfig.SageMakerModel.ModelName': 'outputModelName',
    'StoppingCondition.MaxRuntimeInSeconds': 'maxRuntime',
    'StoppingCondition.MaxWaitTimeInSeconds': 'maxWaitTime',
    'StoppingCondition.MaxPendingTimeInSeconds': 'maxPendingTime',
    'MaxInstanceCount': 'maxInstanceCount',
    'OptimizationEnvironment': 'environment',
    ...TAG_MEMBERS,
    ...networkMembers('VpcConfig'),
    'TrainingPlanArns': 'trainingPlanArn',
  },
  apart: {
    ...JOB_PROPS_APART,
    ...NETWORK_PROPS_APART,
    'SageMakerModelOptions.artifacts': 'what the roles of the job and of an endpoint may read',
  },
  describe: {
    'OptimizationJobName': 'optimizationJobName',
    'OptimizationJobArn': 'optimizationJobArn',
    'OptimizationJobStatus': 'optimizationJobStatus',
    'OutputConfig.S3OutputLocation': 'optimizedModelS3Uri',
    'OutputConfig.SageMakerModel.ModelName': 'outputModelName',
    'OptimizationOutput.RecommendedInferenceImage': 'recommendedImageUri',
    'DeploymentInstanceType': 'deploymentInstanceType',
    'CreationTime': 'creationTime',
    'OptimizationEndTime': 'endTime',
    ...because(Reason.TIME, 'OptimizationStartTime', 'LastModifiedTime'),
    ...because(Reason.FAILED, 'FailureReason'),
  },
  others: {},
};
