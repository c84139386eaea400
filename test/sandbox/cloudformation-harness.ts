import { VirtualClock } from '../../sandbox/clock';
import { Behaviour, CloudFormation, CloudFormationProps, CustomResourceRequest, DeployProps, Services, Stack } from '../../sandbox/cloudformation';
import { Journal } from '../../sandbox/journal';

export const MINUTE = 60_000;

/** What a fake provider answers to a request. */
export interface FakeAnswer {
  readonly status?: 'SUCCESS' | 'FAILED';
  readonly id?: string;
  readonly reason?: string;
  readonly data?: Record<string, unknown>;
  /** How long it takes, in milliseconds. */
  readonly after?: number;
  /** What is sent in place of a proper answer. */
  readonly body?: string;
}

export type FakeHandler = (request: CustomResourceRequest) => FakeAnswer | 'never';

/** A stack engine whose custom resources are answered by a function, so that no process has to run. */
export class Harness {
  public readonly clock = new VirtualClock();
  public readonly journal = new Journal();
  public readonly requests: CustomResourceRequest[] = [];
  public readonly cloudFormation: CloudFormation;
  /** By default the physical id is the logical id in lower case, and all goes well. */
  public handler: FakeHandler;

  /** @param services what native resources have effects in; by default they have none */
  constructor(behaviour?: Behaviour, services?: (clock: VirtualClock) => Partial<Services>, parameterStore?: CloudFormationProps['parameterStore']) {
    this.handler = ({ LogicalResourceId }) => ({ id: LogicalResourceId.toLowerCase() });
    this.cloudFormation = new CloudFormation({
      clock: this.clock,
      journal: this.journal,
      region: 'us-west-2',
      account: '111122223333',
      behaviour,
      parameterStore,
      services: services?.(this.clock) as Services | undefined,
      customResources: {
        send: async (_serviceToken, request) => {
          this.requests.push(request);
          const answer = this.handler(request);
          if (answer === 'never') {
            return new Promise(() => {});
          }
          await this.clock.sleep(answer.after ?? 0);
          return answer.body ?? JSON.stringify({
            Status: answer.status ?? 'SUCCESS',
            RequestId: request.RequestId,
            PhysicalResourceId: answer.id ?? request.PhysicalResourceId,
            Reason: answer.reason,
            Data: answer.data,
          });
        },
      },
    });
  }

  public deploy(resources: Record<string, unknown>, rest: Partial<DeployProps> & { sections?: object } = {}): Promise<Stack> {
    return this.clock.run(this.start(resources, rest).done);
  }

  /** Starts a deployment without letting time pass. */
  public start(resources: Record<string, unknown>, { sections, ...rest }: Partial<DeployProps> & { sections?: object } = {}) {
    return this.cloudFormation.deploy({ stackName: 'Test', template: { Resources: resources, ...sections }, ...rest });
  }

  /** Lets so much virtual time pass. */
  public wait(milliseconds: number): Promise<void> {
    return this.clock.run(this.clock.sleep(milliseconds));
  }

  public destroy(stackName = 'Test'): Promise<Stack> {
    return this.clock.run(this.cloudFormation.destroy(stackName).done);
  }

  /** The requests since the last look, as `Update A with a-1`. */
  public takeRequests(): string[] {
    return this.requests.splice(0).map(({ RequestType, LogicalResourceId, PhysicalResourceId }) =>
      [RequestType, LogicalResourceId, ...PhysicalResourceId ? ['with', PhysicalResourceId] : []].join(' '));
  }
}

/** A custom resource. */
export function custom(properties: object = {}, attributes: object = {}): object {
  return { Type: 'Custom::Thing', Properties: { ServiceToken: 'arn:aws:lambda:us-west-2:111122223333:function:provider', ...properties }, ...attributes };
}

/** The events of a stack from the last start of an operation on, as `A CREATE_COMPLETE`. */
export function trace(stack: Stack): string[] {
  const starts = stack.events.map(({ status, reason, logicalId }) => logicalId === stack.stackName && reason === 'User Initiated' && /^(CREATE|UPDATE|DELETE)_IN/.test(status));
  return stack.events.slice(starts.lastIndexOf(true)).map(({ logicalId, status }) => `${logicalId} ${status}`);
}

/** The reason of the last event of a resource that failed. */
export function failureOf(stack: Stack, logicalId: string): string | undefined {
  return stack.events.filter(event => event.logicalId === logicalId && event.status.endsWith('_FAILED')).at(-1)?.reason;
}
