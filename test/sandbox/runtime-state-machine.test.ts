import { VirtualClock } from '../../sandbox/clock';
import { StateMachine, TaskError } from '../../sandbox/runtime/state-machine';

const FUNCTION = 'arn:aws:lambda:us-west-2:111122223333:function:fn';
let clock: VirtualClock;
let transitions: number;

beforeEach(() => {
  clock = new VirtualClock();
  transitions = 0;
});

test('states follow one another, and time passes in waits', async () => {
  const output = run({
    One: { Type: 'Pass', Result: { a: 1 }, Next: 'Two' },
    Two: { Type: 'Wait', Seconds: 3600, Next: 'Three' },
    Three: { Type: 'Task', Resource: FUNCTION, Next: 'Four' },
    Four: { Type: 'Succeed' },
  }, async payload => ({ got: payload }));
  expect(await output).toEqual({ got: { a: 1 } });
  expect(elapsed()).toBe(3600);
  expect(transitions).toBe(4);
});

test('the service integration wraps the payload', async () => {
  const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { 'FunctionName': FUNCTION, 'Payload.$': '$' }, End: true };
  expect(await run({ One: task }, async payload => ({ got: payload }))).toMatchObject({ Payload: { got: { in: 1 } } });
});

test('retries back off, up to their number', async () => {
  const retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, MaxAttempts: 3, BackoffRate: 2 }];
  await expect(run({ One: { Type: 'Task', Resource: FUNCTION, Retry: retry, End: true } }, fail('Busy'))).rejects.toMatchObject({ error: 'Busy' });
  expect(elapsed()).toBe(10 + 20 + 40);
  expect(transitions).toBe(4);
});

test('only errors that are named are retried or caught', async () => {
  const states = {
    One: {
      Type: 'Task',
      Resource: FUNCTION,
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 10 }],
      Catch: [{ ErrorEquals: ['Odd'], Next: 'Two' }],
      End: true,
    },
    Two: { Type: 'Pass', End: true },
  };
  expect(await run(states, fail('Odd'))).toEqual({ Error: 'Odd', Cause: '{"errorMessage":"no"}' });
  expect(elapsed()).toBe(0);
  await expect(run(states, fail('Other'))).rejects.toMatchObject({ error: 'Other' });
});

test('a Fail state fails the execution', async () => {
  await expect(run({ One: { Type: 'Fail', Error: 'Gone', Cause: 'wrong' } }, fail(''))).rejects.toMatchObject({ error: 'Gone', errorCause: 'wrong' });
});

test.each([
  ['type', { One: { Type: 'Map', End: true } }, 'does not know the type Map of state One'],
  ['field', { One: { Type: 'Task', Resource: FUNCTION, ResultPath: '$.x', End: true } }, 'does not know ResultPath in state One'],
  ['field of a retry', { One: { Type: 'Task', Resource: FUNCTION, Retry: [{ ErrorEquals: [], JitterStrategy: 'FULL' }], End: true } }, 'JitterStrategy in a Retry'],
  ['parameter', { One: { Type: 'Task', Resource: FUNCTION, Parameters: { Qualifier: '1' }, End: true } }, 'does not know Qualifier in Parameters'],
  ['next state', { One: { Type: 'Pass', Next: 'Nowhere' } }, 'there is no state Nowhere'],
])('an unknown %s is an error', (_, states, message) => {
  expect(() => new StateMachine(JSON.stringify({ StartAt: 'One', States: states }))).toThrow(message);
});

function run(states: object, invoke: (payload: unknown) => Promise<unknown>): Promise<unknown> {
  const machine = new StateMachine(JSON.stringify({ StartAt: 'One', States: states }));
  return clock.run(machine.execute({ in: 1 }, { clock, invoke: (_, payload) => invoke(payload), onTransition: () => { transitions++; } }));
}

function fail(error: string): () => Promise<never> {
  return async () => { throw new TaskError(error, '{"errorMessage":"no"}'); };
}

function elapsed(): number {
  return (clock.now() - new VirtualClock().now()) / 1000;
}
