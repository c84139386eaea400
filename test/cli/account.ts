import { Readable } from 'stream';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { Aws } from '../../cli/aws/aws';
import { configFactTags, modelFactTags } from '../../lambda/deployment/facts';
import { archived, bundleFiles, Files } from '../../sandbox/sagemaker/benchmark-bundle';
import type { Profile } from '../../sandbox/sagemaker/scenario';

export const ACCOUNT = '111122223333';
export const REGION = 'us-west-2';

type Answers = Record<string, unknown>;
type Input = Record<string, any>;

const JOB_OPERATIONS: Record<string, [operation: string, arnType: string, nameMember: string, arnMember: string]> = {
  AIRecommendationJob: ['DescribeAIRecommendationJob', 'ai-recommendation-job', 'AIRecommendationJobName', 'AIRecommendationJobArn'],
  AIBenchmarkJob: ['DescribeAIBenchmarkJob', 'ai-benchmark-job', 'AIBenchmarkJobName', 'AIBenchmarkJobArn'],
  OptimizationJob: ['DescribeOptimizationJob', 'optimization-job', 'OptimizationJobName', 'OptimizationJobArn'],
  InferenceRecommendationsJob: ['DescribeInferenceRecommendationsJob', 'inference-recommendations-job', 'JobName', 'JobArn'],
};

/** An account that answers from what it was told, through real clients whose requests go nowhere. */
export class Account extends Aws {
  /** Operations that are refused. */
  public readonly denied = new Set<string>();
  /** Inputs of all calls, by operation. */
  public readonly calls: [operation: string, input: Input][] = [];
  private readonly answers = new Map<string, Answers>();
  private readonly stacks = new Map<string, Input[]>();
  private readonly objects = new Map<string, { readonly content: Buffer; readonly LastModified: Date }>();

  constructor() {
    super({});
  }

  public async cloudFormation(): Promise<CloudFormationClient> {
    return this.answering(new CloudFormationClient({ region: REGION }));
  }

  public async sagemaker(): Promise<SageMakerClient> {
    return this.answering(new SageMakerClient({ region: REGION }));
  }

  public async s3(): Promise<S3Client> {
    return this.answering(new S3Client({ region: REGION }));
  }

  /** Lets a job exist. Returns its ARN. */
  public job(type: string, name: string, answer: Answers): string {
    const [operation, arnType, nameMember, arnMember] = JOB_OPERATIONS[type];
    const arn = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:${arnType}/${name}`;
    this.answers.set(`${operation} ${name}`, { [nameMember]: name, [arnMember]: arn, ...answer });
    return arn;
  }

  /** Lets a stack exist whose resources have these types and physical ids, by logical id. */
  public stack(name: string, resources: Record<string, [type: string, physicalId?: string, status?: string]>): string {
    this.stacks.set(name, Object.entries(resources).map(([LogicalResourceId, [ResourceType, PhysicalResourceId, ResourceStatus = 'CREATE_COMPLETE']]) => (
      { LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus })));
    return stackArn(name);
  }

  /** A completed benchmark, and the results that it left. */
  public async benchmark(name: string, files: Files | undefined, answer: Answers = {}): Promise<string> {
    const { CreationTime = new Date('2026-06-09T02:00:00Z') } = answer as { CreationTime?: Date };
    const EndTime = new Date(CreationTime.getTime() + 12 * 60_000);
    if (files) {
      this.object(`benchmarks/${name}/${name}/output/output.tar.gz`, await archived(files, new Date(0)), EndTime);
    }
    return this.job('AIBenchmarkJob', name, {
      AIBenchmarkJobStatus: 'Completed',
      BenchmarkTarget: { Endpoint: { Identifier: 'chat' } },
      AIWorkloadConfigIdentifier: 'chat-workload',
      OutputConfig: { S3OutputLocation: `s3://my-models/benchmarks/${name}/` },
      CreationTime,
      EndTime,
      ...answer,
    });
  }

  /** What is in S3 in place of an archive. */
  public object(key: string, content: Buffer, LastModified = new Date('2026-06-09T02:12:00Z')): void {
    this.objects.set(key, { content, LastModified });
  }

  /** An endpoint that serves a container on one variant, as a deployment of this library makes it. */
  public endpoint(name: string, container: object, options: { rank?: number; performance?: string; configuredAt?: Date } = {}): void {
    const { rank, performance, configuredAt = new Date('2026-06-08T12:00:00Z') } = options;
    const arn = (type: string) => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:${type}/${name}`;
    this.answers.set(`DescribeEndpoint ${name}`, { EndpointName: name, EndpointArn: arn('endpoint'), EndpointStatus: 'InService', EndpointConfigName: name });
    this.answers.set(`DescribeEndpointConfig ${name}`, {
      EndpointConfigArn: arn('endpoint-config'),
      CreationTime: configuredAt,
      ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: name, InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 }],
    });
    this.answers.set(`DescribeModel ${name}`, { ModelName: name, ModelArn: arn('model'), PrimaryContainer: container });
    this.answers.set(`ListTags ${arn('endpoint-config')}`, { Tags: configFactTags(false, { performance }) });
    this.answers.set(`ListTags ${arn('model')}`, { Tags: rank === undefined ? [] : modelFactTags({ rank }) });
  }

  /** Any other answer, such as that of `DescribeInferenceComponent name`. */
  public answer(call: string, answer: Answers): void {
    this.answers.set(call, answer);
  }

  private answering<Client extends CloudFormationClient | SageMakerClient | S3Client>(client: Client): Client {
    client.send = async (command: { constructor: { name: string }; input: Input }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      this.calls.push([operation, command.input]);
      if (this.denied.has(operation)) {
        throw serviceError('AccessDeniedException', `User: arn:aws:iam::${ACCOUNT}:user/me is not authorized to perform: sagemaker:${operation} on resource: *`);
      }
      return this.handle(operation, command.input);
    };
    return client;
  }

  private handle(operation: string, input: Input): unknown {
    switch (operation) {
      case 'DescribeStacks': {
        const name = nameOf(input.StackName);
        if (!this.stacks.has(name)) {
          throw serviceError('ValidationError', `Stack with id ${name} does not exist`);
        }
        return { Stacks: [{ StackName: name, StackId: stackArn(name) }] };
      }
      case 'ListStackResources':
        return { StackResourceSummaries: this.stacks.get(nameOf(input.StackName)) };
      case 'ListObjectsV2':
        return {
          Contents: [...this.objects].map(([Key, { LastModified }]) => ({ Key, LastModified })).filter(({ Key }) => Key.startsWith(input.Prefix)),
        };
      case 'GetObject': {
        const { content } = this.objects.get(input.Key)!;
        return { Body: Readable.from([content]), ContentLength: content.length };
      }
      default: {
        const answer = this.answers.get(`${operation} ${Object.values(input)[0]}`);
        if (!answer) {
          throw serviceError('ValidationException', `Could not find ${Object.values(input)[0]}.`);
        }
        return answer;
      }
    }
  }
}

/** The files of a run, or of each level of a sweep by its folder. */
export function results(runs: Record<string, Profile>, others: Files = {}): Files {
  return bundleFiles(new Map(Object.entries(runs)), others, new Date(0));
}

function nameOf(stack: string): string {
  return stack.startsWith('arn:') ? stack.split('/')[1] : stack;
}

function stackArn(name: string): string {
  return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/11111111-2222-3333-4444-555555555555`;
}

function serviceError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}
