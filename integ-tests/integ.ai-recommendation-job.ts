/*
 * A recommendation job for a small chat model on one instance type, and what it recommends behind an endpoint. The update changes tags alone.
 *
 * Budget: the job's own endpoints and training jobs, reckoned as two ml.g6.xlarge at about $1.13 an hour for 3 hours, since AWS's documents speak of
 * 1 to 3 hours, and the endpoint for an hour: about $8. The test gives up after 6 hours for the job and 2 for the endpoint.
 */
import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GPU_PRICE } from './support/budget';
import { bucketOf, chatModel, chatModelUri } from './support/models';
import { CHAT_MODEL, GPU_TYPE, RESULTS } from './support/settings';
import { integTest, TestStack, TestStackProps } from './support/test';
import {
  AiRecommendationJob, AiWorkloadConfig, DeployRecommendation, GpuInstanceType, InferenceAmiVersion, JobOutput, PerformanceObjective,
  WorkloadSpec,
} from 'cdk-sagemaker-inference';

class RecommendationStack extends TestStack {
  /** Where the model is. */
  public readonly modelUri: string;
  public readonly workloadConfig: AiWorkloadConfig;
  public readonly recommendation: AiRecommendationJob;
  public readonly endpoint: DeployRecommendation;

  constructor(scope: Construct, id: string, props: TestStackProps) {
    super(scope, id, props);
    const bucket = bucketOf(this);
    this.modelUri = chatModelUri(bucket);
    this.workloadConfig = new AiWorkloadConfig(this, 'Workload', {
      spec: WorkloadSpec.synthetic({
        inputTokens: { mean: 64 }, outputTokens: { mean: 32 }, concurrency: 1, requestCount: 50, tokenizer: CHAT_MODEL.id,
      }),
    });
    this.recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: chatModel(bucket),
      workloadConfig: this.workloadConfig,
      objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.of(GPU_TYPE)],
      output: JobOutput.toBucket(bucket, `${RESULTS}recommendations/`),
      modelPackageRemovalPolicy: RemovalPolicy.DESTROY, // or they would stay when the test is over
      waitTimeout: Duration.hours(6),
    });
    this.endpoint = new DeployRecommendation(this, 'Endpoint', {
      recommendation: this.recommendation,
      inferenceAmiVersion: InferenceAmiVersion.AL2023_GPU_4_1,
    });
  }
}

const app = new App({ treeMetadata: false });
const { stack, checks } = integTest(app, {
  stackName: 'IntegAiRecommendationJob',
  budget: [
    { what: `${GPU_TYPE} of the job`, price: GPU_PRICE, instances: 2, hours: 3, atMostHours: 6 },
    { what: `${GPU_TYPE} of the endpoint`, price: GPU_PRICE, instances: 1, hours: 1, atMostHours: 2 },
  ],
  kept: ['Custom::SageMakerAIRecommendationJob', 'Custom::SageMakerAIWorkloadConfig', 'AWS::SageMaker::Endpoint'],
  build: (...args) => new RecommendationStack(...args),
});
const { modelUri, recommendation, endpoint, workloadConfig } = stack;

checks.sagemaker('DescribeAIRecommendationJob', { AIRecommendationJobName: recommendation.recommendationJobName }, {
  'AIRecommendationJobStatus': 'Completed',
  'AIWorkloadConfigIdentifier': workloadConfig.workloadConfigName,
  'ModelSource.S3.S3Uri': modelUri,
  'PerformanceTarget.Constraints.0.Metric': 'ttft-ms',
  'ComputeSpec.InstanceTypes.0': GPU_TYPE,
  'Recommendations.0.ModelDetails.ModelPackageArn': recommendation.modelPackageArn,
  'Recommendations.0.DeploymentConfiguration.InstanceType': endpoint.instanceType,
});
checks.tags(recommendation.recommendationJobArn, { 'version': 'second', 'integ-test': stack.stackName });
checks.serves(endpoint);
checks.chats(endpoint.endpointName);

app.synth();
