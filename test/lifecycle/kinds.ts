import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct, IConstruct } from 'constructs';
import { World } from './harness';
import type { Scenario } from '../../sandbox/sagemaker';
import {
  AiBenchmarkJob, AiWorkloadConfig, BenchmarkTarget, GpuInstanceType, InferenceModel, InferenceRecommendationsJob,
  InferenceRecommendationsJobType, JobOutput, MlInstanceType, ModelFramework, ModelDomain, ModelOptimization, ModelSource, ModelTask, OptimizationJob,
  OptimizationModel, SamplePayload, WorkloadSpec,
} from '../../src';

export interface JobOptions {
  readonly rerunToken?: string;
  /** Short by default: each 50 minutes are another resource to play. */
  readonly waitTimeout?: Duration;
  readonly removalPolicy?: RemovalPolicy;
}

interface Outcome {
  readonly duration?: number;
  readonly fails?: string;
}

/** What a life is told in, for one kind of job. */
export interface KindOfJob {
  readonly kind: string;
  readonly arnType: string;
  readonly nameMember: string;
  readonly completed: string;
  readonly failed: string;
  readonly stopped: string;
  readonly running: string;
  readonly deletable: boolean;
  /** A job with the fewest props, in a stack with what it needs. */
  job(scope: Construct, options: JobOptions): { construct: IConstruct; status: string };
  scenario(outcome: (nth: number) => Outcome): Scenario;
}

const CAMEL = { completed: 'Completed', failed: 'Failed', stopped: 'Stopped', running: 'InProgress' };
const ENDPOINT = 'my-endpoint';
const MODEL = 'my-model';
const WAIT_TIMEOUT = Duration.minutes(100);

/** The stack's jobs work with what is there already: an endpoint to load, and a model. */
export async function setUp(world: World): Promise<void> {
  const hosting = await world.deploy(stack => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const model = new sagemaker.CfnModel(stack, 'Model', {
      modelName: MODEL, executionRoleArn: role.roleArn, primaryContainer: { image: 'image', modelDataUrl: 's3://my-models/m.tar.gz' },
    });
    bucket(stack).grantRead(role).applyBefore(model);
    const config = new sagemaker.CfnEndpointConfig(stack, 'Config', {
      productionVariants: [{
        variantName: 'AllTraffic', modelName: model.attrModelName, instanceType: 'ml.g5.xlarge', initialInstanceCount: 1, initialVariantWeight: 1,
      }],
    });
    new sagemaker.CfnEndpoint(stack, 'Endpoint', { endpointName: ENDPOINT, endpointConfigName: config.attrEndpointConfigName });
  }, { stackName: 'Hosting' });
  expect(world.failures(hosting)).toEqual([]);
}

const bucket = (scope: Construct) => s3.Bucket.fromBucketName(scope, 'Bucket', 'my-models');
const workloadConfig = (scope: Construct) => new AiWorkloadConfig(scope, 'Workload', {
  spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: 10 }),
});

export const AI_BENCHMARK_JOB: KindOfJob = {
  kind: 'AIBenchmarkJob',
  arnType: 'ai-benchmark-job',
  nameMember: 'AIBenchmarkJobName',
  ...CAMEL,
  deletable: true,
  job: (scope, options) => {
    const job = new AiBenchmarkJob(scope, 'Job', {
      target: BenchmarkTarget.endpointName(ENDPOINT),
      workloadConfig: workloadConfig(scope),
      output: JobOutput.toS3Uri('s3://my-models/results/'),
      waitTimeout: WAIT_TIMEOUT,
      ...options,
    });
    return { construct: job, status: job.benchmarkJobStatus };
  },
  scenario: outcome => ({ benchmark: (_, nth) => scripted(outcome(nth), 'Failed') }),
};

export const OPTIMIZATION_JOB: KindOfJob = {
  kind: 'OptimizationJob',
  arnType: 'optimization-job',
  nameMember: 'OptimizationJobName',
  completed: 'COMPLETED',
  failed: 'FAILED',
  stopped: 'STOPPED',
  running: 'INPROGRESS',
  deletable: true,
  job: (scope, options) => {
    const job = new OptimizationJob(scope, 'Job', {
      model: OptimizationModel.fromS3(ModelSource.fromBucket(bucket(scope), 'gpt-oss-20b/')),
      instanceType: GpuInstanceType.G6_12XLARGE,
      optimizations: [ModelOptimization.quantization()],
      output: JobOutput.toS3Uri('s3://my-models/results/'),
      waitTimeout: WAIT_TIMEOUT,
      ...options,
    });
    return { construct: job, status: job.optimizationJobStatus };
  },
  scenario: outcome => ({ optimization: (_, nth) => scripted(outcome(nth), 'FAILED') }),
};

export const INFERENCE_RECOMMENDATIONS_JOB: KindOfJob = {
  kind: 'InferenceRecommendationsJob',
  arnType: 'inference-recommendations-job',
  nameMember: 'JobName',
  completed: 'COMPLETED',
  failed: 'FAILED',
  stopped: 'STOPPED',
  running: 'IN_PROGRESS',
  deletable: false,
  job: (scope, options) => {
    const job = new InferenceRecommendationsJob(scope, 'Job', {
      jobType: InferenceRecommendationsJobType.DEFAULT,
      model: InferenceModel.fromModelName(MODEL, {
        domain: ModelDomain.MACHINE_LEARNING,
        task: ModelTask.CLASSIFICATION,
        framework: ModelFramework.XGBOOST,
        samplePayload: SamplePayload.fromBucket(bucket(scope), 'payload.tar.gz'),
        supportedContentTypes: ['text/csv'],
        supportedInstanceTypes: [MlInstanceType.fromName('ml.c5.xlarge')],
        artifacts: [ModelSource.fromS3Uri('s3://my-models/m.tar.gz')],
      }),
      waitTimeout: WAIT_TIMEOUT,
      ...options,
    });
    return { construct: job, status: job.inferenceRecommendationsJobStatus };
  },
  scenario: outcome => ({ inferenceRecommendations: (_, nth) => scripted(outcome(nth), 'FAILED') }),
};

function scripted<Status extends string>({ duration, fails }: Outcome, failed: Status) {
  return { duration, ...(fails === undefined ? {} : { status: failed, failureReason: fails }) };
}
