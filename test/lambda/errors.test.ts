import { clip, forCloudFormation, isBusy, isNotFound, isPermission, isTaken, isTransient } from '../../lambda/errors';
import { Failure } from '../../lambda/event';

const sdkError = (name: string, message = '', httpStatusCode: number | undefined = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, attempts: 1 } });

const NOT_FOUND = sdkError('ResourceNotFound', 'Requested resource not found');
const COULD_NOT_FIND = sdkError('ValidationException', 'Could not find endpoint "x".');
const IN_USE = sdkError('ResourceInUse', 'AIRecommendationJob with name x already exists');
const EXISTING_MODEL = sdkError('ValidationException', 'Cannot create already existing model "arn:...".');
const INVALID = sdkError('ValidationException', "1 validation error detected: Value 'x' at 'y' failed to satisfy constraint");
const THROTTLED = sdkError('ThrottlingException', 'Rate exceeded');
const INTERNAL = sdkError('InternalFailure', '', 500);
const RESET = Object.assign(new Error('socket hang up'), { name: 'Error', code: 'ECONNRESET', $metadata: { attempts: 3, totalRetryDelay: 200 } });
const DENIED = sdkError('AccessDeniedException', 'User: x is not authorized to perform: sagemaker:CreateModel');
const ROLE = sdkError('ValidationException', 'Could not assume role arn:aws:iam::111122223333:role/x. Please ensure that the role exists');
const BUG = new TypeError('cannot read properties of undefined');

test.each([
  ['isNotFound', isNotFound, [NOT_FOUND, COULD_NOT_FIND]],
  ['isTaken', isTaken, [IN_USE, EXISTING_MODEL]],
  ['isTransient', isTransient, [THROTTLED, INTERNAL, RESET]],
  ['isPermission', isPermission, [DENIED, ROLE]],
] as const)('%s', (_, predicate, expected) => {
  const all: Error[] = [NOT_FOUND, COULD_NOT_FIND, IN_USE, EXISTING_MODEL, INVALID, THROTTLED, INTERNAL, RESET, DENIED, ROLE, BUG];
  expect(all.filter(predicate)).toEqual(expected);
});

test('a resource that is in use or at work is busy', () => {
  expect(isBusy(IN_USE)).toBe(true);
  expect(isBusy(sdkError('ValidationException', 'Cannot delete an AIRecommendationJob in status InProgress'))).toBe(true);
  expect(isBusy(THROTTLED)).toBe(false);
});

test('what goes to CloudFormation has no stack, and at most 2,000 bytes as JSON', () => {
  const long = forCloudFormation(new Failure('"\n\u0001é😀'.repeat(2000)));
  expect(long.stack).toBe('');
  expect(Buffer.byteLength(JSON.stringify(long.message))).toBeLessThanOrEqual(2002);
  expect(long.message).toMatch(/\.\.\.$/);
  expect(long.message).not.toContain('\uFFFD');
  expect(forCloudFormation(INVALID).message).toContain('(ValidationException)');
  expect(forCloudFormation(new Failure('as it is')).message).toBe('as it is');
});

test('a text of just the allowed length is not cut', () => {
  expect(clip('a'.repeat(2000), 2000)).toHaveLength(2000);
  expect(clip('a'.repeat(2001), 2000)).toHaveLength(2000);
});
