import { App } from 'aws-cdk-lib';
import { BUCKET, Common, deploy, destroy, served } from './deploy';
import { BenchmarkGateStack } from '../../examples/benchmark-gate/benchmark-gate-stack';
import type { Stack } from '../../sandbox/cloudformation';
import { World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'BenchmarkGate';
const gate = (props: { instanceCount?: number } = {}) => (app: App, common: Common) => new BenchmarkGateStack(app, NAME, { ...common, ...props });

/** The throughput that each run measures, three for each deployment of which the middle one counts. */
const start = (...throughput: number[]) => World.start({
  scenario: { benchmark: (_, nth) => ({ figures: { 'output_token_throughput.avg': throughput[nth - 1] } }) },
});
const parameter = (stack: Stack) => JSON.parse(String([...stack.resources.values()].find(({ type }) => type === 'AWS::SSM::Parameter')!.attributes.Value));

test('what is as fast as expected stays, and its figures can be read', async () => {
  const world = await start(260.5, 212.25, 190);
  const stack = await deploy(world, gate());
  expect(stack.status).toBe('CREATE_COMPLETE');
  const { name, status, variant } = served(world);
  expect(status).toBe('InService');
  expect(variant).toMatchObject({ InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 });

  const runs = world.jobs('AIBenchmarkJob');
  expect(runs.map(run => run.status)).toEqual(['Completed', 'Completed', 'Completed']);
  expect(stack.outputs).toMatchObject({
    EndpointName: name,
    InstanceType: 'ml.g6.24xlarge',
    OutputTokensPerSecond: '212.25',
    BenchmarkResults: expect.stringContaining(`s3://${BUCKET}/benchmarks/${runs[0].name}`),
  });
  expect(stack.outputs.Verdict).toMatch(/^met 3 of 3 expectations: .*compared with nothing: no run has passed before$/);
  expect(parameter(stack)).toEqual({ timeToFirstTokenP90: '370.0499559000001', outputTokensPerSecond: '212.25' });

  expect(await destroy(world, NAME)).toEqual([]);
});

test('a tag runs nothing, another deployment goes through the gate again', async () => {
  const world = await start(220, 220, 220, 400, 400, 400);
  await deploy(world, gate());
  const [{ arn }] = world.sandbox.sagemaker.jobs('AIBenchmarkJob');

  expect((await deploy(world, gate(), { team: 'chat' })).status).toBe('UPDATE_COMPLETE');
  expect(world.tags(arn)).toMatchObject({ team: 'chat' });
  expect(world.count('CreateAIBenchmarkJob')).toBe(3);

  const scaled = await deploy(world, gate({ instanceCount: 2 }), { team: 'chat' });
  expect(scaled.status).toBe('UPDATE_COMPLETE');
  expect(served(world)).toMatchObject({ status: 'InService', variant: { InitialInstanceCount: 2 } });
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(world.count('CreateAIBenchmarkJob')).toBe(6);
  expect(world.jobs('AIBenchmarkJob')).toHaveLength(3); // those of what is no longer served are gone
  expect(parameter(scaled)).toMatchObject({ outputTokensPerSecond: '400' });

  expect(await destroy(world, NAME)).toEqual([]);
});

test('what is too slow does not stay: what served before serves again', async () => {
  const world = await start(220, 220, 220, 189, 400, 189);
  const before = await deploy(world, gate());
  const serving = served(world);

  const failed = await deploy(world, gate({ instanceCount: 2 }));
  expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.failures(failed)[0]).toContain(
    'benchmark missed 1 of 3 expectations by the median of its 3 runs: output_token_throughput avg is 189 tokens/sec, '
    + 'at least 200 tokens/sec with a tolerance of 5 % was expected');
  expect(served(world)).toEqual(serving);
  expect(failed.outputs).toMatchObject({ EndpointName: before.outputs.EndpointName, OutputTokensPerSecond: '220' });
  expect(parameter(failed)).toEqual(parameter(before));

  // Deployed again as it is, the runs that missed are judged again: the rollback has kept them, and they cost nothing.
  expect((await deploy(world, gate({ instanceCount: 2 }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.count('CreateAIBenchmarkJob')).toBe(6);
  expect(await destroy(world, NAME)).toEqual(Array(3).fill(expect.stringMatching(/^ai-benchmark-job\/BenchmarkGate-Gate/)));
});
