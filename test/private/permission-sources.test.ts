import { readFileSync } from 'fs';
import { join } from 'path';
import { JobPermissions } from '../../src/private/execution-role';

const SECURITY = readFileSync(join(__dirname, '../../docs/security.md'), 'utf8');

/** Rows of the table with what each statement of the execution roles is known from. */
const rows = [...SECURITY.matchAll(/^\| `(\w+)` \| (documented|reported|inferred) \| (.+) \|$/gm)].map(([, name, , source]) => ({ name, source }));

/** What makes up other statements, or none. */
const PARTS = ['constructor', 'pullImages', 'writeLogs', 'putMetrics', 'resourceArns', 'ec2', 'all', 'arn'];

test('docs/security.md says where each statement of the execution roles is known from', () => {
  const statements = Object.getOwnPropertyNames(JobPermissions.prototype).filter(name => !PARTS.includes(name));
  expect(rows.map(({ name }) => name).sort()).toEqual(statements.sort());
});

test('each source is a link, or the same as the one above', () => {
  const links = [...SECURITY.matchAll(/^\[([\w-]+)\]: https:/gm)].map(([, name]) => name);
  for (const { source } of rows.filter(({ source: text }) => !text.startsWith('the same'))) {
    expect(links).toContain(/\]\[([\w-]+)\]/.exec(source)?.[1]);
  }
});
