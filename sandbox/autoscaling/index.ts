import { VirtualClock } from '../clock';
import { pageOf } from '../paging';
import { Authorization, CallerChecks, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { authorizationsOf, needsBehind } from './authorization';
import { Capacity } from './capacity';
import { COMPONENT, Identity, identityIn, invalid, namesIn, VARIANT } from './identity';
import { Alarms, Policies, ScalingPolicy } from './policies';
import { ScheduledAction, ScheduledActions } from './scheduled-actions';
import { Activity, Place, ScalableTarget, Targets } from './targets';

export { SageMakerCapacity } from './capacity';
export type { Capacity } from './capacity';
export type { Alarms, PolicyAlarm, ScalingPolicy } from './policies';
export type { ScheduledAction } from './scheduled-actions';
export type { Activity, ScalableTarget } from './targets';

export interface AutoScalingOptions extends Place {
  readonly capacity: Capacity;
  /**
   * Where target tracking makes its alarms.
   *
   * @default - it makes none
   */
  readonly alarms?: Alarms;
  /**
   * The permissions of callers in the services behind.
   *
   * @default - they are not looked into
   */
  readonly callers?: CallerChecks;
}

const PAGE = 50;

/** A local stand-in for Application Auto Scaling, as far as it scales SageMaker's instances and copies. No metric is ever measured. */
export class AutoScaling implements ServiceStandIn {
  private readonly targetsByKey: Targets;
  private readonly policiesByKey: Policies;
  private readonly actionsByKey: ScheduledActions;

  constructor(clock: VirtualClock, private readonly options: AutoScalingOptions) {
    this.targetsByKey = new Targets(clock, options, options.capacity);
    this.policiesByKey = new Policies(clock, options, this.targetsByKey, options.alarms);
    this.actionsByKey = new ScheduledActions(clock, options, this.targetsByKey);
  }

  public get targets(): ScalableTarget[] {
    return [...this.targetsByKey.all.values()];
  }

  public get policies(): ScalingPolicy[] {
    return [...this.policiesByKey.all.values()];
  }

  public get scheduledActions(): ScheduledAction[] {
    return [...this.actionsByKey.all.values()];
  }

  /** Every change of a count, and every attempt at one, in order. */
  public get activities(): readonly Activity[] {
    return this.targetsByKey.activities;
  }

  public isScalableTarget(resourceId: string): boolean {
    return this.targets.some(target => target.ResourceId === resourceId);
  }

  /** What a policy does when its metric asks for that many: the count changes, within the bounds and as far as scaling is not suspended. */
  public async scale(resourceId: string, count: number): Promise<void> {
    const target = this.targetsByKey.find(identityOf(resourceId));
    const { desired = 0 } = await this.options.capacity.read(resourceId) ?? {};
    const { DynamicScalingInSuspended, DynamicScalingOutSuspended } = target.SuspendedState;
    if (!(count < desired ? DynamicScalingInSuspended : DynamicScalingOutSuspended)) {
      await this.targetsByKey.change(target, desired, count, 'policy');
    }
  }

  /** Deregisters whatever is known of a resource. */
  public forget(resourceId: string): void {
    this.targets.filter(target => target.ResourceId === resourceId).forEach(target => this.deregister(target));
  }

  public policyByArn(arn: string): ScalingPolicy | undefined {
    return this.policiesByKey.byArn(arn);
  }

  /** What a person does in the console: a call that needs no permission. */
  public console(operation: string, input: Record<string, any>): Promise<any> {
    return this.handle({ service: 'application-autoscaling', operation, input, caller: 'console' });
  }

  public authorizations(call: ServiceCall): Authorization[] {
    return authorizationsOf(call, this.targetsByKey);
  }

  public async handle({ operation, input, caller }: ServiceCall): Promise<object> {
    switch (operation) {
      case 'RegisterScalableTarget':
        this.checkBehind(caller, input);
        return this.targetsByKey.register(input);
      case 'DeregisterScalableTarget':
        this.deregister(identityIn(input));
        return {};
      case 'DescribeScalableTargets': return this.list('ScalableTargets', this.targets, input, input.ResourceIds);
      case 'PutScalingPolicy':
        this.checkBehind(caller, input);
        return this.policiesByKey.put(input);
      case 'DeleteScalingPolicy':
        this.policiesByKey.delete(identityIn(input), input.PolicyName);
        return {};
      case 'DescribeScalingPolicies': {
        const policies = this.policies.filter(({ PolicyName }) => input.PolicyNames?.includes(PolicyName) ?? true);
        return this.list('ScalingPolicies', policies, input, one(input.ResourceId), policy => this.policiesByKey.describe(policy));
      }
      case 'PutScheduledAction': return this.actionsByKey.put(input);
      case 'DeleteScheduledAction':
        this.actionsByKey.delete(identityIn(input), input.ScheduledActionName);
        return {};
      case 'DescribeScheduledActions': {
        const actions = this.scheduledActions.filter(action => input.ScheduledActionNames?.includes(action.ScheduledActionName) ?? true);
        return this.list('ScheduledActions', actions, input, one(input.ResourceId));
      }
      default: throw new ServiceError('UnknownOperationException', `the sandbox does not answer ${operation} of Application Auto Scaling`);
    }
  }

  /** Policies and scheduled actions go with their target. */
  private deregister(identity: Identity): void {
    this.targetsByKey.deregister(identity);
    this.policiesByKey.deleteOf(identity);
    this.actionsByKey.deleteOf(identity);
  }

  private checkBehind(caller: string, input: Record<string, any>): void {
    const { callers } = this.options;
    if (!callers) {
      return;
    }
    const needs = needsBehind(identityIn(input).ResourceId, this.options);
    const missing = needs.filter(need => isRefused(callers, caller, need)).map(({ action }) => action);
    if (missing.length > 0) {
      throw invalid(`User is missing the following permissions: [${missing.join(', ')}]`);
    }
  }

  private list<T extends Identity>(
    member: string, all: T[], input: Record<string, any>, resourceIds: string[] | undefined, show: (item: T) => object = item => item,
  ): object {
    const { ServiceNamespace, ScalableDimension, MaxResults = PAGE, NextToken } = input;
    if (typeof ServiceNamespace !== 'string') {
      throw invalid('1 validation error detected: Value null at \'serviceNamespace\' failed to satisfy constraint: Member must not be null');
    }
    if (ScalableDimension !== undefined && !resourceIds) {
      throw invalid('If you specify a scalable dimension, you must also specify a resource ID.');
    }
    const found = all.filter(item => item.ServiceNamespace === ServiceNamespace
      && (!resourceIds || resourceIds.includes(item.ResourceId)) && (ScalableDimension ?? item.ScalableDimension) === item.ScalableDimension);
    const { items, next } = pageOf(found, Math.min(MaxResults, PAGE), NextToken);
    return { [member]: items.map(show), NextToken: next };
  }
}

/** Of a resource id the dimension follows: the sandbox has one for each kind. */
function identityOf(ResourceId: string): Identity {
  const named = namesIn(ResourceId);
  return { ServiceNamespace: 'sagemaker', ResourceId, ScalableDimension: named && 'component' in named ? COMPONENT : VARIANT };
}

function one(resourceId: string | undefined): string[] | undefined {
  return resourceId === undefined ? undefined : [resourceId];
}

function isRefused(callers: CallerChecks, caller: string, need: Authorization): boolean {
  try {
    callers.check(caller, [need]);
    return false;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return true;
  }
}
