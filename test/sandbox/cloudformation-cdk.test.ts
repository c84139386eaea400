import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { CfnEndpoint, CfnEndpointConfig, CfnModel, CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { failureOf, MINUTE, trace } from './cloudformation-harness';
import { Sandbox } from '../../sandbox';

/** Done at the second look; version 3 fails. */
const HANDLER = `
  exports.onEvent = async event => ({ PhysicalResourceId: event.PhysicalResourceId ?? 'thing-1', Looks: 0 });
  exports.isComplete = async event => {
    if (event.RequestType !== 'Delete' && event.ResourceProperties.Version === '3') throw new Error('version 3 is bad');
    const waited = Date.now() - Date.parse(event.ResourceProperties.Since);
    return waited < 60000 && event.RequestType === 'Create' ? { IsComplete: false } : { IsComplete: true, Data: { Answer: 'version ' + event.ResourceProperties.Version } };
  };
`;

interface AppProps {
  readonly version: number;
  readonly instanceType?: string;
}

let directory: string;
let sandbox: Sandbox;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cloudformation-test-'));
  mkdirSync(join(directory, 'handler'));
  writeFileSync(join(directory, 'handler', 'index.js'), HANDLER);
  writeFileSync(join(directory, 'model.txt'), 'a model');
  sandbox = await Sandbox.start();
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(directory, { recursive: true });
});

/** An app as a user writes it, synthesized by the CDK. */
function synthesize({ version, instanceType = 'ml.g6.xlarge' }: AppProps) {
  const app = new App({ outdir: mkdtempSync(join(directory, 'cdk.out')) });
  const stack = new Stack(app, 'Real', { env: { region: 'us-west-2', account: '111122223333' } });
  Tags.of(stack).add('team', 'inference');

  const handler = (name: string) => new Function(stack, name, {
    code: Code.fromAsset(join(directory, 'handler')), handler: `index.${name}`, runtime: Runtime.NODEJS_22_X, timeout: Duration.minutes(1),
  });
  const provider = new Provider(stack, 'Provider', {
    onEventHandler: handler('onEvent'), isCompleteHandler: handler('isComplete'), queryInterval: Duration.seconds(30), totalTimeout: Duration.minutes(50),
  });
  const thing = new CustomResource(stack, 'Thing', {
    serviceToken: provider.serviceToken, resourceType: 'Custom::Thing', properties: { Version: version, Since: '2026-01-05T08:00:20Z' },
  });

  const bucket = new Bucket(stack, 'Models', { enforceSSL: true, removalPolicy: RemovalPolicy.DESTROY });
  const deployment = new BucketDeployment(stack, 'Upload', { sources: [Source.data('model.txt', 'a model')], destinationBucket: bucket, destinationKeyPrefix: 'models' });

  const role = new Role(stack, 'ExecutionRole', { assumedBy: new ServicePrincipal('sagemaker.amazonaws.com') });
  new ManagedPolicy(stack, 'Pull', { statements: [new PolicyStatement({ actions: ['ecr:*'], resources: ['*'] })], roles: [role] });
  role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }));
  new CfnModelPackageGroup(stack, 'Group', { modelPackageGroupName: 'real-models' });
  const model = new CfnModel(stack, 'Model', {
    executionRoleArn: role.roleArn,
    primaryContainer: { image: '763104351884.dkr.ecr.us-west-2.amazonaws.com/djl-inference:lmi', environment: { ANSWER: thing.getAttString('Answer') } },
  });
  model.node.addDependency(deployment, role);
  const config = new CfnEndpointConfig(stack, 'Config', {
    productionVariants: [{ variantName: 'AllTraffic', modelName: model.attrModelName, instanceType, initialInstanceCount: 1, initialVariantWeight: 1 }],
  });
  const endpoint = new CfnEndpoint(stack, 'Endpoint', { endpointConfigName: config.attrEndpointConfigName });
  new StringParameter(stack, 'Name', { parameterName: '/real/endpoint', stringValue: endpoint.attrEndpointName });
  new CfnOutput(stack, 'EndpointName', { value: endpoint.attrEndpointName });
  const artifact = app.synth().getStackByName('Real');
  return { stackName: 'Real', template: artifact.template, assetDirectory: app.outdir, tags: artifact.tags };
}

const deploy = (props: AppProps) => sandbox.run(sandbox.cloudFormation.deploy(synthesize(props)).done);

test('a stack of the CDK, with its provider framework in processes of its own, is created, updated, rolled back and deleted', async () => {
  const created = await deploy({ version: 1 });
  expect(created.events.filter(event => event.status.endsWith('FAILED'))).toEqual([]);
  expect(created.status).toBe('CREATE_COMPLETE');
  expect(created.tags).toEqual({ team: 'inference' });
  expect(created.resources.get('Thing')).toMatchObject({ physicalId: 'thing-1', attributes: { Answer: 'version 1' } });
  const name = created.outputs.EndpointName;
  expect(sandbox.sagemaker.endpoints).toEqual([expect.objectContaining({ name, status: 'InService' })]);
  expect(sandbox.sagemaker.modelPackageGroups).toEqual([expect.objectContaining({ name: 'real-models' })]);
  expect(sandbox.cloudFormation.parameterStore.get('/real/endpoint')).toBe(name);
  expect(sandbox.cloudFormation.bucketDeployments).toEqual([
    { sources: [expect.stringContaining('asset.')], bucket: expect.stringMatching(/^real-models/), prefix: 'models' },
  ]);

  const updated = await deploy({ version: 1, instanceType: 'ml.g6.2xlarge' });
  expect(trace(updated)).toEqual([
    'Real UPDATE_IN_PROGRESS',
    'Config UPDATE_IN_PROGRESS', 'Config UPDATE_IN_PROGRESS', 'Config UPDATE_COMPLETE', 'Endpoint UPDATE_IN_PROGRESS', 'Endpoint UPDATE_COMPLETE',
    'Real UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Config DELETE_IN_PROGRESS', 'Config DELETE_COMPLETE', 'Real UPDATE_COMPLETE',
  ]);
  expect(sandbox.sagemaker.endpointConfigs).toHaveLength(1);
  expect(updated.outputs.EndpointName).toBe(name);

  const rolledBack = await deploy({ version: 3, instanceType: 'ml.g6.4xlarge' });
  expect(rolledBack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(failureOf(rolledBack, 'Thing')).toMatch(/^Received response status \[FAILED\] from custom resource\. Message returned: version 3 is bad\n/);
  expect(rolledBack.resources.get('Thing')!.attributes).toEqual({ Answer: 'version 1' });

  const deleted = await sandbox.run(sandbox.cloudFormation.destroy('Real').done);
  expect(deleted.status).toBe('DELETE_COMPLETE');
  const { endpoints, endpointConfigs, models, modelPackageGroups } = sandbox.sagemaker;
  expect([...endpoints, ...endpointConfigs, ...models, ...modelPackageGroups]).toEqual([]);
  expect(sandbox.cloudFormation.parameterStore.size).toBe(0);
});

test('a creation that is given up deletes an endpoint that is still being made', async () => {
  sandbox.sagemaker.scenario = { endpoint: () => ({ duration: 90 * MINUTE }) };
  const operation = sandbox.cloudFormation.deploy(synthesize({ version: 1 }));
  await sandbox.run(sandbox.clock.sleep(30 * MINUTE));
  expect(sandbox.sagemaker.endpoints).toEqual([expect.objectContaining({ status: 'Creating' })]);
  const stack = await sandbox.run(sandbox.cloudFormation.destroy('Real').done);
  expect(failureOf(stack, 'Endpoint')).toBe('Resource creation cancelled');
  expect(stack.status).toBe('DELETE_COMPLETE');
  expect(await operation.done).toBe(stack);
  expect(sandbox.sagemaker.running()).toEqual([]);
});

test('an endpoint that fails gives SageMaker\'s reason', async () => {
  sandbox.sagemaker.scenario = { endpoint: () => ({ status: 'Failed', failureReason: 'no capacity' }) };
  const stack = await deploy({ version: 1 });
  expect(failureOf(stack, 'Endpoint')).toContain('no capacity');
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
});

test('an endpoint that SageMaker itself rolls back counts as updated, as it does in an account', async () => {
  sandbox.sagemaker.scenario = { endpoint: (_request, nth) => ({ rollsBack: nth > 1 }) };
  await deploy({ version: 1 });
  const [{ configName }] = sandbox.sagemaker.endpoints;
  const stack = await deploy({ version: 1, instanceType: 'ml.g6.2xlarge' });
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(sandbox.sagemaker.endpoints).toEqual([expect.objectContaining({ status: 'InService', configName })]);
  expect(failureOf(stack, 'Config')).toMatch(/in use|associated/i);
});
