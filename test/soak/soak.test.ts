import { execFile } from 'child_process';
import { promisify } from 'util';

const SEED = process.env.SOAK_SEED ?? '20261';

/** In a process of its own, as `npm run soak` plays them: within jest they would take twice as long. */
test('random lives of stacks leave nothing behind, and run nothing twice', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'test/soak/run.ts', '--lives', '25', '--seed', SEED], {
    env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json' },
  }).catch(({ stdout: found, stderr }) => { throw new Error(`${found}\n${stderr}`); });
  expect(stdout).toMatch(/^lives +25$/m);
  expect(stdout).toMatch(/^violations +0$/m);
  // That they are lives in which something goes wrong.
  expect([...stdout.matchAll(/^ +[1-9][\d]* {2}\S/mg)].length).toBeGreaterThan(10);
});
