import { Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Template as AnyTemplate } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { DEPLOYMENT, EndpointFixture, FakeSource, Template } from './fixture';
import {
  DeployRecommendation, Hosting, IDeployRecommendation, InferenceDashboard, InferenceDashboardProps, InferenceWidgets, JobOutput,
  PinnedRecommendation,
} from '../../src';

const DASHBOARD = 'AWS::CloudWatch::Dashboard';
const VARIANT = ['EndpointName', 'chat', 'VariantName', 'AllTraffic'];
const ALL = '7.5114,true,11134.94,true,12119.56,true,13762.74,true,269.55,true,394.81,true,0,false';

let fixture: EndpointFixture;
beforeEach(() => {
  fixture = new EndpointFixture();
});

const dashboard = (deployments: IDeployRecommendation[], props: Partial<InferenceDashboardProps> = {}, stack: Stack = fixture.stack) =>
  new InferenceDashboard(stack, 'Dashboard', { deployments, ...props });

/** What CloudFormation makes of a value, as far as these templates go. */
function evaluate(value: any, answers: Record<string, string>): any {
  const [[name, argument]] = Object.entries<any>(typeof value === 'object' ? value : { literal: value });
  switch (name) {
    case 'Fn::Join': return argument[1].map((part: any) => evaluate(part, answers)).join(argument[0]);
    case 'Fn::Select': return evaluate(argument[1], answers)[argument[0]];
    case 'Fn::Split': return evaluate(argument[1], answers).split(argument[0]);
    case 'Fn::GetAtt': return answers[argument[1]] ?? `<${argument[1]}>`;
    case 'Ref': return `<${argument}>`;
    default: return value;
  }
}

interface Body {
  readonly start?: string;
  readonly widgets: Record<string, any>[];
}

const bodies = new WeakMap<Stack, unknown>();

/** The dashboard as CloudWatch gets it. */
function body(answers: Record<string, string> = { ExpectedFigures: ALL }, stack: Stack = fixture.stack): Body {
  const rendered = bodies.get(stack) ?? Object.values(Template.fromStack(stack).findResources(DASHBOARD))[0].Properties.DashboardBody;
  bodies.set(stack, rendered);
  return JSON.parse(evaluate(rendered, answers));
}

const titles = ({ widgets }: Body) => widgets.map(({ type, properties }) => type === 'text' ? 'text' : properties.title);

function widget(title: string, of = body()): Record<string, any> {
  const found = of.widgets.filter(({ properties }) => properties.title === title);
  expect(found.map(({ properties }) => properties.title)).toEqual([title]);
  return found[0].properties;
}

/** The metrics of a graph, without what they are rendered with. */
const metrics = (title: string, of = body()): any[][] => widget(title, of).metrics;
const shown = (title: string, of = body()): string[] => metrics(title, of).map(metric => metric.at(-1))
  .filter(({ visible }) => visible !== false).map(({ label }) => label);
const markdown = (of = body()): string => of.widgets.find(({ type }) => type === 'text')!.properties.markdown;

describe('for an endpoint on instances', () => {
  let once: EndpointFixture;
  beforeAll(() => {
    once = new EndpointFixture();
    dashboard([once.deploy({ endpointName: 'chat' })], {}, once.stack);
  });
  beforeEach(() => {
    fixture = once;
  });

  test('there is a widget for each thing, in three rows', () => {
    expect(titles(body())).toEqual([
      'text', 'Requests per second', 'Latency in milliseconds', 'First part of streamed answers in milliseconds', 'Errors', 'GPUs in percent',
      'CPU, memory and disk in percent', 'Instances',
    ]);
    expect(body().widgets.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 18, 6], [0, 6, 8, 6], [8, 6, 8, 6], [16, 6, 8, 6], [0, 12, 6, 6], [6, 12, 6, 6], [12, 12, 6, 6], [18, 12, 6, 6],
    ]);
  });

  test('requests are a rate, whatever period CloudWatch chooses', () => {
    expect(metrics('Requests per second')).toEqual([
      [{ label: 'Requests', expression: 'm0 / PERIOD(m0)' }],
      ['AWS/SageMaker', 'Invocations', ...VARIANT, expect.objectContaining({ stat: 'Sum', visible: false, id: 'm0' })],
    ]);
  });

  test('latencies are in the unit of the figures', () => {
    const latencies = metrics('Latency in milliseconds');
    expect(shown('Latency in milliseconds')).toEqual(['Model p50', 'Model p90', 'Model p99', 'Overhead p90']);
    expect(latencies.slice(0, 2)).toEqual([
      [{ label: 'Model p50', expression: 'm0 / 1000' }],
      ['AWS/SageMaker', 'ModelLatency', ...VARIANT, expect.objectContaining({ stat: 'p50', visible: false, id: 'm0' })],
    ]);
    expect(latencies.at(-1)!.slice(0, 2)).toEqual(['AWS/SageMaker', 'OverheadLatency']);
    const chunks = metrics('First part of streamed answers in milliseconds').map(metric => metric[1]);
    expect(new Set(chunks.filter(name => name !== undefined))).toEqual(new Set(['FirstChunkLatency', 'FirstChunkModelLatency']));
  });

  test.each([
    ['Errors', 'AWS/SageMaker', ['Invocation4XXErrors', 'Invocation5XXErrors', 'InvocationModelErrors', 'MidStreamErrors'], ['4xx', '5xx', 'Container', 'Broken off']],
    ['GPUs in percent', '/aws/sagemaker/Endpoints', ['GPUUtilization', 'GPUMemoryUtilization'], ['GPU', 'GPU memory']],
    ['CPU, memory and disk in percent', '/aws/sagemaker/Endpoints', ['CPUUtilization', 'MemoryUtilization', 'DiskUtilization'], ['CPU', 'Memory', 'Disk']],
  ])('%s are metrics of the variant', (title, namespace, names, labels) => {
    expect(metrics(title).map(metric => metric.slice(0, -1))).toEqual(names.map(name => [namespace, name, ...VARIANT]));
    expect(shown(title)).toEqual(labels);
  });

  test('instances are counted by what each says once a minute', () => {
    expect(metrics('Instances')).toEqual([
      [{ label: 'Instances', expression: '60 * m0 / PERIOD(m0)' }],
      ['/aws/sagemaker/Endpoints', 'CPUUtilization', ...VARIANT, expect.objectContaining({ stat: 'SampleCount', visible: false })],
    ]);
  });

  test('the handlers are asked for the figures that a metric can be compared with', () => {
    expect(fixture.properties().Figures).toEqual([
      'RequestThroughput', 'RequestLatency.p50', 'RequestLatency.p90', 'RequestLatency.p99', 'TimeToFirstToken.p50', 'TimeToFirstToken.p90', 'TimeToFirstToken.p99',
    ]);
  });

  test('expected figures are numbers, and those that the job doesn\'t state are not to be seen', () => {
    const annotations = (title: string) => widget(title).annotations.horizontal;
    expect(annotations('Requests per second')).toEqual([{ label: 'Expected throughput', value: 7.5114, visible: true, yAxis: 'left' }]);
    expect(annotations('Latency in milliseconds')).toEqual([
      { label: 'Expected at the client p50', value: 11134.94, visible: true, yAxis: 'left' },
      { label: 'Expected at the client p90', value: 12119.56, visible: true, yAxis: 'left' },
      { label: 'Expected at the client p99', value: 13762.74, visible: true, yAxis: 'left' },
    ]);
    expect(annotations('First part of streamed answers in milliseconds')).toEqual([
      { label: 'Expected p50', value: 269.55, visible: true, yAxis: 'left' },
      { label: 'Expected p90', value: 394.81, visible: true, yAxis: 'left' },
      { label: 'Expected p99', value: 0, visible: false, yAxis: 'left' },
    ]);
  });

  test('the text says what is served', () => {
    expect(markdown().split('\n')).toEqual([
      '## Chat/Endpoint',
      '',
      'Endpoint [<EndpointName>](https://console.aws.amazon.com/sagemaker/home?region=us-west-2#/endpoints/<EndpointName>)',
      '',
      '| Serves as | Job | Recommendation | Rank | Instance type | First instances | Copies on each |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| AllTraffic | AI recommendation job nightly | <InferenceSpecificationName> | <Rank> | <InstanceType> | <InstanceCount> | <CopyCountPerInstance> |',
      '',
      'Model package: <ModelPackageArn>',
      '',
      'Expected: <ExpectedText>',
      '',
      expect.stringContaining('measured by the job, at the client'),
    ]);
  });
});

describe('the deployment', () => {
  test('is what it is without a dashboard, but for the figures that it is asked for', () => {
    fixture.deploy();
    const { Figures: none, ...without } = fixture.properties();
    expect(none).toBeUndefined();
    fixture = new EndpointFixture();
    dashboard([fixture.deploy()]);
    const { Figures: asked, ...withDashboard } = fixture.properties();
    expect(withDashboard).toEqual(without);
    expect(asked).toHaveLength(7);
  });

  test('is asked by widgets on a dashboard of one\'s own, too, which is synthesized before it', () => {
    const own = new cloudwatch.Dashboard(fixture.stack, 'Dashboard');
    own.addWidgets(new InferenceWidgets().latency(fixture.deploy())!);
    expect(fixture.properties().Figures).toHaveLength(7);
    expect(titles(body())).toEqual(['Latency in milliseconds']);
  });
});

describe('what comes after the dashboard', () => {
  test('variants are shown, each by its name', () => {
    const endpoint = fixture.deploy({ endpointName: 'chat' });
    dashboard([endpoint]);
    endpoint.addVariant('Other', { recommendation: new FakeSource({ jobName: 'weekly', jobType: 'OptimizationJob' }) });
    expect(shown('Requests per second')).toEqual(['AllTraffic Requests', 'Other Requests']);
    expect(shown('Latency in milliseconds')).toEqual(['Model p50', 'Model p90', 'Model p99', 'Overhead p90', 'Other model p90']);
    expect(shown('First part of streamed answers in milliseconds')).toContain('Other p90');
    expect(shown('Instances')).toEqual(['AllTraffic Instances', 'Other Instances']);
    expect(metrics('GPUs in percent').map(metric => metric.slice(0, -1))).toContainEqual(
      ['/aws/sagemaker/Endpoints', 'GPUUtilization', 'EndpointName', 'chat', 'VariantName', 'Other']);
    expect(markdown()).toContain('\n| Other | optimization job weekly | <InferenceSpecificationName.1> | <Rank.1> | <InstanceType.1> | <InstanceCount.1> |');
  });

  test('alarms are shown, beside the text', () => {
    const endpoint = fixture.deploy();
    dashboard([endpoint]);
    endpoint.addDefaultAlarms({ modelLatency: Duration.seconds(2) });
    endpoint.addRollbackAlarm(cloudwatch.Alarm.fromAlarmName(fixture.stack, 'Own', 'own'));
    const alarms = body().widgets.find(({ type }) => type === 'alarm')!;
    expect(alarms).toMatchObject({ x: 18, y: 0, width: 6, properties: { title: 'Alarms that roll back' } });
    expect(alarms.properties.alarms).toEqual(['<Arn>', '<Arn>', expect.stringMatching(/:alarm:own$/)]);
  });
});

describe('with inference components', () => {
  const hosting = Hosting.inferenceComponents({ inferenceComponentName: 'llama' });
  const of = (name: string) => ['InferenceComponentName', name];

  test('metrics are those of the component, and copies are what requests are divided by', () => {
    dashboard([fixture.deploy({ endpointName: 'chat', hosting })]);
    expect(metrics('Requests per second').at(-1)!.slice(0, -1)).toEqual(['AWS/SageMaker', 'Invocations', ...of('llama')]);
    expect(metrics('GPUs in percent').map(metric => metric.slice(0, -1))).toEqual([
      ['/aws/sagemaker/InferenceComponents', 'GPUUtilizationNormalized', ...of('llama')],
      ['/aws/sagemaker/InferenceComponents', 'GPUMemoryUtilizationNormalized', ...of('llama')],
    ]);
    expect(metrics('CPU, memory and disk in percent').at(-1)!.slice(0, -1)).toEqual(['/aws/sagemaker/Endpoints', 'DiskUtilization', ...VARIANT]);
    expect(shown('Instances and copies')).toEqual(['Instances', 'Copies']);
    expect(metrics('Instances and copies').slice(2)).toEqual([
      [{ label: 'Copies', expression: 'requests0 / each0' }],
      ['AWS/SageMaker', 'Invocations', ...of('llama'), expect.objectContaining({ stat: 'Sum', id: 'requests0' })],
      ['AWS/SageMaker', 'InvocationsPerCopy', ...of('llama'), expect.objectContaining({ stat: 'Sum', id: 'each0' })],
    ]);
    expect(markdown()).toContain('| Serves as | Job | Recommendation | Rank | Instance type | First instances | First copies |');
    expect(markdown()).toContain('| llama | AI recommendation job nightly | <InferenceSpecificationName> | <Rank> | <InstanceType> | <InstanceCount> | <CopyCount> |');
  });

  test('each component and adapter has lines, and no expectation is drawn where their answers are in one number', () => {
    const endpoint = fixture.deploy({ endpointName: 'chat', hosting, recommendation: new FakeSource({ adapterIds: ['support'] }) });
    dashboard([endpoint]);
    endpoint.addInferenceComponent('Other', { recommendation: new FakeSource({ jobName: 'weekly' }), inferenceComponentName: 'mistral' });
    expect(shown('Requests per second')).toEqual(['llama Requests', 'support Requests', 'mistral Requests']);
    expect(shown('GPUs in percent')).toEqual(['llama GPU', 'llama GPU memory', 'mistral GPU', 'mistral GPU memory']);
    expect(shown('Instances and copies')).toEqual(['Instances', 'llama Copies', 'mistral Copies']);
    expect(widget('First part of streamed answers in milliseconds').annotations).toBeUndefined();
    expect(widget('Latency in milliseconds').annotations.horizontal).toHaveLength(3);
    expect(markdown()).toContain('\n| mistral | AI recommendation job weekly |');
  });
});

test('of an asynchronous endpoint the queue is shown, and nothing that it doesn\'t publish', () => {
  dashboard([fixture.deploy({ endpointName: 'chat', asyncInference: { output: JobOutput.toS3Uri('s3://answers/') } })]);
  expect(titles(body())).toEqual([
    'text', 'Requests in the queue', 'Latency in milliseconds', 'Errors', 'GPUs in percent', 'CPU, memory and disk in percent', 'Instances',
  ]);
  expect(metrics('Requests in the queue').map(metric => metric.slice(0, -1))).toEqual([
    ['AWS/SageMaker', 'ApproximateBacklogSize', 'EndpointName', 'chat'],
    ['AWS/SageMaker', 'ApproximateBacklogSizePerInstance', 'EndpointName', 'chat'],
    ['AWS/SageMaker', 'ApproximateAgeOfOldestRequest', 'EndpointName', 'chat'],
  ]);
  expect(JSON.stringify(body())).not.toMatch(/"(Invocations|InvocationsPerInstance|OverheadLatency|InvocationModelErrors|FirstChunk\w+|MidStreamErrors)"/);
});

describe('figures', () => {
  test('of Inference Recommender are compared by the minute', () => {
    dashboard([fixture.deploy({ recommendation: new FakeSource({ jobType: 'InferenceRecommendationsJob' }) })]);
    expect(fixture.properties().Figures).toEqual(['MaxInvocations']);
    const requests = widget('Requests per minute', body({ ExpectedFigures: '120,true' }));
    expect(requests.metrics[0]).toEqual([{ label: 'Requests', expression: '60 * m0 / PERIOD(m0)' }]);
    expect(requests.annotations.horizontal).toEqual([{ label: 'Expected maximum', value: 120, visible: true, yAxis: 'left' }]);
    expect(markdown()).toContain('Inference Recommender job nightly');
  });

  test('are not asked for where the job measures nothing', () => {
    dashboard([fixture.deploy({ recommendation: new FakeSource({ jobType: 'OptimizationJob' }) })]);
    expect(fixture.properties().Figures).toBeUndefined();
    expect(body({}).widgets.map(({ properties }) => properties.annotations)).toEqual(Array(8).fill(undefined));
    expect(markdown()).toContain('Expected: nothing is stated, since the job measures nothing.');
    expect(JSON.stringify(fixture.template())).not.toContain('ExpectedText');
  });

  test('of a pinned recommendation are those that the handlers read in the file', () => {
    const recommendation = PinnedRecommendation.fromText(JSON.stringify({
      AIRecommendationJobName: 'release-7',
      Recommendations: [{
        DeploymentConfiguration: { ImageUri: 'image', InstanceType: 'ml.g6.24xlarge' },
        ExpectedPerformance: [{ Metric: 'RequestThroughput', Value: '7.5' }],
      }],
    }));
    dashboard([fixture.deploy({ recommendation })]);
    expect(fixture.properties().Figures).toHaveLength(7);
    expect(markdown()).toContain('| pinned result of AI recommendation job release-7 |');
    expect(widget('Requests per second').annotations.horizontal).toMatchObject([{ value: 7.5114 }]);
  });
});

test('of an imported endpoint the metrics are shown', () => {
  dashboard([DeployRecommendation.fromEndpointAttributes(fixture.stack, 'Imported', { endpointName: 'chat', asynchronous: true })]);
  expect(markdown()).toContain('[chat](https://console.aws.amazon.com/sagemaker/home?region=us-west-2#/endpoints/chat)');
  expect(markdown()).toContain('It is deployed elsewhere');
  expect(titles(body())).toContain('Requests in the queue');
  fixture.template().resourceCountIs(DEPLOYMENT, 0);
});

test.each([
  ['cn-north-1', 'https://console.amazonaws.cn/'],
  ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/'],
  [undefined, 'https://console.aws.amazon.com/sagemaker/home?region=<AWS::Region>'],
])('the console of %s is linked', (region, url) => {
  const stack = new Stack(fixture.app, 'Elsewhere', { env: { account: '111122223333', region } });
  dashboard([DeployRecommendation.fromEndpointName(stack, 'Imported', 'chat')], {}, stack);
  expect(markdown(body({}, stack))).toContain(`[chat](${url}`);
});

test('several endpoints are shown one below the other', () => {
  dashboard([fixture.deploy({ endpointName: 'chat' }), fixture.deploy({ endpointName: 'code' }, 'Second')]);
  const { widgets } = body();
  expect(widgets.filter(({ type }) => type === 'text').map(({ y, properties }) => [y, properties.markdown.split('\n')[0]]))
    .toEqual([[0, '## Chat/Endpoint'], [18, '## Chat/Second']]);
  Object.values(fixture.template().findResources(DEPLOYMENT)).forEach(({ Properties }) => expect(Properties.Figures).toHaveLength(7));
});

describe('options', () => {
  test('go to the dashboard', () => {
    const made = dashboard([fixture.deploy()], { dashboardName: 'chat', defaultInterval: Duration.hours(8) });
    made.dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: 'mine' }));
    fixture.template().hasResourceProperties(DASHBOARD, { DashboardName: 'chat' });
    expect(body()).toMatchObject({ start: '-PT8H' });
    expect(body().widgets.at(-1)).toMatchObject({ y: 18, properties: { markdown: 'mine' } });
  });

  test('a start is taken as it is', () => {
    dashboard([fixture.deploy()], { start: '-P7D' });
    expect(body().start).toBe('-P7D');
  });

  test('the name is up to CloudFormation', () => {
    dashboard([fixture.deploy()]);
    const [{ Properties }] = Object.values(fixture.template().findResources(DASHBOARD));
    expect(Properties.DashboardName).toBeUndefined();
  });

  test('more alarms are shown above', () => {
    dashboard([fixture.deploy()], { alarms: [cloudwatch.Alarm.fromAlarmName(fixture.stack, 'Own', 'own')] });
    expect(body().widgets.slice(0, 2)).toMatchObject([
      { type: 'alarm', x: 0, y: 0, width: 24, height: 3, properties: { alarms: [expect.stringMatching(/:alarm:own$/)] } },
      { type: 'text', y: 3 },
    ]);
  });
});

describe('a class of one\'s own', () => {
  class Widgets extends InferenceWidgets {
    public utilization(deployment: IDeployRecommendation): cloudwatch.IWidget {
      return new cloudwatch.GraphWidget({ title: 'Memory', left: [deployment.metricMemoryUtilization()] });
    }

    public firstChunkLatency(): cloudwatch.IWidget | undefined {
      return undefined;
    }

    public latency(deployment: IDeployRecommendation): cloudwatch.IWidget {
      return new cloudwatch.Column(super.latency(deployment)!, new cloudwatch.TextWidget({ markdown: 'Call Ann.' }));
    }
  }

  test('replaces some widgets, and leaves some out', () => {
    dashboard([fixture.deploy()], { widgets: new Widgets() });
    expect(titles(body())).toEqual([
      'text', 'Requests per second', 'Latency in milliseconds', 'text', 'Errors', 'GPUs in percent', 'Memory', 'Instances',
    ]);
  });
});

describe('another stack', () => {
  test('is refused, since what it would have to be told changes with each run', () => {
    const endpoint = fixture.deploy();
    const stack = new Stack(fixture.app, 'Monitoring');
    expect(() => dashboard([endpoint], {}, stack)).toThrow(
      'InferenceDashboard \'Monitoring/Dashboard\': deployments must be of the dashboard\'s stack, got \'Chat/Endpoint\' of another one: make the dashboard there, '
      + 'or import the endpoint here by DeployRecommendation.fromEndpointName, of which the metrics are shown');
  });

  test('may be nested: CloudFormation hands the figures down', () => {
    const nested = new NestedStack(fixture.stack, 'Nested');
    dashboard([fixture.deploy()], {}, nested);
    fixture.app.synth();
    const { Resources } = AnyTemplate.fromStack(nested).toJSON();
    const [{ Properties }] = Object.values<any>(Resources);
    const text = JSON.stringify(Properties.DashboardBody);
    expect(text).toContain('{"Fn::Select":[0,{"Fn::Split":[",",{"Ref":"');
    expect(text).not.toContain('Fn::ImportValue');
    // A number has no quotes around it.
    expect(text).toMatch(/\\"value\\":",\{"Fn::Select"/);
  });
});

describe('wrong values are refused', () => {
  const refuses = (props: Partial<Record<keyof InferenceDashboardProps, unknown>>, message: string) =>
    expect(() => dashboard([fixture.deploy()], props as Partial<InferenceDashboardProps>)).toThrow(message);

  test.each<[Partial<Record<keyof InferenceDashboardProps, unknown>>, string]>([
    [{ deployments: [] }, 'InferenceDashboard \'Chat/Dashboard\': deployments takes at least 1 endpoints, got 0: give those to show'],
    [{ deployments: undefined }, 'deployments is required'],
    [{ deployments: [{}] }, 'deployments[0] must be an IDeployRecommendation, got an object'],
    [{ dashboardName: 'my dashboard' }, 'dashboardName must hold only letters, digits, hyphens and underscores, got \'my dashboard\''],
    [{ dashboardName: '' }, 'dashboardName must be 1 to 255 characters long, got 0: \'\''],
    [{ dashboardName: 'a'.repeat(256) }, 'dashboardName must be 1 to 255 characters long, got 256'],
    [{ start: '-P7D', defaultInterval: Duration.hours(1) }, 'defaultInterval and start must not be given together: leave one of them out'],
    [{ widgets: {} }, 'widgets must be an InferenceWidgets, got an object'],
    [{ alarms: Array(101).fill({ alarmRef: {} }) }, 'alarms takes at most 100 alarms, got 101: combine some into a composite alarm'],
  ])('of %#', (props, message) => refuses(props, message));

  test('49 endpoints are shown, and no more', () => {
    const endpoint = fixture.deploy();
    expect(() => dashboard(Array(50).fill(endpoint))).toThrow('deployments takes at most 49 endpoints, got 50: give those to show');
    expect(() => dashboard(Array(49).fill(endpoint))).not.toThrow();
  });
});
