import { execFileSync } from 'child_process';
import { existsSync } from 'fs';
import { pathToFileURL } from 'url';
import { Browser, chromium, Page } from 'playwright-core';

/** Debian's names, and those of other systems. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const WIDTHS = [1280, 400];
const SCHEMES = ['light', 'dark'] as const;

/** In CSS pixels. */
const SMALLEST_TEXT = 11;
/** WCAG 2.2, level AA, for text of any size. */
const CONTRAST = 4.5;

/** Path of a Chromium, from CHROMIUM_PATH or found by its name; undefined if there is none. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH;
  if (given !== undefined) {
    return given;
  }
  return NAMES.map(name => {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return '';
    }
  }).find(path => path !== '' && existsSync(path));
}

/** `test` where there is a browser; elsewhere the test is skipped, and its name says why. */
export function testInBrowser(name: string, run: (browser: Browser) => Promise<void>): void {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    test.skip(`${name} (skipped: there is no Chromium, install it or set CHROMIUM_PATH)`, () => undefined);
    return;
  }
  test(name, async () => {
    const browser = await launch(executablePath);
    try {
      await run(browser);
    } finally {
      await browser.close();
    }
  });
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] }); // containers run as root
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
