/*
 * An optimization job: a small chat model is quantized to 4 bits by AWQ, and deployed with the image that the job recommends. The update changes
 * tags alone.
 *
 * Budget: the job, on a machine that the service chooses, reckoned as an ml.g6.12xlarge at about $5.75 for an hour, and an ml.g6.xlarge at about
 * $1.13 an hour for an hour: about $7. The service stops the job after 4 hours, and the test gives up after 2 hours for the endpoint.
 */
import { App, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FOUR_GPUS_PRICE, GPU_PRICE } from './support/budget';
import { bucketOf, chatModel, chatModelUri } from './support/models';
import { GPU_TYPE, RESULTS } from './support/settings';
import { integTest, TestStack, TestStackProps } from './support/test';
import {
  DeployRecommendation, GpuInstanceType, JobOutput, ModelOptimization, OptimizationJob, OptimizationModel, QuantizationTechnique,
} from 'cdk-sagemaker-inference';

class OptimizationStack extends TestStack {
  /** Where the model is. */
  public readonly modelUri: string;
  public readonly optimization: OptimizationJob;
  public readonly endpoint: DeployRecommendation;

  constructor(scope: Construct, id: string, props: TestStackProps) {
    super(scope, id, props);
    const bucket = bucketOf(this);
    this.modelUri = chatModelUri(bucket);
    this.optimization = new OptimizationJob(this, 'Optimization', {
      model: OptimizationModel.fromS3(chatModel(bucket)),
      instanceType: GpuInstanceType.of(GPU_TYPE),
      optimizations: [ModelOptimization.quantization({ technique: QuantizationTechnique.AWQ })],
      output: JobOutput.toBucket(bucket, `${RESULTS}optimized/`),
      maxRuntime: Duration.hours(4),
      waitTimeout: Duration.hours(6),
    });
    this.endpoint = new DeployRecommendation(this, 'Endpoint', { recommendation: this.optimization });
  }
}

const app = new App({ treeMetadata: false });
const { stack, checks } = integTest(app, {
  stackName: 'IntegOptimizationJob',
  budget: [
    { what: 'machine of the job', price: FOUR_GPUS_PRICE, instances: 1, hours: 1, atMostHours: 4 },
    { what: `${GPU_TYPE} of the endpoint`, price: GPU_PRICE, instances: 1, hours: 1, atMostHours: 2 },
  ],
  kept: ['Custom::SageMakerOptimizationJob', 'AWS::SageMaker::Endpoint'],
  build: (...args) => new OptimizationStack(...args),
});
const { modelUri, optimization, endpoint } = stack;

checks.sagemaker('DescribeOptimizationJob', { OptimizationJobName: optimization.optimizationJobName }, {
  'OptimizationJobStatus': 'COMPLETED',
  'DeploymentInstanceType': GPU_TYPE,
  'OptimizationConfigs.0.ModelQuantizationConfig.OverrideEnvironment.OPTION_QUANTIZE': 'awq',
  'ModelSource.S3.S3Uri': modelUri,
  'OptimizationOutput.RecommendedInferenceImage': optimization.recommendedImageUri,
});
checks.tags(optimization.optimizationJobArn, { 'version': 'second', 'integ-test': stack.stackName });
checks.serves(endpoint);
checks.chats(endpoint.endpointName);

app.synth();
