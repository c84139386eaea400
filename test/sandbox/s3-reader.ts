// A Lambda function that reads an object from S3 as it comes, for the tests of the sandbox's S3. The tests bundle it.

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({});

export async function read({ Bucket, Key }: { Bucket: string; Key: string }) {
  let bytes = 0;
  // As a reader has it that must be done in time.
  const timer = setTimeout(() => { throw new Error('the time is up'); }, 30_000);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const content = Key.endsWith('.gz') ? (Body as Readable).pipe(createGunzip()) : Body as Readable;
    for await (const chunk of content) {
      bytes += chunk.length;
    }
    return { bytes };
  } catch (error) {
    const { name, message } = error as Error;
    return { bytes, error: `${name}: ${message}` };
  } finally {
    clearTimeout(timer);
  }
}
