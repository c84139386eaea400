import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { isAbsolute, join } from 'path';

/** Nobody reads these of a snapshot; and git ignores what is called cdk.out. */
const OTHERS = ['tree.json', 'cdk.out'];

/**
 * Makes of a cloud assembly what is committed as a snapshot: no code, nothing of this machine, and no hash of either. Another handler changes no
 * snapshot; integ-runner leaves hashes aside as well.
 */
export function slim(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (statSync(join(directory, name)).isDirectory() || name.endsWith('.metadata.json') || OTHERS.includes(name)) {
      rmSync(join(directory, name), { recursive: true });
    }
  }
  const labels = labelsIn(directory);
  for (const name of readdirSync(directory).filter(file => file.endsWith('.json'))) {
    const file = join(directory, name);
    const content = JSON.parse(labelled(readFileSync(file, 'utf8'), labels));
    const kept = name === 'manifest.json' ? deployable(content) : name.endsWith('.assets.json') ? withoutPaths(content) : content;
    writeFileSync(file, JSON.stringify(kept, undefined, 1) + '\n');
  }
}

/** All files of a snapshot. */
export function contentsOf(directory: string): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).sort().map(name => [name, readFileSync(join(directory, name), 'utf8')]));
}

/** By the hash of an asset its number, which is that of the asset's place in the manifest and not that of the hash. */
function labelsIn(directory: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const name of readdirSync(directory).filter(file => file.endsWith('.assets.json')).sort()) {
    for (const hash of Object.keys(JSON.parse(readFileSync(join(directory, name), 'utf8')).files ?? {})) {
      labels.set(hash, labels.get(hash) ?? String(labels.size + 1).padStart(64, '0'));
    }
  }
  return labels;
}

function labelled(text: string, labels: Map<string, string>): string {
  return text
    .replace(/\b[0-9a-f]{64}\b/g, hash => labels.get(hash) ?? hash)
    .replace(/"current_account-current_region-[0-9a-f]{8}"/g, '"current_account-current_region"');
}

/** The artifacts that are deployed. What else there is tells of feature flags, at length, and of the program that wrote the manifest. */
function deployable({ artifacts: all, minimumCliVersion, ...manifest }: any): any {
  const artifacts = Object.entries<any>(all)
    .filter(([, { type }]) => type !== 'cdk:feature-flag-report' && type !== 'cdk:tree')
    .map(([id, { metadata, additionalMetadataFile, ...artifact }]) => [id, artifact]);
  return { ...manifest, artifacts: Object.fromEntries(artifacts) };
}

/** An asset that was not bundled is where its source is. */
function withoutPaths(manifest: any): any {
  for (const [id, { source }] of Object.entries<any>(manifest.files)) {
    source.path = isAbsolute(source.path) ? `asset.${id}` : source.path;
  }
  return manifest;
}
