import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { InProcessEnvironment } from './environment';
import { Instance } from './instance';
import { Environment, EnvironmentProps, Environments } from '../environments';
import { unpacked } from '../unpacked';

/** What the framework's functions take from the runtime. */
const SDK_OF_THE_RUNTIME = {
  '@aws-sdk/client-lambda': ['Lambda', 'waitUntilFunctionActiveV2'],
  '@aws-sdk/client-sfn': ['SFN'],
};

/**
 * Functions within this process: their time, network, variables and console are the sandbox's.
 *
 * That is several times faster than processes, which is what thousands of deployments take, and less like Lambda: a function that never returns
 * hangs everything, what it does to JavaScript's own objects is seen by all, and its modules may have been used before.
 */
export class InProcess implements Environments {
  public readonly variables = { TZ: 'UTC', NODE_NO_WARNINGS: '1' };
  private readonly home = mkdtempSync(join(tmpdir(), 'cdk-sagemaker-inference-'));
  private readonly packages: Record<string, string>;
  /** By their code what is in no environment. */
  private readonly idle = new Map<string, Instance[]>();

  constructor() {
    this.packages = Object.fromEntries(Object.entries(SDK_OF_THE_RUNTIME).map(([name, members]) => [name, this.bundle(name, members)]));
  }

  public unpack(directory: string): string {
    return unpacked(directory, join(this.home, 'functions'));
  }

  public start(props: EnvironmentProps): Environment {
    const idle = this.idle.get(props.codeDirectory) ?? [];
    this.idle.set(props.codeDirectory, idle);
    const instance = idle.pop() ?? new Instance(props.codeDirectory, this.packages);
    return new InProcessEnvironment(props, instance, () => idle.push(instance));
  }

  public async end(): Promise<void> {
    rmSync(this.home, { recursive: true, force: true });
  }

  /** One file, since each environment evaluates it anew. */
  private bundle(name: string, members: string[]): string {
    const outfile = join(this.home, `${name.split('/').at(-1)}.js`);
    buildSync({
      stdin: { contents: `export { ${members.join(', ')} } from '${name}';`, resolveDir: __dirname },
      bundle: true,
      minify: true,
      platform: 'node',
      mainFields: ['module', 'main'],
      outfile,
    });
    return outfile;
  }
}
