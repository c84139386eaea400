import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { custom, failureOf, Harness, trace } from './cloudformation-harness';
import { TYPE_MODELS } from '../../sandbox/cloudformation/providers/type-models';

const SPEC = loadAwsServiceSpecSync();

let harness: Harness;
beforeEach(() => { harness = new Harness(); });

test.each(Object.entries(TYPE_MODELS))('%s has no attribute or name property that its schema lacks', (type, { nameProperty, attributes }) => {
  const schema = SPEC.lookup('resource', 'cloudFormationType', 'equals', type).only();
  expect(Object.keys(schema.attributes)).toEqual(expect.arrayContaining(Object.keys(attributes)));
  expect(nameProperty === undefined || nameProperty in schema.properties).toBe(true);
});

const ROLE = { AssumeRolePolicyDocument: { Statement: [] } };

test.each<[string, object, string]>([
  ['AWS::IAM::Role', {}, '#: required key [AssumeRolePolicyDocument] not found'],
  ['AWS::IAM::Role', { ...ROLE, Colour: 'red' }, '#: extraneous key [Colour] is not permitted'],
  ['AWS::IAM::Role', { ...ROLE, MaxSessionDuration: 'long' }, '#/MaxSessionDuration: expected type: Integer, found: String'],
  ['AWS::IAM::Role', { ...ROLE, Policies: [{ PolicyName: 'x' }] }, '#/Policies/0: required key [PolicyDocument] not found'],
  ['AWS::IAM::Role', { ...ROLE, Tags: [{ Key: 'x' }] }, '#/Tags/0: required key [Value] not found'],
  ['AWS::IAM::Role', { ...ROLE, ManagedPolicyArns: 'one' }, '#/ManagedPolicyArns: expected type: JSONArray, found: String'],
  ['AWS::S3::Bucket', { AccessControl: 'Everyone' }, '#/AccessControl: Everyone is not a valid enum value, expected one of'],
  ['AWS::S3::Bucket', { ObjectLockEnabled: 'perhaps' }, '#/ObjectLockEnabled: expected type: Boolean, found: String'],
  ['AWS::CDK::Metadata', { Other: 1 }, '[Other] not permitted'],
])('%s %j fails', async (type, properties, problem) => {
  const stack = await harness.deploy({ A: { Type: type, Properties: properties } });
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(failureOf(stack, 'A')).toContain('Properties validation failed for resource A');
  expect(failureOf(stack, 'A')).toContain(problem);
});

test('scalars are converted to what the schema says, so that only a real change is an update', async () => {
  const role = (duration: unknown) => ({ A: { Type: 'AWS::IAM::Role', Properties: { ...ROLE, MaxSessionDuration: duration } } });
  await harness.deploy(role('3600'));
  expect(trace(await harness.deploy(role(3600)))).toEqual(['Test UPDATE_IN_PROGRESS', 'Test UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Test UPDATE_COMPLETE']);
});

test('names are made up of the stack and the logical id, within what the service takes', async () => {
  const id = 'AVeryLongLogicalIdThatTakesMostOfTheRoomThereIsInTheNameOfABucket';
  const stack = await harness.deploy({ [id]: { Type: 'AWS::S3::Bucket' }, Alarms: { Type: 'AWS::SNS::Topic' } });
  expect(stack.resources.get(id)!.physicalId).toMatch(/^test-averylonglogicalid[a-z]+-[0-9a-z]{12}$/);
  expect(stack.resources.get(id)!.physicalId).toHaveLength(63);
  expect(stack.resources.get('Alarms')).toMatchObject({
    physicalId: expect.stringMatching(/^arn:aws:sns:us-west-2:111122223333:Test-Alarms-[0-9A-Z]{12}$/), attributes: { TopicName: expect.stringMatching(/^Test-Alarms-/) },
  });
});

describe('replacement', () => {
  const group = (name: string | undefined, days: number) => ({
    Group: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: days, ...name && { LogGroupName: name } } },
    User: custom({ Group: { Ref: 'Group' } }),
  });

  test('a property that can be changed is updated in place', async () => {
    await harness.deploy(group('one', 1));
    const stack = await harness.deploy(group('one', 3));
    expect(trace(stack).filter(line => line.startsWith('Group'))).toEqual(['Group UPDATE_IN_PROGRESS', 'Group UPDATE_COMPLETE']);
  });

  test('one that cannot takes a new resource; the old one goes in the clean-up', async () => {
    await harness.deploy(group('one', 1));
    const stack = await harness.deploy(group('two', 1));
    expect(trace(stack)).toEqual([
      'Test UPDATE_IN_PROGRESS',
      'Group UPDATE_IN_PROGRESS', 'Group UPDATE_IN_PROGRESS', 'Group UPDATE_COMPLETE',
      'User UPDATE_IN_PROGRESS', 'User UPDATE_COMPLETE',
      'Test UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Group DELETE_IN_PROGRESS', 'Group DELETE_COMPLETE', 'Test UPDATE_COMPLETE',
    ]);
    expect(stack.events.filter(event => event.status === 'DELETE_COMPLETE').map(event => event.physicalId)).toEqual(['one']);
    expect(stack.resources.get('Group')!.physicalId).toBe('two');
  });

  test('a rollback points back at the old one and deletes the new one', async () => {
    await harness.deploy(group('one', 1));
    harness.handler = ({ ResourceProperties }) => ({ status: ResourceProperties.Group === 'two' ? 'FAILED' : 'SUCCESS' });
    const stack = await harness.deploy(group('two', 1));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.resources.get('Group')!.physicalId).toBe('one');
    expect(stack.events.filter(event => event.status === 'DELETE_COMPLETE').map(event => event.physicalId)).toEqual(['two']);
  });

  test('with the same name is refused', async () => {
    const layer = (key: string) => ({ L: { Type: 'AWS::Lambda::LayerVersion', Properties: { LayerName: 'mine', Content: { S3Bucket: 'b', S3Key: key } } } });
    await harness.deploy(layer('one'));
    expect(failureOf(await harness.deploy(layer('two')), 'L')).toBe('CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename mine and update the stack again.');
  });

  test('a name that exists already cannot be taken, even if its resource was retained by a deleted stack', async () => {
    const bucket = { B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'taken' }, DeletionPolicy: 'Retain' } };
    await harness.deploy(bucket);
    await harness.destroy();
    expect(failureOf(await harness.deploy(bucket), 'B')).toContain('taken already exists');
  });
});

test('DescribeStacks finds a stack by name and, also when it is deleted, by id', async () => {
  const describe = (StackName: string) => harness.cloudFormation.handle({ service: 'cloudformation', operation: 'DescribeStacks', input: { StackName }, caller: 'role' });
  const { stackId } = await harness.deploy({ A: custom() }, { tags: { team: 'x' }, sections: { Outputs: { Out: { Value: { Ref: 'A' } } } } });
  expect(await describe('Test')).toEqual({
    Stacks: [expect.objectContaining({
      StackId: stackId, StackStatus: 'CREATE_COMPLETE', Tags: [{ Key: 'team', Value: 'x' }], Outputs: [{ OutputKey: 'Out', OutputValue: 'a', ExportName: undefined }],
    })],
  });
  await harness.destroy();
  expect(await describe(stackId)).toEqual({ Stacks: [expect.objectContaining({ StackStatus: 'DELETE_COMPLETE' })] });
  await expect(describe('Test')).rejects.toThrow('Stack with id Test does not exist');
  expect(harness.cloudFormation.authorizations({ service: 'cloudformation', operation: 'DescribeStacks', input: { StackName: stackId }, caller: 'role' }))
    .toEqual([{ action: 'cloudformation:DescribeStacks', resource: stackId }]);
});
