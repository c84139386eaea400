import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { ASSETS_STAY, failing } from './app';
import { HOUR, MINUTE, World } from './harness';
import { inStacks, StacksOptions } from './stacks';
import type { Stack as Deployed } from '../../sandbox/cloudformation';

const directories: string[] = [];
afterEach(async () => {
  await World.stopAll();
  directories.splice(0).forEach(directory => rmSync(directory, { recursive: true, force: true }));
});

function synthesize(options: StacksOptions) {
  const outdir = mkdtempSync(join(tmpdir(), 'cross-stack-'));
  directories.push(outdir);
  const app = new App({ outdir, analyticsReporting: false, context: ASSETS_STAY });
  inStacks(app, options);
  return app.synth();
}

/** Deploys the stacks that are named, or all, in the order that the assembly says, until one fails. */
async function deploy(world: World, options: StacksOptions = {}, names?: string[]): Promise<Record<string, Deployed>> {
  const assembly = synthesize(options);
  const deployed: Record<string, Deployed> = {};
  for (const { stackName, template } of assembly.stacks.filter(stack => names?.includes(stack.stackName) ?? true)) {
    const operation = world.sandbox.cloudFormation.deploy({ stackName, template, assetDirectory: assembly.directory });
    const stack = deployed[stackName] = await world.finish(operation);
    if (!operation.noChanges && !/^(CREATE|UPDATE)_COMPLETE$/.test(stack.status)) {
      break;
    }
  }
  return deployed;
}

async function destroy(world: World, names = ['Gate', 'Serving', 'Search', 'Traffic']): Promise<string[]> {
  const ended: string[] = [];
  for (const name of names) {
    ended.push((await world.destroy(name)).status);
  }
  return [...new Set(ended)];
}

const statuses = (stacks: Record<string, Deployed>) => Object.fromEntries(Object.entries(stacks).map(([name, { status }]) => [name, status]));
const all = (status: string) => ({ Traffic: status, Search: status, Serving: status, Gate: status });
const names = (world: World, kind: string) => world.jobs(kind).map(({ name }) => name);
const endpoint = (world: World) => {
  const { sagemaker } = world.sandbox;
  const [found] = sagemaker.endpoints;
  const config = sagemaker.endpointConfigs.find(({ name }) => name === found.configName)!;
  return { status: found.status, configName: found.configName, model: config.request.ProductionVariants![0].ModelName };
};

test('a changed input goes through all stacks, and nothing else runs', async () => {
  const world = await World.start();
  expect(statuses(await deploy(world))).toEqual(all('CREATE_COMPLETE'));
  const before = { job: names(world, 'AIRecommendationJob'), benchmark: names(world, 'AIBenchmarkJob'), endpoint: endpoint(world) };

  expect(statuses(await deploy(world))).toEqual(all('CREATE_COMPLETE')); // nothing to do
  expect(statuses(await deploy(world, { tag: 'x' }))).toEqual({ ...all('CREATE_COMPLETE'), Serving: 'UPDATE_COMPLETE', Gate: 'CREATE_COMPLETE' });
  expect(names(world, 'AIRecommendationJob')).toEqual(before.job);
  expect(names(world, 'AIBenchmarkJob')).toEqual(before.benchmark);

  expect(statuses(await deploy(world, { concurrency: 20 }))).toEqual(all('UPDATE_COMPLETE'));
  expect(world.count('CreateAIRecommendationJob')).toBe(2);
  expect(world.count('CreateAIBenchmarkJob')).toBe(2);
  expect(world.sandbox.sagemaker.workloadConfigs).toHaveLength(1);
  expect(world.jobs()).toEqual([{ name: expect.any(String), status: 'Completed' }]);
  expect(names(world, 'AIRecommendationJob')).not.toEqual(before.job);
  expect(names(world, 'AIBenchmarkJob')).not.toEqual(before.benchmark);
  expect(endpoint(world)).toMatchObject({ status: 'InService', configName: expect.not.stringMatching(before.endpoint.configName) });

  expect(await destroy(world)).toEqual(['DELETE_COMPLETE']);
  expect(world.leftovers()).toEqual([]);
  expect([...world.sandbox.cloudFormation.parameterStore.keys()].filter(name => name.startsWith('/cdk-sagemaker-inference/'))).toEqual([]);
});

test('an input that changes in the middle goes on from there', async () => {
  const world = await World.start();
  await deploy(world);
  const stacks = await deploy(world, { job: { rerunToken: '2' } });
  expect(statuses(stacks)).toEqual({ ...all('UPDATE_COMPLETE'), Traffic: 'CREATE_COMPLETE' });
  expect(world.count('CreateAIWorkloadConfig')).toBe(1);
  expect(world.count('CreateAIBenchmarkJob')).toBe(2);
});

test('stacks that are deployed one by one, days apart, get along with what there is', async () => {
  const world = await World.start();
  await deploy(world);
  const [job] = names(world, 'AIRecommendationJob');
  const before = endpoint(world);

  // The old workload configuration goes, although the job in another stack still has its name.
  expect(statuses(await deploy(world, { concurrency: 20 }, ['Traffic']))).toEqual({ Traffic: 'UPDATE_COMPLETE' });
  expect(world.sandbox.sagemaker.workloadConfigs).toHaveLength(1);
  await world.pass(48 * HOUR);
  expect(names(world, 'AIRecommendationJob')).toEqual([job]);

  // The old job goes, although the endpoint in another stack still serves what it found.
  expect(statuses(await deploy(world, { concurrency: 20 }, ['Search']))).toEqual({ Search: 'UPDATE_COMPLETE' });
  expect(names(world, 'AIRecommendationJob')).toEqual([expect.not.stringMatching(job)]);
  await world.pass(48 * HOUR);
  expect(endpoint(world)).toEqual(before);

  const stacks = await deploy(world, { concurrency: 20 }, ['Serving', 'Gate']);
  expect(statuses(stacks)).toEqual({ Serving: 'UPDATE_COMPLETE', Gate: 'UPDATE_COMPLETE' });
  expect(await destroy(world)).toEqual(['DELETE_COMPLETE']);
  expect(world.leftovers()).toEqual([]);
});

describe.each(['new', 'old'] as const)('with rollbacks that carry the %s physical id', rollbackPhysicalId => {
  test('an endpoint that fails goes back to a model whose job is gone, and the next attempt works', async () => {
    const world = await World.start({
      behaviour: { rollbackPhysicalId },
      scenario: { endpoint: (_, nth) => (nth === 2 ? { rollsBack: true } : {}) },
    });
    await deploy(world, { gate: false });
    const before = endpoint(world);
    const failed = await deploy(world, { gate: false, concurrency: 20 });
    expect(statuses(failed)).toEqual({ Traffic: 'UPDATE_COMPLETE', Search: 'UPDATE_COMPLETE', Serving: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(world.jobs()).toHaveLength(1);
    expect(endpoint(world)).toEqual(before);
    expect(world.sandbox.sagemaker.models.map(({ name }) => name)).toEqual([before.model]);

    const next = await deploy(world, { gate: false, concurrency: 20 });
    expect(next.Serving.status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(await destroy(world, ['Serving', 'Search', 'Traffic'])).toEqual(['DELETE_COMPLETE']);
    expect(world.leftovers()).toEqual([]);
  });

  test('a job that fails goes back to one whose workload is gone', async () => {
    const world = await World.start({
      behaviour: { rollbackPhysicalId },
      scenario: { recommendation: (_, nth) => ({ duration: 20 * MINUTE, ...(nth === 2 && { status: 'Failed' as const }) }) },
    });
    await deploy(world, { gate: false });
    const before = [names(world, 'AIRecommendationJob'), endpoint(world)];
    const failed = await deploy(world, { gate: false, concurrency: 20 });
    expect(statuses(failed)).toEqual({ Traffic: 'UPDATE_COMPLETE', Search: 'UPDATE_ROLLBACK_COMPLETE' });
    expect([names(world, 'AIRecommendationJob'), endpoint(world)]).toEqual(before);

    // A change back finds the first job again.
    const back = await deploy(world, { gate: false });
    expect(world.count('CreateAIRecommendationJob')).toBe(2);
    expect(back.Serving.status).toBe('CREATE_COMPLETE');
    expect([names(world, 'AIRecommendationJob'), endpoint(world)]).toEqual(before);
  });

  test('a stack that goes back takes its word back', async () => {
    const world = await World.start({ behaviour: { rollbackPhysicalId } });
    await deploy(world, { gate: false });
    const { parameterStore } = world.sandbox.cloudFormation;
    const before = new Map(parameterStore);
    const failed = await deploy(world, {
      gate: false, job: { rerunToken: '2' }, also: ({ search }) => failing(search, search.node.findChild('CdkSageMakerInferenceShared')),
    });
    expect(failed.Search.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(new Map(parameterStore)).toEqual(before);
    const untouched = await deploy(world, { gate: false, tag: 'x' });
    expect(untouched.Serving.status).toBe('UPDATE_COMPLETE');
    expect(world.sandbox.sagemaker.models).toHaveLength(1);
  });
});

test('a workload whose job still runs in another stack is deleted when that is over', async () => {
  const world = await World.start({ scenario: { recommendation: () => ({ duration: 30 * MINUTE }) } });
  await deploy(world, {}, ['Traffic']);
  const assembly = synthesize({});
  const { stackName, template } = assembly.stacks.find(stack => stack.stackName === 'Search')!;
  const search = world.sandbox.cloudFormation.deploy({ stackName, template, assetDirectory: assembly.directory });
  await world.until(() => world.jobs().some(({ status }) => status === 'InProgress'));

  const { Traffic } = await deploy(world, { concurrency: 20 }, ['Traffic']);
  expect(Traffic.status).toBe('UPDATE_COMPLETE');
  expect((await world.finish(search)).status).toBe('CREATE_COMPLETE');
  expect(world.jobs().map(({ status }) => status)).toEqual(['Completed']);
  expect(world.sandbox.sagemaker.workloadConfigs).toHaveLength(1);
});

test('a producer that is destroyed first leaves an endpoint that serves, and that can be destroyed', async () => {
  const world = await World.start();
  await deploy(world, { gate: false });
  expect(await destroy(world, ['Search', 'Traffic'])).toEqual(['DELETE_COMPLETE']);
  expect(endpoint(world).status).toBe('InService');
  expect(await destroy(world, ['Serving'])).toEqual(['DELETE_COMPLETE']);
  expect(world.leftovers()).toEqual([]);
});

test('model packages that an endpoint of another stack is made from are left', async () => {
  const world = await World.start();
  const job = { modelPackageRemovalPolicy: RemovalPolicy.DESTROY };
  await deploy(world, { gate: false, job });
  const [used] = world.sandbox.sagemaker.modelPackages.map(({ name }) => name);
  await deploy(world, { gate: false, job, concurrency: 20 }, ['Traffic', 'Search']);
  expect(world.sandbox.sagemaker.modelPackages.map(({ name }) => name)).toContain(used);
  expect(endpoint(world).status).toBe('InService');
});

/** Why all this is: what somebody exports by himself wedges the app, as the warning says. */
test('what the CDK exports of a result can be deployed once', async () => {
  const world = await World.start();
  const byHand: StacksOptions['also'] = ({ serving }, recommendation) => void new CfnOutput(serving, 'Job', { value: recommendation.recommendationJobName });
  await deploy(world, { gate: false, also: byHand });
  const stacks = await deploy(world, { gate: false, also: byHand, concurrency: 20 });
  expect(stacks.Search.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(world.failures(stacks.Search).join() + stacks.Search.events.map(({ reason }) => reason).join()).toMatch(/Export .* cannot be updated as it is in use/);
});
