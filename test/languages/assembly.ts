import { existsSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { gunzipSync } from 'zlib';

/** What jsii writes to `.jsii`: the part of it that the rules look at. */
export interface Assembly {
  readonly name: string;
  readonly dependencyClosure?: Record<string, unknown>;
  readonly types: Record<string, Type>;
}

export interface Docs {
  readonly summary?: string;
  readonly default?: string;
  readonly deprecated?: string;
}

export interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: TypeReference };
  readonly union?: { readonly types: TypeReference[] };
  readonly intersection?: { readonly types: TypeReference[] };
}

interface Documented {
  readonly docs?: Docs;
}

export interface Property extends Documented {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly immutable?: boolean;
  readonly static?: boolean;
  readonly const?: boolean;
  readonly overrides?: string;
}

export interface Parameter extends Documented {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
}

export interface Callable extends Documented {
  readonly parameters?: Parameter[];
}

export interface Method extends Callable {
  readonly name: string;
  readonly static?: boolean;
  readonly async?: boolean;
  readonly overrides?: string;
  readonly returns?: { readonly type: TypeReference };
}

export interface Type extends Documented {
  readonly fqn: string;
  readonly name: string;
  readonly namespace?: string;
  readonly kind: 'class' | 'interface' | 'enum';
  /** A struct. */
  readonly datatype?: boolean;
  readonly base?: string;
  readonly interfaces?: string[];
  readonly initializer?: Callable;
  readonly properties?: Property[];
  readonly methods?: Method[];
  readonly members?: { readonly name: string; readonly docs?: Docs }[];
}

/** The types of one assembly, and those that they are made from. */
export class Api {
  public readonly types: Type[];
  private readonly all: Record<string, Type>;

  public constructor(assembly: Assembly, public readonly dependencies: Assembly[] = []) {
    this.types = Object.values(assembly.types);
    this.all = Object.assign({}, ...dependencies.map(({ types }) => types), assembly.types);
  }

  public find(fqn: string | undefined): Type | undefined {
    return fqn === undefined ? undefined : this.all[fqn];
  }

  /** All properties of a type, those of its bases too. */
  public properties(type: Type): Property[] {
    return this.lineage(type).flatMap(({ properties = [] }) => properties);
  }

  public methods(type: Type): Method[] {
    return this.lineage(type).flatMap(({ methods = [] }) => methods);
  }

  private lineage(type: Type): Type[] {
    const bases = [type.base, ...type.interfaces ?? []].map(fqn => this.find(fqn)).filter(base => base !== undefined);
    return [...new Set([type, ...bases.flatMap(base => this.lineage(base))])];
  }
}

/** The assembly of a package: large ones are compressed, in another file. */
export function readAssembly(folder: string): Assembly {
  const content = JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8'));
  return content.schema === 'jsii/file-redirect' ? JSON.parse(gunzipSync(readFileSync(join(folder, content.filename))).toString()) : content;
}

/** Our own API, with all that it is made from. */
export function readApi(root: string): Api {
  if (!existsSync(join(root, '.jsii'))) {
    throw new Error('there is no .jsii: run `npx projen compile` first');
  }
  const assembly = readAssembly(root);
  const packages = Object.keys(assembly.dependencyClosure ?? {}).map(name => dirname(require.resolve(`${name}/package.json`, { paths: [root] })));
  return new Api(assembly, packages.map(readAssembly));
}
