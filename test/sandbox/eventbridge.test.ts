import { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { App, Stack } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Harness } from './cloudformation-harness';
import { allow, OneService } from './front-door-setup';
import { VirtualClock } from '../../sandbox/clock';
import { EventBridge } from '../../sandbox/eventbridge';
import { compilePattern } from '../../sandbox/eventbridge/pattern';
import { Iam } from '../../sandbox/runtime';
import { Sns } from '../../sandbox/sns';

const BUS = 'arn:aws:events:us-west-2:111122223333:event-bus/default';
const TOPIC = 'arn:aws:sns:us-west-2:111122223333:ops';
const RULE = 'arn:aws:events:us-west-2:111122223333:rule/ended';
const ENTRY = { Source: 'mine', DetailType: 'Ended', Detail: JSON.stringify({ job: 'a', seconds: 5, nothing: '' }), Resources: ['arn:aws:x'] };
const LETS_EVENTS_IN = { Statement: { Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'events.amazonaws.com' }, Resource: TOPIC } };

let clock: VirtualClock;
let sns: Sns;
let eventBridge: EventBridge;

beforeEach(() => {
  clock = new VirtualClock();
  sns = new Sns(clock);
  eventBridge = new EventBridge(clock, { account: '111122223333', region: 'us-west-2', sns });
});

const put = (...Entries: object[]): Promise<any> => eventBridge.handle({ service: 'events', operation: 'PutEvents', input: { Entries }, caller: 'console' });
const rule = (properties: object) => eventBridge.putRule({ name: 'ended', arn: RULE, properties: { State: 'ENABLED', ...properties } });

describe('the SDK', () => {
  let service: OneService;
  const clients: EventBridgeClient[] = [];
  beforeEach(async () => { service = await OneService.start(clock, new Iam(clock), 'events', eventBridge); });
  afterEach(async () => {
    clients.splice(0).forEach(client => client.destroy());
    await service.stop();
  });
  const send = (statement: object, ...Entries: PutEventsRequestEntry[]) => {
    const client = new EventBridgeClient(service.clientConfig(statement));
    clients.push(client);
    return client.send(new PutEventsCommand({ Entries }));
  };

  test('puts events, and is told which entries were not taken', async () => {
    const answer = await send(allow('events:PutEvents'), { ...ENTRY, Time: new Date('2026-01-01T00:00:00Z') }, { ...ENTRY, Detail: 'no JSON' });
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'MalformedDetail' }] });
    expect(eventBridge.events).toEqual([{
      'version': '0',
      'id': answer.Entries![0].EventId,
      'detail-type': 'Ended',
      'source': 'mine',
      'account': '111122223333',
      'time': '2026-01-01T00:00:00Z',
      'region': 'us-west-2',
      'resources': ['arn:aws:x'],
      'detail': { job: 'a', seconds: 5, nothing: '' },
    }]);
  });

  test('may put what the policy says, by the bus and the source', async () => {
    const scoped = { Effect: 'Allow', Action: 'events:PutEvents', Resource: BUS, Condition: { StringEquals: { 'events:source': 'mine' } } };
    await send(scoped, ENTRY);
    await expect(send(scoped, { ...ENTRY, Source: 'theirs' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(send(scoped, ENTRY, { ...ENTRY, Source: 'theirs' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(send({ ...scoped, Resource: `${BUS}-other` }, ENTRY)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(eventBridge.events).toHaveLength(1);
  });
});

describe('entries', () => {
  test.each<[string, object, string]>([
    ['without a source', { Source: undefined }, 'InvalidArgument'],
    ['without a type', { DetailType: '' }, 'InvalidArgument'],
    ['without a detail', { Detail: undefined }, 'InvalidArgument'],
    ['whose detail is a list', { Detail: '[]' }, 'MalformedDetail'],
    ['in the name of AWS', { Source: 'aws.sagemaker' }, 'NotAuthorizedForSourceException'],
  ])('%s are not taken', async (_, members, ErrorCode) => {
    expect(await put({ ...ENTRY, ...members })).toEqual({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: expect.any(String) }] });
    expect(eventBridge.events).toEqual([]);
  });

  test('are one to ten, and one megabyte together', async () => {
    await expect(put()).rejects.toThrow('Member must have length between 1 and 10');
    await expect(put(...Array(11).fill(ENTRY))).rejects.toThrow('Member must have length between 1 and 10');
    const sized = (bytes: number) => ({ ...ENTRY, Resources: [], Detail: JSON.stringify({ x: 'x'.repeat(bytes - 8 - 'mineEnded'.length) }) });
    expect(await put(sized(1024 * 1024))).toMatchObject({ FailedEntryCount: 0 });
    await expect(put(sized(1024 * 1024 + 1))).rejects.toThrow('over the limit');
  });

  test('that the sandbox does not understand are an error', async () => {
    await expect(put({ ...ENTRY, Colour: 'red' })).rejects.toThrow('does not know Colour');
    await expect(put({ ...ENTRY, EventBusName: 'mine' })).rejects.toThrow('the default event bus only, got mine');
    await expect(eventBridge.handle({ service: 'events', operation: 'PutRule', input: {}, caller: 'console' })).rejects.toThrow('does not answer PutRule');
  });
});

describe('a pattern', () => {
  const EVENT = { source: 'mine', resources: ['a', 'b'], detail: { status: 'Failed', seconds: 5, empty: '', none: null, done: true, inner: [{ x: 1 }, { x: 2 }] } };
  test.each<[object, boolean]>([
    [{ source: ['mine'] }, true],
    [{ source: ['theirs'] }, false],
    [{ source: ['theirs', 'mine'] }, true],
    [{ source: ['mine'], detail: { status: ['Completed'] } }, false],
    [{ source: ['mine'], detail: { status: ['Failed', 'Stopped'] } }, true],
    [{ resources: ['b'] }, true],
    [{ resources: [{ prefix: 'c' }] }, false],
    [{ detail: { seconds: [5] } }, true],
    [{ detail: { seconds: ['5'] } }, false],
    [{ detail: { done: [true] } }, true],
    [{ detail: { none: [null] } }, true],
    [{ detail: { empty: [''] } }, true],
    [{ detail: { empty: [null] } }, false],
    [{ detail: { status: [{ prefix: 'Fa' }] } }, true],
    [{ detail: { status: [{ prefix: 'fa' }] } }, false],
    [{ detail: { status: [{ suffix: 'ed' }] } }, true],
    [{ detail: { status: [{ 'equals-ignore-case': 'FAILED' }] } }, true],
    [{ detail: { status: [{ wildcard: 'F*l*d' }] } }, true],
    [{ detail: { status: [{ wildcard: 'F*x' }] } }, false],
    [{ detail: { status: [{ 'anything-but': 'Failed' }] } }, false],
    [{ detail: { status: [{ 'anything-but': ['Completed', 'Stopped'] }] } }, true],
    [{ detail: { status: [{ 'anything-but': { prefix: 'F' } }] } }, false],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { seconds: [{ numeric: ['>', 4] }] } }, true],
    [{ detail: { seconds: [{ numeric: ['>=', 0, '<', 5] }] } }, false],
    [{ detail: { seconds: [{ numeric: ['=', 5] }] } }, true],
    [{ detail: { status: [{ numeric: ['=', 5] }] } }, false],
    [{ detail: { status: [{ exists: true }] } }, true],
    [{ detail: { missing: [{ exists: true }] } }, false],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { status: [{ exists: false }] } }, false],
    [{ detail: { inner: { x: [2] } } }, true],
    [{ detail: { inner: { x: [3] } } }, false],
    [{ detail: { deep: { deeper: ['x'] } } }, false],
    [{ $or: [{ source: ['theirs'] }, { detail: { seconds: [5] } }] }, true],
    [{ source: ['mine'], $or: [{ detail: { seconds: [6] } }, { detail: { seconds: [7] } }] }, false],
  ])('%j: %s', (pattern, expected) => {
    expect(compilePattern(pattern)(EVENT)).toBe(expected);
  });

  test.each<[unknown, RegExp]>([
    [{}, /an object with at least one member/],
    [[], /an object with at least one member/],
    [{ source: 'mine' }, /"source" must be an object or an array/],
    [{ source: [] }, /empty arrays are not allowed: "source"/],
    [{ source: [['mine']] }, /a text, a number, true, false or null is expected/],
    [{ source: [{ cidr: '10.0.0.0/24' }] }, /does not know the operator cidr/],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }, /only one operator/],
    [{ source: [{ prefix: { 'equals-ignore-case': 'a' } }] }, /knows prefix with a text only/],
    [{ source: [{ numeric: ['>'] }] }, /one or two comparisons/],
    [{ source: [{ numeric: ['=>', 1] }] }, /one or two comparisons/],
    [{ source: [{ exists: 'yes' }] }, /true or false/],
    [{ $or: [{ source: ['a'] }] }, /at least two patterns/],
  ])('%j is refused', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(message);
    expect(() => rule({ EventPattern: pattern })).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }));
  });
});

describe('a target', () => {
  const given = async (target: object): Promise<string> => {
    rule({ EventPattern: { source: ['mine'] }, Targets: [{ Id: 'a', Arn: 'arn:aws:sqs:us-west-2:111122223333:queue', ...target }] });
    await put(ENTRY);
    return eventBridge.deliveries.at(-1)!.input;
  };
  const transformed = (InputTemplate: string) => given({
    InputTransformer: { InputPathsMap: { job: '$.detail.job', seconds: '$.detail.seconds', none: '$.detail.missing.x', nothing: '$.detail.nothing', all: '$.detail' }, InputTemplate },
  });

  test('is given the event, or what it asks for', async () => {
    expect(JSON.parse(await given({}))).toEqual(eventBridge.events[0]);
    expect(await given({ Input: '"all is well"' })).toBe('"all is well"');
    expect(await given({ InputPath: '$.detail.seconds' })).toBe('5');
    await expect(given({ InputPath: '$.detail', Input: 'x' })).rejects.toThrow('only one of');
    await expect(given({ InputPath: '$.detail[0]' })).rejects.toThrow('does not read the path');
  });

  test.each([
    ['"<job> took <seconds> s"', '"a took 5 s"'],
    ['"one <job>"\n"two <seconds>"', '"one a"\n"two 5"'],
    ['{"job": <job>, "text": "\\"<job>\\"", "seconds": <seconds>}', '{"job": "a", "text": "\\"a\\"", "seconds": 5}'],
    ['"<none>|<nothing>|"', '"||"'],
    ['<all>', '{"job":"a","seconds":5,"nothing":""}'],
  ])('is given the template %j filled in', async (template, expected) => {
    expect(await transformed(template)).toBe(expected);
  });

  test('with a variable that nobody has defined is an error', async () => {
    await expect(transformed('"<other>"')).rejects.toThrow('there is no path for <other>');
  });
});

describe('a topic', () => {
  beforeEach(() => {
    sns.putTopic(TOPIC);
    rule({ EventPattern: JSON.stringify({ source: ['mine'] }), Targets: [{ Id: 'a', Arn: TOPIC, InputPath: '$.detail.job' }] });
  });

  test('gets a message if its policy lets EventBridge in', async () => {
    sns.putPolicy(TOPIC, LETS_EVENTS_IN);
    await put(ENTRY, { ...ENTRY, Source: 'theirs' });
    expect(sns.messages).toEqual([{ topicArn: TOPIC, time: clock.now(), message: '"a"' }]);
    expect(eventBridge.deliveries).toEqual([{ rule: 'ended', target: TOPIC, input: '"a"' }]);
  });

  test.each<[string, object | undefined]>([
    ['has no policy', undefined],
    ['lets somebody else in', { Statement: { ...LETS_EVENTS_IN.Statement, Principal: { Service: 's3.amazonaws.com' } } }],
    ['lets another rule in', { Statement: { ...LETS_EVENTS_IN.Statement, Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}-other` } } } }],
    ['keeps all out', { Statement: [LETS_EVENTS_IN.Statement, { Effect: 'Deny', Action: '*', Principal: '*', Resource: '*' }] }],
  ])('gets none if it %s, and whoever puts the event does not hear of that', async (_, policy) => {
    sns.putPolicy(TOPIC, policy as any);
    expect(await put(ENTRY)).toMatchObject({ FailedEntryCount: 0 });
    expect(sns.messages).toEqual([]);
    expect(eventBridge.deliveries).toEqual([expect.objectContaining({ error: expect.stringContaining('is not authorized to perform: SNS:Publish') })]);
  });

  test('that is gone gets none', async () => {
    sns.deleteTopic(TOPIC);
    await put(ENTRY);
    expect(eventBridge.deliveries).toEqual([expect.objectContaining({ error: 'NotFound: Topic does not exist' })]);
  });
});

test('a rule that is disabled, of another bus, or with a schedule, does nothing', async () => {
  const target = { Targets: [{ Id: 'a', Arn: 'arn:aws:sqs:us-west-2:111122223333:queue' }] };
  for (const properties of [
    { EventPattern: { source: ['mine'] }, State: 'DISABLED' }, { EventPattern: { source: ['mine'] }, EventBusName: 'mine' }, { ScheduleExpression: 'rate(1 day)' },
  ]) {
    rule({ ...properties, ...target });
    await put(ENTRY);
  }
  expect(eventBridge.deliveries).toEqual([]);
  expect(() => rule({ EventPattern: 'text' })).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }));
  expect(() => rule(target)).toThrow('EventPattern or ScheduleExpression must be specified');
  expect(() => rule({ ScheduleExpression: 'rate(1 day)', Targets: Array(6).fill(target.Targets[0]) })).toThrow('maximum number');
});

test('rules and topics of a stack are those of its template, through its updates, until it goes', async () => {
  let bridge!: EventBridge;
  let topics!: Sns;
  const harness = new Harness(undefined, time => {
    topics = new Sns(time);
    bridge = new EventBridge(time, { account: '111122223333', region: 'us-west-2', sns: topics });
    return { eventBridge: bridge, sns: topics };
  });
  const resources = (source: string) => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, 'Test');
    const topic = new Topic(stack, 'Topic', { enforceSSL: true });
    const message = RuleTargetInput.fromText(`${EventField.fromPath('$.detail.job')} of ${EventField.source}`);
    new Rule(stack, 'Rule', { eventPattern: { source: Match.prefix(source) }, targets: [new SnsTopic(topic, { message })] });
    new Rule(stack, 'Daily', { schedule: Schedule.expression('rate(1 day)') });
    return app.synth().getStackByName('Test').template.Resources;
  };
  const send = (Source: string) => bridge.handle({ service: 'events', operation: 'PutEvents', input: { Entries: [{ ...ENTRY, Source }] }, caller: 'console' });
  await harness.deploy(resources('mine'));
  await send('mine.too');
  await send('theirs');
  await harness.deploy(resources('the'));
  await send('mine.too');
  await send('theirs');
  await harness.destroy();
  await send('theirs');
  expect(topics.messages.map(({ message }) => message)).toEqual(['"a of mine.too"', '"a of theirs"']);
  expect(bridge.deliveries.filter(({ error }) => error !== undefined)).toEqual([]);
});
