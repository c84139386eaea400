import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A copy of a function's code, in a folder below `home` that is named by the content.
 *
 * It is away from any package.json: whether code is ESM or CommonJS must not depend on where it lies.
 */
export function unpacked(directory: string, home: string): string {
  const copy = join(home, digest(directory));
  if (!existsSync(copy)) {
    cpSync(directory, copy, { recursive: true, dereference: true });
  }
  return copy;
}

/** Equal for folders with the same files. */
function digest(directory: string): string {
  const hash = createHash('sha256');
  const add = (path: string, name: string) => {
    if (statSync(path).isDirectory()) {
      readdirSync(path).sort().forEach(entry => add(join(path, entry), `${name}/${entry}`));
    } else {
      const content = readFileSync(path);
      hash.update(`${name}\n${content.length}\n`).update(content);
    }
  };
  add(directory, '');
  return hash.digest('hex');
}
