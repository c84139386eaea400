import type { Comparison, Measure } from './expectations';
import { Figure, isProblem, Problem } from './figures';

/** What a run that failed counts for. */
const FAILED: Figure = { text: '', value: Infinity, unit: '' };

/**
 * The median of a figure over several runs; of an even number of them the mean of the two in the middle. Runs that failed count as worse
 * than all others where it is known which way is worse.
 */
export function medianOf(path: string, measures: readonly Measure[], failed: number, comparison?: Comparison): Figure | Problem {
  const measured = measures.map(measure => measure(path));
  const problem = measured.find(isProblem);
  if (problem) {
    return problem;
  }
  const figures = measured as Figure[];
  const worst = comparison === undefined ? [] : Array<Figure>(failed).fill({ ...FAILED, value: comparison === 'AtMost' ? Infinity : -Infinity });
  const sorted = [...figures, ...worst].sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (!Number.isFinite(low.value) || !Number.isFinite(high.value)) {
    return { problem: `${failed} of ${figures.length + failed} runs failed, and the median is that of one of them` };
  }
  const requests = figures.map(figure => figure.requests).filter(count => count !== undefined);
  return {
    text: low.value === high.value ? low.text : String((low.value + high.value) / 2),
    value: (low.value + high.value) / 2,
    unit: low.unit,
    requests: requests.length > 0 ? Math.min(...requests) : undefined,
  };
}
