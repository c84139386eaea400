import { CfnOutput, Duration, Size, Stack, StackProps } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  DeployRecommendation, EndpointInputConfiguration, FlatInvocations, InferenceModel, InferenceRecommendationsJob, InferenceRecommendationsJobType,
  MlInstanceType, ModelLatencyThreshold, ModelSource, RecommendationSelector, TrafficPattern,
} from 'cdk-sagemaker-inference';

const COMPUTE_OPTIMIZED = MlInstanceType.fromName('ml.c6i.xlarge');
const GENERAL_PURPOSE = MlInstanceType.fromName('ml.m6i.xlarge');

export interface LoadTestStackProps extends StackProps {
  /** Name of the bucket with the files of the model package, its sample requests included, under `resnet/`. In the Region of the stack. */
  readonly bucketName: string;
  /** Group and version of the model package, such as `resnet/1`. It must be approved, and say its domain, framework and sample payload. */
  readonly modelPackage: string;
  /** One of the instance types that were tested. Another one is another endpoint configuration, and no other load test. */
  readonly instanceType?: MlInstanceType;
}

/**
 * A registered model goes through a load test on several instance types and without a server, and is deployed on one of them.
 *
 * The job cannot be deleted, only stopped: when the stack goes and comes again with the same inputs, the finished test is found again.
 */
export class LoadTestStack extends Stack {
  constructor(scope: Construct, id: string, props: LoadTestStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);
    const modelPackageArn = this.formatArn({ service: 'sagemaker', resource: 'model-package', resourceName: props.modelPackage });

    const loadTest = new InferenceRecommendationsJob(this, 'LoadTest', {
      jobType: InferenceRecommendationsJobType.ADVANCED,
      // Where its files are is not in an ARN, and the roles of the job and of the endpoint are to read nothing else.
      model: InferenceModel.fromModelPackageArn(modelPackageArn, { artifacts: [ModelSource.fromBucket(bucket, 'resnet/')] }),
      endpointConfigurations: [
        EndpointInputConfiguration.serverless({ memorySize: Size.gibibytes(4), maxConcurrency: 20 }),
        EndpointInputConfiguration.realTime(COMPUTE_OPTIMIZED, { environmentParameterRanges: { OMP_NUM_THREADS: ['1', '2', '4'] } }),
        EndpointInputConfiguration.realTime(GENERAL_PURPOSE),
      ],
      trafficPattern: TrafficPattern.phases([
        { initialNumberOfUsers: 1, spawnRate: 1, duration: Duration.minutes(2) }, // ends with three users ...
        { initialNumberOfUsers: 3, spawnRate: 2, duration: Duration.minutes(4) }, // ... with which this one begins: jumps are refused
      ]),
      stoppingConditions: {
        maxInvocations: 1500, // per minute: what is recommended is made for them
        modelLatencyThreshold: ModelLatencyThreshold.p95(Duration.millis(200)),
        flatInvocations: FlatInvocations.STOP,
      },
      resourceLimit: { maxNumberOfTests: 5, maxParallelOfTests: 2 }, // each test runs endpoints, which count for the quotas
    });

    const endpoint = new DeployRecommendation(this, 'Endpoint', {
      recommendation: loadTest,
      // Not the best of all: that may be a serverless one after the next test, and an endpoint on instances can't become serverless.
      selector: RecommendationSelector.byInstanceType(props.instanceType ?? COMPUTE_OPTIMIZED),
    });

    new CfnOutput(this, 'EndpointName', { value: endpoint.endpointName });
    new CfnOutput(this, 'InstanceType', { value: endpoint.instanceType });
    // Of the best recommendation, which need not be the one that is deployed.
    new CfnOutput(this, 'BestRecommendation', { value: loadTest.recommendationId });
    new CfnOutput(this, 'BestCostPerInference', { value: loadTest.costPerInference });
    new CfnOutput(this, 'BestMaxInvocations', { value: loadTest.maxInvocations });
  }
}
