import { compact } from './compact';
import { JobNetwork } from '../../private/network';
import { AsyncInference } from '../async-inference';
import { CaptureMode, DataCapture } from '../data-capture';
import type { DeployRecommendationProps } from '../deploy-recommendation-props';

/** Members of the endpoint configuration. FROZEN: hashed into its name. Nothing that was not asked for is in it. */
export function renderEndpoint(props: DeployRecommendationProps, network?: JobNetwork): Record<string, unknown> | undefined {
  // Models on variants have a network of their own; the containers of inference components have that of the endpoint.
  const components = props.hosting?._components !== undefined;
  return compact({
    DataCaptureConfig: props.dataCapture && renderDataCapture(props.dataCapture),
    AsyncInferenceConfig: props.asyncInference && renderAsync(props.asyncInference),
    ...props.volumeEncryption?._render(),
    VpcConfig: components ? network?.render() : undefined,
    EnableNetworkIsolation: components && props.enableNetworkIsolation ? 'true' : undefined,
    MetricsConfig: props.enhancedMetrics ? { EnableEnhancedMetrics: 'true' } : undefined,
  });
}

function renderDataCapture(capture: DataCapture): Record<string, unknown> | undefined {
  return compact({
    EnableCapture: 'true',
    InitialSamplingPercentage: capture.samplingPercentage ?? 100,
    DestinationS3Uri: capture.destination._location.uri,
    KmsKeyId: capture.encryptionKey?.keyArn,
    CaptureOptions: (capture.modes ?? Object.values(CaptureMode)).map(mode => ({ CaptureMode: mode })),
    CaptureContentTypeHeader: compact({ CsvContentTypes: capture.csvContentTypes, JsonContentTypes: capture.jsonContentTypes }),
  });
}

function renderAsync(async: AsyncInference): Record<string, unknown> | undefined {
  return compact({
    ClientConfig: compact({ MaxConcurrentInvocationsPerInstance: async.maxConcurrentInvocationsPerInstance }),
    OutputConfig: compact({
      S3OutputPath: async.output._location.uri,
      S3FailurePath: async.failureOutput?._location.uri,
      KmsKeyId: async.encryptionKey?.keyArn,
      NotificationConfig: compact({
        SuccessTopic: async.successTopic?.topicArn,
        ErrorTopic: async.errorTopic?.topicArn,
        IncludeInferenceResponseIn: async.includeInferenceResponseIn,
      }),
    }),
  });
}
