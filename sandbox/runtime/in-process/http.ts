import { EventEmitter } from 'node:events';
import * as http from 'node:http';
import { Readable, Writable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { WireRequest, WireResponse } from '../protocols';

/** Answers a request, or undefined where the connection breaks; never, if nobody is there to hear it any more. */
export type Exchange = (request: WireRequest) => Promise<WireResponse | undefined>;

/** The modules http and https, without a network: each request goes to the exchange. */
export function httpModule(exchange: Exchange, target: (options: http.RequestOptions) => { path: string; headers: Record<string, string> }) {
  const request = (first: string | URL | http.RequestOptions, ...rest: unknown[]) => {
    const given = typeof first === 'string' || first instanceof URL ? urlToHttpOptions(new URL(first)) : first;
    const options = { ...given, ...rest.find(argument => typeof argument === 'object') as object };
    const callback = rest.find(argument => typeof argument === 'function') as ((response: Readable) => void) | undefined;
    return new Request(options.method ?? 'GET', target(options), exchange, callback);
  };
  return { ...http, default: undefined, request, get: (...args: Parameters<typeof request>) => request(...args).end() };
}

/** What there is of a connection: always open, never slow. */
const SOCKET = Object.assign(new EventEmitter(), { connecting: false, setKeepAlive: () => {}, setTimeout: () => {}, setNoDelay: () => {} });
SOCKET.setMaxListeners(0);

class Request extends Writable {
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly method: string,
    private readonly target: { path: string; headers: Record<string, string> },
    private readonly exchange: Exchange,
    callback?: (response: Readable) => void,
  ) {
    super({ autoDestroy: false });
    if (callback) {
      this.once('response', callback);
    }
    process.nextTick(() => this.emit('socket', SOCKET));
  }

  public setTimeout(): this {
    return this;
  }

  public setNoDelay(): void {}

  public setSocketKeepAlive(): void {}

  public setHeader(name: string, value: string): this {
    this.target.headers[name] = value;
    return this;
  }

  public _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  public _final(done: () => void): void {
    done();
    void this.send();
  }

  private async send(): Promise<void> {
    const { path, headers } = this.target;
    const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const answer = await this.exchange({ method: this.method, path, headers: lowerCase, body: Buffer.concat(this.chunks) });
    if (this.destroyed) {
      return;
    }
    if (answer === undefined) {
      this.emit('error', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      return;
    }
    const body = typeof answer.body === 'string' ? Readable.from([Buffer.from(answer.body)], { objectMode: false }) : answer.body;
    this.emit('response', Object.assign(body, { statusCode: answer.status, statusMessage: '', headers: answer.headers, req: this }));
  }
}
