import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import type { ConfigFacts } from './facts';
import type { Live } from './live';
import { EndpointConfig, instanceTypesOf, variantsIn } from './resources';

/*
 * Application Auto Scaling changes how many instances a variant has. An update must not take that back: it would throw out most of a fleet
 * under load. So a variant that the update leaves on its instances keeps their number.
 */

type Variants = Pick<EndpointConfig, 'ProductionVariants' | 'ShadowProductionVariants'>;

/**
 * Whether the endpoint is to keep the number of instances of all its variants (RetainAllVariantProperties) when it moves from what it serves to a
 * configuration. Only as a whole, so that is when nothing else was asked for of any of them.
 */
export function retains(next: Variants, facts: ConfigFacts, live: Live | undefined): boolean {
  const variants = variantsIn(next);
  return live !== undefined && variantsIn(live.config).length === variants.length && onInstances(next)
    && variants.every(variant => staysAsItIs(variant, facts, live));
}

/**
 * The same, as the property of the endpoint says it. A new endpoint has nothing to keep, but what it is created with counts later, where an update of it fails
 * and CloudFormation brings it to this configuration again, which it has not left.
 */
export function retainsOrBegins(next: Variants, facts: ConfigFacts, live: Live | undefined): boolean {
  return live === undefined ? onInstances(next) : retains(next, facts, live);
}

/** Whether all variants have a number of instances. */
export function onInstances(config: Variants): boolean {
  return variantsIn(config).every(variant => variant.ServerlessConfig === undefined);
}

/** Whether a variant of that name serves already, on the same instance types, and was to have as many instances. */
export function staysAsItIs(variant: ProductionVariant, facts: ConfigFacts, live: Live | undefined): boolean {
  const before = variantsIn(live?.config).find(({ VariantName }) => VariantName === variant.VariantName);
  return before !== undefined && instanceTypesOf(before).join() === instanceTypesOf(variant).join()
    && wantedCount(before, live!.facts) === wantedCount(variant, facts);
}

/** Variants whose scaling SageMaker wants off before the endpoint moves: those that change their instance type, and those that go. */
export function variantsThatMove(next: Variants, live: Live): string[] {
  const after = new Map(variantsIn(next).map(variant => [variant.VariantName, instanceTypesOf(variant).join()]));
  return variantsIn(live.config)
    .filter(variant => after.get(variant.VariantName) !== instanceTypesOf(variant).join())
    .map(({ VariantName }) => VariantName!);
}

function wantedCount({ VariantName, InitialInstanceCount }: ProductionVariant, { counts = {} }: ConfigFacts): number | undefined {
  return counts[VariantName!] ?? InitialInstanceCount;
}
