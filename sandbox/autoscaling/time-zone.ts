import { invalid } from './identity';

type Next = (after: number) => number | undefined;

/**
 * Makes a schedule that reads a clock in UTC one that reads a clock in the time zone.
 *
 * What happens at a time that the clocks skip or show twice is not documented: here it is an hour later, and the second time.
 */
export function inZone(next: Next, timeZone: string): Next {
  const offset = offsetsOf(timeZone);
  const toUtc = (shown: number) => shown - offset(shown - offset(shown));
  return after => {
    // Where clocks are put back, what they show next may have been before.
    for (let shown = next(after + offset(after)); shown !== undefined; shown = next(shown)) {
      const time = toUtc(shown);
      if (time > after) {
        return time;
      }
    }
    return undefined;
  };
}

/** By how many milliseconds clocks in the time zone are ahead of UTC. */
function offsetsOf(timeZone: string): (time: number) => number {
  const format = formatOf(timeZone);
  return time => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    return shown - Math.floor(time / 1000) * 1000;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const part = 'numeric';
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: part, month: part, day: part, hour: part, minute: part, second: part });
  } catch (error) {
    throw error instanceof RangeError ? invalid(`Invalid time zone: ${timeZone}`) : error;
  }
}
