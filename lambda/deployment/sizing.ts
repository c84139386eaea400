import type { CreateEndpointConfigCommandInput } from '@aws-sdk/client-sagemaker';
import type { Choice } from './choice';
import { copiesOf, Share, shareOf } from './components';
import { modelFactsIn } from './facts';
import { checkFit } from './fit';
import { componentsOn, Live } from './live';
import { modelName } from './names';
import type { Wanted } from './properties';
import { instanceTypesOf, tagsOf, variantsIn } from './resources';
import { retains, staysAsItIs } from './retention';
import type { ResourceEvent } from '../event';
import { titleOf } from '../selection/choose';

/** What the inference component of a model is to have. */
export interface Size extends Share {
  readonly copyCount: number;
  /** What was asked for, where the component had been scaled to another number. */
  readonly wantedCopyCount?: number;
}

type Config = Pick<CreateEndpointConfigCommandInput, 'ProductionVariants' | 'ShadowProductionVariants'>;

/** The sizes of all components of a deployment, which fit on the instances that there will be. */
export async function sizesOf(
  event: ResourceEvent, wanted: Wanted, choices: readonly Choice[], config: Config, live: Live | undefined,
): Promise<Size[]> {
  const [variant] = config.ProductionVariants!;
  const instanceType = variant.InstanceType!;
  const running = live === undefined ? [] : await componentsOn(wanted.endpointName);
  const sizes: Size[] = [];
  for (const [index, choice] of choices.entries()) {
    const share = shareOf(choice, instanceType, wanted.hardware);
    const wantedCopyCount = copiesOf(choice, variant.InitialInstanceCount!);
    const scaled = live && await scaledTo(index, wantedCopyCount);
    sizes.push({ ...share, copyCount: scaled ?? wantedCopyCount, ...(scaled !== undefined && scaled !== wantedCopyCount && { wantedCopyCount }) });
  }
  const demands = sizes.map((size, index) => ({ ...size, title: titleOf(choices[index].candidate), copies: size.copyCount }));
  const kept = retains(config, {}, live) ? live!.counts.get(variant.VariantName!) : undefined;
  checkFit(demands, { instanceType, instances: instances(demands, kept), hardware: wanted.hardware }, 'what is to be deployed');
  if (live && !staysAsItIs(variant, {}, live)) {
    // They move to the new instances as they are: what becomes of them comes after the endpoint.
    const present = running.map(({ name, accelerators = 0, memoryInMb = 0, copies }) => ({ title: name, accelerators, memoryInMb, copies }));
    checkFit(present, { instanceType, instances: instances(present), hardware: wanted.hardware }, `what runs on endpoint ${wanted.endpointName} now`);
  }
  return sizes;

  /** How many there will be at most. Where SageMaker chooses the most, so many as there are copies. */
  function instances(placed: readonly { readonly copies: number }[], keptCount = 0): number {
    const { Status, MaxInstanceCount } = variant.ManagedInstanceScaling ?? {};
    return Status === 'ENABLED'
      ? MaxInstanceCount ?? placed.reduce((total, { copies }) => total + copies, 0)
      : Math.max(variant.InitialInstanceCount!, keptCount);
  }

  /**
   * How many copies a component has that was to have as many as now, on the same instance type: an update does not take its scaling back. One that
   * was scaled down to none gets one, by which the new model is seen to come up.
   */
  async function scaledTo(index: number, wantedCopyCount: number): Promise<number | undefined> {
    const before = modelName(live!.configName, index);
    const component = running.find(each => each.modelName === before);
    const same = variantsIn(live!.config).some(each => each.VariantName === variant.VariantName && instanceTypesOf(each)[0] === instanceType);
    if (!component || !same) {
      return undefined;
    }
    const facts = modelFactsIn(await tagsOf(event, 'model', before));
    return (facts.wantedCopyCount ?? facts.copyCount) === wantedCopyCount ? Math.max(component.copies, Math.min(1, wantedCopyCount)) : undefined;
  }
}
