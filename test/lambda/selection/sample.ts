/** A recommendation as a real job answered it. */
export const REAL = {
  OptimizationDetails: [],
  ModelDetails: {
    ModelPackageArn: 'arn:aws:sagemaker:us-west-2:111122223333:model-package/rec-job-example/1',
    InferenceSpecificationName: 'high-otps-on-g6-24xlarge',
    InstanceDetails: [{ InstanceType: 'ml.g6.24xlarge', InstanceCount: 1, CopyCountPerInstance: 2 }],
  },
  DeploymentConfiguration: {
    S3: [
      { ChannelName: 'base_model', Uri: 's3://sagemaker-us-west-2-111122223333/models/gpt-oss-20b/' },
      { ChannelName: 'model-output', Uri: 's3://sagemaker-us-west-2-111122223333/recommendations/' },
    ],
    ImageUri: '763104351884.dkr.ecr.us-west-2.amazonaws.com/vllm:0.22.0-gpu-py312-cu130-ubuntu22.04-sagemaker',
    InstanceType: 'ml.g6.24xlarge',
    InstanceCount: 1,
    CopyCountPerInstance: 2,
    EnvironmentVariables: {
      SM_VLLM_MAX_MODEL_LEN: '-1',
      SM_VLLM_MAX_NUM_SEQS: '88',
      SM_VLLM_MODEL: '/opt/ml/additional-model-data-sources/base_model',
      SM_VLLM_TENSOR_PARALLEL_SIZE: '2',
    },
  },
  ExpectedPerformance: [
    { Metric: 'RequestThroughput', Stat: 'avg', Value: '7.5114', Unit: 'Requests/Second' },
    { Metric: 'OutputTokenThroughput', Stat: 'avg', Value: '1893.21', Unit: 'Tokens/Second' },
    { Metric: 'RequestLatency', Stat: 'p50', Value: '11134.94', Unit: 'Milliseconds' },
    { Metric: 'RequestLatency', Stat: 'p90', Value: '12119.56', Unit: 'Milliseconds' },
    { Metric: 'RequestLatency', Stat: 'p99', Value: '13762.74', Unit: 'Milliseconds' },
    { Metric: 'TimeToFirstToken', Stat: 'p50', Value: '269.55', Unit: 'Milliseconds' },
    { Metric: 'TimeToFirstToken', Stat: 'p90', Value: '394.81', Unit: 'Milliseconds' },
    { Metric: 'InterTokenLatency', Stat: 'p50', Value: '43.38', Unit: 'Milliseconds' },
    { Metric: 'InterTokenLatency', Stat: 'p90', Value: '44.35', Unit: 'Milliseconds' },
    { Metric: 'ClientSideConcurrency', Value: '88', Unit: 'Count' },
  ],
};

export const REAL_JOB = {
  AIRecommendationJobName: 'rec-job-example',
  AIRecommendationJobStatus: 'Completed',
  ModelSource: { S3: { S3Uri: 's3://sagemaker-us-west-2-111122223333/models/gpt-oss-20b/' } },
  OutputConfig: { S3OutputLocation: 's3://sagemaker-us-west-2-111122223333/recommendations/', ModelPackageGroupIdentifier: 'rec-job-example' },
  InferenceSpecification: { Framework: 'VLLM' },
  OptimizeModel: false,
  Recommendations: [REAL],
};

/** As AWS's page about adapters answers it, with other words for the same things. */
export const WITH_ADAPTERS = {
  AdapterDetails: {
    S3Uris: [{ AdapterId: 'sql', S3Uri: 's3://amzn-s3-demo-bucket/adapters/sql/' }, { AdapterId: 'chat', S3Uri: 's3://amzn-s3-demo-bucket/adapters/chat/' }],
    ModelPackageArns: [
      { AdapterId: 'sql', ModelPackageArn: 'arn:aws:sagemaker:us-west-2:111122223333:model-package/lora-adapters/1' },
      { AdapterId: 'chat', ModelPackageArn: 'arn:aws:sagemaker:us-west-2:111122223333:model-package/lora-adapters/2' },
    ],
  },
  DeploymentConfiguration: {
    InstanceType: 'ml.g6e.12xlarge',
    InstanceCount: 1,
    CopyCountPerInstance: 2,
    MinCpuMemoryRequiredInMb: 12288,
    EnvironmentVariables: { SAGEMAKER_SHM_SIZE_MB: '2048' },
  },
  ExpectedPerformance: [{ Metric: 'throughput', Stat: 'average', Value: '512.0', Unit: 'tokens/second' }],
};

export const RECOMMENDER_JOB = {
  JobName: 'resnet',
  JobArn: 'arn:aws:sagemaker:us-west-2:111122223333:inference-recommendations-job/resnet',
  JobType: 'Default',
  Status: 'COMPLETED',
  InputConfig: { ModelPackageVersionArn: 'arn:aws:sagemaker:us-west-2:111122223333:model-package/resnet/3' },
  InferenceRecommendations: [{
    RecommendationId: 'resnet/1a2b3c4d',
    Metrics: {
      CostPerHour: 0.20399999618530273,
      CostPerInference: 5.246913588052848e-6,
      MaxInvocations: 648,
      ModelLatency: 263596,
      CpuUtilization: NaN,
      MemoryUtilization: NaN,
      ModelSetupTime: null,
    },
    EndpointConfiguration: { EndpointName: 'sm-epc-1', VariantName: 'sm-epc-1', InstanceType: 'ml.c5.xlarge', InitialInstanceCount: 1 },
    ModelConfiguration: {
      InferenceSpecificationName: 'spec', EnvironmentParameters: [{ Key: 'OMP_NUM_THREADS', ValueType: 'String', Value: '4' }],
    },
    InvocationEndTime: '2026-01-01T00:00:00Z',
  }],
};

export const OPTIMIZED_JOB = {
  OptimizationJobName: 'awq',
  OptimizationJobStatus: 'COMPLETED',
  DeploymentInstanceType: 'ml.g6.12xlarge',
  OptimizationEnvironment: { OPTION_ROLLING_BATCH: 'vllm' },
  OptimizationConfigs: [{ ModelShardingConfig: { Image: 'i', OverrideEnvironment: { OPTION_TENSOR_PARALLEL_DEGREE: '4' } } }, { ModelQuantizationConfig: {} }],
  OptimizationOutput: { RecommendedInferenceImage: 'image:2' },
  OutputConfig: { KmsKeyId: 'k', S3OutputLocation: 's3://results/awq/' },
};
