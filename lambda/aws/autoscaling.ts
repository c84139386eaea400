import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { WITHIN_A_POLL } from './client-options';

let client: ApplicationAutoScalingClient | undefined;

/** In the bundle that takes scaling off and puts it back alone. */
export function autoScaling(): ApplicationAutoScalingClient {
  return client ??= new ApplicationAutoScalingClient(WITHIN_A_POLL);
}
