import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';

/**
 * Permissions on an endpoint.
 */
export class EndpointGrants {
  /** @internal */
  public static _of(endpoint: sagemaker.IEndpoint): EndpointGrants {
    return new EndpointGrants(endpoint);
  }

  private constructor(private readonly endpoint: sagemaker.IEndpoint) {}

  /**
   * Send requests to the endpoint, with and without streaming of the answer.
   *
   * @param grantee who gets the permission
   */
  public invoke(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'],
      resourceArns: [this.endpoint.endpointArn],
    });
  }

  /**
   * Read the endpoint's state.
   *
   * @param grantee who gets the permission
   */
  public describe(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['sagemaker:DescribeEndpoint'],
      resourceArns: [this.endpoint.endpointArn],
    });
  }
}
