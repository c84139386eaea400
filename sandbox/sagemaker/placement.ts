import { resourcesOf } from './instance-types';

/** Copies of one component, and what each of them takes of an instance. CPU cores are not counted: the sandbox has no figures of them. */
export interface Demand {
  readonly copies: number;
  readonly accelerators: number;
  /** In MB. */
  readonly memory: number;
}

/** How many instances the copies take: Infinity if there is one for which even an empty instance is too small. */
export function instancesNeeded(demands: Demand[], instanceType: string): number {
  const copies = demands.flatMap(demand => Array.from({ length: demand.copies }, () => demand));
  const whole = resourcesOf(instanceType);
  if (!whole) {
    return copies.length > 0 ? 1 : 0;
  }
  // The largest first, each on the first instance with room for it.
  copies.sort((one, other) => other.accelerators - one.accelerators || other.memory - one.memory);
  const free: { accelerators: number; memory: number }[] = [];
  for (const { accelerators, memory } of copies) {
    if (accelerators > whole.accelerators || memory > whole.memory) {
      return Infinity;
    }
    let place = free.find(instance => instance.accelerators >= accelerators && instance.memory >= memory);
    if (!place) {
      place = { ...whole };
      free.push(place);
    }
    place.accelerators -= accelerators;
    place.memory -= memory;
  }
  return free.length;
}
