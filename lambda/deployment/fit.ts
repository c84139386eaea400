import type { Share } from './components';
import { Hardware, hardwareOf } from './hardware';
import { Failure, Properties } from '../event';
import { log } from '../log';

/** Copies of one inference component. */
export interface Demand extends Share {
  /** As in a sentence. */
  readonly title: string;
  readonly copies: number;
}

export interface Instances {
  readonly instanceType: string;
  readonly instances: number;
  /** Figures that the deployment gives. */
  readonly hardware: Properties;
}

/** GiB of host memory that an instance was seen to keep for itself, see components.ts. What takes more than the rest does not come up. */
const NEVER_FREE = 12;

/**
 * Refuses copies that SageMaker would not find a place for: an endpoint that waits for one fails after a long time, and says less.
 *
 * @param what what is to run on these instances, as in a sentence
 */
export function checkFit(demands: readonly Demand[], on: Instances, what: string): void {
  const hardware = hardwareOf(on.instanceType, on.hardware);
  if (!hardware) {
    log('whether the copies fit on the instances is not known', { instanceType: on.instanceType });
    return;
  }
  if (!fits(demands, hardware, on.instances)) {
    const taken = demands.map(({ title, copies, accelerators, memoryInMb }) => `${title}: ${copies} x ${accelerators} accelerators and ${memoryInMb} MB`);
    throw new Failure(`${what} does not fit on ${on.instances} x ${on.instanceType}, each with ${hardware.accelerators} accelerators and `
      + `${free(hardware)} of ${hardware.memoryInGiB * 1024} MB for models: ${taken.join('; ')}. Change copyCount, acceleratorsPerCopy, minMemoryPerCopy `
      + 'or initialInstanceCount, or correct the figures of the instance type in hosting.hardware');
  }
}

/** The largest copies first, each on the first instance that has room: with sizes that are halves of each other nothing packs better. */
function fits(demands: readonly Demand[], hardware: Hardware, instances: number): boolean {
  const rooms = Array.from({ length: instances }, () => ({ accelerators: hardware.accelerators, memoryInMb: free(hardware) }));
  const copies = demands.flatMap(demand => Array.from({ length: demand.copies }, () => demand));
  return copies.sort((a, b) => b.accelerators - a.accelerators || b.memoryInMb - a.memoryInMb).every(({ accelerators, memoryInMb }) => {
    const room = rooms.find(each => each.accelerators >= accelerators && each.memoryInMb >= memoryInMb);
    if (room) {
      room.accelerators -= accelerators;
      room.memoryInMb -= memoryInMb;
    }
    return room !== undefined;
  });
}

function free({ memoryInGiB }: Hardware): number {
  return Math.max(0, memoryInGiB - NEVER_FREE) * 1024;
}
