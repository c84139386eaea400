import { App, Resource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { AiBenchmarkJob, AiWorkloadConfig, BenchmarkTarget, IDeployRecommendation, JobOutput } from '../../src';
import { endpointNameOf } from '../../src/private/endpoint-ref';

const ENV = { account: '111122223333', region: 'us-west-2' };
const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/chat';
const JOB = 'Custom::SageMakerAIBenchmarkJob';

/** What a library that knows only references has for an endpoint. */
class Reference extends Resource implements sagemaker.IEndpointRef {
  constructor(scope: Construct, id: string, public readonly endpointRef: sagemaker.EndpointReference) {
    super(scope, id, { environmentFromArn: endpointRef.endpointArn });
  }
}

/** The endpoint of a library from before there were references, and, by its last three members, the deployment of an older version of this one. */
class Older extends Resource {
  public readonly endpointName = 'chat';
  public readonly endpointArn = ARN;
  public readonly variantName = 'AllTraffic';
  public readonly inferenceComponentNames = [];
  public readonly grants = {};
}

function benchmark(stack: Stack, target: BenchmarkTarget): AiBenchmarkJob {
  const workloadConfig = AiWorkloadConfig.fromWorkloadConfigName(stack, 'Workload', 'chat');
  return new AiBenchmarkJob(stack, 'Gate', { target, workloadConfig, output: JobOutput.toS3Uri('s3://results/all/'), rerunToken: '1' });
}

const endpointIn = (stack: Stack, endpointName?: string) =>
  new sagemaker.CfnEndpoint(stack, 'Endpoint', { endpointName, endpointConfigName: 'config' });
const requestOf = (stack: Stack) => Object.values(Template.fromStack(stack).findResources(JOB))[0].Properties.Request;

let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: ENV });
});

describe('a benchmark of', () => {
  test('a CfnEndpoint: by the name that CloudFormation gives it, and after it', () => {
    benchmark(stack, BenchmarkTarget.endpoint(endpointIn(stack)));
    const template = Template.fromStack(stack);
    template.hasResource(JOB, {
      Properties: { Request: { BenchmarkTarget: { Endpoint: { Identifier: { 'Fn::GetAtt': ['Endpoint', 'EndpointName'] } } } } },
      DependsOn: Match.arrayWith(['Endpoint']),
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.anyValue(), Resource: { Ref: 'Endpoint' } })]) },
    });
  });

  test.each<[string, (scope: Stack) => sagemaker.IEndpointRef]>([
    ['a CfnEndpoint with a name', scope => endpointIn(scope, 'chat')],
    ['a reference, by its ARN', scope => new Reference(scope, 'Reference', { endpointArn: ARN })],
    ['an endpoint without a reference', scope => new Older(scope, 'Older') as unknown as sagemaker.IEndpointRef],
  ])('%s is one of its name: it is the same job', (_, endpoint) => {
    benchmark(stack, BenchmarkTarget.endpoint(endpoint(stack)));
    const named = new Stack(app, 'Named', { env: ENV });
    benchmark(named, BenchmarkTarget.endpointName('chat'));
    expect(requestOf(stack)).toEqual(requestOf(named));
  });

  test('a CfnEndpoint of another stack, which is deployed first', () => {
    const other = new Stack(app, 'Other', { env: ENV });
    benchmark(stack, BenchmarkTarget.endpoint(endpointIn(other, 'chat')));
    expect(requestOf(stack).BenchmarkTarget.Endpoint.Identifier).toBe('chat');
    expect(stack.dependencies).toContain(other);
    expect(Template.fromStack(other).toJSON().Outputs).toBeUndefined();
  });

  test('a CfnEndpoint of another Region is refused', () => {
    const far = new Stack(app, 'Far', { env: { ...ENV, region: 'eu-west-1' } });
    expect(() => benchmark(stack, BenchmarkTarget.endpoint(endpointIn(far)))).toThrow(
      "AiBenchmarkJob 'Stack/Gate': target must be of the Region of the stack, us-west-2, got one of eu-west-1: benchmark it there");
  });

  test('the deployment of an older version, with what that had', () => {
    benchmark(stack, BenchmarkTarget.deployment(new Older(stack, 'Older') as unknown as IDeployRecommendation));
    expect(requestOf(stack).BenchmarkTarget.Endpoint.Identifier).toBe('chat');
  });

  test.each<[string, unknown, string]>([
    ['a name', 'chat', "got 'chat'"],
    ['an object', {}, 'got an object'],
    ['null', null, 'must not be null'],
  ])('%s is refused', (_, endpoint, message) => {
    const target = () => BenchmarkTarget.endpoint(endpoint as sagemaker.IEndpointRef);
    expect(target).toThrow(/^BenchmarkTarget\.endpoint: endpoint must /);
    expect(target).toThrow(message);
  });
});

test('the name in an ARN that is known at deployment is taken out of it there', () => {
  const endpointArn = endpointIn(stack).ref;
  expect(stack.resolve(endpointNameOf(new Reference(stack, 'Reference', { endpointArn })))).toEqual({
    'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Endpoint' }] }] }] }],
  });
});
