import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import type { Metafile } from 'esbuild';

/** Licences under which others' code may be published with this library. A new one is a decision for a person. */
const PERMISSIVE = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** Where `npm run bundle` has esbuild say what went into each file of the handlers. */
export const METAFILES = '.bundle';

/** A package whose code is inside the handlers, and so is published with this library. */
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

/** The packages of which esbuild put code into the handlers, and those that this library's own code imports, by path. */
export function bundled(root: string): { readonly packages: BundledPackage[]; readonly imports: string[] } {
  const metafiles = readMetafiles(join(root, METAFILES));
  const lock = readJson(join(root, 'package-lock.json')).packages;
  const paths = pathsIn(metafiles);
  return {
    packages: paths.map(path => readPackage(root, path, lock[path]?.integrity, importsOf(metafiles, path, paths))),
    imports: importsOf(metafiles, undefined, paths),
  };
}

function readMetafiles(folder: string): Metafile[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.json'));
  return names.map(name => readJson(join(folder, name)));
}

/** Those that gave at least a byte: much is imported and then shaken off. */
function pathsIn(metafiles: Metafile[]): string[] {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(output => Object.entries(output.inputs));
  const paths = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => packageOf(file));
  return [...new Set(paths)].filter(path => path !== undefined).sort();
}

/** The package of a file: undefined for one of this library's own. */
function packageOf(file: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

function importsOf(metafiles: Metafile[], importer: string | undefined, among: string[]): string[] {
  const files = metafiles.flatMap(({ inputs }) => Object.entries(inputs)).filter(([file]) => packageOf(file) === importer);
  const imported = new Set(files.flatMap(([, { imports }]) => imports).map(({ path }) => packageOf(path)));
  return among.filter(path => path !== importer && imported.has(path));
}

function readPackage(root: string, path: string, integrity: string | undefined, imports: string[]): BundledPackage {
  const { name, version, license } = readJson(join(root, path, 'package.json'));
  if (!PERMISSIVE.includes(license)) {
    throw new Error(`${path} is under ${JSON.stringify(license)}, which is not one of ${PERMISSIVE.join(', ')}: it must not be bundled`);
  }
  if (!integrity) {
    throw new Error(`package-lock.json has no integrity for ${path}: install it from the lock file`);
  }
  return { path, name, version, license, integrity, imports, legalTexts: legalTexts(join(root, path)) };
}

function legalTexts(folder: string): string {
  const names = readdirSync(folder).filter(name => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  if (!names.some(name => !/^notice/i.test(name))) {
    throw new Error(`${folder} has no file with the text of its licence, which has to be passed on`);
  }
  return names.map(name => readFileSync(join(folder, name), 'utf8').replace(/\r\n/g, '\n').trimEnd()).join('\n\n');
}

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
