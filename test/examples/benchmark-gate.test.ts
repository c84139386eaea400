import { App } from 'aws-cdk-lib';
import { BUCKET, Common, deploy, destroy, served } from './deploy';
import { BenchmarkGateStack } from '../../examples/benchmark-gate/benchmark-gate-stack';
import type { Scenario } from '../../sandbox/sagemaker';
import { MINUTE, World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'BenchmarkGate';
const gate = (props: { instanceCount?: number } = {}) => (app: App, common: Common) => new BenchmarkGateStack(app, NAME, { ...common, ...props });

/** Figures by the number of the run. The second of each three is the median. */
const world = (throughput: number[], scenario: Scenario = {}) => World.start({
  scenario: {
    recommendation: () => ({ duration: 20 * MINUTE }),
    benchmark: (_, nth) => ({ figures: { 'output_token_throughput.avg': throughput[nth - 1] } }),
    ...scenario,
  },
});

test('an endpoint that is as fast as expected stays, with its figures', async () => {
  const sandbox = await world([260.5, 212.25, 190]);
  const stack = await deploy(sandbox, gate());
  expect(stack.status).toBe('CREATE_COMPLETE');
  const { name, status, variant } = served(sandbox);
  expect(status).toBe('InService');
  expect(variant.InstanceType).toBe('ml.p5.48xlarge');

  expect(sandbox.jobs('AIBenchmarkJob').map(job => job.status)).toEqual(['Completed', 'Completed', 'Completed']);
  const [run] = sandbox.jobs('AIBenchmarkJob');
  expect(stack.outputs).toMatchObject({
    EndpointName: name,
    InstanceType: 'ml.p5.48xlarge',
    OutputTokensPerSecond: '212.25',
    BenchmarkResults: `s3://${BUCKET}/benchmarks/${run.name}`,
  });
  expect(stack.outputs.Verdict).toMatch(/^met 3 of 3 expectations: .*compared with nothing: no run has passed before$/);
  expect(parameter(stack)).toEqual({ timeToFirstTokenP90: '370.0499559000001', outputTokensPerSecond: '212.25' });

  expect(await destroy(sandbox, NAME)).toEqual([]);
});

test('a tag runs nothing, another deployment runs the gate again', async () => {
  const sandbox = await world([220, 220, 220, 400, 400, 400]);
  await deploy(sandbox, gate());
  const before = sandbox.jobs('AIBenchmarkJob');

  const tagged = await deploy(sandbox, gate(), { team: 'chat' });
  expect(tagged.status).toBe('UPDATE_COMPLETE');
  expect(sandbox.count('CreateAIBenchmarkJob')).toBe(3);
  expect(sandbox.jobs('AIBenchmarkJob')).toEqual(before);
  expect(sandbox.tags(sandbox.sagemaker('AIBenchmarkJob'))).toMatchObject({ team: 'chat' });

  const scaled = await deploy(sandbox, gate({ instanceCount: 2 }), { team: 'chat' });
  expect(scaled.status).toBe('UPDATE_COMPLETE');
  expect(served(sandbox)).toMatchObject({ status: 'InService', variant: { InitialInstanceCount: 2 } });
  expect(sandbox.count('CreateAIRecommendationJob')).toBe(1);
  expect(sandbox.count('CreateAIBenchmarkJob')).toBe(6);
  expect(scaled.outputs.OutputTokensPerSecond).toBe('400');
  expect(scaled.outputs.Verdict).not.toContain('compared with nothing');
  // The runs of what is no longer served went in the clean-up.
  expect(sandbox.jobs('AIBenchmarkJob')).toHaveLength(3);

  expect(await destroy(sandbox, NAME)).toEqual([]);
});
