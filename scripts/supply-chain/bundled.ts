import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';

/** Licences under which others' code may be published with this library. A new one is a decision for a person. */
const PERMISSIVE = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** Where `npm run bundle` writes what went into the handlers and the command. */
export const CONTENTS = '.bundle/contents.json';

/** By the folder that each bundle is in. */
export type Bundles = Record<string, Contents>;

/** What went into a bundle: files, as the root of the project sees them. */
export interface Contents {
  /** What each file that was read imports. */
  readonly imports: Record<string, string[]>;
  readonly outputs: Record<string, Output>;
}

/** One of a bundle's files. */
export interface Output {
  readonly bytes: number;
  /** The others that it needs at once, and Node's own modules. */
  readonly loads: string[];
  /** What gave at least a byte to it: much is imported and then shaken off. */
  readonly included: string[];
}

/** A package whose code is inside a bundle, and so is published with this library. */
export interface BundledPackage {
  /** `node_modules/...`, as package-lock.json calls it. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** The identifier of its licence in SPDX's list. */
  readonly license: string;
  /** SHA-512 of the package as npm serves it, in base64, after `sha512-`. */
  readonly integrity: string;
  /** What its licence wants to be passed on: the texts of licence and notices. */
  readonly legalTexts: string;
  /** The bundled packages that it imports, by path. */
  readonly imports: string[];
}

/** The packages with code inside the bundles, and those of them that this library's own code imports, by path. */
export function bundled(root: string): { readonly packages: BundledPackage[]; readonly imports: string[] } {
  const bundles: Contents[] = Object.values(readJson(join(root, CONTENTS)) as Bundles);
  const lock = readJson(join(root, 'package-lock.json')).packages;
  const files = bundles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(({ included }) => included);
  const paths = [...new Set(files.map(packageOf).filter(path => path !== undefined))].sort();
  return {
    packages: paths.map(path => readPackage(root, path, lock[path]?.integrity, importsOf(bundles, path, paths), paths)),
    imports: importsOf(bundles, undefined, paths),
  };
}

/** The package of a file: undefined for one of this library's own. */
function packageOf(file: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

function importsOf(bundles: Contents[], importer: string | undefined, among: string[]): string[] {
  const files = bundles.flatMap(({ imports }) => Object.entries(imports)).filter(([file]) => packageOf(file) === importer);
  const imported = new Set(files.flatMap(([, each]) => each).map(packageOf));
  return among.filter(path => path !== importer && imported.has(path));
}

function readPackage(root: string, path: string, integrity: string | undefined, imports: string[], among: string[]): BundledPackage {
  const { name, version, license } = readJson(join(root, path, 'package.json'));
  if (!PERMISSIVE.includes(license)) {
    throw new Error(`${path} is under ${JSON.stringify(license)}, which is not one of ${PERMISSIVE.join(', ')}: it must not be bundled`);
  }
  if (!integrity) {
    throw new Error(`package-lock.json has no integrity for ${path}: install it from the lock file`);
  }
  const siblings = among.filter(each => origin(root, each) === origin(root, path));
  const texts = [path, ...siblings].map(each => legalTexts(root, each)).find(Boolean);
  if (texts === undefined) {
    throw new Error(`${join(root, path)} has no file with the text of its licence, which has to be passed on`);
  }
  return { path, name, version, license, integrity, imports, legalTexts: texts };
}

/** Undefined without the text of a licence: a notice alone is none. */
function legalTexts(root: string, path: string): string | undefined {
  const names = readdirSync(join(root, path)).filter(name => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  return names.some(name => !/^notice/i.test(name))
    ? names.map(name => readFileSync(join(root, path, name), 'utf8').replace(/\r\n/g, '\n').trimEnd()).join('\n\n')
    : undefined;
}

/** Packages of one repository under one licence have one text, which some of them leave out. A package that does not name a repository is its own. */
function origin(root: string, path: string): string {
  const { repository, license } = readJson(join(root, path, 'package.json'));
  return JSON.stringify([repository?.url ?? repository ?? path, license]);
}

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
