import { App, Environment, Resource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AiRecommendationJob, AiRecommendationJobProps, JobOutput, ModelSource, PerformanceObjective } from '../../src/jobs';
import type { IAiWorkloadConfig } from '../../src/workload';

export const ENV = { account: '111122223333', region: 'us-west-2' };

/** A stack with what a job needs. */
export class JobFixture {
  public readonly stack: Stack;
  public readonly models: s3.Bucket;
  public readonly results: s3.Bucket;

  constructor(env?: Environment, public readonly app: App = new App(), name: string = 'Stack') {
    this.stack = new Stack(app, name, { env });
    this.models = new s3.Bucket(this.stack, 'Models');
    this.results = new s3.Bucket(this.stack, 'Results');
  }

  /** A workload of which nothing is known but what matters to a job. */
  public workload(hasDataset?: boolean, id: string = `Workload${hasDataset}`): IAiWorkloadConfig {
    return new FakeWorkload(this.stack, id, hasDataset) as unknown as IAiWorkloadConfig;
  }

  /** A job with the fewest props, and those given. */
  public job(props: Partial<AiRecommendationJobProps> = {}, id: string = 'Recommendation'): AiRecommendationJob {
    return new AiRecommendationJob(this.stack, id, {
      model: ModelSource.fromBucket(this.models, 'gpt-oss-20b/'),
      workloadConfig: props.workloadConfig ?? this.workload(true, `${id}Workload`),
      objective: PerformanceObjective.TIME_TO_FIRST_TOKEN,
      output: JobOutput.toBucket(this.results, 'recommendations/'),
      ...props,
    });
  }

  public template(): Template {
    return Template.fromStack(this.stack);
  }

  /** The properties of the job's resource. */
  public jobProperties(): Record<string, any> {
    return this.single('Custom::SageMakerAIRecommendationJob').Properties;
  }

  public single(type: string): Record<string, any> {
    const found = Object.values(this.template().findResources(type));
    expect(found).toHaveLength(1);
    return found[0];
  }

  /** Everything that the policies of a role allow, as long as one logical id matches. */
  public statementsOf(role: RegExp): Record<string, any>[] {
    return Object.values(this.template().findResources('AWS::IAM::Policy'))
      .filter(policy => policy.Properties.Roles.some((ref: { Ref?: string } | string) => role.test(typeof ref === 'string' ? ref : ref.Ref ?? '')))
      .flatMap(policy => policy.Properties.PolicyDocument.Statement);
  }
}

class FakeWorkload extends Resource {
  public readonly workloadConfigName: string;
  public readonly workloadConfigArn: string;
  public readonly grants = {
    readInputs: (grantee: iam.IGrantable) => iam.Grant.addToPrincipal({
      grantee, actions: ['s3:GetObject'], resourceArns: [`arn:aws:s3:::inputs/${this.node.id}/*`],
    }),
  };

  constructor(scope: Stack, id: string, public readonly hasDataset?: boolean) {
    super(scope, id);
    this.workloadConfigName = 'chat-0123456789abcdef';
    this.workloadConfigArn = scope.formatArn({ service: 'sagemaker', resource: 'ai-workload-config', resourceName: this.workloadConfigName });
  }
}

/** Any match of a warning with this text in it. */
export const saying = (text: string) => Match.stringLikeRegexp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
