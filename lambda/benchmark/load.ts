import { Failure, record, text } from '../event';
import { log } from '../log';
import type { Found } from '../store';
import type { Reading, ResultFile } from './results';

/** The files of a benchmark's results that are of interest here. */
export interface Bundle {
  readonly uri: string;
  readonly files: readonly ResultFile[];
}

/** Nothing is there, or not yet. */
export class NoResults extends Failure {}

/** Clocks differ, and S3 rounds to seconds. The results of a job are written minutes after its start. */
const SLACK = 60_000;

/** All that is kept may take so many characters. */
const MAX_KEPT = 32_000_000;

/**
 * What this process has read already: several runs are judged together, and when the time of a poll is over, the next one need not begin
 * with the first of them again.
 */
const kept = new Map<string, Bundle>();

/** The results of a job that has ended. They may take minutes to read, so what can't be read until then is left to the next poll. */
export async function loadBundle(job: Found, until: number): Promise<Bundle> {
  const created = job.described.CreationTime instanceof Date ? job.described.CreationTime.getTime() : undefined;
  const key = `${job.arn} ${created}`; // the name alone may be that of an earlier job
  const known = kept.get(key);
  if (known) {
    return known;
  }
  const location = text(record(job.described, 'OutputConfig'), 'S3OutputLocation') ?? '';
  if (!location.startsWith('s3://')) {
    throw new Failure(`the results of ${job.arn} are not at an s3:// location: S3OutputLocation is "${location}"`);
  }
  const { readResults } = await import('./results.js'); // the client of S3 is as large as all the rest
  const bundle = bundleOf(await readResults(location, { since: created && created - SLACK, until }));
  log('read the results', { uri: bundle.uri, files: bundle.files.map(file => file.path) });
  if ([...kept.values(), bundle].flatMap(({ files }) => files).reduce((total, file) => total + file.text.length, 0) > MAX_KEPT) {
    kept.clear();
  }
  kept.set(key, bundle);
  return bundle;
}

/** Only what reading again can't mend arrives here. */
function bundleOf(reading: Reading): Bundle {
  const { uri } = reading;
  switch (reading.outcome) {
    case 'read':
      return { uri, files: reading.files };
    case 'none':
      throw new NoResults(`no output.tar.gz was found below ${uri}: the results of the benchmark were never written there, or were deleted or have `
        + 'expired since. Change rerunToken to run the benchmark again');
    case 'broken':
      throw new Failure(`the results at ${uri} cannot be unpacked, since the archive is damaged or incomplete: ${reading.reason}. `
        + 'Change rerunToken to run the benchmark again');
    case 'large':
      throw new Failure(`the results at ${uri} are too large to be read: with ${reading.file} they exceed ${Math.round(reading.limit / 1024 / 1024)} MB`);
  }
}
