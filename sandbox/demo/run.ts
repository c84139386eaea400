import type { Sandbox } from '..';
import { ACCOUNT, EXAMPLE, REGION, STACK_NAME, synthesize, Version } from './app';
import { Board } from './board';
import { created, destroyed, Outcome, retargeted, tagged } from './expectations';
import { LiveProgress } from './live';
import { Observer, START } from './observe';
import { Pace } from './pace';
import { writePage } from './page';
import { Printer } from './print';
import { LineProgress, Progress } from './progress';
import { EventReport, Expectation, PhaseName, PhaseReport, Report } from './report';
import { RowText } from './row-text';
import { iso } from '../../cli/format';
import { Terminal } from '../../cli/terminal';
import { groupsOf, Template } from '../../cli/watch/groups';
import { PerformanceObjective } from '../../src';
import type { StackOperation } from '../cloudformation';
import type { StackEvent } from '../journal';

const TEAM = 'team';

interface Plan {
  readonly name: PhaseName;
  readonly title: string;
  begin(): StackOperation;
  judge(outcome: Outcome): Expectation[] | Promise<Expectation[]>;
}

/** The four things that the demo does, one after the other. */
export class Demo {
  private readonly observer: Observer;
  private readonly printer: Printer;
  private readonly phases: PhaseReport[] = [];
  private readonly start: number;
  private template: Template = { Resources: {} };
  private progress?: Progress;
  /** Who is told of the events at present. */
  private listener?: (event: StackEvent) => void;

  /** @param page file for the page about what was deployed */
  constructor(
    private readonly sandbox: Sandbox,
    private readonly workspace: string,
    private readonly terminal: Terminal,
    private readonly page: string,
  ) {
    this.observer = new Observer(sandbox, ACCOUNT);
    this.printer = new Printer(terminal);
    this.start = sandbox.clock.now();
    sandbox.cloudFormation.onEvent(event => this.listener?.(event));
  }

  public async run(): Promise<Report> {
    this.printer.introduction();
    const first = await this.phase({
      name: 'create',
      title: 'Create the stack: a model in S3, chat traffic, throughput is what counts',
      begin: () => this.deploy({ objective: PerformanceObjective.THROUGHPUT, team: 'chat' }),
      judge: outcome => created(outcome),
    });
    if (first.status === 'CREATE_COMPLETE') {
      await this.update(first);
      await writePage(this.sandbox, STACK_NAME, this.page);
    }
    await this.phase({
      name: 'destroy',
      title: 'Destroy the stack',
      begin: () => this.sandbox.cloudFormation.destroy(STACK_NAME),
      judge: async outcome => destroyed(outcome, await this.observer.leftovers()),
    });
    const report = await this.report();
    this.printer.conclusion(report);
    if (first.status === 'CREATE_COMPLETE') {
      this.terminal.line(`The report of what it deployed, for a browser: ${this.page}`);
    }
    return report;
  }

  /** Ends the display, wherever it is. */
  public async interrupt(): Promise<void> {
    await this.progress?.end();
  }

  private async update(first: Outcome): Promise<void> {
    const team = 'assistants';
    const second = await this.phase({
      name: 'tag',
      title: `Change a tag of the stack: ${TEAM} = ${team} instead of chat`,
      begin: () => this.deploy({ objective: PerformanceObjective.THROUGHPUT, team }),
      judge: outcome => tagged(outcome, first, {
        key: TEAM, expected: team, found: this.sandbox.sagemaker.tags(outcome.jobs[0]?.arn ?? '')?.[TEAM],
      }),
    });
    await this.phase({
      name: 'objective',
      title: 'Change the objective: the time to the first token is what counts now',
      begin: () => this.deploy({ objective: PerformanceObjective.TIME_TO_FIRST_TOKEN, team }),
      judge: async outcome => retargeted(outcome, second, await this.observer.leftovers()),
    });
  }

  private deploy(version: Version): StackOperation {
    const props = synthesize(version, this.workspace);
    this.template = props.template as Template;
    return this.sandbox.cloudFormation.deploy(props);
  }

  private async phase({ name, title, begin, judge }: Plan): Promise<Outcome> {
    const { sandbox: { clock, journal }, observer } = this;
    const [mark, startedAt, realStart] = [observer.mark(), clock.now(), Date.now()];
    this.printer.phase(this.phases.length + 1, title);

    const early: StackEvent[] = [];
    this.listener = event => early.push(event);
    const { done } = begin();
    const stack = await this.follow(done, early, name);

    const endpoint = observer.endpoint();
    const job = observer.jobs().at(-1);
    const outcome: Outcome = {
      status: stack.status,
      startedAt: iso(startedAt),
      endedAt: iso(clock.now()),
      durationSeconds: (clock.now() - startedAt) / 1000,
      jobsStarted: observer.jobsOf('CreateAIRecommendationJob', mark),
      jobsDeleted: observer.jobsOf('DeleteAIRecommendationJob', mark),
      jobs: observer.jobs(),
      recommendations: job ? await observer.recommendations(job.name, endpoint) : [],
      endpoint,
      counts: observer.counts(mark, this.template),
    };
    const phase: PhaseReport = {
      name,
      title,
      ...outcome,
      realSeconds: (Date.now() - realStart) / 1000,
      expectations: await judge(outcome),
      events: journal.events.slice(mark.events).map(eventReport),
    };
    this.phases.push(phase);
    this.printer.outcome(phase);
    return outcome;
  }

  /** Shows the operation until it is over. */
  private async follow<T>(done: Promise<T>, early: StackEvent[], name: PhaseName): Promise<T> {
    const groups = name === 'destroy' ? groupsOf(this.template).reverse() : groupsOf(this.template);
    const board = new Board({ stackName: STACK_NAME, groups, touchesAll: name === 'create' || name === 'destroy' });
    const text = new RowText(this.sandbox, STACK_NAME, this.template, this.start);
    const { live } = this.terminal;
    const progress = live ? new LiveProgress(this.terminal, board, text, groups) : new LineProgress(this.terminal, board, text);
    const pace = live ? new Pace(this.sandbox.clock) : undefined;
    this.progress = progress;
    this.listener = event => {
      progress.show(event);
      pace?.event(event);
    };
    early.forEach(this.listener);
    try {
      return await this.sandbox.run(done);
    } finally {
      pace?.end();
      this.listener = undefined;
      await progress.end();
    }
  }

  private async report(): Promise<Report> {
    const problems = this.phases.flatMap(({ name, expectations }) => expectations
      .filter(({ held }) => !held)
      .map(({ text, found }) => `${name}: ${text}${found ? ` (found: ${found})` : ''}`));
    return {
      version: 1,
      example: EXAMPLE,
      account: ACCOUNT,
      region: REGION,
      stackName: STACK_NAME,
      succeeded: problems.length === 0,
      problems,
      phases: this.phases,
      leftovers: await this.observer.leftovers(),
      counts: this.observer.counts(START, this.template),
    };
  }
}

function eventReport({ time, logicalId, physicalId, type, status, reason }: StackEvent): EventReport {
  return { time: iso(time), logicalId, physicalId, type, status, reason: reason ?? null };
}
