/*
 * A deployment without a job, from a pinned recommendation: a chat model behind an endpoint on one GPU. The update changes the environment of the
 * model's container, so the endpoint goes over to another configuration while it serves.
 *
 * Budget: an ml.g6.xlarge at about $1.13 an hour for about an hour, and a second one while the endpoint is updated: about $2. The test gives up
 * after 2 hours of each deployment.
 */
import { App, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GPU_PRICE } from './support/budget';
import { bucketOf, chatModelUri, pinnedChatModel } from './support/models';
import { GPU_TYPE } from './support/settings';
import { integTest, TestStack, TestStackProps } from './support/test';
import { DeployRecommendation, InferenceAmiVersion } from 'cdk-sagemaker-inference';

class DeploymentStack extends TestStack {
  /** Where the model is. */
  public readonly modelUri: string;
  public readonly endpoint: DeployRecommendation;

  constructor(scope: Construct, id: string, props: TestStackProps) {
    super(scope, id, props);
    const bucket = bucketOf(this);
    this.modelUri = chatModelUri(bucket);
    this.endpoint = new DeployRecommendation(this, 'Endpoint', {
      recommendation: pinnedChatModel(bucket, props.version === 'first' ? 4 : 8),
      inferenceAmiVersion: InferenceAmiVersion.AL2023_GPU_4_1, // the image wants CUDA 13
      modelDataDownloadTimeout: Duration.minutes(20),
      containerStartupHealthCheckTimeout: Duration.minutes(20),
    });
  }
}

const app = new App({ treeMetadata: false });
const { stack, checks } = integTest(app, {
  stackName: 'IntegDeployRecommendation',
  budget: [
    { what: `${GPU_TYPE} of the endpoint`, price: GPU_PRICE, instances: 1, hours: 1, atMostHours: 4 },
    { what: `${GPU_TYPE} beside it in the update`, price: GPU_PRICE, instances: 1, hours: 0.5, atMostHours: 2 },
  ],
  kept: ['AWS::SageMaker::Endpoint'],
  build: (...args) => new DeploymentStack(...args),
});
const { modelUri, endpoint } = stack;

const container = 'PrimaryContainer';
checks.sagemaker('DescribeModel', { ModelName: endpoint.modelName }, {
  [`${container}.Image`]: endpoint.imageUri,
  [`${container}.Environment.SM_VLLM_MAX_NUM_SEQS`]: 8,
  [`${container}.AdditionalModelDataSources.0.ChannelName`]: 'base_model',
  [`${container}.AdditionalModelDataSources.0.S3DataSource.S3Uri`]: modelUri,
});
checks.sagemaker('DescribeEndpointConfig', { EndpointConfigName: endpoint.endpointConfigName }, {
  'ProductionVariants.0.InstanceType': GPU_TYPE,
  'ProductionVariants.0.InferenceAmiVersion': InferenceAmiVersion.AL2023_GPU_4_1.value,
});
checks.serves(endpoint);
checks.chats(endpoint.endpointName);

app.synth();
