import { App } from 'aws-cdk-lib';
import { BUCKET, Common, deploy, destroy, served } from './deploy';
import { OptimizedEndpointStack } from '../../examples/optimized-endpoint/optimized-endpoint-stack';
import { QuantizationTechnique } from '../../src';
import { World } from '../lifecycle/harness';

afterEach(() => World.stopAll());

const NAME = 'OptimizedEndpoint';
interface Changes {
  readonly technique?: QuantizationTechnique;
  readonly instanceCount?: number;
}
const endpoint = (changes: Changes = {}) => (app: App, common: Common) =>
  new OptimizedEndpointStack(app, NAME, { ...common, acceptEula: true, ...changes });

test('the quantized model serves, on the instance type and with the variables that it was made for', async () => {
  const world = await World.start();
  const stack = await deploy(world, endpoint());
  expect(stack.status).toBe('CREATE_COMPLETE');
  const [job] = world.sandbox.sagemaker.jobs('OptimizationJob');
  expect(job).toMatchObject({
    status: 'COMPLETED',
    request: { ModelSource: { S3: { S3Uri: `s3://${BUCKET}/llama-3-8b/`, ModelAccessConfig: { AcceptEula: true } } } },
  });

  const { name, status, variant, container } = served(world);
  const folder = `s3://${BUCKET}/optimized/${job.name}`;
  expect(status).toBe('InService');
  expect(variant).toMatchObject({ InstanceType: 'ml.g6.12xlarge', InitialInstanceCount: 1 });
  expect(container).toMatchObject({
    Image: stack.outputs.Image,
    Environment: { OPTION_QUANTIZE: 'awq', OPTION_TENSOR_PARALLEL_DEGREE: '4' },
    ModelDataSource: { S3DataSource: { S3Uri: expect.stringContaining(folder) } },
  });
  expect(stack.outputs).toMatchObject({
    EndpointName: name, InstanceType: 'ml.g6.12xlarge', OptimizedModel: expect.stringContaining(folder), Image: expect.stringContaining('djl-inference'),
  });

  expect(await destroy(world, NAME)).toEqual([]);
});

test('another number of instances runs no job, another technique does', async () => {
  const world = await World.start();
  await deploy(world, endpoint());
  const [awq] = world.jobs('OptimizationJob');

  expect((await deploy(world, endpoint({ instanceCount: 2 }))).status).toBe('UPDATE_COMPLETE');
  expect(served(world)).toMatchObject({ status: 'InService', variant: { InitialInstanceCount: 2 } });
  expect(world.jobs('OptimizationJob')).toEqual([awq]);

  expect((await deploy(world, endpoint({ instanceCount: 2, technique: QuantizationTechnique.FP8 }))).status).toBe('UPDATE_COMPLETE');
  expect(served(world)).toMatchObject({ status: 'InService', container: { Environment: { OPTION_QUANTIZE: 'fp8' } } });
  expect(world.count('CreateOptimizationJob')).toBe(2);
  expect(world.jobs('OptimizationJob')).toEqual([{ name: expect.not.stringMatching(awq.name), status: 'COMPLETED' }]);

  expect(await destroy(world, NAME)).toEqual([]);
});
