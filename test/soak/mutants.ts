import { mkdtempSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import type { Soaked } from './soak';
import { soak } from './soak';
import { useHandlers } from './stack';
import { bundleHandlers } from '../../scripts/bundle';

/** The handlers with one thing broken. */
interface Mutant {
  readonly breaks: string;
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    breaks: 'the naming: another name at each request',
    file: 'lambda/naming.ts',
    text: 'canonical([inputs.stackName, inputs.logicalId, inputs.content])',
    becomes: 'canonical([inputs.stackName, inputs.logicalId, inputs.content, Date.now()])',
  },
  {
    breaks: 'the adoption: a result is not found again',
    file: 'lambda/job-resource.ts',
    text: '?? runs.find(run => run.state === \'succeeded\')\n      ?? runs.find(run => run.state === \'running\');',
    becomes: ';',
  },
  {
    breaks: 'the stop on delete: a job that runs is left alone',
    file: 'lambda/job-resource.ts',
    text: 'case \'running\':\n        log(\'stopping\', { name: run.name });\n        await this.store.stop(run.name);\n        return false;',
    becomes: 'case \'running\':\n        return true;',
  },
  {
    breaks: 'the retry: the first error is final',
    file: 'lambda/errors.ts',
    text: 'export function mayPass(error: unknown, plan: Timed): boolean {',
    becomes: 'export function mayPass(error: unknown, plan: Timed): boolean {\n  if (error && plan) { return false; }',
  },
  {
    breaks: 'the size limit: a reason of any length',
    file: 'lambda/errors.ts',
    text: 'if (size(value) <= bytes) {',
    becomes: 'if (size(value) <= bytes * 100) {',
  },
];

/** How many lives it takes at most until what is broken is seen. */
const LIVES = 400;

/** Plays lives with each mutant. A mutant that survives is a hole in the invariants. */
export async function playMutants(seed: number, tell: (line: string) => void): Promise<boolean> {
  let survivors = 0;
  for (const mutant of MUTANTS) {
    useHandlers(await broken(mutant));
    const { failure, lives } = await soak({ seed, lives: LIVES, shrink: false });
    survivors += failure ? 0 : 1;
    tell(`${verdict(mutant, { failure, lives })}\n`);
  }
  return survivors === 0;
}

function verdict({ breaks }: Mutant, { failure, lives }: Pick<Soaked, 'failure' | 'lives'>): string {
  return failure ? `red after ${lives} lives  ${breaks}\n    ${failure.violations[0].slice(0, 200)}` : `SURVIVES ${lives} lives  ${breaks}`;
}

/** A copy of the handlers' bundle in which one text of the sources is another one. */
async function broken({ file, text, becomes }: Mutant): Promise<string> {
  const root = resolve(__dirname, '../..');
  const directory = join(mkdtempSync(join(tmpdir(), 'mutant-')), 'handler');
  const source = readFileSync(join(root, file), 'utf8');
  if (source.split(text).length !== 2) {
    throw new Error(`${file} has not once: ${text}`);
  }
  await bundleHandlers(directory, [{ name: 'mutant', load: id => id === join(root, file) ? { code: source.replace(text, () => becomes), moduleType: 'ts' } : undefined }]);
  return directory;
}
