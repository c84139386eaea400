import { Validation } from '../../private/validation';
import type { ModelCopies } from '../hosting';

/** What is wrong with the copies of a model. */
export function validateCopies(prefix: string, copies: ModelCopies): string[] {
  const validation = new Validation('copies');
  validation.integer(`${prefix}copyCount`, copies.copyCount, 0);
  validation.integer(`${prefix}acceleratorsPerCopy`, copies.acceleratorsPerCopy, 1);
  validation.size(`${prefix}minMemoryPerCopy`, copies.minMemoryPerCopy, 'MiB', 128);
  validation.resourceName(`${prefix}inferenceComponentName`, copies.inferenceComponentName);
  validation.matches(`${prefix}adapterNamePrefix`, copies.adapterNamePrefix, /[a-zA-Z0-9][a-zA-Z0-9-]*/,
    'hold only letters, digits and hyphens, and start with no hyphen');
  return validation.messages;
}
