import { ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Environment, EnvironmentProps, Environments } from './environments';
import { ProcessEnvironment } from './process-environment';
import { unpacked } from './unpacked';

const BOOTSTRAP = join(__dirname, 'process', 'bootstrap.js');
/** What the Lambda runtime has, as far as code that is not bundled needs it. */
const SDK_OF_THE_RUNTIME = ['@aws-sdk/client-lambda', '@aws-sdk/client-sfn'];

/**
 * The Node.js processes that functions run in.
 *
 * To start Node.js and to load an SDK takes longer than most of what a function does then. So a process whose function is no longer needed may
 * serve another one, of another sandbox even, provided that nothing of the former is left in it: only the process itself can tell, and it says so.
 */
export class Processes implements Environments {
  /** Where the copies of the functions' code and the processes' own files are. */
  private readonly home = mkdtempSync(join(tmpdir(), 'cdk-sagemaker-inference-'));
  private readonly all = new Set<ChildProcess>();
  /** Those that may be taken, with the code that they ran last. */
  private readonly idle = new Map<ChildProcess, string>();

  constructor() {
    for (const name of SDK_OF_THE_RUNTIME) {
      mkdirSync(dirname(join(this.modules, name)), { recursive: true });
      symlinkSync(dirname(require.resolve(`${name}/package.json`)), join(this.modules, name));
    }
  }

  public unpack(directory: string): string {
    return unpacked(directory, join(this.home, 'functions'));
  }

  public start(props: EnvironmentProps): Environment {
    return new ProcessEnvironment(props, this);
  }

  /** A process that is nobody else's, if possible one that ran this code before: its machine code is still there. */
  public take(codeDirectory: string): ChildProcess {
    const [child] = [...this.idle].find(([, code]) => code === codeDirectory) ?? [...this.idle][0] ?? [this.fork()];
    this.idle.delete(child);
    return child;
  }

  /** The process has said that nothing is left in it of the function that it ran. */
  public giveBack(child: ChildProcess, codeDirectory: string): void {
    if (child.connected) {
      this.idle.set(child, codeDirectory);
    }
  }

  /** Nothing of this machine's own environment goes in, neither credentials nor Node.js options. */
  public get variables(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      TZ: 'UTC',
      NODE_PATH: this.modules,
      NODE_COMPILE_CACHE: join(this.home, 'compile-cache'),
      // The Node.js of this machine may be older than the function's runtime: that is no matter for its log.
      NODE_NO_WARNINGS: '1',
    };
  }

  public async end(): Promise<void> {
    await Promise.all([...this.all].map(child => {
      const closed = new Promise(resolve => child.once('close', resolve));
      child.kill('SIGKILL');
      return closed;
    }));
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Where the processes find the SDK clients that the runtime brings along. */
  private get modules(): string {
    return join(this.home, 'runtime', 'node_modules');
  }

  private fork(): ChildProcess {
    const child = fork(BOOTSTRAP, {
      cwd: this.home,
      env: this.variables,
      // Not the parent's: it may run under a TypeScript loader.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    // What the function prints comes in messages. This is what is left: the reason why a process dies, which must be seen.
    child.stderr!.on('data', chunk => process.stderr.write(chunk));
    child.on('message', () => {
      // Something was left in it after all.
      if (this.idle.delete(child)) {
        child.kill('SIGKILL');
      }
    });
    this.all.add(child);
    child.once('exit', () => this.idle.delete(child));
    child.once('close', () => this.all.delete(child));
    return child;
  }
}
