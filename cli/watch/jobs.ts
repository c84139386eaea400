import { Questions } from './questions';
import { yardstick } from './typical';
import { list, object, string } from '../../lambda/candidate';
import type { Properties } from '../../lambda/event';
import type { JobState, Kind } from '../../lambda/kind';
import { KINDS } from '../../lambda/kinds';
import type { Aws } from '../aws/aws';
import { printable } from '../format';

/** What is known of a job. Times are in milliseconds since the epoch. */
export interface Job {
  readonly kind: Kind;
  readonly name: string;
  readonly status: string;
  readonly state: JobState | undefined;
  readonly reason?: string;
  readonly began?: number;
  readonly ended?: number;
  /** What its duration is to be measured by: `typically 1 to 3 h`. */
  readonly yardstick?: string;
  /** The best of what it recommends, once it has. */
  readonly best?: string;
  /** The benchmarks that the service runs for it: how many there are in each status. */
  readonly benchmarks?: ReadonlyMap<string, number>;
  /** The last lines of the benchmark's log, of the running one if it has several. */
  readonly log?: readonly string[];
}

const BENCHMARK = KINDS.get('AIBenchmarkJob')!;
const STEPS = 'benchmarks of Inference Recommender jobs';
const INNER_BENCHMARKS = 'benchmarks that the service runs for recommendation jobs';
const LOG_LINES = 3;
/** How the service calls the benchmarks that it runs for a recommendation. */
const INNER_PREFIX = 'ai-rec-';

/** The jobs of a stack. One that has ended is not described again. */
export class Jobs {
  private readonly known = new Map<string, Job>();
  private readonly gone = new Set<string>();

  constructor(private readonly aws: Aws, private readonly questions: Questions) {}

  /** All that were seen so far, in the order of their appearance, and whether they are still there. */
  public async all(): Promise<Array<{ job: Job; gone: boolean }>> {
    const jobs = [];
    for (const [key, { kind, name }] of [...this.known]) {
      // To look again costs little: this is the end, and a rollback may have deleted it.
      const described = await this.describe(kind, name);
      if (described) {
        this.known.set(key, this.jobOf(kind, name, described, this.known.get(key)));
      } else if (described === null) {
        this.gone.add(key);
      }
      jobs.push({ job: this.known.get(key)!, gone: this.gone.has(key) });
    }
    return jobs;
  }

  /** As it is now, or as it was when it was last seen. */
  public async look(kind: Kind, name: string): Promise<Job | undefined> {
    const key = `${kind.type}/${name}`;
    const before = this.known.get(key);
    if (before && before.state !== 'running' && before.state !== 'stopping') {
      return before;
    }
    const described = await this.describe(kind, name);
    if (!described) {
      return before;
    }
    const job = this.jobOf(kind, name, described, before);
    const detailed = { ...job, ...await this.details(job, described, before) };
    this.known.set(key, detailed);
    return detailed;
  }

  private async describe(kind: Kind, name: string): Promise<Properties | null | undefined> {
    return this.questions.ask(`the state of each ${kind.title}`, async () =>
      kind.describe(await this.aws.sagemaker(), { [kind.nameMember]: name }) as Promise<Properties>);
  }

  private jobOf(kind: Kind, name: string, described: Properties, before?: Job): Job {
    const { statusMember, states, attributes, candidates } = kind.job!;
    const status = String(described[statusMember]);
    const [best] = states[status] === 'succeeded' ? candidates?.(described) ?? [] : [];
    const reason = string(described.FailureReason);
    return {
      ...before,
      kind,
      name,
      status,
      state: states[status],
      reason: reason && printable(reason),
      began: time(described.CreationTime),
      ended: time(attributes.EndTime?.(described)),
      yardstick: yardstick(kind, described),
      best: best && [best.inferenceSpecificationName, best.instanceType ?? (best.serverless && 'serverless')].filter(Boolean).join(' on '),
    };
  }

  /** What the service does for the job. What there was is kept where there is no answer this time. */
  private async details({ kind, name, began }: Job, described: Properties, before?: Job): Promise<Partial<Job>> {
    switch (kind.type) {
      case 'AIRecommendationJob': {
        const inner = await this.innerBenchmarks(name, began);
        const running = inner?.find(({ status }) => BENCHMARK.job!.states[status] === 'running');
        return { benchmarks: inner ? counted(inner) : before?.benchmarks, log: running ? await this.logOf(running.name) : before?.log };
      }
      case 'AIBenchmarkJob': return { log: await this.log(described) ?? before?.log };
      case 'InferenceRecommendationsJob': {
        const steps = await this.steps(name);
        return { benchmarks: steps ? counted(steps) : before?.benchmarks };
      }
      default: return {};
    }
  }

  /**
   * Those that the service has begun for the job. What their names have in them besides how they begin is not documented: if it is the name of the
   * job, they are its own, and else all of the time since it began.
   */
  private async innerBenchmarks(job: string, began: number | undefined): Promise<Benchmark[] | undefined> {
    const found = await this.questions.ask(INNER_BENCHMARKS, async () => {
      const client = await this.aws.sagemaker();
      const summaries: Benchmark[] = [];
      let NextToken: unknown;
      do {
        const page = await BENCHMARK.list(client, {
          NameContains: INNER_PREFIX, CreationTimeAfter: began && new Date(began), SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 100, NextToken,
        }) as Properties;
        summaries.push(...list(page[BENCHMARK.listMember]).map(each => ({
          name: String(each[BENCHMARK.nameMember]), status: String(each[BENCHMARK.job!.statusMember]),
        })));
        NextToken = page.NextToken;
      } while (NextToken);
      return summaries.filter(({ name }) => name.startsWith(INNER_PREFIX));
    });
    const own = found?.filter(({ name }) => name.includes(job));
    return own && own.length > 0 ? own : found ?? undefined;
  }

  private async steps(job: string): Promise<Benchmark[] | undefined> {
    const found = await this.questions.ask(STEPS, async () => {
      const { paginateListInferenceRecommendationsJobSteps } = await import('@aws-sdk/client-sagemaker');
      const steps: Benchmark[] = [];
      for await (const page of paginateListInferenceRecommendationsJobSteps({ client: await this.aws.sagemaker() }, { JobName: job })) {
        steps.push(...(page.Steps ?? []).map(({ Status }) => ({ name: job, status: String(Status) })));
      }
      return steps;
    });
    return found ?? undefined;
  }

  private async logOf(benchmark: string): Promise<string[] | undefined> {
    const described = await this.describe(BENCHMARK, benchmark);
    return described ? this.log(described) : undefined;
  }

  private async log(described: Properties): Promise<string[] | undefined> {
    const [{ LogGroupArn, LogStreamName } = {} as Properties] = list(object(described.OutputConfig).CloudWatchLogs);
    if (!LogGroupArn || !LogStreamName) {
      return undefined;
    }
    const lines = await this.questions.ask('logs of benchmarks', async () => {
      const { GetLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
      const { events = [] } = await (await this.aws.logs()).send(new GetLogEventsCommand({
        logGroupIdentifier: String(LogGroupArn).replace(/:\*$/, ''), logStreamName: String(LogStreamName), limit: LOG_LINES, startFromHead: false,
      }));
      return events.map(({ message = '' }) => printable(message)).filter(Boolean).slice(-LOG_LINES);
    });
    return lines && lines.length > 0 ? lines : undefined;
  }
}

interface Benchmark {
  readonly name: string;
  readonly status: string;
}

function counted(benchmarks: readonly Benchmark[]): Map<string, number> {
  const counts = new Map<string, number>();
  benchmarks.forEach(({ status }) => counts.set(status, (counts.get(status) ?? 0) + 1));
  return counts;
}

function time(value: unknown): number | undefined {
  return value instanceof Date ? value.getTime() : undefined;
}
