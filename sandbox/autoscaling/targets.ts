import { createHash } from 'node:crypto';
import { VirtualClock } from '../clock';
import { ServiceError } from '../service';
import { Capacity } from './capacity';
import { Identity, identityIn, invalid, keyOf, notFound, wordsFor } from './identity';

export interface SuspendedState {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

export interface ScalableTarget extends Identity {
  readonly ScalableTargetARN: string;
  readonly CreationTime: Date;
  readonly RoleARN: string;
  MinCapacity: number;
  MaxCapacity: number;
  SuspendedState: SuspendedState;
}

/** A change of a count, or an attempt at one. */
export interface Activity {
  readonly time: number;
  readonly resourceId: string;
  readonly cause: string;
  readonly from: number;
  readonly to: number;
  /** Why the count stayed as it was. */
  readonly failure?: string;
}

export interface Place {
  readonly region: string;
  readonly account: string;
}

const MINUTE = 60_000;
const NOTHING_SUSPENDED: SuspendedState = { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };

/** What is registered to be scaled, and within which bounds. */
export class Targets {
  public readonly all = new Map<string, ScalableTarget>();
  public readonly activities: Activity[] = [];

  constructor(private readonly clock: VirtualClock, private readonly place: Place, private readonly capacity: Capacity) {
  }

  /** The part of an ARN that stands for a target: as in an account it is known before the target is, and does not tell what it is. */
  public arnOf(identity: Identity): string {
    const id = createHash('sha256').update(`${this.place.account} ${keyOf(identity)}`).digest('hex').slice(0, 34);
    return `arn:aws:application-autoscaling:${this.place.region}:${this.place.account}:scalable-target/${id}`;
  }

  public async register(input: Record<string, any>): Promise<object> {
    const identity = identityIn(input);
    const count = await this.capacity.read(identity.ResourceId);
    const known = this.all.get(keyOf(identity));
    const { MinCapacity = known?.MinCapacity, MaxCapacity = known?.MaxCapacity, SuspendedState, Tags } = input;
    if (known && Tags !== undefined) {
      throw invalid('The scalable target that you tried to tag already exists. To update tags on an existing scalable target, use the TagResource API.');
    }
    checkBounds(MinCapacity, MaxCapacity);
    if (!count) {
      throw invalid(`There is no resource to scale: ${wordsFor(identity)}`);
    }
    const target = known ?? {
      ...identity,
      ScalableTargetARN: this.arnOf(identity),
      CreationTime: new Date(this.clock.now()),
      // Whatever role is given, SageMaker is scaled under the service-linked one. It is taken for granted here: in an account the first
      // registration makes it, which takes iam:CreateServiceLinkedRole.
      RoleARN: `arn:aws:iam::${this.place.account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/`
        + 'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
      MinCapacity,
      MaxCapacity,
      SuspendedState: NOTHING_SUSPENDED,
    };
    // What a request does not say stays as it is.
    Object.assign(target, { MinCapacity, MaxCapacity, SuspendedState: { ...target.SuspendedState, ...SuspendedState } });
    this.all.set(keyOf(identity), target);
    void this.clock.background(MINUTE).then(() => this.bringWithin(target, 'registered'));
    return { ScalableTargetARN: target.ScalableTargetARN };
  }

  public find(identity: Identity, verb = 'registered'): ScalableTarget {
    const target = this.all.get(keyOf(identity));
    if (!target) {
      throw notFound(`No scalable target ${verb} for ${wordsFor(identity)}`);
    }
    return target;
  }

  public deregister(identity: Identity): void {
    this.find(identity, 'found');
    this.all.delete(keyOf(identity));
  }

  /** Brings the count between the bounds. A resource that is being deployed is left alone. */
  public async bringWithin(target: ScalableTarget, cause: string): Promise<void> {
    const count = await this.capacity.read(target.ResourceId);
    if (count?.active && this.all.get(keyOf(target)) === target) {
      await this.change(target, count.desired, count.desired, cause).catch(error => {
        // The service refuses: that is the end of this activity, and of nothing else.
        if (!(error instanceof ServiceError)) throw error;
      });
    }
  }

  /** Sets the count to the wanted one, as near as the bounds allow. */
  public async change(target: ScalableTarget, from: number, wanted: number, cause: string): Promise<void> {
    const to = Math.min(Math.max(wanted, target.MinCapacity), target.MaxCapacity);
    if (to === from) {
      return;
    }
    const activity = { time: this.clock.now(), resourceId: target.ResourceId, cause, from, to };
    try {
      await this.capacity.set(target.ResourceId, to);
      this.activities.push(activity);
    } catch (error) {
      this.activities.push({ ...activity, failure: (error as Error).message });
      throw error;
    }
  }
}

export function checkBounds(min: unknown, max: unknown): void {
  if (min === undefined || max === undefined) {
    throw invalid('Both the minimum and the maximum capacity are needed to register a new scalable target');
  }
  if (![min, max].every(bound => Number.isInteger(bound) && Number(bound) >= 0)) {
    throw invalid(`Capacities are whole numbers from 0 on, got ${String(min)} and ${String(max)}`);
  }
  if (Number(min) > Number(max)) {
    throw invalid('Maximum capacity cannot be less than minimum capacity');
  }
}
