import { ServiceError } from '../service';

/** What names a scalable target: each request about it has all three. */
export interface Identity {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
}

export const VARIANT = 'sagemaker:variant:DesiredInstanceCount';
export const COMPONENT = 'sagemaker:inference-component:DesiredCopyCount';

/** The names in a resource id. */
export type Named = { readonly endpoint: string; readonly variant: string } | { readonly component: string };

/** The names in a resource id, undefined if it is none of an endpoint's variant or an inference component. */
export function namesIn(resourceId: string): Named | undefined {
  const [, endpoint, variant] = /^endpoint\/([^/]+)\/variant\/([^/]+)$/.exec(resourceId) ?? [];
  const [, component] = /^inference-component\/([^/]+)$/.exec(resourceId) ?? [];
  return component !== undefined ? { component } : endpoint !== undefined ? { endpoint, variant } : undefined;
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ObjectNotFoundException', message);
}

/** As the service's own messages name a target. */
export function wordsFor({ ServiceNamespace, ResourceId, ScalableDimension }: Identity): string {
  return `service namespace: ${ServiceNamespace}, resource ID: ${ResourceId}, scalable dimension: ${ScalableDimension}`;
}

export function keyOf({ ServiceNamespace, ResourceId, ScalableDimension }: Identity, ...more: string[]): string {
  return [ServiceNamespace, ResourceId, ScalableDimension, ...more].join('|');
}

/** The identity that a request names. Of namespaces and dimensions the sandbox has those of SageMaker's instances and copies. */
export function identityIn(input: Record<string, any>): Identity {
  for (const member of ['ServiceNamespace', 'ResourceId', 'ScalableDimension']) {
    if (typeof input[member] !== 'string' || input[member] === '') {
      throw invalid(`1 validation error detected: Value null at '${lowerFirst(member)}' failed to satisfy constraint: Member must not be null`);
    }
  }
  const { ServiceNamespace, ResourceId, ScalableDimension } = input as Identity;
  if (ServiceNamespace !== 'sagemaker' || ![VARIANT, COMPONENT].includes(ScalableDimension)) {
    throw invalid(`Unsupported service namespace, resource type or scalable dimension: ${wordsFor({ ServiceNamespace, ResourceId, ScalableDimension })}`);
  }
  const named = namesIn(ResourceId);
  if (!named || 'component' in named !== (ScalableDimension === COMPONENT)) {
    throw invalid(`Invalid resource ID ${ResourceId} for the scalable dimension ${ScalableDimension}`);
  }
  return { ServiceNamespace, ResourceId, ScalableDimension };
}

function lowerFirst(text: string): string {
  return text[0].toLowerCase() + text.slice(1);
}
