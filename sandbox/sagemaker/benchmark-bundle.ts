import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, Pack } from 'tar-stream';
import { rendered } from './benchmark-profile';
import { Profile } from './scenario';

/** A file that is made while it is read, for one that is larger than memory should be. */
export interface MadeFile {
  readonly size: number;
  readonly chunks: () => Iterable<Buffer>;
}

/** By path; undefined is no file. */
export type Files = Record<string, string | Buffer | MadeFile | undefined>;

/** One for each request is enough for any reader. */
const MAX_RECORDS = 1000;

/** Everything that a run leaves: of the run itself, or of each level of a sweep in a folder of its own. Large files come first. */
export function bundleFiles(runs: ReadonlyMap<string, Profile>, others: Files, when: Date): Files {
  const files: Files = {
    ...Object.assign({}, ...[...runs].map(([folder, profile]) => filesOfRun(folder, profile))),
    'logs/aiperf.log': `${when.toISOString()} - INFO - Benchmark completed successfully\n`,
    ...others,
  };
  const names = Object.keys(files);
  return {
    ...files,
    'benchmark_summary.txt': [
      `AIPerf benchmark completed successfully at ${when.toUTCString()}`,
      'Results location: /opt/ml/output/data',
      '',
      'Generated files:',
      ...names.map(name => `  - /opt/ml/output/data/${name}`),
      '',
    ].join('\n'),
    'MANIFEST.txt': [...names, 'benchmark_summary.txt', 'MANIFEST.txt', ''].join('\n'),
  };
}

/** The files as they are in S3 after a job: an archive, made while it is read. Its compression is quick rather than good. */
export function archive(files: Files, mtime: Date, level = 1): Readable {
  const tar = pack();
  const gzip = createGzip({ level });
  fill(tar, files, mtime).catch(error => gzip.destroy(error));
  return tar.pipe(gzip);
}

/** The whole archive. */
export function archived(files: Files, mtime: Date): Promise<Buffer> {
  return buffer(archive(files, mtime));
}

async function fill(tar: Pack, files: Files, mtime: Date): Promise<void> {
  const folders = new Set<string>();
  for (const [name, content] of Object.entries(files).filter(([, file]) => file !== undefined)) {
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    if (folder && !folders.has(folder)) {
      folders.add(folder);
      tar.entry({ name: folder, type: 'directory', mtime });
    }
    if (typeof content === 'string' || Buffer.isBuffer(content)) {
      await new Promise<void>((resolve, reject) => tar.entry({ name, mtime }, content, error => error ? reject(error) : resolve()));
    } else {
      const { size, chunks } = content!;
      await pipeline(Readable.from(chunks()), tar.entry({ name, mtime, size }));
    }
  }
  tar.finalize();
}

/** What AIPerf writes for one run. The records and texts are made up: they are as many as there were requests. */
function filesOfRun(folder: string, profile: Profile): Files {
  const succeeded = Math.min(profile?.request_count?.avg ?? 0, MAX_RECORDS);
  const failed = Math.min(profile?.error_request_count?.avg ?? 0, MAX_RECORDS);
  const requests = Array.from({ length: succeeded + failed }, (_, index) => ({ index, session: `session_${String(index).padStart(6, '0')}`, fails: index >= succeeded }));
  const metrics = Object.fromEntries(['time_to_first_token', 'request_latency', 'output_sequence_length']
    .map(name => [name, { value: profile?.[name]?.p50, unit: profile?.[name]?.unit }]));
  return {
    [`${folder}inputs.json`]: JSON.stringify({
      data: requests.map(({ session: session_id }) => ({ session_id, payloads: [{ messages: [{ role: 'user', content: 'What is a sandbox?' }], stream: true }] })),
    }),
    [`${folder}outputs.json`]: JSON.stringify({
      data: requests.filter(({ fails }) => !fails).map(({ index, session }) => (
        { conversation_id: session, session_num: index, turn_index: 0, response_text: 'A place to try things.', metrics, request_start_ns: index * 1e9 })),
    }),
    [`${folder}profile_export.jsonl`]: requests.map(({ index, session, fails }) => JSON.stringify({
      metadata: { session_num: index, conversation_id: session, turn_index: 0, benchmark_phase: 'profiling', was_cancelled: false },
      metrics: fails ? { error_isl: { value: 388.5, unit: 'tokens' } } : metrics,
      error: fails ? { type: 'InvalidInferenceResultError', message: 'Invalid inference result' } : null,
    }) + '\n').join(''),
    [`${folder}profile_export_aiperf.csv`]: `Metric,avg,p50,p90\nRequest Latency (ms),${['avg', 'p50', 'p90'].map(stat => profile?.request_latency?.[stat]).join(',')}\n`,
    [`${folder}profile_export_aiperf.json`]: rendered(profile),
  };
}
