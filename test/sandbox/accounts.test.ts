import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { failureOf } from './cloudformation-harness';
import { Sandbox } from '../../sandbox';

const OWNER = '111122223333';
const USER = '444455556666';
const BUCKET = 'amzn-s3-demo-shared';
const OBJECTS = `arn:aws:s3:::${BUCKET}/*`;
const ROLE = `arn:aws:iam::${USER}:role/reader`;
const TRUST = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } } };
const ACCOUNT = { AWS: `arn:aws:iam::${USER}:root` };
const READ = { action: 's3:GetObject', resource: `arn:aws:s3:::${BUCKET}/model.tar.gz` };

let owner: Sandbox;
let user: Sandbox;

beforeEach(async () => {
  owner = await Sandbox.start({ account: OWNER });
  user = await Sandbox.start({ account: USER, beside: owner });
  role(user, ROLE, { Effect: 'Allow', Action: 's3:*', Resource: '*' });
});

afterEach(async () => {
  await Promise.all([owner, user].map(sandbox => sandbox.stop()));
});

function role(sandbox: Sandbox, arn: string, ...Statement: object[]) {
  sandbox.iam.putRole({ arn, name: arn.slice(arn.lastIndexOf('/') + 1), trust: TRUST });
  sandbox.iam.putInlinePolicy(arn, 'policy', { Statement });
}

async function deploy(sandbox: Sandbox, Resources: object, stackName = 'Shared') {
  return sandbox.run(sandbox.cloudFormation.deploy({ stackName, template: { Resources } }).done);
}

const bucket = (more: object = {}) => ({ Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: BUCKET, ...more } } });
const policy = (...Statement: object[]) => (
  { Policy: { Type: 'AWS::S3::BucketPolicy', DependsOn: 'Bucket', Properties: { Bucket: BUCKET, PolicyDocument: { Version: '2012-10-17', Statement } } } });
const sharing = (Principal: unknown = ACCOUNT, more: object = {}) => (
  { Effect: 'Allow', Principal, Action: ['s3:GetObject', 's3:PutObject'], Resource: OBJECTS, ...more });
const mayRead = (roleArn = ROLE) => user.iam.check(roleArn, [READ]);
const NO_RESOURCE_POLICY = `User: ${ROLE} is not authorized to perform: s3:GetObject on resource: ${READ.resource} `
  + 'because no resource-based policy allows the s3:GetObject action';

describe('sandboxes beside each other', () => {
  test('share the time: each lets it pass for all', async () => {
    const begun = owner.clock.now();
    let heard = 0;
    void user.clock.sleep(60_000).then(() => { heard = user.clock.now(); });
    await owner.run(owner.clock.sleep(120_000));
    expect([heard - begun, user.clock.now() - begun]).toEqual([60_000, 120_000]);
  });

  test('have stacks, roles, parameters and journals of their own', async () => {
    const parameter = (Value: string) => ({ P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/who', Type: 'String', Value } } });
    const stacks = await Promise.all([deploy(owner, parameter('owner')), deploy(user, parameter('user'))]);
    expect(stacks.map(({ stackId }) => stackId.split(':')[4])).toEqual([OWNER, USER]);
    expect([owner.ssm.parameters.get('/who'), user.ssm.parameters.get('/who')]).toEqual(['owner', 'user']);
    expect(owner.iam.unusedActions).toBeDefined();
    expect(owner.journal.events).toHaveLength(user.journal.events.length);
    expect(() => owner.iam.check(ROLE, [READ])).toThrow('because no identity-based policy');
  });

  test('are in one Region and of different accounts', async () => {
    await expect(Sandbox.start({ beside: owner })).rejects.toThrow(`there is a sandbox of the account ${OWNER} already`);
    await expect(Sandbox.start({ account: '777788889999', region: 'eu-west-1', beside: owner })).rejects.toThrow('in one Region');
  });
});

describe('a bucket', () => {
  test('that nobody owns is one of whoever uses it', () => {
    expect(() => mayRead()).not.toThrow();
  });

  test.each<[string, () => unknown]>([
    ['of a stack', () => deploy(owner, bucket())],
    ['that an account claims', () => owner.s3.own(BUCKET)],
  ])('%s is closed to other accounts', async (_, make) => {
    await make();
    expect(() => mayRead()).toThrow(NO_RESOURCE_POLICY);
    role(owner, `arn:aws:iam::${OWNER}:role/own`, { Effect: 'Allow', Action: 's3:*', Resource: '*' });
    expect(() => owner.iam.check(`arn:aws:iam::${OWNER}:role/own`, [READ])).not.toThrow();
  });

  test.each<[string, object]>([
    ['the account', sharing()],
    ['the number of the account', sharing({ AWS: USER })],
    ['the role', sharing({ AWS: [ROLE] })],
    ['everybody of that account', sharing('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': USER } } })],
  ])('is open by a policy for %s', async (_, statement) => {
    await deploy(owner, { ...bucket(), ...policy(statement) });
    expect(() => mayRead()).not.toThrow();
    expect(owner.s3.bucketPolicy(BUCKET)).toMatchObject({ Statement: [statement] });
  });

  test.each<[string, object[], RegExp]>([
    ['for another account', [sharing({ AWS: '777788889999' })], /no resource-based policy allows/],
    ['for another role', [sharing({ AWS: `${ROLE}-2` })], /no resource-based policy allows/],
    ['for a service', [sharing({ Service: 'sagemaker.amazonaws.com' })], /no resource-based policy allows/],
    ['for another action', [sharing(ACCOUNT, { Action: 's3:ListBucket' })], /no resource-based policy allows/],
    ['for another object', [sharing(ACCOUNT, { Resource: `arn:aws:s3:::${BUCKET}/other` })], /no resource-based policy allows/],
    ['that denies as well', [sharing(), sharing('*', { Effect: 'Deny', Action: 's3:*' })], /with an explicit deny in a resource-based policy/],
  ])('is not open by a policy %s', async (_, statements, message) => {
    await deploy(owner, { ...bucket(), ...policy(...statements) });
    expect(() => mayRead()).toThrow(message);
  });

  test('is open by HTTPS where the policy denies what is not', async () => {
    const insecure = sharing('*', { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    await deploy(owner, { ...bucket(), ...policy(sharing(), insecure) });
    expect(() => mayRead()).not.toThrow();
  });

  test('takes the caller\'s own policy too', async () => {
    await deploy(owner, { ...bucket(), ...policy(sharing()) });
    role(user, `${ROLE}-2`, { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' });
    expect(() => mayRead(`${ROLE}-2`)).toThrow('because no identity-based policy allows the s3:GetObject action');
  });

  test('is closed again without its policy, and nobody\'s without its stack', async () => {
    await deploy(owner, { ...bucket(), ...policy(sharing()) });
    await deploy(owner, bucket());
    expect(() => mayRead()).toThrow('no resource-based policy allows');
    await owner.run(owner.cloudFormation.destroy('Shared').done);
    expect(() => mayRead()).not.toThrow();
  });

  test('has a name that no other account can take', async () => {
    await deploy(owner, bucket());
    expect(failureOf(await deploy(user, bucket()), 'Bucket')).toContain('already exists');
    expect(owner.s3.ownerOf(BUCKET)).toBe(OWNER);
  });
});

describe('a key of KMS', () => {
  const encrypted = bucket({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] } } }],
    },
  });
  const ownAccount = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWNER}:root` }, Action: 'kms:*', Resource: '*' };
  const key = (...Statement: object[]) => ({ Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [ownAccount, ...Statement] } } } });
  const forUser = (more: object = {}) => ({ Effect: 'Allow', Principal: ACCOUNT, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*', ...more });
  const useKey = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };

  test('of a bucket takes the consent of its own policy', async () => {
    role(user, ROLE, { Effect: 'Allow', Action: 's3:*', Resource: '*' }, useKey);
    await deploy(owner, { ...key(), ...encrypted, ...policy(sharing()) });
    expect(() => mayRead()).toThrow('because no resource-based policy allows the kms:Decrypt action');
    const stack = await deploy(owner, { ...key(forUser()), ...encrypted, ...policy(sharing()) });
    expect(() => user.iam.check(ROLE, [READ, { ...READ, action: 's3:PutObject' }])).not.toThrow();
    expect(owner.keys.policyOf(String(stack.resources.get('Key')!.attributes.Arn))).toEqual({ Statement: [ownAccount, forUser()] });
  });

  test('is used through S3 where its policy says so', async () => {
    role(user, ROLE, { Effect: 'Allow', Action: 's3:*', Resource: '*' }, useKey);
    const viaService = (service: string) => forUser({ Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } } });
    await deploy(owner, { ...key(viaService('s3')), ...encrypted, ...policy(sharing()) });
    expect(() => mayRead()).not.toThrow();
    await deploy(owner, { ...key(viaService('sagemaker')), ...encrypted, ...policy(sharing()) });
    expect(() => mayRead()).toThrow('kms:Decrypt');
  });

  test('takes the permission of the caller too', async () => {
    await deploy(owner, { ...key(forUser()), ...encrypted, ...policy(sharing()) });
    expect(() => mayRead()).toThrow('because no identity-based policy allows the kms:Decrypt action');
  });

  test('that is AWS\'s own lets nobody in', async () => {
    role(user, ROLE, { Effect: 'Allow', Action: 's3:*', Resource: '*' }, useKey);
    const BucketEncryption = { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] };
    await deploy(owner, { ...bucket({ BucketEncryption }), ...policy(sharing()) });
    expect(() => mayRead()).toThrow('because no resource-based policy allows the kms:Decrypt action');
  });
});

test('a function of the other account reads what is shared with it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'accounts-test-'));
  try {
    buildSync({
      entryPoints: [join(__dirname, 's3-reader.ts')], outfile: join(directory, 'index.js'), bundle: true, platform: 'node', target: 'node20', mainFields: ['module', 'main'],
    });
    const arn = `arn:aws:lambda:us-west-2:${USER}:function:reader`;
    user.lambda.createFunction({
      name: 'reader', arn, roleArn: ROLE, codeDirectory: directory, handler: 'index.read', runtime: 'nodejs24.x', timeout: 60, memory: 128, environment: {},
    });
    const read = async () => JSON.parse((await user.run(user.lambda.invoke(arn, JSON.stringify({ Bucket: BUCKET, Key: 'a' })))).payload);
    await deploy(owner, bucket());
    owner.s3.put(BUCKET, 'a', Buffer.from('hello'));
    expect(await read()).toMatchObject({ error: expect.stringContaining('AccessDenied') });
    await deploy(owner, { ...bucket(), ...policy(sharing()) });
    expect(await read()).toEqual({ bytes: 5 });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a model package is shared by the policy of its group', async () => {
  const group = (ModelPackageGroupPolicy?: object) => (
    { Group: { Type: 'AWS::SageMaker::ModelPackageGroup', Properties: { ModelPackageGroupName: 'models', ...ModelPackageGroupPolicy && { ModelPackageGroupPolicy } } } });
  const Resource = `arn:aws:sagemaker:us-west-2:${OWNER}:model-package/models/*`;
  const InferenceSpecification = { Containers: [{ Image: `${OWNER}.dkr.ecr.us-west-2.amazonaws.com/vllm:1` }] };
  await deploy(owner, group());
  const { ModelPackageArn } = await owner.sagemaker.console('CreateModelPackage', { ModelPackageGroupName: 'models', InferenceSpecification });
  const describePackage = () => user.sagemaker.handle(
    { service: 'sagemaker', operation: 'DescribeModelPackage', input: { ModelPackageName: ModelPackageArn }, caller: ROLE });
  await expect(describePackage()).rejects.toThrow('is not authorized to perform: sagemaker:DescribeModelPackage');
  await deploy(owner, group({ Version: '2012-10-17', Statement: [{ Sid: 'Use', Effect: 'Allow', Principal: ACCOUNT, Action: 'sagemaker:DescribeModelPackage', Resource }] }));
  expect(await describePackage()).toMatchObject({ ModelPackageArn });
});
