import { Readable } from 'node:stream';

/** A GetObject whose connection breaks in the middle of the body. */
export interface BodyCut {
  /** How much arrives; less than the object has, or else nothing is missing. */
  readonly afterBytes: number;
  /** How many times it happens (default 1). */
  readonly times?: number;
  /** How many times that fit are let through first (default 0). */
  readonly after?: number;
  readonly when?: (input: { readonly Bucket: string; readonly Key: string }) => boolean;
}

/** The cuts that tests have arranged. */
export class Cuts {
  private readonly arranged: { readonly cut: BodyCut; skip: number; left: number }[] = [];

  public add(cut: BodyCut): void {
    this.arranged.push({ cut, skip: cut.after ?? 0, left: cut.times ?? 1 });
  }

  /** The body as the next reader gets it. */
  public take(input: { Bucket: string; Key: string }, body: Readable): Readable {
    for (const item of this.arranged.filter(({ cut, left }) => left > 0 && (cut.when?.(input) ?? true))) {
      if (item.skip === 0) {
        item.left--;
        return Readable.from(beginning(body, item.cut.afterBytes));
      }
      item.skip--;
    }
    return body;
  }
}

async function* beginning(body: Readable, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of body) {
    const part = Buffer.from(chunk).subarray(0, left);
    left -= part.length;
    if (part.length > 0) {
      yield part;
    }
    if (left === 0) {
      break;
    }
  }
  throw new Error('the connection is cut on purpose');
}
