import { promises } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { httpModule } from './http';
import { fileOf, Modules } from './modules';
import { Timers } from './timers';
import { VirtualClock } from '../../clock';
import { RESPONSE_HOST } from '../front-door';
import { WireRequest, WireResponse } from '../protocols';

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** What the code of a function reaches at the moment. */
export interface Outside {
  readonly clock: VirtualClock;
  readonly variables: Record<string, string>;
  print(text: string): void;
  /** Something began or ended that is waited for. */
  changed(): void;
  /** Never answers to an environment that has gone. */
  exchange(request: WireRequest): Promise<WireResponse | undefined>;
}

/** A function's code, evaluated once. Time, network, variables and console are those of the environment that it is in, and it may get into another one. */
export class Instance {
  public readonly timers: Timers;
  private readonly modules: Modules;
  private readonly variables: Record<string, string> = {};
  private readonly handlers = new Map<string, Handler>();
  private outside!: Outside;

  constructor(public readonly codeDirectory: string, packages: Record<string, string>) {
    this.timers = new Timers(() => this.outside.clock, () => this.outside.changed());
    this.modules = new Modules({ globals: this.globals(), builtins: this.builtins(), packages });
  }

  /** From now on it is there. */
  public enter(outside: Outside): void {
    this.outside = outside;
    Object.keys(this.variables).forEach(name => delete this.variables[name]);
    Object.assign(this.variables, outside.variables);
  }

  public handler(name: string): Handler {
    const dot = name.lastIndexOf('.');
    const load = () => this.modules.load(fileOf(join(this.codeDirectory, name.slice(0, dot))))[name.slice(dot + 1)] as Handler;
    const handler = this.handlers.get(name) ?? load();
    if (typeof handler !== 'function') {
      throw new Error(`${name} is undefined or not exported`);
    }
    this.handlers.set(name, handler);
    return handler;
  }

  private globals(): Record<string, unknown> {
    const output = { write: (text: unknown) => this.write(String(text)) };
    const own: Record<string, unknown> = {
      ...this.timers.globals,
      process: Object.create(process, {
        env: { value: this.variables },
        stdout: { value: output },
        stderr: { value: output },
        cwd: { value: () => this.codeDirectory },
      }),
      console: Object.fromEntries(LEVELS.flatMap(([level, ...methods]) => methods.map(method => (
        [method, (...args: unknown[]) => this.log(level, args)])))),
    };
    return { ...own, globalThis: Object.create(globalThis, Object.getOwnPropertyDescriptors({ ...own, awslambda: {} })) };
  }

  private builtins(): Record<string, unknown> {
    const exchange = (request: WireRequest) => this.outside.exchange(request);
    const missing = async (path: string) => { throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' }); };
    return {
      'http': httpModule(exchange, ({ path, headers }) => ({
        path: path ?? '/',
        // The credentials that an SDK has seen once stay with it.
        headers: mapped(headers, value => value.replace(/Credential=[^/]+/, `Credential=${this.variables.AWS_ACCESS_KEY_ID}`)),
      })),
      'https': httpModule(exchange, ({ hostname, host = hostname, path, headers }) => {
        if ((hostname ?? host) !== RESPONSE_HOST) {
          throw new Error(`a Lambda function in the sandbox cannot reach ${host}: only what stands behind its front door is there`);
        }
        return { path: `/cfn-response${path}`, headers: { ...mapped(headers, value => value), 'x-sandbox-session': this.variables.AWS_ACCESS_KEY_ID } };
      }),
      // The SDK looks for files of settings, which a function does not have.
      'fs/promises': { ...promises, readFile: missing },
      'process': Object.create(process, { env: { value: this.variables } }),
    };
  }

  /** As the runtime does when the function's log format is JSON: what is below its log level is not written. */
  private log(level: string, args: unknown[]): void {
    const names = LEVELS.map(([name]) => name);
    if (names.indexOf(level) >= names.indexOf(this.variables.AWS_LAMBDA_LOG_LEVEL)) {
      this.write(`${format(...args)}\n`);
    }
  }

  private write(text: string): boolean {
    this.outside.print(text);
    return true;
  }
}

const LEVELS = [['TRACE', 'trace'], ['DEBUG', 'debug'], ['INFO', 'log', 'info'], ['WARN', 'warn'], ['ERROR', 'error'], ['FATAL']];

function mapped(headers: object | undefined, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, change(String(value))]));
}
