import { App } from 'aws-cdk-lib';
import { Common, deploy, destroy, events, outputs, served } from './deploy';
import { StagingGateStack } from '../../examples/staging-gate/staging-gate-stack';
import type { Stack } from '../../sandbox/cloudformation';
import { RecommendationSelector } from '../../src';
import { World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'StagingGate';
interface Changes {
  readonly selector?: RecommendationSelector;
  readonly instanceCount?: number;
}
const stagingGate = (changes: Changes = {}) => (app: App, common: Common) => new StagingGateStack(app, NAME, { ...common, ...changes });
const SECOND = RecommendationSelector.byRank(2);

/** What each run of the gate measures, in milliseconds. */
const start = (...p90: number[]) => World.start({
  scenario: { benchmark: (_, nth) => ({ figures: { 'time_to_first_token.p90': p90[nth - 1] } }) },
});

/** Staging is the endpoint that is not in the outputs. */
function both(world: World, stack: Stack) {
  const names = world.sandbox.sagemaker.endpoints.map(({ name }) => name);
  expect(names).toHaveLength(2);
  const staging = names.find(name => name !== outputs(stack).EndpointName)!;
  return { staging: served(world, staging), production: served(world, outputs(stack).EndpointName) };
}

test('production follows when staging was fast enough', async () => {
  const world = await start(370, 410);
  const stack = await deploy(world, stagingGate());
  expect(stack.status).toBe('CREATE_COMPLETE');
  const first = both(world, stack);
  expect(first).toMatchObject({
    staging: { status: 'InService', variant: { InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 } },
    production: { status: 'InService', variant: { InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 2 } },
  });
  const made = events(world, 'CREATE_COMPLETE', 'AWS::SageMaker::Endpoint', 'Custom::SageMakerBenchmarkResult');
  expect(made.map(({ logicalId }) => logicalId.slice(0, -8))).toEqual(['Staging', 'GateResult', 'Production']);

  // More instances in production are nothing that staging has: no run.
  expect((await deploy(world, stagingGate({ instanceCount: 3 }))).status).toBe('UPDATE_COMPLETE');
  expect(both(world, stack)).toMatchObject({ staging: first.staging, production: { variant: { InitialInstanceCount: 3 } } });
  expect(world.count('CreateAIBenchmarkJob')).toBe(1);

  expect((await deploy(world, stagingGate({ instanceCount: 3, selector: SECOND }))).status).toBe('UPDATE_COMPLETE');
  expect(both(world, stack)).toMatchObject({
    staging: { status: 'InService', variant: { InstanceType: 'ml.p5.48xlarge' } }, production: { status: 'InService', variant: { InstanceType: 'ml.p5.48xlarge' } },
  });
  expect(world.count('CreateAIBenchmarkJob')).toBe(2);
  expect(world.count('CreateAIRecommendationJob')).toBe(1);
  expect(await destroy(world, NAME)).toEqual([]);
});

test('when the gate is missed, production has not been touched, and staging goes back', async () => {
  const world = await start(370, 612.5);
  const before = both(world, await deploy(world, stagingGate()));

  const failed = await deploy(world, stagingGate({ selector: SECOND }));
  expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.failures(failed)[0]).toContain('time_to_first_token p90 is 612.5 ms, at most 500 ms was expected');
  expect(both(world, failed)).toEqual(before);
  // No request to production ever went anywhere else.
  const production = world.sandbox.sagemaker.endpoints.find(({ name }) => name === outputs(failed).EndpointName)!;
  expect(production.history).toEqual([{ time: expect.any(Number), shares: { [production.configName]: 100 } }]);
  expect(await destroy(world, NAME)).toEqual([expect.stringMatching(/^ai-benchmark-job\/StagingGate-Gate/)]);
});

test('a first deployment that misses the gate makes no production', async () => {
  const world = await start(612.5);
  expect((await deploy(world, stagingGate())).status).toBe('ROLLBACK_COMPLETE');
  expect(events(world, 'CREATE_COMPLETE', 'AWS::SageMaker::Endpoint')).toHaveLength(1);
  // The runs are kept for the next attempt, and cost nothing.
  expect(await destroy(world, NAME)).toEqual([expect.stringMatching(/^ai-recommendation-job\//), expect.stringMatching(/^ai-benchmark-job\//)]);
});
