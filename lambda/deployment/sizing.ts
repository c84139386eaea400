import type { CreateEndpointConfigCommandInput } from '@aws-sdk/client-sagemaker';
import type { Choice } from './choice';
import { componentNameOf, copiesOf, scaledCopies, Share, shareOf } from './components';
import { modelFactsIn, wantedCopies } from './facts';
import { checkFit } from './fit';
import { componentsOn, Live } from './live';
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
  for (const choice of choices) {
    const share = shareOf(choice, instanceType, wanted.hardware);
    const wantedCopyCount = copiesOf(choice, variant.InitialInstanceCount!);
    const scaled = live && await scaledTo(componentNameOf(choice.wanted), wantedCopyCount);
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
   * How many copies a component has that was to have as many as now, on the same instance type: an update does not take its scaling back. It is
   * found by its name: the places of models change with those that come and go.
   */
  async function scaledTo(name: string | undefined, wantedCopyCount: number): Promise<number | undefined> {
    const component = name === undefined ? undefined : running.find(each => each.name === name);
    const same = variantsIn(live!.config).some(each => each.VariantName === variant.VariantName && instanceTypesOf(each)[0] === instanceType);
    if (!component?.modelName || !same) {
      return undefined;
    }
    const facts = modelFactsIn(await tagsOf(event, 'model', component.modelName));
    return wantedCopies(facts) === wantedCopyCount ? scaledCopies(component.copies, wantedCopyCount) : undefined;
  }
}
