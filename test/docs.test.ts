import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..');
/** Shorter pieces, such as " is ", are no part of a message to recognize it by. */
const RECOGNIZABLE = 15;

interface Message {
  readonly where: string;
  /** The parts of the message that are always the same, in order, up to where its advice begins. */
  readonly parts: string[];
}

/** The messages of all `new Failure(...)` in a source. */
function failuresIn(fileName: string, text: string): Message[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const found: Message[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Failure') {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ where: `${fileName}:${line + 1}`, parts: partsOf(node.arguments?.[0]) });
    }
    node.forEachChild(visit);
  };
  visit(source);
  return found;
}

function partsOf(message: ts.Expression | undefined): string[] {
  return (message ? staticText(message) : [])
    .map(text => text.split(/(?<=.{14}\w\)?): |(?<=.{14}\w)\. /)[0].replace(/^[\s\W]+/, '').replace(/[\s":(]+$/, ''))
    .filter(text => text.length >= RECOGNIZABLE);
}

/** The static text of an expression: one string for each stretch between two values that are only known when it runs. */
function staticText(expression: ts.Expression): string[] {
  if (ts.isParenthesizedExpression(expression)) {
    return staticText(expression.expression);
  }
  if (ts.isStringLiteralLike(expression)) {
    return [expression.text];
  }
  if (ts.isTemplateExpression(expression)) {
    return [expression.head.text, ...expression.templateSpans.map(span => span.literal.text)];
  }
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [staticText(expression.left), staticText(expression.right)];
    return [...left.slice(0, -1), `${left.at(-1) ?? ''}${right[0] ?? ''}`, ...right.slice(1)];
  }
  return ['', ''];
}

/** What a page quotes: its spans and blocks of code. */
function quotesOf(page: string): string[] {
  return [...page.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, block, span]) => block?.replace(/\s+/g, ' ') ?? span);
}

/** The messages of which no quote holds all parts, in order. */
function missingFrom(page: string, messages: Message[]): Message[] {
  const quotes = quotesOf(page);
  const holds = (quote: string, parts: string[]) => {
    let position = 0;
    return parts.every(part => {
      const at = quote.indexOf(part, position);
      position = at + part.length;
      return at >= 0;
    });
  };
  return messages.filter(({ parts }) => parts.length === 0 || !quotes.some(quote => holds(quote, parts)));
}

interface Example {
  readonly name: string;
  readonly source: string;
}

/** The blocks of TypeScript in a page, each within what rosetta/ has for it. What a block declares comes first. */
function examplesIn(page: string, text: string): Example[] {
  return [...text.matchAll(/```ts(?: fixture=(\w+))?\n([\s\S]*?)```/g)].map(([, fixture = 'default', block], index) => {
    const declared = block.match(/^declare .*;$/gm) ?? [];
    const source = read(`rosetta/${fixture}.ts-fixture`).replace('/// here', () => declared.reduce((rest, line) => rest.replace(line, ''), block));
    return { name: `${page} ${index + 1}`, source: [source, ...declared].join('\n') };
  });
}

/** What the compiler says of examples, as if they were lifecycle tests. */
function errorsIn(examples: Example[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.dev.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, ROOT);
  const files = new Map(examples.map(({ source }, index) => [join(ROOT, `test/lifecycle/example-${index}.ts`), source]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = path => files.has(path) || fileExists(path);
  host.readFile = path => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, language) => ts.createSourceFile(path, host.readFile(path) ?? '', language);
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true, noUnusedLocals: false, types: ['jest', 'node'] }, host);
  return [...files.keys()].flatMap((path, index) => ts.getPreEmitDiagnostics(program, program.getSourceFile(path))
    .map(({ messageText }) => `${examples[index].name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`));
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('docs/troubleshooting.md', () => {
  const messages = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .sort()
    .flatMap(path => failuresIn(`lambda/${path}`, read(`lambda/${path}`)));

  test('quotes the beginning of every message that a handler can fail with', () => {
    expect(missingFrom(read('docs/troubleshooting.md'), messages)).toEqual([]);
  });

  test('quotes every reason why a recommendation is passed over', () => {
    const reasons = [...read('lambda/selection/choose.ts').matchAll(/['`](it (?:has|names|is) [^'`$]{15,})/g)].map(([, reason]) => reason);
    expect(reasons.length).toBeGreaterThan(2);
    const quotes = quotesOf(read('docs/troubleshooting.md'));
    expect(reasons.filter(reason => !quotes.some(quote => quote.includes(reason.trim().slice(0, 30))))).toEqual([]);
  });

  // The tests of the test: it finds all calls, and a page without a message does not pass.
  test('is compared with all of them', () => {
    const calls = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts'))
      .flatMap(path => read(`lambda/${path}`).match(/\bnew Failure\(/g) ?? []);
    expect(calls.length).toBeGreaterThan(10);
    expect(messages).toHaveLength(calls.length);
  });

  test('would be found incomplete', () => {
    const source = 'throw new Failure(`job ${arn} ended with ${x}, which nobody expected: do ${y} about it. ` + `Ask ${z}`); new Failure(text);';
    const [first, unreadable] = failuresIn('a.ts', source);
    expect(first.parts).toEqual(['which nobody expected']);
    expect(missingFrom('`job … ended with …, which nobody expected`', [first])).toEqual([]);
    expect(missingFrom('job … ended with …, which nobody expected', [first])).toEqual([first]);
    expect(missingFrom('`which nobody`', [first])).toEqual([first]);
    expect(missingFrom('`text`', [unreadable])).toEqual([unreadable]);
  });
});

describe('the pages', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)];

  // Those of the README and of docstrings are compiled by jsii-rosetta, which sees no other pages. Two that do not compile are found along with them.
  test('have examples that compile', () => {
    const wrong = ['```ts', 'new AiWorkloadConfig(this, 1, { spec: WorkloadSpec.custom({}) });', '```', '```ts fixture=sandbox', 'await Sandbox.begin();', '```'].join('\n');
    const examples = [...pages.filter(page => page !== 'README.md').flatMap(page => examplesIn(page, read(page))), ...examplesIn('wrong.md', wrong)];
    expect(errorsIn(examples)).toEqual([
      expect.stringMatching(/^wrong\.md 1: .*not assignable to parameter of type 'string'/), expect.stringMatching(/^wrong\.md 2: Property 'begin' does not exist/),
    ]);
  });

  /** The sources that a page names, outside of addresses. */
  const sourcesIn = (page: string) => page.match(/(?<![\w./-])(?:src|lambda|cli|sandbox|test|scripts|projenrc|examples)\/[\w./-]+\.ts\b/g) ?? [];

  test('name sources that exist', () => {
    expect(sourcesIn('see src/gone.ts, [this](../lambda/a.ts) and https://github.com/a/b/blob/main/src/b.ts')).toEqual(['src/gone.ts']);
    const named = pages.flatMap(page => sourcesIn(read(page)).map(source => ({ page, source })));
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ source }) => !existsSync(join(ROOT, source)))).toEqual([]);
  });

  test.each(['CONTRIBUTING.md', 'CHANGELOG.md', 'docs/sandbox.md', 'docs/troubleshooting.md'])('%s: no line is too long to read', page => {
    expect(read(page).split('\n').filter(line => line.length > 150 && !/^\[[^\]]+\]: http/.test(line))).toEqual([]);
  });
});
