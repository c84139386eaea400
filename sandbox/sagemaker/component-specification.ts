import { ServiceError } from '../service';
import { Models } from './models';
import { InferenceComponentDeploymentConfig, InferenceComponentSpecification as Specification } from './types';
import { instanceTypesOf, Variant } from './variants';

/** Specifications as a request has them: one for all instance types, or one for each. */
export interface Specified {
  readonly Specification?: Specification;
  readonly Specifications?: Specification[];
}

export function specificationsOf({ Specification: one, Specifications: several }: Specified): Specification[] {
  if (one && several) {
    throw refused('Specification or Specifications can be given, not both');
  }
  const all = several ?? (one ? [one] : []);
  if (all.length === 0) {
    throw refused('An inference component needs a Specification');
  }
  return all;
}

/** The specification for an instance type. */
export function specificationFor(all: Specification[], instanceType: string): Specification | undefined {
  return all.find(({ InstanceType }) => InstanceType === instanceType) ?? all.find(({ InstanceType }) => InstanceType === undefined);
}

export function isAdapter([{ BaseInferenceComponentName }]: Specification[]): boolean {
  return BaseInferenceComponentName !== undefined;
}

/** What the shapes let through, of a component that brings a model. */
export function checkModelSpecifications(all: Specification[], variant: Variant, models: Models): void {
  const types = all.flatMap(({ InstanceType }) => InstanceType ?? []);
  if (all.length > 1 && new Set(types).size < all.length) {
    throw refused('Each of several Specifications needs an InstanceType of its own');
  }
  const foreign = types.filter(type => !instanceTypesOf(variant.config).includes(type));
  if (foreign.length > 0) {
    throw refused(`Variant "${variant.name}" has no instances of type ${foreign.join(', ')}`);
  }
  for (const { ModelName, Container, ComputeResourceRequirements: requirements, BaseInferenceComponentName } of all) {
    if (BaseInferenceComponentName) {
      throw refused('An adapter has one Specification');
    }
    if (ModelName) {
      models.find(ModelName);
    } else if (!Container?.Image) {
      throw refused('A Specification needs a ModelName, a Container.Image or a BaseInferenceComponentName');
    }
    if (!requirements) {
      throw refused('A Specification with a model needs ComputeResourceRequirements');
    }
    const { MinMemoryRequiredInMb: least, MaxMemoryRequiredInMb: most = Infinity } = requirements;
    if (least! > most) {
      throw refused(`MinMemoryRequiredInMb ${least} is more than MaxMemoryRequiredInMb ${most}`);
    }
  }
}

/** An adapter has nothing but its artifact: all else is its base's. */
export function checkAdapterSpecification({ BaseInferenceComponentName, Container, ...others }: Specification): void {
  const given = [
    ...Object.entries(others).filter(([, value]) => value !== undefined).map(([member]) => member),
    ...(Container?.Image ? ['Container.Image'] : []),
    ...(Container?.Environment ? ['Container.Environment'] : []),
  ];
  if (given.length > 0) {
    throw refused(`An adapter of ${BaseInferenceComponentName} uses what its base has: ${given.join(', ')} cannot be given`);
  }
  if (!Container?.ArtifactUrl) {
    throw refused(`An adapter of ${BaseInferenceComponentName} needs Container.ArtifactUrl`);
  }
}

/** How many copies an update changes at a time: without a policy all, since the service then has both generations at once. */
export function batchOf(config: InferenceComponentDeploymentConfig | undefined, copies: number): number {
  const { Type, Value } = config?.RollingUpdatePolicy?.MaximumBatchSize ?? { Type: 'CAPACITY_PERCENT', Value: 100 };
  return Math.max(1, Type === 'COPY_COUNT' ? Value! : Math.ceil(copies * Value! / 100));
}

/** As documented, a batch has from 5 % to 50 % of the copies. */
export function checkBatch(config: InferenceComponentDeploymentConfig | undefined, copies: number): void {
  const { Type, Value } = config?.RollingUpdatePolicy?.MaximumBatchSize ?? { Type: 'CAPACITY_PERCENT', Value: 50 };
  const percent = Type === 'COPY_COUNT' ? Value! / Math.max(copies, 1) * 100 : Value!;
  if (percent < 5 || percent > 50) {
    throw refused(`MaximumBatchSize must be from 5 % to 50 % of the copies, got ${Math.round(percent)} % of ${copies}`);
  }
}

export function refused(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
