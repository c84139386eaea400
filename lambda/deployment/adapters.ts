import { Choice, chooseAll } from './choice';
import type { Wanted, WantedModel } from './properties';
import { reasonOf } from '../errors';
import { Failure, text } from '../event';
import { log } from '../log';
import { titleOf } from '../selection/choose';

/** The adapters that are components of their own on top of the model's. */
export function adapterIdsOf({ component }: WantedModel): string[] {
  return Array.isArray(component.AdapterIds) ? component.AdapterIds.map(String) : [];
}

/** How the component of an adapter is named. */
export function adapterNameOf({ component }: WantedModel, id: string): string {
  return `${text(component, 'AdapterNamePrefix') ?? ''}${id}`;
}

/** Where the files of those adapters are, by id. */
export function adaptersOf({ wanted, candidate }: Choice): Record<string, string> {
  return Object.fromEntries(adapterIdsOf(wanted).map(id => {
    const uri = candidate.adapters.find(({ adapterId }) => adapterId === id)?.s3Uri;
    if (uri === undefined) {
      throw new Failure(`recommendation ${titleOf(candidate)} has no files for adapter ${id}, only for ${
        candidate.adapters.map(({ adapterId }) => adapterId).join(', ') || 'none'}: leave the adapter out, or choose another recommendation`);
    }
    return [id, uri];
  }));
}

/** The same for a deployment of which they are not kept. Not finding them is no reason for a rollback to fail. */
export async function readAdapters(wanted: Wanted, index: number): Promise<Record<string, string>> {
  try {
    return adaptersOf((await chooseAll(wanted))[index]);
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
    log('where the adapters are is not known any more', { reason: reasonOf(error) });
    return {};
  }
}
