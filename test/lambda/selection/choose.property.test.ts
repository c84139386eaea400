import fc from 'fast-check';
import { Failure, Properties } from '../../../lambda/event';
import { KINDS } from '../../../lambda/kinds';
import { choose, chooseRanked } from '../../../lambda/selection/choose';
import { figuresIn } from '../../../lambda/selection/metrics';

/**
 * The oracle: what is true of a recommendation is made first, in hundredths, and then written as the services might. What the handlers
 * make of that is compared with what was true, by none of their code.
 */
const METRICS = [
  { words: ['Time', 'To', 'First', 'Token'], also: ['ttft', 'TTFT-ms'], time: true, stats: ['avg', 'p50', 'p90', 'p99'] },
  { words: ['Inter', 'Token', 'Latency'], also: ['itl'], time: true, stats: ['avg', 'p50'] },
  { words: ['Output', 'Token', 'Throughput'], also: ['throughput'], time: false, stats: ['avg', undefined] },
  { words: ['Foo', 'Score'], also: [], time: undefined, stats: ['p50', undefined] },
];
const STATS: Record<string, string[]> = {
  avg: ['avg', 'average', 'Mean', 'AVG'], p50: ['p50', 'P50', 'median', '50th percentile'], p90: ['p90', 'P90'], p99: ['p99', 'p-99'],
};
type Metric = (typeof METRICS)[number];

interface Truth {
  readonly name: string;
  readonly deployable: boolean;
  readonly type: string;
  readonly figures: { readonly metric: number; readonly stat?: string; readonly hundredths: number }[];
}

/** A decimal number of so many of its last digits' units: 26955 with two places is 269.55. */
function decimal(units: number, places: number): string {
  const digits = String(units).padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const nameOf = ({ words, also }: Metric) => fc.oneof(
  fc.tuple(fc.constantFrom('', '_', '-', ' '), fc.constantFrom('as', 'lower', 'UPPER')).map(([separator, casing]) => {
    const name = words.join(separator);
    return casing === 'as' ? name : casing === 'lower' ? name.toLowerCase() : name.toUpperCase();
  }),
  fc.constantFrom(...(also.length > 0 ? also : [words.join('')])),
);

/** The same quantity in several units. */
const quantityOf = ({ time }: Metric, value: number) => fc.constantFrom(
  ...time === true
    ? [['Milliseconds', 2], ['ms', 2], ['', 2], ['Seconds', 5], ['s', 5], ['Microseconds', -1], ['us', -1], ['Nanoseconds', -4]] as const
    : time === false ? [['Tokens/Second', 2], ['tokens per second', 2], ['tok/s', 2], ['tokens/ms', 5], ['', 2]] as const : [['Points', 2], ['', 2]] as const,
).chain(([unit, places]) => {
  const text = places < 0 ? `${value}${'0'.repeat(-places)}` : decimal(value, places);
  return fc.constantFrom<unknown>(text, Number(text), ` ${text} `).map(Value => ({ Value, ...(unit && { Unit: unit }) }));
});

/** Few values, so that they are often equal, and many. */
const hundredths = fc.oneof(fc.integer({ min: 0, max: 8 }).map(n => n * 100), fc.integer({ min: 0, max: 10_000_000 }));

const figure = fc.integer({ min: 0, max: METRICS.length - 1 }).chain(metric => fc.record({
  metric: fc.constant(metric),
  stat: fc.constantFrom(...METRICS[metric].stats),
  hundredths,
}));

const truth: fc.Arbitrary<Truth> = fc.record({
  name: fc.constantFrom('fast', 'cheap', 'high-otps'),
  deployable: fc.boolean(),
  type: fc.constantFrom('ml.g5.xlarge', 'ml.g6.xlarge', 'ml.p5.48xlarge'),
  // One number, or statistics of it: not both, or it would be left open which one is meant.
  figures: fc.uniqueArray(figure, { maxLength: 6, selector: ({ metric, stat }) => METRICS[metric].stats.includes(undefined) ? metric : `${metric} ${stat}` }),
});

const JUNK = [undefined, null, '', 'NaN', NaN, 'N/A', '1,5', '9'.repeat(3000), {}];

/** Entries that say what is true, among others that say nothing. */
const entriesOf = (figures: Truth['figures']) => fc.tuple(
  fc.tuple(...figures.map(({ metric, stat, hundredths: value }) => fc.tuple(
    nameOf(METRICS[metric]), quantityOf(METRICS[metric], value), stat === undefined ? fc.constantFrom(undefined, '', null) : fc.constantFrom(...STATS[stat]),
  ).map(([Metric, quantity, Stat]) => ({ Metric, Stat, ...quantity })))),
  fc.array(fc.record({
    Metric: fc.constantFrom('TimeToFirstToken', 'itl', 'CacheHits', ''), Stat: fc.constantFrom('p50', 'p90', undefined), Value: fc.constantFrom(...JUNK),
  }), { maxLength: 3 }),
  fc.constantFrom<object[]>([], [{ Metric: 'CacheHits', Value: '17', Unit: 'Hits' }], [{ Metric: 'ClientSideConcurrency', Value: '88', Unit: 'Count' }]),
).chain(([said, junk, more]) => fc.shuffledSubarray([...said, ...junk, ...more], { minLength: said.length + junk.length + more.length }));

const recommendationOf = ({ name, deployable, type, figures }: Truth) => entriesOf(figures).map(ExpectedPerformance => ({
  ModelDetails: { InferenceSpecificationName: name, ...(deployable && { ModelPackageArn: 'arn' }) },
  DeploymentConfiguration: { InstanceType: type },
  ExpectedPerformance,
}));

const figureName = figure.chain(({ metric, stat }) => fc.record({
  metric: fc.constant(metric),
  stat: fc.constant(stat),
  name: nameOf(METRICS[metric]),
  statName: stat === undefined ? fc.constant(undefined) : fc.constantFrom(...STATS[stat]),
}));
const limit = fc.record({ figure: figureName, atMost: fc.boolean(), hundredths });
const order = fc.record({ figure: figureName, lowest: fc.boolean() });
const wish = fc.record({ limits: fc.array(limit, { maxLength: 2 }), order: fc.option(order, { nil: undefined }) });
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

const selectionOf = ({ limits, order: by }: Wish): Properties => ({
  ...(by && { [by.lowest ? 'Lowest' : 'Highest']: { Metric: by.figure.name, Stat: by.figure.statName } }),
  ...(limits.length > 0 && {
    Require: limits.map(({ figure: { name, statName }, atMost, hundredths: value }) =>
      ({ Metric: name, Stat: statName, [atMost ? 'AtMost' : 'AtLeast']: decimal(value, 2) })),
  }),
});

/** What is true of a figure. A metric that is one number has it as its average, too. */
function trueFigure({ figures }: Truth, { metric, stat }: { metric: number; stat?: string }): number | undefined {
  const oneNumber = METRICS[metric].stats.includes(undefined);
  const of = figures.filter(each => each.metric === metric);
  if (!oneNumber) {
    return of.find(each => each.stat === stat)?.hundredths;
  }
  // There is one at most.
  return of.find(each => each.stat === stat || (stat === undefined || stat === 'avg') && (each.stat === undefined || each.stat === 'avg')
    || stat === undefined)?.hundredths;
}

const keeps = (candidate: Truth, { limits }: Wish) => limits.every(each => {
  const is = trueFigure(candidate, each.figure);
  return is !== undefined && (each.atMost ? is <= each.hundredths : is >= each.hundredths);
});

const answer = fc.array(truth, { minLength: 1, maxLength: 8 }).chain(truths =>
  fc.tuple(fc.constant(truths), fc.tuple(...truths.map(recommendationOf))));
const candidatesOf = (Recommendations: object[]) => KINDS.get('AIRecommendationJob')!.job!.candidates!({ Recommendations });

test('what is chosen keeps all limits, and nothing else that keeps them beats it', () => {
  let [chosenTimes, refusedTimes] = [0, 0];
  fc.assert(fc.property(answer, wish, ([truths, recommendations], wanted) => {
    const eligible = truths.filter(each => each.deployable && keeps(each, wanted));
    const { order: by } = wanted;
    const figureOf = (each: Truth) => by && trueFigure(each, by.figure);
    const none = eligible.length === 0 || (by && eligible.every(each => figureOf(each) === undefined));
    const run = () => chooseRanked(candidatesOf(recommendations), 'job j', { selection: selectionOf(wanted) });
    if (none) {
      refusedTimes++;
      let message = '';
      try {
        run();
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
        message = (error as Error).message;
      }
      for (const [i, { name }] of truths.entries()) {
        if (eligible.length === 0 || eligible.includes(truths[i])) {
          expect(message).toContain(`${i + 1}. ${name}: `);
        }
      }
      return;
    }
    chosenTimes++;
    const inOrder = run().map(({ rank }) => truths[rank - 1]);
    const [chosen] = inOrder;
    expect(eligible).toContain(chosen);
    const is = figureOf(chosen);
    for (const other of eligible) {
      const others = figureOf(other);
      const beats = by && others !== undefined && (is === undefined || (by.lowest ? others < is : others > is));
      expect(beats).toBeFalsy();
      if (!by || others === is) {
        expect(truths.indexOf(chosen)).toBeLessThanOrEqual(truths.indexOf(other));
      }
    }
    // What stands in keeps the limits as well, and is on types of its own: each type that is eligible at all is there once.
    expect(inOrder.every(each => eligible.includes(each))).toBe(true);
    expect(inOrder.map(({ type }) => type).sort()).toEqual([...new Set(eligible.map(({ type }) => type))].sort());
  }), { numRuns: 600 });
  expect(chosenTimes).toBeGreaterThan(90);
  expect(refusedTimes).toBeGreaterThan(90);
});

test('a limit is judged the same however metric, statistic, unit and number are written', () => {
  const twice = figure.chain(each => fc.tuple(fc.constant(each), entriesOf([each]), entriesOf([each])));
  fc.assert(fc.property(twice, ([{ metric, stat, hundredths: value }, one, other]) => {
    const name = METRICS[metric].words.join('').toLowerCase();
    const read = (entries: Properties[]) => figuresIn(entries).filter(each => each.metric.toLowerCase().replace(/[ _-]/g, '') === name);
    const [first, ...more] = read(one as Properties[]);
    expect(more).toEqual([]);
    expect(read(other as Properties[])[0]).toMatchObject({ stat: first.stat, value: first.value });
    expect(first).toMatchObject({ value: value / 100, stat });
    expect(Number(first.text)).toBe(first.value);
    if (METRICS[metric].time !== undefined) {
      expect(first.unit).toBe(METRICS[metric].time ? 'Milliseconds' : 'Tokens/Second');
    }
  }), { numRuns: 500 });
});

test('any answer at all is read, or refused in a sentence', () => {
  const member = fc.constantFrom(
    'ModelDetails', 'DeploymentConfiguration', 'ExpectedPerformance', 'AdapterDetails', 'Metric', 'Value', 'Unit', 'Stat', 'InstanceType', 'S3', 'S3Uris');
  const { anything } = fc.letrec(tie => ({
    anything: fc.oneof({ maxDepth: 4 }, fc.constantFrom(null, true, 7, NaN, '', 'x', 's3://b/p', '__proto__'), fc.array(tie('anything'), { maxLength: 3 }),
      fc.dictionary(member, tie('anything'), { maxKeys: 4 })),
  }));
  fc.assert(fc.property(fc.array(anything, { maxLength: 3 }), recommendations => {
    try {
      choose(candidatesOf(recommendations as object[]), 'job j', { selection: { Require: [{ Metric: 'Metric', AtMost: '1' }] } });
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
    }
  }), { numRuns: 500 });
});
