import { integer } from './properties';
import { Properties, record } from '../event';

/** What one instance has to share among the copies on it. */
export interface Hardware {
  readonly accelerators: number;
  readonly memoryInGiB: number;
}

/**
 * Number of accelerators and GiB of host memory, by family and size, as EC2's pages have them. What is not here is given by
 * `hosting.hardware`, or said for each copy.
 */
const FAMILIES: readonly (readonly [family: string, ...sizes: (readonly [size: string, accelerators: number, memoryInGiB: number])[]])[] = [
  ['g5', ['xlarge', 1, 16], ['2xlarge', 1, 32], ['4xlarge', 1, 64], ['8xlarge', 1, 128], ['12xlarge', 4, 192], ['16xlarge', 1, 256],
    ['24xlarge', 4, 384], ['48xlarge', 8, 768]],
  ['g6', ['xlarge', 1, 16], ['2xlarge', 1, 32], ['4xlarge', 1, 64], ['8xlarge', 1, 128], ['12xlarge', 4, 192], ['16xlarge', 1, 256],
    ['24xlarge', 4, 384], ['48xlarge', 8, 768]],
  ['g6e', ['xlarge', 1, 32], ['2xlarge', 1, 64], ['4xlarge', 1, 128], ['8xlarge', 1, 256], ['12xlarge', 4, 384], ['16xlarge', 1, 512],
    ['24xlarge', 4, 768], ['48xlarge', 8, 1536]],
  ['g7', ['2xlarge', 1, 32], ['4xlarge', 1, 64], ['8xlarge', 2, 128], ['12xlarge', 4, 192], ['24xlarge', 4, 384], ['48xlarge', 8, 768]],
  ['g7e', ['2xlarge', 1, 64], ['4xlarge', 1, 128], ['8xlarge', 1, 256], ['12xlarge', 2, 512], ['24xlarge', 4, 1024], ['48xlarge', 8, 2048]],
  ['p3', ['2xlarge', 1, 61], ['8xlarge', 4, 244], ['16xlarge', 8, 488]],
  ['p4d', ['24xlarge', 8, 1152]],
  ['p4de', ['24xlarge', 8, 1152]],
  ['p5', ['4xlarge', 1, 256], ['48xlarge', 8, 2048]],
  ['p5e', ['48xlarge', 8, 2048]],
  ['p5en', ['48xlarge', 8, 2048]],
  ['p6-b200', ['48xlarge', 8, 2048]],
];

const TYPES: ReadonlyMap<string, Hardware> = new Map(FAMILIES.flatMap(([family, ...sizes]) => sizes.map(
  ([size, accelerators, memoryInGiB]): [string, Hardware] => [`ml.${family}.${size}`, { accelerators, memoryInGiB }])));

/** Families whose instances bring a disk of their own, which is encrypted by the instance: SageMaker refuses a volume key with them. */
const WITH_LOCAL_STORAGE = [
  'g4dn', ...FAMILIES.map(([family]) => family).filter(family => family !== 'p3'),
  'c5d', 'm5d', 'r5d', 'c6gd', 'm6gd', 'r6gd', 'c6id', 'm6id', 'r6id', 'trn1', 'trn1n',
];

/** Undefined for a type that neither the table nor the deployment knows. */
export function hardwareOf(instanceType: string, given: Properties): Hardware | undefined {
  const own = record(given, instanceType);
  const accelerators = integer(own, 'Accelerators') ?? TYPES.get(instanceType)?.accelerators;
  const memoryInGiB = integer(own, 'MemoryInGiB') ?? TYPES.get(instanceType)?.memoryInGiB;
  return accelerators === undefined || memoryInGiB === undefined ? undefined : { accelerators, memoryInGiB };
}

export function hasLocalStorage(instanceType: string): boolean {
  return WITH_LOCAL_STORAGE.includes(instanceType.split('.')[1]);
}
