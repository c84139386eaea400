import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InProcessEnvironment } from './environment';
import { Instance } from './instance';
import { sdkFile, SDK_OF_THE_RUNTIME } from './sdk';
import { Environment, EnvironmentProps, Environments } from '../environments';
import { unpacked } from '../unpacked';

const PACKAGES = Object.fromEntries(Object.keys(SDK_OF_THE_RUNTIME).map(name => [name, sdkFile(name)]));

/**
 * Functions within this process: their time, network, variables and console are the sandbox's.
 *
 * That is several times faster than processes, which is what thousands of deployments take, and less like Lambda: a function that never returns
 * hangs everything, what it does to JavaScript's own objects is seen by all, and its modules may have been used before.
 */
export class InProcess implements Environments {
  public readonly variables = { TZ: 'UTC', NODE_NO_WARNINGS: '1' };
  private readonly home = mkdtempSync(join(tmpdir(), 'cdk-sagemaker-inference-'));
  /** By their code what is in no environment. */
  private readonly idle = new Map<string, Instance[]>();

  public unpack(directory: string): string {
    return unpacked(directory, join(this.home, 'functions'));
  }

  public start(props: EnvironmentProps): Environment {
    const idle = this.idle.get(props.codeDirectory) ?? [];
    this.idle.set(props.codeDirectory, idle);
    const instance = idle.pop() ?? new Instance(props.codeDirectory, PACKAGES);
    return new InProcessEnvironment(props, instance, () => idle.push(instance));
  }

  public async end(): Promise<void> {
    rmSync(this.home, { recursive: true, force: true });
  }
}
