import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { sagemaker } from './aws/clients';
import { putBack } from './scaling/load';
import type { ServingKind } from './serving-check';

/**
 * An endpoint and its configuration.
 *
 * The check behind it is also the place where scaling comes back that the update had to do without, forward and in a rollback.
 */
export const ENDPOINT: ServingKind = {
  noun: 'endpoint',
  resource: 'endpoint',
  logs: 'Endpoints',
  nameProperty: 'EndpointName',
  content: 'configuration',
  contentProperty: 'EndpointConfigName',
  statusAttribute: 'EndpointStatus',
  look: async name => {
    const endpoint = await sagemaker().send(new DescribeEndpointCommand({ EndpointName: name }));
    return { status: endpoint.EndpointStatus, serves: endpoint.EndpointConfigName, reason: endpoint.FailureReason };
  },
  settle: putBack,
};
