import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { JobPermissions } from '../private/execution-role';

/**
 * Permissions on an endpoint and on its inference components, also on those that are added later.
 */
export class EndpointGrants {
  /** @internal */
  public static _of(endpoint: sagemaker.IEndpoint, asynchronous: () => boolean): EndpointGrants {
    return new EndpointGrants(endpoint, asynchronous);
  }

  private readonly componentArns: string[] = [];
  /** Statements that name the components, and name those that are added later too. */
  private readonly statements: iam.PolicyStatement[] = [];

  private constructor(private readonly endpoint: sagemaker.IEndpoint, private readonly asynchronous: () => boolean) {}

  /**
   * Send requests to the endpoint, with and without streaming of the answer. To an asynchronous endpoint also asynchronous requests, whose input
   * the caller has to write to S3 first.
   *
   * @param grantee who gets the permission
   */
  public invoke(grantee: iam.IGrantable): iam.Grant {
    const actions = ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'];
    return this.grant(grantee, this.asynchronous() ? [...actions, 'sagemaker:InvokeEndpointAsync'] : actions);
  }

  /**
   * Send requests as OpenAI's clients do: with a bearer token, which is made from the caller's credentials.
   *
   * The permission to call with such a token knows no resources, so it is for all of SageMaker. What can be called with it is what the caller may
   * call without.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-openai-compatible.html
   * @param grantee who gets the permission
   */
  public invokeOpenAi(grantee: iam.IGrantable): iam.Grant {
    return this.invoke(grantee).combine(iam.Grant.addToPrincipal({ grantee, actions: ['sagemaker:CallWithBearerToken'], resourceArns: ['*'] }));
  }

  /**
   * Read the state of the endpoint, and of its inference components.
   *
   * @param grantee who gets the permission
   */
  public describe(grantee: iam.IGrantable): iam.Grant {
    const actions = ['sagemaker:DescribeEndpoint'];
    return this.grant(grantee, this.componentArns.length > 0 ? [...actions, 'sagemaker:DescribeInferenceComponent'] : actions);
  }

  /** @internal */
  public _addInferenceComponent(name: string): void {
    // Names instead of references: whoever calls the endpoint is not to wait for what is on it.
    const arns = new JobPermissions(Stack.of(this.endpoint)).resourceArns('inference-component', name);
    this.componentArns.push(...arns);
    this.statements.forEach(statement => statement.addResources(...arns));
  }

  private grant(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    const grant = iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.endpoint.endpointArn, ...this.componentArns] });
    this.statements.push(...grant.principalStatements);
    return grant;
  }
}
