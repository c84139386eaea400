import { string } from './candidate';
import { isNotFound, sentence } from './errors';
import { constantId, done, Failure, Named, NOT_YET, PlannedEvent, Progress, ResourceEvent, ResourceHandler, sagemakerArn, text } from './event';
import { stackState } from './stack';
import { HOLD, Timed, timed } from './time';

/** What SageMaker says of it. */
export interface Serving {
  readonly status: string | undefined;
  /** Name of what it serves. */
  readonly serves: string | undefined;
  readonly reason: string | undefined;
}

/** Something that serves, and that SageMaker can bring back to what it served before. */
export interface ServingKind {
  readonly noun: string;
  /** As ARNs have it. */
  readonly resource: string;
  /** What follows `/aws/sagemaker/` in the name of its log group. */
  readonly logs: string;
  readonly nameProperty: string;
  /** What it serves, in a word, and the property with the name of the one that was deployed. */
  readonly content: string;
  readonly contentProperty: string;
  readonly statusAttribute: string;
  look(name: string): Promise<Serving>;
  /** What is done once it serves, or once that no longer matters. False if it is not yet done. */
  settle?(event: PlannedEvent<Timed>, name: string): Promise<boolean>;
}

/**
 * Fails when something serves another content than the one deployed: SageMaker can go back to the old one by itself, and then reports InService as if
 * all were well. While the stack does not go forward it judges nothing.
 */
export class ServingCheck implements ResourceHandler<Timed> {
  constructor(private readonly kind: ServingKind) {}

  public async onEvent(event: ResourceEvent): Promise<Named<Timed>> {
    return { PhysicalResourceId: constantId(event), Plan: timed(HOLD) };
  }

  public async isComplete(event: PlannedEvent<Timed>): Promise<Progress> {
    if (event.RequestType === 'Delete') {
      return done();
    }
    const { noun, resource, logs, nameProperty, content, contentProperty, statusAttribute, settle } = this.kind;
    const name = text(event.ResourceProperties, nameProperty) ?? '';
    const expected = text(event.ResourceProperties, contentProperty) ?? '';
    const { status = 'Unknown', serves, reason } = await this.look(name);
    const serving = status === 'InService' && serves === expected;
    if (!serving && (await stackState(event)).phase === 'forward') {
      if (/ing$|^RollingBack$/.test(status) && Date.now() < event.Plan.deadline) {
        return NOT_YET;
      }
      const wrong = serves === expected ? '' : ` and serves ${content} ${serves || 'none'} instead of ${expected}`;
      throw new Failure(`${noun} ${sagemakerArn(event, resource, name)} is ${status}${wrong}`
        + `${reason ? `: ${sentence(reason)}` : ''}. Logs: the CloudWatch log group /aws/sagemaker/${logs}/${name}`);
    }
    const settled = settle === undefined || await settle(event, name);
    return settled || Date.now() >= event.Plan.deadline ? done({ [statusAttribute]: status }) : NOT_YET;
  }

  private async look(name: string): Promise<Serving> {
    try {
      const { status, serves, reason } = await this.kind.look(name);
      return { status: string(status), serves: string(serves), reason: string(reason) };
    } catch (error) {
      if (isNotFound(error)) {
        return { status: 'Gone', serves: undefined, reason: undefined };
      }
      throw error;
    }
  }
}
