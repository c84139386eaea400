import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { build } from 'esbuild';
import type { Charts } from '../../cli/report/html';

const ROOT = join(__dirname, '../..');

/** What draws, bundled as the command bundles it: its library is ES modules, which jest does not load. */
export async function loadCharts(): Promise<Charts> {
  const directory = mkdtempSync(join(tmpdir(), 'charts-'));
  try {
    const outfile = join(directory, 'charts.js');
    await build({
      absWorkingDir: ROOT,
      entryPoints: ['cli/report/charts.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      mainFields: ['module', 'main'],
      alias: { 'vega-canvas': join(ROOT, 'node_modules/vega-canvas/build/vega-canvas.browser.js') },
      logLevel: 'error',
    });
    return await import(outfile);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
