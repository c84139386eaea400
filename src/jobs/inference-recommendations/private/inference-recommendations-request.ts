import { endpointNameOf } from '../../../private/endpoint-ref';
import { InferenceRecommendationsJobProps } from '../inference-recommendations-props';
import { RecommendationContainerOverrides } from '../recommendation-container';

/**
 * The Create request without the job's name, tags and role.
 *
 * FROZEN: the job's name is a hash of this, so another rendering of the same props runs everybody's jobs again. Only what the user set is
 * in it, so that neither a default of the service nor one of the library is part of the name.
 */
export function renderInferenceRecommendationsRequest(
  props: InferenceRecommendationsJobProps, vpcConfig: Record<string, unknown> | undefined,
): Record<string, unknown> {
  const { model, stoppingConditions, resourceLimit, existingEndpoint, outputEncryptionKey, compiledOutput } = props;
  const configurations = props.endpointConfigurations ?? [];
  return {
    JobType: props.jobType,
    JobDescription: props.jobDescription,
    InputConfig: {
      ModelPackageVersionArn: model._modelPackageArn,
      ModelName: model._modelName,
      ContainerConfig: renderContainer(model._container),
      JobDurationInSeconds: props.jobDuration?.toSeconds(),
      TrafficPattern: props.trafficPattern?._render(),
      ResourceLimit: resourceLimit && {
        MaxNumberOfTests: resourceLimit.maxNumberOfTests,
        MaxParallelOfTests: resourceLimit.maxParallelOfTests,
      },
      EndpointConfigurations: configurations.length > 0 ? configurations.map(configuration => configuration._render()) : undefined,
      Endpoints: existingEndpoint && [{ EndpointName: endpointNameOf(existingEndpoint) }],
      VolumeKmsKeyId: props.volumeEncryptionKey?.keyArn,
      VpcConfig: vpcConfig,
    },
    StoppingConditions: stoppingConditions && {
      MaxInvocations: stoppingConditions.maxInvocations,
      ModelLatencyThresholds: stoppingConditions.modelLatencyThreshold && [stoppingConditions.modelLatencyThreshold._render()],
      FlatInvocations: stoppingConditions.flatInvocations,
    },
    OutputConfig: outputEncryptionKey || compiledOutput ? {
      KmsKeyId: outputEncryptionKey?.keyArn,
      CompiledOutputConfig: compiledOutput && { S3OutputUri: compiledOutput.s3Uri },
    } : undefined,
  };
}

/** Nothing of a model package whose container nobody said anything about. */
function renderContainer(container: RecommendationContainerOverrides): Record<string, unknown> | undefined {
  const config = {
    Domain: container.domain?.value,
    Task: container.task?.value,
    Framework: container.framework?.value,
    FrameworkVersion: container.frameworkVersion,
    PayloadConfig: container.samplePayload || container.supportedContentTypes ? {
      SamplePayloadUrl: container.samplePayload?.s3Uri,
      SupportedContentTypes: container.supportedContentTypes,
    } : undefined,
    NearestModelName: container.nearestModelName,
    SupportedInstanceTypes: container.supportedInstanceTypes?.map(type => type.value),
    SupportedEndpointType: container.supportedEndpointType,
    DataInputConfig: container.dataInputConfig,
    SupportedResponseMIMETypes: container.supportedResponseMimeTypes,
  };
  return Object.values(config).some(member => member !== undefined) ? config : undefined;
}
