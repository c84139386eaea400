import { Fn, Token } from 'aws-cdk-lib';
import { compact } from './compact';
import type { ModelDefinition } from './recommendation-deployment';
import type { RecommendationSourceConfig } from '../../jobs/recommendation-source';
import { JobNetwork } from '../../private/network';
import { ModelCopies } from '../hosting';
import type { ServedModelProps, VariantInstanceProps } from '../served-model-props';

/** The production variant of a model. */
export interface VariantDefinition extends VariantInstanceProps {
  readonly variantName?: string;
  readonly initialVariantWeight?: number;
  readonly shadow?: boolean;
  readonly managedInstanceScaling?: Record<string, unknown>;
}

export interface ModelParts {
  readonly source: RecommendationSourceConfig;
  readonly props: ServedModelProps;
  /** The variant that the model runs on, of the model that brings it. */
  readonly variant?: VariantDefinition;
  /** Of a model that is an inference component. */
  readonly copies?: ModelCopies;
  /** The name of that component. */
  readonly inferenceComponentName?: string;
  /** Of a model that is no inference component: those share what their endpoint says. */
  readonly network?: JobNetwork;
  readonly enableNetworkIsolation?: boolean;
}

/** What the handlers get of one model. FROZEN: it is hashed into names. Nothing that was not asked for is in it. */
export function defineModel(parts: ModelParts): ModelDefinition {
  const { source, props, variant, copies, inferenceComponentName, network, enableNetworkIsolation } = parts;
  return {
    model: {
      Source: source.pinned === undefined
        ? { JobType: source.jobType, JobName: source.jobName }
        : { JobType: source.jobType, Pinned: source.pinned },
      Selection: props.selector?._render(),
      Fallback: variant?.fallbackCount === 0 ? undefined : variant?.fallbackCount,
      Options: renderOptions(source, props, variant),
      Variant: variant && renderVariant(variant),
      Component: copies && renderComponent(source, copies, inferenceComponentName),
      Model: compact({
        VpcConfig: network?.render(),
        EnableNetworkIsolation: enableNetworkIsolation ? 'true' : undefined,
      }),
      Concurrency: source.concurrency,
    },
    approval: { ...props.approval?._render(), GroupMadeByJob: String(source.ownsModelPackageGroup) },
    revision: source.revision,
  };
}

function renderOptions(source: RecommendationSourceConfig, props: ServedModelProps, variant?: VariantDefinition): ReturnType<typeof compact> {
  return compact({
    InstanceType: variant?.instanceType?.value,
    InitialInstanceCount: variant?.initialInstanceCount,
    ModelDataDownloadTimeoutInSeconds: props.modelDataDownloadTimeout?.toSeconds(),
    ContainerStartupHealthCheckTimeoutInSeconds: props.containerStartupHealthCheckTimeout?.toSeconds(),
    InferenceAmiVersion: variant?.inferenceAmiVersion?.value,
    RoutingStrategy: variant?.routingStrategy,
    AcceptEula: props.acceptEula ? 'true' : undefined,
    WithoutModelPackage: source.withoutModelPackage ? 'true' : undefined,
    Artifacts: source.artifacts?.map(({ channelName, s3Uri }) => ({ ChannelName: channelName, S3Uri: s3Uri })),
  });
}

function renderVariant(variant: VariantDefinition): Record<string, unknown> | undefined {
  const { capacityReservation } = variant;
  return compact({
    VariantName: variant.variantName,
    InitialVariantWeight: variant.initialVariantWeight,
    Shadow: variant.shadow ? 'true' : undefined,
    ManagedInstanceScaling: variant.managedInstanceScaling,
    CapacityReservationConfig: capacityReservation && compact({
      CapacityReservationPreference: capacityReservation.preference,
      MlReservationArn: firstOf(capacityReservation.reservationArns),
    }),
    VariantInstanceProvisionTimeoutInSeconds: variant.instanceProvisionTimeout?.toSeconds(),
    VolumeSizeInGB: variant.volumeSize?.toGibibytes(),
  });
}

/** By their names, what a component and those of its adapters have is found on the endpoint. */
function renderComponent(source: RecommendationSourceConfig, copies: ModelCopies, name: string | undefined): Record<string, unknown> | undefined {
  const adapterIds = servedAdapters(source, copies);
  return compact({
    Name: name,
    AcceleratorsPerCopy: copies.acceleratorsPerCopy,
    MinMemoryPerCopyInMb: copies.minMemoryPerCopy?.toMebibytes(),
    CopyCount: copies.copyCount,
    AdapterIds: adapterIds.length > 0 ? adapterIds : undefined,
    AdapterNamePrefix: adapterIds.length > 0 ? copies.adapterNamePrefix : undefined,
  });
}

/** The adapters that become inference components. */
export function servedAdapters(source: RecommendationSourceConfig, copies: ModelCopies): string[] {
  return copies.serveAdapters === false ? [] : source.adapterIds ?? [];
}

/** A list that is one token has no items before the deployment. */
function firstOf(list: string[] | undefined): string | undefined {
  return list && Token.isUnresolved(list) ? Fn.select(0, list) : list?.[0];
}
