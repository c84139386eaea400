import { createHash } from 'crypto';

/** An upload in parts. Nothing is to be seen of it before it is complete. */
export interface Upload {
  part(number: number, body: Buffer): Promise<void>;
  complete(): Promise<void>;
  abort(): Promise<void>;
}

/** S3 takes parts of 5 MiB at least, and 10,000 of them. */
export const PART = 32 * 1024 * 1024;

/** Copies what comes, part by part, and gives up if it is not what was expected. */
export async function copy(source: AsyncIterable<Uint8Array>, upload: Upload, sha256?: string, size = PART): Promise<number> {
  const hash = createHash('sha256');
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let total = 0;
  let parts = 0;
  const send = async () => {
    await upload.part(++parts, Buffer.concat(waiting));
    waiting = [];
    bytes = 0;
  };
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      waiting.push(chunk);
      bytes += chunk.length;
      total += chunk.length;
      if (bytes >= size) {
        await send();
      }
    }
    if (bytes > 0 || parts === 0) {
      await send();
    }
    const found = hash.digest('hex');
    if (sha256 !== undefined && found !== sha256) {
      throw new Error(`what was downloaded has the SHA-256 ${found}, expected ${sha256}`);
    }
    await upload.complete();
    return total;
  } catch (error) {
    await upload.abort();
    throw error;
  }
}
