import { spawn } from 'child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import * as cdkJson from '../../cdk.json';

const ROOT = join(__dirname, '../..');
const EXAMPLES = readdirSync(join(ROOT, 'examples'));

let outdir: string;
beforeEach(() => { outdir = mkdtempSync(join(tmpdir(), 'app-')); });
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

/** What the CDK's CLI does with the app of an example, in place of that of cdk.json. */
function synthesize(example: string): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', `examples/${example}/app.ts`], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: outdir,
      TSX_TSCONFIG_PATH: 'tsconfig.dev.json',
      TSX_DISABLE_CACHE: '1',
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(cdkJson.context),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', data => { stderr += data; });
  return new Promise(resolve => child.once('close', code => resolve({ code, stderr })));
}

/** Of all stacks of the app. */
function resourceTypes(): string[] {
  const templates = readdirSync(outdir).filter(name => name.endsWith('.template.json'));
  return templates.flatMap(name => {
    const { Resources = {} } = JSON.parse(readFileSync(join(outdir, name), 'utf8'));
    return Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
  });
}

test.each(EXAMPLES)('%s: app.ts makes its stacks without any settings', async example => {
  const { code, stderr } = await synthesize(example);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(resourceTypes()).toContain('AWS::SageMaker::Endpoint');
});

test('cdk.json runs one of them', () => {
  expect(EXAMPLES.map(example => `examples/${example}/app.ts`).some(path => cdkJson.app.includes(path))).toBe(true);
});
