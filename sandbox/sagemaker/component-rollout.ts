import { isDeepStrictEqual } from 'node:util';
import { ComponentFleet } from './component-fleet';
import { batchOf, isAdapter } from './component-specification';
import { alarmsOf, watch } from './deployment';
import type { InferenceComponent } from './inference-components';
import { InferenceComponentOutcome, MINUTE } from './scenario';
import { InferenceComponentDeploymentConfig, InferenceComponentSpecification as Specification } from './types';
import { World } from './world';

/** When it is clear whether there is room: users report that it does not take long. */
const START = MINUTE;
const COPIES = 6 * MINUTE;
const INSTANCES = 4 * MINUTE;
const ADAPTER = MINUTE;
const FEWER = MINUTE;
const ROLLBACK = 3 * MINUTE;
const SECOND = 1000;
const NO_ROOM = 'There is not enough hardware resources on the instances for this endpoint to create a copy of the inference component.';
const FAILURE = 'The container of the inference component did not pass the ping health check. Please check CloudWatch logs for this inference component.';

/** What a component is to become, and what it was before. */
export interface ComponentRollout {
  readonly component: InferenceComponent;
  readonly specifications: Specification[];
  readonly copies: number;
  readonly outcome: InferenceComponentOutcome;
  readonly deployment?: InferenceComponentDeploymentConfig;
  readonly world: World;
  readonly fleet: ComponentFleet;
  readonly before: InferenceComponent;
  /** Why the role of the endpoint configuration cannot bring it up, if it cannot. */
  refusal(component: InferenceComponent, specifications: Specification[], alarms: string[]): string | undefined;
}

type End = { readonly status: 'InService' | 'Failed'; readonly reason?: string };

/** Carries a creation or an update out. One that does not succeed leaves the copies that there were. */
export async function carryOut(rollout: ComponentRollout): Promise<void> {
  const { component, specifications, copies, before, world, fleet } = rollout;
  const isNew = !isDeepStrictEqual(specifications, before.specifications) || before.status === 'Creating';
  const end = isAdapter(specifications) ? await load(rollout) : isNew ? await replace(rollout) : await scale(rollout);
  const { placements, currentCopyCount, desiredCopyCount } = before;
  Object.assign(component, {
    ...(end.reason === undefined ? { specifications, currentCopyCount: copies } : { placements, currentCopyCount, desiredCopyCount }),
    status: end.status,
    failureReason: end.reason,
    lastModifiedTime: world.seconds(),
  });
  fleet.release(component);
}

async function load({ component, specifications, outcome, world, refusal }: ComponentRollout): Promise<End> {
  await world.clock.sleep(outcome.duration ?? ADAPTER);
  return refusedOr(refusal(component, specifications, []), outcome, { status: 'InService' });
}

/** New copies of another kind, in batches beside the old ones. */
async function replace(rollout: ComponentRollout): Promise<End> {
  const { component, specifications, copies, outcome, deployment, world, fleet, before, refusal } = rollout;
  const alarms = alarmsOf(deployment?.AutoRollbackConfiguration);
  const start = world.clock.now();
  const former = before.status === 'Creating' ? 0 : before.currentCopyCount;
  const batch = former === 0 ? copies : batchOf(deployment, former);
  const timeout = deployment?.RollingUpdatePolicy?.MaximumExecutionTimeoutInSeconds ?? Infinity;
  for (let made = 0; made === 0 || made < copies;) {
    const next = Math.min(copies, made + batch);
    const old = former > 0 ? [{ specifications: before.specifications, copies: Math.max(0, former - made) }] : [];
    if (!await settle(rollout, [...old, { specifications, copies: next }], made > 0)) {
      return { status: 'Failed', reason: NO_ROOM };
    }
    made = Math.max(next, 1);
    const problem = refusedOr(refusal(component, specifications, alarms), outcome, { status: 'InService' });
    if (problem.reason !== undefined) {
      return problem;
    }
    const triggering = await watch(alarms, (deployment?.RollingUpdatePolicy?.WaitIntervalInSeconds ?? 0) * SECOND, world);
    if (triggering.length > 0 || world.clock.now() - start > timeout * SECOND) {
      await world.clock.sleep(ROLLBACK);
      return {
        status: 'InService',
        reason: triggering.length > 0 ? `The CloudWatch alarms ${triggering.join(', ')} went off during the deployment.`
          : 'The deployment took longer than MaximumExecutionTimeoutInSeconds.',
      };
    }
  }
  fleet.place(component, [{ specifications, copies }]);
  return { status: 'InService' };
}

/** More or fewer copies of the same kind. */
async function scale(rollout: ComponentRollout): Promise<End> {
  const { component, specifications, copies, outcome, world, fleet, before } = rollout;
  if (copies <= before.currentCopyCount) {
    await world.clock.sleep(outcome.duration ?? FEWER);
    fleet.place(component, [{ specifications, copies }]);
  } else if (!await settle(rollout, [{ specifications, copies }], false)) {
    return { status: 'Failed', reason: NO_ROOM };
  }
  return refusedOr(undefined, outcome, { status: 'InService' });
}

/** Finds room and lets the copies come up there; false if there is none. */
async function settle({ component, outcome, world, fleet }: ComponentRollout, placements: InferenceComponent['placements'], started: boolean): Promise<boolean> {
  const start = started ? 0 : Math.min(START, outcome.duration ?? START);
  if (start > 0) {
    await world.clock.sleep(start);
  }
  const { room, grown } = fleet.place(component, placements);
  const rest = (outcome.duration ?? COPIES + (grown ? INSTANCES : 0)) - start;
  if (room && rest > 0) {
    await world.clock.sleep(rest);
  }
  return room;
}

function refusedOr(refusal: string | undefined, { status, failureReason, rollsBack }: InferenceComponentOutcome, otherwise: End): End {
  return refusal !== undefined ? { status: 'Failed', reason: refusal }
    : rollsBack ? { status: 'InService', reason: failureReason ?? FAILURE }
      : status === 'Failed' ? { status: 'Failed', reason: failureReason ?? FAILURE } : otherwise;
}
