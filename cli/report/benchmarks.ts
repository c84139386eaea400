import { deltaOf } from './compare';
import type { Benchmark, ComparedFigure, ComparedRuns, Comparison, Expected, Figure, Iteration, Metric, Run, Search } from './model';
import { ExactNumber } from '../../lambda/benchmark/exact-json';
import { membersOf, Results } from '../../lambda/benchmark/figures';
import { readResults, Reading } from '../../lambda/benchmark/results';
import { object, string } from '../../lambda/candidate';
import { reasonOf } from '../../lambda/errors';
import { CONCURRENCY, figuresIn, sameMetric } from '../../lambda/selection/metrics';
import type { Aws } from '../aws/aws';
import type { FoundJob } from '../subjects';

/** Clocks differ. What is older than the job is of another one of that name. */
const SLACK = 60_000;
/** An archive has up to some hundred megabytes. */
const PATIENCE = 10 * 60_000;

/** What two runs are compared by. All else is in the runs themselves. */
const COMPARED = [
  'time_to_first_token', 'inter_token_latency', 'request_latency', 'output_token_throughput', 'request_throughput', 'request_count', 'error_request_count',
];
const COMPARED_STATS = ['avg', 'p50', 'p90', 'p99'];

/** What a benchmark measured, or why that is not known. Nothing about the results of one job is a reason for no report. */
export async function readBenchmark(aws: Aws, job: FoundJob): Promise<Benchmark> {
  const target = object(object(job.described.BenchmarkTarget).Endpoint);
  const components = (Array.isArray(target.InferenceComponents) ? target.InferenceComponents : []).map(each => string(object(each).Identifier) ?? '');
  const about = {
    endpoint: lastPart(string(target.Identifier)),
    ...(components.length > 0 && { inferenceComponents: components.map(each => lastPart(each) ?? '') }),
  };
  if (job.state === 'running' || job.state === 'stopping') {
    return { ...about, problem: 'it is still running', runs: [] };
  }
  const location = string(object(job.described.OutputConfig).S3OutputLocation) ?? '';
  try {
    const created = job.described.CreationTime instanceof Date ? job.described.CreationTime.getTime() - SLACK : undefined;
    const reading = await readResults(location, { since: created, until: Date.now() + PATIENCE, client: await aws.s3(), reader: 'Whoever asks' });
    return reading.outcome === 'read'
      ? { ...about, results: reading.uri, ...figuresOf(new Results(reading)) }
      : { ...about, results: reading.uri, problem: problemOf(reading), runs: [] };
  } catch (error) {
    const reason = '$metadata' in (error as object) ? reasonOf(error) : (error as Error).message;
    return { ...about, results: location, problem: `its results cannot be read: ${reason}`, runs: [] };
  }
}

function problemOf(reading: Exclude<Reading, { outcome: 'read' }>): string {
  switch (reading.outcome) {
    case 'none':
      return `its results were never written below ${reading.uri}, or were deleted or have expired since`;
    case 'broken':
      return `the archive at ${reading.uri} is damaged or incomplete: ${reading.reason}`;
    case 'large':
      return `the archive at ${reading.uri} is too large to be read: with ${reading.file} it exceeds ${Math.round(reading.limit / 1024 / 1024)} MB`;
  }
}

function figuresOf(results: Results): Pick<Benchmark, 'runs' | 'search'> {
  return { runs: results.levels.map(level => runOf(results, level)), search: results.search && searchOf(results.search) };
}

function runOf(results: Results, level: string): Run {
  const document = results.document(level);
  const load = membersOf(membersOf(document.input_config).loadgen);
  const errors = Array.isArray(document.error_summary) ? document.error_summary.map(membersOf) : [];
  return {
    concurrency: level || digits(load.concurrency),
    tool: string(document.aiperf_version),
    metrics: [...results.profile(level)].map(([name, { unit, stats }]) => (
      { name, unit, stats: Object.fromEntries([...stats].map(([stat, { text }]) => [stat, text])) })),
    errors: errors.map(({ error_details: details, count }) => ({ type: string(membersOf(details).type) ?? 'unnamed', count: digits(count) ?? '' })),
  };
}

function searchOf(history: Readonly<Record<string, unknown>>): Search {
  const config = membersOf(history.config);
  const summary = membersOf(history.boundary_summary);
  const dimension = string(summary.swept_dim_path) ?? '';
  const breach = membersOf(membersOf(summary.infeasible_min).first_breach);
  const iterations = Array.isArray(history.iterations) ? history.iterations.map(membersOf) : [];
  const level = (value: unknown) => digits(value) ?? digits(membersOf(value).value);
  return {
    dimension,
    objective: worded(config.objective_direction, config.objective_metric, config.objective_stat),
    limits: (Array.isArray(config.sla_filters) ? config.sla_filters : []).map(each => limitOf(membersOf(each))),
    feasibleMax: level(summary.feasible_max),
    infeasibleMin: level(summary.infeasible_min),
    firstBreach: breach.metric_tag === undefined ? undefined : `${limitOf(breach)}, observed ${digits(breach.observed) ?? 'nothing'}`,
    convergence: string(history.convergence_reason),
    iterations: iterations.flatMap((iteration): Iteration[] => {
      const value = digits(membersOf(iteration.variation_values)[dimension]);
      return value === undefined ? [] : [{ level: value, objective: digits(iteration.objective_value), feasible: iteration.feasible === true }];
    }),
  };
}

const OPERATORS: Readonly<Record<string, string>> = { lt: '<', le: '≤', gt: '>', ge: '≥' };

function limitOf({ metric_tag: metric, stat, op, threshold }: Readonly<Record<string, unknown>>): string {
  return worded(metric, stat, OPERATORS[String(op)] ?? op, digits(threshold));
}

/** Those that are texts, as one. */
function worded(...parts: unknown[]): string {
  return parts.map(string).filter(part => part !== undefined).join(' ');
}

function digits(value: unknown): string | undefined {
  return value instanceof ExactNumber ? value.text : undefined;
}

/** Of an ARN, or a name itself. */
function lastPart(identifier: string | undefined): string | undefined {
  return identifier?.slice(identifier.lastIndexOf('/') + 1);
}

/**
 * What was expected of what an endpoint serves, against what was measured there. Of a sweep it is the level at which the expectation holds that counts.
 *
 * @param of what the expectation is of
 */
export function expectedAgainst({ runs }: Benchmark, of: string, expected: readonly Figure[]): Expected | undefined {
  const concurrencyOf = (value: string | undefined) => value === undefined ? undefined : Number(value);
  const expectedConcurrency = expected.find(({ metric }) => metric === CONCURRENCY)?.value;
  const run = runs.length === 1 ? runs[0] : runs.find(({ concurrency }) => concurrencyOf(concurrency) === concurrencyOf(expectedConcurrency));
  if (runs.length === 0 || expected.length === 0) {
    return undefined;
  }
  if (!run) {
    const caveat = `The sweep has no level of ${expectedConcurrency ?? 'a known concurrency'}, where the expectation holds.`;
    return { of, expectedConcurrency, caveat, figures: [] };
  }
  const measured = figuresIn(run.metrics.flatMap(({ name, unit, stats }) =>
    Object.entries(stats).map(([Stat, Value]) => ({ Metric: name, Stat, Value, Unit: unit }))));
  const other = expectedConcurrency !== undefined && run.concurrency !== undefined && Number(expectedConcurrency) !== Number(run.concurrency);
  const figures = expected.flatMap((figure): ComparedFigure[] => {
    const found = measured.find(each => sameMetric(each.metric, figure.metric) && each.stat === (figure.stat ?? 'avg') && each.unit === figure.unit);
    const { metric, stat, unit, value } = figure;
    const delta = found && deltaOf(metric, value, found.text);
    return metric === CONCURRENCY || !found ? [] : [
      { metric, stat, unit, expected: value, measured: found.text, delta: other && delta ? { percent: delta.percent } : delta },
    ];
  });
  return {
    of,
    expectedConcurrency,
    measuredConcurrency: run.concurrency,
    caveat: !other ? undefined
      : `Expected at a concurrency of ${expectedConcurrency}, measured at ${run.concurrency}: under another load other figures are no verdict.`,
    figures,
  };
}

export interface Compared {
  readonly name: string;
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly benchmark: Benchmark;
}

/** Several benchmarks beside each other; the first is what the others are compared with. The levels of a sweep have nothing to do with a single run. */
export function compare(benchmarks: readonly Compared[]): Comparison[] {
  const single = benchmarks.filter(({ benchmark }) => benchmark.runs.length === 1);
  const sweeps = benchmarks.filter(({ benchmark }) => benchmark.runs.length > 1);
  return [single, sweeps].filter(({ length }) => length > 1).map(beside);
}

function beside(columns: readonly Compared[]): Comparison {
  const figures = columns.map(({ benchmark }) => comparedIn(benchmark.runs));
  const paths = [...new Set(figures.flatMap(each => [...each.keys()]))];
  return {
    jobs: columns.map(({ name }) => name),
    differences: differencesOf(columns),
    figures: paths.map((path): ComparedRuns => {
      const found = figures.map(each => each.get(path));
      const [first] = found;
      const unit = found.find(each => each !== undefined)!.unit;
      return {
        figure: path,
        unit,
        values: found.map(each => each && each.unit === unit ? each.value : null),
        deltas: found.map((each, index) => {
          const comparable = index > 0 && first && each?.unit === first.unit;
          return comparable ? deltaOf(path, first.value, each.value) ?? null : null;
        }),
      };
    }),
  };
}

function comparedIn(runs: readonly Run[]): Map<string, { readonly value: string; readonly unit: string }> {
  const found = new Map<string, { value: string; unit: string }>();
  for (const { concurrency, metrics } of runs) {
    const level = runs.length > 1 ? `concurrency_${concurrency}.` : '';
    for (const metric of inOrder(metrics, COMPARED)) {
      for (const stat of COMPARED_STATS.filter(each => each in metric.stats)) {
        found.set(`${level}${metric.name}.${stat}`, { value: metric.stats[stat], unit: metric.unit });
      }
    }
  }
  return found;
}

/** Those of the names, in their order. */
export function inOrder(metrics: readonly Metric[], names: readonly string[]): Metric[] {
  return names.flatMap(name => metrics.find(metric => metric.name === name) ?? []);
}

/** Other conditions than the same ones are what makes figures differ first of all. */
function differencesOf(columns: readonly Compared[]): Comparison['differences'] {
  const names = [...new Set(columns.flatMap(({ settings }) => settings.map(({ name }) => name)))];
  const rows = [
    ...names.map(name => ({ name, values: columns.map(({ settings }) => settings.find(setting => setting.name === name)?.value ?? '') })),
    { name: 'Concurrency', values: columns.map(({ benchmark: { runs } }) => runs.map(({ concurrency }) => concurrency ?? '?').join(', ')) },
    { name: 'AIPerf', values: columns.map(({ benchmark: { runs } }) => runs[0].tool ?? '') },
  ];
  return rows.filter(({ values }) => new Set(values).size > 1);
}
