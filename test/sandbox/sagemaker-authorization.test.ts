import { ARN, JOB, ROLE, setUp, WORKLOAD } from './sagemaker-setup';

const JOB_ARN = `${ARN}:ai-recommendation-job/${JOB}`;
const WORKLOAD_ARN = `${ARN}:ai-workload-config/${WORKLOAD}`;

function authorizations(operation: string, input: object, { sagemaker } = setUp()) {
  return sagemaker.authorizations({ service: 'sagemaker', operation, input, caller: 'console' });
}

describe('permissions', () => {
  test('a job with tags takes AddTags and PassRole beside Create', () => {
    expect(authorizations('CreateAIRecommendationJob', { AIRecommendationJobName: JOB, RoleArn: ROLE, Tags: [{ Key: 'team', Value: 'chat' }] })).toEqual([
      { action: 'sagemaker:CreateAIRecommendationJob', resource: JOB_ARN, context: { 'aws:RequestTag/team': 'chat' } },
      { action: 'sagemaker:AddTags', resource: JOB_ARN, context: { 'aws:RequestTag/team': 'chat' } },
      { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    ]);
  });

  test.each<[string, object, string[]]>([
    ['StopAIRecommendationJob', { AIRecommendationJobName: JOB }, [JOB_ARN]],
    ['ListAIRecommendationJobs', {}, ['*']],
    ['DeleteAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD }, [WORKLOAD_ARN]],
    ['ListTags', { ResourceArn: JOB_ARN }, [JOB_ARN]],
    ['DescribeModelPackage', { ModelPackageName: `${ARN}:model-package/g/1` }, [`${ARN}:model-package/g/1`]],
    ['DescribeModelPackage', { ModelPackageName: 'g/1' }, [`${ARN}:model-package/g/1`]],
    ['UpdateModelPackage', { ModelPackageArn: `${ARN}:model-package/g/1` }, [`${ARN}:model-package/g/1`]],
    ['CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' }, [`${ARN}:endpoint/e`, `${ARN}:endpoint-config/c`]],
    ['UpdateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' }, [`${ARN}:endpoint/e`, `${ARN}:endpoint-config/c`]],
    ['UpdateEndpointWeightsAndCapacities', { EndpointName: 'e' }, [`${ARN}:endpoint/e`]],
    ['DeleteEndpoint', { EndpointName: 'e' }, [`${ARN}:endpoint/e`]],
    ['CreateInferenceComponent', { InferenceComponentName: 'ic', EndpointName: 'e' }, [`${ARN}:inference-component/ic`, `${ARN}:endpoint/e`]],
    ['DescribeInferenceComponent', { InferenceComponentName: 'ic' }, [`${ARN}:inference-component/ic`]],
    ['UpdateInferenceComponent', { InferenceComponentName: 'ic' }, [`${ARN}:inference-component/ic`]],
    ['UpdateInferenceComponentRuntimeConfig', { InferenceComponentName: 'ic' }, [`${ARN}:inference-component/ic`]],
    ['DeleteInferenceComponent', { InferenceComponentName: 'ic' }, [`${ARN}:inference-component/ic`]],
    ['ListInferenceComponents', { EndpointNameEquals: 'e' }, ['*']],
    ['ListModelPackageGroups', {}, ['*']],
    ['PutModelPackageGroupPolicy', { ModelPackageGroupName: 'g' }, [`${ARN}:model-package-group/g`]],
    ['GetModelPackageGroupPolicy', { ModelPackageGroupName: 'g' }, [`${ARN}:model-package-group/g`]],
    ['DeleteModelPackageGroupPolicy', { ModelPackageGroupName: 'g' }, [`${ARN}:model-package-group/g`]],
    ['CreateTrainingJob', {}, ['*']],
    ['DescribeModel', {}, [`${ARN}:model/undefined`]],
  ])('%s is on what its request names: %j', (operation, input, resources) => {
    expect(authorizations(operation, input).map(({ action, resource }) => [action, resource])).toEqual(resources.map(resource => [`sagemaker:${operation}`, resource]));
  });

  test('a role is passed with an endpoint configuration, and a component with tags takes AddTags', () => {
    const actions = (operation: string, input: object) => authorizations(operation, input).map(({ action, resource }) => [action, resource]);
    expect(actions('CreateEndpointConfig', { EndpointConfigName: 'c', ExecutionRoleArn: ROLE })).toEqual([
      ['sagemaker:CreateEndpointConfig', `${ARN}:endpoint-config/c`], ['iam:PassRole', ROLE],
    ]);
    expect(actions('CreateInferenceComponent', { InferenceComponentName: 'ic', EndpointName: 'e', Tags: [{ Key: 'a', Value: 'b' }] }))
      .toContainEqual(['sagemaker:AddTags', `${ARN}:inference-component/ic`]);
  });

  test('a package of another account is used under permissions of the caller as well', () => {
    const ModelPackageName = 'arn:aws:sagemaker:us-west-2:999988887777:model-package/g/1';
    const input = { ModelName: 'm', Containers: [{ ModelPackageName }, { ModelPackageName: `${ARN}:model-package/g/1` }] };
    expect(authorizations('CreateModel', input).map(({ action, resource }) => [action, resource])).toEqual([
      ['sagemaker:CreateModel', `${ARN}:model/m`], ['sagemaker:CreateModel', ModelPackageName], ['sagemaker:DescribeModelPackage', ModelPackageName],
    ]);
  });

  test('an execution role is passed with a model', () => {
    expect(authorizations('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE }).map(item => item.action)).toEqual(['sagemaker:CreateModel', 'iam:PassRole']);
  });

  test('the tags of a resource are condition keys', async () => {
    const world = setUp();
    await world.createWorkload({ Tags: [{ Key: 'team', Value: 'chat' }] });
    expect(authorizations('DeleteAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD }, world)[0].context)
      .toEqual({ 'aws:ResourceTag/team': 'chat', 'sagemaker:ResourceTag/team': 'chat' });
  });
});

describe('tags', () => {
  test('added, replaced, listed and removed', async () => {
    const { call, createWorkload, sagemaker } = setUp();
    await createWorkload({ Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceArn = WORKLOAD_ARN;
    expect(await call('AddTags', { ResourceArn, Tags: [{ Key: 'a', Value: '2' }, { Key: 'b', Value: '' }] }))
      .toEqual({ Tags: [{ Key: 'a', Value: '2' }, { Key: 'b', Value: '' }] });
    await call('DeleteTags', { ResourceArn, TagKeys: ['a', 'never'] });
    expect(await call('ListTags', { ResourceArn })).toEqual({ Tags: [{ Key: 'b', Value: '' }] });
    expect(sagemaker.tags(ResourceArn)).toEqual({ b: '' });
  });

  test('refused: too many, reserved, twice, on nothing', async () => {
    const { call, createWorkload, sagemaker } = setUp();
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    await createWorkload({ Tags: many });
    const add = (Key: string) => call('AddTags', { ResourceArn: WORKLOAD_ARN, Tags: [{ Key, Value: '' }] });
    await expect(add('k51')).rejects.toThrow('would have 51 tags');
    await expect(add('k1')).resolves.toBeDefined();
    await expect(add('aws:mine')).rejects.toThrow('reserved');
    await expect(createWorkload({ AIWorkloadConfigName: 'x', Tags: [many[0], many[0]] })).rejects.toThrow('Duplicate tag keys');
    expect(sagemaker.workloadConfigs).toHaveLength(1);
    await expect(call('ListTags', { ResourceArn: JOB_ARN })).rejects.toThrow(`Could not find resource "${JOB_ARN}".`);
  });

  test('they go with their resource', async () => {
    const { call, createWorkload, sagemaker } = setUp();
    await createWorkload({ Tags: [{ Key: 'a', Value: '1' }] });
    await call('DeleteAIWorkloadConfig', { AIWorkloadConfigName: WORKLOAD });
    expect(sagemaker.tags(WORKLOAD_ARN)).toBeUndefined();
  });
});
