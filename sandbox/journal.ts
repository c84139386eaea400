/** An API call as it reached the sandbox; `error` is the code and message of the refusal, if it was refused. */
export interface CallRecord {
  readonly time: number;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, any>;
  readonly caller: string;
  readonly error?: string;
}

/** One run of a Lambda function. */
export interface InvocationRecord {
  /** When it began. */
  readonly time: number;
  readonly functionName: string;
  /** Whether the caller waited for the answer (`sync`) or handed the event over (`async`). */
  readonly kind: 'sync' | 'async';
  readonly requestId?: string;
  /** Of a custom resource's event: `Create`, `Update` or `Delete`. */
  readonly requestType?: string;
  /** Of a custom resource's event. */
  readonly logicalId?: string;
  readonly durationMs?: number;
  readonly error?: string;
}

/** A stack event, as DescribeStackEvents would list it. */
export interface StackEvent {
  readonly time: number;
  readonly stackName: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/** Everything that happened, in order: what tests assert on and what a demo prints. */
export class Journal {
  public readonly calls: CallRecord[] = [];
  public readonly invocations: InvocationRecord[] = [];
  public readonly events: StackEvent[] = [];

  public call(record: CallRecord): void {
    this.calls.push(record);
  }

  public invocation(record: InvocationRecord): void {
    this.invocations.push(record);
  }

  public event(record: StackEvent): void {
    this.events.push(record);
  }
}
