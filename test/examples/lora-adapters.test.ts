import { App } from 'aws-cdk-lib';
import { BUCKET, Common, deploy, destroy, events, outputs, served } from './deploy';
import { LoraAdaptersStack } from '../../examples/lora-adapters/lora-adapters-stack';
import { World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'LoraAdapters';
const lora = (adapterIds?: string[]) => (app: App, common: Common) => new LoraAdaptersStack(app, NAME, { ...common, adapterIds });

/** The adapters by their name, and the one component that is not an adapter. */
function components(world: World) {
  const all = world.sandbox.sagemaker.inferenceComponents;
  const bases = all.filter(({ specifications: [{ ModelName }] }) => ModelName);
  expect(bases).toHaveLength(1);
  const adapters = all.filter(component => component !== bases[0]);
  for (const { specifications: [{ BaseInferenceComponentName }] } of adapters) {
    expect(BaseInferenceComponentName).toBe(bases[0].name);
  }
  expect(all.map(({ status }) => status)).toEqual(all.map(() => 'InService'));
  const artifacts = adapters.map(({ name, specifications: [{ Container }] }) => [name, Container?.ArtifactUrl]);
  return { base: bases[0], adapters: Object.fromEntries(artifacts) };
}

test('one component serves the model, and one each adapter, which is called by its id', async () => {
  const world = await World.start();
  const stack = await deploy(world, lora());
  expect(stack.status).toBe('CREATE_COMPLETE');
  const { base, adapters } = components(world);
  const { name } = served(world);
  expect(adapters).toEqual({ sales: `s3://${BUCKET}/adapters/sales/`, support: `s3://${BUCKET}/adapters/support/` });
  expect(base.desiredCopyCount).toBe(2);
  expect(outputs(stack)).toMatchObject({ EndpointName: name, InferenceComponentName: base.name });
  expect(await destroy(world, NAME)).toEqual([]);
  const deleted = events(world, 'DELETE_COMPLETE', 'AWS::SageMaker::InferenceComponent', 'AWS::SageMaker::Endpoint').map(({ physicalId }) => physicalId);
  expect(deleted.map(arn => arn.split('/')[1])).toEqual([expect.stringMatching(/^(sales|support)$/), expect.stringMatching(/^(sales|support)$/), base.name, name]);
});

test('another adapter is another job, and one that is gone is no longer served', async () => {
  const world = await World.start();
  await deploy(world, lora());
  const stack = await deploy(world, lora(['support', 'legal', 'sales']));
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(world.count('CreateAIRecommendationJob')).toBe(2);
  expect(Object.keys(components(world).adapters).sort()).toEqual(['legal', 'sales', 'support']);
  const fewer = await deploy(world, lora(['legal']));
  expect(fewer.status).toBe('UPDATE_COMPLETE');
  expect(Object.keys(components(world).adapters)).toEqual(['legal']);
  expect(await destroy(world, NAME)).toEqual([]);
});
