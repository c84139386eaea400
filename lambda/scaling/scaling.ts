import { isDeepStrictEqual } from 'util';
import { together } from './kept';
import { Parameter } from './parameter';
import { deregister, present, register, resourceIdOf } from './targets';

/*
 * A bundle of its own beside that of the handlers: three more clients, of which most invocations need none. See ./load.
 */

/**
 * Keeps the scaling of these variants, then deregisters it. Returns what was registered.
 *
 * What there is is read before what was kept: whoever deregisters has kept it before, so what is missing in the one is in the other.
 */
export async function takeOff(endpointName: string, variantNames: readonly string[], check = async () => {}): Promise<string[]> {
  const targets = await present(variantNames.map(variant => resourceIdOf(endpointName, variant)));
  if (targets.length === 0) {
    return [];
  }
  const parameter = new Parameter(endpointName);
  const kept = await parameter.read();
  const all = together(kept, targets);
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(all)), kept)) {
    await parameter.write(all);
  }
  const resourceIds = targets.map(({ ResourceId }) => ResourceId);
  for (const resourceId of resourceIds) {
    await check();
    await deregister(resourceId);
  }
  return resourceIds;
}

/**
 * Makes the kept scaling again of the variants that serve. What is kept of others stays: a rollback may bring them back.
 *
 * @param serving asked only if there is something to put back; undefined if it is too early
 */
export async function putBack(endpointName: string, serving: () => Promise<readonly string[] | undefined>): Promise<boolean> {
  const parameter = new Parameter(endpointName);
  const kept = await parameter.read();
  const variants = kept.length === 0 ? [] : await serving();
  if (!variants) {
    return false;
  }
  const resourceIds = variants.map(variant => resourceIdOf(endpointName, variant));
  const served = kept.filter(({ ResourceId }) => resourceIds.includes(ResourceId));
  for (const target of served) {
    await register(target);
  }
  if (served.length === kept.length) {
    if (kept.length > 0) {
      await parameter.delete();
    }
  } else if (served.length > 0) {
    await parameter.write(kept.filter(target => !served.includes(target)));
  }
  return true;
}

/**
 * Drops what is kept of an endpoint's variants.
 *
 * @param but those that it still has
 */
export async function forget(endpointName: string, but: readonly string[] = []): Promise<void> {
  const parameter = new Parameter(endpointName);
  const kept = but.length === 0 ? [] : await parameter.read();
  const resourceIds = but.map(variant => resourceIdOf(endpointName, variant));
  const left = kept.filter(({ ResourceId }) => resourceIds.includes(ResourceId));
  if (left.length === 0) {
    await parameter.delete();
  } else if (left.length < kept.length) {
    await parameter.write(left);
  }
}
