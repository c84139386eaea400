import { Stack } from 'aws-cdk-lib';
import type { Scenario } from '../../../sandbox/sagemaker';
import { REQUEST, withoutPackage } from '../../../sandbox/sagemaker/fixtures';
import { PinnedRecommendation } from '../../../src';
import { invalidProperties } from '../../service-spec';
import { World } from '../harness';
import { made, NOTHING, serving } from '../hosting';

/** A deployment of the stack: the first creates it, the others update it. */
export interface Step {
  readonly build: (stack: Stack) => void;
  /** What somebody, or chance, does before it. */
  readonly given?: (world: World) => unknown;
  /** What happens while it is under way. */
  readonly meanwhile?: (world: World) => unknown;
  /** What must hold in SageMaker's state after it. */
  readonly holds?: (world: World) => unknown;
  /** Part of the reason, for an update that must leave everything as it was. */
  readonly fails?: string;
  /** For an update of what is on the endpoint, and not of what it serves. */
  readonly sameConfig?: boolean;
}

/** By the words for what is deployed: each is created, updated in place, and destroyed with nothing left. */
export type Features = Record<string, { readonly scenario?: Scenario; readonly steps: Step[] }>;

/** Deploys step by step, and destroys in the end. */
export async function live(world: World, [first, ...updates]: Step[]): Promise<void> {
  await first.given?.(world);
  const created = await deploy(world, first);
  expect(world.failures(created)).toEqual([]);
  expect(created.status).toBe('CREATE_COMPLETE');
  expectInService(world);
  await first.holds?.(world);
  for (const step of updates) {
    await update(world, step);
  }
  expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  expectNothingLeft(world);
}

async function update(world: World, step: Step): Promise<void> {
  await step.given?.(world);
  const [before, { endpoint: { arn, creationTime, configName } }, calls] = [made(world), serving(world), world.sandbox.journal.calls.length];
  const events = world.sandbox.journal.events.length;
  const stack = await deploy(world, step);
  expect(serving(world).endpoint).toMatchObject({ arn, creationTime });
  expectAlwaysServed(world);
  if (step.fails !== undefined) {
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(failuresSince(world, events).join()).toContain(step.fails);
    expect(made(world)).toEqual(before);
  } else {
    expect([stack.status, failuresSince(world, events)]).toEqual(['UPDATE_COMPLETE', []]);
    expect(serving(world).endpoint.configName === configName).toBe(step.sameConfig ?? false);
    expectInService(world);
    const after = made(world);
    expectDeletedInCleanUp(world, calls, {
      DeleteEndpointConfig: before.configs.filter(name => !after.configs.includes(name)),
      DeleteModel: before.models.filter(name => !after.models.includes(name)),
    });
  }
  await step.holds?.(world);
}

async function deploy(world: World, { build, meanwhile }: Step): Promise<Awaited<ReturnType<World['deploy']>>> {
  const operation = world.begin(build);
  await meanwhile?.(world);
  const stack = await world.finish(operation);
  expect(invalidProperties(stack.target!.raw as object)).toEqual([]);
  return stack;
}

function failuresSince({ sandbox: { journal } }: World, events: number): string[] {
  return journal.events.slice(events).filter(({ status, reason }) => status.endsWith('_FAILED') && reason).map(({ reason }) => reason!);
}

/** One endpoint with one configuration, and of all that there is nothing but what it serves. */
function expectInService(world: World): void {
  const { endpoint } = serving(world);
  expect(endpoint).toMatchObject({ status: 'InService', pendingConfigName: undefined });
  const { configs, models, endpoints } = made(world);
  expect(endpoints).toHaveLength(1);
  expect(configs).toEqual([endpoint.configName]);
  expect(models.filter(name => !name.startsWith(endpoint.configName))).toEqual([]);
  world.sandbox.sagemaker.inferenceComponents.forEach(({ name, status }) => expect([name, status]).toEqual([name, 'InService']));
}

/** From the first moment on, all requests went to one configuration or another. */
export function expectAlwaysServed(world: World): void {
  const { history } = serving(world).endpoint;
  expect(history.length).toBeGreaterThan(0);
  history.forEach(({ shares }) => expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBe(100));
}

/** What served before is deleted when the update is over, and not before. */
function expectDeletedInCleanUp({ sandbox: { journal } }: World, since: number, expected: Record<string, string[]>): void {
  const cleanUp = journal.events.filter(({ status }) => status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS').at(-1)!;
  for (const [operation, names] of Object.entries(expected)) {
    const deletions = journal.calls.slice(since).filter(call => call.operation === operation && !call.error);
    expect(deletions.map(({ input }) => input.ModelName ?? input.EndpointConfigName).sort()).toEqual([...names].sort());
    deletions.forEach(({ time }) => expect(time).toBeGreaterThanOrEqual(cleanUp.time));
  }
}

function expectNothingLeft(world: World): void {
  const { autoscaling, cloudWatch, ssm } = world.sandbox;
  expect(made(world)).toEqual(NOTHING);
  expect(world.leftovers()).toEqual([]);
  expect(autoscaling.targets).toEqual([]);
  expect(cloudWatch.alarms).toEqual([]);
  expect([...ssm.parameters.keys()]).toEqual([]);
}

/** The percentages of the requests that the newest configuration got, one after the other. */
export function sharesOf(world: World): number[] {
  const { history, configName } = serving(world).endpoint;
  return history.flatMap(({ shares }) => shares[configName] ?? []);
}

/** The first variant, with all that its configuration says of it. */
export function variant(world: World) {
  return serving(world).config.ProductionVariants![0];
}

/** The model of the first variant. */
export function model(world: World) {
  return world.sandbox.sagemaker.models.find(({ name }) => name === serving(world).endpoint.configName)!.request;
}

/** What a real job found, with its figures: the last is the fastest, and a fifth faster than the one before. */
export function slowestFirst(...instanceTypes: string[]): PinnedRecommendation {
  const Recommendations = withoutPackage({ ...REQUEST, ComputeSpec: { InstanceTypes: [...instanceTypes].reverse() as [] } }).reverse();
  return text(Recommendations);
}

/** A version of a model package, as the answer of a job has it. */
export function packaged(version: number): PinnedRecommendation {
  const [{ DeploymentConfiguration }] = withoutPackage();
  return text([{ ...packageOf(version), DeploymentConfiguration }]);
}

/** One of which nothing else is known than its package. */
export function packageOnly(version: number): PinnedRecommendation {
  return text([packageOf(version)]);
}

function packageOf(version: number) {
  const InstanceDetails = [{ InstanceType: 'ml.g6.24xlarge', InstanceCount: 1 }];
  return { ModelDetails: { ModelPackageArn: packageArn(version), InferenceSpecificationName: SPECIFICATION, InstanceDetails } };
}

const SPECIFICATION = 'on-g6';

export function packageArn(version: number): string {
  return `arn:aws:sagemaker:us-west-2:111122223333:model-package/chat/${version}`;
}

/** What a job would have left: a group with so many versions, which nobody has approved. */
export async function registerPackages(world: World, versions: number): Promise<void> {
  await world.byHand('CreateModelPackageGroup', { ModelPackageGroupName: 'chat' });
  const Image = '763104351884.dkr.ecr.us-west-2.amazonaws.com/vllm:0.22.0';
  for (let version = 1; version <= versions; version++) {
    await world.byHand('CreateModelPackage', {
      ModelPackageGroupName: 'chat',
      AdditionalInferenceSpecifications: [{ Name: SPECIFICATION, Containers: [{ Image }] }],
    });
  }
}

export function judge(world: World, version: number, ModelApprovalStatus: 'Approved' | 'Rejected'): Promise<unknown> {
  return world.byHand('UpdateModelPackage', { ModelPackageArn: packageArn(version), ModelApprovalStatus });
}

function text(Recommendations: object[]): PinnedRecommendation {
  return PinnedRecommendation.fromText(JSON.stringify({
    AIRecommendationJobName: 'pinned-job', AIRecommendationJobStatus: 'Completed', Recommendations,
  }));
}
