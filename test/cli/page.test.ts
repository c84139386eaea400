import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Account, results } from './account';
import { lookAt, testInBrowser } from './browser';
import { loadCharts } from './charts';
import { collect } from '../../cli/report/collect';
import { Charts, writeHtml } from '../../cli/report/html';
import { profileOf } from '../../sandbox/sagemaker/benchmark-profile';
import { searchHistory } from '../../sandbox/sagemaker/benchmark-search';
import { defaultRecommendations, REQUEST } from '../../sandbox/sagemaker/fixtures';
import type { AIRecommendation } from '../../sandbox/sagemaker/types';

const PACKAGE = 'arn:aws:sagemaker:us-west-2:111122223333:model-package/chat/1';
const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script><!--\'`&lt;';

let charts: Charts;
let directory: string;
let account: Account;
beforeAll(async () => { charts = await loadCharts(); });
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'page-'));
  account = new Account();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function written(...subjects: string[]): Promise<string> {
  const file = join(directory, 'report.html');
  writeFileSync(file, await writeHtml(await collect(account, subjects), charts));
  return file;
}

/** Each of them faster or with more throughput than another, but for the last one, which is neither. */
function recommendations(count: number): AIRecommendation[] {
  const InstanceTypes = ['ml.g6.24xlarge', 'ml.p5.48xlarge', 'ml.g6e.12xlarge', 'ml.p4d.24xlarge', 'ml.g7e.12xlarge'].slice(0, count);
  return defaultRecommendations({ ...REQUEST, OptimizeModel: true, ComputeSpec: { InstanceTypes } } as typeof REQUEST).map((each, index) => ({
    ...each,
    ModelDetails: { ...each.ModelDetails, ModelPackageArn: PACKAGE },
    ExpectedPerformance: each.ExpectedPerformance!.map(figure => ({
      ...figure,
      Value: figure.Metric === 'OutputTokenThroughput' ? String([1893.21, 2877.68, 1090.49, 1260.12, 853][index])
        : figure.Metric === 'TimeToFirstToken' && figure.Stat === 'p50' ? String([269.55, 310.1, 168.47, 315.88, 197.42][index]) : figure.Value,
    })),
  }));
}

function job(name: string, Recommendations: AIRecommendation[], AIRecommendationJobStatus = 'Completed'): string {
  return account.job('AIRecommendationJob', name, { ...REQUEST, AIRecommendationJobName: name, AIRecommendationJobStatus, Recommendations });
}

testInBrowser('a stack with everything in it: a mark for each candidate, the chosen one named, all text readable', async browser => {
  const found = recommendations(5);
  job('chat-recommendation', found);
  account.endpoint('chat', { ModelPackageName: PACKAGE, InferenceSpecificationName: found[1].ModelDetails!.InferenceSpecificationName }, { rank: 2 });
  await account.benchmark('gate-1', results({ '': profileOf({ errorRate: 10 / 300 }) }));
  await account.benchmark('gate-2', results({ '': profileOf({ figures: { 'time_to_first_token.p50': 190.2 } }) }), { AIBenchmarkJobStatus: 'Failed', FailureReason: 'because' });
  await account.benchmark('sweep', results(Object.fromEntries([1, 10, 88].map(level => [`concurrency_${level}/`, profileOf({}, level)]))));
  await account.benchmark('search', { 'search_history.json': JSON.stringify(searchHistory({ ttft_sla_ms: 500 }, {}, profileOf({}))) });
  await account.benchmark('gone', undefined);
  account.stack('Chat', {
    Recommendation: ['Custom::SageMakerAIRecommendationJob', 'chat-recommendation'],
    Endpoint: ['AWS::SageMaker::Endpoint', 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/chat'],
    ...Object.fromEntries(['gate-1', 'gate-2', 'sweep', 'search', 'gone'].map(name => [name, ['Custom::SageMakerAIBenchmarkJob', name]])),
  });

  const { problems, marks, text } = await lookAt(browser, await written('Chat'));

  expect(problems).toEqual([]);
  const names = found.map(({ ModelDetails }, index) => `${index + 1}. ${ModelDetails!.InferenceSpecificationName}`);
  for (const width of [1280, 400]) {
    expect(marks[width].map(mark => mark.split(':')[0])).toEqual(names);
    expect(marks[width].filter(mark => mark.includes('(deployed'))).toEqual([
      `${names[1]}: Output token throughput 2877.68 tokens/s, Time to first token p50 310.1 ms (deployed, on the Pareto front)`,
    ]);
    expect(marks[width].filter(mark => mark.includes('on the Pareto front')).map(mark => mark.charAt(0))).toEqual(['1', '2', '3']);
  }
  expect(text).toContain(`deployed: ${names[1]}`);
  expect(text).toContain('218.10135989110472'); // what the benchmark measured
});

testInBrowser('one candidate, and candidates without figures', async browser => {
  job('one', recommendations(1));
  job('none', recommendations(2).map(each => ({ ...each, ExpectedPerformance: [] })));
  job('empty', []);

  const { problems, marks, text } = await lookAt(browser, await written('one', 'none', 'empty'));

  expect(problems).toEqual([]);
  expect(marks[1280]).toHaveLength(1);
  expect(text).toContain('There is no plot');
  expect(text).toContain('It completed without any recommendation');
});

testInBrowser('nothing in names, values or reasons becomes part of the page', async browser => {
  const hostile = recommendations(2).map(each => ({
    ...each,
    ModelDetails: { ...each.ModelDetails, InferenceSpecificationName: HOSTILE },
    DeploymentConfiguration: {
      ...each.DeploymentConfiguration, ImageUri: HOSTILE, EnvironmentVariables: { [HOSTILE]: HOSTILE }, InstanceType: HOSTILE,
    },
    OptimizationDetails: [{ OptimizationType: HOSTILE, OptimizationConfig: { [HOSTILE]: HOSTILE } }],
    ExpectedPerformance: [...each.ExpectedPerformance!, { Metric: HOSTILE, Stat: HOSTILE, Value: '1', Unit: HOSTILE }],
  })) as unknown as AIRecommendation[];
  account.job('AIRecommendationJob', 'hostile', { AIRecommendationJobStatus: 'Completed', FailureReason: HOSTILE, AIWorkloadConfigIdentifier: HOSTILE, Recommendations: hostile });
  account.endpoint('chat', { ModelPackageName: PACKAGE, InferenceSpecificationName: HOSTILE, Image: HOSTILE }, { rank: 1 });
  const profile = { ...profileOf({}), [HOSTILE]: { unit: HOSTILE, avg: 1 }, error_summary: [{ error_details: { type: HOSTILE }, count: 1 }] };
  await account.benchmark('gate', results({ '': profile, 'concurrency_2/': profile }), { AIWorkloadConfigIdentifier: HOSTILE });
  await account.benchmark('search', { 'search_history.json': JSON.stringify({ config: { objective_metric: HOSTILE }, iterations: [], boundary_summary: { swept_dim_path: HOSTILE } }) });

  const file = await written('hostile', 'gate', 'search');
  const { problems, marks, text } = await lookAt(browser, file);
  const page = await browser.newPage();
  await page.goto(`file://${file}`);

  expect(problems).toEqual([]);
  expect(marks[1280]).toHaveLength(2);
  expect(text).toContain(HOSTILE);
  expect(await page.locator('script, img, iframe, object, embed, link, form, a').count()).toBe(0);
  expect(await page.evaluate(() => [...(globalThis as any).document.querySelectorAll('*')].flatMap((each: any) => each.getAttributeNames()).filter((name: string) => /^on/i.test(name)))).toEqual([]);
  await page.close();
});

testInBrowser('the check sees what is wrong with a page', async browser => {
  const file = join(directory, 'bad.html');
  writeFileSync(file, '<p style="font-size: 8px">small</p><p style="color: #999">pale</p><p style="width: 2000px">wide</p>'
    + '<img src="http://127.0.0.1:9/x.png"><script>console.error("loud")</script>');

  const { problems } = await lookAt(browser, file);

  for (const problem of ['"small" has a size of 8.0', '"pale" has a contrast of 2.85', 'pixels wide', 'request to http://127.0.0.1:9/x.png', 'console error: loud']) {
    expect(problems).toContainEqual(expect.stringContaining(`at 400 pixels, light: ${problem.startsWith('pixels') ? 'the page is ' : problem}`));
  }
});
