import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack as CdkStack } from 'aws-cdk-lib';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import * as cdkJson from '../../cdk.json';
import type { Stack, StackOperation } from '../../sandbox/cloudformation';
import type { StackEvent } from '../../sandbox/journal';
import { ASSETS_STAY } from '../lifecycle/app';
import { World } from '../lifecycle/harness';

/** The bucket that the examples are given. */
export const BUCKET = 'my-models';

const directory = mkdtempSync(join(tmpdir(), 'examples-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What somebody changes from one deployment to the next, beside the props of the stack. */
export interface Common {
  readonly env: { readonly account: string; readonly region: string };
  readonly bucketName: string;
  readonly tags?: { [key: string]: string };
}

export type Build = (app: App, common: Common) => CdkStack;

/** The stack of an example as the CDK's CLI finds it, with the environment of the world's account. */
export function synthesize(world: World, build: Build, tags?: Common['tags']): CloudFormationStackArtifact {
  const app = new App({ outdir: mkdtempSync(join(directory, 'cdk-out-')), analyticsReporting: false, context: { ...cdkJson.context, ...ASSETS_STAY } });
  const { stackName } = build(app, { env: { account: world.sandbox.account, region: 'us-west-2' }, bucketName: BUCKET, tags });
  return app.synth().getStackByName(stackName);
}

/** Begins a deployment: nothing happens before `run`. A copied example has no warnings that its new owner would have to wonder about. */
export function begin(world: World, build: Build, tags?: Common['tags']): StackOperation {
  const { assembly, messages, stackName, template, tags: all } = synthesize(world, build, tags);
  expect(messages).toEqual([]);
  return world.sandbox.cloudFormation.deploy({ stackName, template, tags: all, assetDirectory: assembly.directory });
}

/** Deploys the stack of an example as the CDK's CLI does. */
export async function deploy(world: World, build: Build, tags?: Common['tags']): Promise<Stack> {
  const stack = await world.finish(begin(world, build, tags));
  expect(stack.status === 'CREATE_COMPLETE' || stack.status === 'UPDATE_COMPLETE' ? world.failures(stack) : []).toEqual([]);
  return stack;
}

/** What serves on the endpoint of that name, or on the only one: its variant, and the container of the variant's model, if the variant has one. */
export function served(world: World, endpointName?: string) {
  const { endpoints, endpointConfigs, models } = world.sandbox.sagemaker;
  const found = endpoints.filter(endpoint => endpoint.name === (endpointName ?? endpoint.name));
  expect(found).toHaveLength(1);
  const [{ name, status, configName }] = found;
  const [variant] = endpointConfigs.find(config => config.name === configName)!.request.ProductionVariants!;
  const model = models.find(candidate => candidate.name === variant.ModelName);
  return { name, status, configName, variant, container: model?.request.PrimaryContainer };
}

/** What `addOutputs` has made, by the name that its author gave, without the ids of constructs around it. */
export function outputs({ outputs: all }: Stack): Record<string, string> {
  return Object.fromEntries(Object.entries(all).map(([id, value]) => [/^(?:.+Outputs)?(\w+?)(?:[0-9A-F]{8})?$/.exec(id)![1], value]));
}

/** The events of resources of these types that came to a status, oldest first. */
export function events(world: World, status: string, ...types: string[]): StackEvent[] {
  return world.sandbox.journal.events.filter(event => event.status === status && types.includes(event.type));
}

/** Destroys the stack, and nothing is left that costs money or does anything. Returns what is left, as `<type>/<name>`. */
export async function destroy(world: World, stackName: string): Promise<string[]> {
  expect((await world.destroy(stackName)).status).toBe('DELETE_COMPLETE');
  const { sagemaker, autoscaling, cloudWatch, ssm } = world.sandbox;
  expect(sagemaker.running()).toEqual([]);
  expect([...autoscaling.targets, ...autoscaling.policies, ...autoscaling.scheduledActions, ...cloudWatch.alarms]).toEqual([]);
  expect([...ssm.parameters.keys()]).toEqual([]);
  return world.leftovers().map(arn => arn.split(':').slice(5).join(':'));
}
