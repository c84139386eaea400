import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { app, AppOptions, failing } from './app';
import { World } from './harness';
import { AdapterSource, ModelSource, ModelPackageGroup } from '../../src';

afterEach(() => World.stopAll());

const DESTROY = { modelPackageRemovalPolicy: RemovalPolicy.DESTROY };
const SHARED = { modelPackagesSharedWith: ['444455556666', '777788889999'] };

const packages = (world: World) => world.sandbox.sagemaker.modelPackages.map(({ name }) => name);
const groups = (world: World) => world.sandbox.sagemaker.modelPackageGroups.map(({ name }) => name);
const policy = async (world: World, group: string): Promise<any> => JSON.parse(
  (await world.byHand('GetModelPackageGroupPolicy', { ModelPackageGroupName: group }) as { ResourcePolicy: string }).ResourcePolicy);
const adapters = AdapterSource.fromS3([{ adapterId: 'legal', source: ModelSource.fromS3Uri('s3://my-models/legal/') }]);

describe('model packages', () => {
  test('stay as the record of what was found, unless the job says otherwise', async () => {
    const world = await World.start();
    await world.deploy(app());
    await world.destroy();
    expect(world.leftovers()).toEqual([]);
    expect(packages(world)).toHaveLength(1);
    expect(world.count('ListModels')).toBe(0);
  });

  test('go with the stack if they shall, with those of adapters and with both groups', async () => {
    const world = await World.start();
    const stack = await world.deploy(app({ job: { ...DESTROY, adapters } }));
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(packages(world)).toHaveLength(2);
    expect(groups(world)).toHaveLength(2);
    const deleted = await world.destroy();
    expect(deleted.status).toBe('DELETE_COMPLETE');
    expect([...packages(world), ...groups(world), ...world.leftovers()]).toEqual([]);
  });

  test('of a job that was replaced go in the clean-up, when the endpoint has let go of them', async () => {
    const world = await World.start();
    await world.deploy(app({ job: DESTROY }));
    const [before] = packages(world);
    const stack = await world.deploy(app({ job: DESTROY, concurrency: 20 }));
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(packages(world)).toHaveLength(1);
    expect(packages(world)).not.toContain(before);
    expect(groups(world)).toHaveLength(1);
    await world.destroy();
    expect([...packages(world), ...groups(world)]).toEqual([]);
  });

  test('of a job that a rollback keeps stay, and the next attempt deploys them', async () => {
    const world = await World.start();
    const failed = await world.deploy(app({ job: DESTROY, also: failing }));
    expect(failed.status).toBe('ROLLBACK_COMPLETE');
    expect(world.jobs().map(({ status }) => status)).toEqual(['Completed']);
    expect(packages(world)).toHaveLength(1);
    await world.destroy();
    const stack = await world.deploy(app({ job: DESTROY }));
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
  });

  test('of an update that failed stay, as does their job', async () => {
    const world = await World.start();
    await world.deploy(app({ job: DESTROY }));
    const failed = await world.deploy(app({ job: DESTROY, concurrency: 20, also: failing }));
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(packages(world)).toHaveLength(2);
  });

  test('that a model uses are left, and so is their group', async () => {
    const world = await World.start();
    await world.deploy(app({ job: DESTROY, role: 'my-role' }));
    const [{ arn, name }] = world.sandbox.sagemaker.modelPackages;
    const [model] = world.sandbox.sagemaker.models;
    await world.byHand('CreateModel', { ...model.request, ModelName: 'of-somebody-else', Tags: undefined });
    const stack = await world.destroy();
    expect(stack.status).toBe('DELETE_COMPLETE');
    expect(packages(world)).toEqual([name]);
    expect(groups(world)).toHaveLength(1);
    expect(world.leftovers()).toEqual([expect.stringContaining('of-somebody-else')]);
    expect(arn).toContain(name);
  });

  test('of somebody else in the group of the job are left, and so is the group', async () => {
    const world = await World.start();
    await world.deploy(app({ job: DESTROY }));
    const [group] = groups(world);
    await world.byHand('CreateModelPackage', { ModelPackageGroupName: group });
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(packages(world)).toEqual([`${group}/2`]);
    expect(groups(world)).toEqual([group]);
  });

  test('in a group of the user go, and the group and all else in it stays', async () => {
    const world = await World.start();
    await world.byHand('CreateModelPackageGroup', { ModelPackageGroupName: 'chat' });
    await world.byHand('CreateModelPackage', { ModelPackageGroupName: 'chat' });
    const job = { ...DESTROY, modelPackageGroup: ModelPackageGroup.fromName('chat') };
    expect((await world.deploy(app({ job, endpoint: false }))).status).toBe('CREATE_COMPLETE');
    expect(packages(world)).toEqual(['chat/1', 'chat/2']);
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(packages(world)).toEqual(['chat/1']);
    expect(groups(world)).toEqual(['chat']);
  });

  test('stay with a job that is retained, or was deleted by hand', async () => {
    const world = await World.start();
    await world.deploy(app({ job: DESTROY, removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, endpoint: false }));
    await world.destroy();
    expect(packages(world)).toHaveLength(1);
    await world.deploy(app({ job: { ...DESTROY, rerunToken: '2' }, endpoint: false }));
    const [, { name }] = world.jobs();
    await world.byHand('DeleteAIRecommendationJob', { AIRecommendationJobName: name });
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(packages(world)).toHaveLength(2);
  });

  test('are kept as soon as the job says so, without a run', async () => {
    const world = await World.start();
    await world.deploy(app({ job: DESTROY }));
    expect((await world.deploy(app())).status).toBe('UPDATE_COMPLETE');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
    await world.destroy();
    expect(packages(world)).toHaveLength(1);
  });

  test.each(['ListModels', 'DescribeModel', 'DeleteModelPackage', 'DeleteModelPackageGroup', 'ListModelPackages'])(
    'never fail a deletion, and throttling of %s is sat out', async operation => {
      const world = await World.start();
      await world.deploy(app({ job: DESTROY, endpoint: false }));
      await world.deploy(stack => new iam.Role(stack, 'Role', {
        roleName: 'my-role', assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
      }), { stackName: 'Other' });
      await world.byHand('CreateModel', MODEL);
      world.sandbox.faults.onCall({ operation, effect: 'throttle', times: 3 });
      expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
      expect([...packages(world), ...groups(world)]).toEqual([]);
    });

  test('never fail a deletion that may not delete them', async () => {
    const world = await World.start();
    await world.deploy(app({ job: DESTROY, endpoint: false }));
    world.sandbox.faults.onCall({ operation: 'DeleteModelPackage', effect: 'access-denied', times: 1000 });
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(packages(world)).toHaveLength(1);
    expect(world.leftovers()).toEqual([]);
  });
});

const MODEL = { ModelName: 'unrelated', PrimaryContainer: { Image: 'image' }, ExecutionRoleArn: 'arn:aws:iam::111122223333:role/my-role' };

describe('model packages that are shared', () => {
  const shared = (options: AppOptions = {}) => app({ endpoint: false, ...options, job: { ...SHARED, ...options.job } });
  const sids = (statements: any[]) => statements.map(({ Sid }) => Sid);

  test('may be deployed by the accounts that the job names, and approved by this one alone', async () => {
    const world = await World.start();
    expect((await world.deploy(shared())).status).toBe('CREATE_COMPLETE');
    const [group] = groups(world);
    const Principal = { AWS: ['arn:aws:iam::444455556666:root', 'arn:aws:iam::777788889999:root'] };
    expect(await policy(world, group)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: expect.stringMatching(/^CdkSageMakerInferenceGroup[0-9a-f]{16}$/),
          Effect: 'Allow',
          Principal,
          Action: ['sagemaker:DescribeModelPackageGroup'],
          Resource: `arn:aws:sagemaker:us-west-2:111122223333:model-package-group/${group}`,
        },
        {
          Sid: expect.stringMatching(/^CdkSageMakerInferencePackages[0-9a-f]{16}$/),
          Effect: 'Allow',
          Principal,
          Action: ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages', 'sagemaker:CreateModel'],
          Resource: `arn:aws:sagemaker:us-west-2:111122223333:model-package/${group}/*`,
        },
      ],
    });

    // Other accounts, without a run; then none.
    await world.deploy(shared({ job: { modelPackagesSharedWith: ['123456789012'] } }));
    expect((await policy(world, group)).Statement.map((statement: any) => statement.Principal.AWS)).toEqual(Array(2).fill(['arn:aws:iam::123456789012:root']));
    expect((await world.deploy(app({ endpoint: false }))).status).toBe('UPDATE_COMPLETE');
    await expect(policy(world, group)).rejects.toThrow('Could not find a resource policy');
    expect(world.count('CreateAIRecommendationJob')).toBe(1);
  });

  test('are shared beside what others have put into the policy, and that stays', async () => {
    const world = await World.start();
    await world.byHand('CreateModelPackageGroup', { ModelPackageGroupName: 'chat' });
    const theirs = { Sid: 'Theirs', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::222233334444:root' }, Action: 'sagemaker:DescribeModelPackageGroup', Resource: '*' };
    await world.byHand('PutModelPackageGroupPolicy', {
      ModelPackageGroupName: 'chat', ResourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement: theirs }),
    });
    const job = { modelPackageGroup: ModelPackageGroup.fromName('chat') };
    await world.deploy(shared({ job }));
    expect(sids((await policy(world, 'chat')).Statement)).toEqual(['Theirs', expect.stringContaining('Group'), expect.stringContaining('Packages')]);

    // Another run in the same group: shared all the time, with what earlier runs have found.
    await world.deploy(shared({ job, concurrency: 20 }));
    expect((await policy(world, 'chat')).Statement).toHaveLength(3);
    await world.destroy();
    expect((await policy(world, 'chat')).Statement).toEqual([theirs]);
  });

  test('of another run are shared in its group, and no longer in the old one', async () => {
    const world = await World.start();
    await world.deploy(shared());
    const [before] = groups(world);
    await world.deploy(shared({ concurrency: 20 }));
    const [, after] = groups(world);
    expect((await policy(world, after)).Statement).toHaveLength(2);
    await expect(policy(world, before)).rejects.toThrow('Could not find a resource policy');
  });

  test('of an update that failed are not shared, and those before are', async () => {
    const world = await World.start();
    await world.deploy(shared());
    const [before] = groups(world);
    const failed = await world.deploy(shared({ concurrency: 20, also: failing }));
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    const [, after] = groups(world);
    expect((await policy(world, before)).Statement).toHaveLength(2);
    await expect(policy(world, after)).rejects.toThrow('Could not find a resource policy');
  });

  test('go with their group and its policy', async () => {
    const world = await World.start();
    await world.deploy(shared({ job: DESTROY }));
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect([...packages(world), ...groups(world)]).toEqual([]);
  });

  test('whose group somebody deleted don\'t fail the deletion', async () => {
    const world = await World.start();
    await world.deploy(shared());
    const [{ name }] = world.sandbox.sagemaker.modelPackages;
    await world.byHand('DeleteModelPackage', { ModelPackageName: name });
    await world.byHand('DeleteModelPackageGroup', { ModelPackageGroupName: groups(world)[0] });
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  });
});
