import { validateTestedType } from './inference-recommendations-types';
import { known, Validation } from '../../../private/validation';
import { RecommendationContainerOverrides, SupportedEndpointType } from '../recommendation-container';

/** What is wrong with what is said about a container. */
export function validateContainer(
  prop: string, container: RecommendationContainerOverrides, ...required: (keyof RecommendationContainerOverrides)[]
): string[] {
  const validation = new Validation(prop);
  for (const name of required) {
    validation.check(container[name] !== undefined && container[name] !== null, `${prop}.${name} is required`);
  }
  for (const name of ['domain', 'task', 'framework'] as const) {
    validation.check(container[name]?.value !== '', `${prop}.${name} must not be empty: leave it out, or use a constant`);
  }
  validation.length(`${prop}.frameworkVersion`, container.frameworkVersion, 3, 10);
  validation.matches(`${prop}.frameworkVersion`, container.frameworkVersion, /[0-9]\.[A-Za-z0-9.-]+/, "be a version like '2.12.0'");
  validation.check(container.nearestModelName !== '', `${prop}.nearestModelName must not be empty: leave it out, or name a model like 'resnet50'`);
  validation.add(container.samplePayload?._validate(`${prop}.samplePayload`) ?? []);
  validation.add(validateTypes(`${prop}.supportedContentTypes`, container.supportedContentTypes, 256));
  validation.add(validateTypes(`${prop}.supportedResponseMimeTypes`, container.supportedResponseMimeTypes, 1024, /[-\w]+\/.+/));
  if (container.supportedInstanceTypes !== undefined) {
    validation.count(`${prop}.supportedInstanceTypes`, container.supportedInstanceTypes, 1, Infinity, 'types');
    validation.distinct(`${prop}.supportedInstanceTypes`, container.supportedInstanceTypes.map(type => type.value));
    container.supportedInstanceTypes.forEach((type, i) => validation.add(validateTestedType(`${prop}.supportedInstanceTypes[${i}]`, type)));
  }
  validation.oneOf(`${prop}.supportedEndpointType`, container.supportedEndpointType, Object.values(SupportedEndpointType));
  validation.length(`${prop}.dataInputConfig`, container.dataInputConfig, 1, 1024);
  return validation.messages;
}

function validateTypes(prop: string, types: string[] | undefined, maxLength: number, pattern: RegExp = /[^]*/): string[] {
  const validation = new Validation(prop);
  validation.count(prop, types, 1, Infinity, 'types');
  for (const [i, type] of (known(types) ? types : []).entries()) {
    validation.length(`${prop}[${i}]`, type, 1, maxLength);
    validation.matches(`${prop}[${i}]`, type, pattern, "be a MIME type like 'application/json'");
  }
  return validation.messages;
}
