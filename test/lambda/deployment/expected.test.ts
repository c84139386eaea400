import { expectedAttributes, otherUnitsIn } from '../../../lambda/deployment/expected';
import { performanceJson } from '../../../lambda/selection/figures';
import { figuresIn } from '../../../lambda/selection/metrics';

const FIGURES = ['RequestThroughput', 'RequestLatency.p50', 'RequestLatency.p99', 'TimeToFirstToken.p50', 'MaxInvocations'];

/** What is kept of an answer of a job. */
function factsOf(...entries: [metric: string, stat: string | undefined, value: unknown, unit?: string][]) {
  const performance = figuresIn(entries.map(([Metric, Stat, Value, Unit]) => ({ Metric, Stat, Value, Unit })));
  return { performance: performanceJson({ performance }), otherUnits: otherUnitsIn(performance) };
}

const figures = (facts: Parameters<typeof expectedAttributes>[1], names = FIGURES) => expectedAttributes(names, facts).ExpectedFigures;
const text = (facts: Parameters<typeof expectedAttributes>[1]) => expectedAttributes(FIGURES, facts).ExpectedText;

test('are no attributes of a deployment that nobody asks for them', () => {
  expect(expectedAttributes([], factsOf(['RequestThroughput', 'avg', '7.5114']))).toEqual({});
});

test('are to the digit, in the order in which they are asked for, each with whether it is stated', () => {
  const facts = factsOf(
    ['RequestLatency', 'p50', '11134.94', 'Milliseconds'], ['RequestThroughput', 'avg', '7.5114', 'Requests/Second'],
    ['TimeToFirstToken', 'p50', '0.26955', 'Seconds'], ['MaxInvocations', undefined, 120],
  );
  expect(figures(facts)).toBe('7.5114,true,11134.94,true,0,false,269.55,true,120,true');
  expect(figures(facts, ['RequestLatency.p50'])).toBe('11134.94,true');
  expect(text(facts)).toBe('RequestLatency p50 11134.94 Milliseconds; RequestThroughput avg 7.5114 Requests/Second; TimeToFirstToken p50 269.55 Milliseconds; '
    + 'MaxInvocations 120 Requests/Minute');
});

test.each([
  ['nothing is kept', {}],
  ['nothing is stated', { performance: '{}' }],
  ['somebody has edited the tags', { performance: 'broken' }],
  ['the JSON is another', { performance: '[1]' }],
])('are numbers too when %s', (_, facts) => {
  expect(figures(facts)).toBe('0,false,0,false,0,false,0,false,0,false');
  expect(text(facts)).toBe('not stated');
});

test('are none where they are no numbers, or another statistic', () => {
  const performance = JSON.stringify({ RequestThroughput: { p50: 5 }, RequestLatency: 7, TimeToFirstToken: { p50: '", "' }, MaxInvocations: null });
  expect(figures({ performance })).toBe('0,false,0,false,0,false,0,false,0,false');
});

test('are not compared with anything when their unit is not known to be the metric\'s', () => {
  const facts = factsOf(['RequestLatency', 'p50', '5', 'Blinks'], ['RequestThroughput', 'avg', '7', 'Requests/Second'], ['Unheard', 'p50', '1', 'Blinks']);
  expect(facts.otherUnits).toEqual({ RequestLatency: 'Blinks' });
  expect(figures(facts)).toBe('7,true,0,false,0,false,0,false,0,false');
  expect(text(facts)).toContain('RequestLatency p50 5 Blinks');
});

test('no other unit is kept where there is none', () => {
  expect(factsOf(['RequestLatency', 'p50', '5', 'Seconds'], ['ModelLatency', undefined, 5]).otherUnits).toBeUndefined();
});

test('the text has nothing in it that would end a JSON string, and is not long', () => {
  const facts = { performance: JSON.stringify({ 'a"b\\c\n\u00e9\u2028': 5 }) };
  expect(text(facts)).toBe('a b c    5');
  expect(JSON.parse(`"${text(facts)}"`)).toBe(text(facts));
  expect(text({ performance: JSON.stringify({ ['x'.repeat(2_000)]: 5 }) })).toHaveLength(1_000);
});
