import { Authorization, ServiceCall } from '../service';
import { JOB_KINDS } from './job-kinds';
import { nameOf, World } from './world';

/** By the noun of an operation: the type in the ARN, and the member of the request that names the resource. */
const RESOURCES: Record<string, [string, string]> = {
  AIWorkloadConfig: ['ai-workload-config', 'AIWorkloadConfigName'],
  Endpoint: ['endpoint', 'EndpointName'],
  EndpointConfig: ['endpoint-config', 'EndpointConfigName'],
  EndpointWeightsAndCapacities: ['endpoint', 'EndpointName'],
  InferenceComponent: ['inference-component', 'InferenceComponentName'],
  InferenceComponentRuntimeConfig: ['inference-component', 'InferenceComponentName'],
  Model: ['model', 'ModelName'],
  ModelPackage: ['model-package', 'ModelPackageName'],
  ModelPackageGroup: ['model-package-group', 'ModelPackageGroupName'],
  ModelPackageGroupPolicy: ['model-package-group', 'ModelPackageGroupName'],
  ...Object.fromEntries(JOB_KINDS.map(kind => [kind.noun, [kind.arnType, kind.members.name] as [string, string]])),
};

/** The permissions that a call takes. The request has not been validated yet and may be anything. */
export function authorizationsOf({ operation, input }: ServiceCall, world: World, scaledVariants: (endpoint: string) => string[]): Authorization[] {
  const arns = resourcesOf(operation, input, world);
  const requestTags: { Key?: unknown; Value?: unknown }[] = Array.isArray(input.Tags) ? input.Tags : [];
  const required: Authorization[] = arns.map(resource => ({ action: `sagemaker:${operation}`, resource, context: context(resource, requestTags, world) }));
  if (operation.startsWith('Create') && requestTags.length > 0) {
    required.push({ action: 'sagemaker:AddTags', resource: arns[0], context: context(arns[0], requestTags, world) });
  }
  required.push(...crossAccountUses(operation, input, world));
  if (operation === 'DeleteEndpoint' && scaledVariants(String(input.EndpointName)).length > 0) {
    // As documented, deleting an endpoint deregisters what is scaled of it, if the caller may.
    required.push({ action: 'application-autoscaling:DeregisterScalableTarget', resource: '*' });
  }
  for (const role of [input.RoleArn, input.ExecutionRoleArn].filter(given => typeof given === 'string')) {
    required.push({ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
  }
  return required;
}

/** Across accounts both sides have to allow it: the policy of the package's group, and those of the caller. */
function crossAccountUses(operation: string, input: Record<string, any>, { account }: World): Authorization[] {
  const containers: any[] = operation === 'CreateModel' ? [input.PrimaryContainer, input.Containers].flat() : [];
  return containers.map(container => String(container?.ModelPackageName ?? ''))
    .filter(identifier => identifier.startsWith('arn:') && identifier.split(':')[4] !== account)
    .flatMap(resource => ['CreateModel', 'DescribeModelPackage'].map(action => ({ action: `sagemaker:${action}`, resource })));
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
    case 'CreateInferenceComponent':
      return [arn(RESOURCES.InferenceComponent), arn(RESOURCES.Endpoint)];
    case 'CreateEndpoint':
    case 'UpdateEndpoint':
      return [arn(RESOURCES.Endpoint), arn(RESOURCES.EndpointConfig)];
    default: {
      const noun = operation.replace(/^(Create|Describe|Update|Stop|Delete|Put|Get)/, '');
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
