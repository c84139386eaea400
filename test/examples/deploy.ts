import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack as CdkStack } from 'aws-cdk-lib';
import * as cdkJson from '../../cdk.json';
import type { Stack } from '../../sandbox/cloudformation';
import { World } from '../lifecycle/harness';

/** The bucket that the examples are given. */
export const BUCKET = 'my-models';

const directory = mkdtempSync(join(tmpdir(), 'examples-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ENV = { account: '111122223333', region: 'us-west-2' };

/** What somebody changes from one deployment to the next, beside the props of the stack. */
export interface Common {
  readonly env: typeof ENV;
  readonly bucketName: string;
  readonly tags?: { [key: string]: string };
}

/** Deploys the stack of an example as the CDK's CLI does. A copied example has no warnings that its new owner would have to wonder about. */
export async function deploy(world: World, build: (app: App, common: Common) => CdkStack, tags?: Common['tags']): Promise<Stack> {
  const app = new App({ outdir: mkdtempSync(join(directory, 'cdk-out-')), analyticsReporting: false, context: cdkJson.context });
  const { stackName } = build(app, { env: ENV, bucketName: BUCKET, tags });
  const assembly = app.synth();
  const artifact = assembly.getStackByName(stackName);
  expect(artifact.messages).toEqual([]);
  const stack = await world.finish(world.sandbox.cloudFormation.deploy({
    stackName, template: artifact.template, tags: artifact.tags, assetDirectory: assembly.directory,
  }));
  expect(stack.status === 'CREATE_COMPLETE' || stack.status === 'UPDATE_COMPLETE' ? world.failures(stack) : []).toEqual([]);
  return stack;
}

/** What serves: the one endpoint that there is, with its variant and the container of its model. */
export function served(world: World) {
  const { endpoints, endpointConfigs, models } = world.sandbox.sagemaker;
  expect(endpoints).toHaveLength(1);
  const [{ name, status, configName }] = endpoints;
  const [variant] = endpointConfigs.find(config => config.name === configName)!.request.ProductionVariants!;
  const model = models.find(candidate => candidate.name === variant.ModelName)!;
  return { name, status, variant, container: model.request.PrimaryContainer! };
}

/** Destroys the stack, and nothing is left that costs money. Returns what is left, as `<type>/<name>`. */
export async function destroy(world: World, stackName: string): Promise<string[]> {
  expect((await world.destroy(stackName)).status).toBe('DELETE_COMPLETE');
  expect(world.sandbox.sagemaker.running()).toEqual([]);
  return world.leftovers().map(arn => arn.split(':').slice(5).join(':'));
}
