import type { Properties } from '../event';

/** A figure that a job expects of a candidate, under the name and in the unit that this library uses. */
export interface PerformanceFigure {
  readonly metric: string;
  /** Absent where the metric is one number. */
  readonly stat?: string;
  readonly value: number;
  /** The digits, as the service wrote them if the unit was not converted. */
  readonly text: string;
  /** Empty where nobody says it. */
  readonly unit: string;
}

/** The metric that says under which load the others were measured. */
export const CONCURRENCY = 'ClientSideConcurrency';

interface Metric {
  readonly name: string;
  /** What figures are converted into; absent where none is documented, or several. Figures are then taken as they come. */
  readonly unit?: string;
}

/**
 * THE table of the services' metrics. A metric is known by its name in any casing, with or without separators; the other names that it was
 * seen under follow it.
 *
 * InterTokenLatency: the load generator's is that of an answer divided by its tokens, which others call time per output token.
 * ModelLatency, ModelSetupTime: AWS's own pages say milliseconds here and microseconds there.
 */
const METRICS: readonly [name: string, unit: string | undefined, ...others: string[]][] = [
  ['TimeToFirstToken', 'Milliseconds', 'ttft', 'ttft-ms'],
  ['InterTokenLatency', 'Milliseconds', 'itl', 'tpot', 'TimePerOutputToken'],
  ['RequestLatency', 'Milliseconds', 'E2ELatency', 'EndToEndLatency'],
  ['RequestThroughput', 'Requests/Second', 'RequestsPerSecond', 'rps'],
  ['OutputTokenThroughput', 'Tokens/Second', 'throughput', 'OutputThroughput', 'OutputTokensPerSecond', 'otps'],
  [CONCURRENCY, 'Count', 'ClientConcurrency', 'concurrency'],
  ['CostPerHour', 'USD'],
  ['CostPerInference', 'USD'],
  ['MaxInvocations', 'Requests/Minute', 'MaximumInvocations'],
  ['ModelLatency', undefined],
  ['CpuUtilization', 'Percent'],
  ['MemoryUtilization', 'Percent'],
  ['ModelSetupTime', undefined],
];

/** What is left of a name when nobody agrees on casing and separators. */
const plain = (name: string) => name.toLowerCase().replace(/[\s_./-]+/g, '');

const KNOWN: ReadonlyMap<string, Metric> = new Map(METRICS.flatMap(([name, unit, ...others]) =>
  [name, ...others].map((each): [string, Metric] => [plain(each), { name, unit }])));

/** The name that this library uses for a metric. An unknown one keeps its own. */
export function metricName(name: string): string {
  return KNOWN.get(plain(name))?.name ?? name.trim();
}

/** Whether two names mean the same metric. */
export function sameMetric(a: string, b: string): boolean {
  return plain(metricName(a)) === plain(metricName(b));
}

/** The unit that all figures of a metric are in, if it is known to have one. */
export function unitOf(metric: string): string | undefined {
  return KNOWN.get(plain(metric))?.unit;
}

const STATS: Readonly<Record<string, string>> = {
  average: 'avg', mean: 'avg', median: 'p50', minimum: 'min', maximum: 'max', stddev: 'std', standarddeviation: 'std',
};

/** The name that this library uses for a statistic, such as `p50` of `median`, `P50` or `50th percentile`. Undefined for none. */
export function statName(stat: unknown): string | undefined {
  const given = typeof stat === 'string' ? stat.trim().toLowerCase() : '';
  const percentile = /^p(?:ercentile)?[\s_-]*(\d{1,3}(?:\.\d+)?)(?:th)?$/.exec(given) ?? /^(\d{1,3}(?:\.\d+)?)(?:st|nd|rd|th)?[\s_-]*percentile$/.exec(given);
  return percentile ? `p${Number(percentile[1])}` : STATS[plain(given)] ?? (given || undefined);
}

/** How much of what one unit is. The scales of a kind are whole numbers of its smallest one, so that conversions don't round. */
const SIMPLE_UNITS: readonly [kind: string, scale: number, ...spellings: string[]][] = [
  ['time', 1, 'ns', 'nanosecond', 'nanoseconds'],
  ['time', 1e3, 'us', 'µs', 'μs', 'usec', 'microsecond', 'microseconds'],
  ['time', 1e6, 'ms', 'msec', 'millis', 'millisecond', 'milliseconds'],
  ['time', 1e9, 's', 'sec', 'secs', 'second', 'seconds'],
  ['time', 60e9, 'min', 'mins', 'minute', 'minutes'],
  ['time', 3600e9, 'h', 'hr', 'hour', 'hours'],
  ['requests', 1, 'req', 'reqs', 'request', 'requests', 'invocation', 'invocations'],
  ['tokens', 1, 'tok', 'toks', 'token', 'tokens'],
  ['count', 1, 'count', 'none', 'user', 'users'],
  ['percent', 1, 'percent', '%'],
  ['dollars', 1, 'usd', '$', 'dollar', 'dollars', 'usdollars'],
];

interface Unit {
  readonly kind: string;
  readonly scale: number;
}

const UNITS: ReadonlyMap<string, Unit> = new Map(SIMPLE_UNITS.flatMap(([kind, scale, ...spellings]) =>
  spellings.map((spelling): [string, Unit] => [spelling, { kind, scale }])));

/** A unit like `ms`, or a rate like `Requests/Second`, `tokens per sec` or `tokens/sec/user`. */
function parseUnit(unit: string): { readonly amount: Unit; readonly time?: Unit } | undefined {
  const parts = unit.toLowerCase().replace(/[\s_-]+/g, '').replace(/per(?!cent)/g, '/').split('/');
  const [amount, time, user] = parts.map(part => UNITS.get(part));
  const rate = time?.kind === 'time' && (parts.length === 2 || (parts.length === 3 && user?.kind === 'count'));
  return amount && (parts.length === 1 || rate) ? { amount, time } : undefined;
}

/** By what a figure is multiplied to be in another unit. Undefined where the two are no units of the same thing. */
function factor(from: string, to: string): readonly [multiply: number, divide: number] | undefined {
  const [a, b] = [parseUnit(from), parseUnit(to)];
  if (!a || !b || a.amount.kind !== b.amount.kind || a.time?.kind !== b.time?.kind) {
    return undefined;
  }
  return [a.amount.scale * (b.time?.scale ?? 1), b.amount.scale * (a.time?.scale ?? 1)];
}

/** A number as the services write it: a JSON number, or one in a string. Nobody means what is longer than any number that was measured. */
function digits(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text.length <= 40 && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? text : undefined;
}

interface Read extends PerformanceFigure {
  /** Whether the service uses this library's name, and not another one that may mean something else there. */
  readonly byName: boolean;
}

function figureIn({ Metric, Stat, Value, Unit }: Properties): Read | undefined {
  const given = typeof Metric === 'string' ? Metric.trim() : '';
  const text = digits(Value);
  if (!given || text === undefined) {
    return undefined;
  }
  const unit = typeof Unit === 'string' ? Unit.trim() : '';
  const known = knownAs(given, unit);
  const figure = { metric: known?.name ?? given, stat: statName(Stat), value: Number(text), text, unit: unit || known?.unit || '' };
  const byName = known === undefined || plain(known.name) === plain(given);
  if (!known) {
    return { ...figure, byName };
  }
  if (figure.value < 0) {
    return undefined; // none of the known metrics can be: it stands for a figure that is not there
  }
  const conversion = known.unit === undefined ? undefined : factor(figure.unit, known.unit);
  if (!conversion) {
    return { ...figure, byName };
  }
  const [multiply, divide] = conversion;
  const same = multiply === divide;
  const value = same ? figure.value : Number((figure.value * multiply / divide).toPrecision(15));
  return { ...figure, byName, value, text: same ? text : String(value), unit: known.unit! };
}

/** A throughput without further words is one of tokens, unless its unit says otherwise. */
function knownAs(name: string, unit: string): Metric | undefined {
  const ofRequests = plain(name) === 'throughput' && parseUnit(unit)?.amount.kind === 'requests';
  return KNOWN.get(ofRequests ? 'requestthroughput' : plain(name));
}

/**
 * The figures in a list of `{ Metric, Stat, Value, Unit }`, each once, in the services' order. What has no number is no figure. A known metric
 * in a unit that can't be converted keeps that unit.
 */
export function figuresIn(entries: Properties[]): PerformanceFigure[] {
  const found = new Map<string, Read>();
  for (const entry of entries) {
    const read = figureIn(entry);
    const key = read && `${plain(read.metric)}:${read.stat ?? ''}`;
    const before = key === undefined ? undefined : found.get(key);
    if (read && (!before || (read.byName && !before.byName))) {
      found.set(key!, read);
    }
  }
  return [...found.values()].map(({ byName, ...figure }) => figure);
}

/** How many requests at a time the other figures were measured with. */
export function concurrencyIn(figures: readonly PerformanceFigure[]): number | undefined {
  return figures.find(({ metric, value }) => metric === CONCURRENCY && value > 0)?.value;
}
