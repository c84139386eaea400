import { join, resolve } from 'path';
import { pathToFileURL } from 'url';
import { inBrowser } from '../test/cli/browser';

/*
 * docs/report-light.png and docs/report-dark.png: the top of the demo's report. In the Chromium of the packages, or in that of CHROMIUM_PATH.
 *
 *   npm run demo -- --report report.html
 *   TSX_TSCONFIG_PATH=tsconfig.dev.json node --import tsx scripts/screenshots.ts report.html
 */

const SIZE = { width: 1280, height: 1324 };

async function main(report: string): Promise<void> {
  await inBrowser(async browser => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: SIZE, colorScheme });
      await page.goto(pathToFileURL(resolve(report)).href);
      await page.screenshot({ path: join(__dirname, `../docs/report-${colorScheme}.png`) });
    }
  });
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
