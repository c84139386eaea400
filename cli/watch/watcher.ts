import { AwsClock } from './clock';
import { conclude, concludeIdle } from './conclusion';
import { Display, PlainDisplay, View } from './display';
import { Hosting } from './hosting';
import { Jobs } from './jobs';
import { Questions } from './questions';
import { Rows } from './rows';
import { describeStack, Failure, failuresOf, isBackward, isBusy, isWell, Stack, Templates } from './stack';
import type { Aws } from '../aws/aws';
import { explained, isCredentials, missingAction, Refusal } from '../aws/errors';
import { StackResource, stackResources } from '../stack';
import { Terminal } from '../terminal';

export interface WatcherProps {
  /** Name or ARN. */
  readonly stack: string;
  /** Whether to wait for a deployment. */
  readonly next: boolean;
  /** The time between two looks. */
  pause(): Promise<void>;
}

const WELL = 0;
const BADLY = 1;
/** So that a log shows a sign of life every five minutes, whenever the looks are. */
const HEARTBEAT = 4.5 * 60_000;

/** Looks at a stack again and again until its deployment has ended. */
export class Watcher {
  private readonly clock = new AwsClock();
  private readonly questions = new Questions();
  private readonly jobs: Jobs;
  private readonly rows: Rows;
  private readonly templates: Templates;
  private display?: Display;
  private stack?: Stack;
  private view?: View;
  private resources: readonly StackResource[] = [];
  private failures: readonly Failure[] = [];
  /** The status that the failures were looked for in. */
  private searched?: string;
  /** Whether the stack was being deleted when the watch began to follow it. */
  private deletes = false;

  constructor(private readonly aws: Aws, private readonly terminal: Terminal, private readonly props: WatcherProps) {
    this.jobs = new Jobs(aws, this.questions);
    this.rows = new Rows(this.jobs, new Hosting(aws, this.questions));
    this.templates = new Templates(aws, this.questions);
  }

  /** Follows the deployment to its end. Answers with the exit code. */
  public async run(): Promise<number> {
    const { terminal, props } = this;
    this.clock.follow(await this.aws.cloudFormation());
    const found = await describeStack(this.aws, props.stack);
    if (!props.next && (!found || found.status === 'REVIEW_IN_PROGRESS')) {
      throw new Refusal(found ? `${found.name} is REVIEW_IN_PROGRESS: it was never deployed. --next waits until it is`
        : `There is no stack ${props.stack} in ${await this.place()}. --next waits for its first deployment`);
    }
    this.stack = found;
    if (!props.next && found && !isBusy(found)) {
      await this.findFailures(found);
      concludeIdle(terminal, this.viewOf(found));
      this.questions.notes.forEach(note => terminal.line(terminal.dim(note)));
      return isWell(found) ? WELL : BADLY;
    }
    terminal.line(terminal.dim(`Watching ${found?.name ?? props.stack} in ${await this.place()}. Times are UTC. Ctrl-C ends the watch, not the deployment.`));
    return this.follow(found && isBusy(found) ? found : await this.next(found));
  }

  /** Somebody has seen enough. */
  public interrupt(): void {
    const { terminal, stack, display } = this;
    display?.end();
    terminal.line();
    if (!stack || !isBusy(stack)) {
      terminal.line('No longer watching. No deployment is under way.');
      return;
    }
    terminal.line(`No longer watching. The deployment of ${stack.name} goes on.`);
    const cancel = { CREATE_IN_PROGRESS: 'delete-stack', UPDATE_IN_PROGRESS: 'cancel-update-stack' }[stack.status];
    if (cancel !== undefined) {
      terminal.line(`To cancel it: aws cloudformation ${cancel} --stack-name ${stack.name}`);
    }
  }

  /** Waits until something is done with the stack, even if that is over between two looks. */
  private async next(before: Stack | undefined): Promise<Stack> {
    this.terminal.line(before ? `${before.name} is ${before.status}. Waiting for its next deployment.` : `There is no stack ${this.props.stack} yet. Waiting for it.`);
    let trouble: string | undefined;
    for (;;) {
      await this.props.pause();
      try {
        const stack = await describeStack(this.aws, this.props.stack) ?? (before && await describeStack(this.aws, before.id));
        if (stack && stack.status !== 'REVIEW_IN_PROGRESS' && (isBusy(stack) || stack.id !== before?.id || stack.since !== before.since)) {
          return stack;
        }
      } catch (error) {
        const text = explained(error);
        if (isFinal(error)) {
          throw new Refusal(`${text}. Nothing was under way when ${this.props.stack} was last seen`);
        }
        if (text !== trouble) {
          this.terminal.line(this.terminal.dim(`CloudFormation did not answer, and is asked again: ${text}`));
        }
        trouble = text;
      }
    }
  }

  private async follow(begun: Stack): Promise<number> {
    this.deletes = begun.status.startsWith('DELETE');
    const display = this.display = await this.newDisplay();
    try {
      for (let stack = begun; ; stack = await this.look(stack)) {
        this.stack = stack;
        this.view = await this.see(stack);
        display.show(this.view);
        if (!isBusy(stack)) {
          return await this.end(this.view, display);
        }
        await this.props.pause();
      }
    } catch (error) {
      display.end();
      const { name, status } = this.stack ?? begun;
      throw isFinal(error) ? new Refusal(`${explained(error)}. The deployment of ${name}, which was ${status}, goes on`) : error;
    }
  }

  /** The stack as it is now. It is asked for until it is told. */
  private async look(before: Stack): Promise<Stack> {
    for (;;) {
      try {
        // The service forgets stacks some time after they were deleted.
        return this.continued(await describeStack(this.aws, before.id) ?? { ...before, status: 'DELETE_COMPLETE' }, before);
      } catch (error) {
        if (isFinal(error)) {
          throw error;
        }
        this.display!.show({ ...this.view!, time: this.clock.now(), trouble: `CloudFormation did not answer, and is asked again: ${explained(error)}` });
        await this.props.pause();
      }
    }
  }

  /** A rollback, too, may be an update of the stack by its times, and is part of what is watched. An update that follows another one is not. */
  private continued(now: Stack, before: Stack): Stack {
    if (now.status.includes('ROLLBACK') || now.status.startsWith('DELETE')) {
      return this.deletes ? now : { ...now, since: before.since };
    }
    if (now.since !== before.since) {
      this.failures = [];
      this.searched = undefined;
      this.templates.forget();
    }
    return now;
  }

  /** What is to be seen of the stack. */
  private async see(stack: Stack): Promise<View> {
    this.resources = await this.questions.ask('resources', () => stackResources(this.aws, stack.id)) ?? this.resources;
    await this.findFailures(stack);
    if (this.resources.length === 0) {
      return this.viewOf(stack);
    }
    const plan = await this.templates.plan(stack.id, this.resources);
    return this.viewOf(stack, await this.rows.of({ stack, time: this.clock.now(), resources: this.resources, plan }));
  }

  private viewOf(stack: Stack, rows: View['rows'] = []): View {
    return { stack, rows, time: this.clock.now(), failures: this.failures, notes: this.questions.notes };
  }

  /** Asked when the stack begins to go back, and when it has ended: they may be many pages. */
  private async findFailures(stack: Stack): Promise<void> {
    if (isBackward(stack) && this.searched !== stack.status) {
      const found = await this.questions.ask('why something failed', () => failuresOf(this.aws, stack.id));
      this.searched = found ? stack.status : undefined;
      this.failures = found ?? this.failures;
    }
  }

  private async end(view: View, display: Display): Promise<number> {
    const { stack } = view;
    const deleted = stack.status === 'DELETE_COMPLETE';
    const well = deleted ? this.deletes : isWell(stack);
    const jobs = await this.jobs.all();
    display.end();
    conclude(this.terminal, { view, jobs, well, cancelled: !well && (deleted || stack.status.includes('ROLLBACK')) });
    return well ? WELL : BADLY;
  }

  private async newDisplay(): Promise<Display> {
    return this.terminal.live ? (await import('./live.js')).LiveDisplay.start(this.terminal) : new PlainDisplay(this.terminal, HEARTBEAT);
  }

  private async place(): Promise<string> {
    const client = await this.aws.cloudFormation();
    return client.config.region();
  }
}

/** Whether asking again is of no use. */
function isFinal(error: unknown): boolean {
  return isCredentials(error) || missingAction(error) !== undefined;
}
