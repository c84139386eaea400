import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { APPS } from './apps';
import { Finding, guardFindings, nagFindings, stacksOf } from './findings';
import * as cdkJson from '../../cdk.json';
import { EXAMPLES } from '../examples/apps';
import { ASSETS_STAY } from '../lifecycle/app';
import { invalidProperties } from '../service-spec';

const ROOT = join(__dirname, '../..');

const directory = mkdtempSync(join(tmpdir(), 'compliance-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Rows of a table: which findings each one explains. */
const rowsOf = (text: string) => [...text.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$/gm)]
  .map(([, rule, where, why]) => ({ rule: pattern(rule), where: pattern(where), why }));

const EXPLANATIONS = rowsOf(readFileSync(join(ROOT, 'docs/security.md'), 'utf8'));
const used = new Set<object>();

/** A `*` stands for any text, but for the one that stands for all resources in a policy: that is what the rule has found. */
function pattern(text: string): RegExp {
  return new RegExp(`^${text.split(/(?<!Resource::)\*/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}

function unexplained(findings: Finding[]): Finding[] {
  return findings.filter(finding => {
    const explanation = EXPLANATIONS.find(({ rule, where }) => rule.test(finding.rule) && where.test(finding.where));
    used.add(explanation ?? {});
    return explanation === undefined;
  });
}

const made: { stack: Stack; template: object }[] = [];

test.each(APPS)('CloudFormation would take the properties of %s, and what cdk-nag finds is explained', (_, build) => {
  const app = new App({ outdir: mkdtempSync(join(directory, 'cdk.out-')), analyticsReporting: false, context: { ...cdkJson.context, ...ASSETS_STAY } });
  build(app);
  const assembly = app.synth();
  const stacks = stacksOf(app).map(stack => ({ stack, template: assembly.getStackByName(stack.stackName).template as object }));
  made.push(...stacks);
  expect(stacks.flatMap(({ template }) => invalidProperties(template))).toEqual([]);
  expect(unexplained(nagFindings(app))).toEqual([]);
});

test('what cfn-guard finds is explained', () => {
  expect(made.length).toBeGreaterThanOrEqual(APPS.length);
  const findings = guardFindings(made);
  expect(findings.length).toBeGreaterThan(10);
  expect(unexplained(findings)).toEqual([]);
});

test('nothing is explained that is not found', () => {
  expect(EXPLANATIONS.length).toBeGreaterThan(10);
  expect(EXPLANATIONS.filter(explanation => !used.has(explanation)).map(({ rule, where }) => `${rule} ${where}`)).toEqual([]);
});

test('each example is looked at', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(readdirSync(join(ROOT, 'examples')).sort());
});
