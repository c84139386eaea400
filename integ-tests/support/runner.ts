import { spawnSync } from 'child_process';
import { join } from 'path';

const ROOT = join(__dirname, '../..');

/**
 * Runs integ-runner on the tests of this folder, one after the other, and returns its exit status.
 *
 * @param args further arguments, such as the names of files
 */
export function runner(...args: string[]): number {
  const { status, error } = spawnSync(process.execPath, [
    require.resolve('@aws-cdk/integ-runner/bin/integ-runner'),
    '--directory', 'integ-tests',
    '--language', 'typescript',
    '--app', 'node --import tsx {filePath}',
    '--max-workers', '1',
    ...args,
  ], {
    cwd: ROOT,
    // An absolute path: hooks run in the folder of the tests.
    env: { ...process.env, TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.dev.json'), NODE_NO_WARNINGS: '1' },
    stdio: 'inherit',
  });
  if (error) {
    throw error;
  }
  return status ?? 1;
}
