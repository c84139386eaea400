import { IResolvable, Names } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import type { ServedModel } from './recommendation-deployment';
import { ManagedInstanceScalingOptions } from '../hosting';
import { ServedModelProps } from '../served-model-props';

/** What `DeployedVariant` is made from. */
export interface DeployedVariantDefinition {
  readonly endpointName: string;
  readonly variantName: string;
  readonly asynchronous: boolean;
  readonly model: ServedModel;
  /** What says that the endpoint is in service. */
  dependable(): IDependable;
}

/** What `DeployedInferenceComponent` is made from. */
export interface DeployedInferenceComponentDefinition {
  readonly inferenceComponentName: string;
  readonly props: ServedModelProps;
  readonly model: ServedModel;
  readonly adapterIds: string[];
  readonly managedInstanceScaling?: ManagedInstanceScalingOptions;
  readonly endpointName: string;
  readonly variantName: string;
  readonly deploymentConfig: IResolvable;
  /** What must be there before it, and go after it: the endpoint that serves its configuration. */
  readonly after: IDependable;
  adapterName(adapterId: string): string;
}

/** What `DeployedAdapter` is made from. */
export interface DeployedAdapterDefinition {
  readonly adapterId: string;
  readonly inferenceComponentName: string;
  readonly baseInferenceComponentName: string;
  readonly endpointName: string;
  readonly artifactUrl: string;
}

/** The name of a component that was given none. */
export function componentName(scope: Construct, given: string | undefined): string {
  return given ?? Names.uniqueResourceName(scope, { maxLength: 63 });
}
