import * as fc from 'fast-check';
import { PROFILE } from './archive';
import { Baseline, check, expectationsIn, Measure } from '../../../lambda/benchmark/expectations';
import { Results } from '../../../lambda/benchmark/figures';
import { medianOf } from '../../../lambda/benchmark/median';
import { Failure } from '../../../lambda/event';

const results = new Results({ uri: 's3://b/output.tar.gz', files: [{ path: 'profile_export_aiperf.json', text: PROFILE }] });
const run: Measure = path => results.measure(path);
const fixed = (value: number, unit = 'ms', requests: number | undefined = 290): Measure => () => ({ text: String(value), value, unit, requests });
const FIRST: Baseline = { why: 'no run has passed before' };
const before = (value: number): Baseline => ({ name: 'chat-7c85ce9b39f2619b', measure: fixed(value) });
const expectation = (properties: Record<string, string>) =>
  expectationsIn({ Expectations: [{ Figure: 'request_latency.p90', Comparison: 'AtMost', ...properties }] })[0];

describe('a limit', () => {
  test.each([
    ['AtMost', '500', 499.9, true], ['AtMost', '500', 500, true], ['AtMost', '500', 500.1, false],
    ['AtLeast', '500', 500.1, true], ['AtLeast', '500', 500, true], ['AtLeast', '500', 499.9, false],
    ['AtMost', '-5', -5, true], ['AtMost', '0', 0, true], ['AtMost', '5e2', 500, true], ['AtMost', '9', 10, false],
  ])('%s %s, measured %d: %s', (Comparison, Limit, value, met) => {
    expect(check(expectation({ Comparison, Limit }), fixed(value), FIRST).met).toBe(met);
  });

  test.each([
    ['AtMost', '500', '5', 525, true], ['AtMost', '500', '5', 525.01, false],
    ['AtLeast', '500', '5', 475, true], ['AtLeast', '500', '5', 474.99, false],
    ['AtMost', '-20', '10', -18, true], ['AtMost', '-20', '10', -17.9, false],
    ['AtLeast', '-20', '10', -22, true], ['AtLeast', '-20', '10', -22.1, false],
    ['AtMost', '33.3', '10', 36.63, true], // 33.3 + 3.33 is a little less in floating point
  ])('%s %s with a tolerance of %s %%, measured %d: %s', (Comparison, Limit, TolerancePercent, value, met) => {
    expect(check(expectation({ Comparison, Limit, TolerancePercent }), fixed(value), FIRST).met).toBe(met);
  });

  test('exactly at the limit is met, whatever the limit and the tolerance', () => {
    const percents = fc.integer({ min: 0, max: 100 });
    fc.assert(fc.property(fc.integer({ min: -100_000, max: 100_000 }), percents, fc.boolean(), (hundredths, percent, most) => {
      const room = Math.abs(hundredths) * percent;
      const value = Number(((hundredths * 100 + (most ? room : -room)) / 10_000).toFixed(4));
      const one = expectation({ Comparison: most ? 'AtMost' : 'AtLeast', Limit: String(hundredths / 100), TolerancePercent: String(percent) });
      expect(check(one, fixed(value), FIRST).met).toBe(true);
    }));
  });
});

describe('what is said', () => {
  test('when a limit is met, and when it is missed', () => {
    expect(check(expectation({ Limit: '20000' }), run, FIRST)).toEqual({ met: true, text: 'request_latency p90 is 18042.28075390001 ms, at most 20000 ms' });
    expect(check(expectation({ Limit: '500', TolerancePercent: '5' }), run, FIRST))
      .toEqual({ met: false, text: 'request_latency p90 is 18042.28075390001 ms, at most 500 ms with a tolerance of 5 % was expected' });
    expect(check(expectation({ Figure: 'request_count.avg', Comparison: 'AtLeast', Limit: '300.0' }), run, FIRST).text)
      .toBe('request_count avg is 290.0 requests, at least 300.0 requests was expected');
  });

  test('what it was before', () => {
    expect(check(expectation({ Limit: '500' }), fixed(612.4), before(370.05)).text)
      .toBe('request_latency p90 is 612.4 ms, at most 500 ms was expected (370.05 ms in the last passing run chat-7c85ce9b39f2619b)');
  });

  test('nothing of before where that cannot be said', () => {
    expect(check(expectation({ Limit: '500' }), fixed(612.4), { name: 'chat-1', measure: () => ({ problem: 'x' }) }).text)
      .toBe('request_latency p90 is 612.4 ms, at most 500 ms was expected');
  });
});

describe('compared with the last passing run', () => {
  test.each([
    ['AtMost', 100, 110, true], ['AtMost', 100, 110.1, false], ['AtMost', 100, 50, true],
    ['AtLeast', 100, 90, true], ['AtLeast', 100, 89.9, false], ['AtLeast', 100, 500, true],
    ['AtLeast', -10, -11, true], ['AtLeast', -10, -11.1, false], ['AtMost', 0, 0, true],
  ])('%s 10 %% worse than %d, measured %d: %s', (Comparison, old, value, met) => {
    expect(check(expectation({ Comparison, LastPassingRunPercent: '10' }), fixed(value), before(old)).met).toBe(met);
  });

  test('a miss names both values and the run', () => {
    expect(check(expectation({ LastPassingRunPercent: '10' }), fixed(612.4), before(343.6)).text)
      .toBe('request_latency p90 is 612.4 ms, at most 377.96 ms was expected '
        + '(343.6 ms in the last passing run chat-7c85ce9b39f2619b, of which it may be 10 % worse)');
  });

  test('the first run meets it, and says why', () => {
    expect(check(expectation({ LastPassingRunPercent: '10' }), fixed(612.4), FIRST))
      .toEqual({ met: true, text: 'request_latency p90 is 612.4 ms, compared with nothing: no run has passed before' });
  });

  test('so does one whose predecessor has not measured this', () => {
    expect(check(expectation({ LastPassingRunPercent: '0' }), fixed(612.4), { name: 'chat-1', measure: () => ({ problem: 'the results have no metric x' }) }))
      .toEqual({ met: true, text: 'request_latency p90 is 612.4 ms, compared with nothing: the results have no metric x' });
  });
});

describe('what cannot be judged is missed', () => {
  test('a figure that was not measured', () => {
    expect(check(expectation({ Figure: 'request_throughput.p90', Limit: '1' }), run, FIRST))
      .toEqual({ met: false, text: 'request_throughput p90 cannot be judged: request_throughput has no p90, only avg' });
  });

  test.each([[999, false], [1000, true], [1001, true]])('a percentile of %d requests: %s', (requests, met) => {
    expect(check(expectation({ Figure: 'request_latency.p99', Limit: '1', MinRequestCount: '1000' }), fixed(1, 'ms', requests), FIRST).met).toBe(met);
  });

  test('too few requests, in words', () => {
    const p99 = expectation({ Figure: 'request_latency.p99', Limit: '99999', MinRequestCount: '1000' });
    expect(check(p99, run, FIRST).text).toBe('request_latency p99 cannot be judged: p99 of 290 requests is chance, it takes at least 1000');
    expect(check(p99, () => ({ text: '1', value: 1, unit: 'ms' }), FIRST).text)
      .toBe('request_latency p99 cannot be judged: p99 of an unknown number of requests is chance, it takes at least 1000');
  });
});

describe('properties that make no sense', () => {
  test.each(['Limit', 'LastPassingRunPercent', 'TolerancePercent', 'MinRequestCount'])('%s that is no number', name => {
    for (const given of ['abc', '0x10', 'NaN', 'Infinity', '1,5', '5 ms', '${Token[TOKEN.5]}']) {
      expect(() => expectation({ ...name !== 'LastPassingRunPercent' && { Limit: '1' }, [name]: given })).toThrow(new Failure(`${name} of the expectation on request_latency.p90 must be a number, got "${given}"`));
    }
  });

  test.each<[string, Record<string, string>]>([
    ['no limit', {}],
    ['both limits', { Limit: '1', LastPassingRunPercent: '1' }],
    ['an unknown comparison', { Limit: '1', Comparison: 'Equal' }],
  ])('%s', (_, properties) => {
    expect(() => expectation(properties))
      .toThrow(/^the expectation on request_latency.p90 must be AtMost or AtLeast of either Limit or LastPassingRunPercent, got \{"Figure":/);
  });

  test('a figure that is none', () => {
    expect(() => expectation({ Figure: 'RequestLatency.p90', Limit: '1' })).toThrow(/^"RequestLatency.p90" is no figure of a benchmark/);
  });

  test('no expectations are fine', () => {
    expect(expectationsIn({})).toEqual([]);
    expect(expectationsIn(undefined)).toEqual([]);
  });
});

describe('the median', () => {
  const median = (values: number[], failed = 0, comparison?: 'AtMost' | 'AtLeast') =>
    medianOf('request_latency.p90', values.map(value => fixed(value)), failed, comparison);

  test('of an odd number is one of them, as in its file; of an even one the mean of the middle two', () => {
    const texts: Measure[] = ['3.0', '10', '2.50'].map(text => () => ({ text, value: Number(text), unit: 'ms' }));
    expect(medianOf('request_latency.p90', texts, 0)).toMatchObject({ text: '3.0', value: 3, unit: 'ms' });
    expect(median([1, 2, 4, 10])).toMatchObject({ text: '3', value: 3 });
    expect(median([5])).toMatchObject({ text: '5' });
  });

  test('takes failed runs for the worst', () => {
    expect(median([1, 2], 1, 'AtMost')).toMatchObject({ value: 2 });
    expect(median([1, 2], 1, 'AtLeast')).toMatchObject({ value: 1 });
    expect(median([1, 2], 1)).toMatchObject({ value: 1.5 });
    expect(median([1], 2, 'AtMost')).toEqual({ problem: '2 of 3 runs failed, and the median is that of one of them' });
    expect(median([1], 1, 'AtLeast')).toEqual({ problem: '1 of 2 runs failed, and the median is that of one of them' });
  });

  test('is of as many requests as the run with the fewest', () => {
    expect(medianOf('request_latency.p90', [fixed(1, 'ms', 300), fixed(2, 'ms', 290), fixed(3, 'ms', 310)], 0)).toMatchObject({ requests: 290 });
  });

  test('is not to be had of a figure that a run lacks', () => {
    expect(medianOf('request_throughput.p90', [run, fixed(1)], 0)).toEqual({ problem: 'request_throughput has no p90, only avg' });
  });
});
