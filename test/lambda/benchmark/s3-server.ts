import { createServer, IncomingMessage, ServerResponse } from 'http';
import type { AddressInfo } from 'net';
import { Readable } from 'stream';

export interface StoredObject {
  readonly body: Buffer | (() => Readable);
  /** In bytes; that of a buffer is known. */
  readonly size?: number;
  readonly modified?: Date;
}

/** What goes wrong with an answer. */
export type Fault =
  | { readonly status: number; readonly code: string; readonly message?: string }
  /** Nothing arrives after so many bytes: the connection is cut, or just still. */
  | { readonly after: number; readonly then: 'cut' | 'still' }
  | 'hang up';

/** As much of S3 as reading takes: one bucket, on this machine. */
export class S3Server {
  public readonly objects = new Map<string, StoredObject>();
  /** Taken one after the other, by the operation that they are for. */
  public readonly faults: { readonly operation: 'list' | 'get'; readonly fault: Fault }[] = [];
  public readonly requests: string[] = [];
  public pageSize = 1000;
  private readonly server = createServer((request, response) => this.handle(request, response));

  public async start(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://s3');
    const operation = url.searchParams.has('list-type') ? 'list' : 'get';
    const [, bucket, key] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    this.requests.push(operation === 'list' ? `list ${bucket} ${url.searchParams.get('prefix')}` : `get ${bucket} ${key}`);
    const at = this.faults.findIndex(fault => fault.operation === operation);
    const fault = at >= 0 ? this.faults.splice(at, 1)[0].fault : undefined;
    if (fault === 'hang up') {
      request.socket.destroy();
    } else if (fault && 'status' in fault) {
      this.refuse(response, fault.status, fault.code, fault.message);
    } else if (bucket === 'gone') {
      this.refuse(response, 404, 'NoSuchBucket');
    } else if (operation === 'list') {
      this.list(response, url.searchParams.get('prefix') ?? '', url.searchParams.get('continuation-token') ?? '');
    } else {
      this.get(response, key, fault);
    }
  }

  private list(response: ServerResponse, prefix: string, after: string): void {
    const keys = [...this.objects.keys()].filter(key => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, this.pageSize);
    const contents = page.map(key => `<Contents><Key>${key}</Key><LastModified>${(this.objects.get(key)!.modified ?? new Date()).toISOString()}</LastModified></Contents>`);
    const next = page.length < keys.length ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    response.setHeader('Content-Type', 'application/xml');
    response.end(`<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${contents.join('')}${next}</ListBucketResult>`);
  }

  private get(response: ServerResponse, key: string, fault: Extract<Fault, { after: number }> | undefined): void {
    const object = this.objects.get(key);
    if (!object) {
      this.refuse(response, 404, 'NoSuchKey');
      return;
    }
    const { body, size } = object;
    response.setHeader('Content-Length', Buffer.isBuffer(body) ? body.length : size!);
    if (fault && Buffer.isBuffer(body)) {
      response.write(body.subarray(0, fault.after), () => fault.then === 'cut' && setTimeout(() => response.destroy(), 50));
    } else {
      (Buffer.isBuffer(body) ? Readable.from([body]) : body()).pipe(response);
    }
  }

  private refuse(response: ServerResponse, status: number, code: string, message = code): void {
    response.writeHead(status, { 'Content-Type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  }
}

/** What the SDK takes from the environment in Lambda too. */
export function environmentFor(url: string): Record<string, string> {
  return { AWS_ENDPOINT_URL_S3: url, AWS_REGION: 'us-west-2', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };
}
