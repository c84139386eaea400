import { EndpointFixture } from './fixture';
import { Hosting } from '../../src';

test.each<[string, Hosting | undefined, string[]]>([
  ['a variant', undefined, []],
  ['inference components', Hosting.inferenceComponents(), ['InferenceComponentName']],
])('outputs of an endpoint with %s say what it is and what to expect', (_, hosting, more) => {
  const fixture = new EndpointFixture();
  const endpoint = fixture.deploy({ hosting });
  endpoint.addOutputs();
  const outputs = fixture.template().findOutputs('*');
  const names = Object.keys(outputs).map(id => /^EndpointOutputs(\w+?)[0-9A-F]{8}$/.exec(id)?.[1]);
  expect(names.sort()).toEqual([
    'EndpointName', 'ExpectedPerformance', 'InferenceSpecificationName', 'InstanceCount', 'InstanceType', 'Rank', 'SelectionWarning', 'VariantName', ...more,
  ].sort());
  expect(Object.values(outputs).every(({ Description }) => Description.length > 0)).toBe(true);
  const expected = Object.entries(outputs).find(([id]) => id.includes('ExpectedPerformance'))![1];
  expect(expected.Value).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^EndpointDeployment/), 'ExpectedPerformance'] });
});

test('outputs are added once', () => {
  const endpoint = new EndpointFixture().deploy();
  endpoint.addOutputs();
  expect(() => endpoint.addOutputs()).toThrow('addOutputs of Chat/Endpoint was called before: the outputs are there');
});

test('what the deployment answers is there for other resources', () => {
  const fixture = new EndpointFixture();
  const endpoint = fixture.deploy();
  const attributes = ['ModelName', 'EndpointConfigName', 'InstanceType', 'InstanceCount', 'CopyCountPerInstance', 'InferenceSpecificationName', 'ModelPackageArn',
    'ImageUri', 'Rank', 'Concurrency', 'SelectionWarning', 'ExpectedPerformance', 'FallbackInstanceTypes'];
  const members = attributes.map(name => `${name[0].toLowerCase()}${name.slice(1)}` as keyof typeof endpoint);
  expect(members.map(member => fixture.stack.resolve(endpoint[member])))
    .toEqual(attributes.map(name => ({ 'Fn::GetAtt': [expect.stringMatching(/^EndpointDeployment/), name] })));
});
