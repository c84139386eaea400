import { SSMClient } from '@aws-sdk/client-ssm';
import { WITHIN_A_POLL } from './client-options';

let client: SSMClient | undefined;

/** In the bundle that takes scaling off and puts it back alone. */
export function ssm(): SSMClient {
  return client ??= new SSMClient(WITHIN_A_POLL);
}
