import { randomUUID } from 'node:crypto';
import { Authorization, ServiceCall } from '../service';
import { namesIn } from './identity';
import { Place, Targets } from './targets';

/** What each call takes. Only those that change something are about a target; the others see all there are. */
export function authorizationsOf({ operation, input }: ServiceCall, targets: Targets): Authorization[] {
  const action = `application-autoscaling:${operation}`;
  if (operation.startsWith('Describe')) {
    return [{ action, resource: '*' }];
  }
  const { ServiceNamespace = '', ResourceId = '', ScalableDimension = '', RoleARN, Tags = {} } = input;
  const resource = targets.arnOf({ ServiceNamespace, ResourceId, ScalableDimension });
  const tags = Object.fromEntries(Object.entries(Tags).map(([key, value]) => [`aws:RequestTag/${key}`, String(value)]));
  const context = {
    'application-autoscaling:service-namespace': String(ServiceNamespace), 'application-autoscaling:scalable-dimension': String(ScalableDimension), ...tags,
  };
  return [
    { action, resource, context },
    ...Object.keys(tags).length > 0 ? [{ action: 'application-autoscaling:TagResource', resource, context }] : [],
    ...typeof RoleARN === 'string'
      ? [{ action: 'iam:PassRole', resource: RoleARN, context: { 'iam:PassedToService': 'application-autoscaling.amazonaws.com' } }] : [],
  ];
}

/**
 * What the caller must be allowed in the services behind: registering, and putting a policy, is refused to those who could not do the scaling
 * themselves. The service finds out by trial calls. Those about endpoint configurations name one that it makes up, as users report; that those about
 * alarms name none is documented. So a permission for some of them only will not do.
 */
export function needsBehind(resourceId: string, { region, account }: Place): Authorization[] {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const alarms = ['DescribeAlarms', 'PutMetricAlarm', 'DeleteAlarms'].map(name => ({ action: `cloudwatch:${name}`, resource: arn('cloudwatch', 'alarm:*') }));
  const named = namesIn(resourceId);
  if (!named) {
    return alarms;
  }
  if ('component' in named) {
    const resource = arn('sagemaker', `inference-component/${named.component}`);
    return [...['DescribeInferenceComponent', 'UpdateInferenceComponentRuntimeConfig'].map(name => ({ action: `sagemaker:${name}`, resource })), ...alarms];
  }
  const resource = arn('sagemaker', `endpoint/${named.endpoint}`);
  return [
    ...['DescribeEndpoint', 'UpdateEndpointWeightsAndCapacities'].map(name => ({ action: `sagemaker:${name}`, resource })),
    { action: 'sagemaker:DescribeEndpointConfig', resource: arn('sagemaker', `endpoint-config/${randomUUID()}`) },
    ...alarms,
  ];
}
