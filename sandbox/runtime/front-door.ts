import { randomUUID } from 'node:crypto';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { VirtualClock } from '../clock';
import { Journal } from '../journal';
import { ServiceCall, ServiceError, ServiceStandIn } from '../service';
import { CallEffect, Faults } from './faults';
import { Iam, Session } from './iam';
import { JsonProtocol, Protocol, PROTOCOLS, RESPONSE_PATH, RESPONSE_PROTOCOL, WireRequest, WireResponse } from './protocols';

/** The process that a request came from, as far as the front door has to know it. */
export interface CallingProcess {
  /** Waits for an answer; virtual time may pass meanwhile. */
  wait<T>(answer: Promise<T>): Promise<T>;
  /** A call took effect. True if this was the end of the process, so that nobody is there to hear the answer. */
  tookEffect(operation: string): boolean;
}

/** Where a custom resource is to send its answer, and the answer when it has come. */
export interface ExpectedResponse {
  readonly url: string;
  readonly token: string;
  readonly body: Promise<string>;
}

/** The host of the addresses for answers. Lambda processes find it behind the front door. */
export const RESPONSE_HOST = 'cloudformation-custom-resource-response.sandbox';

/** The one HTTP server that everything in the sandbox talks to. */
export class FrontDoor {
  private readonly server = createServer((request, response) => void this.serve(request, response));
  private readonly standIns = new Map<string, ServiceStandIn>();
  private readonly processes = new Map<string, CallingProcess>();
  private readonly responses = new Map<string, (body: string) => void>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly journal: Journal,
    private readonly iam: Iam,
    private readonly faults: Faults,
  ) {
    // An idle connection must never be closed just when the SDK picks it for its next request.
    this.server.keepAliveTimeout = 0;
  }

  public async start(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
  }

  /** The endpoint of all services. */
  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public register(service: string, standIn: ServiceStandIn): void {
    this.standIns.set(service, standIn);
  }

  /** Requests with this access key come from this process. */
  public attach(accessKeyId: string, process: CallingProcess): void {
    this.processes.set(accessKeyId, process);
  }

  public detach(accessKeyId: string): void {
    this.processes.delete(accessKeyId);
  }

  /** A new address for the answer of a custom resource. */
  public expectResponse(): ExpectedResponse {
    const token = randomUUID();
    const body = new Promise<string>(resolve => this.responses.set(token, resolve));
    return { url: `https://${RESPONSE_HOST}/${token}`, token, body };
  }

  public async stop(): Promise<void> {
    await new Promise<void>(resolve => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request).catch(() => undefined);
    const wire = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: body ?? Buffer.alloc(0) };
    // Without a body the caller was killed in the middle of its request.
    const answer = body === undefined ? undefined : await this.exchange(wire);
    if (!answer) {
      request.socket.destroy();
      return;
    }
    response.sendDate = false;
    response.writeHead(answer.status, answer.headers);
    if (typeof answer.body === 'string') {
      response.end(answer.body);
    } else {
      await stream(answer.body, response);
    }
  }

  /** The answer to a request, or undefined when the connection is to be cut. */
  public async exchange(request: WireRequest): Promise<WireResponse | undefined> {
    const answer = await this.answer(request);
    return answer && {
      ...answer,
      headers: {
        ...answer.headers,
        // By the Date header the SDK would correct its signing clock; by the other one the process's own clock follows.
        'date': new Date(this.clock.now()).toUTCString(),
        'x-sandbox-time': String(this.clock.now()),
        'x-amzn-requestid': randomUUID(),
      },
    };
  }

  private async answer(request: WireRequest): Promise<WireResponse | undefined> {
    const toResponse = request.path.startsWith(RESPONSE_PATH);
    const [, signer, scope] = /Credential=([^/]+)\/[^/]+\/[^/]+\/([^/]+)\//.exec(String(request.headers.authorization)) ?? [];
    const protocol = toResponse ? RESPONSE_PROTOCOL : PROTOCOLS[scope] ?? new JsonProtocol('1.1');
    const session = this.iam.session(toResponse ? String(request.headers['x-sandbox-session']) : signer);
    try {
      const { operation, input } = protocol.parse(request);
      const call = { service: toResponse ? 'cloudformation' : scope, operation, input, caller: session?.roleArn ?? 'unknown' };
      const perform = toResponse ? () => this.customResourceResponse(call) : () => this.apiCall(call, session);
      const outcome = await this.effect(session?.accessKeyId, call, protocol, perform);
      return outcome && protocol.output(operation, outcome.output);
    } catch (error) {
      if (error instanceof ServiceError) {
        return protocol.error(error);
      }
      // No answer of AWS, but a mistake in the sandbox or something that it does not have: to be seen wherever one looks.
      process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : error}\n`);
      return protocol.error(new ServiceError('SandboxError', String(error)));
    }
  }

  private async apiCall(call: ServiceCall, session: Session | undefined): Promise<unknown> {
    const standIn = this.standIns.get(call.service);
    if (!standIn) {
      throw new Error(`the sandbox has no stand-in for ${call.service}, yet ${call.operation} is called`);
    }
    if (!session) {
      throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
    }
    if (this.iam.hasEnded(session.accessKeyId)) {
      throw new ServiceError('ExpiredTokenException', 'The security token included in the request is expired', 403);
    }
    this.iam.check(call.caller, standIn.authorizations(call), session.userArn);
    return standIn.handle(call);
  }

  private async customResourceResponse({ input }: ServiceCall): Promise<void> {
    const resolve = this.responses.get(input.token);
    if (!resolve) {
      throw new ServiceError('AccessDenied', 'Request has expired', 403);
    }
    resolve(input.body);
  }

  /** Carries a call out, with the faults that are arranged for it. Undefined when the connection is to be cut. */
  private async effect(
    accessKeyId: string | undefined,
    call: ServiceCall,
    protocol: Protocol,
    perform: () => Promise<unknown>,
  ): Promise<{ output: unknown } | undefined> {
    const time = this.clock.now();
    const caller = this.processes.get(accessKeyId ?? '');
    const fault = this.faults.takeCall(call.service, call.operation, call.input);
    let error: string | undefined;
    try {
      if (fault === 'reset') {
        error = 'reset: the connection was cut before the call took effect';
        return undefined;
      }
      const carriedOut = fault && fault !== 'lost-response' ? Promise.reject(refusal(fault, call, protocol)) : perform();
      const output = await (caller ? caller.wait(carriedOut) : carriedOut);
      return caller?.tookEffect(call.operation) || fault === 'lost-response' ? undefined : { output };
    } catch (thrown) {
      error = thrown instanceof ServiceError ? `${thrown.code}: ${thrown.message}` : String(thrown);
      throw thrown;
    } finally {
      this.journal.call({ time, ...call, ...error !== undefined && { error } });
    }
  }
}

function refusal(fault: CallEffect, { service, operation, caller }: ServiceCall, { throttled, internalError }: Protocol): ServiceError {
  switch (fault) {
    case 'throttle': return throttled;
    case 'access-denied':
      return new ServiceError('AccessDeniedException', `User: ${caller} is not authorized to perform: ${service}:${operation}`, 403);
    default: return internalError;
  }
}

/** Sends a body of any length, as fast as it is taken. */
async function stream(body: Readable, response: ServerResponse): Promise<void> {
  const closed = new Promise<void>(resolve => response.once('close', resolve));
  void closed.then(() => body.destroy());
  response.flushHeaders();
  try {
    for await (const chunk of body) {
      if (!response.destroyed && !response.write(chunk)) {
        await Promise.race([new Promise(resolve => response.once('drain', resolve)), closed]);
      }
    }
    response.end();
  } catch {
    // What there was arrives, and then the connection breaks.
    response.socket?.destroySoon();
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
