import { randomUUID } from 'node:crypto';
import { VirtualClock } from '../clock';
import { Authorization, ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { Iam } from './iam';
import { LambdaService } from './lambda';
import { StateMachine, TaskError } from './state-machine';

export interface StateMachineConfiguration {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** Amazon States Language, as JSON. */
  readonly definition: string;
}

/** One run of a state machine. */
export interface Execution {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly input: string;
  readonly startedAt: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  transitions: number;
  stoppedAt?: number;
  output?: string;
  error?: string;
  cause?: string;
}

/** Step Functions: state machines run in virtual time and invoke functions under their own role. */
export class StepFunctions implements ServiceStandIn {
  /** All executions, oldest first. */
  public readonly executions: Execution[] = [];
  private readonly stateMachines = new Map<string, { configuration: StateMachineConfiguration; machine: StateMachine }>();

  constructor(private readonly clock: VirtualClock, private readonly iam: Iam, private readonly lambda: LambdaService) {}

  public createStateMachine(configuration: StateMachineConfiguration): void {
    this.iam.checkTrust(configuration.roleArn, 'states.amazonaws.com');
    this.stateMachines.set(configuration.arn, { configuration, machine: new StateMachine(configuration.definition) });
  }

  /** What runs goes on with the old definition. */
  public updateStateMachine(configuration: StateMachineConfiguration): void {
    this.createStateMachine(configuration);
  }

  public deleteStateMachine(arn: string): void {
    this.stateMachines.delete(arn);
  }

  /** How many state transitions there have been: what Step Functions charges for. */
  public get transitions(): number {
    return this.executions.reduce((sum, execution) => sum + execution.transitions, 0);
  }

  public authorizations({ operation, input }: ServiceCall): Authorization[] {
    return [{ action: `states:${operation}`, resource: input.stateMachineArn }];
  }

  public async handle({ operation, input }: ServiceCall): Promise<unknown> {
    if (operation !== 'StartExecution') {
      throw new ServiceError('UnknownOperationException', `the sandbox does not answer ${operation} of Step Functions`);
    }
    const found = this.stateMachines.get(input.stateMachineArn);
    if (!found) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${input.stateMachineArn}'`);
    }
    const arn = `${input.stateMachineArn.replace(':stateMachine:', ':execution:')}:${input.name ?? randomUUID()}`;
    if (this.executions.some(execution => execution.arn === arn)) {
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution: Execution = {
      arn,
      stateMachineArn: input.stateMachineArn,
      input: input.input ?? '{}',
      startedAt: this.clock.now(),
      status: 'RUNNING',
      transitions: 0,
    };
    this.executions.push(execution);
    void this.execute(execution, found.machine, found.configuration.roleArn);
    return { executionArn: arn, startDate: new Date(execution.startedAt) };
  }

  private async execute(execution: Execution, machine: StateMachine, roleArn: string): Promise<void> {
    try {
      const output = await machine.execute(JSON.parse(execution.input), {
        clock: this.clock,
        invoke: (functionArn, payload) => this.invoke(roleArn, functionArn, payload),
        onTransition: () => { execution.transitions++; },
      });
      execution.output = JSON.stringify(output);
      execution.status = 'SUCCEEDED';
    } catch (error) {
      execution.status = 'FAILED';
      if (error instanceof TaskError) {
        execution.error = error.error;
        execution.cause = error.errorCause;
      } else {
        execution.error = 'States.Runtime';
        execution.cause = String(error);
        process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : error}\n`);
      }
    }
    execution.stoppedAt = this.clock.now();
  }

  /** A task's invocation. What the function threw becomes the error's name and, whole and as JSON, its cause. */
  private async invoke(roleArn: string, functionArn: string, input: unknown): Promise<unknown> {
    try {
      this.iam.check(roleArn, [{ action: 'lambda:InvokeFunction', resource: functionArn }]);
      const { payload, functionError } = await this.lambda.invoke(functionArn, JSON.stringify(input));
      if (functionError) {
        throw new TaskError(JSON.parse(payload).errorType ?? 'Lambda.Unknown', payload);
      }
      return JSON.parse(payload);
    } catch (error) {
      if (error instanceof ServiceError) {
        throw new TaskError(error.status === 403 ? 'Lambda.AWSLambdaException' : `Lambda.${error.code}`, error.message);
      }
      throw error;
    }
  }
}
