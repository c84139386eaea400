import { ARN, ROLE, setUp } from './sagemaker-setup';
import { MINUTE, SageMaker } from '../../sandbox/sagemaker';

const OWNER = '999988887777';
const CALLER = 'arn:aws:iam::111122223333:role/deployer';
const PACKAGE = `arn:aws:sagemaker:us-west-2:${OWNER}:model-package/g/1`;
const GROUP = { ModelPackageGroupName: 'g' };
const CONTAINERS = { InferenceSpecification: { Containers: [{ Image: `${OWNER}.dkr.ecr.us-west-2.amazonaws.com/vllm:1` }] } };
const denied = (action: string) => ({ code: 'ValidationException', message: expect.stringContaining(`is not authorized to perform: sagemaker:${action} on resource: ${PACKAGE}`) });

function policy(change: object = {}) {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{
      Sid: 'Use',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: ['sagemaker:DescribeModelPackage', 'sagemaker:CreateModel'],
      Resource: `arn:aws:sagemaker:us-west-2:${OWNER}:model-package/g/*`,
      ...change,
    }],
  });
}

/** An account with an approved package, and one that deploys it. */
async function prepare() {
  const owner = setUp({}, { account: OWNER });
  await owner.call('CreateModelPackageGroup', GROUP);
  await owner.call('CreateModelPackage', { ...GROUP, ...CONTAINERS, ModelApprovalStatus: 'Approved' });
  const asked: string[] = [];
  const check = (_role: string, authorizations: any[]) => void asked.push(...authorizations.map(({ resource }) => resource));
  const accounts = (account: string): SageMaker | undefined => account === OWNER ? owner.sagemaker : undefined;
  const user = setUp({}, { otherAccounts: accounts, iam: { check, checkTrust: () => {} } });
  const as = (operation: string, input: object): Promise<any> => user.sagemaker.handle({ service: 'sagemaker', operation, input, caller: CALLER });
  return {
    ...user,
    owner,
    asked,
    share: (ResourcePolicy: string) => owner.call('PutModelPackageGroupPolicy', { ...GROUP, ResourcePolicy }),
    describe: (ModelPackageName = PACKAGE) => as('DescribeModelPackage', { ModelPackageName }),
    createModel: (ModelPackageName = PACKAGE) => as('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { ModelPackageName } }),
  };
}

test('nothing of another account is to be had without a policy', async () => {
  const { describe: describePackage, createModel } = await prepare();
  await expect(describePackage()).rejects.toMatchObject(denied('DescribeModelPackage'));
  await expect(createModel()).rejects.toMatchObject(denied('CreateModel'));
});

test('a package that is shared makes a model, whose endpoint needs its image', async () => {
  const { share, describe: describePackage, createModel, call, pass, asked } = await prepare();
  expect(await share(policy())).toEqual({ ModelPackageGroupArn: `arn:aws:sagemaker:us-west-2:${OWNER}:model-package-group/g` });
  expect(await describePackage()).toMatchObject({ ModelPackageArn: PACKAGE, ...CONTAINERS });
  await createModel();
  await call('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [{ VariantName: 'v', ModelName: 'm', InstanceType: 'ml.g6.xlarge', InitialInstanceCount: 1 }] });
  await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
  await pass(9 * MINUTE);
  expect(asked).toContain(`arn:aws:ecr:us-west-2:${OWNER}:repository/vllm`);
});

test.each<[string, object]>([
  ['the account by its id', { Principal: { AWS: '111122223333' } }],
  ['the role that calls', { Principal: { AWS: [CALLER] } }],
  ['everybody', { Principal: '*' }],
  ['all actions', { Action: 'sagemaker:*' }],
])('the policy may name %s', async (_, change) => {
  const { share, createModel } = await prepare();
  await share(policy(change));
  await expect(createModel()).resolves.toBeDefined();
});

test.each<[string, object, string]>([
  ['another account', { Principal: { AWS: 'arn:aws:iam::444455556666:root' } }, 'CreateModel'],
  ['another role', { Principal: { AWS: 'arn:aws:iam::111122223333:role/other' } }, 'CreateModel'],
  ['describing only', { Action: 'sagemaker:DescribeModelPackage' }, 'CreateModel'],
  ['creating only', { Action: 'sagemaker:CreateModel' }, 'DescribeModelPackage'],
  ['another group', { Resource: `arn:aws:sagemaker:us-west-2:${OWNER}:model-package/h/*` }, 'CreateModel'],
  ['nothing, and denies', { Effect: 'Deny' }, 'CreateModel'],
])('a policy that allows %s is not enough for a model', async (_, change, action) => {
  const { share, createModel } = await prepare();
  await share(policy(change));
  await expect(createModel()).rejects.toMatchObject(denied(action));
});

test('no package of another Region, of an account that is not there, or that nobody approved', async () => {
  const { share, describe: describePackage, createModel, owner } = await prepare();
  await share(policy());
  await expect(describePackage(PACKAGE.replace('us-west-2', 'us-east-1'))).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining('its own Region') });
  await expect(describePackage(PACKAGE.replace(OWNER, '444455556666'))).rejects.toThrow('is not authorized');
  await expect(describePackage(PACKAGE.replace('/1', '/2'))).rejects.toThrow('is not authorized');
  await owner.call('UpdateModelPackage', { ModelPackageArn: PACKAGE, ModelApprovalStatus: 'PendingManualApproval' });
  await expect(createModel()).rejects.toThrow('PendingManualApproval');
});

test('a package of another account is not taken for one of the same name', async () => {
  const { call } = await prepare();
  await call('CreateModelPackageGroup', GROUP);
  await call('CreateModelPackage', { ...GROUP, ...CONTAINERS });
  await expect(call('DescribeModelPackage', { ModelPackageName: PACKAGE })).rejects.toThrow('is not authorized');
  await expect(call('DeleteModelPackage', { ModelPackageName: PACKAGE })).rejects.toThrow('does not exist');
  expect(await call('DescribeModelPackage', { ModelPackageName: 'g/1' })).toMatchObject({ ModelPackageArn: `${ARN}:model-package/g/1` });
});

describe('the policy of a group', () => {
  test('is put, read and deleted', async () => {
    const { owner, share } = await prepare();
    await expect(owner.call('GetModelPackageGroupPolicy', GROUP)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining('Could not find') });
    await share(policy());
    expect(await owner.call('GetModelPackageGroupPolicy', GROUP)).toEqual({ ResourcePolicy: policy() });
    await owner.call('DeleteModelPackageGroupPolicy', GROUP);
    await expect(owner.call('DeleteModelPackageGroupPolicy', GROUP)).rejects.toThrow('Could not find');
  });

  test.each<[string, string, string]>([
    ['is no JSON', 'allow', 'not JSON'],
    ['says nothing', '{}', 'no Statement'],
    ['names nobody', policy({ Principal: undefined }), 'a statement has no Principal'],
  ])('is refused when it %s', async (_, text, message) => {
    const { share } = await prepare();
    await expect(share(text)).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(message) });
  });

  test('with a condition is more than the sandbox evaluates', async () => {
    const { share } = await prepare();
    await expect(share(policy({ Condition: {} }))).rejects.toThrow('does not evaluate Condition');
  });
});

test('groups are listed by name', async () => {
  const { call } = setUp();
  for (const ModelPackageGroupName of ['llama', 'gpt']) {
    await call('CreateModelPackageGroup', { ModelPackageGroupName });
  }
  const names = async (filter: object) => (await call('ListModelPackageGroups', { SortBy: 'Name', SortOrder: 'Ascending', ...filter })).ModelPackageGroupSummaryList
    .map((group: any) => group.ModelPackageGroupName);
  expect(await names({})).toEqual(['gpt', 'llama']);
  expect(await names({ NameContains: 'lla' })).toEqual(['llama']);
  await expect(names({ CrossAccountFilterOption: 'CrossAccount' })).rejects.toThrow('of its own account only');
});
