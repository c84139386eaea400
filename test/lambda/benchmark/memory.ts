import { execFile } from 'child_process';
import { randomBytes } from 'crypto';
import { once } from 'events';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Readable } from 'stream';
import { promisify } from 'util';
import { gzipSync } from 'zlib';
import { build } from 'esbuild';
import { pack } from 'tar-stream';
import { PROFILE, tar } from './archive';
import { environmentFor, S3Server } from './s3-server';

const ROOT = join(__dirname, '../../..');
const BLOCK = 1024 * 1024;

/** The most memory that a process has had, in KiB. On Linux `maxRSS` is no less than what its parent had, which is a jest of any size. */
const PEAK = `process.platform === 'linux'
  ? Number(/VmHWM:\\s+(\\d+) kB/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1])
  : process.resourceUsage().maxRSS`;

export interface Measurement {
  /** What came of reading. */
  readonly outcome: string;
  readonly files: string[];
  /** The most memory that the whole process had, in bytes. */
  readonly peak: number;
}

/** How much memory a process takes that reads an archive with a file of so many megabytes in it: a process of its own, with the bundled code. */
export async function measureReading(megabytes: number): Promise<Measurement> {
  const directory = mkdtempSync(join(tmpdir(), 'results-'));
  const server = new S3Server();
  try {
    const code = join(directory, 'results.js');
    await build({
      entryPoints: [join(ROOT, 'lambda/benchmark/results.ts')],
      outfile: code,
      bundle: true,
      minify: true,
      platform: 'node',
      mainFields: ['module', 'main'],
      alias: { '@aws-sdk/credential-provider-node': join(ROOT, 'lambda/aws/credentials.ts') },
      logLevel: 'error',
    });
    const parts = await archiveWith(megabytes);
    server.objects.set('run/output/output.tar.gz', { body: () => Readable.from(parts), size: parts.reduce((total, { length }) => total + length, 0) });
    const env = environmentFor(await server.start());
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', `
      require(${JSON.stringify(code)}).readResults('s3://results/run/', { until: Date.now() + 240000 }).then(({ outcome, files = [] }) =>
        console.log(JSON.stringify({ outcome, files: files.map(file => file.path), peak: (${PEAK}) * 1024 })));
    `], { env });
    return JSON.parse(stdout);
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true });
  }
}

/** The same megabyte over and over, packed once: the file is as hard to unpack as a real one, and takes no time to make. */
async function archiveWith(megabytes: number): Promise<Buffer[]> {
  const before = pack();
  before.entry({ name: 'inputs.json', size: megabytes * BLOCK });
  const [header] = await once(before, 'data') as [Buffer];
  const words = Array.from({ length: 4096 }, () => randomBytes(3 + Math.floor(Math.random() * 6)).toString('base64'));
  const prompt = () => Array.from({ length: 200 }, () => words[Math.floor(Math.random() * words.length)]).join(' ');
  let block = '';
  while (block.length < BLOCK) {
    block += `{"session_id":"${randomBytes(8).toString('hex')}","payloads":[{"messages":[{"role":"user","content":"${prompt()}"}]}]},`;
  }
  const packed = gzipSync(block.slice(0, BLOCK), { level: 1 });
  const after = await tar({ 'profile_export_aiperf.json': PROFILE });
  return [gzipSync(header), ...Array<Buffer>(megabytes).fill(packed), gzipSync(after)];
}
