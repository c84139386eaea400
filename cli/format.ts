import { stripVTControlCharacters } from 'node:util';

const DAY = 24 * 3_600_000;

/** Time of day in UTC; from the second day on with the days before it. */
export function clockTime(time: number, start: number): string {
  const midnight = Math.floor(start / DAY) * DAY;
  const days = Math.floor((time - midnight) / DAY);
  return `${days > 0 ? `+${days}d ` : ''}${new Date(time).toISOString().slice(11, 19)}`;
}

/** `5 h 20 min`, `49 min 40 s`, `10 s` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole % 3600 / 60), whole % 60];
  if (h > 0) {
    return min > 0 ? `${h} h ${min} min` : `${h} h`;
  }
  return min === 0 ? `${s} s` : s > 0 ? `${min} min ${s} s` : `${min} min`;
}

/** As far as a minute: `4 h 8 min` */
export function hours(seconds: number): string {
  return duration(Math.floor(seconds / 60) * 60).replace(/^0 s$/, '0 min');
}

export function iso(time: number): string {
  return new Date(time).toISOString();
}

/** `1 job`, `2 jobs` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Breaks at blanks, so that no line is longer than the width unless a word is. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > width) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    }
  }
  return lines;
}

/** What others have written, without what a terminal would obey: escape sequences, control characters and marks of the direction of writing. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Cf}/gu, '').trim();
}

/** No longer than that many characters. */
export function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}\u2026`;
}
