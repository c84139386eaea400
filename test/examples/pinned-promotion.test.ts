import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack as CdkStack } from 'aws-cdk-lib';
import { BUCKET, Common, deploy, destroy, outputs, served, synthesize } from './deploy';
import { DevelopmentStack } from '../../examples/pinned-promotion/development-stack';
import { ModelsStack } from '../../examples/pinned-promotion/models-stack';
import { ProductionStack } from '../../examples/pinned-promotion/production-stack';
import type { Stack } from '../../sandbox/cloudformation';
import { DeployRecommendation, ModelSource, PinnedRecommendation } from '../../src';
import { World } from '../lifecycle/harness';

let directory: string;
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'pinned-')); });
afterEach(async () => {
  await World.stopAll();
  rmSync(directory, { recursive: true, force: true });
});

const PRODUCTION = '444455556666';
const NOBODY = '999900001111';

interface Accounts {
  readonly development: World;
  readonly production: World;
}

async function start(): Promise<Accounts> {
  const development = await World.start();
  return { development, production: await World.start({ account: PRODUCTION, beside: development.sandbox }) };
}

const models = (productionAccount = PRODUCTION) => (app: App, common: Common) => new ModelsStack(app, 'Models', { ...common, productionAccount });
const search = (concurrency?: number, productionAccount = PRODUCTION) => (app: App, common: Common) =>
  new DevelopmentStack(app, 'Development', { ...common, productionAccount, concurrency });
const fromFile = (recommendationFile: string) => (app: App, { env, tags }: Common) => new ProductionStack(app, 'Production', { env, tags, recommendationFile });

/** What somebody does with the commands in the outputs of development, which approve what was found and write it to a file of the repository. */
async function promote({ sandbox: { sagemaker } }: World, { outputs: { Approve, Pin } }: Stack, file = 'recommendation.json'): Promise<string> {
  const [, ModelPackageArn] = /^aws sagemaker update-model-package --model-approval-status Approved --model-package-arn (\S+)$/.exec(Approve)!;
  await sagemaker.console('UpdateModelPackage', { ModelPackageArn, ModelApprovalStatus: 'Approved' });
  const [, AIRecommendationJobName] = /^aws sagemaker describe-ai-recommendation-job --ai-recommendation-job-name (\S+) > recommendation\.json$/.exec(Pin)!;
  const path = join(directory, file);
  writeFileSync(path, JSON.stringify(await sagemaker.console('DescribeAIRecommendationJob', { AIRecommendationJobName })));
  return path;
}

test('production serves what a file says, whatever development does, and goes back with the file', async () => {
  const { development, production } = await start();
  await deploy(development, models());
  const found = await deploy(development, search());
  const file = await promote(development, found);

  const stack = await deploy(production, fromFile(file));
  expect(stack.status).toBe('CREATE_COMPLETE');
  const [{ arn }] = development.sandbox.sagemaker.modelPackages;
  const before = served(production);
  expect(before).toMatchObject({
    status: 'InService', variant: { InstanceType: 'ml.g6.24xlarge', InitialInstanceCount: 1 }, container: { ModelPackageName: arn },
  });
  expect(outputs(stack)).toMatchObject({ EndpointName: before.name, InstanceType: 'ml.g6.24xlarge' });
  const { template } = synthesize(production, fromFile(file));

  // Another run in development.
  const again = await deploy(development, search(20));
  expect(development.count('CreateAIRecommendationJob')).toBe(2);
  expect(synthesize(production, fromFile(file)).template).toEqual(template);
  expect((await deploy(production, fromFile(file))).status).toBe('CREATE_COMPLETE'); // nothing to do
  expect(served(production)).toEqual(before);

  // Its answer is committed.
  const moved = await deploy(production, fromFile(await promote(development, again, 'second.json')));
  expect(moved.status).toBe('UPDATE_COMPLETE');
  const after = served(production);
  expect(after).toMatchObject({ name: before.name, status: 'InService', container: { ModelPackageName: development.sandbox.sagemaker.modelPackages[1].arn } });
  expect(after.configName).not.toBe(before.configName);

  // And the commit is reverted.
  const reverted = await deploy(production, fromFile(file));
  expect(reverted.status).toBe('UPDATE_COMPLETE');
  expect(served(production)).toEqual(before);

  expect(await destroy(production, 'Production')).toEqual([]);
  expect(await destroy(development, 'Development')).toEqual([]);
  expect(await destroy(development, 'Models')).toEqual([]);
});

test.each<[string, string, string, string]>([
  ['a model package that is not shared', PRODUCTION, NOBODY, 'is not authorized to perform: sagemaker:CreateModel on resource: arn:aws:sagemaker:us-west-2:111122223333:model-package/gpt-oss-20b/1'],
  ['a bucket that does not let it read', NOBODY, PRODUCTION, `s3:ListBucket on resource: arn:aws:s3:::${BUCKET} because no resource-based policy allows`],
])('%s is an error that says so, and leaves nothing', async (_, reader, sharedWith, message) => {
  const { development, production } = await start();
  await deploy(development, models(reader));
  const found = await deploy(development, search(undefined, sharedWith));
  const stack = await deploy(production, fromFile(await promote(development, found)));
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(production.failures(stack)[0]).toContain(message);
  expect(await destroy(production, 'Production')).toEqual([]);
});

test('with copies of the files nothing has to be shared', async () => {
  const { development, production } = await start();
  await deploy(development, models(NOBODY));
  const found = await deploy(development, search(undefined, NOBODY));
  const file = await promote(development, found);
  production.sandbox.s3.own('production-models');
  const copied = (app: App, { env }: Common) => {
    const stack = new CdkStack(app, 'Copied', { env });
    const copy = (channelName: string, folder: string) => ({ channelName, source: ModelSource.fromS3Uri(`s3://production-models/${folder}/`) });
    const recommendation = PinnedRecommendation.fromFile(file, {
      withoutModelPackage: true, artifacts: [copy('base_model', 'gpt-oss-20b'), copy('model-output', 'output')],
    });
    new DeployRecommendation(stack, 'Endpoint', { recommendation });
    return stack;
  };
  const stack = await deploy(production, copied);
  expect(stack.status).toBe('CREATE_COMPLETE');
  const { status, container } = served(production);
  expect(status).toBe('InService');
  expect(container).toMatchObject({
    Image: expect.stringContaining('/vllm:'),
    Environment: { SM_VLLM_TENSOR_PARALLEL_SIZE: '2' },
    AdditionalModelDataSources: [
      { ChannelName: 'base_model', S3DataSource: { S3Uri: 's3://production-models/gpt-oss-20b/' } },
      { ChannelName: 'model-output', S3DataSource: { S3Uri: 's3://production-models/output/' } },
    ],
  });
  expect(container).not.toHaveProperty('ModelPackageName');
  expect(await destroy(production, 'Copied')).toEqual([]);
});
