import { Authorization, ServiceCall } from '../service';
import { JOB_KINDS } from './job-kinds';
import { nameOf, World } from './world';

/** By the noun of an operation: the type in the ARN, and the member of the request that names the resource. */
const RESOURCES: Record<string, [string, string]> = {
  AIWorkloadConfig: ['ai-workload-config', 'AIWorkloadConfigName'],
  Endpoint: ['endpoint', 'EndpointName'],
  EndpointConfig: ['endpoint-config', 'EndpointConfigName'],
  Model: ['model', 'ModelName'],
  ModelPackage: ['model-package', 'ModelPackageName'],
  ModelPackageGroup: ['model-package-group', 'ModelPackageGroupName'],
  ...Object.fromEntries(JOB_KINDS.map(kind => [kind.noun, [kind.arnType, kind.members.name] as [string, string]])),
};

/** The permissions that a call takes. The request has not been validated yet and may be anything. */
export function authorizationsOf({ operation, input }: ServiceCall, world: World): Authorization[] {
  const arns = resourcesOf(operation, input, world);
  const requestTags: { Key?: unknown; Value?: unknown }[] = Array.isArray(input.Tags) ? input.Tags : [];
  const required = arns.map(resource => ({ action: `sagemaker:${operation}`, resource, context: context(resource, requestTags, world) }));
  if (operation.startsWith('Create') && requestTags.length > 0) {
    required.push({ action: 'sagemaker:AddTags', resource: arns[0], context: context(arns[0], requestTags, world) });
  }
  for (const role of [input.RoleArn, input.ExecutionRoleArn].filter(given => typeof given === 'string')) {
    required.push({ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
  }
  return required;
}

function resourcesOf(operation: string, input: Record<string, any>, world: World): string[] {
  const arn = ([type, member]: [string, string], name: unknown = input[member]): string =>
    String(name).startsWith('arn:') ? String(name) : world.arn(type, String(name));
  switch (operation) {
    case 'AddTags':
    case 'DeleteTags':
    case 'ListTags':
      return [String(input.ResourceArn)];
    case 'UpdateModelPackage':
      return [String(input.ModelPackageArn)];
    case 'CreateModelPackage':
      // Which version it becomes is the service's choice.
      return [world.arn('model-package', `${nameOf(String(input.ModelPackageGroupName))}/1`)];
    case 'CreateEndpoint':
    case 'UpdateEndpoint':
      return [arn(RESOURCES.Endpoint), arn(RESOURCES.EndpointConfig)];
    default: {
      const noun = operation.replace(/^(Create|Describe|Update|Stop|Delete)/, '');
      return [noun in RESOURCES ? arn(RESOURCES[noun]) : '*'];
    }
  }
}

/** Condition keys: the tags of the request, and those that the resource has already. */
function context(resource: string, requestTags: { Key?: unknown; Value?: unknown }[], world: World): Record<string, string> {
  return {
    ...Object.fromEntries(requestTags.map(tag => [`aws:RequestTag/${tag?.Key}`, String(tag?.Value)])),
    ...Object.fromEntries(Object.entries(world.tags.of(resource) ?? {})
      .flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`sagemaker:ResourceTag/${key}`, value]])),
  };
}
