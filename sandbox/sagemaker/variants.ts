import { ServiceError } from '../service';
import { Demand, instancesNeeded } from './placement';
import { Scenario } from './scenario';
import { CreateEndpointConfigInput, ProductionVariant, UpdateEndpointInput } from './types';

type ServerlessConfig = ProductionVariant['ServerlessConfig'];
type Retaining = Pick<UpdateEndpointInput, 'RetainAllVariantProperties' | 'ExcludeRetainedVariantProperties'>;

/** A variant of an endpoint, with its share of the traffic and what it runs on. */
export interface Variant {
  readonly name: string;
  readonly config: ProductionVariant;
  /** Of several instance pools the one that was to be had. Undefined until instances are provisioned, and for a serverless variant. */
  instanceType?: string;
  currentInstanceCount?: number;
  desiredInstanceCount?: number;
  currentWeight: number;
  desiredWeight: number;
  serverless?: ServerlessConfig;
}

/** All that an endpoint has of one configuration. */
export interface Fleet {
  readonly configName: string;
  readonly production: Variant[];
  readonly shadow: Variant[];
  readonly dataCapture: CreateEndpointConfigInput['DataCaptureConfig'];
}

export const NO_CAPACITY = 'Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.';

/** The fleet that a configuration asks for; of the one before it keeps what the update says. */
export function fleetOf(request: CreateEndpointConfigInput, before?: Fleet, update: Retaining = {}): Fleet {
  const excluded: unknown[] = (update.ExcludeRetainedVariantProperties ?? []).map(property => property.VariantPropertyType);
  const retains = before !== undefined && update.RetainAllVariantProperties === true;
  const keeps = (property: string): boolean => retains && !excluded.includes(property);
  const variant = (config: ProductionVariant, former: Variant | undefined): Variant => {
    const weight = keeps('DesiredWeight') && former ? former.desiredWeight : config.InitialVariantWeight ?? 1;
    // A variant that had no instances has no count to keep.
    const count = (keeps('DesiredInstanceCount') ? former?.desiredInstanceCount : undefined) ?? config.InitialInstanceCount;
    return {
      name: config.VariantName!,
      config,
      ...(config.ServerlessConfig ? { serverless: config.ServerlessConfig } : { currentInstanceCount: count, desiredInstanceCount: count }),
      currentWeight: weight,
      desiredWeight: weight,
    };
  };
  const former = (variants: Variant[] | undefined, config: ProductionVariant) => variants?.find(({ name }) => name === config.VariantName);
  return {
    configName: request.EndpointConfigName!,
    production: request.ProductionVariants!.map(config => variant(config, former(before?.production, config))),
    shadow: (request.ShadowProductionVariants ?? []).map(config => variant(config, former(before?.shadow, config))),
    dataCapture: keeps('DataCaptureConfig') ? before!.dataCapture : request.DataCaptureConfig,
  };
}

export function variantsOf(fleet: Fleet): Variant[] {
  return [...fleet.production, ...fleet.shadow];
}

export function variantOf(fleet: Fleet, name: string): Variant {
  const found = variantsOf(fleet).find(variant => variant.name === name);
  if (!found) {
    throw new ServiceError('ValidationException', `Could not find variant "${name}".`);
  }
  return found;
}

/** The types that a variant may run on, the preferred one first. */
export function instanceTypesOf({ InstanceType, InstancePools }: ProductionVariant): string[] {
  const pools = InstancePools ?? (InstanceType ? [{ InstanceType, Priority: 1 }] : []);
  return [...pools].sort((one, other) => one.Priority! - other.Priority!).map(pool => pool.InstanceType!);
}

/** The model on the instances of a variant: a pool may have one of its own. */
export function modelOf({ config, instanceType }: Variant): string | undefined {
  return config.InstancePools?.find(pool => pool.InstanceType === instanceType)?.ModelNameOverride ?? config.ModelName;
}

/** Gives each variant the first of its types that is to be had; why one gets none. */
export function provision(fleet: Fleet, scenario: Scenario): string | undefined {
  for (const variant of variantsOf(fleet).filter(({ config }) => !config.ServerlessConfig)) {
    variant.instanceType = instanceTypesOf(variant.config).find(type => scenario.capacity?.(type) ?? true);
    if (variant.instanceType === undefined) {
      return NO_CAPACITY;
    }
  }
  return undefined;
}

/** Whether more instances of a variant are to be had. The sandbox keeps a variant on one of its types. */
export function canGrow(variant: Variant, scenario: Scenario): boolean {
  return instanceTypesOf(variant.config).some(type => scenario.capacity?.(type) ?? true);
}

export function scalesItself({ config }: Variant): boolean {
  return config.ManagedInstanceScaling?.Status === 'ENABLED';
}

/** How many instances a variant has to have for this: undefined if it cannot have so many. */
export function sizeFor(variant: Variant, demands: Demand[]): number | undefined {
  const needed = instancesNeeded(demands, variant.instanceType!);
  const { MinInstanceCount = 1, MaxInstanceCount } = variant.config.ManagedInstanceScaling ?? {};
  const [least, most] = scalesItself(variant)
    // What the service takes for a maximum that is not given is not documented.
    ? [MinInstanceCount, MaxInstanceCount ?? variant.config.InitialInstanceCount!]
    : [variant.desiredInstanceCount!, variant.desiredInstanceCount!];
  return needed <= most ? Math.max(needed, least) : undefined;
}

/** As DescribeEndpoint shows it; `pending` for the summary of a deployment that is under way. */
export function describeVariant(variant: Variant, pending = false): object {
  const { config, instanceType, currentInstanceCount } = variant;
  return {
    VariantName: variant.name,
    CurrentWeight: variant.currentWeight,
    DesiredWeight: variant.desiredWeight,
    CurrentInstanceCount: currentInstanceCount,
    DesiredInstanceCount: variant.desiredInstanceCount,
    InstanceType: pending ? config.InstanceType : undefined,
    InstancePools: config.InstancePools?.map(pool => ({
      InstanceType: pool.InstanceType, CurrentInstanceCount: pool.InstanceType === instanceType ? currentInstanceCount : 0,
    })),
    CurrentServerlessConfig: variant.serverless,
    DesiredServerlessConfig: variant.serverless,
    ManagedInstanceScaling: config.ManagedInstanceScaling,
    RoutingConfig: config.RoutingConfig,
    CapacityReservationConfig: pending ? undefined : config.CapacityReservationConfig,
  };
}
