/*
 * Inference Recommender: a load test of two minutes on one instance type, and its recommendation behind an endpoint. The update changes tags alone.
 *
 * Budget: the instance of the load test for about 2 hours, which AWS calls the average, and that of the endpoint for about half an hour, both
 * ml.c5.large at about $0.10 an hour: less than $1. The test gives up after 4 hours. The job cannot be deleted, and costs nothing when it is over.
 */
import { App, Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { CPU_PRICE } from './support/budget';
import { bucketOf, CPU_INSTANCE, numberModelUrl, xgboostImage } from './support/models';
import { bucketName, NUMBER_MODEL } from './support/settings';
import { integTest, TestStack, TestStackProps } from './support/test';
import {
  DeployRecommendation, EndpointInputConfiguration, InferenceModel, InferenceRecommendationsJob, InferenceRecommendationsJobType, ModelDomain,
  ModelFramework, ModelLatencyThreshold, ModelSource, ModelTask, SamplePayload, TrafficPattern,
} from 'cdk-sagemaker-inference';

class LoadTestStack extends TestStack {
  public readonly loadTest: InferenceRecommendationsJob;
  public readonly endpoint: DeployRecommendation;

  constructor(scope: Construct, id: string, props: TestStackProps) {
    super(scope, id, props);
    const bucket = bucketOf(this);
    const role = new Role(this, 'ModelRole', { assumedBy: new ServicePrincipal('sagemaker.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({
      actions: [
        'ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer',
        'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents', 'cloudwatch:PutMetricData',
      ],
      resources: ['*'],
    }));
    bucket.grantRead(role, `${NUMBER_MODEL.prefix}*`);
    const model = new CfnModel(this, 'Model', {
      executionRoleArn: role.roleArn,
      primaryContainer: { image: xgboostImage(this), modelDataUrl: numberModelUrl(bucket) },
    });
    model.node.addDependency(role);

    this.loadTest = new InferenceRecommendationsJob(this, 'LoadTest', {
      jobType: InferenceRecommendationsJobType.ADVANCED,
      model: InferenceModel.fromModel(model, {
        domain: ModelDomain.MACHINE_LEARNING,
        task: ModelTask.REGRESSION,
        framework: ModelFramework.XGBOOST,
        frameworkVersion: '1.7-1',
        samplePayload: SamplePayload.fromBucket(bucket, NUMBER_MODEL.payload),
        supportedContentTypes: ['text/csv'],
        supportedInstanceTypes: [CPU_INSTANCE],
        artifacts: [ModelSource.fromBucket(bucket, NUMBER_MODEL.prefix)],
      }),
      endpointConfigurations: [EndpointInputConfiguration.realTime(CPU_INSTANCE)],
      trafficPattern: TrafficPattern.phases([{ initialNumberOfUsers: 1, spawnRate: 1, duration: Duration.minutes(2) }]),
      stoppingConditions: { maxInvocations: 300, modelLatencyThreshold: ModelLatencyThreshold.p95(Duration.millis(500)) },
      resourceLimit: { maxNumberOfTests: 1, maxParallelOfTests: 1 },
      jobDuration: Duration.hours(1),
      waitTimeout: Duration.hours(4),
    });
    this.endpoint = new DeployRecommendation(this, 'Endpoint', { recommendation: this.loadTest });
  }
}

const app = new App({ treeMetadata: false });
const { stack, checks } = integTest(app, {
  stackName: 'IntegInferenceRecommendationsJob',
  budget: [
    { what: 'ml.c5.large of the load test', price: CPU_PRICE, instances: 1, hours: 2, atMostHours: 4 },
    { what: 'ml.c5.large of the endpoint', price: CPU_PRICE, instances: 1, hours: 0.5, atMostHours: 2 },
  ],
  kept: ['Custom::SageMakerInferenceRecommendationsJob', 'AWS::SageMaker::Endpoint'],
  build: (...args) => new LoadTestStack(...args),
});
const { loadTest, endpoint } = stack;

checks.sagemaker('DescribeInferenceRecommendationsJob', { JobName: loadTest.inferenceRecommendationsJobName }, {
  'Status': 'COMPLETED',
  'JobType': 'Advanced',
  'InputConfig.EndpointConfigurations.0.InstanceType': CPU_INSTANCE.value,
  'InputConfig.TrafficPattern.Phases.0.DurationInSeconds': 120,
  'InputConfig.ContainerConfig.PayloadConfig.SamplePayloadUrl': `s3://${bucketName(Aws.ACCOUNT_ID, Aws.REGION)}/${NUMBER_MODEL.payload}`,
  'InferenceRecommendations.0.EndpointConfiguration.InstanceType': CPU_INSTANCE.value,
});
checks.tags(loadTest.inferenceRecommendationsJobArn, { 'version': 'second', 'integ-test': stack.stackName });
checks.serves(endpoint);
checks.answers(endpoint.endpointName, 'text/csv', '1,0', { Body: 3.75 });
checks.answers(endpoint.endpointName, 'text/csv', '0,0', { Body: 1.25 });

app.synth();
