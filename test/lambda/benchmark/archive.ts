import { readFileSync } from 'fs';
import { join } from 'path';
import { buffer } from 'stream/consumers';
import { gzipSync } from 'zlib';
import { pack } from 'tar-stream';

/** As a benchmark of 300 requests wrote it. */
export const PROFILE = readFileSync(join(__dirname, 'profile_export_aiperf.json'), 'utf8');

export async function tar(files: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name }, content);
  }
  archive.finalize();
  return buffer(archive);
}

export async function bundle(files: Record<string, string | Buffer>): Promise<Buffer> {
  return gzipSync(await tar(files));
}
