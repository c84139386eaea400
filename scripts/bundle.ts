/*
 * Writes the code of the handlers and of the command to assets/: of each index.js, which is loaded at once, and beside it what is loaded when it is asked
 * for. And, for tests, what the framework's handlers take from the SDK of the runtime.
 */
import { mkdirSync, rmSync, writeFileSync } from 'fs';
import { join, relative } from 'path';
import { build } from 'esbuild';
import type { OutputChunk, Plugin } from 'rolldown' with { 'resolution-mode': 'import' };
import { Bundles, CONTENTS, Contents } from './supply-chain/bundled';
import { sdkFile, SDK_OF_THE_RUNTIME } from '../sandbox/runtime/in-process/sdk';

const ROOT = join(__dirname, '..');

/**
 * The SDK goes in, because the runtime's own may lack these operations, and as ES modules, so that only the schemas of the commands in use get in. What
 * never runs in Lambda stays out by aliases.
 */
export function bundleHandlers(directory: string, plugins: Plugin[] = []): Promise<Contents> {
  return bundleOf('lambda/handler.ts', directory, {
    alias: {
      '@aws-sdk/credential-provider-node': join(ROOT, 'lambda/aws/credentials.ts'),
      '@smithy/core/event-streams': join(ROOT, 'lambda/aws/event-streams.ts'),
    },
    plugins,
  });
}

/** The command of the package, with all that it needs: the library brings no dependencies. */
function bundleCommand(directory: string): Promise<Contents> {
  return bundleOf('cli/index.ts', directory, {
    alias: { 'vega-canvas': join(ROOT, 'node_modules/vega-canvas/build/vega-canvas.browser.js') }, // the other one draws on a canvas of native code
    banner: '#!/usr/bin/env node',
  });
}

interface BundleOptions {
  readonly alias: Record<string, string>;
  readonly plugins?: Plugin[];
  /** Before the code of the first file. */
  readonly banner?: string;
}

async function bundleOf(entry: string, directory: string, { alias, plugins = [], banner }: BundleOptions): Promise<Contents> {
  const { rolldown } = await import('rolldown');
  const imports: Record<string, string[]> = {};
  const bundle = await rolldown({
    cwd: ROOT,
    input: { index: entry },
    platform: 'node',
    external: ['@aws-sdk/signature-v4-crt', 'bowser'], // a way of signing that is used nowhere here, and a parser for browsers
    resolve: { mainFields: ['module', 'main'], alias },
    plugins: [...plugins, {
      name: 'contents',
      moduleParsed: ({ id, importedIds, dynamicallyImportedIds }) => {
        imports[relative(ROOT, id)] = [...importedIds, ...dynamicallyImportedIds].map(each => relative(ROOT, each));
      },
    }],
  });
  rmSync(directory, { recursive: true, force: true });
  const { output } = await bundle.write({
    dir: directory,
    format: 'cjs',
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    banner: ({ isEntry }) => isEntry && banner || '',
  });
  await bundle.close();
  const chunks = output.filter((each): each is OutputChunk => each.type === 'chunk');
  const included = ({ modules }: OutputChunk) =>
    Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => relative(ROOT, id));
  const described = (chunk: OutputChunk) => ({ bytes: Buffer.byteLength(chunk.code), loads: chunk.imports, included: included(chunk) });
  return { imports, outputs: Object.fromEntries(chunks.map(chunk => [chunk.fileName, described(chunk)])) };
}

/** For functions that are run within this process: one file of each package, since each environment evaluates it anew. */
async function bundleSdkOfTheRuntime(): Promise<void> {
  await Promise.all(Object.entries(SDK_OF_THE_RUNTIME).map(([name, members]) => build({
    stdin: { contents: `export { ${members.join(', ')} } from '${name}';`, resolveDir: ROOT },
    bundle: true,
    minify: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    outfile: sdkFile(name),
  })));
}

async function main(): Promise<void> {
  const [handlers, command] = ['assets/lambda/handler', 'assets/cli'];
  const bundles: Bundles = {
    [handlers]: await bundleHandlers(join(ROOT, handlers)),
    [command]: await bundleCommand(join(ROOT, command)),
  };
  rmSync(join(ROOT, CONTENTS), { force: true, recursive: true });
  mkdirSync(join(ROOT, CONTENTS, '..'), { recursive: true });
  writeFileSync(join(ROOT, CONTENTS), JSON.stringify(bundles));
  await bundleSdkOfTheRuntime();
}

if (require.main === module) {
  void main();
}
