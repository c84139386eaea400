import { Readable } from 'node:stream';

/** What an object holds: bytes, or a function that makes them on the fly, anew for each reader and alike for all. */
export type ObjectBody = Buffer | (() => Readable);

export interface S3Object {
  readonly key: string;
  readonly body: ObjectBody;
  /** In bytes; undefined for a body made on the fly, if nobody said. */
  readonly size?: number;
  readonly etag: string;
  readonly lastModified: Date;
}
