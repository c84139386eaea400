/** The shapes that scenarios and fixtures are written in: the SDK's own types, so that they cannot drift from the API. */
export type {
  AIRecommendation,
  AIRecommendationDeploymentConfiguration,
  AIRecommendationPerformanceMetric,
  AIWorkloadInputDataConfig,
  CreateAIRecommendationJobRequest,
  CreateAIWorkloadConfigRequest,
  CreateEndpointConfigInput,
  CreateEndpointInput,
  CreateModelInput,
  ContainerDefinition,
  Tag,
  UpdateEndpointInput,
} from '@aws-sdk/client-sagemaker';
