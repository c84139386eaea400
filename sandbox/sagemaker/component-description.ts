import { isAdapter } from './component-specification';
import { Endpoint } from './endpoints';
import type { InferenceComponent } from './inference-components';
import { InferenceComponentSpecification as Specification } from './types';

/** What DescribeInferenceComponent answers. */
export function describeComponent(component: InferenceComponent, endpoint: Endpoint): object {
  const { specifications } = component;
  const summaries = specifications.map(summaryOf);
  const variant = endpoint.fleet.production.find(({ name }) => name === component.variantName);
  return {
    InferenceComponentName: component.name,
    InferenceComponentArn: component.arn,
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    VariantName: component.variantName,
    FailureReason: component.failureReason,
    ...(specifications.some(({ InstanceType }) => InstanceType) ? { Specifications: summaries } : { Specification: summaries[0] }),
    RuntimeConfig: isAdapter(specifications) ? undefined : {
      DesiredCopyCount: component.desiredCopyCount,
      CurrentCopyCount: component.currentCopyCount,
      PlacementStatus: variant?.config.InstancePools
        ? [{ InstanceType: variant.instanceType, CurrentCopyCount: component.currentCopyCount }] : undefined,
    },
    CreationTime: component.creationTime,
    LastModifiedTime: component.lastModifiedTime,
    InferenceComponentStatus: component.status,
    LastDeploymentConfig: component.lastDeploymentConfig,
  };
}

/** What was asked for, with the image told as the one that runs. */
function summaryOf({ Container, ...others }: Specification): object {
  const { Image, ...rest } = Container ?? {};
  return { ...others, Container: Container && { ...rest, ...(Image ? { DeployedImage: { SpecifiedImage: Image, ResolvedImage: Image } } : {}) } };
}
