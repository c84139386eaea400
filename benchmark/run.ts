import { execFileSync } from 'child_process';
import { existsSync, readFileSync, writeFileSync } from 'fs';
import { cpus, totalmem } from 'os';
import { join } from 'path';
import { parseArgs } from 'util';
import { aims } from './aims';
import { measureHandlers } from './handlers';
import { measureImport } from './import';
import { measureProject } from './project';
import { page, plot } from './report';
import type { Machine, Results } from './results';
import { measureScale } from './scale';
import { measureSynthesis } from './synthesis';
import { measureWaiting } from './waiting';

const HELP = `Measures the library side by side with what else there is, and writes benchmark/results.json and docs/performance.md.

  npm run bench -- [--only import,synthesis,handlers,waiting,scale,project] [--turns N]

  --only   measures these, and keeps what results.json has of the others
  --turns  how often each contender is measured (default 15)
`;
const ROOT = join(__dirname, '..');
const FILE = join(__dirname, 'results.json');

const SECTIONS: Record<string, (turns: number) => unknown> = {
  import: measureImport,
  synthesis: turns => measureSynthesis(Math.ceil(turns / 3)),
  handlers: measureHandlers,
  waiting: measureWaiting,
  scale: measureScale,
  project: measureProject,
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, turns: { type: 'string', default: '15' }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const only = values.only?.split(',') ?? Object.keys(SECTIONS);
  const unknown = only.filter(name => !(name in SECTIONS));
  if (unknown.length > 0) {
    throw new Error(`there is no ${unknown.join(', ')}: ${HELP}`);
  }
  const before: Partial<Results> = values.only !== undefined && existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  const measured: Record<string, unknown> = { ...before, machine: machine() };
  for (const name of only) {
    process.stdout.write(`${name} ...\n`);
    measured[name] = await SECTIONS[name](Number(values.turns));
    // It takes most of an hour: what was measured is not lost with what comes after it.
    writeFileSync(FILE, `${JSON.stringify(measured, undefined, 2)}\n`);
  }
  const results = measured as unknown as Results;
  writeFileSync(join(ROOT, 'docs/performance.md'), page(results));
  writeFileSync(join(ROOT, 'docs/performance.svg'), await plot(results));
  for (const { what, atMost, measured: figure } of aims(results)) {
    process.stdout.write(`${figure <= atMost ? 'met   ' : 'MISSED'}  ${figure} (at most ${atMost})  ${what}\n`);
  }
}

function machine(): Machine {
  const version = (name: string) => JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
  const peer = '@cdklabs/generative-ai-cdk-constructs';
  return {
    node: process.version,
    cpus: `${cpus().length} x ${cpus()[0].model.trim()}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    versions: {
      ...Object.fromEntries(['aws-cdk-lib', 'constructs', '@aws-sdk/client-sagemaker', 'esbuild', 'rolldown'].map(name => [name, version(name)])),
      [peer]: JSON.parse(readFileSync(join(__dirname, 'node_modules', peer, 'package.json'), 'utf8')).version,
    },
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
  };
}

void main();
