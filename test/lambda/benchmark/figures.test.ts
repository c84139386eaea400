import { PROFILE } from './archive';
import { isProblem, Results, titleOf } from '../../../lambda/benchmark/figures';
import { Failure } from '../../../lambda/event';

const URI = 's3://results/run/output/output.tar.gz';
const results = (files: Record<string, unknown>) => new Results({
  uri: URI,
  files: Object.entries(files).map(([path, text]) => ({ path, text: typeof text === 'string' ? text : JSON.stringify(text) })),
});
const metric = (avg: number) => ({ request_latency: { unit: 'ms', avg } });
const single = results({ 'profile_export_aiperf.json': PROFILE });

test.each([
  ['request_latency.p10', '606.78112', 'ms'],
  ['request_latency.p25', '1584.4415267499999', 'ms'],
  ['request_count.avg', '290.0', 'requests'],
  ['output_sequence_length.p1', '2.0', 'tokens'],
  ['osl_mismatch_diff_pct.max', '-0.8302583025830259', '%'],
  ['http_req_data_received.p1', '0.825087890625', 'KB'],
  ['request_latency.count', '290', ''],
  ['prefill_throughput_per_user.std', '695.0320192630013', 'tokens/sec/user'],
])('%s is %s, to the digit as in the file', (path, text, unit) => {
  expect(single.measure(path)).toMatchObject({ text, value: Number(text), unit });
});

test('every number in the file can be read under its path, with its digits', () => {
  let name = '';
  const lines = PROFILE.split('\n').flatMap(line => {
    name = /^ {2}"(\w+)": \{$/.exec(line)?.[1] ?? name;
    const [, stat, text] = /^ {4}"(avg|p\d+|min|max|std|count|sum)": (.+?),?$/.exec(line) ?? [];
    return stat ? [[`${name}.${stat}`, text]] : [];
  });
  expect(lines.length).toBeGreaterThan(300);
  expect(lines.filter(([path, text]) => {
    const measured = single.measure(path);
    return isProblem(measured) || measured.text !== text;
  })).toEqual([]);
});

test('a figure says of how many requests it is: by its own count, else by that of the run', () => {
  expect(single.measure('time_to_second_token.p99')).toMatchObject({ requests: 288 });
  expect(single.measure('request_throughput.avg')).toMatchObject({ requests: 290 });
  expect(results({ 'profile_export_aiperf.json': metric(1) }).measure('request_latency.avg')).toMatchObject({ requests: undefined });
});

test('without errors none are counted, and the figure is 0', () => {
  const counted = results({ 'profile_export_aiperf.json': { request_count: { unit: 'requests', avg: 300 } } });
  expect(counted.measure('error_request_count.avg')).toMatchObject({ text: '0', value: 0, unit: 'requests' });
  expect(single.measure('error_request_count.avg')).toMatchObject({ text: '10.0' });
  expect(results({ 'profile_export_aiperf.json': metric(1) }).measure('error_request_count.avg')).toHaveProperty('problem');
});

describe('what there is instead is said', () => {
  test.each([
    ['goodput.avg', /^the results have no metric goodput, only request_throughput, request_latency, request_count, time_to_first_token, /],
    ['request_throughput.p90', /^request_throughput has no p90, only avg$/],
    ['input_config.avg', /^the results have no metric input_config, only /],
    ['concurrency_10.request_latency.avg', /^the results have no concurrency_10, since the benchmark was no sweep$/],
    ['search.feasible_max', /^the results have no search_history.json, since the benchmark was no search$/],
  ])('%s', (path, problem) => {
    const measured = single.measure(path);
    expect(measured).toEqual({ problem: expect.stringMatching(problem) });
    expect((measured as { problem: string }).problem.length).toBeLessThan(500);
  });
});

describe('a sweep', () => {
  const sweep = results({
    './out/concurrency_100/profile_export_aiperf.json': metric(3),
    './out/concurrency_1/profile_export_aiperf.json': metric(1),
    './out/concurrency_10/profile_export_aiperf.json': metric(2),
    './out/concurrency_10/profile_runs/run_0001/profile_export_aiperf.json': metric(9),
    './out/concurrency_10__isl_5/profile_export_aiperf.json': metric(8),
  });

  test('has figures of each level', () => {
    expect(['concurrency_1', 'concurrency_10', 'concurrency_100'].map(level => sweep.measure(`${level}.request_latency.avg`)))
      .toMatchObject([{ text: '1' }, { text: '2' }, { text: '3' }]);
  });

  test('has no other levels, and says which', () => {
    expect(sweep.measure('concurrency_50.request_latency.avg'))
      .toEqual({ problem: 'the sweep has no concurrency_50, only concurrency_1, concurrency_10, concurrency_100' });
  });

  test('has no figures without a level', () => {
    const levels = results({ 'concurrency_2/profile_export_aiperf.json': metric(1), 'concurrency_1/profile_export_aiperf.json': metric(1) });
    expect(levels.measure('request_latency.avg'))
      .toEqual({ problem: 'the benchmark is a sweep, and the figure does not say of which level, only concurrency_1, concurrency_2' });
  });
});

test('of several profiles of a run the one that is nearest to the top counts', () => {
  expect(results({
    'a/b/profile_export_aiperf.json': metric(3), './z/profile_export_aiperf.json': metric(1), 'a/a/profile_export_aiperf.json': metric(2),
  }).measure('request_latency.avg')).toMatchObject({ text: '1' });
});

describe('a search', () => {
  const search = (boundary_summary: unknown) => results({
    'out/search_history.json': { iterations: [], boundary_summary },
    'out/search_iter_0000/profile_runs/run_0001/profile_export_aiperf.json': metric(1),
  });

  test('has its boundary, as AIPerf writes it or as a bare number', () => {
    const found = search({ feasible_max: { value: 256, iteration_idx: 3 }, infeasible_min: { value: 320, first_breach: { stat: 'p95' } } });
    expect(found.measure('search.feasible_max')).toMatchObject({ text: '256', value: 256 });
    expect(found.measure('search.infeasible_min')).toMatchObject({ text: '320', value: 320 });
    expect(search({ feasible_max: 64 }).measure('search.feasible_max')).toMatchObject({ text: '64' });
  });

  test.each([[null], [undefined], [{}], [{ feasible_max: null, infeasible_min: null }], [{ feasible_max: { value: null } }]])('may have none: %j', summary => {
    expect(search(summary).measure('search.feasible_max')).toEqual({ problem: 'the search found no level that meets its limits' });
    expect(search(summary).measure('search.infeasible_min')).toEqual({ problem: 'the search found no level that breaks its limits' });
  });

  test('has no figures of a run: what it tried on its way is not the whole', () => {
    expect(search(null).measure('request_latency.avg'))
      .toEqual({ problem: 'the benchmark was a search, and has no figures but search.feasible_max and search.infeasible_min' });
  });
});

test.each([
  'request_latency', 'request_latency.P90', 'request_latency.p90.x', 'requestLatency.p90', 'RequestLatency.p90', 'request-latency.p90', '1st.p90', '.p90', '',
  'concurrency_x.request_latency.p90', 'concurrency_0.request_latency.p90', 'search.best', 'request_latency.p42', '__proto__.avg', ' request_latency.p90',
])('"%s" is no figure', path => {
  expect(() => single.measure(path)).toThrow(new Failure(`"${path}" is no figure of a benchmark: one is <metric>.<stat> or concurrency_<N>.<metric>.<stat>, `
    + 'with a metric in snake_case and one of avg, p1, p5, p10, p25, p50, p75, p90, p95, p99, min, max, std, count, sum, '
    + 'or search.feasible_max or search.infeasible_min'));
});

test('a metric that every object has is none of the results', () => {
  expect(single.measure('constructor.avg')).toHaveProperty('problem');
  expect(single.measure('to_string.avg')).toHaveProperty('problem');
});

test('results without figures are a failure', () => {
  expect(() => results({ 'failure_reason.txt': 'x' })).toThrow(new Failure(`the results at ${URI} have no figures in them, that is no `
    + 'profile_export_aiperf.json: the benchmark ended before it measured anything. Look at its logs, and change rerunToken to run it again'));
});

test.each([
  ['profile_export_aiperf.json', 'request_latency.avg'],
  ['search_history.json', 'search.feasible_max'],
])('%s that is no JSON is a failure', (file, path) => {
  expect(() => results({ [file]: '<html>' }).measure(path))
    .toThrow(new Failure(`${file} in the results at ${URI} is no JSON. Change rerunToken to run the benchmark again`));
});

test.each(['[]', 'null', '5', '"x"', '{"request_latency":5}', '{"request_latency":null}', '{"request_latency":{"avg":"5"}}'])(
  'a profile of another form has no metrics: %s', text => {
    expect(results({ 'profile_export_aiperf.json': text }).measure('request_latency.avg')).toHaveProperty('problem');
  });

test.each([
  ['time_to_first_token.p90', 'time_to_first_token p90'],
  ['concurrency_10.time_to_first_token.p90', 'time_to_first_token p90 at concurrency 10'],
  ['search.feasible_max', 'search feasible_max'],
])('%s as in a sentence', (path, title) => {
  expect(titleOf(path)).toBe(title);
});
