import { Readable } from 'node:stream';
import { ServiceError } from '../service';

/** An HTTP request whose body has arrived. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** A stream is passed on as it comes; when it breaks off, so does the connection. */
  readonly body: string | Readable;
}

/** How a service's calls travel over HTTP. */
export interface Protocol {
  /** The service's own words for a refusal because of too many calls, and for a failure of its own. */
  readonly throttled: ServiceError;
  readonly internalError: ServiceError;
  parse(request: WireRequest): { operation: string; input: Record<string, any> };
  output(operation: string, output: any): WireResponse;
  error(error: ServiceError): WireResponse;
}

/** AWS JSON 1.0 and 1.1: the operation is in a header, input and output are JSON bodies. */
export class JsonProtocol implements Protocol {
  public readonly throttled = new ServiceError('ThrottlingException', 'Rate exceeded');
  public readonly internalError = new ServiceError('InternalFailure', 'The request processing has failed because of an unknown error.', 500);

  /** @param queryCompatible the service spoke query once: its errors carry the code of then in a header */
  constructor(private readonly version: '1.0' | '1.1', private readonly queryCompatible = false) {}

  public parse({ headers, body }: WireRequest) {
    return { operation: String(headers['x-amz-target']).split('.')[1], input: JSON.parse(body.toString() || '{}') };
  }

  public output(_operation: string, output: any): WireResponse {
    return { status: 200, headers: this.headers(), body: JSON.stringify(secondsForDates(output ?? {})) };
  }

  public error({ code, message, status }: ServiceError): WireResponse {
    const former: Record<string, string> = this.queryCompatible ? { 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` } : {};
    return { status, headers: { ...this.headers(), ...former }, body: JSON.stringify({ __type: code, message }) };
  }

  private headers() {
    return { 'content-type': `application/x-amz-json-${this.version}` };
  }
}

/** AWS query: a form goes in, XML comes out. */
export class QueryProtocol implements Protocol {
  public readonly throttled = new ServiceError('Throttling', 'Rate exceeded');
  public readonly internalError = new ServiceError('InternalFailure', 'The request processing has failed because of an unknown error.', 500);

  constructor(private readonly namespace: string) {}

  public parse({ body }: WireRequest) {
    const { Action, Version, ...input } = Object.fromEntries(new URLSearchParams(body.toString()));
    const nested = Object.keys(input).find(key => key.includes('.'));
    if (nested) {
      throw new ServiceError('ValidationError', `the sandbox does not read lists or structures in a query: ${nested}`);
    }
    return { operation: Action, input };
  }

  public output(operation: string, output: any): WireResponse {
    return this.document(200, `${operation}Response`, { [`${operation}Result`]: output ?? {}, ResponseMetadata: { RequestId: 'sandbox' } });
  }

  public error({ code, message, status }: ServiceError): WireResponse {
    // The query services' word for it has no suffix.
    const Code = code === 'AccessDeniedException' ? 'AccessDenied' : code;
    return this.document(status, 'ErrorResponse', { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code, Message: message }, RequestId: 'sandbox' });
  }

  private document(status: number, root: string, content: object): WireResponse {
    return { status, headers: { 'content-type': 'text/xml' }, body: `<${root} xmlns="${this.namespace}">${xml(content)}</${root}>` };
  }
}

/** The two operations of Lambda's REST API that the provider framework calls. */
export class LambdaProtocol implements Protocol {
  public readonly throttled = new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
  public readonly internalError = new ServiceError('ServiceException', 'An internal error occurred.', 500);

  public parse({ method, path, headers, body }: WireRequest) {
    const [, name, subresource] = /^\/2015-03-31\/functions\/([^/?]+)(\/invocations)?$/.exec(path) ?? [];
    const FunctionName = decodeURIComponent(name ?? '');
    if (name && subresource && method === 'POST') {
      const InvocationType = headers['x-amz-invocation-type'] ?? 'RequestResponse';
      return { operation: 'Invoke', input: { FunctionName, InvocationType, Payload: body.toString() } };
    }
    if (name && !subresource && method === 'GET') {
      return { operation: 'GetFunction', input: { FunctionName } };
    }
    throw new ServiceError('UnknownOperationException', `the sandbox does not answer ${method} ${path} of Lambda`, 404);
  }

  public output(operation: string, output: any): WireResponse {
    if (operation !== 'Invoke') {
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
    }
    const { StatusCode, FunctionError, Payload } = output;
    const headers: Record<string, string> = FunctionError ? { 'x-amz-function-error': FunctionError } : {};
    return { status: StatusCode, headers: { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST', ...headers }, body: Payload ?? '' };
  }

  public error({ code, message, status }: ServiceError): WireResponse {
    return {
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
      body: JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, message }),
    };
  }
}

/** What a request to S3 may say besides bucket and key, by the parameter of the query. */
const LISTING: Record<string, string> = { 'prefix': 'Prefix', 'max-keys': 'MaxKeys', 'continuation-token': 'ContinuationToken', 'start-after': 'StartAfter' };

/** Headers that would change what S3 answers, or how the body is to be read. */
const UNKNOWN_TO_S3 = ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'content-encoding', 'x-amz-copy-source'];

/** S3's REST API, with the bucket in the path: an endpoint that is an IP address is addressed so by the SDK. */
export class S3Protocol implements Protocol {
  public readonly throttled = new ServiceError('SlowDown', 'Please reduce your request rate.', 503);
  public readonly internalError = new ServiceError('InternalError', 'We encountered an internal error. Please try again.', 500);

  public parse({ method, path, headers, body }: WireRequest) {
    const { pathname, searchParams } = new URL(path, 'http://s3');
    const [, bucket, key] = /^\/([^/]+)\/?(.*)$/s.exec(pathname) ?? [];
    const { 'list-type': listType, ...parameters } = Object.fromEntries(searchParams);
    // What the SDK writes there for the logs of servers.
    delete parameters['x-id'];
    const input = { Bucket: decodeURIComponent(bucket ?? ''), Key: decodeURIComponent(key ?? '') };
    const known = Object.keys(parameters).every(name => listType !== undefined && name in LISTING) && !UNKNOWN_TO_S3.some(name => name in headers);
    if (bucket && known && key && listType === undefined) {
      switch (method) {
        case 'GET': return { operation: 'GetObject', input };
        case 'PUT': return { operation: 'PutObject', input: { ...input, Body: body } };
        case 'DELETE': return { operation: 'DeleteObject', input };
      }
    }
    if (bucket && known && !key && listType === '2' && method === 'GET') {
      const given = Object.entries(parameters).map(([name, value]) => [LISTING[name], name === 'max-keys' ? Number(value) : value]);
      return { operation: 'ListObjectsV2', input: { Bucket: input.Bucket, ...Object.fromEntries(given) } };
    }
    throw new ServiceError('NotImplemented', `the sandbox does not answer ${method} ${path} of S3 with the headers ${Object.keys(headers).join(', ')}`, 501);
  }

  public output(operation: string, output: any): WireResponse {
    switch (operation) {
      case 'GetObject': {
        const { Body, ContentLength, ETag, LastModified } = output;
        const length: Record<string, string> = ContentLength === undefined ? {} : { 'content-length': String(ContentLength) };
        const headers = { 'content-type': 'application/octet-stream', 'etag': ETag, 'last-modified': LastModified.toUTCString(), ...length };
        return { status: 200, headers, body: Body() };
      }
      case 'ListObjectsV2': {
        const { Contents, ...others } = output;
        // A list without an element around it.
        const content = xml(others) + Contents.map((element: object) => xml({ Contents: element })).join('');
        return this.document(200, `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</ListBucketResult>`);
      }
      case 'PutObject': return { status: 200, headers: { etag: output.ETag }, body: '' };
      default: return { status: 204, headers: {}, body: '' };
    }
  }

  public error({ code, message, status }: ServiceError): WireResponse {
    const words: Record<string, string> = { AccessDeniedException: 'AccessDenied', UnrecognizedClientException: 'InvalidAccessKeyId' };
    return this.document(status, xml({ Error: { Code: words[code] ?? code, Message: message, RequestId: 'sandbox' } }));
  }

  private document(status: number, content: string): WireResponse {
    return { status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}` };
  }
}

/** Where the answers of custom resources arrive. */
export const RESPONSE_PATH = '/cfn-response/';

/** The answer of a custom resource: a PUT to an address that is good for this one answer. */
export const RESPONSE_PROTOCOL: Protocol = {
  throttled: new ServiceError('SlowDown', 'Please reduce your request rate.', 503),
  internalError: new ServiceError('InternalError', 'We encountered an internal error. Please try again.', 500),
  parse: ({ method, path, body }) => {
    if (method !== 'PUT') {
      throw new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
    }
    return { operation: 'CustomResourceResponse', input: { token: path.slice(RESPONSE_PATH.length), body: body.toString() } };
  },
  output: () => ({ status: 200, headers: {}, body: '' }),
  error: ({ status, message }) => ({ status, headers: {}, body: message }),
};

/** By the name in the credential scope of the request's signature. */
export const PROTOCOLS: Record<string, Protocol> = {
  'sagemaker': new JsonProtocol('1.1'),
  'states': new JsonProtocol('1.0'),
  'application-autoscaling': new JsonProtocol('1.1'),
  'events': new JsonProtocol('1.1'),
  'ssm': new JsonProtocol('1.1'),
  'logs': new JsonProtocol('1.1'),
  // Query and Smithy RPC are spoken by CloudWatch as well, JSON is what the SDK for JavaScript does.
  'monitoring': new JsonProtocol('1.0', true),
  'lambda': new LambdaProtocol(),
  's3': new S3Protocol(),
  'cloudformation': new QueryProtocol('http://cloudformation.amazonaws.com/doc/2010-05-15/'),
};

/** The JSON protocols carry a point in time as seconds since the epoch. */
function secondsForDates(value: any): any {
  if (value instanceof Date) {
    return value.getTime() / 1000;
  }
  if (Array.isArray(value)) {
    return value.map(secondsForDates);
  }
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, secondsForDates(member)]));
  }
  return value;
}

function xml(value: any): string {
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (Array.isArray(value)) {
    return value.map(element => `<member>${xml(element)}</member>`).join('');
  }
  if (value && typeof value === 'object') {
    return Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `<${name}>${xml(member)}</${name}>`)
      .join('');
  }
  return String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
