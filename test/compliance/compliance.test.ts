import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { Finding, guardFindings, nagFindings } from './findings';
import * as cdkJson from '../../cdk.json';
import { EXAMPLES } from '../examples/apps';
import { invalidProperties } from '../service-spec';

const ROOT = join(__dirname, '../..');

let directory: string;
beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'compliance-')); });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The rows of the table in docs/security.md: which findings each one explains. */
const EXPLANATIONS = [...readFileSync(join(ROOT, 'docs/security.md'), 'utf8').matchAll(/^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$/gm)]
  .map(([, rule, where, why]) => ({ rule: pattern(rule), where: pattern(where), why }));
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

describe.each(Object.keys(EXAMPLES))('examples/%s', example => {
  const app = () => {
    const made = new App({ outdir: mkdtempSync(join(directory, `${example}-`)), analyticsReporting: false, context: cdkJson.context });
    EXAMPLES[example](made, { env: { account: '111122223333', region: 'us-west-2' }, bucketName: 'my-models' });
    return { made, assembly: made.synth() };
  };

  test('each property of each native resource is one that CloudFormation knows, of the right type, and none is missing', () => {
    expect(app().assembly.stacks.flatMap(({ template }) => invalidProperties(template))).toEqual([]);
  });

  test('whatever cdk-nag and cfn-guard find is explained', () => {
    const { made, assembly } = app();
    const findings = [...nagFindings(made), ...guardFindings(made, assembly)];
    expect(findings.length).toBeGreaterThan(0);
    expect(unexplained(findings)).toEqual([]);
  });
});

test('nothing is explained that is not found', () => {
  expect(EXPLANATIONS.length).toBeGreaterThan(10);
  expect(EXPLANATIONS.filter(explanation => !used.has(explanation)).map(({ rule, where }) => `${rule} ${where}`)).toEqual([]);
});

test('each example is looked at', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(readdirSync(join(ROOT, 'examples')).sort());
});
