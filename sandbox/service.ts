/** One call of an AWS API as it reached the sandbox, already parsed from its wire protocol. */
export interface ServiceCall {
  /** The name that the service's requests are signed for, mostly its IAM prefix: `sagemaker`, `lambda`, `ssm`, but `monitoring` for CloudWatch. */
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, any>;
  /** ARN of the calling role; `cloudformation` for what the stack engine does by itself, `console` for a test's own calls. */
  readonly caller: string;
}

/** An error as the service words it; the front door writes it in the protocol of the service. */
export class ServiceError extends Error {
  constructor(public readonly code: string, message: string, public readonly status: number = 400) {
    super(message);
    this.name = code;
  }
}

/** What a caller must be allowed to do for a call to pass. */
export interface Authorization {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys, such as `iam:PassedToService`. */
  readonly context?: Record<string, string>;
}

/** The permissions of callers. */
export interface CallerChecks {
  /** Throws unless the caller may do all this. */
  check(caller: string, authorizations: Authorization[]): void;
}

/** A local stand-in for one service. */
export interface ServiceStandIn {
  /** The permissions that this call takes. */
  authorizations(call: ServiceCall): Authorization[];
  /** Carries the call out and returns its output, or throws a ServiceError. */
  handle(call: ServiceCall): Promise<unknown>;
}
