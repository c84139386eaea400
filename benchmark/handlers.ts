import { mkdtempSync, readFileSync, rmSync, statSync } from 'fs';
import { createServer } from 'http';
import { AddressInfo } from 'net';
import { join } from 'path';
import { build } from 'esbuild';
import { compare, Figures, ratio, round } from './compare';
import { Bundles, CONTENTS, Contents } from '../scripts/supply-chain/bundled';

const ROOT = join(__dirname, '..');
const SCRIPT = join(__dirname, 'contenders/handler.js');

/** Ours, the SDK bundled the default way, and the SDK of the runtime, for which the installed one stands in. */
type Bundle = 'library' | 'bundledSdk' | 'runtimeSdk';

export interface Handlers {
  readonly figures: Record<Bundle, Figures>;
  readonly kilobytes: {
    /** What every invocation loads. */
    readonly first: number;
    /** Everything. */
    readonly all: number;
    readonly bundledSdk: number;
    readonly runtimeSdk: number;
  };
  readonly loadOverBundledSdk: number;
  readonly loadOverRuntimeSdk: number;
  readonly firstCallOverBundledSdk: number;
  readonly memoryOverBundledSdk: number;
}

export async function measureHandlers(turns: number): Promise<Handlers> {
  // Inside the project, so that the SDK of the runtime is found.
  const directory = mkdtempSync(join(ROOT, '.bundle/bench-'));
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ AIRecommendationJobName: 'chat-0123456789abcdef', AIRecommendationJobStatus: 'InProgress' }));
  });
  try {
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
    const entry = { absWorkingDir: ROOT, entryPoints: ['lambda/handler.ts'], bundle: true, platform: 'node' as const, target: 'node24' };
    const [bundledSdk, runtimeSdk] = ['bundled', 'runtime'].map(name => join(directory, name, 'index.js'));
    await build({ ...entry, outfile: bundledSdk, external: ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'], logLevel: 'error' });
    await build({ ...entry, outfile: runtimeSdk, external: ['@aws-sdk/*', '@smithy/*'], logLevel: 'error' });
    const env = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'us-west-2',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    };
    const poll = (path: string) => ({ args: [SCRIPT, path], env });
    const figures = await compare({ library: poll(join(ROOT, 'assets/lambda/handler')), bundledSdk: poll(bundledSdk), runtimeSdk: poll(runtimeSdk) }, turns);
    const { outputs } = (JSON.parse(readFileSync(join(ROOT, CONTENTS), 'utf8')) as Bundles)['assets/lambda/handler'];
    return {
      figures: figures as Handlers['figures'],
      kilobytes: { ...sizes(outputs), bundledSdk: kilobytes(bundledSdk), runtimeSdk: kilobytes(runtimeSdk) },
      loadOverBundledSdk: ratio(figures.library.loadMs, figures.bundledSdk.loadMs),
      loadOverRuntimeSdk: ratio(figures.library.loadMs, figures.runtimeSdk.loadMs),
      firstCallOverBundledSdk: ratio(figures.library.callMs, figures.bundledSdk.callMs),
      memoryOverBundledSdk: ratio(figures.library.rssMB, figures.bundledSdk.rssMB),
    };
  } finally {
    server.close();
    rmSync(directory, { recursive: true });
  }
}

/** Of all of the handlers' files, and of those that are loaded with the first. */
function sizes(outputs: Contents['outputs']) {
  const total = (names: string[]) => round(names.reduce((sum, name) => sum + outputs[name].bytes, 0) / 1000);
  const first = new Set(['index.js']);
  for (const name of first) {
    outputs[name].loads.filter(each => each in outputs).forEach(each => first.add(each));
  }
  return { first: total([...first]), all: total(Object.keys(outputs)) };
}

function kilobytes(path: string): number {
  return round(statSync(path).size / 1000);
}
