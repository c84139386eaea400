import { spawnSync } from 'child_process';
import { join } from 'path';
import { round } from './compare';

const ROOT = join(__dirname, '..');
/** What `npm test` does, then what `npx projen build` does beyond that, and the demo. */
const STEPS = {
  'bundle the handlers': ['projen', 'bundle'],
  'compile (jsii)': ['projen', 'compile'],
  'tests (jest)': ['jest', '--ci'],
  'lint (eslint)': ['projen', 'eslint'],
  'examples in docs (rosetta)': ['projen', 'examples'],
  'links': ['projen', 'links'],
  'types': ['projen', 'typecheck'],
  'API.md (docgen)': ['projen', 'docgen'],
  'package for npm': ['projen', 'package:js'],
  'demo': ['projen', 'demo'],
};

/** The share of each step in all of them together. */
export type Project = Record<keyof typeof STEPS, number>;

export function measureProject(): Project {
  const took = Object.entries(STEPS).map(([name, command]): [string, number] => {
    const start = performance.now();
    const { status } = spawnSync('npx', command, { cwd: ROOT, stdio: 'ignore', env: { ...process.env, CI: 'true' } });
    if (status !== 0) {
      throw new Error(`npx ${command.join(' ')} ended ${status}`);
    }
    return [name, performance.now() - start];
  });
  const total = took.reduce((sum, [, ms]) => sum + ms, 0);
  return Object.fromEntries(took.map(([name, ms]) => [name, round(ms / total)])) as Project;
}
