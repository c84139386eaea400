import { App, Stack } from 'aws-cdk-lib';
import { Template as AnyTemplate } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IDependable } from 'constructs';
import { DeployRecommendation, DeployRecommendationProps, IRecommendationSource, RecommendationSourceConfig } from '../../src';
import { invalidProperties } from '../service-spec';

export const DEPLOYMENT = 'Custom::SageMakerRecommendationDeployment';
export const ENDPOINT = 'AWS::SageMaker::Endpoint';
export const COMPONENT = 'AWS::SageMaker::InferenceComponent';

/** A job of which is known what a test says. */
export class FakeSource implements IRecommendationSource {
  private readonly config: RecommendationSourceConfig;

  constructor(config: Partial<RecommendationSourceConfig> & { readonly dependable?: IDependable } = {}) {
    this.config = { jobType: 'AIRecommendationJob', jobName: 'nightly', imported: true, ownsModelPackageGroup: false, ...config };
  }

  public bindRecommendation(): RecommendationSourceConfig {
    return this.config;
  }

  public bindEndpointRole(_scope: unknown, role: iam.IGrantable): void {
    iam.Grant.addToPrincipal({ grantee: role, actions: ['s3:GetObject'], resourceArns: [`arn:aws:s3:::models/${this.config.jobName}/*`] });
  }
}

/** Templates of stacks, of whose native resources CloudFormation would take the properties. */
export class Template {
  public static fromStack(stack: Stack): AnyTemplate {
    const template = AnyTemplate.fromStack(stack);
    expect(invalidProperties(template)).toEqual([]);
    return template;
  }
}

/** A stack with an endpoint. */
export class EndpointFixture {
  public readonly stack: Stack;

  constructor(public readonly app: App = new App(), name: string = 'Chat') {
    this.stack = new Stack(app, name, { env: { account: '111122223333', region: 'us-west-2' } });
  }

  public deploy(props: Partial<DeployRecommendationProps> = {}, id: string = 'Endpoint'): DeployRecommendation {
    return new DeployRecommendation(this.stack, id, { recommendation: new FakeSource(), ...props });
  }

  public template(): AnyTemplate {
    return Template.fromStack(this.stack);
  }

  /** What the handlers get. */
  public properties(): Record<string, any> {
    return this.single(DEPLOYMENT).Properties;
  }

  public single(type: string): Record<string, any> {
    const found = Object.values(this.template().findResources(type));
    expect(found).toHaveLength(1);
    return found[0];
  }

  /** The logical id and the definition of a resource, by a part of its id. */
  public resource(type: string, id: RegExp): [string, Record<string, any>] {
    const found = Object.entries(this.template().findResources(type)).filter(([each]) => id.test(each));
    expect(found.map(([each]) => each)).toHaveLength(1);
    return found[0];
  }

  /** Everything that the policies of roles and users allow whose logical ids match. */
  public statementsOf(principal: RegExp): Record<string, any>[] {
    return Object.entries(this.template().findResources('AWS::IAM::Policy'))
      .filter(([id]) => principal.test(id))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  }

  public actionsOf(principal: RegExp): string[] {
    return this.statementsOf(principal).flatMap(({ Action }) => Action);
  }
}
