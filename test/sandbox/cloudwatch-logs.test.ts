import { VirtualClock } from '../../sandbox/clock';
import { Logs } from '../../sandbox/cloudwatch-logs';

const GROUP = '/aws/sagemaker/TrainingJobs';
const STREAM = 'job/algo-1';
const clock = new VirtualClock();
let logs: Logs;

beforeEach(() => {
  logs = new Logs(clock, { account: '111122223333', region: 'us-west-2' });
  logs.put(GROUP, STREAM, ['one', 'two']);
  logs.put(GROUP, STREAM, ['three']);
});

function call(input: Record<string, unknown>, operation = 'GetLogEvents') {
  return { service: 'logs', operation, input, caller: 'console' };
}

async function read(input: Record<string, unknown>) {
  const { events, ...tokens } = await logs.handle(call({ logGroupName: GROUP, logStreamName: STREAM, ...input })) as any;
  return { messages: events.map(({ message }: { message: string }) => message), ...tokens };
}

test('the last events are the first page, unless it is asked from the head', async () => {
  const last = await read({ limit: 2 });
  expect(last.messages).toEqual(['two', 'three']);
  expect((await read({ nextToken: last.nextBackwardToken, limit: 2 })).messages).toEqual(['one']);

  const first = await read({ limit: 2, startFromHead: true });
  expect(first.messages).toEqual(['one', 'two']);
  expect((await read({ nextToken: first.nextForwardToken })).messages).toEqual(['three']);
});

test('a group is named, or identified by its ARN, and allowed by stream', async () => {
  const identifier = `arn:aws:logs:us-west-2:111122223333:log-group:${GROUP}`;
  expect((await read({ logGroupName: undefined, logGroupIdentifier: identifier })).messages).toHaveLength(3);
  expect(logs.authorizations(call({ logGroupIdentifier: identifier, logStreamName: STREAM }))).toEqual([
    { action: 'logs:GetLogEvents', resource: `${identifier}:log-stream:${STREAM}` },
  ]);
});

test.each([
  [{ logGroupIdentifier: GROUP }, 'Exactly one of logGroupName and logGroupIdentifier'],
  [{ logGroupName: undefined, logGroupIdentifier: `${GROUP}:*` }, 'must not end with an asterisk'],
  [{ logGroupName: '/other' }, 'The specified log group does not exist.'],
  [{ logStreamName: 'other' }, 'The specified log stream does not exist.'],
  [{ nextToken: 'page-1' }, 'nextToken is invalid'],
])('%p is refused', async (input, message) => {
  await expect(read(input)).rejects.toThrow(message);
});

test('what the stand-in lacks is an error', async () => {
  await expect(logs.handle(call({}, 'FilterLogEvents'))).rejects.toThrow('does not answer FilterLogEvents');
});
