import { clip, reasonOf } from '../errors';
import { text } from '../event';
import { log } from '../log';
import type { Found } from '../store';
import { isProblem, Results } from './figures';
import { Bundle, loadBundle } from './load';

/** A wait polls every half minute, and has more to do than this. */
const PATIENCE = 60_000;

/** What the results of a failed benchmark say of its failure, as sentences without the last full stop. Best effort: it never throws. */
export async function failureDetails(job: Found): Promise<string | undefined> {
  try {
    const bundle = await loadBundle(job, Date.now() + PATIENCE);
    const details = [reasonIn(bundle, text(job.described, 'FailureReason') ?? ''), errorsIn(bundle)];
    return details.filter(detail => detail !== undefined).join('. ') || undefined;
  } catch (error) {
    log('no details of the failure', { name: job.name, reason: reasonOf(error) });
    return undefined;
  }
}

/** The verdict of the benchmark itself, unless the service has passed it on. */
function reasonIn({ files }: Bundle, known: string): string | undefined {
  const file = files.find(({ path }) => path.slice(path.lastIndexOf('/') + 1) === 'failure_reason.txt');
  const reason = plain(file?.text ?? '');
  return reason === '' || plain(known).includes(reason) ? undefined : clip(reason, 400);
}

function plain(sentences: string): string {
  return sentences.replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
}

function errorsIn(bundle: Bundle): string | undefined {
  try {
    const results = new Results(bundle);
    const [errors, answered] = ['error_request_count.avg', 'request_count.avg'].map(path => results.measure(path));
    return isProblem(errors) || errors.value === 0
      ? undefined
      : `${errors.value} of ${errors.value + (isProblem(answered) ? 0 : answered.value)} requests failed`;
  } catch {
    return undefined; // no figures, or damaged ones: the reason alone has to do
  }
}
