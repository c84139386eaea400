import { App, CfnParameter } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { EndpointFixture, FakeSource } from './fixture';
import { DeployRecommendation, Hosting, IDeployRecommendation, JobOutput } from '../../src';

const VARIANT = { EndpointName: 'chat', VariantName: 'AllTraffic' };
const OWN = { InferenceComponentName: 'llama' };
const REQUESTS = 'AWS/SageMaker';
const INSTANCES = '/aws/sagemaker/Endpoints';

type Metering = { [Method in keyof IDeployRecommendation]: Method extends `metric${infer Rest}` ? Rest extends '' ? never : Method : never }[keyof IDeployRecommendation];

/** Name, namespace, statistic, unit, and whether it is looked up by the inference component where there is one. */
const METRICS: [Metering, string, string, string, cloudwatch.Unit | undefined, boolean][] = [
  ['metricInvocations', 'Invocations', REQUESTS, 'Sum', undefined, true],
  ['metricInvocation4xxErrors', 'Invocation4XXErrors', REQUESTS, 'Sum', undefined, true],
  ['metricInvocation5xxErrors', 'Invocation5XXErrors', REQUESTS, 'Sum', undefined, true],
  ['metricInvocationModelErrors', 'InvocationModelErrors', REQUESTS, 'Sum', undefined, true],
  ['metricModelLatency', 'ModelLatency', REQUESTS, 'Average', cloudwatch.Unit.MICROSECONDS, true],
  ['metricOverheadLatency', 'OverheadLatency', REQUESTS, 'Average', cloudwatch.Unit.MICROSECONDS, true],
  ['metricInvocationsPerInstance', 'InvocationsPerInstance', REQUESTS, 'Sum', undefined, false],
  ['metricConcurrentRequestsPerModel', 'ConcurrentRequestsPerModel', REQUESTS, 'Average', undefined, false],
  ['metricModelSetupTime', 'ModelSetupTime', REQUESTS, 'Average', cloudwatch.Unit.MICROSECONDS, false],
  ['metricFirstChunkLatency', 'FirstChunkLatency', REQUESTS, 'Average', cloudwatch.Unit.MICROSECONDS, false],
  ['metricFirstChunkModelLatency', 'FirstChunkModelLatency', REQUESTS, 'Average', cloudwatch.Unit.MICROSECONDS, false],
  ['metricMidStreamErrors', 'MidStreamErrors', REQUESTS, 'Sum', undefined, false],
  ['metricGpuUtilization', 'GPUUtilization', INSTANCES, 'Average', undefined, false],
  ['metricGpuMemoryUtilization', 'GPUMemoryUtilization', INSTANCES, 'Average', undefined, false],
  ['metricCpuUtilization', 'CPUUtilization', INSTANCES, 'Average', undefined, false],
  ['metricMemoryUtilization', 'MemoryUtilization', INSTANCES, 'Average', undefined, false],
  ['metricDiskUtilization', 'DiskUtilization', INSTANCES, 'Average', undefined, false],
];

let fixture: EndpointFixture;
beforeEach(() => {
  fixture = new EndpointFixture();
});

describe.each(METRICS)('%s', (method, metricName, namespace, statistic, unit, ofComponent) => {
  test('is that of the variant, deployed or imported', () => {
    const expected = { metricName, namespace, statistic, unit, dimensions: VARIANT };
    expect(fixture.deploy({ endpointName: 'chat' })[method]()).toMatchObject(expected);
    expect(DeployRecommendation.fromEndpointName(fixture.stack, 'Imported', 'chat')[method]()).toMatchObject(expected);
  });

  test(`with inference components is that of the ${ofComponent ? 'own one' : 'variant'}`, () => {
    const dimensions = ofComponent ? OWN : VARIANT;
    const endpoint = fixture.deploy({ endpointName: 'chat', hosting: Hosting.inferenceComponents({ inferenceComponentName: 'llama' }) });
    expect(endpoint[method]().dimensions).toEqual(dimensions);
    const imported = DeployRecommendation.fromEndpointAttributes(fixture.stack, 'Imported', {
      endpointName: 'chat', inferenceComponentNames: ['llama', 'other'],
    });
    expect(imported[method]().dimensions).toEqual(dimensions);
  });

  test('has the options of the user', () => {
    expect(DeployRecommendation.fromEndpointName(fixture.stack, 'Imported', 'chat')[method]({ statistic: 'p99', label: 'mine' }))
      .toMatchObject({ statistic: 'p99', label: 'mine' });
  });
});

test.each([
  ['metricInvocationsPerCopy', 'InvocationsPerCopy', REQUESTS, 'Sum'],
  ['metricConcurrentRequestsPerCopy', 'ConcurrentRequestsPerCopy', REQUESTS, 'Average'],
  ['metricNoCapacityInvocationFailures', 'NoCapacityInvocationFailures', REQUESTS, 'Sum'],
  ['metricInvocations', 'Invocations', REQUESTS, 'Sum'],
  ['metricModelLatency', 'ModelLatency', REQUESTS, 'Average'],
  ['metricGpuUtilization', 'GPUUtilizationNormalized', '/aws/sagemaker/InferenceComponents', 'Average'],
  ['metricGpuMemoryUtilization', 'GPUMemoryUtilizationNormalized', '/aws/sagemaker/InferenceComponents', 'Average'],
  ['metricCpuUtilization', 'CPUUtilizationNormalized', '/aws/sagemaker/InferenceComponents', 'Average'],
  ['metricMemoryUtilization', 'MemoryUtilizationNormalized', '/aws/sagemaker/InferenceComponents', 'Average'],
] as const)('%s of an inference component and of an adapter', (method, metricName, namespace, statistic) => {
  const endpoint = fixture.deploy({
    recommendation: new FakeSource({ adapterIds: ['support'] }), hosting: Hosting.inferenceComponents({ inferenceComponentName: 'llama' }),
  });
  expect(endpoint.inferenceComponent![method]()).toMatchObject({ metricName, namespace, statistic, dimensions: OWN });
  expect(endpoint.adapterComponents[0][method]({ statistic: 'p90' })).toMatchObject({
    metricName, namespace, statistic: 'p90', dimensions: { InferenceComponentName: 'support' },
  });
});

describe('the queue', () => {
  const QUEUE = [
    ['metricApproximateBacklogSize', 'ApproximateBacklogSize', 'Average'],
    ['metricApproximateBacklogSizePerInstance', 'ApproximateBacklogSizePerInstance', 'Average'],
    ['metricApproximateAgeOfOldestRequest', 'ApproximateAgeOfOldestRequest', 'Maximum'],
    ['metricHasBacklogWithoutCapacity', 'HasBacklogWithoutCapacity', 'Maximum'],
  ] as const;

  test.each(QUEUE)('of an asynchronous endpoint has %s', (method, metricName, statistic) => {
    const expected = { metricName, namespace: REQUESTS, statistic, dimensions: { EndpointName: 'chat' } };
    expect(fixture.deploy({ endpointName: 'chat', asyncInference: { output: JobOutput.toS3Uri('s3://answers/') } })[method]()).toMatchObject(expected);
    const attributes = { endpointName: 'chat', asynchronous: true };
    expect(DeployRecommendation.fromEndpointAttributes(fixture.stack, 'Imported', attributes)[method]()).toMatchObject(expected);
  });

  test.each(QUEUE)('is needed for %s', method => {
    const message = `${method} of Chat/Endpoint needs an asynchronous endpoint, which alone has a queue: give asyncInference, or say of an imported one `
      + 'that it is asynchronous';
    expect(() => fixture.deploy()[method]()).toThrow(message);
    expect(() => DeployRecommendation.fromEndpointName(fixture.stack, 'Imported', 'chat')[method]()).toThrow('needs an asynchronous endpoint');
  });
});

test('a metric names the endpoint without a reference to it, unless its name is one', () => {
  expect(fixture.deploy().metricInvocations().dimensions).toEqual({ EndpointName: 'ChatEndpointA3409770', VariantName: 'AllTraffic' });
  const other = new EndpointFixture(new App(), 'Other');
  const endpointName = new CfnParameter(other.stack, 'Name').valueAsString;
  expect(other.stack.resolve(other.deploy({ endpointName }).metricInvocations().dimensions)).toEqual({ EndpointName: { Ref: 'Name' }, VariantName: 'AllTraffic' });
});

test('any other metric can be had by its name', () => {
  expect(fixture.deploy({ endpointName: 'chat' }).metric('Anything', { statistic: 'p50' }))
    .toMatchObject({ metricName: 'Anything', namespace: REQUESTS, statistic: 'p50', dimensions: VARIANT });
});
