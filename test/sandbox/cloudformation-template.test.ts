import { custom, failureOf, Harness } from './cloudformation-harness';

let harness: Harness;
beforeEach(() => { harness = new Harness(); });

/** What a value in a property evaluates to. */
async function evaluated(value: unknown, sections: object = {}, resources: object = {}): Promise<unknown> {
  const stack = await harness.deploy({ ...resources, A: custom({ Value: value }) }, { sections });
  expect(failureOf(stack, 'A')).toBeUndefined();
  return harness.requests.find(request => request.LogicalResourceId === 'A')!.ResourceProperties.Value;
}

const CONDITIONS = {
  Parameters: { Stage: { Type: 'String', Default: 'beta' }, Zones: { Type: 'CommaDelimitedList', Default: 'x, y' } },
  Mappings: { Sizes: { beta: { gpu: 'g6' } } },
  Conditions: {
    IsBeta: { 'Fn::Equals': [{ Ref: 'Stage' }, 'beta'] },
    IsProd: { 'Fn::Not': [{ Condition: 'IsBeta' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsBeta' }, { Condition: 'IsProd' }] },
    Both: { 'Fn::And': [{ Condition: 'IsBeta' }, { Condition: 'IsProd' }] },
  },
};

test.each<[string, unknown, unknown]>([
  ['Ref of a parameter', { Ref: 'Stage' }, 'beta'],
  ['Ref of a list', { Ref: 'Zones' }, ['x', 'y']],
  ['pseudo parameters', { 'Fn::Join': ['/', [{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }, { Ref: 'AWS::Partition' }, { Ref: 'AWS::URLSuffix' }]] }, '111122223333/us-west-2/aws/amazonaws.com'],
  ['Sub', { 'Fn::Sub': '${Stage}-${AWS::StackName}-${!Literal}' }, 'beta-Test-${Literal}'],
  ['Sub with variables', { 'Fn::Sub': ['${Stage}-${Own}', { Own: { 'Fn::Join': ['', ['a', 1]] } }] }, 'beta-a1'],
  ['Select and Split', { 'Fn::Select': ['1', { 'Fn::Split': ['|', 'a|b|c'] }] }, 'b'],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'gpu'] }, 'g6'],
  ['If', { 'Fn::If': ['IsBeta', 'yes', { 'Fn::Nonsense': 1 }] }, 'yes'],
  ['If of Not', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'no'],
  ['And and Or', [{ 'Fn::If': ['Either', 1, 2] }, { 'Fn::If': ['Both', 1, 2] }], ['1', '2']],
  ['NoValue in a list', ['a', { 'Fn::If': ['IsProd', 'b', { Ref: 'AWS::NoValue' }] }, 'c'], ['a', 'c']],
  ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: '1' }],
  ['Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
  ['GetAZs', { 'Fn::GetAZs': '' }, ['us-west-2a', 'us-west-2b', 'us-west-2c']],
])('%s', async (_, value, expected) => {
  expect(await evaluated(value, CONDITIONS)).toEqual(expected);
});

test('GetAtt and Ref of a resource, also within Sub, make a dependency', async () => {
  harness.handler = ({ LogicalResourceId }) => ({ id: LogicalResourceId.toLowerCase(), data: { 'Name': 'n', 'Nested.Name': 'm' } });
  const value = [{ 'Fn::GetAtt': ['B', 'Name'] }, { 'Fn::GetAtt': 'B.Nested.Name' }, { 'Fn::Sub': '${B}/${B.Name}' }];
  expect(await evaluated(value, {}, { B: custom() })).toEqual(['n', 'm', 'b/n']);
});

test('resources and outputs whose condition does not hold are not there', async () => {
  const stack = await harness.deploy({ A: custom(), B: custom({}, { Condition: 'IsProd' }), C: custom({ Of: { 'Fn::If': ['IsProd', { Ref: 'B' }, 'none'] } }, { DependsOn: 'B' }) }, {
    sections: { ...CONDITIONS, Outputs: { Yes: { Value: { Ref: 'A' } }, No: { Value: { Ref: 'B' }, Condition: 'IsProd' } } },
  });
  expect([...stack.resources.keys()]).toEqual(['A', 'C']);
  expect(stack.outputs).toEqual({ Yes: 'a' });
});

describe('parameters', () => {
  const sections = { Parameters: { Size: { Type: 'Number', AllowedValues: [1, 2] } } };

  test('come from the deployment', async () => {
    await harness.deploy({ A: custom({ Size: { Ref: 'Size' } }) }, { sections, parameters: { Size: '2' } });
    expect(harness.requests[0].ResourceProperties.Size).toBe('2');
  });

  test('need not be given again', async () => {
    await harness.deploy({ A: custom({ Size: { Ref: 'Size' } }) }, { sections, parameters: { Size: '2' } });
    await harness.deploy({ A: custom({ Size: { Ref: 'Size' }, More: 1 }) }, { sections });
    expect(harness.requests[1].ResourceProperties.Size).toBe('2');
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['missing', {}, /Parameters: \[Size\] must have values/],
    ['not declared', { Size: '1', Other: '1' }, /Parameters: \[Other\] do not exist in the template/],
    ['not a number', { Size: 'big' }, /Parameter 'Size' must be/],
    ['not allowed', { Size: '3' }, /Parameter 'Size' must be one of AllowedValues/],
  ])('%s', async (_, parameters, message) => {
    await expect(harness.deploy({ A: custom() }, { sections, parameters })).rejects.toThrow(message);
  });

  test('of an SSM type come from the parameter store, which another stack has filled', async () => {
    await harness.deploy({ P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/job', Type: 'String', Value: 'job-1' } } }, { stackName: 'Producer' });
    const consumer = {
      sections: { Parameters: { Job: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/job' }, Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } } },
    };
    const resources = { A: custom({ Job: { Ref: 'Job' }, Version: { Ref: 'Version' }, Direct: '{{resolve:ssm:/job}}' }) };
    await harness.deploy(resources, consumer);
    expect(harness.requests[0].ResourceProperties).toMatchObject({ Job: 'job-1', Version: '30', Direct: 'job-1' });
    await harness.deploy({ P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/job', Type: 'String', Value: 'job-2' } } }, { stackName: 'Producer' });
    expect((await harness.deploy(resources, consumer)).status).toBe('UPDATE_COMPLETE');
    expect(harness.requests[1].ResourceProperties).toMatchObject({ Job: 'job-2', Direct: 'job-2' });
  });
});

describe('exports', () => {
  const producer = (value: string | undefined) => ({
    stackName: 'Producer', sections: { Outputs: { Other: { Value: 'o' }, ...value && { Out: { Value: value, Export: { Name: { 'Fn::Sub': '${AWS::StackName}-out' } } } } } },
  });

  beforeEach(async () => {
    await harness.deploy({ A: custom() }, producer('one'));
    await harness.deploy({ B: custom({ Value: { 'Fn::ImportValue': 'Producer-out' } }) }, { stackName: 'Consumer' });
  });

  test('are imported by other stacks', () => {
    expect(harness.requests[1].ResourceProperties.Value).toBe('one');
  });

  test.each([['two', 'updated'], [undefined, 'deleted']])('in use cannot change to %s', async (value, verb) => {
    const stack = await harness.deploy({ A: custom() }, producer(value));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.events.find(event => event.status === 'UPDATE_ROLLBACK_IN_PROGRESS')!.reason).toBe(`Export Producer-out cannot be ${verb} as it is in use by Consumer`);
    expect(stack.outputs.Out).toBe('one');
  });

  test('in use keep their stack', async () => {
    const stack = await harness.destroy('Producer');
    expect(stack).toMatchObject({ status: 'CREATE_COMPLETE', statusReason: 'Export Producer-out cannot be deleted as it is in use by Consumer' });
    await harness.destroy('Consumer');
    expect((await harness.destroy('Producer')).status).toBe('DELETE_COMPLETE');
  });

  test('cannot have the name of another stack\'s', async () => {
    const stack = await harness.deploy({ A: custom() }, { stackName: 'Third', sections: { Outputs: { Out: { Value: 'x', Export: { Name: 'Producer-out' } } } } });
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(stack.events.find(event => event.status === 'ROLLBACK_IN_PROGRESS')!.reason).toMatch(/Export with name Producer-out is already exported by stack Producer/);
  });

  test('that are not there fail the importing resource', async () => {
    const stack = await harness.deploy({ B: custom({ Value: { 'Fn::ImportValue': 'nowhere' } }) }, { stackName: 'Third' });
    expect(failureOf(stack, 'B')).toBe('No export named nowhere found.');
  });
});

describe('what the sandbox does not know is refused', () => {
  const A = custom();
  test.each<[string, object, object, RegExp]>([
    ['a section', { A }, { Transform: 'AWS::Serverless-2016-10-31' }, /does not know the template section \[Transform\]/],
    ['a rule', { A }, { Rules: { Mine: {} } }, /does not know the rules \[Mine\]/],
    ['a resource type', { A: { Type: 'AWS::EC2::Instance' } }, {}, /Unrecognized resource types: \[AWS::EC2::Instance\]/],
    ['a resource attribute', { A: custom({}, { CreationPolicy: {} }) }, {}, /does not know the attribute of resource A: \[CreationPolicy\]/],
    ['an intrinsic', { A: custom({ V: { 'Fn::Cidr': ['10.0.0.0/16', 1] } }) }, {}, /does not know the intrinsic function Fn::Cidr/],
    ['a parameter type', { A }, { Parameters: { P: { Type: 'AWS::EC2::Image::Id', Default: 'x' } } }, /does not know the type AWS::EC2::Image::Id of parameter P/],
    ['an attribute', { A, T: { Type: 'AWS::SNS::Topic' }, B: custom({ V: { 'Fn::GetAtt': ['T', 'Owner'] } }) }, {}, /resource T does not support attribute type Owner in Fn::GetAtt/],
    ['a name', { A: custom({ V: { Ref: 'Nobody' } }) }, {}, /Unresolved resource dependencies \[Nobody\] in the Resources block/],
    ['a name in an output', { A }, { Outputs: { O: { Value: { 'Fn::GetAtt': ['Nobody', 'Arn'] } } } }, /Unresolved resource dependencies \[Nobody\] in the Outputs block/],
    ['a dependency', { A: custom({}, { DependsOn: 'Nobody' }) }, {}, /Unresolved resource dependencies \[Nobody\]/],
    ['a condition', { A: custom({}, { Condition: 'Nobody' }) }, {}, /Unresolved condition dependency Nobody/],
    ['a null', { A: custom({ V: null }) }, {}, /\[\/Resources\/A\/Properties\/V\] 'null' values are not allowed in templates/],
    ['a circle', { A: custom({ V: { Ref: 'B' } }), B: custom({ V: { Ref: 'A' } }) }, {}, /Circular dependency between resources: \[A, B\]/],
    ['nothing', {}, {}, /At least one Resources member must be defined/],
  ])('%s', async (_, resources, sections, message) => {
    await expect(harness.deploy(resources as Record<string, unknown>, { sections })).rejects.toThrow(message);
    expect(harness.cloudFormation.stack('Test')).toBeUndefined();
  });

  test('a dynamic reference to a secret', async () => {
    expect(failureOf(await harness.deploy({ A: custom({ V: '{{resolve:secretsmanager:x}}' }) }), 'A')).toMatch(/does not resolve/);
  });
});
