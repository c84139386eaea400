import { createHash, Hash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { filesOf } from './local-files';

const CHUNK = 1024 * 1024;

/**
 * 16 hexadecimal digits that stand for the names and the content of a file or of all files in a folder.
 *
 * Not the fingerprint of an asset: the hash is part of what a job is named by, so it must not change with the version of the CDK.
 */
export function contentHash(source: string): string {
  const hash = createHash('sha256');
  const root = fs.statSync(source).isDirectory() ? source : path.dirname(source);
  for (const file of filesOf(source)) {
    // Length-prefixed, so that no two sets of files read alike.
    const name = path.relative(root, file).split(path.sep).join('/');
    hash.update(`${name.length}:${name}:${fs.statSync(file).size}:`);
    addContent(hash, file);
  }
  return hash.digest('hex').slice(0, 16);
}

/** In pieces, because datasets can be larger than a buffer may be. */
function addContent(hash: Hash, file: string): void {
  const buffer = Buffer.alloc(CHUNK);
  const descriptor = fs.openSync(file, 'r');
  try {
    for (let length = fs.readSync(descriptor, buffer); length > 0; length = fs.readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    fs.closeSync(descriptor);
  }
}
