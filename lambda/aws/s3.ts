import { S3Client } from '@aws-sdk/client-s3';

/**
 * In the bundle that reads results alone, since the client is as large as the rest of the handlers.
 *
 * Time-outs as for the other services. A body may take minutes, so of that only a stillness counts.
 */
const REQUEST_HANDLER = { connectionTimeout: 3_000, requestTimeout: 10_000, socketTimeout: 30_000, throwOnRequestTimeout: true };

let client: S3Client | undefined;

export function s3(): S3Client {
  return client ??= new S3Client({
    maxAttempts: 2,
    requestHandler: REQUEST_HANDLER,
    responseChecksumValidation: 'WHEN_REQUIRED', // gzip has a checksum of its own, and another over hundreds of megabytes takes seconds
  });
}
