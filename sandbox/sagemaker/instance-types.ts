/** What an instance has for the models on it: accelerators, and host memory in MB. */
export interface InstanceResources {
  readonly accelerators: number;
  readonly memory: number;
}

const GIB = 1024;

/**
 * What an instance keeps of its memory for itself, in GiB. AWS gives no figure: users saw an ml.g5.xlarge of 16 GiB take a component of 1,024 MB and
 * refuse one of 4,096 MB, so that at least 12 GiB are not to be had there. The sandbox takes as much from every type.
 */
const KEPT = 13;

const SIZES = ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge', '48xlarge'];

/** For each size the number of accelerators and the GiB of host memory, as EC2 has them; 0 for a size that there is not. */
const FAMILIES: Record<string, (0 | [number, number])[]> = {
  'g5': [[1, 16], [1, 32], [1, 64], [1, 128], [4, 192], [1, 256], [4, 384], [8, 768]],
  'g6': [[1, 16], [1, 32], [1, 64], [1, 128], [4, 192], [1, 256], [4, 384], [8, 768]],
  'g6e': [[1, 32], [1, 64], [1, 128], [1, 256], [4, 384], [1, 512], [4, 768], [8, 1536]],
  'g7': [0, [1, 32], [1, 64], [2, 128], [4, 192], 0, [4, 384], [8, 768]],
  'g7e': [0, [1, 64], [1, 128], [1, 256], [2, 512], 0, [4, 1024], [8, 2048]],
  'p3': [0, [1, 61], 0, [4, 244], 0, [8, 488], 0, 0],
  'p4d': [0, 0, 0, 0, 0, 0, [8, 1152], 0],
  'p4de': [0, 0, 0, 0, 0, 0, [8, 1152], 0],
  'p5': [0, 0, [1, 256], 0, 0, 0, 0, [8, 2048]],
  'p5e': [0, 0, 0, 0, 0, 0, 0, [8, 2048]],
  'p5en': [0, 0, 0, 0, 0, 0, 0, [8, 2048]],
  'p6-b200': [0, 0, 0, 0, 0, 0, 0, [8, 2048]],
};

/** Their local storage is encrypted by the instance: a volume key is refused. */
const LOCAL_STORAGE = /^ml\.(g4dn|g5|g6e?|g7e|p4de?|p5(e|en)?|p6-b200)\./;

/** Undefined for a type that is not in the table: what fits on it is not known. */
export function resourcesOf(instanceType: string): InstanceResources | undefined {
  const [, family, size] = instanceType.split('.');
  const [accelerators, memory] = FAMILIES[family]?.[SIZES.indexOf(size)] || [];
  return accelerators === undefined ? undefined : { accelerators, memory: (memory! - KEPT) * GIB };
}

export function hasLocalStorage(instanceType: string): boolean {
  return LOCAL_STORAGE.test(instanceType);
}
