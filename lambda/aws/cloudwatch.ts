import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { WITHIN_A_POLL } from './client-options';

let client: CloudWatchClient | undefined;

/** In the bundle that takes scaling off and puts it back alone. */
export function cloudWatch(): CloudWatchClient {
  return client ??= new CloudWatchClient(WITHIN_A_POLL);
}
