import { EndpointConfig } from './endpoint-configs';
import type { Endpoint } from './endpoints';
import { describeVariant, Variant } from './variants';

/** What DescribeEndpoint answers. */
export function describeEndpoint(endpoint: Endpoint, { request }: EndpointConfig): object {
  const { fleet, pending } = endpoint;
  const serves = endpoint.status !== 'Creating' && endpoint.status !== 'Failed';
  const described = (variants: Variant[], isPending = false): object[] | undefined =>
    variants.length > 0 ? variants.map(variant => describeVariant(variant, isPending)) : undefined;
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: endpoint.configName,
    EndpointStatus: endpoint.status,
    FailureReason: endpoint.failureReason,
    CreationTime: endpoint.creationTime,
    LastModifiedTime: endpoint.lastModifiedTime,
    LastDeploymentConfig: endpoint.lastDeploymentConfig,
    ProductionVariants: serves ? described(fleet.production) : undefined,
    ShadowProductionVariants: serves ? described(fleet.shadow) : undefined,
    DataCaptureConfig: serves ? captureOf(endpoint) : undefined,
    AsyncInferenceConfig: request.AsyncInferenceConfig,
    ExplainerConfig: request.ExplainerConfig,
    MetricsConfig: request.MetricsConfig,
    PendingDeploymentSummary: pending && {
      EndpointConfigName: pending.fleet.configName,
      StartTime: pending.startTime,
      ProductionVariants: described(pending.fleet.production, true),
      ShadowProductionVariants: described(pending.fleet.shadow, true),
    },
  };
}

function captureOf({ fleet: { dataCapture } }: Endpoint): object | undefined {
  // The answer always names a key; which one stands for that of S3 itself is not documented.
  return dataCapture && {
    EnableCapture: dataCapture.EnableCapture ?? false,
    CaptureStatus: dataCapture.EnableCapture ? 'Started' : 'Stopped',
    CurrentSamplingPercentage: dataCapture.InitialSamplingPercentage,
    DestinationS3Uri: dataCapture.DestinationS3Uri,
    KmsKeyId: dataCapture.KmsKeyId ?? '',
  };
}
