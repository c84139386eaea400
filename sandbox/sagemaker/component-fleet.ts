import { specificationFor } from './component-specification';
import { Endpoint } from './endpoints';
import type { InferenceComponent } from './inference-components';
import { Demand } from './placement';
import { MINUTE } from './scenario';
import { InferenceComponentSpecification as Specification } from './types';
import { canGrow, scalesItself, sizeFor, Variant, variantOf } from './variants';
import { World } from './world';

/** How long instances without copies are kept: users measured it from no copies to no instances. */
const IDLE = 12 * MINUTE;

/** Copies of one specification, which hold a part of their variant's instances. */
export interface Placement {
  readonly specifications: Specification[];
  readonly copies: number;
}

/** The room that inference components have, and what it does to the number of instances. */
export class ComponentFleet {
  constructor(
    private readonly world: World,
    private readonly all: ReadonlyMap<string, InferenceComponent>,
    private readonly endpointOf: (name: string) => Endpoint | undefined,
  ) {
  }

  /** Has the component hold these copies and no others, if there is room or can be made. Whether there is, and whether it took more instances. */
  public place(component: InferenceComponent, placements: Placement[]): { room: boolean; grown: boolean } {
    const variant = variantOf(this.endpointOf(component.endpointName)!.fleet, component.variantName);
    const before = component.placements;
    component.placements = placements;
    const size = sizeFor(variant, this.demandsOn(component.endpointName, variant));
    const grown = size !== undefined && size > variant.currentInstanceCount!;
    if (size === undefined || (grown && !canGrow(variant, this.world.scenario))) {
      component.placements = before;
      return { room: false, grown: false };
    }
    if (grown) {
      Object.assign(variant, { currentInstanceCount: size, desiredInstanceCount: size });
    }
    return { room: true, grown };
  }

  /** Gives instances back that nothing is on, after a while. */
  public release({ endpointName, variantName }: InferenceComponent): void {
    void this.world.clock.sleep(IDLE).then(() => {
      const variant = this.endpointOf(endpointName)?.fleet.production.find(({ name }) => name === variantName);
      const size = variant && scalesItself(variant) ? sizeFor(variant, this.demandsOn(endpointName, variant)) : undefined;
      if (size !== undefined && size < variant!.currentInstanceCount!) {
        Object.assign(variant!, { currentInstanceCount: size, desiredInstanceCount: size });
      }
    });
  }

  /** Whether all that is on an endpoint's variant finds a place on its next generation, which then has as many instances as that takes. */
  public fit(endpointName: string, next: Variant): boolean {
    const demands = next.config.ModelName ? [] : this.demandsOn(endpointName, next);
    if (demands.length === 0) {
      return true;
    }
    const size = sizeFor(next, demands);
    if (size !== undefined) {
      Object.assign(next, { currentInstanceCount: size, desiredInstanceCount: size });
    }
    return size !== undefined;
  }

  private demandsOn(endpointName: string, variant: Variant): Demand[] {
    return [...this.all.values()]
      .filter(component => component.endpointName === endpointName && component.variantName === variant.name)
      .flatMap(component => component.placements)
      .map(({ specifications, copies }) => {
        const requirements = specificationFor(specifications, variant.instanceType!)?.ComputeResourceRequirements;
        // A type that no specification is for is no place for the component.
        return requirements
          ? { copies, accelerators: requirements.NumberOfAcceleratorDevicesRequired ?? 0, memory: requirements.MinMemoryRequiredInMb! }
          : { copies, accelerators: Infinity, memory: 0 };
      });
  }
}
