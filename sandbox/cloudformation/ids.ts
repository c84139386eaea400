import { createHash, randomUUID } from 'node:crypto';

/** The part of a physical id that makes it unique: twelve upper-case characters. */
export function randomSuffix(): string {
  return createHash('sha256').update(randomUUID()).digest('hex').slice(0, 12).toUpperCase();
}

/** A physical name as CloudFormation makes them up: the stack, the logical id and a suffix, cut to what the service takes. */
export function generatedName(stackName: string, logicalId: string, maxLength: number): string {
  const suffix = randomSuffix();
  const room = maxLength - suffix.length - 2;
  const fits = stackName.length + logicalId.length <= room;
  // The stack's name gives way first, as it does in an account.
  const id = fits ? logicalId : logicalId.slice(0, Math.max(room - stackName.length, Math.ceil(room / 2)));
  return `${stackName.slice(0, room - id.length)}-${id}-${suffix}`;
}
