import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { custom, failureOf, Harness } from './cloudformation-harness';
import { allow, OneService } from './front-door-setup';
import { VirtualClock } from '../../sandbox/clock';
import { Iam } from '../../sandbox/runtime';
import { Ssm } from '../../sandbox/ssm';

const PLACE = { account: '111122223333', region: 'us-west-2' };
const ARN = 'arn:aws:ssm:us-west-2:111122223333:parameter';

let clock: VirtualClock;
let ssm: Ssm;

beforeEach(() => {
  clock = new VirtualClock();
  ssm = new Ssm(clock, PLACE);
});

const put = (more: object = {}) => ssm.console('PutParameter', { Name: '/app/endpoint', Value: 'chat', Type: 'String', ...more });
const get = async (Name = '/app/endpoint', more: object = {}) => (await ssm.console('GetParameter', { Name, ...more })).Parameter;

test('a parameter is put, read by its name, its ARN or its version, and deleted', async () => {
  expect(await put()).toEqual({ Version: 1, Tier: 'Standard' });
  expect(await put({ Value: 'chat-2', Overwrite: true, Type: undefined })).toEqual({ Version: 2, Tier: 'Standard' });
  const expected = { Name: '/app/endpoint', Value: 'chat-2', Type: 'String', Version: 2, ARN: `${ARN}/app/endpoint`, DataType: 'text', LastModifiedDate: new Date(clock.now()) };
  expect(await get()).toEqual(expected);
  expect(await get(`${ARN}/app/endpoint`)).toEqual(expected);
  expect(await get('/app/endpoint:2')).toEqual({ ...expected, Selector: ':2' });
  await expect(get('/app/endpoint:1')).rejects.toMatchObject({ code: 'ParameterVersionNotFound' });
  await ssm.console('DeleteParameter', { Name: '/app/endpoint' });
  await expect(get()).rejects.toMatchObject({ code: 'ParameterNotFound' });
  await expect(ssm.console('DeleteParameter', { Name: '/app/endpoint' })).rejects.toMatchObject({ code: 'ParameterNotFound' });
  expect(ssm.parameters.size).toBe(0);
});

test('a plain name has no slash in its ARN', async () => {
  await put({ Name: 'plain' });
  expect((await get(`${ARN}/plain`)).Name).toBe('plain');
});

test('a SecureString shows its value only if it is to be decrypted', async () => {
  await put({ Type: 'SecureString' });
  expect((await get()).Value).not.toBe('chat');
  expect((await get(undefined, { WithDecryption: true })).Value).toBe('chat');
});

test('4 KB are the limit of the standard tier, 8 of the advanced one', async () => {
  await put({ Value: 'x'.repeat(4096) });
  await expect(put({ Value: 'x'.repeat(4097), Overwrite: true })).rejects.toThrow('Standard tier parameters support a maximum parameter value of 4096 characters');
  expect(await put({ Name: 'a', Value: 'x'.repeat(4097), Tier: 'Intelligent-Tiering' })).toEqual({ Version: 1, Tier: 'Advanced' });
  await put({ Name: 'b', Value: 'x'.repeat(8192), Tier: 'Advanced' });
  await expect(put({ Name: 'b', Value: 'x'.repeat(8193), Overwrite: true })).rejects.toThrow('Advanced tier parameters');
  await expect(put({ Name: 'b', Overwrite: true, Tier: 'Standard' })).rejects.toThrow('can\'t downgrade');
});

test.each<[string, object, string, RegExp]>([
  ['one that is there', {}, 'ParameterAlreadyExists', /set the overwrite option/],
  ['another type', { Overwrite: true, Type: 'StringList' }, 'HierarchyTypeMismatchException', /from String to StringList/],
  ['tags on one that is there', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }, 'ValidationException', /tags and overwrite can't be used together/],
  ['no type', { Name: '/new', Type: undefined }, 'ValidationException', /type is required/],
  ['no value', { Name: '/new', Value: '' }, 'ValidationException', /length greater than or equal to 1/],
  ['a name with blanks', { Name: '/a b' }, 'ValidationException', /must only contain/],
  ['a path without its root', { Name: 'a/b' }, 'ValidationException', /fully qualified/],
  ['a path that ends in nothing', { Name: '/a/' }, 'ValidationException', /empty levels/],
  ['a reserved name', { Name: '/aws/x' }, 'AccessDeniedException', /reserved/],
  ['many levels', { Name: '/a'.repeat(16) }, 'HierarchyLevelLimitExceededException', /maximum of 15/],
  ['a value against its pattern', { Name: '/new', AllowedPattern: '^\\d+$' }, 'ParameterPatternMismatchException', /allowedPattern/],
])('%s is refused', async (_, more, code, message) => {
  await put();
  await expect(put(more)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('the SDK reaches it with the permissions for the parameter', async () => {
  const iam = new Iam(clock);
  const service = await OneService.start(clock, iam, 'ssm', ssm);
  const client = new SSMClient(service.clientConfig({ ...allow('ssm:PutParameter', 'ssm:GetParameter', 'ssm:DeleteParameter'), Resource: `${ARN}/app/*` }));
  try {
    await client.send(new PutParameterCommand({ Name: '/app/x', Value: '1', Type: 'String' }));
    expect((await client.send(new GetParameterCommand({ Name: '/app/x' }))).Parameter).toMatchObject({ Value: '1', LastModifiedDate: new Date(clock.now()) });
    await client.send(new DeleteParameterCommand({ Name: '/app/x' }));
    await expect(client.send(new GetParameterCommand({ Name: '/app/x' }))).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await expect(client.send(new GetParameterCommand({ Name: '/other' }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const tagged = new PutParameterCommand({ Name: '/app/x', Value: '1', Type: 'String', Tags: [{ Key: 'a', Value: 'b' }] });
    await expect(client.send(tagged)).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('ssm:AddTagsToResource') });
  } finally {
    client.destroy();
    await service.stop();
  }
});

describe('CloudFormation', () => {
  let harness: Harness;
  const parameter = (more: object = {}) => ({ P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/job', Type: 'String', Value: 'job-1', ...more } } });

  beforeEach(() => { harness = new Harness(undefined, () => ({ ssm }), ssm.parameters); });

  test('refers to parameters of each deployment, but to no SecureString', async () => {
    const sections = { Parameters: { Job: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/job' } } };
    const thing = () => harness.deploy({ A: custom({ Job: { Ref: 'Job' }, Direct: '{{resolve:ssm:/job}}' }) }, { sections });
    await expect(thing()).rejects.toThrow('Unable to fetch parameters [/job]');
    await put({ Name: '/job', Value: 'one' });
    await thing();
    await put({ Name: '/job', Value: 'two', Overwrite: true });
    await thing();
    expect(harness.requests.map(({ ResourceProperties: { Job, Direct } }) => [Job, Direct])).toEqual([['one', 'one'], ['two', 'two']]);
    await ssm.console('DeleteParameter', { Name: '/job' });
    await put({ Name: '/job', Value: 'secret', Type: 'SecureString' });
    await expect(thing()).rejects.toThrow('Parameters [/job] referenced by template have types not supported by CloudFormation.');
  });

  test('makes, changes and deletes parameters', async () => {
    await harness.deploy(parameter({ Tags: { team: 'x' } }));
    await harness.deploy(parameter({ Value: 'job-2', Tags: { team: 'x' } }));
    expect(await get('/job')).toMatchObject({ Value: 'job-2', Version: 2 });
    await ssm.console('DeleteParameter', { Name: '/job' });
    expect((await harness.destroy()).status).toBe('DELETE_COMPLETE');
  });

  test.each<[string, object, string]>([
    ['a value that is too long', { Value: 'x'.repeat(5000) }, 'Standard tier'],
    ['a name that is taken', { Name: '/taken' }, 'already exists'],
  ])('fails with %s', async (_, more, message) => {
    await put({ Name: '/taken' });
    expect(failureOf(await harness.deploy(parameter(more)), 'P')).toContain(message);
  });
});
