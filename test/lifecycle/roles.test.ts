import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { app } from './app';
import { ENV, World } from './harness';
import { setUp } from './kinds';
import { AiRecommendationJob, DeployRecommendation, ExecutionPolicy } from '../../src';

afterEach(() => World.stopAll());

const SERVICES = [
  'sagemaker', 's3', 'ecr', 'logs', 'cloudwatch', 'servicequotas', 'application-autoscaling', 'ssm', 'cloudformation', 'lambda', 'states',
];

/** The app under a boundary that lets everything through which the library needs, but for what is said. */
const bounded = (limit: { without?: string; deny?: string } = {}) => (stack: Stack) => {
  app()(stack);
  const boundary = new iam.ManagedPolicy(stack, 'Boundary', {
    statements: [
      new iam.PolicyStatement({ actions: SERVICES.filter(service => service !== limit.without).map(service => `${service}:*`), resources: ['*'] }),
      new iam.PolicyStatement({ actions: ['iam:PassRole'], resources: [`arn:aws:iam::${ENV.account}:role/cdk-sagemaker-inference/*`] }),
      ...limit.deny === undefined ? [] : [new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: [limit.deny], resources: ['*'] })],
    ],
  });
  iam.PermissionsBoundary.of(stack).apply(boundary);
};

describe('a permissions boundary', () => {
  test('that allows what is needed is on every role, and changes nothing else', async () => {
    const world = await World.start();
    const stack = await world.deploy(bounded());
    expect(world.failures(stack)).toEqual([]);
    const roles = [...stack.resources.values()].filter(({ type }) => type === 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThanOrEqual(7);
    roles.forEach(({ copy }) => expect(copy!.properties.PermissionsBoundary).toMatch(/:policy\/Chat-Boundary/));
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test.each([
    ['denies the handlers a call', { deny: 'sagemaker:CreateEndpointConfig' }, 'sagemaker:CreateEndpointConfig', 'with an explicit deny in a permissions boundary'],
    ['does not allow the job a service', { without: 'servicequotas' }, 'servicequotas:GetServiceQuota', 'because no permissions boundary allows'],
  ])('that %s makes the deployment fail, and say so', async (_, limit, action, why) => {
    const world = await World.start();
    const stack = await world.deploy(bounded(limit));
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    const reason = world.failures(stack).find(text => text.includes(action))!;
    expect(reason).toContain(why);
    expect(reason).not.toMatch(/undefined|\n\s+at /);
    await world.destroy();
    expect(world.sandbox.sagemaker.running()).toEqual([]);
    expect(world.leftovers().filter(arn => !arn.includes(':ai-recommendation-job/'))).toEqual([]);
  });
});

describe('a role of the user', () => {
  /** A role of another stack that comes first, as a platform team would hand it out. */
  async function given(world: World, props: Partial<iam.RoleProps> = {}): Promise<void> {
    const stack = await world.deploy(roles => {
      new iam.Role(roles, 'Role', { roleName: 'inference', assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'), ...props });
    }, { stackName: 'Roles' });
    expect(world.failures(stack)).toEqual([]);
  }

  /** Whether job and endpoint come up under the role, which are told to give it permissions or not. */
  async function deploysWith(world: World, imported: (stack: Stack) => iam.IRole, permissions: boolean): Promise<void> {
    const stack = await world.deploy(made => {
      const role = imported(made);
      app({ job: { role }, endpoint: { role } })(made);
      if (permissions) {
        (made.node.findChild('Recommendation') as AiRecommendationJob).addExecutionPermissions(role);
        (made.node.findChild('Endpoint') as DeployRecommendation).addExecutionPermissions(role);
      }
    });
    expect(world.failures(stack)).toEqual([]);
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect([...stack.resources.values()].filter(({ logicalId }) => /^(Recommendation|Endpoint).*Role/.test(logicalId))).toEqual([]);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  }

  test('with a path works by its ARN', async () => {
    const world = await World.start();
    await given(world, { path: '/platform/ml/' });
    await deploysWith(world, stack => iam.Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${ENV.account}:role/platform/ml/inference`), true);
  });

  test('works by its name', async () => {
    const world = await World.start();
    await given(world);
    await deploysWith(world, stack => iam.Role.fromRoleName(stack, 'Imported', 'inference'), true);
  });

  test('that is imported as it is works with the permissions that it has', async () => {
    const world = await World.start();
    await given(world, {
      inlinePolicies: {
        All: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: [...SERVICES, 'iam'].map(service => `${service}:*`), resources: ['*'] })] }),
      },
    });
    await deploysWith(world, stack => iam.Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${ENV.account}:role/inference`, { mutable: false }), false);
  });

  test('without permissions fails the deployment, which names the call', async () => {
    const world = await World.start();
    await given(world);
    const stack = await world.deploy(app({ endpoint: false }));
    expect(stack.status).toBe('CREATE_COMPLETE');
    const failed = await world.deploy(made => app({
      job: { role: iam.Role.fromRoleName(made, 'Imported', 'inference', { mutable: false }), rerunToken: '2' }, endpoint: false,
    })(made));
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.failures(failed).join()).toMatch(/servicequotas:GetServiceQuota/);
  });
});

describe('the policy of the default roles', () => {
  test('can be that of AWS, with what it lacks', async () => {
    const world = await World.start();
    const executionPolicy = ExecutionPolicy.sageMakerFullAccess();
    const stack = await world.deploy(app({ job: { executionPolicy }, endpoint: { executionPolicy } }));
    expect(world.failures(stack)).toEqual([]);
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
  });

  test('can have more statements, and another policy runs no job again', async () => {
    const world = await World.start();
    await world.deploy(app());
    const statement = new iam.PolicyStatement({ actions: ['sagemaker:ListHubContents'], resources: ['*'] });
    const executionPolicy = ExecutionPolicy.scoped({ statements: [statement] });
    const stack = await world.deploy(app({ job: { executionPolicy }, endpoint: { executionPolicy } }));
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    expect(world.count('CreateModel')).toBe(1);
    expect((await world.deploy(app({ job: { executionPolicy: ExecutionPolicy.sageMakerFullAccess() } }))).status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
  });
});

test('the handlers delete no model or endpoint configuration of others, even by mistake', async () => {
  const world = await World.start();
  await setUp(world);
  const stack = await world.deploy(app());
  const role = String([...stack.resources.values()].find(({ logicalId }) => logicalId.startsWith('CdkSageMakerInferenceProviderRole'))!.attributes.Arn);
  const { iam: identities, sagemaker } = world.sandbox;
  const check = (arn: string) => () => identities.check(role, [{
    action: arn.includes(':model/') ? 'sagemaker:DeleteModel' : 'sagemaker:DeleteEndpointConfig',
    resource: arn,
    context: Object.fromEntries(Object.entries(world.tags(arn) ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
  }]);
  const [ours, others] = [true, false].map(own => [...sagemaker.models, ...sagemaker.endpointConfigs].map(({ arn }) => arn)
    .filter(arn => (world.tags(arn)?.['cdk-sagemaker-inference:owner'] !== undefined) === own));
  expect([ours.length, others.length]).toEqual([2, 2]);
  ours.forEach(arn => expect(check(arn)).not.toThrow());
  others.forEach(arn => expect(check(arn)).toThrow('no identity-based policy allows'));
});
