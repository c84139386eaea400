import { failureOf } from './cloudformation-harness';
import { Sandbox } from '../../sandbox';
import { MINUTE } from '../../sandbox/sagemaker';

const ARN = 'arn:aws:sagemaker:us-west-2:111122223333';
const ref = (Ref: string) => ({ Ref });
const get = (...path: string[]) => ({ 'Fn::GetAtt': path });

let sandbox: Sandbox;
beforeEach(async () => { sandbox = await Sandbox.start(); });
afterEach(() => sandbox.stop());

/** The API calls of the stack engine are not in the journal: what they led to is. */
const deploy = (Resources: Record<string, any>, Outputs: Record<string, any> = {}) => sandbox.run(
  sandbox.cloudFormation.deploy({ stackName: 'Test', template: { Resources, Outputs } }).done);
const component = () => sandbox.sagemaker.inferenceComponents[0];

const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'sagemaker.amazonaws.com' } }] },
    Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
  },
};
const model = () => ({ Type: 'AWS::SageMaker::Model', Properties: { ExecutionRoleArn: get('Role', 'Arn'), PrimaryContainer: { Image: 'image' } } });
const config = (change: object = {}, more: object = {}) => ({
  Type: 'AWS::SageMaker::EndpointConfig',
  Properties: {
    ExecutionRoleArn: get('Role', 'Arn'),
    ProductionVariants: [{ VariantName: 'v', InstanceType: 'ml.g6.12xlarge', InitialInstanceCount: 1, ...change }],
    ...more,
  },
});
const endpoint = (change: object = {}) => ({ Type: 'AWS::SageMaker::Endpoint', Properties: { EndpointConfigName: get('Config', 'EndpointConfigName'), ...change } });

/** Numbers and booleans as strings, as attributes of custom resources have them. */
function hosting(properties: object = {}, modelName: object = get('Model', 'ModelName')) {
  return {
    Role: ROLE,
    Model: model(),
    Other: model(),
    Config: config(),
    Endpoint: endpoint(),
    Component: {
      Type: 'AWS::SageMaker::InferenceComponent',
      Properties: {
        EndpointName: get('Endpoint', 'EndpointName'),
        VariantName: 'v',
        Specification: { ModelName: modelName, ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: '1', MinMemoryRequiredInMb: '1024' } },
        RuntimeConfig: { CopyCount: '2' },
        ...properties,
      },
    },
  };
}

describe('AWS::SageMaker::InferenceComponent', () => {
  test('is created, updated and deleted', async () => {
    const outputs = Object.fromEntries([['InferenceComponentArn'], ['InferenceComponentStatus'], ['RuntimeConfig.CurrentCopyCount']].map(([name]) =>
      [name.replace('.', ''), { Value: get('Component', name) }]));
    const created = await deploy(hosting(), { ...outputs, Ref: { Value: ref('Component') } });
    expect(created.status).toBe('CREATE_COMPLETE');
    const { name, specifications: [{ ComputeResourceRequirements, ModelName }] } = component();
    expect(name).toMatch(/^Test-Component-/);
    expect(ComputeResourceRequirements).toEqual({ NumberOfAcceleratorDevicesRequired: 1, MinMemoryRequiredInMb: 1024 });
    expect(created.outputs).toEqual({
      InferenceComponentArn: `${ARN}:inference-component/${name}`,
      Ref: `${ARN}:inference-component/${name}`,
      InferenceComponentStatus: 'InService',
      RuntimeConfigCurrentCopyCount: '2',
    });

    expect((await deploy(hosting({}, get('Other', 'ModelName')))).status).toBe('UPDATE_COMPLETE');
    expect(component()).toMatchObject({ name, status: 'InService', currentCopyCount: 2 });
    expect(component().specifications[0].ModelName).not.toBe(ModelName);

    expect((await sandbox.run(sandbox.cloudFormation.destroy('Test').done)).status).toBe('DELETE_COMPLETE');
    expect([sandbox.sagemaker.inferenceComponents, sandbox.sagemaker.endpoints]).toEqual([[], []]);
  });

  test('an update sets back what was scaled meanwhile, one of the tags alone does not', async () => {
    const one = { RuntimeConfig: { CopyCount: '1' } };
    await deploy(hosting(one));
    await sandbox.sagemaker.console('UpdateInferenceComponentRuntimeConfig', { InferenceComponentName: component().name, DesiredRuntimeConfig: { CopyCount: 3 } });
    await sandbox.run(sandbox.clock.sleep(10 * MINUTE));
    await deploy(hosting({ ...one, Tags: [{ Key: 'team', Value: 'chat' }] }));
    expect(component().currentCopyCount).toBe(3);
    await deploy(hosting(one, get('Other', 'ModelName')));
    expect(component()).toMatchObject({ status: 'InService', currentCopyCount: 1 });
  });

  test('one that does not fit fails the stack with SageMaker\'s reason', async () => {
    const stack = await deploy(hosting({ RuntimeConfig: { CopyCount: 5 } }));
    expect(failureOf(stack, 'Component')).toContain('There is not enough hardware resources on the instances');
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(sandbox.sagemaker.running()).toEqual([]);
  });

  test.each<[string, object]>([
    ['InferenceComponentName', { InferenceComponentName: 'other' }],
    ['VariantName', { VariantName: 'w' }],
  ])('%s cannot be changed', async (property, change) => {
    await deploy(hosting());
    const stack = await deploy(hosting(change));
    expect(failureOf(stack, 'Component')).toContain(`${property} of an inference component cannot be updated`);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(component().status).toBe('InService');
  });

  test('a number that is none is found before anything is made', async () => {
    const stack = await deploy(hosting({ RuntimeConfig: { CopyCount: 'two' } }));
    expect(failureOf(stack, 'Component')).toContain('#/RuntimeConfig/CopyCount: expected type: Integer, found: String');
  });
});

test('booleans of an endpoint may be strings', async () => {
  const resources = (instanceType: string, change: object) => ({
    Role: ROLE, Model: model(), Config: config({ ModelName: get('Model', 'ModelName'), InstanceType: instanceType, InitialInstanceCount: '1' }), Endpoint: endpoint(change),
  });
  await deploy(resources('ml.g6.xlarge', {}));
  const [{ name }] = sandbox.sagemaker.endpoints;
  await sandbox.sagemaker.console('UpdateEndpointWeightsAndCapacities', { EndpointName: name, DesiredWeightsAndCapacities: [{ VariantName: 'v', DesiredInstanceCount: 3 }] });
  await sandbox.run(sandbox.clock.sleep(5 * MINUTE));
  const stack = await deploy(resources('ml.g6.2xlarge', { RetainAllVariantProperties: 'true', ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DesiredWeight' }] }));
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect((await sandbox.sagemaker.console('DescribeEndpoint', { EndpointName: name })).ProductionVariants).toMatchObject([{ CurrentInstanceCount: 3 }]);
});

test('the policy of a model package group is put, changed and taken away', async () => {
  const group = (policy?: object) => ({
    Group: { Type: 'AWS::SageMaker::ModelPackageGroup', Properties: { ModelPackageGroupName: 'g', ...policy && { ModelPackageGroupPolicy: policy } } },
  });
  const policy = (Action: string) => ({ Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource: '*' }] });
  const current = () => sandbox.sagemaker.modelPackageGroups[0].policy;
  await deploy(group(policy('sagemaker:DescribeModelPackage')));
  expect(JSON.parse(current()!)).toEqual(policy('sagemaker:DescribeModelPackage'));
  await deploy(group(policy('sagemaker:CreateModel')));
  expect(JSON.parse(current()!)).toEqual(policy('sagemaker:CreateModel'));
  await deploy(group());
  expect(current()).toBeUndefined();
});
