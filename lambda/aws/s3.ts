import { S3Client } from '@aws-sdk/client-s3';
import { OPTIONS } from './clients';

let client: S3Client | undefined;

/** In the bundle that reads results alone, since the client is as large as the rest of the handlers. */
export function s3(): S3Client {
  return client ??= new S3Client({
    ...OPTIONS,
    requestHandler: { ...OPTIONS.requestHandler, socketTimeout: 30_000 }, // a body may take minutes, so of that only a stillness counts
    responseChecksumValidation: 'WHEN_REQUIRED', // gzip has a checksum of its own, and another over hundreds of megabytes takes seconds
  });
}
