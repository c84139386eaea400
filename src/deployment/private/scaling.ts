import { Construct, IDependable } from 'constructs';
import { Validation } from '../../private/validation';
import type { ManagedInstanceScalingOptions } from '../hosting';
import { ScalableCopyCount, ScalableCopyCountProps, ScalableInstanceCount, ScalableInstanceCountProps } from '../scaling';

/** A variant whose instances can be scaled. */
export interface ScalableVariant {
  readonly endpointName: string;
  readonly variantName: string;
  readonly asynchronous: boolean;
  /** What says that the endpoint is in service. */
  readonly dependable: IDependable;
}

export function scaleInstances(scope: Construct, variant: ScalableVariant, props: ScalableInstanceCountProps): ScalableInstanceCount {
  validateOnce(scope, 'autoScaleInstances', 'InstanceScaling');
  return ScalableInstanceCount._of(scope, 'InstanceScaling', { ...variant, props });
}

/** An inference component whose copies can be scaled. */
export interface ScalableComponent {
  readonly inferenceComponentName: string;
  readonly managedInstanceScaling?: ManagedInstanceScalingOptions;
  /** The component. */
  readonly dependable: IDependable;
}

export function scaleCopies(scope: Construct, component: ScalableComponent, props: ScalableCopyCountProps): ScalableCopyCount {
  validateOnce(scope, 'autoScaleCopies', 'CopyScaling');
  return ScalableCopyCount._of(scope, 'CopyScaling', { ...component, props });
}

/** There is one target for each, to which policies are added. */
function validateOnce(scope: Construct, method: string, id: string): void {
  const validation = new Validation(method);
  validation.check(scope.node.tryFindChild(id) === undefined, 'it was called before: use what it returned then');
  validation.throwIfAny(scope);
}
