import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { Script } from 'node:vm';

/** What a function's code sees in place of Node.js's own: globals by name, and built-in modules by theirs. */
export interface Surroundings {
  readonly globals: Record<string, unknown>;
  readonly builtins: Record<string, unknown>;
  /** Files of modules that are in no folder of the function. */
  readonly packages: Record<string, string>;
}

type Wrapper = (...args: unknown[]) => void;

/** What V8 has compiled of a file once is not compiled again, whichever function runs it. */
const compiled = new Map<string, Wrapper>();

/** The modules of one function in one environment: its CommonJS files, evaluated anew, in surroundings of its own. */
export class Modules {
  private readonly loaded = new Map<string, { exports: any }>();

  constructor(private readonly surroundings: Surroundings) {}

  public load(file: string): any {
    const found = this.loaded.get(file);
    if (found) {
      return found.exports;
    }
    const { globals } = this.surroundings;
    const wrapper = compiled.get(file) ?? compile(file, Object.keys(globals));
    compiled.set(file, wrapper);
    const module = { exports: {} };
    this.loaded.set(file, module);
    const require = (name: string) => this.require(name, file);
    const dynamicImport = async (name: string) => require(name);
    wrapper.call(module.exports, module.exports, require, dynamicImport, module, file, dirname(file), ...Object.values(globals));
    return module.exports;
  }

  private require(name: string, from: string): unknown {
    const { builtins, packages } = this.surroundings;
    const bare = name.replace(/^node:/, '');
    if (bare in builtins) {
      return builtins[bare];
    }
    if (name in packages) {
      return this.load(packages[name]);
    }
    const native = createRequire(from);
    return name.startsWith('.') ? this.load(fileOf(resolve(dirname(from), name))) : native(name);
  }
}

/** The file of a module, as `require` finds it. */
export function fileOf(path: string): string {
  const file = [path, `${path}.cjs`, `${path}.js`, join(path, 'index.js')].find(each => /\.c?js$/.test(each) && existsSync(each));
  if (file === undefined) {
    throw Object.assign(new Error(`Cannot find module '${path}'`), { code: 'MODULE_NOT_FOUND' });
  }
  return realpathSync(dirname(file)) + sep + file.slice(dirname(file).length + 1);
}

function compile(file: string, globals: string[]): Wrapper {
  const parameters = ['exports', 'require', 'dynamicImport', 'module', '__filename', '__dirname', ...globals];
  // An import of its own would get Node.js's own modules.
  const code = readFileSync(file, 'utf8').replace(/\bimport\(/g, 'dynamicImport(');
  return new Script(`(function (${parameters.join(', ')}) {${code}\n})`, { filename: file }).runInThisContext();
}
