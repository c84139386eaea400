import { execFile } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { pathToFileURL } from 'url';
import { promisify } from 'util';
import { Browser, chromium, LaunchOptions, Page } from 'playwright-core';

const WIDTHS = [1280, 400];
const SCHEMES = ['light', 'dark'] as const;

/** In CSS pixels. */
const SMALLEST_TEXT = 11;
/** WCAG 2.2, level AA, for text of any size. */
const CONTRAST = 4.5;

/** For this system and processor there is a Chromium among the packages; elsewhere one has to be named. */
const PACKAGED = process.platform === 'linux' && process.arch === 'x64';
/** It brings the libraries and fonts that it needs, and unpacks them where it takes itself to be in a Lambda function. */
const UNPACK = `require('@sparticuz/chromium').executablePath()
  .then(executablePath => console.log(JSON.stringify({ executablePath, env: process.env })))`;

/** `test` where there is a browser; elsewhere the test is skipped, and its name says why. */
export function testInBrowser(name: string, run: (browser: Browser) => Promise<void>): void {
  if (PACKAGED || process.env.CHROMIUM_PATH !== undefined) {
    test(name, () => inBrowser(run));
  } else {
    test.skip(`${name} (skipped: for this system no Chromium is packaged, set CHROMIUM_PATH)`, () => undefined);
  }
}

/** With a Chromium from the packages, or with that of CHROMIUM_PATH. */
export async function inBrowser(run: (browser: Browser) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'chromium-'));
  try {
    const executablePath = process.env.CHROMIUM_PATH;
    const found = executablePath === undefined ? await unpacked(directory) : { executablePath };
    const browser = await chromium.launch({ ...found, args: ['--no-sandbox'] }); // containers run as root
    try {
      await run(browser);
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function unpacked(directory: string): Promise<Pick<LaunchOptions, 'executablePath' | 'env'>> {
  const env = { ...process.env, TMPDIR: directory, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', UNPACK], { cwd: __dirname, env });
  // Its own looks for the fonts in one folder of a Lambda function.
  writeFileSync(join(directory, 'fonts/fonts.conf'), `<fontconfig><dir>${directory}/fonts</dir><cachedir>${directory}/cache</cachedir></fontconfig>`);
  return JSON.parse(stdout);
}

/** What of a page is asserted. Whatever is wrong for a reader is in `problems`. */
export interface Seen {
  readonly problems: string[];
  /** Descriptions of the marks for candidates, each once for each width. */
  readonly marks: Record<number, string[]>;
  /** What is shown as text, at the first width. */
  readonly text: string;
}

/** Opens a file in both widths and both colour schemes. */
export async function lookAt(browser: Browser, file: string): Promise<Seen> {
  const problems = new Set<string>();
  const marks: Record<number, string[]> = {};
  let text = '';
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const problem = (what: string) => problems.add(`at ${width} pixels, ${colorScheme}: ${what}`);
      page.on('console', message => problem(`console ${message.type()}: ${message.text()}`));
      page.on('pageerror', error => problem(`error: ${error.message}`));
      page.on('request', request => request.url().startsWith('file:') || problem(`request to ${request.url()}`));
      page.on('dialog', dialog => { problem(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
      await page.goto(pathToFileURL(file).href);
      await openAll(page);
      (await unreadable(page)).forEach(problem);
      marks[width] = await page.locator('[aria-roledescription="candidate"]:visible').evaluateAll(found => found.map(each => each.getAttribute('aria-label') ?? ''));
      text ||= await page.locator('body').innerText();
      await page.close();
    }
  }
  return { problems: [...problems], marks, text };
}

/** What is folded up is to be read as well. */
async function openAll(page: Page): Promise<void> {
  await page.locator('details').evaluateAll(found => found.forEach(each => each.setAttribute('open', '')));
}

/** Text that is too small or too pale, and a page that is wider than its window. Runs in the page, as one function without anything from here. */
function unreadable(page: Page): Promise<string[]> {
  return page.evaluate(([smallest, contrast]) => {
    /* eslint-disable no-undef */
    const { document, getComputedStyle, NodeFilter, innerWidth } = globalThis as any;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) {
      found.push(`the page is ${document.documentElement.scrollWidth} pixels wide`);
    }
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    const known = new Map<string, number[]>();
    /** As it is painted: a style may mix its colours. */
    const channels = (colour: string): number[] => {
      if (!known.has(colour)) {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
      }
      return known.get(colour)!;
    };
    const luminance = ([red, green, blue]: number[]) => {
      const linear = (value: number) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      const [r, g, b] = [red, green, blue].map(value => linear(value / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element: any): number[] => {
      for (let each = element; each; each = each.parentElement) {
        const [...rgba] = channels(getComputedStyle(each).backgroundColor);
        if (rgba[3] === 255) {
          return rgba;
        }
      }
      return [255, 255, 255, 255];
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent.trim();
      const box = element.getBoundingClientRect();
      if (text === '' || box.width === 0 || ['TITLE', 'DESC', 'STYLE'].includes(element.tagName.toUpperCase())) {
        continue;
      }
      const svg = element.closest('svg');
      const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize) * scale;
      if (size < smallest) {
        found.push(`"${text.slice(0, 40)}" has a size of ${size.toFixed(1)} pixels`);
      }
      const [a, b] = [luminance(channels(svg ? style.fill : style.color)), luminance(backgroundOf(element))].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < contrast) {
        found.push(`"${text.slice(0, 40)}" has a contrast of ${ratio.toFixed(2)}`);
      }
    }
    return found;
  }, [SMALLEST_TEXT, CONTRAST] as const);
}
