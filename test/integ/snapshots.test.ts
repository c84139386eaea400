import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { basename, join } from 'path';
import { snapshotOf, synthesize, TESTS } from './apps';
import { contentsOf, slim } from '../../integ-tests/support/snapshot';

const folders: string[] = [];
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true })));

/** What the snapshot of a test would be now. */
function snapshot(test: string, change?: (folder: string) => void): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
  folders.push(folder);
  cpSync(synthesize(test).directory, folder, { recursive: true, filter: source => !basename(source).startsWith('asset.') });
  change?.(folder);
  slim(folder);
  return contentsOf(folder);
}

test.each(TESTS)('%s synthesizes as its snapshot says', name => {
  expect(existsSync(snapshotOf(name))).toBe(true);
  // If this is what you meant: npm run integ:snapshot
  expect(snapshot(name)).toEqual(contentsOf(snapshotOf(name)));
});

test('other code changes no snapshot, anything else does', () => {
  const [name] = TESTS;
  const replace = (pattern: RegExp, by: (found: string) => string) => (folder: string) => {
    for (const file of readdirSync(folder).filter(each => each.endsWith('.json')).map(each => join(folder, each))) {
      writeFileSync(file, readFileSync(file, 'utf8').replace(pattern, by));
    }
  };
  expect(snapshot(name, replace(/\b[0-9a-f]{64}\b/g, hash => [...hash].reverse().join('')))).toEqual(contentsOf(snapshotOf(name)));
  expect(snapshot(name, replace(/"MemorySize": \d+/, () => '"MemorySize": 1'))).not.toEqual(contentsOf(snapshotOf(name)));
});
