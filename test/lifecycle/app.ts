import { cpSync, appendFileSync, mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CfnResource, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { IConstruct } from 'constructs';
import {
  AiRecommendationJob, AiRecommendationJobProps, AiWorkloadConfig, DeployRecommendation, DeployRecommendationProps, GpuInstanceType, JobOutput,
  ModelSource, PerformanceObjective, WorkloadSpec,
} from '../../src';

/** Context of an app whose assets stay where they are: each synthesis would copy them. */
export const ASSETS_STAY = { 'aws:cdk:disable-asset-staging': true };

export interface AppOptions {
  readonly job?: Partial<AiRecommendationJobProps>;
  readonly concurrency?: number;
  readonly tag?: string;
  /** False for a job without an endpoint. */
  readonly endpoint?: false | Partial<DeployRecommendationProps>;
  readonly removalPolicy?: RemovalPolicy;
  /** Id of a role of one's own. */
  readonly role?: string;
  /** Another content of the handlers' bundle. */
  readonly handlerVersion?: string;
  /** Whatever else belongs to the stack. */
  readonly also?: (stack: Stack, recommendation: AiRecommendationJob) => void;
}

/** The app of the story: a model, a chat workload, a job, an endpoint. */
export function app(options: AppOptions = {}): (stack: Stack) => void {
  return stack => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'my-models');
    const workloadConfig = new AiWorkloadConfig(stack, 'Workload', {
      spec: WorkloadSpec.synthetic({ inputTokens: { mean: 550 }, outputTokens: { mean: 150 }, concurrency: options.concurrency ?? 10 }),
    });
    const recommendation = new AiRecommendationJob(stack, 'Recommendation', {
      model: ModelSource.fromBucket(bucket, 'gpt-oss-20b/'),
      workloadConfig,
      objective: PerformanceObjective.THROUGHPUT,
      optimizeModel: false,
      instanceTypes: [GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE],
      output: JobOutput.toBucket(bucket, 'recommendations/'),
      // Each 50 minutes are a resource more to play: enough for most stories, and undefined for the default.
      waitTimeout: Duration.hours(4),
      removalPolicy: options.removalPolicy,
      role: options.role === undefined ? undefined : new iam.Role(stack, options.role, {
        roleName: options.role, assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
      }),
      ...options.job,
    });
    if (options.endpoint !== false) {
      new DeployRecommendation(stack, 'Endpoint', { recommendation, ...options.endpoint });
    }
    if (options.tag !== undefined) {
      Tags.of(stack).add('team', options.tag);
    }
    if (options.handlerVersion !== undefined) {
      deployHandlers(stack, changedHandlers(options.handlerVersion));
    }
    options.also?.(stack, recommendation);
  };
}

/** Another version of the handlers, in a folder below `home`. */
export function changedHandlers(version: string, handlers = join(__dirname, '../../assets/lambda/handler'), home = tmpdir()): string {
  const path = join(mkdtempSync(join(home, 'handlers-')), 'bundle');
  cpSync(handlers, path, { recursive: true });
  appendFileSync(join(path, 'index.js'), `\n// ${version}\n`);
  return path;
}

/** What upgrading the library does: the stack gets these handlers. */
export function deployHandlers(stack: Stack, path: string): void {
  const asset = new Asset(stack, 'NewHandlers', { path });
  const provider = stack.node.findChild('CdkSageMakerInferenceProvider');
  for (const id of ['OnEvent', 'IsComplete']) {
    const handler = provider.node.findChild(id).node.defaultChild as lambda.CfnFunction;
    handler.code = { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey };
  }
}

/** A resource that CloudFormation refuses to create, after something else has been made. */
export function failing(stack: Stack, ...after: IConstruct[]): void {
  const withoutValue = new CfnResource(stack, 'Failing', { type: 'AWS::SSM::Parameter', properties: { Type: 'String' } });
  withoutValue.node.addDependency(...after);
}

/** The job's role and workload outlive the stack too: the job could not go on without them. */
export function keepTheRest(stack: Stack, job: AiRecommendationJob): void {
  [job.role, stack.node.findChild('Workload')].flatMap(construct => construct.node.findAll())
    .filter(CfnResource.isCfnResource).forEach(resource => resource.applyRemovalPolicy(RemovalPolicy.RETAIN));
}

/** Of all that functions are called with: a request (any, unless one is named) about a type of resource. */
export function requestOf(type: string, request?: string): (event: { ResourceType?: string; RequestType?: string }) => boolean {
  return event => event.ResourceType === `Custom::SageMaker${type}` && event.RequestType === (request ?? event.RequestType);
}
