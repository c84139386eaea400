import { Plan, watch } from './deployment';
import type { Endpoint } from './endpoints';
import { EndpointOutcome, MINUTE } from './scenario';
import { Fleet, provision, Variant } from './variants';
import { World } from './world';

const DEPLOYMENT = 8 * MINUTE;
const FAILURE = 'The primary container for production variant AllTraffic did not pass the ping health check. Please check CloudWatch logs for this endpoint.';

/** A deployment of a fleet that is under way. */
export interface Rollout {
  readonly endpoint: Endpoint;
  readonly fleet: Fleet;
  readonly outcome: EndpointOutcome;
  readonly plan: Plan;
  readonly world: World;
  /** Why a role cannot bring the fleet up, if it cannot. */
  refusal(fleet: Fleet, alarms: string[]): string | undefined;
  /** Whether the inference components find a place on a variant. */
  fit(variant: Variant): boolean;
}

export type End = { readonly result: 'serves' } | { readonly result: 'fails' | 'rolls back'; readonly reason: string };

/** Starts the instances and moves the traffic in the steps of the plan. The endpoint serves all the time, if it did before. */
export async function deploy(rollout: Rollout): Promise<End> {
  const { endpoint, fleet, outcome, plan, world } = rollout;
  const start = world.clock.now();
  const isFirst = endpoint.status === 'Creating';
  const back = (reason: string): End => {
    if (!isFirst && endpoint.history.at(-1)!.shares[endpoint.configName] !== 100) {
      shift(rollout, 0);
    }
    return isFirst ? { result: 'fails', reason } : { result: 'rolls back', reason };
  };
  for (const [index, step] of plan.steps.entries()) {
    if (step.provisions) {
      await world.clock.sleep(outcome.duration ?? DEPLOYMENT);
      const reason = provision(fleet, world.scenario);
      if (reason) {
        return back(reason);
      }
    }
    if (index === 0) {
      const refusal = rollout.refusal(fleet, plan.alarms);
      if (refusal || outcome.status === 'Failed') {
        return { result: 'fails', reason: refusal ?? outcome.failureReason ?? FAILURE };
      }
      const crowded = outcome.rollsBack ? undefined : fleet.production.find(variant => !rollout.fit(variant));
      if (outcome.rollsBack || crowded) {
        // How an update ends whose instances are too few for the components is not documented.
        return back(crowded ? `The inference components of variant "${crowded.name}" do not fit on its new instances.` : outcome.failureReason ?? FAILURE);
      }
    }
    shift(rollout, step.share);
    const alarms = await watch(plan.alarms, step.bake, world);
    if (alarms.length > 0) {
      return back(`The CloudWatch alarms ${alarms.join(', ')} went off during the deployment.`);
    }
    if (plan.timeout !== undefined && world.clock.now() - start > plan.timeout) {
      return back('The deployment took longer than MaximumExecutionTimeoutInSeconds.');
    }
  }
  if (plan.terminationWait > 0) {
    await world.clock.sleep(plan.terminationWait);
  }
  return { result: 'serves' };
}

/** So much of the traffic goes to the new fleet, and the rest to the one before. */
function shift({ endpoint, fleet, world }: Rollout, share: number): void {
  const shares: Record<string, number> = {};
  for (const [name, percent] of [[endpoint.configName, 100 - share], [fleet.configName, share]] as const) {
    if (percent > 0) {
      shares[name] = (shares[name] ?? 0) + percent;
    }
  }
  endpoint.history.push({ time: world.clock.now(), shares });
}
