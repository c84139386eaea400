import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import {
  AiBenchmarkJob, AiRecommendationJob, AiWorkloadConfig, Attempts, BenchmarkMetric, BenchmarkTarget, DeployRecommendation, Expectation,
  GpuInstanceType, JobOutput, ModelSource, PerformanceObjective, Stat, WorkloadSpec,
} from 'cdk-sagemaker-inference';

export interface BenchmarkGateStackProps extends StackProps {
  /** Name of the bucket with the model under `gpt-oss-20b/`; all results go to the same bucket. In the Region of the stack. */
  readonly bucketName: string;
  /** How many instances serve. By default as many as are recommended. Another number is another deployment, so it goes through the gate. */
  readonly instanceCount?: number;
}

/**
 * A model is deployed as recommended, and stays deployed only if it is as fast as it has to be.
 *
 * The gate is of the same stack as the endpoint on purpose: when it is missed, CloudFormation rolls back both, and what served before serves
 * again. It sends real load to the endpoint, and that is paid for: here three times 300 requests for each deployment that changes what is served.
 */
export class BenchmarkGateStack extends Stack {
  constructor(scope: Construct, id: string, props: BenchmarkGateStackProps) {
    super(scope, id, props);
    const bucket = Bucket.fromBucketName(this, 'Bucket', props.bucketName);

    const workloadConfig = new AiWorkloadConfig(this, 'Chat', {
      spec: WorkloadSpec.synthetic({
        inputTokens: { mean: 550, stddev: 150 },
        outputTokens: { mean: 150 },
        concurrency: 10,
        requestCount: 300, // enough for a p90; a p99 takes 1,000
        tokenizer: 'openai/gpt-oss-20b',
      }),
    });

    const recommendation = new AiRecommendationJob(this, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig,
      objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
    });

    const deployment = new DeployRecommendation(this, 'Endpoint', { recommendation, initialInstanceCount: props.instanceCount });

    const gate = new AiBenchmarkJob(this, 'Gate', {
      target: BenchmarkTarget.deployment(deployment), // not `endpoint`: the gate is to run again when something else is served
      workloadConfig,
      output: JobOutput.toBucket(bucket, 'benchmarks/'),
      expectations: [
        Expectation.p90(BenchmarkMetric.TIME_TO_FIRST_TOKEN).atMost(500), // milliseconds
        Expectation.avg(BenchmarkMetric.OUTPUT_TOKEN_THROUGHPUT).atLeast(200, { tolerancePercent: 5 }), // tokens per second
        Expectation.p50(BenchmarkMetric.INTER_TOKEN_LATENCY).regressesAtMostPercent(10), // the first run has nothing to be compared with
      ],
      attempts: Attempts.medianOf(3), // one run can be unlucky, and a gate must not be moody
    });

    // As one text that is never empty, even in a rollback that can no longer read the figures: a parameter without a value would fail it.
    new StringParameter(this, 'Measured', {
      parameterName: `/${this.stackName}/measured`,
      stringValue: this.toJsonString({
        timeToFirstTokenP90: gate.measured(BenchmarkMetric.TIME_TO_FIRST_TOKEN, Stat.P90),
        outputTokensPerSecond: gate.measured(BenchmarkMetric.OUTPUT_TOKEN_THROUGHPUT, Stat.AVG),
      }),
    });

    new CfnOutput(this, 'EndpointName', { value: deployment.endpointName });
    new CfnOutput(this, 'InstanceType', { value: deployment.instanceType });
    new CfnOutput(this, 'OutputTokensPerSecond', { value: gate.measured(BenchmarkMetric.OUTPUT_TOKEN_THROUGHPUT, Stat.AVG) });
    new CfnOutput(this, 'Verdict', { value: gate.verdict });
    new CfnOutput(this, 'BenchmarkResults', { value: gate.resultsS3Uri });
  }
}
