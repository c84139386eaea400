import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Place } from './providers/type-models';

interface AssetManifest {
  readonly files?: Record<string, {
    readonly source: { readonly path?: string };
    readonly destinations: Record<string, { readonly bucketName: string; readonly objectKey: string }>;
  }>;
}

/** The bucket that `cdk deploy` uploads to: files are found by where they would go, taken from where they are. */
export class Assets {
  private readonly paths = new Map<string, string>();

  constructor(private readonly place: Place) {}

  /** Uploads: what was uploaded before stays, since a rollback needs the former code. */
  public publish(directory: string): void {
    for (const file of readdirSync(directory).filter(name => name.endsWith('.assets.json'))) {
      const manifest = JSON.parse(readFileSync(join(directory, file), 'utf8')) as AssetManifest;
      for (const { source, destinations } of Object.values(manifest.files ?? {})) {
        for (const { bucketName, objectKey } of Object.values(destinations)) {
          if (source.path !== undefined) {
            this.paths.set(location(withPlace(bucketName, this.place), objectKey), resolve(directory, source.path));
          }
        }
      }
    }
  }

  /** The folder or file that is in the bucket under the key. */
  public find(bucket: string, key: string): string {
    const path = this.paths.get(location(bucket, key));
    if (path === undefined || !existsSync(path)) {
      throw new Error(`there is no asset for s3://${bucket}/${key}: the object that the template refers to is in no asset manifest next to it`);
    }
    return path;
  }
}

function location(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

function withPlace(bucketName: string, place: Place): string {
  return bucketName
    .replaceAll('${AWS::Partition}', place.partition)
    .replaceAll('${AWS::AccountId}', place.account)
    .replaceAll('${AWS::Region}', place.region);
}
