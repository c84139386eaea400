import { failureOf } from './cloudformation-harness';
import { Sandbox } from '../../sandbox';

const ROLE = 'arn:aws:iam::111122223333:role/service';
const RESOURCE = 'endpoint/chat/variant/main';
const IDENTITY = { ServiceNamespace: 'sagemaker', ResourceId: RESOURCE, ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' };
const MINUTE = 60_000;

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await Sandbox.start();
  sandbox.iam.putRole({
    arn: ROLE, name: 'service', trust: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'sagemaker.amazonaws.com' } } },
  });
  sandbox.iam.putInlinePolicy(ROLE, 'all', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
});

afterEach(() => sandbox.stop());

/** A stack with an endpoint of one variant, which is scaled. */
const resources = (instanceType = 'ml.g6.xlarge', MinCapacity = 1): Record<string, unknown> => ({
  Model: {
    Type: 'AWS::SageMaker::Model', Properties: { ExecutionRoleArn: ROLE, PrimaryContainer: { Image: '763104351884.dkr.ecr.us-west-2.amazonaws.com/djl:lmi' } },
  },
  Config: {
    Type: 'AWS::SageMaker::EndpointConfig',
    Properties: {
      ProductionVariants: [{
        VariantName: 'main', ModelName: { 'Fn::GetAtt': ['Model', 'ModelName'] }, InstanceType: instanceType, InitialInstanceCount: 1, InitialVariantWeight: 1,
      }],
    },
  },
  Endpoint: { Type: 'AWS::SageMaker::Endpoint', Properties: { EndpointName: 'chat', EndpointConfigName: { 'Fn::GetAtt': ['Config', 'EndpointConfigName'] } } },
  Target: { Type: 'AWS::ApplicationAutoScaling::ScalableTarget', DependsOn: 'Endpoint', Properties: { ...IDENTITY, MinCapacity, MaxCapacity: 4 } },
});
const deploy = (Resources: object) => sandbox.run(sandbox.cloudFormation.deploy({ stackName: 'Chat', template: { Resources } }).done);
const count = async () => (await sandbox.sagemaker.console('DescribeEndpoint', { EndpointName: 'chat' })).ProductionVariants[0].CurrentInstanceCount;
const wait = (minutes: number) => sandbox.run(sandbox.clock.sleep(minutes * MINUTE));

test('an endpoint of a stack scales within its bounds', async () => {
  expect((await deploy(resources('ml.g6.xlarge', 2))).status).toBe('CREATE_COMPLETE');
  await wait(30);
  expect(await count()).toBe(2);
  await sandbox.autoscaling.scale(RESOURCE, 9);
  await wait(30);
  expect(await count()).toBe(4);
  expect(sandbox.autoscaling.activities.map(({ from, to, failure }) => [from, to, failure])).toEqual([[1, 2, undefined], [2, 4, undefined]]);
  expect((await sandbox.run(sandbox.cloudFormation.destroy('Chat').done)).status).toBe('DELETE_COMPLETE');
  expect(sandbox.autoscaling.targets).toEqual([]);
});

test('a variant that is scaled keeps its instance type', async () => {
  await deploy(resources());
  const stack = await deploy(resources('ml.g6.2xlarge'));
  expect(failureOf(stack, 'Endpoint')).toBeDefined();
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('an endpoint that is deleted takes its registration along', async () => {
  await deploy(resources());
  await sandbox.sagemaker.console('DeleteEndpoint', { EndpointName: 'chat' });
  await wait(30);
  expect(sandbox.autoscaling.targets).toEqual([]);
  expect((await sandbox.run(sandbox.cloudFormation.destroy('Chat').done)).status).toBe('DELETE_COMPLETE');
});

test('what is not there cannot be registered', async () => {
  await expect(sandbox.autoscaling.console('RegisterScalableTarget', { ...IDENTITY, MinCapacity: 1, MaxCapacity: 2 })).rejects.toThrow('There is no resource to scale');
  await deploy(resources());
  const other = { ...IDENTITY, ResourceId: 'endpoint/chat/variant/other', MinCapacity: 1, MaxCapacity: 2 };
  await expect(sandbox.autoscaling.console('RegisterScalableTarget', other)).rejects.toThrow('There is no resource to scale');
});
