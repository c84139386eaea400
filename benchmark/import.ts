import { execFileSync } from 'child_process';
import { join } from 'path';
import { compare, Figures, ratio } from './compare';

const ROOT = join(__dirname, '..');
const SCRIPT = join(__dirname, 'contenders/import.js');

export interface Import {
  readonly figures: Record<'library' | 'peer' | 'bare', Figures>;
  readonly extraTimeOverPeers: number;
  readonly extraHeapOverPeers: number;
  /** Files of aws-cdk-lib that the library loads and an app with a stack has not loaded. */
  readonly submodules: string[];
}

/** What the library adds to an app that has loaded aws-cdk-lib, against what the peer adds to it. */
export async function measureImport(turns: number): Promise<Import> {
  const load = (...name: string[]) => ({ args: ['--expose-gc', SCRIPT, ...name] });
  const figures = await compare({ library: load(ROOT), peer: load('@cdklabs/generative-ai-cdk-constructs'), bare: load() }, turns);
  const { library, peer } = figures;
  return {
    figures: figures as Import['figures'],
    extraTimeOverPeers: ratio(library.ms, peer.ms),
    extraHeapOverPeers: ratio(library.heapMB, peer.heapMB),
    submodules: submodules(),
  };
}

function submodules(): string[] {
  const code = `const cdk = require('aws-cdk-lib'); new cdk.Stack(new cdk.App({ analyticsReporting: false }), 'Stack');
    const before = new Set(Object.keys(require.cache)); require(${JSON.stringify(ROOT)});
    console.log(Object.keys(require.cache).filter(path => !before.has(path)).join('\\n'));`;
  const paths = execFileSync(process.execPath, ['-e', code], { cwd: __dirname, encoding: 'utf8' }).trim().split('\n');
  return paths.flatMap(path => path.split('/node_modules/aws-cdk-lib/')[1] ?? []);
}
