import { aws_iam as iam, Lazy, RemovalPolicy, RemovalPolicyOptions, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TaggedProviderResource } from '../../private/sagemaker-resource';
import { Hosting } from '../hosting';

/** One model of an endpoint, as the handlers get it. */
export interface ModelDefinition {
  /** Members of the handlers' list of models. */
  readonly model: Record<string, unknown>;
  /** Who approves its package. No part of what it is named by. */
  readonly approval: Record<string, unknown>;
  /** Changes with a job of another stack. */
  readonly revision?: string;
}

/** A model of an endpoint that is deployed, as its attributes say. */
export class ServedModel {
  constructor(private readonly resource: TaggedProviderResource, private readonly index: number) {}

  /**
   * An attribute of this model.
   *
   * @param entry what follows its index, for an attribute that there are several of
   */
  public attribute(name: string, entry: string = ''): string {
    return this.resource.attribute(`${this.attributeName(name)}${entry}`);
  }

  /** A number, which CloudFormation makes of the attribute's text. */
  public number(name: string): number {
    return Token.asNumber(this.resource.getAtt(this.attributeName(name)));
  }

  private attributeName(name: string): string {
    return this.index === 0 ? name : `${name}.${this.index}`;
  }
}

export interface RecommendationDeploymentProps {
  readonly endpointName: string;
  readonly role: iam.IRole;
  readonly hosting: Hosting;
  /** Members of the endpoint configuration. */
  readonly endpoint: Record<string, unknown> | undefined;
}

/** Of what is replaced nothing is served. After an update that failed its deletion is the moment to put scaling back. */
class DeploymentResource extends TaggedProviderResource {
  public applyRemovalPolicy(policy?: RemovalPolicy, options?: RemovalPolicyOptions): void {
    super.applyRemovalPolicy(policy, { ...options, applyToUpdateReplacePolicy: false });
  }
}

/** SageMaker's models of an endpoint and its configuration: one resource, to which models can be added until the app is synthesized. */
export class RecommendationDeployment {
  public readonly resource: TaggedProviderResource;
  private readonly models: ModelDefinition[] = [];
  private readonly figures = new Set<string>();

  constructor(scope: Construct, props: RecommendationDeploymentProps) {
    this.resource = new DeploymentResource(scope, 'Deployment', {
      type: 'RecommendationDeployment',
      properties: {
        EndpointName: props.endpointName,
        ExecutionRoleArn: props.role.roleArn,
        Hosting: props.hosting._components ? 'InferenceComponents' : undefined,
        Models: Lazy.any({ produce: () => this.models.map(({ model }) => model) }),
        Endpoint: props.endpoint,
        Hardware: props.hosting._renderHardware(),
        Approval: Lazy.any({ produce: () => this.models.map(({ approval }) => approval) }),
        SourceRevisions: Lazy.any({ produce: () => this.revisions() }),
        // No part of the name. Whoever asks for figures makes the handlers answer anew, and nothing else.
        Figures: Lazy.list({ produce: () => [...this.figures] }, { omitEmpty: true }),
      },
      passRole: props.role,
    });
  }

  public get modelCount(): number {
    return this.models.length;
  }

  /** The order of models is that in which they were added: the first is the endpoint's own. */
  public add(definition: ModelDefinition): ServedModel {
    this.models.push(definition);
    return new ServedModel(this.resource, this.models.length - 1);
  }

  /** Has the handlers answer with expected figures of the first model, which they don't do otherwise: their answer has little room. */
  public ask(figures: readonly string[]): void {
    figures.forEach(figure => this.figures.add(figure));
  }

  private revisions(): string[] | undefined {
    const revisions = this.models.flatMap(({ revision }) => revision ?? []);
    return revisions.length > 0 ? revisions : undefined;
  }
}
