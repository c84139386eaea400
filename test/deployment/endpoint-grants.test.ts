import * as iam from 'aws-cdk-lib/aws-iam';
import { EndpointFixture, FakeSource } from './fixture';
import { DeployRecommendation, DeployRecommendationAttributes, Hosting, IDeployRecommendation, JobOutput } from '../../src';

const INVOKE = ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'];

let fixture: EndpointFixture;
let user: iam.User;
beforeEach(() => {
  fixture = new EndpointFixture();
  user = new iam.User(fixture.stack, 'User');
});

const granted = () => fixture.statementsOf(/^User/);
const arn = (resource: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sagemaker:us-west-2:111122223333:${resource}`]] });

test('invoking is granted on this endpoint, streaming included, by the grants and by the method that IEndpoint asks for', () => {
  const endpoint = fixture.deploy();
  expect(endpoint.grants.invoke(user).success).toBe(true);
  expect(endpoint.grantInvoke(user).success).toBe(true);
  expect(granted()).toEqual([{ Action: INVOKE, Effect: 'Allow', Resource: fixture.stack.resolve(endpoint.endpointArn) }]);
});

test('describing is granted on this endpoint', () => {
  const endpoint = fixture.deploy();
  expect(endpoint.grants.describe(user).success).toBe(true);
  expect(granted()).toEqual([{ Action: 'sagemaker:DescribeEndpoint', Effect: 'Allow', Resource: fixture.stack.resolve(endpoint.endpointArn) }]);
});

test('invoking as OpenAI does takes a token, whose action knows no resources', () => {
  const endpoint = fixture.deploy();
  expect(endpoint.grants.invokeOpenAi(user).success).toBe(true);
  expect(granted()).toEqual([
    { Action: INVOKE, Effect: 'Allow', Resource: fixture.stack.resolve(endpoint.endpointArn) },
    { Action: 'sagemaker:CallWithBearerToken', Effect: 'Allow', Resource: '*' },
  ]);
});

test('an asynchronous endpoint is invoked asynchronously too', () => {
  fixture.deploy({ asyncInference: { output: JobOutput.toS3Uri('s3://answers/') } }).grants.invoke(user);
  expect(granted()[0].Action).toEqual([...INVOKE, 'sagemaker:InvokeEndpointAsync']);
});

test.each(['invoke', 'invokeOpenAi', 'describe'] as const)('%s covers the inference components, those that are added later, and adapters', method => {
  const endpoint = fixture.deploy({
    recommendation: new FakeSource({ adapterIds: ['support'] }), hosting: Hosting.inferenceComponents({ inferenceComponentName: 'Llama' }),
  });
  endpoint.grants[method](user);
  endpoint.addInferenceComponent('Small', { recommendation: new FakeSource({ adapterIds: ['fr'] }), inferenceComponentName: 'small' });
  const [{ Resource, Action }] = granted();
  expect(Resource).toEqual([
    fixture.stack.resolve(endpoint.endpointArn),
    // ARNs of SageMaker are in lower case where names are not.
    ...['Llama', 'llama', 'support', 'small', 'fr'].map(name => arn(`inference-component/${name}`)),
  ]);
  expect(Action).toEqual(method === 'describe' ? ['sagemaker:DescribeEndpoint', 'sagemaker:DescribeInferenceComponent'] : INVOKE);
});

describe('an imported endpoint', () => {
  const imported = (attributes: Partial<DeployRecommendationAttributes> = {}): IDeployRecommendation =>
    DeployRecommendation.fromEndpointAttributes(fixture.stack, 'Imported', { endpointName: 'chat', ...attributes });

  test('has its inference components in the grants', () => {
    const endpoint = imported({ inferenceComponentNames: ['llama', 'small'] });
    endpoint.grants.invoke(user);
    expect(endpoint.inferenceComponentNames).toEqual(['llama', 'small']);
    expect(granted()).toEqual([{ Action: INVOKE, Effect: 'Allow', Resource: ['endpoint/chat', 'inference-component/llama', 'inference-component/small'].map(arn) }]);
  });

  test('has none by itself, and answers at once', () => {
    const endpoint = imported();
    endpoint.grants.invoke(user);
    expect(endpoint.inferenceComponentNames).toEqual([]);
    expect(granted()).toEqual([{ Action: INVOKE, Effect: 'Allow', Resource: arn('endpoint/chat') }]);
  });

  test('can be asynchronous', () => {
    imported({ asynchronous: true }).grants.invoke(user);
    expect(granted()[0].Action).toContain('sagemaker:InvokeEndpointAsync');
  });

  test.each<[string, string[], string]>([
    ['no inference components', [], 'inferenceComponentNames takes at least 1 names, got 0: leave it out for an endpoint without'],
    ['one twice', ['a', 'a'], "inferenceComponentNames must be distinct, got 'a' more than once"],
    ['one with a dot', ['a', 'b.c'], "inferenceComponentNames[1] must be 1 to 63 letters, digits and hyphens, and neither start nor end with a hyphen, got 'b.c'"],
  ])('is refused with %s', (_, inferenceComponentNames, message) => {
    expect(() => imported({ inferenceComponentNames })).toThrow(message);
  });
});
