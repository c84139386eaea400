import {
  CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand, PutCompositeAlarmCommand, PutMetricAlarmCommand, SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { allow, OneService } from './front-door-setup';
import { VirtualClock } from '../../sandbox/clock';
import { CloudWatch } from '../../sandbox/cloudwatch';
import { readRule } from '../../sandbox/cloudwatch/rule';
import { Iam } from '../../sandbox/runtime';

const ARN = 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:';
const ALARM = {
  AlarmName: 'errors',
  MetricName: 'Invocation5XXErrors',
  Namespace: 'AWS/SageMaker',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
} as const;

let clock: VirtualClock;
let iam: Iam;
let cloudWatch: CloudWatch;
let service: OneService;
const clients: CloudWatchClient[] = [];

beforeEach(async () => {
  clock = new VirtualClock();
  iam = new Iam(clock);
  cloudWatch = new CloudWatch(clock, { account: '111122223333', region: 'us-west-2' });
  service = await OneService.start(clock, iam, 'monitoring', cloudWatch);
});

afterEach(async () => {
  clients.splice(0).forEach(client => client.destroy());
  await service.stop();
});

function clientWith(...statements: object[]): CloudWatchClient {
  const client = new CloudWatchClient(service.clientConfig(...statements));
  clients.push(client);
  return client;
}

describe('the SDK', () => {
  test('puts, describes and deletes alarms', async () => {
    const client = clientWith(allow('cloudwatch:*'));
    await client.send(new PutMetricAlarmCommand({ ...ALARM, AlarmActions: ['arn:aws:sns:us-west-2:111122223333:ops'] }));
    await client.send(new PutCompositeAlarmCommand({ AlarmName: 'any', AlarmRule: `ALARM(${ARN}errors)` }));
    expect((await client.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([expect.objectContaining({
      ...ALARM, AlarmArn: `${ARN}errors`, StateValue: 'INSUFFICIENT_DATA', ActionsEnabled: true, StateUpdatedTimestamp: new Date(clock.now()),
    })]);
    await client.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'test' }));
    const both = await client.send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], StateValue: 'ALARM' }));
    expect([both.MetricAlarms![0].AlarmName, both.CompositeAlarms![0].AlarmName]).toEqual(['errors', 'any']);
    expect((await client.send(new DescribeAlarmsCommand({ ActionPrefix: 'arn:aws:ssm' }))).MetricAlarms).toEqual([]);
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['errors', 'any'] }));
    expect(cloudWatch.alarms).toEqual([]);
  });

  test('is told of refusals by the names of their errors', async () => {
    const client = clientWith(allow('cloudwatch:*'));
    await client.send(new PutMetricAlarmCommand(ALARM));
    await expect(client.send(new DeleteAlarmsCommand({ AlarmNames: ['errors', 'none'] }))).rejects.toMatchObject({ name: 'ResourceNotFound' });
    expect(cloudWatch.alarms).toEqual([]);
    await expect(client.send(new PutMetricAlarmCommand({ ...ALARM, Period: 7 }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('may touch the alarms that the policy names, and list only if it may list all', async () => {
    const one = { Effect: 'Allow', Action: 'cloudwatch:*', Resource: `${ARN}errors` };
    await clientWith(one).send(new PutMetricAlarmCommand(ALARM));
    await expect(clientWith(one).send(new PutMetricAlarmCommand({ ...ALARM, AlarmName: 'other' }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(clientWith(one).send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await clientWith({ ...one, Resource: `${ARN}*` }).send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }));
  });
});

describe('states', () => {
  test('are what a test sets, and stay in an update', () => {
    cloudWatch.put(ALARM);
    expect([cloudWatch.alarmState('errors'), cloudWatch.alarmState('none')]).toEqual(['INSUFFICIENT_DATA', undefined]);
    cloudWatch.setAlarmState('errors', 'ALARM');
    cloudWatch.put({ ...ALARM, Threshold: 5 });
    expect(cloudWatch.alarms).toMatchObject([{ state: 'ALARM', properties: { Threshold: 5 } }]);
    expect(() => cloudWatch.setAlarmState('none', 'OK')).toThrow('There is no alarm none');
  });

  test('of composite alarms follow from their rules', () => {
    cloudWatch.put(ALARM);
    cloudWatch.putComposite({ AlarmName: 'calm', AlarmRule: 'NOT ALARM(errors)' });
    expect(cloudWatch.alarmState('calm')).toBe('ALARM');
    expect(() => cloudWatch.setAlarmState('calm', 'OK')).toThrow('is a composite alarm');
    expect(() => cloudWatch.putComposite({ AlarmName: 'calm', AlarmRule: 'ALARM(calm)' })).toThrow('leads back');
  });

  test('an alarm that a composite one depends on stays', async () => {
    cloudWatch.put(ALARM);
    cloudWatch.putComposite({ AlarmName: 'calm', AlarmRule: 'NOT ALARM("errors")' });
    const deletion = { service: 'monitoring', operation: 'DeleteAlarms', input: { AlarmNames: ['errors'] }, caller: 'console' };
    await expect(cloudWatch.handle(deletion)).rejects.toThrow('the composite alarm calm depends on it');
  });
});

test.each<[string, boolean]>([
  ['ALARM(on)', true],
  ['ALARM("off") OR ALARM(\'on\')', true],
  ['ALARM(on) AND ALARM(off)', false],
  ['NOT ALARM(off) AND NOT OK(on)', true],
  ['NOT (ALARM(off) OR ALARM(on))', false],
  ['FALSE AND FALSE OR TRUE', true],
  [`OK(${ARN}off) AND INSUFFICIENT_DATA(new)`, true],
])('the rule %s is %s', (rule, expected) => {
  const states: Record<string, 'ALARM' | 'OK' | 'INSUFFICIENT_DATA'> = { on: 'ALARM', off: 'OK', new: 'INSUFFICIENT_DATA', [`${ARN}off`]: 'OK' };
  expect(readRule(rule).holds(alarm => states[alarm])).toBe(expected);
});

const METRIC = { Id: 'm1', MetricStat: { Metric: { MetricName: 'm', Namespace: 'n' }, Period: 60, Stat: 'Sum' } };
const { MetricName: _1, Namespace: _2, Statistic: _3, Period: _4, ...WITHOUT_METRIC } = ALARM;
test.each<[string, object, RegExp]>([
  ['no metric', WITHOUT_METRIC, /needs MetricName and Namespace/],
  ['no statistic', { ...ALARM, Statistic: undefined }, /either Statistic or ExtendedStatistic/],
  ['an unknown comparison', { ...ALARM, ComparisonOperator: 'Above' }, /Value 'Above' at 'comparisonOperator'/],
  ['no periods', { ...ALARM, EvaluationPeriods: 0 }, /EvaluationPeriods/],
  ['more datapoints than periods', { ...ALARM, DatapointsToAlarm: 3 }, /DatapointsToAlarm/],
  ['no threshold', { ...ALARM, Threshold: undefined }, /Exactly one of Threshold/],
  ['two metrics that return data', { ...WITHOUT_METRIC, Metrics: [METRIC, { Id: 'e1', Expression: 'm1' }] }, /Exactly one of the metrics must return data/],
  ['a metric of both kinds', { ...WITHOUT_METRIC, Metrics: [{ ...METRIC, Expression: 'm1' }] }, /either Expression or MetricStat/],
  ['a bad id', { ...WITHOUT_METRIC, Metrics: [{ ...METRIC, Id: 'M1' }] }, /lower-case letter/],
  ['an action that is no ARN', { ...ALARM, AlarmActions: ['page me'] }, /Invalid AlarmActions/],
])('an alarm with %s is refused', (_, alarm, message) => {
  expect(() => cloudWatch.put(alarm)).toThrow(message);
});

test.each(['', 'ALARM(a', 'ALARM(a) b', 'MAYBE(a)', 'ALARM(a) AND', '"'])('the rule %j is refused', rule => {
  cloudWatch.put({ ...ALARM, AlarmName: 'a' });
  expect(() => cloudWatch.putComposite({ AlarmName: 'c', AlarmRule: rule })).toThrow('Error parsing AlarmRule');
});

describe('a dashboard', () => {
  const graph = (annotation: object) => JSON.stringify({ widgets: [{ type: 'metric', properties: { annotations: { horizontal: [annotation] } } }] });

  test('is taken as it is', () => {
    const bodies = ['{"widgets":[]}', graph({ value: 5, visible: false }), '{"widgets":[{"type":"text","properties":{"markdown":"hi"}}]}'];
    bodies.forEach(body => cloudWatch.putDashboard('chat', body));
    expect([...cloudWatch.dashboards]).toEqual([['chat', bodies[2]]]);
  });

  test.each([
    ['{"widgets":[{"markdown":"say "hi""}]}', 'must be a valid JSON object'],
    ['', 'must be a valid JSON object'],
    ['{}', '/widgets should be an array of up to 500 widgets'],
    [JSON.stringify({ widgets: Array(501).fill({ type: 'text', properties: { markdown: '' } }) }), '/widgets should be an array of up to 500 widgets'],
    [graph({ value: '5' }), '/widgets/0/properties/annotations/horizontal/0/value should be number'],
    [graph({ value: 5, visible: 'true' }), '/widgets/0/properties/annotations/horizontal/0/visible should be boolean'],
    ['{"widgets":[{"type":"text","properties":{}}]}', '/widgets/0/properties/markdown should be string'],
    ['{"widgets":[{"type":"alarm","properties":{"alarms":[]}}]}', '/widgets/0/properties/alarms should be 1 to 100 ARNs'],
  ])('%.40s is refused', (body, message) => {
    expect(() => cloudWatch.putDashboard('chat', body)).toThrow(message);
    expect(cloudWatch.dashboards.size).toBe(0);
  });
});
