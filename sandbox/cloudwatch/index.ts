import { VirtualClock } from '../clock';
import { pageOf } from '../paging';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { Alarm, AlarmState, checkActions, checkMetricAlarm, checkName, invalid, STATES } from './alarm';
import { checkDashboard } from './dashboard';
import { readRule, Rule } from './rule';

export type { Alarm, AlarmState } from './alarm';

export interface CloudWatchOptions {
  readonly account: string;
  readonly region: string;
}

const PAGE = 100;
const UNSUPPORTED = ['ChildrenOfAlarmName', 'ParentsOfAlarmName'];

/** A local stand-in for CloudWatch's alarms and dashboards. No metric is measured: an alarm is in the state that a test has put it into. */
export class CloudWatch implements ServiceStandIn {
  /** The bodies of dashboards by their names. */
  public readonly dashboards = new Map<string, string>();
  private readonly byName = new Map<string, Alarm>();
  private readonly rules = new Map<string, Rule>();

  constructor(private readonly clock: VirtualClock, private readonly options: CloudWatchOptions) {
  }

  public get alarms(): Alarm[] {
    return [...this.byName.values()].map(alarm => this.current(alarm));
  }

  /** The state of an alarm, by its name or ARN; undefined if there is no such alarm. */
  public alarmState(nameOrArn: string): AlarmState | undefined {
    const alarm = this.byName.get(nameOf(nameOrArn));
    return alarm && this.current(alarm).state;
  }

  /** What metrics would do. The state of a composite alarm follows from others. */
  public setAlarmState(name: string, state: AlarmState, reason = 'set by a test'): void {
    const alarm = this.byName.get(name);
    if (!alarm) {
      throw new ServiceError('ResourceNotFound', `There is no alarm ${name}`, 404);
    }
    if (alarm.type === 'CompositeAlarm') {
      throw invalid(`${name} is a composite alarm: set the alarms that its rule names`);
    }
    this.byName.set(name, { ...alarm, state, stateReason: reason, stateUpdated: new Date(this.clock.now()) });
  }

  /** Creates a metric alarm, or gives an existing one another configuration and leaves it in its state. */
  public put(input: Record<string, any>): { AlarmName: string; AlarmARN: string } {
    checkMetricAlarm(input);
    return this.store('MetricAlarm', input);
  }

  public putComposite(input: Record<string, any>): { AlarmName: string; AlarmARN: string } {
    checkName(input.AlarmName);
    checkActions(input);
    const rule = ruleOf(input.AlarmRule);
    const missing = rule.alarms.find(alarm => !this.byName.has(nameOf(alarm)) && nameOf(alarm) !== input.AlarmName);
    if (missing !== undefined) {
      throw invalid(`AlarmRule contains an alarm that does not exist: ${missing}`);
    }
    if (this.reaches(rule, input.AlarmName)) {
      throw invalid(`AlarmRule leads back to the alarm ${input.AlarmName}`);
    }
    this.rules.set(input.AlarmName, rule);
    return this.store('CompositeAlarm', input);
  }

  /** Creates a dashboard, or gives it another body. */
  public putDashboard(name: string, body: unknown): void {
    checkDashboard(body);
    this.dashboards.set(name, String(body));
  }

  public delete(names: string[]): void {
    names.forEach(name => {
      this.byName.delete(name);
      this.rules.delete(name);
    });
  }

  /** The alarms that do this when they go off. */
  public withAction(action: string): { AlarmName: string; AlarmARN: string }[] {
    const acting = this.alarms.filter(({ properties }) => properties.AlarmActions?.includes(action));
    return acting.map(({ name, arn }) => ({ AlarmName: name, AlarmARN: arn }));
  }

  public authorizations({ operation, input }: ServiceCall): Authorization[] {
    const on = (name: unknown): Authorization => ({ action: `cloudwatch:${operation}`, resource: this.arnOf(String(name)) });
    switch (operation) {
      // Whoever may see single alarms only is told nothing of composite ones; what comes of a list without them is not documented.
      case 'DescribeAlarms': return [on('*')];
      case 'DeleteAlarms': return Array.isArray(input.AlarmNames) ? input.AlarmNames.map(on) : [on('*')];
      default: {
        const tagging = Array.isArray(input.Tags) && input.Tags.length > 0;
        return [on(input.AlarmName), ...tagging ? [{ action: 'cloudwatch:TagResource', resource: this.arnOf(input.AlarmName) }] : []];
      }
    }
  }

  public async handle({ operation, input }: ServiceCall): Promise<object> {
    switch (operation) {
      case 'DescribeAlarms': return this.describe(input);
      case 'PutMetricAlarm':
        this.put(input);
        return {};
      case 'PutCompositeAlarm':
        this.putComposite(input);
        return {};
      case 'SetAlarmState':
        if (!STATES.includes(input.StateValue)) {
          throw invalid(`Invalid state value: ${input.StateValue}`);
        }
        this.setAlarmState(input.AlarmName, input.StateValue, input.StateReason);
        return {};
      case 'DeleteAlarms': return this.deleteNamed(input.AlarmNames ?? []);
      default: throw new ServiceError('UnknownOperationException', `the sandbox does not answer ${operation} of CloudWatch`);
    }
  }

  private arnOf(name: string): string {
    return `arn:aws:cloudwatch:${this.options.region}:${this.options.account}:alarm:${name}`;
  }

  private store(type: Alarm['type'], { Tags, ...properties }: Record<string, any>): { AlarmName: string; AlarmARN: string } {
    const name: string = properties.AlarmName;
    const known = this.byName.get(name);
    if (known && known.type !== type) {
      throw invalid(`The alarm ${name} exists already and is of another type`);
    }
    const state = { state: 'INSUFFICIENT_DATA' as const, stateReason: 'Unchecked: Initial alarm creation', stateUpdated: new Date(this.clock.now()) };
    this.byName.set(name, { ...state, ...known, name, arn: this.arnOf(name), type, properties });
    return { AlarmName: name, AlarmARN: this.arnOf(name) };
  }

  /**
   * The names that are right are deleted even if others are wrong. Whether the wrong ones make an error is documented both ways; that an alarm which
   * a composite one depends on stays is documented of composite alarms, and is taken to hold for all.
   */
  private deleteNamed(names: string[]): object {
    const missing = names.filter(name => !this.byName.has(name));
    if (names.filter(name => this.rules.has(name)).length > 1) {
      throw invalid('At most one composite alarm can be deleted at a time');
    }
    for (const [composite, { alarms }] of [...this.rules].filter(([name]) => !names.includes(name))) {
      const used = alarms.map(nameOf).find(name => names.includes(name));
      if (used !== undefined) {
        throw invalid(`Cannot delete ${used} as the composite alarm ${composite} depends on it`);
      }
    }
    this.delete(names);
    if (missing.length > 0) {
      throw new ServiceError('ResourceNotFound', `Alarms do not exist: ${missing.join(', ')}`, 404);
    }
    return {};
  }

  private describe(input: Record<string, any>): object {
    const { AlarmNames, AlarmNamePrefix = '', AlarmTypes = ['MetricAlarm'], StateValue, ActionPrefix, MaxRecords = PAGE, NextToken } = input;
    const unsupported = UNSUPPORTED.find(member => input[member] !== undefined);
    if (unsupported) {
      throw new Error(`the sandbox does not know ${unsupported} of DescribeAlarms`);
    }
    if (AlarmNames && AlarmNamePrefix !== '') {
      throw invalid('AlarmNames and AlarmNamePrefix must not be specified together');
    }
    const found = this.alarms.filter(({ name, type, state, properties }) => (AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix))
      && AlarmTypes.includes(type) && (StateValue ?? state) === state
      && (ActionPrefix === undefined || (properties.AlarmActions ?? []).some((action: string) => action.startsWith(ActionPrefix))));
    const { items, next } = pageOf(found, Math.min(MaxRecords, PAGE), NextToken);
    const shown = (wanted: Alarm['type']) => items.filter(({ type }) => type === wanted).map(describeAlarm);
    return { MetricAlarms: shown('MetricAlarm'), CompositeAlarms: shown('CompositeAlarm'), NextToken: next };
  }

  private current(alarm: Alarm): Alarm {
    const rule = this.rules.get(alarm.name);
    return rule ? { ...alarm, state: rule.holds(other => this.alarmState(other)) ? 'ALARM' : 'OK', stateReason: 'evaluated from its rule' } : alarm;
  }

  private reaches(rule: Rule, name: string): boolean {
    return rule.alarms.map(nameOf).some(other => other === name || (this.rules.has(other) && this.reaches(this.rules.get(other)!, name)));
  }
}

function ruleOf(text: unknown): Rule {
  try {
    return readRule(String(text ?? ''));
  } catch (error) {
    throw invalid(`Error parsing AlarmRule: ${(error as Error).message}`);
  }
}

function nameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf(':alarm:') + ':alarm:'.length) : nameOrArn;
}

function describeAlarm({ name, arn, properties, state, stateReason, stateUpdated }: Alarm): object {
  return {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    ...properties,
    AlarmName: name,
    AlarmArn: arn,
    StateValue: state,
    StateReason: stateReason,
    StateUpdatedTimestamp: stateUpdated,
    AlarmConfigurationUpdatedTimestamp: stateUpdated,
  };
}
