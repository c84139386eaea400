import { mkdtempSync, readdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import * as flags from '@aws-cdk/integ-runner/lib/recommended-feature-flags.json';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';

export const DIRECTORY = join(__dirname, '../../integ-tests');

/** The integration tests by their names, as in integ.NAME.ts. */
export const TESTS = readdirSync(DIRECTORY).flatMap(name => /^integ\.(.+)\.ts$/.exec(name)?.[1] ?? []).sort();

export const snapshotOf = (test: string) => join(DIRECTORY, `integ.${test}.ts.snapshot`);

/** What integ-runner gives each app: the feature flags of its version. */
const FLAGS = Object.fromEntries(Object.entries(flags).filter(([name]) => name.startsWith('@aws-cdk') && name !== '@aws-cdk/core:target-partitions'));

const assemblies = new Map<string, CloudAssembly>();
afterAll(() => assemblies.forEach(({ directory }) => rmSync(directory, { recursive: true })));

/** Synthesizes a test as integ-runner does for a snapshot, in this process, and once: its app is made when it is loaded. */
export function synthesize(test: string): CloudAssembly {
  if (!assemblies.has(test)) {
    assemblies.set(test, load(test));
  }
  return assemblies.get(test)!;
}

function load(test: string): CloudAssembly {
  const outdir = mkdtempSync(join(tmpdir(), 'integ-'));
  const variables: Record<string, string> = {
    CDK_OUTDIR: outdir,
    // Nobody deploys this to an account, so the SDK of the checks is not bundled.
    CDK_CONTEXT_JSON: JSON.stringify({ ...FLAGS, 'aws:cdk:bundling-stacks': [] }),
    CDK_INTEG_ACCOUNT: '12345678',
    CDK_INTEG_REGION: 'test-region',
  };
  const before = Object.keys(variables).map(name => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    jest.requireActual(join(DIRECTORY, `integ.${test}.ts`));
  } finally {
    before.forEach(([name, value]) => value === undefined ? delete process.env[name] : process.env[name] = value);
  }
  return new CloudAssembly(outdir);
}
