import type { PutScalingPolicyCommandInput, ScalableTargetAction, SuspendedState } from '@aws-sdk/client-application-auto-scaling';

/*
 * What is kept of the scaling of variants while it is off: what the requests take that make it again.
 *
 * FROZEN, as it travels as JSON from one deployment to another: a rollback may run an older version of the handlers.
 */

/** The scaling of one variant. */
export interface KeptTarget {
  readonly ResourceId: string;
  readonly MinCapacity?: number;
  readonly MaxCapacity?: number;
  readonly SuspendedState?: SuspendedState;
  readonly Policies: readonly KeptPolicy[];
  readonly Actions: readonly KeptAction[];
}

export type KeptPolicy = Pick<PutScalingPolicyCommandInput, typeof POLICY_MEMBERS[number]> & {
  readonly PolicyName: string;
  /** Those that it has had since it was first taken off: an alarm may still have any of them. */
  readonly Arns: readonly string[];
  /** The alarms that start it, if they are not its own. */
  readonly Alarms: readonly KeptAlarm[];
};

export const POLICY_MEMBERS = [
  'PolicyName', 'PolicyType', 'StepScalingPolicyConfiguration', 'TargetTrackingScalingPolicyConfiguration', 'PredictiveScalingPolicyConfiguration',
] as const;

export interface KeptAlarm {
  readonly AlarmName: string;
  /** Which of its lists of actions start the policy. */
  readonly Lists: readonly ActionList[];
}

export const ACTION_LISTS = ['AlarmActions', 'OKActions', 'InsufficientDataActions'] as const;
export type ActionList = typeof ACTION_LISTS[number];

export interface KeptAction {
  readonly ScheduledActionName: string;
  readonly Schedule: string;
  readonly Timezone?: string;
  /** A Date when it is read from the service, a string from what is kept. */
  readonly StartTime?: Date | string;
  readonly EndTime?: Date | string;
  readonly ScalableTargetAction?: ScalableTargetAction;
}

/**
 * What was kept, and what there is now. What there is now counts, but nothing that was kept is lost: taking off, or putting back, may have
 * ended half-way before.
 */
export function together(kept: readonly KeptTarget[], present: readonly KeptTarget[]): KeptTarget[] {
  return union(kept, present, target => target.ResourceId, (before, now) => ({
    ...before,
    ...now,
    Policies: union(before.Policies, now.Policies, policy => policy.PolicyName, (old, policy) => ({
      ...policy,
      Arns: [...new Set([...old.Arns, ...policy.Arns])],
      Alarms: union(old.Alarms, policy.Alarms, alarm => alarm.AlarmName, (one, other) => (
        { ...other, Lists: [...new Set([...one.Lists, ...other.Lists])] })),
    })),
    Actions: union(before.Actions, now.Actions, action => action.ScheduledActionName, (_, action) => action),
  }));
}

function union<T>(kept: readonly T[], present: readonly T[], key: (item: T) => string, both: (before: T, now: T) => T): T[] {
  const items = new Map(kept.map(item => [key(item), item]));
  for (const item of present) {
    const before = items.get(key(item));
    items.set(key(item), before === undefined ? item : both(before, item));
  }
  return [...items.values()];
}
