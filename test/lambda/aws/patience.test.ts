import { patienceOf, RETRIES } from '../../../lambda/aws/patience';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);
const failed = (name: string, errorType: string, status?: number) => ({
  error: Object.assign(new Error(name), { name, ...status && { $metadata: { httpStatusCode: status } } }), errorType,
} as Parameters<typeof RETRIES['refreshRetryTokenForRetry']>[1]);
const THROTTLED = failed('ThrottlingException', 'THROTTLING', 400);
const BROKEN = failed('ECONNRESET', 'TRANSIENT');
const UNAVAILABLE = failed('ServiceUnavailable', 'SERVER_ERROR', 503);
const DENIED = failed('AccessDeniedException', 'CLIENT_ERROR', 403);
const REFUSED = failed('ValidationException', 'CLIENT_ERROR', 400);

beforeEach(() => jest.useFakeTimers({ now: START }));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** The pauses of a call that goes on failing, until it is given up. */
async function pausesOf(failure: typeof THROTTLED): Promise<number[]> {
  const pauses: number[] = [];
  let token = await RETRIES.acquireInitialRetryToken('');
  for (;;) {
    try {
      token = await RETRIES.refreshRetryTokenForRetry(token, failure);
    } catch {
      return pauses;
    }
    pauses.push(token.getRetryDelay());
    jest.setSystemTime(Date.now() + token.getRetryDelay());
  }
}

test.each([['throttled', THROTTLED], ['a broken connection', BROKEN], ['unavailable', UNAVAILABLE]])(
  'onEvent tries a call again for almost twelve minutes, and no longer (%s)', async (_title, failure) => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    patienceOf('onEvent');
    expect((await pausesOf(failure)).slice(0, 6)).toEqual([1_000, 3_000, 9_000, 22_500, 22_500, 22_500]);
    expect(Date.now() - START).toBeGreaterThan(11 * MINUTE);
    expect(Date.now() - START).toBeLessThan(12 * MINUTE);
  });

test('the twelve minutes are those of the invocation, whichever of its calls takes them', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  patienceOf('onEvent');
  await pausesOf(THROTTLED);
  const gaveUp = Date.now();
  // What is left is less than a long pause, and a call of its own begins with short ones.
  await pausesOf(THROTTLED);
  expect(Date.now() - START).toBeLessThan(12 * MINUTE);
  expect(Date.now()).toBeGreaterThanOrEqual(gaveUp);
});

test('a missing permission is waited for while IAM may not have caught up: by onEvent for five minutes, and by a poll not at all', async () => {
  patienceOf('onEvent');
  await pausesOf(DENIED);
  expect(Date.now() - START).toBeGreaterThan(4 * MINUTE);
  expect(Date.now() - START).toBeLessThan(5 * MINUTE);
  patienceOf('isComplete');
  expect(await pausesOf(DENIED)).toEqual([]);
});

test.each(['onEvent', 'isComplete'] as const)('what the service refuses is not tried again (%s)', async entry => {
  patienceOf(entry);
  expect(await pausesOf(REFUSED)).toEqual([]);
});

test('a poll tries once more, within a second', async () => {
  patienceOf('isComplete');
  const pauses = await pausesOf(THROTTLED);
  expect(pauses).toHaveLength(1);
  expect(pauses[0]).toBeLessThan(1_000);
});

test('a wait looks once', async () => {
  patienceOf('wait');
  expect(await pausesOf(THROTTLED)).toEqual([]);
});

test('hundreds that are throttled in the same second spread over the minute after it', async () => {
  const perSecond = Array.from({ length: 60 }, () => 0);
  for (let i = 0; i < 500; i++) {
    jest.setSystemTime(START);
    patienceOf('onEvent');
    let time = 0;
    for (const pause of await pausesOf(THROTTLED)) {
      time += pause;
      if (time < MINUTE) {
        perSecond[Math.floor(time / 1000)]++;
      }
    }
  }
  // From the tenth second on, when all have had their quick tries. On average there are 22.
  expect(Math.max(...perSecond.slice(10))).toBeLessThan(80);
  expect(Math.min(...perSecond.slice(10))).toBeGreaterThan(0);
});
