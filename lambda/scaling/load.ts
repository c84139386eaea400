import { DescribeEndpointCommand, DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import { orNothing } from '../aws/calls';
import { sagemaker } from '../aws/clients';
import { mayPass, reasonOf } from '../errors';
import { Failure, PlannedEvent } from '../event';
import { log } from '../log';
import { stackState } from '../stack';
import type { Timed } from '../time';

/*
 * SageMaker refuses to change the instance type of a variant that Application Auto Scaling scales. So its scaling is taken off before such
 * an update, kept in an SSM parameter meanwhile, and put back when the endpoint is in service again.
 */

type Event = PlannedEvent<Timed>;

/** Loaded when an endpoint is scaled, which few are: three clients that nothing else needs. */
const scaling = () => import('./scaling.js');

/**
 * Takes the scaling of variants off, for an update that gives them another instance type, or does without them. Whether that can begin now: right
 * after it was taken off, and while the endpoint is still being scaled, it is better not to.
 *
 * @param check throws if it must not be taken off any more. Asked right before, since calls may have been tried again for a while until then
 */
export async function takeOff(event: Event, endpointName: string, variantNames: readonly string[], check = async () => {}): Promise<boolean> {
  return attempt(event, reason => new Failure(`the scaling of endpoint ${endpointName} cannot be taken off, and SageMaker changes the instance type of no `
    + `variant that is scaled: ${reason}`), async () => {
    if (variantNames.length === 0) {
      return true;
    }
    const taken = await (await scaling()).takeOff(endpointName, variantNames, check);
    if (taken.length > 0) {
      log('scaling taken off', { endpointName, taken });
      return Date.now() >= event.Plan.deadline;
    }
    return isAtRest(await describeEndpoint(endpointName)) || Date.now() >= event.Plan.deadline;
  });
}

/** Puts back what was taken off and not put back yet. False if the endpoint is not in service, and may be later. */
export async function putBack(event: Event, endpointName: string): Promise<boolean> {
  return attempt(event, reason => new Failure(`the scaling of endpoint ${endpointName} cannot be put back. It is kept in the SSM parameter `
    + `/cdk-sagemaker-inference/scaling/${endpointName}: ${reason}`), async () => (await scaling()).putBack(endpointName, async () => {
    const endpoint = await describeEndpoint(endpointName);
    if (endpoint && !isAtRest(endpoint)) {
      return undefined;
    }
    const variants = endpoint?.EndpointStatus === 'InService' ? variantsOf(endpoint) : [];
    log('scaling is put back', { endpointName, status: endpoint?.EndpointStatus ?? 'Gone', variants });
    return variants;
  }));
}

/**
 * For each Delete of a deployment: what is kept of an endpoint that is gone goes, and once an update is over, what is kept of
 * variants that the endpoint has no more. Before that a rollback may bring them back.
 */
export async function forget(event: Event, endpointName: string): Promise<void> {
  await attempt(event, reason => new Failure(`what is kept of the scaling of endpoint ${endpointName} cannot be deleted: ${reason}`), async () => {
    const endpoint = await describeEndpoint(endpointName);
    if (!endpoint || endpoint.EndpointStatus === 'Deleting') {
      await (await scaling()).forget(endpointName);
    } else if (isAtRest(endpoint) && (await stackState(event)).status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS') {
      await (await scaling()).forget(endpointName, variantsOf(endpoint));
    }
    return true;
  });
}

export async function describeEndpoint(endpointName: string): Promise<DescribeEndpointCommandOutput | undefined> {
  return orNothing(sagemaker().send(new DescribeEndpointCommand({ EndpointName: endpointName })));
}

function variantsOf(endpoint: DescribeEndpointCommandOutput): string[] {
  return [...endpoint.ProductionVariants ?? [], ...endpoint.ShadowProductionVariants ?? []].map(({ VariantName }) => VariantName!);
}

/** Whether nothing is under way. */
export function isAtRest(endpoint: DescribeEndpointCommandOutput | undefined): boolean {
  return !/ing$|^RollingBack$/.test(endpoint?.EndpointStatus ?? '');
}

/** What cannot be done is a failure on the way forward. A rollback or a deletion that fails would leave a stack that is stuck: it does without. */
async function attempt(event: Event, failure: (reason: string) => Failure, action: () => Promise<boolean>): Promise<boolean> {
  try {
    return await action();
  } catch (caught) {
    const error = inOurTerms(caught);
    if (error instanceof Failure || mayPass(error, event.Plan)) {
      throw error;
    }
    if ((await stackState(event)).phase !== 'forward') {
      log('scaling left as it is', { reason: failure(reasonOf(caught)).message });
      return true;
    }
    throw failure(reasonOf(caught));
  }
}

/** Two services more, each with words of its own for what passes: somebody changes the same thing, a target is not seen yet, a parameter is there after all. */
const PASSING = ['ConcurrentUpdateException', 'ObjectNotFoundException', 'TooManyUpdates', 'ParameterAlreadyExists', 'ConcurrentModificationException'];

function inOurTerms(error: unknown): unknown {
  if (error instanceof Error && PASSING.includes(error.name)) {
    return Object.assign(new Error(error.message), { name: error.name, $metadata: {} });
  }
  // Registering asks for permissions in the services behind as well, and says so in a way of its own.
  if (error instanceof Error && /missing the following permissions/i.test(error.message)) {
    return Object.assign(new Error(error.message), { name: 'AccessDeniedException', $metadata: (error as Error & { $metadata?: unknown }).$metadata });
  }
  return error;
}
