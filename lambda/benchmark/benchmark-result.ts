import { clip, mayPass, reasonOf, sentence, sentences } from '../errors';
import { constantId, done, Failure, Named, NOT_YET, PlannedEvent, Progress, Properties, ResourceEvent, ResourceHandler, text } from '../event';
import { KINDS } from '../kinds';
import { log } from '../log';
import { canonical } from '../naming';
import { stackState, StackState } from '../stack';
import { Found, Store } from '../store';
import { listTags, updateTags } from '../tags';
import { hasPassed, HOLD, LATE_RESULTS, Timed, timed } from '../time';
import { Baseline, check, Comparison, Expectation, expectationsIn, Measure, Outcome } from './expectations';
import { failureDetails } from './failure-details';
import { Figure, isProblem, Problem, Results } from './figures';
import { havePassed, JobCalls, LastPassing, lastPassing, note, passedAsOf, present } from './last-passing-run';
import { Bundle, loadBundle, NoResults } from './load';
import { medianOf } from './median';

/** Of the five minutes that the function has: what is left to be read then, the next poll goes on with. */
const READING_TIME = 4 * 60_000;

/** CloudFormation takes 4,096 bytes for the whole answer, and the framework adds a few members to ours. */
const MAX_ANSWER = 3_900;
const MAX_VERDICT = 600;
/** So that what comes after the expectations that were missed is still in the message. */
const MAX_MISSED = 1_500;

/** What judging asks of the world. */
export interface Calls extends JobCalls {
  stack(event: ResourceEvent): Promise<StackState>;
  load(job: Found, until: number): Promise<Bundle>;
  details(job: Found): Promise<string | undefined>;
}

const CALLS: Calls = {
  stack: stackState,
  find: name => new Store(KINDS.get('AIBenchmarkJob')!).find(name),
  load: loadBundle,
  tags: listTags,
  tag: (arn, current, Key, Value) => updateTags(arn, current, [{ Key, Value }], []),
  details: failureDetails,
};

/** Reads what a benchmark measured, and fails the deployment if it is not what was expected. */
export class BenchmarkResult implements ResourceHandler<Timed> {
  constructor(private readonly calls: Calls = CALLS) {}

  public async onEvent(event: ResourceEvent): Promise<Named<Timed>> {
    return { PhysicalResourceId: constantId(event), Plan: timed(HOLD) };
  }

  public async isComplete(event: PlannedEvent<Timed>): Promise<Progress> {
    if (event.RequestType === 'Delete') {
      return done();
    }
    const judgement = new Judgement(event, this.calls);
    return (await this.calls.stack(event)).phase === 'forward' ? judgement.judge() : judgement.recall();
  }
}

/** A run that completed. */
interface Run {
  readonly name: string;
  readonly measure: Measure;
}

/** What is judged and answered: a run, or the median of several. */
interface Candidate extends Run {
  readonly outcomes: readonly Outcome[];
}

/** The runs that are found by a list of names. */
interface Jobs {
  readonly completed: readonly Found[];
  readonly failed: number;
}

interface ReadJobs extends Jobs {
  readonly runs: readonly Run[];
}

class Judgement {
  private readonly until = Date.now() + READING_TIME;
  private readonly properties: Properties;
  private readonly names: readonly string[];
  private readonly figures: readonly string[];
  private readonly median: boolean;

  constructor(private readonly event: PlannedEvent<Timed>, private readonly calls: Calls) {
    this.properties = event.ResourceProperties;
    this.names = namesIn(this.properties);
    this.figures = Array.isArray(this.properties.Figures) ? this.properties.Figures.map(String) : [];
    this.median = text(this.properties, 'Judgement') === 'Median';
  }

  /** While the stack rolls back or is deleted nothing is judged, and nothing fails: what can't be read in some minutes is empty. */
  public async recall(): Promise<Progress> {
    const verdict = 'not judged, since the stack did not go forward';
    try {
      const { completed, failed } = await this.jobs();
      const runs = await this.runs(completed);
      const run = await this.recalled(completed, runs);
      const measure = this.median ? this.medianOver(runs, failed) : run.measure;
      return this.answer(path => quietly(() => measure(path)), run.name, verdict);
    } catch (error) {
      if (mayPass(error, this.event.Plan)) {
        return NOT_YET;
      }
      log('figures left empty', { names: this.names, reason: reasonOf(error) });
      return this.blank(verdict);
    }
  }

  /** The run that was taken. An update that failed may have noted another one since, so the tag counts only where nothing else tells. */
  private async recalled(completed: readonly Found[], runs: readonly Run[]): Promise<Run> {
    const expectations = expectationsIn(this.properties);
    if (expectations.length === 0 || expectations.some(({ lastPassingRunPercent }) => lastPassingRunPercent !== undefined)) {
      const passed = await passedAsOf(completed[0], this.calls);
      return runs.find(({ name }) => name === passed) ?? runs[0];
    }
    return this.best(runs, expectations, { why: 'not asked for' });
  }

  public async judge(): Promise<Progress> {
    const before = await lastPassing(this.names, this.event.RequestType === 'Update' ? namesIn(this.event.OldResourceProperties) : [], this.calls);
    try {
      const read = await this.read();
      if (!read) {
        return this.blank('passed in an earlier deployment, and its results can no longer be read');
      }
      const { name, measure, outcomes } = await this.judged(read, before);
      const answer = this.answer(path => this.figure(path, measure), name, verdictOf(outcomes));
      await this.mark(name);
      return answer;
    } catch (error) {
      if (error instanceof NoResults && !hasPassed(this.event.Plan, LATE_RESULTS)) {
        return NOT_YET;
      }
      if (error instanceof Failure) {
        await this.mark(before.names && (before.passed ?? before.names[0]));
      }
      throw error;
    }
  }

  /** Undefined if that is no longer possible, and nothing is to be judged that has not passed before. */
  private async read(): Promise<ReadJobs | undefined> {
    try {
      const jobs = await this.jobs();
      return { ...jobs, runs: await this.runs(jobs.completed) };
    } catch (error) {
      if (mayPass(error, this.event.Plan) || !this.unchanged() || !await havePassed(this.names, this.calls)) {
        throw error;
      }
      log('passed before, and can no longer be read', { names: this.names, reason: reasonOf(error) });
      return undefined;
    }
  }

  /** The jobs, all of which have ended. */
  private async jobs(names = this.names): Promise<Jobs> {
    const found = await Promise.all(names.map(async name => ({ name, job: await this.calls.find(name) })));
    const gone = found.filter(({ job }) => !job).map(({ name }) => name);
    if (gone.length > 0) {
      throw new Failure(`AI benchmark job ${gone.join(', ')} was deleted, so what it measured cannot be judged. Change rerunToken to run it again`);
    }
    const jobs = present(found.map(({ job }) => job));
    const running = jobs.find(({ state }) => state === 'running' || state === 'stopping');
    if (running) {
      throw new Failure(`AI benchmark job ${running.arn} is ${running.status}, and only one that has ended can be judged`);
    }
    const completed = jobs.filter(({ state }) => state === 'succeeded');
    if (completed.length === 0) {
      // Of the first one all that is known: they have most likely failed alike.
      const ends = [endOf(jobs[0], await this.calls.details(jobs[0])), ...jobs.slice(1).map(job => endOf(job))];
      throw new Failure(`no run of the benchmark completed, so there is nothing to judge: ${clip(ends.join('; '), MAX_MISSED)}. `
        + 'Mend the cause and deploy again; after --no-rollback change rerunToken too');
    }
    return { completed, failed: jobs.length - completed.length };
  }

  /** One after the other: two archives at once would take twice the memory, and arrive no sooner. */
  private async runs(jobs: readonly Found[]): Promise<Run[]> {
    const runs: Run[] = [];
    for (const job of jobs) {
      const results = new Results(await this.calls.load(job, this.until));
      runs.push({ name: job.name, measure: path => results.measure(path) });
    }
    return runs;
  }

  private medianOver(runs: readonly Run[], failed: number): Measure {
    const expected = (path: string) => expectationsAsked(this.properties).find(({ Figure: figure }) => figure === path);
    return path => medianOf(path, runs.map(({ measure }) => measure), failed, expected(path)?.Comparison as Comparison | undefined);
  }

  /** The run that meets all expectations, or the median of all. Throws if there is none. */
  private async judged({ completed, runs, failed }: ReadJobs, before: LastPassing): Promise<Candidate> {
    const expectations = expectationsIn(this.properties);
    const contenders = this.median ? [{ name: runs[0].name, measure: this.medianOver(runs, failed) }] : runs;
    const best = (baseline: Baseline) => this.best(contenders, expectations, baseline);

    const relative = expectations.some(({ lastPassingRunPercent }) => lastPassingRunPercent !== undefined);
    const candidate = best(relative ? await this.baseline(before) : { why: 'not asked for' });
    if (missesIn(candidate) === 0) {
      return candidate;
    }
    // What it was before helps whoever reads of the failure, even where it was not compared.
    const { name, outcomes } = relative ? candidate : best(await this.baselineIfAny(before));
    const job = completed.find(one => one.name === name)!;
    throw this.missed(outcomes, job, runs.length, failed);
  }

  /** The first run that meets all expectations, or misses the fewest. */
  private best(runs: readonly Run[], expectations: readonly Expectation[], baseline: Baseline): Candidate {
    return runs.map(run => ({ ...run, outcomes: expectations.map(one => check(one, run.measure, baseline)) }))
      .reduce((a, b) => (missesIn(b) < missesIn(a) ? b : a));
  }

  private missed(outcomes: readonly Outcome[], job: Found, completed: number, failed: number): Failure {
    const missed = outcomes.filter(({ met }) => !met).map(outcome => outcome.text);
    const runs = completed + failed;
    const several = this.median ? ` by the median of its ${runs} runs` : ` in the best of its ${runs} runs`;
    return new Failure(`benchmark missed ${missed.length} of ${outcomes.length} expectations${runs > 1 ? several : ''}: `
      + `${clip(missed.join('; '), MAX_MISSED)} (${failed > 0 ? `${failed} of ${runs} runs failed; ` : ''}${job.arn}). `
      + 'Improve what is served, or change the expectations: they are judged again without another run. To measure again change rerunToken');
  }

  private figure(path: string, measure: Measure): Figure {
    const measured = measure(path);
    if (isProblem(measured)) {
      throw new Failure(`figure ${path} cannot be read from the results of AI benchmark job ${this.names.join(', ')}: ${measured.problem}`);
    }
    return measured;
  }

  /** The figures of the run that passed last. One that can't be read any more is lost, and lets nothing through. */
  private async baseline(before: LastPassing): Promise<Baseline> {
    if (!before.names) {
      return before;
    }
    try {
      // A median is one of all runs, anything else is of one.
      const { completed, failed } = await this.jobs(this.median || before.passed === undefined ? before.names : [before.passed]);
      const runs = await this.runs(this.median ? completed : completed.slice(0, 1));
      return { name: before.passed ?? runs[0].name, measure: this.median ? this.medianOver(runs, failed) : runs[0].measure };
    } catch (error) {
      if (mayPass(error, this.event.Plan)) {
        throw error;
      }
      log('no last passing run to compare with', { names: before.names, reason: reasonOf(error) });
      return { why: `the last passing run ${before.passed ?? before.names[0]} can no longer be read (${sentence(reasonOf(error))})`, lost: true };
    }
  }

  private async baselineIfAny(before: LastPassing): Promise<Baseline> {
    try {
      return await this.baseline(before);
    } catch (error) {
      return { why: reasonOf(error) };
    }
  }

  /** Tags are a help to later deployments, and no reason for this one to fail. */
  private async mark(passed: string | undefined): Promise<void> {
    for (const name of this.names) {
      try {
        await note(name, passed, this.calls);
      } catch (error) {
        if (mayPass(error, this.event.Plan)) {
          throw error;
        }
        log('the last passing run is not noted', { name, reason: reasonOf(error) });
      }
    }
  }

  /** Whether this update is about something else, such as a new version of the handlers. */
  private unchanged(): boolean {
    const asked = (properties: Properties | undefined) => canonical(['JobNames', 'Figures', 'Expectations', 'Judgement'].map(name => properties?.[name] ?? ''));
    return this.event.RequestType === 'Update' && asked(this.properties) === asked(this.event.OldResourceProperties);
  }

  private blank(verdict: string): Progress {
    return this.answer(() => undefined, '', verdict);
  }

  /** Every attribute that was promised is there, if only as an empty string: CloudFormation fails whoever reads one that is missing. */
  private answer(read: (path: string) => Figure | undefined, passedRun: string, verdict: string): Progress {
    const data = { ...Object.fromEntries(this.figures.map(path => [path, read(path)?.text ?? ''])), PassedRun: passedRun, Verdict: clip(verdict, MAX_VERDICT) };
    const { StackId, RequestId, LogicalResourceId, PhysicalResourceId } = this.event;
    const size = Buffer.byteLength(JSON.stringify({ StackId, RequestId, LogicalResourceId, PhysicalResourceId, Data: data }));
    if (size > MAX_ANSWER) {
      throw new Failure(`the ${this.figures.length} figures that are asked for take ${size} bytes, and CloudFormation takes ${MAX_ANSWER} in one answer: `
        + 'ask for fewer of them');
    }
    return done(data);
  }
}

function namesIn(properties: Properties | undefined): string[] {
  return Array.isArray(properties?.JobNames) ? properties.JobNames.map(String) : [];
}

function expectationsAsked(properties: Properties): Properties[] {
  return Array.isArray(properties.Expectations) ? properties.Expectations : [];
}

function endOf({ arn, status, described }: Found, details?: string): string {
  const reason = sentences(text(described, 'FailureReason'), details);
  return `${arn} ended ${status}${reason ? `: ${reason}` : ''}`;
}

function missesIn({ outcomes }: Candidate): number {
  return outcomes.filter(({ met }) => !met).length;
}

function verdictOf(outcomes: readonly Outcome[]): string {
  return outcomes.length === 0 ? 'no expectations' : `met ${outcomes.length} of ${outcomes.length} expectations: ${outcomes.map(({ text: is }) => is).join('; ')}`;
}

function quietly(measure: () => Figure | Problem): Figure | undefined {
  try {
    const measured = measure();
    return isProblem(measured) ? undefined : measured;
  } catch {
    return undefined;
  }
}
