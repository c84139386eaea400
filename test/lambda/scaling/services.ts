import { AutoScaling } from '../../../sandbox/autoscaling';
import { VirtualClock } from '../../../sandbox/clock';
import { CloudWatch } from '../../../sandbox/cloudwatch';
import { ServiceError, ServiceStandIn } from '../../../sandbox/service';
import { Ssm } from '../../../sandbox/ssm';

const PLACE = { account: '111122223333', region: 'us-west-2' };

/** What goes wrong with a call: it is refused, or takes effect and its answer is lost. */
export interface Fault {
  readonly operation: string;
  readonly error: string;
  readonly message?: string;
  readonly status?: number;
  readonly lost?: boolean;
  /** How many calls of the operation pass first. */
  readonly after?: number;
}

/** The three services behind the handlers' clients, in this process: each test has its own. */
export class Services {
  public readonly calls: string[] = [];
  public readonly faults: Fault[] = [];
  /** The instances of each variant of the endpoint, by name. */
  public readonly variants = new Map<string, number>();
  public readonly cloudWatch: CloudWatch;
  public readonly ssm: Ssm;
  public readonly autoScaling: AutoScaling;
  /** Asked before each call. */
  public before?: (operation: string) => Promise<void> | void;
  private readonly counts = new Map<string, number>();

  constructor() {
    const clock = new VirtualClock();
    this.cloudWatch = new CloudWatch(clock, PLACE);
    this.ssm = new Ssm(clock, PLACE);
    const nameOf = (resourceId: string) => resourceId.split('/')[3];
    this.autoScaling = new AutoScaling(clock, {
      ...PLACE,
      alarms: this.cloudWatch,
      capacity: {
        read: async resourceId => {
          const desired = this.variants.get(nameOf(resourceId));
          return desired === undefined ? undefined : { desired, active: true };
        },
        set: async (resourceId, count) => { this.variants.set(nameOf(resourceId), count); },
      },
    });
  }

  /** In place of the client of this class. */
  public client(name: string) {
    const standIns: Record<string, ServiceStandIn> = {
      ApplicationAutoScalingClient: this.autoScaling, CloudWatchClient: this.cloudWatch, SSMClient: this.ssm,
    };
    return { send: this.sender(standIns[name]) };
  }

  private sender(standIn: ServiceStandIn) {
    return async (command: { input: Record<string, any> }): Promise<unknown> => {
      const operation = command.constructor.name.replace(/Command$/, '');
      await this.before?.(operation);
      this.calls.push(operation);
      const count = (this.counts.get(operation) ?? 0) + 1;
      this.counts.set(operation, count);
      const index = this.faults.findIndex(({ operation: of, after = 0 }) => of === operation && count > after);
      const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
      if (fault && !fault.lost) {
        throw sdkError(fault.error, fault.message ?? fault.error, fault.status ?? 400);
      }
      try {
        const output = await standIn.handle({ service: '', operation, input: JSON.parse(JSON.stringify(command.input)), caller: 'console' });
        if (fault) {
          throw sdkError(fault.error, 'the answer was lost');
        }
        return output;
      } catch (error) {
        throw error instanceof ServiceError ? sdkError(error.code, error.message, error.status) : error;
      }
    };
  }

  /** All that there is of scaling, without what the services make up. */
  public state(): object {
    const without = <T extends object>(items: readonly T[], ...names: string[]) => items.map(item =>
      Object.fromEntries(Object.entries(item).filter(([name, value]) => !names.includes(name) && value !== undefined)));
    const { targets, policies, scheduledActions } = this.autoScaling;
    return {
      targets: without(targets, 'CreationTime', 'ScalableTargetARN', 'RoleARN'),
      policies: without(policies, 'PolicyARN', 'CreationTime'),
      actions: without(scheduledActions, 'ScheduledActionARN', 'CreationTime'),
      // Whom they start, by name.
      alarms: this.cloudWatch.alarms.filter(({ name }) => !name.startsWith('TargetTracking-')).map(({ name, state, properties }) => ({
        name,
        state,
        ...properties,
        AlarmActions: properties.AlarmActions?.map((action: string) => this.autoScaling.policyByArn(action)?.PolicyName ?? action),
      })),
    };
  }

  public parameter(endpointName = 'chat'): string | undefined {
    return this.ssm.parameters.get(`/cdk-sagemaker-inference/scaling/${endpointName}`);
  }
}

function sdkError(name: string, message: string, status?: number): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}
