import { VirtualClock } from '../clock';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';

export interface LogsOptions {
  readonly account: string;
  readonly region: string;
}

/** Where what runs in the sandbox leaves its logs. */
export interface LogStore {
  /** Adds lines to a stream, which is made if it is not there. */
  put(group: string, stream: string, messages: readonly string[]): void;
}

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

const PAGE = 10_000;

/** A local stand-in for CloudWatch Logs: streams that other stand-ins write to, and that are read event by event. */
export class Logs implements ServiceStandIn, LogStore {
  private readonly groups = new Map<string, Map<string, LogEvent[]>>();

  constructor(private readonly clock: VirtualClock, private readonly options: LogsOptions) {
  }

  public put(group: string, stream: string, messages: readonly string[]): void {
    const streams = this.groups.get(group) ?? new Map<string, LogEvent[]>();
    this.groups.set(group, streams);
    const events = streams.get(stream) ?? [];
    streams.set(stream, events);
    events.push(...messages.map(message => ({ timestamp: this.clock.now(), message })));
  }

  public authorizations({ operation, input }: ServiceCall): Authorization[] {
    const { region, account } = this.options;
    return [{
      action: `logs:${operation}`,
      resource: `arn:aws:logs:${region}:${account}:log-group:${groupOf(input)}:log-stream:${input.logStreamName}`,
    }];
  }

  public async handle({ operation, input }: ServiceCall): Promise<object> {
    if (operation !== 'GetLogEvents') {
      throw new ServiceError('UnknownOperationException', `the sandbox does not answer ${operation} of CloudWatch Logs`);
    }
    const streams = this.groups.get(groupOf(input));
    if (!streams) {
      throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
    }
    const events = streams.get(input.logStreamName);
    if (!events) {
      throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
    }
    return this.page(events, input);
  }

  /** The tokens say where the page begins and ends; by default it is the last one. */
  private page(all: LogEvent[], { startFromHead = false, limit = PAGE, nextToken }: Record<string, any>): object {
    const [, direction, place] = /^([fb])\/(\d+)$/.exec(nextToken ?? '') ?? [];
    if (nextToken !== undefined && direction === undefined) {
      throw new ServiceError('InvalidParameterException', 'The specified nextToken is invalid.');
    }
    const forward = direction === undefined ? startFromHead : direction === 'f';
    const start = forward ? Number(place ?? 0) : Math.max(0, Number(place ?? all.length) - limit);
    const end = forward ? Math.min(all.length, start + limit) : Number(place ?? all.length);
    const events = all.slice(start, end).map(event => ({ ...event, ingestionTime: event.timestamp }));
    return { events, nextForwardToken: `f/${end}`, nextBackwardToken: `b/${start}` };
  }
}

/** A request names the group, or gives its name or ARN as an identifier. */
function groupOf({ logGroupName, logGroupIdentifier }: Record<string, any>): string {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw new ServiceError('InvalidParameterException', 'Exactly one of logGroupName and logGroupIdentifier must be specified.');
  }
  const identifier = String(logGroupName ?? logGroupIdentifier);
  if (identifier.endsWith(':*')) {
    throw new ServiceError('InvalidParameterException', 'An ARN of a log group must not end with an asterisk.');
  }
  return identifier.replace(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:/, '');
}
