import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Account, ACCOUNT, REGION, results } from './account';
import { loadCharts } from './charts';
import { missingAction } from '../../cli/aws/errors';
import { fileNameOf, report as command } from '../../cli/report';
import { collect } from '../../cli/report/collect';
import { deltaOf, paretoFront, shownDelta } from '../../cli/report/compare';
import { writeHtml } from '../../cli/report/html';
import { writeMarkdown } from '../../cli/report/markdown';
import type { Job, Report } from '../../cli/report/model';
import { looksSecret } from '../../cli/report/secrets';
import { profileOf } from '../../sandbox/sagemaker/benchmark-profile';
import { searchHistory } from '../../sandbox/sagemaker/benchmark-search';
import { OPTIMIZED_JOB, REAL, REAL_JOB, RECOMMENDER_JOB } from '../lambda/selection/sample';

const ENDPOINT = 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/chat';
/** A real run, in the digits of its file. */
const PROFILE = readFileSync(join(__dirname, '../../sandbox/sagemaker/profile-export.json'), 'utf8');
const REAL_RUN = { 'profile_export_aiperf.json': PROFILE };

let account: Account;
beforeEach(() => { account = new Account(); });

function recommendation(name = 'rec', more: object = {}): string {
  return account.job('AIRecommendationJob', name, {
    ...REAL_JOB, AIRecommendationJobName: name, CreationTime: new Date('2026-06-08T02:00:00Z'), EndTime: new Date('2026-06-08T07:20:00Z'), ...more,
  });
}

function deployed(options: Parameters<Account['endpoint']>[2] = { rank: 1 }): void {
  account.endpoint('chat', { ModelPackageName: REAL.ModelDetails.ModelPackageArn, InferenceSpecificationName: REAL.ModelDetails.InferenceSpecificationName }, options);
}

async function jobOf(...subjects: string[]): Promise<Job> {
  return (await collect(account, subjects)).jobs[0];
}

/** Cells of the rows of all tables in Markdown, by their first cell. */
function rowsIn(markdown: string): Map<string, string[]>[] {
  return markdown.split(/\n\n/).filter(part => part.startsWith('| ')).map(part => new Map(part.split('\n').map(line => {
    const [first, ...cells] = line.split('|').slice(1, -1).map(cell => cell.trim());
    return [first, cells];
  })));
}

describe('the real figures', () => {
  test('of a recommendation come out to the digit with their units', async () => {
    recommendation();
    const report = await collect(account, ['rec']);

    const expected = REAL.ExpectedPerformance
      .map(({ Metric, Stat, Value, Unit }) => ({ metric: Metric, ...(Stat && { stat: Stat }), value: Value, unit: Unit }));
    expect(report.jobs[0].candidates![0].figures).toEqual(expected);

    const [table] = rowsIn(writeMarkdown(report));
    const row = table.get('1\\. high-otps-on-g6-24xlarge')!;
    const shownAs: Record<string, string> = {
      'RequestThroughput avg': 'Request throughput avg (requests/s)',
      'OutputTokenThroughput avg': 'Output token throughput avg (tokens/s)',
      'RequestLatency p50': 'Request latency p50 (ms)',
      'RequestLatency p90': 'Request latency p90 (ms)',
      'RequestLatency p99': 'Request latency p99 (ms)',
      'TimeToFirstToken p50': 'Time to first token p50 (ms)',
      'TimeToFirstToken p90': 'Time to first token p90 (ms)',
      'InterTokenLatency p50': 'Inter token latency p50 (ms)',
      'InterTokenLatency p90': 'Inter token latency p90 (ms)',
      'ClientSideConcurrency': 'Client side concurrency (Count)',
    };
    const heads = table.get('Name')!;
    expect(REAL.ExpectedPerformance.map(({ Metric, Stat }) => row[heads.indexOf(shownAs[[Metric, Stat].filter(Boolean).join(' ')])]))
      .toEqual(REAL.ExpectedPerformance.map(({ Value }) => Value));

    const html = await writeHtml(report, await loadCharts());
    const cells = [.../<tr><th scope="row">1\. high-otps[^]*?<\/tr>/.exec(html)![0].matchAll(/<td class="number">([^<]*)<\/td>/g)].map(([, cell]) => cell);
    expect(cells).toEqual(REAL.ExpectedPerformance.map(({ Value }) => Value));
    const groups = [...html.matchAll(/<th scope="colgroup" class="group" colspan="(\d)">([^<]*)<small>([^<]*)<\/small>/g)].map(([, count, metric, unit]) => `${metric}, ${unit}: ${count}`);
    expect(groups).toEqual([
      'Request throughput, requests/s: 1', 'Output token throughput, tokens/s: 1', 'Request latency, ms: 3', 'Time to first token, ms: 2', 'Inter token latency, ms: 2',
      'Client side concurrency, Count: 1',
    ]);
  });

  test('of a benchmark come out to the digit with their units', async () => {
    await account.benchmark('bench', REAL_RUN);
    const report = await collect(account, ['bench']);
    const markdown = rowsIn(writeMarkdown(report));
    const html = await writeHtml(report, await loadCharts());

    // The digits as text: as numbers 290.0 and 290 would be the same.
    const digits = JSON.parse(PROFILE.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi, token => token.startsWith('"') ? token : `"${token}"`));
    const metrics = Object.entries<any>(digits).filter(([, value]) => value?.unit !== undefined);
    const [run] = report.jobs[0].benchmark!.runs;
    expect(metrics.length).toBeGreaterThan(35);
    expect(run).toMatchObject({ concurrency: '10', tool: '0.8.0.dev20260515', errors: [{ type: 'InvalidInferenceResultError', count: '10' }] });
    expect(run.metrics).toEqual(metrics.map(([name, { unit, ...stats }]) => ({ name, unit, stats })));

    const whole = markdown.at(-1)!;
    const heads = whole.get('Metric')!;
    for (const { name, unit, stats } of run.metrics) {
      const title = name.replace(/_/g, ' ').replace(/\bhttp\b/, 'HTTP').replace(/\bisl\b/, 'ISL').replace(/\bosl\b/, 'OSL').replace(/^./, letter => letter.toUpperCase());
      const row = whole.get(title)!;
      expect(row[0]).toBe(unit);
      const rowInHtml = html.slice(html.lastIndexOf(`<tr><th scope="row">${title}</th><td>${unit}</td>`)).split('</tr>')[0];
      for (const [stat, value] of Object.entries(stats)) {
        expect(row[heads.indexOf(stat)]).toBe(value);
        expect(rowInHtml).toContain(`<td class="number">${value}</td>`);
      }
    }
  });
});

describe('what is meant', () => {
  test('a stack, with its jobs in the order in which they ran, and what is deployed', async () => {
    recommendation();
    deployed();
    await account.benchmark('later', REAL_RUN, { CreationTime: new Date('2026-06-10T00:00:00Z') });
    await account.benchmark('a-earlier', REAL_RUN);
    account.stack('Nested', { Endpoint: ['AWS::SageMaker::Endpoint', ENDPOINT] });
    const arn = account.stack('Chat', {
      Later: ['Custom::SageMakerAIBenchmarkJob', 'later'],
      Earlier: ['Custom::SageMakerAIBenchmarkJob', 'a-earlier'],
      Recommendation: ['Custom::SageMakerAIRecommendationJob', 'rec'],
      Nested: ['AWS::CloudFormation::Stack', `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Nested/1`],
      Deleted: ['Custom::SageMakerAIBenchmarkJob', 'deleted', 'DELETE_COMPLETE'],
      Pending: ['Custom::SageMakerAIBenchmarkJob'],
      Bucket: ['AWS::S3::Bucket', 'bucket'],
    });

    const report = await collect(account, ['Chat'], new Date('2026-07-01T00:00:00Z'));

    expect(report).toMatchObject({
      version: 1,
      title: 'Chat',
      madeAt: '2026-07-01T00:00:00.000Z',
      account: ACCOUNT,
      region: REGION,
      subjects: [{ type: 'Stack', name: 'Chat', arn }],
      notes: ['The AI benchmark job of Pending has not been started, or was deleted.'],
      deployments: [{ endpoint: 'chat', status: 'InService', served: [{ rank: 1, job: 'rec', instanceType: 'ml.g6.24xlarge' }] }],
    });
    expect(report.jobs.map(({ name }) => name)).toEqual(['rec', 'a-earlier', 'later']);
    expect(report.jobs[0].candidates![0]).toMatchObject({ title: '1. high-otps-on-g6-24xlarge', deployedAt: ['chat'], onParetoFront: true });
    expect(await collect(account, [arn], new Date('2026-07-01T00:00:00Z'))).toEqual(report);
  });

  test('jobs by name and by ARN, each once', async () => {
    const arn = recommendation();
    await account.benchmark('bench', REAL_RUN);
    expect((await collect(account, [arn, 'rec', 'bench'])).jobs.map(({ name }) => name)).toEqual(['rec', 'bench']);
  });

  test('a stack before a job of the same name, which is said', async () => {
    recommendation('Chat');
    await account.benchmark('bench', REAL_RUN);
    account.stack('Chat', { Benchmark: ['Custom::SageMakerAIBenchmarkJob', 'bench'] });
    const { subjects, notes } = await collect(account, ['Chat']);
    expect(subjects).toMatchObject([{ type: 'Stack' }]);
    expect(notes[0]).toContain(`Chat is also the name of AI recommendation job arn:aws:sagemaker:${REGION}:${ACCOUNT}:ai-recommendation-job/Chat`);
  });

  test.each([
    ['nothing', 'there is no stack and no job nothing in us-west-2'],
    ['not_a-name', 'there is no stack and no job not_a-name in us-west-2'],
    ['arn:aws:cloudformation:us-west-2:111122223333:stack/Gone/1', 'stack arn:aws:cloudformation:us-west-2:111122223333:stack/Gone/1 does not exist'],
    ['arn:aws:sagemaker:us-west-2:111122223333:ai-benchmark-job/gone', 'AI benchmark job arn:aws:sagemaker:us-west-2:111122223333:ai-benchmark-job/gone does not exist'],
    ['arn:aws:sagemaker:us-west-2:999999999999:ai-recommendation-job/rec', 'is it of another account'],
    ['arn:aws:sagemaker:eu-west-1:111122223333:ai-recommendation-job/rec', 'is in eu-west-1, and us-west-2 is asked: give --region eu-west-1'],
    ['arn:aws:sagemaker:us-west-2:111122223333:endpoint/chat', 'is the ARN of no job'],
    ['Empty', 'stack Empty has neither a job nor an endpoint to report'],
  ])('%s is an error, also beside one that is there', async (given, message) => {
    recommendation();
    account.stack('Empty', { Bucket: ['AWS::S3::Bucket', 'bucket'] });
    await expect(collect(account, ['rec', given])).rejects.toThrow(message);
  });

  test('a missing permission counts where nothing else is found', async () => {
    account.denied.add('DescribeStacks').add('DescribeOptimizationJob');
    recommendation();
    expect((await collect(account, ['rec'])).jobs).toHaveLength(1);
    const error = await collect(account, ['other']).catch(thrown => thrown);
    expect(missingAction(error)).toBe('sagemaker:DescribeStacks');
  });
});

describe('what is deployed', () => {
  test('is found by image and files where the package was left aside', async () => {
    recommendation();
    const { ImageUri, S3, EnvironmentVariables } = REAL.DeploymentConfiguration;
    account.endpoint('chat', {
      Image: ImageUri,
      Environment: EnvironmentVariables,
      AdditionalModelDataSources: S3.map(({ ChannelName, Uri }) => ({ ChannelName, S3DataSource: { S3Uri: Uri } })),
    });
    account.stack('Chat', { E: ['AWS::SageMaker::Endpoint', ENDPOINT], R: ['Custom::SageMakerAIRecommendationJob', 'rec'] });
    expect((await jobOf('Chat')).candidates![0].deployedAt).toEqual(['chat']);
  });

  test('is told by its rank where several recommendations share a specification', async () => {
    recommendation('rec', { Recommendations: [REAL, REAL] });
    deployed({ rank: 2 });
    account.stack('Chat', { E: ['AWS::SageMaker::Endpoint', ENDPOINT], R: ['Custom::SageMakerAIRecommendationJob', 'rec'] });
    expect((await jobOf('Chat')).candidates!.map(({ deployedAt }) => deployedAt)).toEqual([[], ['chat']]);
  });

  test('is told by rank and instance type where a model that was there already is served', async () => {
    account.job('InferenceRecommendationsJob', 'resnet', {
      ...RECOMMENDER_JOB,
      InputConfig: { ModelName: 'resnet' },
      InferenceRecommendations: [{
        EndpointConfiguration: { InstanceType: 'ml.g6.24xlarge' }, ModelConfiguration: {}, Metrics: {},
      }],
    });
    account.endpoint('chat', { Image: 'image', ModelDataUrl: 's3://my-models/resnet/model.tar.gz' }, { rank: 1 });
    account.stack('Chat', { E: ['AWS::SageMaker::Endpoint', ENDPOINT], R: ['Custom::SageMakerInferenceRecommendationsJob', 'resnet'] });
    expect((await jobOf('Chat')).candidates![0].deployedAt).toEqual(['chat']);
  });

  test('is nothing that the report fails for', async () => {
    recommendation();
    account.denied.add('DescribeEndpoint');
    account.stack('Chat', { E: ['AWS::SageMaker::Endpoint', ENDPOINT], R: ['Custom::SageMakerAIRecommendationJob', 'rec'] });
    const report = await collect(account, ['Chat']);
    expect(report.notes).toEqual(['What endpoint chat serves is not known: the permission sagemaker:DescribeEndpoint is missing.']);
    expect(report.jobs).toHaveLength(1);
  });
});

describe('expected against measured', () => {
  test('with both concurrencies, and without a verdict where they differ', async () => {
    recommendation();
    deployed();
    await account.benchmark('bench', REAL_RUN);
    const { benchmark } = (await collect(account, ['rec', 'bench'])).jobs[1];
    expect(benchmark!.expected).toMatchObject({ of: '1. high-otps-on-g6-24xlarge', expectedConcurrency: '88', measuredConcurrency: '10', caveat: expect.stringContaining('88') });
    expect(benchmark!.expected!.figures).toContainEqual({
      metric: 'TimeToFirstToken', stat: 'p50', unit: 'Milliseconds', expected: '269.55', measured: '270.7856265', delta: { percent: 0.46 },
    });
    expect(benchmark!.expected!.figures).toContainEqual({
      metric: 'OutputTokenThroughput', stat: 'avg', unit: 'Tokens/Second', expected: '1893.21', measured: '218.10135989110472', delta: { percent: -88.48 },
    });
    expect(benchmark!.expected!.figures).toHaveLength(9);
  });

  test('of the level of a sweep at which the expectation holds, from what the deployment has noted', async () => {
    deployed({ rank: 1, performance: '{"TimeToFirstToken":{"p50":269.55},"ClientSideConcurrency":88}' });
    await account.benchmark('sweep', results(Object.fromEntries([10, 88].map(level => [
      `concurrency_${level}/`, profileOf({ figures: { 'time_to_first_token.p50': level * 4 } }, level),
    ]))));
    const { benchmark } = await jobOf('sweep');
    expect(benchmark!.runs.map(({ concurrency }) => concurrency)).toEqual(['10', '88']);
    expect(benchmark!.expected).toEqual({
      of: '1. high-otps-on-g6-24xlarge',
      expectedConcurrency: '88',
      measuredConcurrency: '88',
      caveat: undefined,
      figures: [{ metric: 'TimeToFirstToken', stat: 'p50', unit: 'Milliseconds', expected: '269.55', measured: '352', delta: { percent: 30.59, verdict: 'worse' } }],
    });
  });

  test('not where something else has been deployed since', async () => {
    recommendation();
    deployed({ rank: 1, configuredAt: new Date('2026-06-20T00:00:00Z') });
    await account.benchmark('bench', REAL_RUN);
    expect((await collect(account, ['rec', 'bench'])).jobs[1].benchmark!.expected).toMatchObject({ caveat: expect.stringContaining('was updated after this benchmark'), figures: [] });
  });
});

describe('benchmarks', () => {
  test('two runs are compared with the first one, and what else differs is said', async () => {
    await account.benchmark('first', REAL_RUN);
    await account.benchmark('second', results({ '': profileOf({ figures: { 'time_to_first_token.p90': 407.0549514900001, 'output_token_throughput.avg': 240 } }) }),
      { CreationTime: new Date('2026-06-10T00:00:00Z'), AIWorkloadConfigIdentifier: 'other' });
    await account.benchmark('sweep', results({ 'concurrency_1/': profileOf({}, 1), 'concurrency_2/': profileOf({}, 2) }));
    const { comparisons: [comparison, ...others] } = await collect(account, ['second', 'first', 'sweep']);
    expect(others).toEqual([]);
    expect(comparison.jobs).toEqual(['first', 'second']);
    expect(comparison.differences).toEqual([{ name: 'Workload', values: ['chat-workload', 'other'] }]);
    expect(comparison.figures).toContainEqual({
      figure: 'time_to_first_token.p90', unit: 'ms', values: ['370.0499559000001', '407.0549514900001'], deltas: [null, { percent: 10, verdict: 'worse' }],
    });
    expect(comparison.figures).toContainEqual({
      figure: 'output_token_throughput.avg', unit: 'tokens/sec', values: ['218.10135989110472', '240'], deltas: [null, { percent: 10.04, verdict: 'better' }],
    });
    expect(comparison.figures.find(({ figure }) => figure === 'error_request_count.avg')).toEqual({
      figure: 'error_request_count.avg', unit: 'requests', values: ['10.0', null], deltas: [null, null],
    });
  });

  test('the boundary of a search, with what it tried', async () => {
    await account.benchmark('search', { 'search_history.json': JSON.stringify(searchHistory({ ttft_sla_ms: 500, search_stat: 'p90' }, {}, profileOf({}))) });
    const { benchmark } = await jobOf('search');
    expect(benchmark).toMatchObject({
      runs: [],
      search: {
        dimension: 'phases.profiling.concurrency',
        objective: 'maximize output_token_throughput avg',
        limits: ['time_to_first_token p90 < 500'],
        feasibleMax: '32',
        infeasibleMin: '48',
        firstBreach: 'time_to_first_token p90 < 500, observed 535',
        convergence: 'monotonic_precision_reached',
        iterations: [{ level: '32', objective: '218.10135989110472', feasible: true }, { level: '48', objective: '218.10135989110472', feasible: false }],
      },
    });
    expect(writeMarkdown(await collect(account, ['search']))).toContain('* Highest level within the limits: 32\n* Lowest level beyond them: 48 (time\\_to\\_first\\_token p90 \\< 500, observed 535)');
  });

  test('whose results are gone, damaged, empty or unreadable say so, and the others are reported', async () => {
    await account.benchmark('gone', undefined);
    await account.benchmark('damaged', undefined);
    account.object('benchmarks/damaged/output.tar.gz', Buffer.from('no archive'));
    await account.benchmark('empty', { 'MANIFEST.txt': '' });
    await account.benchmark('running', REAL_RUN, { AIBenchmarkJobStatus: 'InProgress' });
    await account.benchmark('failed', REAL_RUN, { AIBenchmarkJobStatus: 'Failed', FailureReason: 'error rate 3.33%' });
    const { jobs } = await collect(account, ['gone', 'damaged', 'empty', 'running', 'failed']);
    const told = jobs.map(({ name, state, failureReason, benchmark }) => [name, state, failureReason ?? benchmark!.problem, benchmark!.runs.length]);
    expect(told).toEqual([
      ['gone', 'succeeded', 'its results were never written below s3://my-models/benchmarks/gone/, or were deleted or have expired since', 0],
      ['damaged', 'succeeded', expect.stringContaining('output.tar.gz is damaged or incomplete: '), 0],
      ['empty', 'succeeded', expect.stringContaining('no profile_export_aiperf.json'), 0],
      ['running', 'running', 'it is still running', 0],
      ['failed', 'failed', 'error rate 3.33%', 1],
    ]);

    account.denied.add('ListObjectsV2');
    expect((await jobOf('gone')).benchmark!.problem).toContain('its results cannot be read: User: ');
  });
});

describe('other jobs', () => {
  test('what an optimization job did', async () => {
    account.job('OptimizationJob', 'awq', { ...OPTIMIZED_JOB, OptimizationJobStatus: 'COMPLETED' });
    const report = await collect(account, ['awq']);
    expect(report.jobs[0]).toMatchObject({ type: 'OptimizationJob', candidates: [{ rank: 1, figures: [] }] });
    expect(report.jobs[0].candidates![0].optimizedWith).toEqual([
      { type: 'Sharding', settings: [{ name: 'Image', value: 'i' }, { name: 'OverrideEnvironment.OPTION_TENSOR_PARALLEL_DEGREE', value: '4' }] },
      { type: 'Quantization', settings: [] },
    ]);
    expect(report.jobs[0].plot).toBeUndefined();
    expect(await writeHtml(report, await loadCharts())).toContain('There is no plot');
  });

  test('what Inference Recommender found', async () => {
    account.job('InferenceRecommendationsJob', 'resnet', {
      ...RECOMMENDER_JOB, EndpointPerformances: [{ EndpointInfo: { EndpointName: 'old' }, Metrics: { MaxInvocations: 600, ModelLatency: 9 } }],
    });
    const { candidates, plot, endpoints } = await jobOf('resnet');
    expect(candidates![0].figures).toContainEqual({ metric: 'CostPerHour', value: '0.20399999618530273', unit: 'USD' });
    expect(plot).toMatchObject({ throughput: { metric: 'MaxInvocations' }, latency: { metric: 'ModelLatency' } });
    expect(endpoints).toEqual([{ name: 'old', figures: [{ metric: 'MaxInvocations', value: '600', unit: 'Requests/Minute' }, { metric: 'ModelLatency', value: '9', unit: '' }] }]);
  });

  test.each([['InProgress', 'running'], ['Failed', 'failed'], ['Stopped', 'stopped']])('one that is %s has no candidates', async (AIRecommendationJobStatus, state) => {
    recommendation('rec', { AIRecommendationJobStatus, FailureReason: 'because' });
    const job = await jobOf('rec');
    expect(job).toMatchObject({ status: AIRecommendationJobStatus, state, failureReason: 'because' });
    expect(job.candidates).toBeUndefined();
  });
});

describe('secrets', () => {
  test.each([
    ['HF_TOKEN', 'x', true], ['HUGGING_FACE_HUB_TOKEN', 'x', true], ['AWS_SECRET_ACCESS_KEY', 'x', true], ['API_KEY', 'x', true], ['DB_PASSWORD', '12345678', true],
    ['AUTH_TOKENS', 'x', true], ['URL', 'https://me:pass@host/', true], ['X', 'AKIAIOSFODNN7EXAMPLE', true], ['HF_TOKEN', '', false],
    ['SM_VLLM_MAX_NUM_BATCHED_TOKENS', '8192', false], ['OPTION_TOKENIZER', '/opt/ml', false], ['SM_VLLM_MAX_NUM_SEQS', '88', false], ['HF_MODEL_ID', '/opt/ml/model', false],
  ])('%s=%s: %p', (name, value, secret) => {
    expect(looksSecret(name, value)).toBe(secret);
  });

  test('are in none of the formats, which say so', async () => {
    const EnvironmentVariables = { HF_TOKEN: 'the-secret', SM_VLLM_MAX_NUM_SEQS: '88' };
    recommendation('rec', { Recommendations: [{ ...REAL, DeploymentConfiguration: { ...REAL.DeploymentConfiguration, EnvironmentVariables } }] });
    const report = await collect(account, ['rec']);
    expect(report.jobs[0].candidates![0].environment).toEqual([{ name: 'HF_TOKEN', masked: true }, { name: 'SM_VLLM_MAX_NUM_SEQS', value: '88' }]);
    for (const text of [JSON.stringify(report), writeMarkdown(report), await writeHtml(report, await loadCharts())]) {
      expect(text).toContain('HF_TOKEN');
      expect(text).not.toContain('the-secret');
    }
    expect(writeMarkdown(report)).toContain('are masked');
  });
});

test('Markdown has nobody else\'s markup in it', async () => {
  const hostile = 'a|b\n# c <img src=x> [d](http://e) `f` **g** \\|';
  recommendation('rec', {
    FailureReason: hostile,
    Recommendations: [{
      ...REAL,
      ModelDetails: { ...REAL.ModelDetails, InferenceSpecificationName: hostile },
      DeploymentConfiguration: { ...REAL.DeploymentConfiguration, ImageUri: hostile, EnvironmentVariables: { [hostile]: hostile } },
    }],
  });
  const markdown = writeMarkdown(await collect(account, ['rec']));
  const escaped = 'a\\|b \\# c \\<img src=x\\> \\[d\\](http\\://e) \\`f\\` \\*\\*g\\*\\* \\\\\\|';
  expect(markdown.split(escaped)).toHaveLength(7); // reason, row, heading, image, name and value of the variable
  expect(markdown).not.toMatch(/^# c|(?<!\\)<img|(?<!\\)\[d/m);
});

describe('figures', () => {
  test.each([
    [[[1, 10], [2, 20], [3, 15], [1, 5]], [[1, 10], [2, 20]]],
    [[[5, 5]], [[5, 5]]],
    [[[5, 5], [5, 5]], [[5, 5], [5, 5]]],
    [[[5, 5], [5, 6], [4, 6]], [[4, 6]]],
  ])('the Pareto front of %j is %j', (points, front) => {
    const found = paretoFront(points.map(([latency, throughput]) => ({ latency, throughput })));
    expect(found.map(({ latency, throughput }) => [latency, throughput])).toEqual(front);
  });

  test.each([
    ['TimeToFirstToken', '200', '220', { percent: 10, verdict: 'worse' }, '+10.0 %'],
    ['output_token_throughput.avg', '200', '150', { percent: -25, verdict: 'worse' }, '−25.0 %'],
    ['RequestLatency', '3', '1', { percent: -66.67, verdict: 'better' }, '−66.7 %'],
    ['request_count', '290.0', '290', { percent: 0 }, '±0.0 %'],
    ['TimeToFirstToken', '10', '100', { percent: 900, verdict: 'worse' }, '+900 %'],
  ])('%s from %s to %s', (metric, before, after, delta, text) => {
    expect(deltaOf(metric, before, after)).toEqual(delta);
    expect(shownDelta(delta as ReturnType<typeof deltaOf> & object)).toBe(text);
  });

  test('nothing is so much percent of nothing', () => expect(deltaOf('error_request_count', '0', '5')).toBeUndefined());
});

test.each([['Chat', 'Chat'], ['../../etc/passwd', 'etc-passwd'], ['...', 'report'], ['a b/c', 'a-b-c']])('%s is written to %s.html', (name, file) => {
  expect(fileNameOf(name)).toBe(file);
});

describe('the command', () => {
  const { log } = console;
  let directory: string;
  let printed: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'report-'));
    printed = '';
    recommendation();
    jest.spyOn(process.stdout, 'write').mockImplementation((text, done) => {
      printed += text;
      (done as unknown as () => void)();
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    console.log = log;
    rmSync(directory, { recursive: true, force: true });
  });

  test('prints Markdown and JSON, of which JSON is all of the report', async () => {
    expect(await command(account, ['rec'], { format: 'md' })).toBe(0);
    expect(printed).toMatch(/^# rec\n/);
    printed = '';
    expect(await command(account, ['rec'], { format: 'json', output: '-' })).toBe(0);
    const { madeAt, ...rest } = JSON.parse(JSON.stringify(await collect(account, ['rec'])));
    expect(JSON.parse(printed) as Report).toEqual({ ...rest, madeAt: expect.any(String) });
  });

  test('writes to a file and says where', async () => {
    const file = join(directory, 'report.md');
    expect(await command(account, ['rec'], { format: 'md', output: file })).toBe(0);
    expect(printed).toBe(`${file}\n`);
    expect(readFileSync(file, 'utf8')).toMatch(/^# rec\n/);
  });

  test.each([
    ['a format that there is not', { format: 'pdf' }, '--format takes html, md, json, got pdf'],
    ['a format by the name of a member', { format: 'constructor' }, '--format takes html, md, json, got constructor'],
    ['no file', { format: 'md', output: '' }, '--output takes the name of a file'],
    ['a folder that does not exist', { format: 'md', output: '/does/not/exist.md' }, '/does/not/exist.md cannot be written: ENOENT'],
  ])('refuses %s', async (_, options, message) => {
    await expect(command(account, ['rec'], options)).rejects.toThrow(message);
    expect(printed).toBe('');
  });
});
