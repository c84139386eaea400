import { randomUUID } from 'node:crypto';
import { VirtualClock } from '../../clock';
import { randomSuffix } from '../ids';
import { Copy, Stack } from '../stack';
import { Properties } from '../template';
import { Provisioned, ProvisionRequest, ResourceProvider } from './provider';

export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

/** The way to a custom resource's provider and back. */
export interface CustomResourceTransport {
  /** Hands the request, completed by a ResponseURL, to the provider; resolves with what is put there, which may be never. */
  send(serviceToken: string, request: CustomResourceRequest): Promise<string>;
}

interface Answer {
  readonly physicalId?: string;
  readonly attributes: Properties;
  readonly failure?: string;
}

const SECOND = 1000;
/** Ten seconds a request, as it takes in an account: half until it arrives, half until the answer is noticed. */
const EACH_WAY = 5 * SECOND;
const MAX_SECONDS = 3600;
const MAX_RESPONSE_BYTES = 4096;

/** Resources that somebody's own code provides: the protocol between CloudFormation and that code. */
export class CustomResourceProvider implements ResourceProvider {
  /** By the attributes of an answer the request that it answers: error messages name it. */
  private readonly requestIds = new WeakMap<Properties, string>();

  constructor(private readonly clock: VirtualClock, private readonly transport: CustomResourceTransport) {}

  public prepare(_logicalId: string, _type: string, properties: Properties): Properties {
    if (typeof properties.ServiceToken !== 'string') {
      throw new Error('ServiceToken is required');
    }
    return stringified(properties) as Properties;
  }

  public hasAttribute(): boolean {
    return true;
  }

  public replaces(_type: string, before: Properties, after: Properties): boolean {
    if (after.ServiceToken !== before.ServiceToken) {
      throw new Error('Modifying service token is not allowed.');
    }
    return false;
  }

  public async create(request: ProvisionRequest): Promise<Provisioned> {
    let known = false;
    const identified = (physicalId: string) => {
      known = true;
      request.identified(physicalId);
    };
    try {
      return provisioned(await this.send({ ...request, identified }, 'Create', {}));
    } finally {
      // What has been given up, or has failed without an id, is deleted all the same, and that takes an id.
      if (!known) {
        request.identified(`${request.stack.stackName}-${request.logicalId}-${randomSuffix()}`);
      }
    }
  }

  public async update(request: ProvisionRequest, before: Copy): Promise<Provisioned> {
    return provisioned(await this.send(request, 'Update', { PhysicalResourceId: before.physicalId, OldResourceProperties: before.properties }));
  }

  public async delete(request: ProvisionRequest, copy: Copy): Promise<void> {
    const answer = await this.send({ ...request, identified: () => {} }, 'Delete', { PhysicalResourceId: copy.physicalId });
    if (answer.failure) {
      throw new Error(answer.failure);
    }
  }

  public missingAttribute(stack: Stack, copy: Copy, attribute: string): string {
    const object = [stack.stackId, copy.logicalId, this.requestIds.get(copy.attributes)].join('|');
    return `CustomResource attribute error: Vendor response doesn't contain ${attribute} attribute in object ${object}`;
  }

  private async send(
    request: ProvisionRequest,
    requestType: CustomResourceRequest['RequestType'],
    rest: Partial<CustomResourceRequest>,
  ): Promise<Answer> {
    const requestId = randomUUID();
    const serviceToken = String(request.properties.ServiceToken);
    await request.cancellation.orThrow(this.clock.sleep(EACH_WAY));
    const answered = this.transport.send(serviceToken, {
      RequestType: requestType,
      RequestId: requestId,
      StackId: request.stack.stackId,
      ResourceType: request.type,
      LogicalResourceId: request.logicalId,
      ResourceProperties: request.properties,
      ...rest,
    });
    const limit = Math.min(Number(request.properties.ServiceTimeout ?? MAX_SECONDS), MAX_SECONDS) * SECOND;
    const body = await request.cancellation.orThrow(Promise.race([answered, this.clock.sleep(limit)]));
    const answer = body === undefined ? timedOut(requestId) : readAnswer(body, requestId);
    this.requestIds.set(answer.attributes, requestId);
    if (answer.physicalId !== undefined) {
      request.identified(answer.physicalId);
    }
    await request.cancellation.orThrow(this.clock.sleep(EACH_WAY));
    return answer;
  }
}

function provisioned({ physicalId, attributes, failure }: Answer): Provisioned {
  if (failure !== undefined || physicalId === undefined) {
    throw new Error(failure);
  }
  return { physicalId, attributes };
}

function timedOut(requestId: string): Answer {
  const failure = `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${requestId}]. `
    + 'If you are using the Python cfn-response module, you may need to update your Lambda function so that CloudFormation can attach the updated version.';
  return { attributes: {}, failure };
}

function readAnswer(body: string, requestId: string): Answer {
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) {
    return { attributes: {}, failure: 'Response object is too long.' };
  }
  let response: Properties;
  try {
    response = JSON.parse(body) as Properties;
  } catch {
    return { attributes: {}, failure: 'Invalid Response object: it is not JSON' };
  }
  const { Status: status, PhysicalResourceId: id, Reason: reason, Data: data } = response;
  const physicalId = typeof id === 'string' && id !== '' && id.length <= 1024 ? id : undefined;
  const attributes = (data ?? {}) as Properties;
  if (response.RequestId !== requestId) {
    return { attributes: {}, failure: `Invalid Response object: Value of property RequestId must be ${requestId}` };
  }
  if (status === 'FAILED') {
    const message = reason === undefined ? 'See the details in CloudWatch Log Stream' : String(reason);
    return {
      physicalId, attributes, failure: `Received response status [FAILED] from custom resource. Message returned: ${message} (RequestId: ${requestId})`,
    };
  }
  if (status !== 'SUCCESS') {
    return { physicalId, attributes: {}, failure: 'Invalid Response object: Value of property Status must be SUCCESS or FAILED' };
  }
  return { physicalId, attributes, failure: physicalId === undefined ? 'Invalid PhysicalResourceId' : undefined };
}

/** Custom resources get all scalars as strings. */
function stringified(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(stringified);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, stringified(child)]));
  }
  return String(value);
}
