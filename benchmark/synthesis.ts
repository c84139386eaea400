import { join } from 'path';
import { compare, Figures, ratio, round } from './compare';

const SCRIPT = join(__dirname, 'contenders/synthesis.js');
export const JOBS = [1, 10, 30, 100];

const SYNTHESIZERS = ['library', 'givenRole', 'customResource', 'awsCustomResource'] as const;
export type Synthesizer = typeof SYNTHESIZERS[number];

/** By the number of jobs. */
export interface Synthesis {
  readonly figures: Record<Synthesizer, Record<number, Figures>>;
  /** What each further resource takes, over what a bare custom resource takes. */
  readonly timePerResource: number;
  readonly heapPerResource: number;
  readonly heap: number;
  /** The same of jobs that are given a role, and so have none to make with a policy. */
  readonly timePerResourceGivenRole: number;
  readonly heapGivenRole: number;
  /** Of 100 jobs over that of 30, job for job: 1 if it grows linearly. */
  readonly growth: number;
  /** For each further job. */
  readonly perJob: Record<Synthesizer, { readonly ms: number; readonly resources: number; readonly kilobytes: number }>;
}

export async function measureSynthesis(turns: number): Promise<Synthesis> {
  const figures = Object.fromEntries(SYNTHESIZERS.map(name => [name, {}])) as Synthesis['figures'];
  for (const jobs of JOBS) {
    const compared = await compare(Object.fromEntries(SYNTHESIZERS.map(name => [name, { args: ['--expose-gc', SCRIPT, name, String(jobs)] }])), turns);
    SYNTHESIZERS.forEach(name => { figures[name][jobs] = compared[name]; });
  }
  const more = (name: Synthesizer, figure: string, [few, many] = [1, 100]) => figures[name][many][figure].median - figures[name][few][figure].median;
  const perResource = (name: Synthesizer, figure: string) => more(name, figure) / more(name, 'resources');
  return {
    figures,
    timePerResource: round(perResource('library', 'ms') / perResource('customResource', 'ms')),
    heapPerResource: round(perResource('library', 'heapMB') / perResource('customResource', 'heapMB')),
    heap: ratio(figures.library[100].heapMB, figures.customResource[100].heapMB),
    timePerResourceGivenRole: round(perResource('givenRole', 'ms') / perResource('customResource', 'ms')),
    heapGivenRole: ratio(figures.givenRole[100].heapMB, figures.customResource[100].heapMB),
    growth: round((more('library', 'ms', [30, 100]) / 70) / (more('library', 'ms', [1, 30]) / 29)),
    perJob: Object.fromEntries(SYNTHESIZERS.map(name => [name, {
      ms: round(more(name, 'ms') / 99), resources: round(more(name, 'resources') / 99), kilobytes: round(more(name, 'kilobytes') / 99),
    }])) as Synthesis['perJob'],
  };
}
