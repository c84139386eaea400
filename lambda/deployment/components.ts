import type { Choice } from './choice';
import { Hardware, hardwareOf } from './hardware';
import { integer, WantedModel } from './properties';
import { Failure, Properties, text } from '../event';

/** What one copy of a model takes of an instance. */
export interface Share {
  readonly accelerators: number;
  readonly memoryInMb: number;
}

/**
 * GiB of host memory that are not shared out, and the part of the rest that is. AWS names no figure for what an instance needs for itself: users saw
 * an ml.g5.xlarge of 16 GiB take a component of 1,024 MB and refuse one of 4,096 MB, and AWS's own JumpStart asks for half of the 192 GiB of an
 * ml.g5.12xlarge. It is a minimum that decides where a copy is placed, and not what it may use: a low one costs nothing, a high one fails.
 */
const SYSTEM_MEMORY = 14;
const SHARED_OUT = 0.5;
/** The least that the API takes. */
const LEAST_MEMORY = 128;

/**
 * What each copy takes: what the deployment says, else what the recommendation does, else its part of the instance by accelerators, so that what
 * fills the accelerators fits.
 */
export function shareOf({ wanted: { component }, candidate }: Choice, instanceType: string, given: Properties): Share {
  const hardware = hardwareOf(instanceType, given);
  const accelerators = integer(component, 'AcceleratorsPerCopy') ?? candidate.tensorParallelSize
    ?? Math.max(1, Math.floor(known(hardware, instanceType).accelerators / candidate.copyCountPerInstance));
  const memoryInMb = integer(component, 'MinMemoryPerCopyInMb') ?? candidate.minCpuMemoryInMb ?? part(accelerators, known(hardware, instanceType));
  return { accelerators, memoryInMb };
}

/** How many copies there are to be on so many instances, if nobody scales them. */
export function copiesOf({ wanted: { component }, candidate }: Choice, instances: number): number {
  return integer(component, 'CopyCount') ?? candidate.copyCountPerInstance * instances;
}

/** So many as it has been scaled to. One that was scaled down to none gets one, by which the model that it gets is seen to come up. */
export function scaledCopies(copies: number, wanted: number): number {
  return Math.max(copies, Math.min(1, wanted));
}

/** The name of the inference component. Undefined in what an earlier version of the library asked for. */
export function componentNameOf({ component }: WantedModel): string | undefined {
  return text(component, 'Name');
}

function part(accelerators: number, hardware: Hardware): number {
  const shared = Math.max(0, hardware.memoryInGiB - SYSTEM_MEMORY) * 1024 * SHARED_OUT;
  return Math.max(LEAST_MEMORY, Math.floor(shared * Math.min(1, accelerators / Math.max(1, hardware.accelerators))));
}

function known(hardware: Hardware | undefined, instanceType: string): Hardware {
  if (!hardware) {
    throw new Failure(`how many accelerators and how much memory ${instanceType} has is not known here, so that copies cannot be sized: `
      + 'give its figures in hosting.hardware, or acceleratorsPerCopy and minMemoryPerCopy');
  }
  return hardware;
}
