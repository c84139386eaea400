import { ArnFormat, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';

/**
 * The name of an endpoint, be it an L2, a `CfnEndpoint` or what another library has for one: of the last no more is sure than that it has an ARN.
 *
 * A name that was given is the same in all stacks, while an attribute is a reference.
 */
export function endpointNameOf(endpoint: sagemaker.IEndpointRef): string {
  const { endpointName } = endpoint as Partial<sagemaker.IEndpoint>;
  if (endpointName !== undefined) {
    return endpointName;
  }
  return sagemaker.CfnEndpoint.isCfnEndpoint(endpoint) ? endpoint.attrEndpointName
    : Stack.of(endpoint).splitArn(endpoint.endpointRef.endpointArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}
