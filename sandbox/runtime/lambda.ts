import { randomUUID } from 'node:crypto';
import { VirtualClock } from '../clock';
import { Journal } from '../journal';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { Environments, Outcome } from './environments';
import { Faults } from './faults';
import { FrontDoor } from './front-door';
import { DeployedFunction, FunctionConfiguration, Host } from './function';
import { Iam } from './iam';
import { Processes } from './processes';

export interface InvocationResult {
  /** JSON */
  readonly payload: string;
  /** `Unhandled` when the payload is an error. */
  readonly functionError?: string;
}

export interface LogLine {
  readonly requestId: string;
  readonly text: string;
}

export interface LambdaServiceProps {
  readonly clock: VirtualClock;
  readonly journal: Journal;
  readonly iam: Iam;
  readonly faults: Faults;
  readonly frontDoor: FrontDoor;
  readonly region: string;
  /** Where functions get their environments from (default: processes of their own, which have all gone after `stop`). */
  readonly environments?: Environments;
}

/** Lambda runs an asynchronous event again when the function fails, after one minute and then after two. */
const ASYNC_RETRY_DELAYS = [60_000, 120_000];
/** Of each function the last lines that it printed are kept. */
const KEPT_LINES = 5000;

/** Lambda: who may be invoked, how, and what happens to an event whose function fails. */
export class LambdaService implements ServiceStandIn {
  private readonly functions = new Map<string, DeployedFunction>();
  private readonly deployments: DeployedFunction[] = [];
  private readonly logLines = new Map<string, LogLine[]>();
  private readonly host: Host;

  constructor(private readonly props: LambdaServiceProps) {
    this.host = { ...props, environments: props.environments ?? new Processes() };
  }

  public createFunction(configuration: FunctionConfiguration): void {
    this.functions.set(configuration.arn, this.deploy(configuration));
  }

  /** Another code or configuration: the processes of the old one take no further invocation. */
  public updateFunction(configuration: FunctionConfiguration): void {
    const old = this.find(configuration.arn);
    this.functions.set(configuration.arn, this.deploy(configuration));
    old.retire();
  }

  public deleteFunction(arn: string): void {
    this.functions.get(arn)?.retire();
    this.functions.delete(arn);
  }

  /** Invokes the function and waits for what it returns. Permissions are the caller's matter. */
  public async invoke(arn: string, payload: string): Promise<InvocationResult> {
    return this.run(arn, payload, 'sync', randomUUID());
  }

  /** Hands an event over, as CloudFormation does. */
  public invokeAsync(arn: string, payload: string): void {
    const fn = this.find(arn);
    const { duplicate } = this.props.faults.takeInvocation(fn.configuration.name, parsed(payload), ['duplicate']);
    const requestId = randomUUID();
    void this.deliver(arn, payload, requestId, 0);
    if (duplicate) {
      void this.deliver(arn, payload, requestId, duplicate.delayMs ?? 0);
    }
  }

  /** What a function printed, oldest first. */
  public logs(name: string): readonly LogLine[] {
    return this.logLines.get(name) ?? [];
  }

  public authorizations({ operation, input }: ServiceCall): Authorization[] {
    const action = operation === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${operation}`;
    return [{ action, resource: this.lookUp(input.FunctionName)?.configuration.arn ?? input.FunctionName }];
  }

  public async handle({ operation, input }: ServiceCall): Promise<unknown> {
    const { configuration } = this.find(input.FunctionName);
    if (operation === 'GetFunction') {
      const { name, arn, roleArn, runtime, handler, timeout, memory } = configuration;
      return {
        Configuration: {
          FunctionName: name,
          FunctionArn: arn,
          Role: roleArn,
          Runtime: runtime,
          Handler: handler,
          Timeout: timeout,
          MemorySize: memory,
          State: 'Active',
          LastUpdateStatus: 'Successful',
        },
      };
    }
    if (input.InvocationType === 'Event') {
      this.invokeAsync(configuration.arn, input.Payload);
      return { StatusCode: 202 };
    }
    const { payload, functionError } = await this.invoke(configuration.arn, input.Payload);
    return { StatusCode: 200, Payload: payload, FunctionError: functionError };
  }

  /** No function has a process any more. */
  public async stop(): Promise<void> {
    await (this.props.environments ? Promise.all(this.deployments.map(deployed => deployed.stop())) : this.host.environments.end());
  }

  private deploy(configuration: FunctionConfiguration): DeployedFunction {
    const { name, roleArn, runtime } = configuration;
    if (!/^nodejs\d+\.x$/.test(runtime)) {
      throw new ServiceError('InvalidParameterValueException', `the sandbox runs Node.js functions only, not ${runtime}`);
    }
    this.props.iam.checkTrust(roleArn, 'lambda.amazonaws.com');
    const deployed = new DeployedFunction(configuration, this.host, (requestId, text) => this.keep(name, requestId, text));
    this.deployments.push(deployed);
    return deployed;
  }

  private async deliver(arn: string, payload: string, requestId: string, delay: number): Promise<void> {
    const { clock } = this.props;
    try {
      await clock.sleep(delay);
      for (const retryDelay of [...ASYNC_RETRY_DELAYS, undefined]) {
        const { functionError } = await this.run(arn, payload, 'async', requestId);
        if (!functionError || retryDelay === undefined) {
          return;
        }
        await clock.sleep(retryDelay);
      }
    } catch (error) {
      // Nobody waits for an event's outcome; a function that was deleted in the meantime gets none.
      if (!(error instanceof ServiceError)) {
        process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : error}\n`);
      }
    }
  }

  private async run(arn: string, payload: string, kind: 'sync' | 'async', requestId: string): Promise<InvocationResult> {
    const { clock, faults, journal } = this.props;
    const event = parsed(payload);
    const { configuration: { name, timeout } } = this.find(arn);
    const struck = faults.takeInvocation(name, event, ['delay', 'timeout', 'timeout-after-call']);
    if (struck.delay) {
      await clock.sleep(struck.delay.delayMs ?? 0);
    }
    const fn = this.find(arn);
    const time = clock.now();
    const deadline = time + timeout * 1000;
    const killAfter = struck['timeout-after-call']?.operation;
    const outcome = struck.timeout
      ? await this.timeOut(fn, deadline)
      : await fn.withEnvironment(environment => environment.invoke({ requestId, functionArn: arn, payload, deadline, killAfter }));
    const result = answer(outcome, { time: clock.now(), requestId, timeout });
    journal.invocation({
      time,
      functionName: name,
      kind,
      requestId,
      requestType: event?.RequestType,
      logicalId: event?.LogicalResourceId,
      durationMs: clock.now() - time,
      ...result.functionError && { error: JSON.parse(result.payload).errorMessage },
    });
    return result;
  }

  /** The function does nothing until its time is over; its process, if one was warm, is lost. */
  private async timeOut(fn: DeployedFunction, deadline: number): Promise<Outcome> {
    fn.killWarm();
    await this.props.clock.sleep(deadline - this.props.clock.now());
    return { type: 'timeout' };
  }

  private keep(name: string, requestId: string, text: string): void {
    const lines = this.logLines.get(name) ?? [];
    this.logLines.set(name, lines);
    lines.push(...text.trimEnd().split('\n').map(line => ({ requestId, text: line })));
    lines.splice(0, lines.length - KEPT_LINES);
  }

  private lookUp(nameOrArn: string): DeployedFunction | undefined {
    return this.functions.get(nameOrArn) ?? [...this.functions.values()].find(fn => fn.configuration.name === nameOrArn);
  }

  private find(nameOrArn: string): DeployedFunction {
    const fn = this.lookUp(nameOrArn);
    if (!fn) {
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    }
    return fn;
  }
}

function answer(outcome: Outcome, { time, requestId, timeout }: { time: number; requestId: string; timeout: number }): InvocationResult {
  const error = (payload: object) => ({ payload: JSON.stringify(payload), functionError: 'Unhandled' });
  switch (outcome.type) {
    case 'result': return { payload: outcome.payload };
    case 'error': return error(outcome.error);
    case 'timeout': return error({ errorMessage: `${new Date(time).toISOString()} ${requestId} Task timed out after ${timeout.toFixed(2)} seconds` });
    case 'exit': return error({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${outcome.status}`,
    });
  }
}

function parsed(payload: string): any {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
