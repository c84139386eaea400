import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { app, AppOptions, failing } from './app';
import { MINUTE, World } from './harness';
import { defaultRecommendations, figures } from '../../sandbox/sagemaker/default-recommendations';
import type { AIRecommendationPerformanceMetric } from '../../sandbox/sagemaker/types';
import {
  DeployRecommendation, GpuInstanceType, Hosting, InferenceDashboard, JobOutput, ModelOptimization, ModelSource, OptimizationJob, OptimizationModel,
} from '../../src';

afterEach(() => World.stopAll());

/** A world whose jobs expect these figures of all that they recommend: another run may expect others. */
const start = (expected: (nth: number) => AIRecommendationPerformanceMetric[] | undefined) => World.start({
  scenario: {
    recommendation: (request, nth) => ({
      recommendations: defaultRecommendations(request).map(each => ({ ...each, ExpectedPerformance: expected(nth) })),
    }),
  },
});

const withDashboard = (options: AppOptions = {}) => app({
  ...options,
  also: (stack, job) => {
    const endpoint = stack.node.findChild('Endpoint') as DeployRecommendation;
    new InferenceDashboard(stack, 'Dashboard', { deployments: [endpoint] });
    options.also?.(stack, job);
  },
});

/** The one dashboard that there is, as CloudWatch has got it. */
function dashboard(world: World) {
  const [body, ...others] = [...world.sandbox.cloudWatch.dashboards.values()];
  expect(others).toEqual([]);
  const { widgets } = JSON.parse(body) as { widgets: Record<string, any>[] };
  const annotations = (title: string) => widgets.find(({ properties }) => properties.title === title)!.properties.annotations.horizontal
    .filter(({ visible }: { visible: boolean }) => visible)
    .map(({ label, value }: { label: string; value: number }) => [label.split(' ').at(-1), value]);
  return {
    markdown: widgets.find(({ type }) => type === 'text')!.properties.markdown as string,
    throughput: annotations('Requests per second'),
    latency: annotations('Latency in milliseconds'),
    firstChunk: annotations('First part of streamed answers in milliseconds'),
  };
}

/** The figures of a metric, as a job states them. */
const stated = (metric: string, of = figures()) => of.filter(({ Metric }) => Metric === metric).map(({ Stat, Value }) => [Stat, Number(Value)]);

/** What serves, and what it took to come to that. */
const serving = (world: World) => ({
  models: world.sandbox.sagemaker.models.map(({ arn }) => arn),
  configs: world.sandbox.sagemaker.endpointConfigs.map(({ arn }) => arn),
  updates: world.count('UpdateEndpoint'),
  jobs: world.jobs(),
});

describe('a dashboard that is deployed with its endpoint', () => {
  test('shows what the job expects, to the digit, and which recommendation serves', async () => {
    const world = await World.start();
    const stack = await world.deploy(withDashboard());
    expect(world.failures(stack)).toEqual([]);
    const shown = dashboard(world);
    expect(shown.throughput).toEqual([['throughput', 7.5114]]);
    expect(shown.latency).toEqual([['p50', 11134.94], ['p90', 12119.56], ['p99', 13762.74]]);
    expect(shown.latency).toEqual(stated('RequestLatency'));
    expect(shown.firstChunk).toEqual(stated('TimeToFirstToken'));
    const [{ name }] = world.jobs();
    expect(shown.markdown).toContain(`| AllTraffic | AI recommendation job ${name} | high-otps-on-g6-24xlarge | 1 | ml.g6.24xlarge | 1 | 2 |`);
    expect(shown.markdown).toMatch(/Model package: arn:aws:sagemaker:us-west-2:111122223333:model-package\/[\w-]+\/1\n/);
    expect(shown.markdown).toContain('InterTokenLatency p50 43.38, p90 44.35 Milliseconds; ClientSideConcurrency 88 Count');
    await world.destroy();
    expect(world.sandbox.cloudWatch.dashboards.size).toBe(0);
    expect(world.leftovers()).toEqual([]);
  });

  test('shows other figures when another recommendation is served', async () => {
    const world = await start(nth => figures(nth));
    await world.deploy(withDashboard());
    const before = dashboard(world);
    const stack = await world.deploy(withDashboard({ job: { rerunToken: '2' } }));
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(before.latency).toEqual(stated('RequestLatency', figures(1)));
    expect(dashboard(world).latency).toEqual(stated('RequestLatency', figures(2)));
  });

  test('shows alarms, and components with their copies', async () => {
    const world = await World.start();
    const endpoint = { hosting: Hosting.inferenceComponents() };
    const stack = await world.deploy(withDashboard({ endpoint }));
    expect(world.failures(stack)).toEqual([]);
    expect(dashboard(world).latency).toEqual(stated('RequestLatency'));
    expect(dashboard(world).markdown).toMatch(/\| AI recommendation job [\w-]+ \| high-otps-on-g6-24xlarge \| 1 \| ml\.g6\.24xlarge \| 1 \| 2 \|/);
    const other = await World.start();
    await other.deploy(withDashboard({ also: scope => (scope.node.findChild('Endpoint') as DeployRecommendation).addDefaultAlarms() }));
    const [body] = other.sandbox.cloudWatch.dashboards.values();
    expect(JSON.parse(body).widgets[1].properties.alarms).toEqual(other.sandbox.cloudWatch.alarms.map(({ arn }) => arn));
  });
});

describe('a stack that was deployed without a dashboard', () => {
  test('gets one with the figures, and nothing of the endpoint is another', async () => {
    const world = await World.start();
    await world.deploy(app());
    const before = serving(world);
    const stack = await world.deploy(withDashboard());
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(dashboard(world).latency).toEqual(stated('RequestLatency'));
    expect(serving(world)).toEqual(before);

    expect((await world.deploy(app())).status).toBe('UPDATE_COMPLETE');
    expect(world.sandbox.cloudWatch.dashboards.size).toBe(0);
    expect(serving(world)).toEqual(before);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('gets one also after the job is gone: the figures are kept with what serves', async () => {
    const world = await World.start();
    await world.deploy(app());
    const [{ name }] = world.jobs();
    await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: name });
    const stack = await world.deploy(withDashboard());
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(dashboard(world).latency).toEqual(stated('RequestLatency'));
  });

  test('is as it was when the update fails', async () => {
    const world = await World.start();
    await world.deploy(app());
    const before = serving(world);
    const stack = await world.deploy(withDashboard({ also: scope => failing(scope, scope.node.findChild('Dashboard')) }));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.sandbox.cloudWatch.dashboards.size).toBe(0);
    expect(serving(world)).toEqual(before);
  });
});

describe('figures that there are not', () => {
  test.each([
    ['at all', undefined],
    ['as numbers', [{ Metric: 'RequestLatency', Stat: 'p50', Value: 'n/a' }]],
    ['in a unit that is known', [{ Metric: 'RequestLatency', Stat: 'p50', Value: '5', Unit: 'Blinks' }]],
  ])('%s draw no lines', async (_, expected) => {
    const world = await start(() => expected);
    const stack = await world.deploy(withDashboard());
    expect(world.failures(stack)).toEqual([]);
    expect(dashboard(world)).toMatchObject({ throughput: [], latency: [], firstChunk: [] });
    expect(dashboard(world).markdown).toContain(expected?.[0].Value === '5' ? 'Expected: RequestLatency p50 5 Blinks\n' : 'Expected: not stated\n');
  });

  test('because the job measures nothing are no reason to fail', async () => {
    const world = await World.start({ scenario: { optimization: () => ({ duration: 4 * MINUTE }) } });
    const stack = await world.deploy(scope => {
      const recommendation = new OptimizationJob(scope, 'Optimization', {
        model: OptimizationModel.fromS3(ModelSource.fromS3Uri('s3://my-models/llama/'), { acceptEula: true }),
        instanceType: GpuInstanceType.G6_12XLARGE,
        optimizations: [ModelOptimization.sharding({ tensorParallelDegree: 4 })],
        output: JobOutput.toS3Uri('s3://my-models/optimized/'),
        waitTimeout: Duration.minutes(100),
      });
      new InferenceDashboard(scope, 'Dashboard', { deployments: [new DeployRecommendation(scope, 'Endpoint', { recommendation })] });
    });
    expect(world.failures(stack)).toEqual([]);
    const [body] = world.sandbox.cloudWatch.dashboards.values();
    expect(body).toContain('| optimization job ');
    expect(body).not.toContain('"annotations"');
  });
});

test('what a job calls its metrics can\'t break the text', async () => {
  const world = await start(() => [{ Metric: 'say "hi"\\ now', Value: '1' }, { Metric: 'RequestThroughput', Stat: 'avg', Value: '1.50', Unit: 'rps' }]);
  const stack = await world.deploy(withDashboard());
  expect(world.failures(stack)).toEqual([]);
  expect(dashboard(world).markdown).toContain('Expected: say  hi   now 1; ');
});

test('a dashboard that CloudWatch would not take fails the deployment, as it does there', async () => {
  const world = await World.start();
  const stack = await world.deploy(scope => {
    new cloudwatch.CfnDashboard(scope, 'Dashboard', { dashboardBody: '{"widgets":[{"type":"text","properties":{"markdown":"say "hi""}}]}' });
  });
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.failures(stack).join()).toContain('The field DashboardBody must be a valid JSON object');
});
