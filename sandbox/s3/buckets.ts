import { S3Object } from './object';
import { PolicyDocument } from '../runtime/policy';

export interface Bucket {
  readonly objects: Map<string, S3Object>;
  /** The account that has it. Without one the bucket was made by somebody else, and is taken for one of whoever uses it. */
  owner?: string;
  policy?: PolicyDocument;
  /** The key that it is encrypted with, if that is one of KMS. */
  keyArn?: string;
}

/** All buckets of the partition: their names are unique among all accounts. */
export class Buckets {
  private readonly byName = new Map<string, Bucket>();
  private readonly deleted = new Set<string>();

  /** Every bucket exists, as far as it has not been deleted. */
  public get(name: string): Bucket {
    const bucket = this.byName.get(name) ?? { objects: new Map() };
    this.byName.set(name, bucket);
    return bucket;
  }

  /** Something happens to a bucket that shows that there is one. */
  public revive(name: string): Bucket {
    this.deleted.delete(name);
    return this.get(name);
  }

  public isDeleted(name: string): boolean {
    return this.deleted.has(name);
  }

  public delete(name: string): void {
    this.byName.delete(name);
    this.deleted.add(name);
  }

  /** Nothing is known of its owner any longer; what is in it stays. */
  public disown(name: string): void {
    const { objects } = this.get(name);
    this.byName.set(name, { objects });
  }
}
