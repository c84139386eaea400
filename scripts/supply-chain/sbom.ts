import { BundledPackage } from './bundled';

/** What package.json says of the library itself. */
export interface Library {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly repository: { readonly url: string };
  readonly peerDependencies: Record<string, string>;
}

/**
 * The bill of materials of the published package, in CycloneDX 1.6: what is bundled, once each even if it is installed in several places, and the
 * peer dependencies, whose versions are up to the user.
 *
 * @param imports the bundled packages that the library's own code imports, by path
 * @param timestamp in ISO 8601
 */
export function sbom(library: Library, packages: BundledPackage[], imports: string[], timestamp: string) {
  const refs = new Map(packages.map(each => [each.path, purl(each.name, each.version)]));
  const refsOf = (paths: string[]) => [...new Set(paths.map(path => refs.get(path)!))];
  const components = new Map(packages.map(each => [refs.get(each.path)!, each]));
  const importsOf = (ref: string) => packages.filter(({ path }) => refs.get(path) === ref).flatMap(each => each.imports);
  const self = purl(library.name, library.version);
  const peers = Object.entries(library.peerDependencies).map(([name, range]) => peer(name, range));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp,
      lifecycles: [{ phase: 'build' }],
      authors: [{ name: library.author.name, email: library.author.email }],
      component: {
        ...component(library.name, library.version, library.license),
        description: library.description,
        externalReferences: [{ type: 'vcs', url: library.repository.url }],
      },
    },
    components: [...[...components.values()].map(bundledComponent), ...peers],
    dependencies: [
      { ref: self, dependsOn: [...refsOf(imports), ...peers.map(each => each['bom-ref'])] },
      ...[...components.keys()].map(ref => ({ ref, dependsOn: refsOf(importsOf(ref)) })),
      ...peers.map(each => ({ ref: each['bom-ref'] })),
    ],
  };
}

function bundledComponent({ name, version, license, integrity }: BundledPackage) {
  return {
    ...component(name, version, license),
    scope: 'required',
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex') }],
    properties: [{ name: 'cdx:npm:package:bundled', value: 'true' }],
  };
}

function component(name: string, version: string, license: string) {
  const id = purl(name, version);
  return { 'type': 'library', 'bom-ref': id, name, version, 'licenses': [{ license: { id: license } }], 'purl': id };
}

/** Without a version: the user's lock file knows which it is. */
function peer(name: string, range: string) {
  const properties = [{ name: 'cdk-sagemaker-inference:peerDependency', value: range }];
  return { 'type': 'library', 'bom-ref': purl(name), name, 'purl': purl(name), 'scope': 'required', properties };
}

function purl(name: string, version?: string) {
  return `pkg:npm/${name.replace('@', '%40')}${version === undefined ? '' : `@${version}`}`;
}
