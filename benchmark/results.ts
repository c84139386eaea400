import type { Handlers } from './handlers';
import type { Import } from './import';
import type { Project } from './project';
import type { Scale } from './scale';
import type { Synthesis } from './synthesis';
import type { Waiting } from './waiting';

/** Where the figures are from. */
export interface Machine {
  readonly node: string;
  readonly cpus: string;
  readonly memoryGiB: number;
  readonly versions: Record<string, string>;
  readonly commit: string;
}

/** What results.json holds. Milliseconds are of that machine and of that day: what counts are the ratios. */
export interface Results {
  readonly machine: Machine;
  readonly import?: Import;
  readonly synthesis?: Synthesis;
  readonly handlers?: Handlers;
  readonly waiting?: Waiting;
  readonly scale?: Scale;
  readonly project?: Project;
}
