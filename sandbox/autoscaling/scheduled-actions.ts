import { randomUUID } from 'node:crypto';
import { VirtualClock } from '../clock';
import { Identity, identityIn, invalid, keyOf, notFound, wordsFor } from './identity';
import { readSchedule, Schedule } from './schedule';
import { checkBounds, Place, Targets } from './targets';

export interface ScheduledAction extends Identity {
  readonly ScheduledActionName: string;
  readonly ScheduledActionARN: string;
  readonly Schedule: string;
  readonly Timezone?: string;
  readonly StartTime?: Date;
  readonly EndTime?: Date;
  readonly ScalableTargetAction?: { readonly MinCapacity?: number; readonly MaxCapacity?: number };
  readonly CreationTime: Date;
}

/** Changes of a target's bounds at their time. */
export class ScheduledActions {
  public readonly all = new Map<string, ScheduledAction>();

  constructor(private readonly clock: VirtualClock, private readonly place: Place, private readonly targets: Targets) {
  }

  public put(input: Record<string, any>): object {
    const identity = identityIn(input);
    const { ScheduledActionName: name } = input;
    if (typeof name !== 'string' || name === '' || name.length > 256) {
      throw invalid(`Invalid scheduled action name: ${name}`);
    }
    this.targets.find(identity);
    const known = this.all.get(keyOf(identity, name));
    const { region, account } = this.place;
    const action: ScheduledAction = {
      ...identity,
      ScheduledActionName: name,
      ScheduledActionARN: known?.ScheduledActionARN
        ?? `arn:aws:autoscaling:${region}:${account}:scheduledAction:${randomUUID()}:resource/sagemaker/${identity.ResourceId}:scheduledActionName/${name}`,
      CreationTime: known?.CreationTime ?? new Date(this.clock.now()),
      // What a request for an existing action does not say stays as it is.
      Schedule: input.Schedule ?? known?.Schedule,
      Timezone: input.Timezone ?? known?.Timezone,
      StartTime: timeIn(input.StartTime) ?? known?.StartTime,
      EndTime: timeIn(input.EndTime) ?? known?.EndTime,
      ScalableTargetAction: input.ScalableTargetAction ?? known?.ScalableTargetAction,
    };
    const schedule = this.checked(action);
    this.all.set(keyOf(identity, name), action);
    void this.keep(action, schedule);
    return {};
  }

  public delete(identity: Identity, name: string): void {
    if (!this.all.delete(keyOf(identity, name))) {
      throw notFound(`No scheduled action found for ${wordsFor(identity)}, scheduled action name: ${name}`);
    }
  }

  public deleteOf(identity: Identity): void {
    this.of(identity).forEach(action => this.all.delete(keyOf(action, action.ScheduledActionName)));
  }

  public of(identity: Identity): ScheduledAction[] {
    return [...this.all.values()].filter(action => keyOf(action) === keyOf(identity));
  }

  private checked({ Schedule: expression, Timezone, StartTime, EndTime, ScalableTargetAction: bounds, CreationTime }: ScheduledAction): Schedule {
    if (typeof expression !== 'string') {
      throw invalid('A schedule is required');
    }
    if (bounds?.MinCapacity === undefined && bounds?.MaxCapacity === undefined) {
      throw invalid('A scheduled action needs a minimum or a maximum capacity');
    }
    checkBounds(bounds.MinCapacity ?? bounds.MaxCapacity, bounds.MaxCapacity ?? bounds.MinCapacity);
    if (StartTime && EndTime && StartTime >= EndTime) {
      throw invalid('The start time must be before the end time');
    }
    const schedule = readSchedule(expression, (StartTime ?? CreationTime).getTime(), Timezone);
    // Whether an account takes a time that has passed is not documented.
    if (schedule(this.clock.now()) === undefined) {
      throw invalid(`Schedule expression must be in the future: ${expression}`);
    }
    return schedule;
  }

  /** Runs the action at its times, as long as it is the one that was put last. */
  private async keep(action: ScheduledAction, schedule: Schedule): Promise<void> {
    const { StartTime, EndTime } = action;
    const from = Math.max(this.clock.now(), (StartTime?.getTime() ?? 0) - 1);
    for (let next = schedule(from); next !== undefined && next <= (EndTime?.getTime() ?? Infinity); next = schedule(next)) {
      await this.clock.background(next - this.clock.now());
      if (this.all.get(keyOf(action, action.ScheduledActionName)) !== action) {
        return;
      }
      await this.run(action);
    }
  }

  private async run(action: ScheduledAction): Promise<void> {
    const target = this.targets.find(action);
    const { MinCapacity = target.MinCapacity, MaxCapacity = target.MaxCapacity } = action.ScalableTargetAction ?? {};
    // One bound that does not fit the present other one is a failed activity: an action has to bring both, then.
    if (!target.SuspendedState.ScheduledScalingSuspended && MinCapacity <= MaxCapacity) {
      Object.assign(target, { MinCapacity, MaxCapacity });
      await this.targets.bringWithin(target, `scheduled action ${action.ScheduledActionName}`);
    }
  }
}

/** From the API a point in time is seconds since the epoch, from a template it is a string. */
function timeIn(value: unknown): Date | undefined {
  const date = value === undefined ? undefined : new Date(typeof value === 'number' ? value * 1000 : String(value));
  if (date && Number.isNaN(date.getTime())) {
    throw invalid(`Invalid time: ${String(value)}`);
  }
  return date;
}
