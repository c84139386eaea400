import type { Stack as Description, StackEvent } from '@aws-sdk/client-cloudformation';
import { Member, membersOf, Template } from './groups';
import { Questions } from './questions';
import type { Aws } from '../aws/aws';
import { printable } from '../format';
import { StackResource } from '../stack';

/** A stack as it is at the moment. Times are in milliseconds since the epoch. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
  /** When the operation that is under way, or was the last one, began. */
  readonly since: number;
}

/** What went wrong with a resource. */
export interface Failure {
  readonly time: number;
  /** Logical ids of the nested stacks that it is in, and its own. */
  readonly path: readonly string[];
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

/** A template, as far as the watch has a use for it. */
export interface Plan {
  readonly members: readonly Member[];
  /** By the id of a lap of a wait: how long it lasts, in seconds. */
  readonly laps: ReadonlyMap<string, number>;
}

const STACK = 'AWS::CloudFormation::Stack';
/** What comes of another resource's failure, and says nothing of the cause. */
const CONSEQUENCE = /^Resource (creation|update) cancelled|^Embedded stack .* was not successfully/;

/** Undefined if there is no such stack. */
export async function describeStack(aws: Aws, nameOrId: string): Promise<Stack | undefined> {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  try {
    const { Stacks: [stack] = [] } = await (await aws.cloudFormation()).send(new DescribeStacksCommand({ StackName: nameOrId }));
    return stack && stackOf(stack);
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

function stackOf({ StackId, StackName, StackStatus, StackStatusReason, CreationTime, LastUpdatedTime, DeletionTime }: Description): Stack {
  return {
    id: StackId!,
    name: StackName!,
    status: StackStatus!,
    reason: StackStatusReason && printable(StackStatusReason),
    since: (StackStatus!.startsWith('DELETE') && DeletionTime || LastUpdatedTime || CreationTime!).getTime(),
  };
}

/** Whether a deployment, a rollback or a deletion is under way. A stack that a change set was made for has not begun yet. */
export function isBusy({ status }: Stack): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** Whether the last thing that was done with the stack went well. Rolled back is not well. */
export function isWell({ status }: Stack): boolean {
  return status.endsWith('_COMPLETE') && !status.includes('ROLLBACK');
}

/** Whether the stack is on its way back. */
export function isBackward({ status }: Stack): boolean {
  return status.includes('ROLLBACK') || status.endsWith('_FAILED');
}

/** What has failed since the operation began, the oldest first, with the causes in nested stacks in place of what came of them. */
export async function failuresOf(aws: Aws, stack: string): Promise<Failure[]> {
  const events = await eventsUntil(aws, stack, event => isItself(event) && /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/.test(event.ResourceStatus!));
  return failuresAmong(aws, events, events.at(-1)?.Timestamp?.getTime() ?? 0, []);
}

async function failuresAmong(aws: Aws, events: StackEvent[], since: number, within: readonly string[]): Promise<Failure[]> {
  const found: Failure[] = [];
  for (const event of [...events].reverse()) {
    const { LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus = '', ResourceStatusReason = '', Timestamp } = event;
    if (!ResourceStatus.endsWith('_FAILED') || isItself(event)) {
      continue;
    }
    const path = [...within, LogicalResourceId!];
    if (ResourceType === STACK && PhysicalResourceId && CONSEQUENCE.test(ResourceStatusReason)) {
      // It may have been deleted since: its own last operation is not the one that failed.
      const nested = await eventsUntil(aws, PhysicalResourceId, ({ Timestamp: time }) => time!.getTime() < since);
      found.push(...await failuresAmong(aws, nested, since, path));
    } else if (!CONSEQUENCE.test(ResourceStatusReason)) {
      found.push({ time: Timestamp!.getTime(), path, type: ResourceType!, status: ResourceStatus, reason: printable(ResourceStatusReason) });
    }
  }
  return found;
}

/** Whether an event is about the stack, and not about one of its resources. */
function isItself({ PhysicalResourceId, StackId }: StackEvent): boolean {
  return PhysicalResourceId === StackId;
}

/** The newest first, as the service lists them, and no further than it takes. */
async function eventsUntil(aws: Aws, stack: string, isLast: (event: StackEvent) => boolean): Promise<StackEvent[]> {
  const { paginateDescribeStackEvents } = await import('@aws-sdk/client-cloudformation');
  const events: StackEvent[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client: await aws.cloudFormation() }, { StackName: stack })) {
    for (const event of StackEvents) {
      events.push(event);
      if (isLast(event)) {
        return events;
      }
    }
  }
  return events;
}

/** The templates of a stack and of those nested in it, each asked for once: they tell how constructs are called, and what is still to come. */
export class Templates {
  private readonly plans = new Map<string, Plan | undefined>();

  constructor(private readonly aws: Aws, private readonly questions: Questions) {}

  /** Of all of them together. Undefined where they cannot be had, or are in another notation than the CDK's. */
  public async plan(stack: string, resources: readonly StackResource[]): Promise<Plan | undefined> {
    const nested = resources.filter(({ ResourceType, PhysicalResourceId }) => ResourceType === STACK && PhysicalResourceId);
    const plans = [await this.of(stack, [])];
    for (const { path, PhysicalResourceId } of nested) {
      plans.push(await this.of(PhysicalResourceId!, path));
    }
    return plans[0] && {
      members: plans.flatMap(each => each?.members ?? []),
      laps: new Map(plans.flatMap(each => [...each?.laps ?? []])),
    };
  }

  /** Another operation has another template. */
  public forget(): void {
    this.plans.clear();
  }

  private async of(stack: string, within: readonly string[]): Promise<Plan | undefined> {
    if (!this.plans.has(stack)) {
      const template = await this.questions.ask('paths of constructs and how many laps a wait has', () => this.read(stack));
      if (template === undefined) {
        return undefined;
      }
      this.plans.set(stack, template ? planOf(template, within) : undefined);
    }
    return this.plans.get(stack);
  }

  private async read(stack: string): Promise<Template | null> {
    const { GetTemplateCommand } = await import('@aws-sdk/client-cloudformation');
    const { TemplateBody } = await (await this.aws.cloudFormation()).send(new GetTemplateCommand({ StackName: stack, TemplateStage: 'Processed' }));
    try {
      const template = JSON.parse(TemplateBody ?? '');
      return template?.Resources ? template : null;
    } catch {
      return null; // YAML
    }
  }
}

function planOf(template: Template, within: readonly string[]): Plan {
  const idOf = (logicalId: string) => [...within, logicalId].join('/');
  const seconds = Object.entries(template.Resources)
    .map(([logicalId, { Properties = {} }]) => [idOf(logicalId), Number(Properties.LapSeconds)] as const);
  return {
    // The path of a construct in a nested stack begins with that of the nested stack.
    members: membersOf(template).map(member => ({ ...member, id: idOf(member.id) })),
    laps: new Map(seconds.filter(([, lap]) => !Number.isNaN(lap))),
  };
}
