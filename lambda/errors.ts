import { Failure } from './event';
import { GRACE, hasPassed, Timed } from './time';

/** What the SDK throws: the service's error code as name, and what it knows of the response. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $fault?: 'client' | 'server';
}

const asSdkError = (error: unknown): SdkError =>
  error instanceof Error ? error as SdkError : { name: 'Error', message: String(error) };

/** SageMaker says "not found" in two ways, depending on the operation. */
export function isNotFound(error: unknown): boolean {
  const { name, message } = asSdkError(error);
  return name === 'ResourceNotFound' || name === 'ResourceNotFoundException'
    || (name === 'ValidationException' && /could not find|does not exist|not found/i.test(message));
}

/** A Create of a name that is taken: by an earlier try of ours whose answer was lost, or by somebody else. */
export function isTaken(error: unknown): boolean {
  const { name, message } = asSdkError(error);
  return name === 'ResourceInUse' || name === 'ConflictException' || (name === 'ValidationException' && /already exist/i.test(message));
}

/** A Delete of something that is still in use, or not yet at rest. */
export function isBusy(error: unknown): boolean {
  const { name, message } = asSdkError(error);
  return name === 'ResourceInUse' || name === 'ConflictException'
    || (name === 'ValidationException' && /in use|in progress|being|cannot be (deleted|stopped)|terminal|status/i.test(message));
}

/** What JavaScript says of a value that is of another form than expected. The SDK says so of an answer with what it knows of the response. */
export function isUnreadable(error: unknown): error is Error {
  return [TypeError, RangeError, SyntaxError].some(type => error instanceof type) && !asSdkError(error).$metadata;
}

/** Nothing is wrong with the request: the same call may pass a moment later. */
export function isTransient(error: unknown): boolean {
  const { name, $metadata, $fault } = asSdkError(error);
  if (!$metadata) {
    return false; // not from a call at all: a mistake of ours, which no second try mends
  }
  const status = $metadata.httpStatusCode;
  // Without a response there is nothing that the service objected to: the connection broke or the time ran out.
  return status === undefined || status >= 500 || status === 429 || $fault === 'server' || /throttl|toomanyrequests|requestlimit/i.test(name);
}

/** IAM is eventually consistent: right after a deployment a role, its policy or its credentials may not be seen everywhere yet. */
export function isPermission(error: unknown): boolean {
  const { name, message } = asSdkError(error);
  return /accessdenied|unauthorized|notauthorized|unrecognizedclient|invalidclienttokenid|expiredtoken/i.test(name)
    || (name === 'ValidationException' && /could not assume|unable to assume|cannot assume|trust relationship|not authorized to perform/i.test(message));
}

/** Whether the next poll may do better. A throw is final and rolls the stack back, so what may pass is worth another one. */
export function mayPass(error: unknown, plan: Timed): boolean {
  return !(error instanceof Failure)
    && ((isTransient(error) && Date.now() < plan.deadline) || (isPermission(error) && !hasPassed(plan, GRACE)));
}

/** The service's own words, with its error code. */
export function reasonOf(error: unknown): string {
  const { name, message } = asSdkError(error);
  return `${message} (${name})`;
}

/**
 * The error as it is thrown to the framework, which sends message and stack untruncated in an answer that may take 4,096 bytes:
 * the stack goes, and the message is cut by its length as JSON.
 *
 * @param ending what is never cut
 */
export function forCloudFormation(error: unknown, ending = ''): Error {
  const message = clip(error instanceof Failure ? error.message : reasonOf(error), 2000 - Buffer.byteLength(ending));
  const clipped = new Error(message + ending);
  clipped.stack = '';
  return clipped;
}

/** Cuts a text so that it takes at most `bytes` bytes inside a JSON string. */
export function clip(value: string, bytes: number): string {
  const size = (part: string) => Buffer.byteLength(JSON.stringify(part)) - 2;
  if (size(value) <= bytes) {
    return value;
  }
  const characters = Array.from(value);
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (size(characters.slice(0, middle).join('')) <= bytes - 3) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return `${characters.slice(0, low).join('')}...`;
}

/** A service's sentence without its full stop, to go on after it. */
export function sentence(reason: string): string {
  return reason.trim().replace(/\.+$/, '');
}

/** What there is of several reasons, as sentences without the last full stop. */
export function sentences(...reasons: (string | undefined)[]): string {
  return reasons.filter(reason => reason !== undefined).map(sentence).join('. ');
}
