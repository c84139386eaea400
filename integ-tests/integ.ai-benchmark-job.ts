/*
 * A benchmark of an endpoint, and its verdict: 20 short chats with a small model on one GPU. The update changes what is expected, which judges the
 * run that is there, and runs nothing.
 *
 * Budget: an ml.g6.xlarge at about $1.13 an hour for about an hour, and the training job that sends the requests, on a machine that the service
 * chooses, reckoned as another one: about $2. The test gives up after 2 hours for the endpoint and 1 for the benchmark.
 */
import { App, Duration } from 'aws-cdk-lib';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { GPU_PRICE } from './support/budget';
import { bucketOf, pinnedChatModel } from './support/models';
import { CHAT_MODEL, GPU_TYPE, RESULTS } from './support/settings';
import { integTest, TestStack, TestStackProps } from './support/test';
import {
  AiBenchmarkJob, AiWorkloadConfig, BenchmarkMetric, BenchmarkTarget, DeployRecommendation, Expectation, InferenceAmiVersion, JobOutput, WorkloadSpec,
} from 'cdk-sagemaker-inference';

class BenchmarkStack extends TestStack {
  public readonly bucket: IBucket;
  public readonly workloadConfig: AiWorkloadConfig;
  public readonly endpoint: DeployRecommendation;
  public readonly benchmark: AiBenchmarkJob;
  public readonly verdict: StringParameter;

  constructor(scope: Construct, id: string, props: TestStackProps) {
    super(scope, id, props);
    this.bucket = bucketOf(this);
    this.workloadConfig = new AiWorkloadConfig(this, 'Workload', {
      spec: WorkloadSpec.synthetic({
        inputTokens: { mean: 64 }, outputTokens: { mean: 32 }, concurrency: 1, requestCount: 20, tokenizer: CHAT_MODEL.id,
      }),
    });
    this.endpoint = new DeployRecommendation(this, 'Endpoint', {
      recommendation: pinnedChatModel(this.bucket, 4),
      inferenceAmiVersion: InferenceAmiVersion.AL2023_GPU_4_1,
      containerStartupHealthCheckTimeout: Duration.minutes(20),
    });
    // Limits that a model of this size meets: whether they are measured and judged is the question, and not how fast it is.
    const timeToFirstToken = Expectation.avg(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(30_000);
    const throughput = Expectation.avg(BenchmarkMetric.OUTPUT_TOKEN_THROUGHPUT).atLeast(0.1);
    this.benchmark = new AiBenchmarkJob(this, 'Benchmark', {
      target: BenchmarkTarget.deployment(this.endpoint),
      workloadConfig: this.workloadConfig,
      output: JobOutput.toBucket(this.bucket, `${RESULTS}benchmarks/`),
      expectations: props.version === 'first' ? [timeToFirstToken] : [timeToFirstToken, throughput],
      waitTimeout: Duration.hours(1),
    });
    this.verdict = new StringParameter(this, 'Verdict', { stringValue: `Verdict: ${this.benchmark.verdict}` });
  }
}

const app = new App({ treeMetadata: false });
const { stack, checks } = integTest(app, {
  stackName: 'IntegAiBenchmarkJob',
  budget: [
    { what: `${GPU_TYPE} of the endpoint`, price: GPU_PRICE, instances: 1, hours: 1, atMostHours: 3 },
    { what: 'machine of the benchmark', price: GPU_PRICE, instances: 1, hours: 0.5, atMostHours: 1 },
  ],
  kept: ['Custom::SageMakerAIBenchmarkJob', 'Custom::SageMakerAIWorkloadConfig', 'AWS::SageMaker::Endpoint'],
  build: (...args) => new BenchmarkStack(...args),
});
const { benchmark, bucket, endpoint, verdict, workloadConfig } = stack;

checks.sagemaker('DescribeAIBenchmarkJob', { AIBenchmarkJobName: benchmark.benchmarkJobName }, {
  'AIBenchmarkJobStatus': 'Completed',
  'AIWorkloadConfigIdentifier': workloadConfig.workloadConfigName,
  'BenchmarkTarget.Endpoint.Identifier': endpoint.endpointName,
  'OutputConfig.S3OutputLocation': /results\/benchmarks\//,
});
checks.tags(benchmark.benchmarkJobArn, { 'version': 'second', 'integ-test': stack.stackName });
checks.parameter(verdict.parameterName, /^Verdict: met 2 of 2 expectations/);
checks.object(bucket.bucketName, `${RESULTS}benchmarks/${benchmark.benchmarkJobName}/`, /\.tar\.gz$/);
checks.serves(endpoint);
checks.chats(endpoint.endpointName);

app.synth();
