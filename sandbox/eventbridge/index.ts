import { VirtualClock } from '../clock';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { checkRequest, Event, readEntry } from './event';
import { inputFor } from './input';
import { compilePattern, InvalidPattern, Matcher, parsePattern } from './pattern';
import type { Sns } from '../sns';

export type { Event } from './event';

export interface EventBridgeOptions {
  readonly account: string;
  readonly region: string;
  /** Where targets that are topics get their messages. */
  readonly sns: Sns;
}

/** What a rule has handed to a target, or tried to. */
export interface Delivery {
  readonly rule: string;
  readonly target: string;
  readonly input: string;
  /** Why the target did not take it. In an account only a metric of the rule says that there was something. */
  readonly error?: string;
}

/** A rule as CloudFormation has it. */
export interface RuleDefinition {
  readonly name: string;
  readonly arn: string;
  readonly properties: Record<string, any>;
}

interface Rule extends RuleDefinition {
  readonly matches: Matcher;
}

const TARGETS = 5;

/** A local stand-in for EventBridge: the default event bus, and the rules of stacks. */
export class EventBridge implements ServiceStandIn {
  /** Every event that was taken, in order, whether or not a rule wanted it. */
  public readonly events: Event[] = [];
  /** What rules did with them. A topic has its messages; any other target is only told here. */
  public readonly deliveries: Delivery[] = [];
  private readonly rules = new Map<string, Rule>();

  constructor(private readonly clock: VirtualClock, private readonly options: EventBridgeOptions) {}

  /** Creates a rule, or gives an existing one another pattern and other targets. One with a schedule alone never fires here. */
  public putRule({ name, arn, properties }: RuleDefinition): void {
    const { EventPattern, EventBusName, ScheduleExpression, Targets = [] } = properties;
    if (EventPattern === undefined && ScheduleExpression === undefined) {
      throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    if (Targets.length > TARGETS) {
      throw new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    }
    const ofDefaultBus = EventBusName === undefined || EventBusName === 'default';
    this.rules.set(arn, { name, arn, properties, matches: EventPattern === undefined || !ofDefaultBus ? () => false : this.compile(EventPattern) });
  }

  public deleteRule(arn: string): void {
    this.rules.delete(arn);
  }

  public authorizations({ input }: ServiceCall): Authorization[] {
    const bus = `arn:aws:events:${this.options.region}:${this.options.account}:event-bus/default`;
    return [input.Entries ?? []].flat().map(({ Source, DetailType }) => ({
      action: 'events:PutEvents', resource: bus, context: { 'events:source': String(Source), 'events:detail-type': String(DetailType) },
    }));
  }

  public async handle({ operation, input }: ServiceCall): Promise<object> {
    if (operation !== 'PutEvents') {
      throw new ServiceError('UnknownOperationException', `the sandbox does not answer ${operation} of EventBridge`);
    }
    const entries = checkRequest(input).map(entry => readEntry(entry, { ...this.options, now: this.clock.now() }));
    const events = entries.filter((entry): entry is Event => 'id' in entry);
    this.events.push(...events);
    events.forEach(event => this.dispatch(event));
    return {
      FailedEntryCount: entries.length - events.length,
      Entries: entries.map(entry => 'id' in entry ? { EventId: entry.id } : entry),
    };
  }

  private compile(pattern: unknown): Matcher {
    try {
      return compilePattern(typeof pattern === 'string' ? parsePattern(pattern) : pattern);
    } catch (error) {
      throw error instanceof InvalidPattern ? new ServiceError('InvalidEventPatternException', error.message) : error;
    }
  }

  private dispatch(event: Event): void {
    const enabled = [...this.rules.values()].filter(({ properties }) => properties.State !== 'DISABLED');
    for (const { name, arn, properties } of enabled.filter(({ matches }) => matches(event))) {
      for (const target of properties.Targets ?? []) {
        const input = inputFor(target, event);
        this.deliveries.push({ rule: name, target: target.Arn, input, ...this.deliver(target.Arn, input, arn) });
      }
    }
  }

  private deliver(target: string, message: string, ruleArn: string): { error?: string } {
    if (!/^arn:[^:]+:sns:/.test(target)) {
      return {};
    }
    try {
      this.options.sns.publish(target, message, { service: 'events.amazonaws.com', sourceArn: ruleArn });
      return {};
    } catch (error) {
      if (error instanceof ServiceError) {
        return { error: `${error.code}: ${error.message}` };
      }
      throw error;
    }
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
