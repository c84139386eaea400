import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { validateCopies } from './copies';
import { validateCapacityReservation } from '../../jobs/recommendation/private/capacity';
import type { RecommendationSourceConfig } from '../../jobs/recommendation-source';
import { validateNetwork } from '../../private/network';
import { validateRole } from '../../private/role-permissions';
import { Validation } from '../../private/validation';
import { AsyncInference, AsyncNotification } from '../async-inference';
import { CaptureMode, DataCapture } from '../data-capture';
import { DeployRecommendationAttributes, DeployRecommendationProps } from '../deploy-recommendation-props';
import { AddInferenceComponentOptions } from '../deployed-inference-component';
import { AddVariantOptions } from '../deployed-variant';
import { RoutingStrategy } from '../routing-strategy';
import { ServedModelProps, VariantInstanceProps } from '../served-model-props';

/** A URI in an endpoint configuration has half the characters of others. */
const LONGEST_URI = 512;
const CONTENT_TYPE = /[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*/;

/** What the service would refuse, after the job has run. */
export function validateDeployment(scope: IConstruct, props: DeployRecommendationProps): void {
  const validation = new Validation('DeployRecommendation');
  const components = props.hosting?._components !== undefined;
  validateModel(validation, props);
  validateInstances(validation, scope, props);
  validation.resourceName('endpointName', props.endpointName);
  validation.resourceName('variantName', props.variantName);
  validation.range('initialVariantWeight', props.initialVariantWeight, 0);
  validation.add(validateRole(props, scope));
  validation.add(validateNetwork(props));
  validation.add(props.hosting?._validate('hosting', props.initialInstanceCount) ?? []);
  validation.add(props.rollout?._validate('rollout', components ? 'copies' : 'instances') ?? []);
  validation.add(validateDataCapture('dataCapture', props.dataCapture));
  validation.add(validateAsync('asyncInference', props.asyncInference));
  if (components) {
    validation.check(!props.rollout || props.rollout._isRolling,
      'rollout must be Rollout.rolling with Hosting.inferenceComponents, whose copies are replaced in batches, got another one: use it, or leave it out');
    validation.check(props.asyncInference === undefined,
      'asyncInference must not be given with Hosting.inferenceComponents: an asynchronous request can name no inference component');
    validation.check(!props.fallbackCount,
      'fallbackCount must not be given with Hosting.inferenceComponents: each instance type would need an inference component of its own');
    validation.check(props.initialVariantWeight === undefined,
      'initialVariantWeight is of no use with Hosting.inferenceComponents, which share one variant: leave it out');
  }
  validation.throwIfAny(scope);
}

/** What is wrong with a variant that is added. */
export function validateAddedVariant(scope: IConstruct, props: AddVariantOptions, variantName: string, taken: string[]): void {
  const validation = new Validation('DeployedVariant');
  validateModel(validation, props);
  validateInstances(validation, scope, props);
  validation.resourceName('variantName', variantName);
  validation.check(Token.isUnresolved(variantName) || !taken.includes(variantName),
    `variantName must be another one than those of the endpoint's other variants, got '${variantName}'`);
  validation.range('initialVariantWeight', props.initialVariantWeight, 0);
  validation.throwIfAny(scope);
}

/** What is wrong with an inference component that is added. */
export function validateAddedComponent(scope: IConstruct, props: AddInferenceComponentOptions): void {
  const validation = new Validation('DeployedInferenceComponent');
  validateModel(validation, props);
  validation.add(validateCopies('', props));
  validation.throwIfAny(scope);
}

/** Names of an endpoint's inference components, which are unique in account and Region. */
export function validateComponentNames(scope: IConstruct, names: string[], taken: string[]): void {
  const validation = new Validation('DeployedInferenceComponent');
  names.forEach(name => validation.resourceName('name of an inference component', name));
  validation.distinct('names of inference components', [...taken, ...names], 'give inferenceComponentName, or adapterNamePrefix for those of adapters');
  validation.throwIfAny(scope);
}

/** What could never be found among the recommendations of a job. */
export function validateSelector(scope: IConstruct, props: ServedModelProps, { jobType }: RecommendationSourceConfig): void {
  const validation = new Validation('DeployRecommendation');
  validation.add(props.selector?._validate('selector', jobType) ?? []);
  validation.throwIfAny(scope);
}

/** What is wrong with what is known of an endpoint. */
export function validateImport(scope: IConstruct, attrs: DeployRecommendationAttributes): void {
  const validation = new Validation('DeployRecommendation');
  validation.required(attrs, 'endpointName');
  validation.resourceName('endpointName', attrs.endpointName);
  validation.resourceName('variantName', attrs.variantName);
  if (attrs.inferenceComponentNames !== undefined && !Token.isUnresolved(attrs.inferenceComponentNames)) {
    validation.count('inferenceComponentNames', attrs.inferenceComponentNames, 1, Infinity, 'names', 'leave it out for an endpoint without');
    validation.distinct('inferenceComponentNames', attrs.inferenceComponentNames);
    attrs.inferenceComponentNames.forEach((name, i) => validation.resourceName(`inferenceComponentNames[${i}]`, name));
  } else {
    validation.check(attrs.inferenceComponentNames === undefined, 'inferenceComponentNames must be a list that is known at synthesis, got a token');
  }
  validation.throwIfAny(scope);
}

/** Inference Recommender can choose a serverless configuration, which is only known at deployment: what is refused for such is no error. */
export function warnOfServerless(scope: IConstruct, { jobType }: RecommendationSourceConfig, props: ServedModelProps & VariantInstanceProps,
  features: Record<string, boolean>): void {
  const onInstances = props.instanceType !== undefined || 'InstanceType' in (props.selector?._render() ?? {});
  const refused = Object.entries(features).filter(([, used]) => used).map(([name]) => name);
  if (jobType === 'InferenceRecommendationsJob' && !onInstances && refused.length > 0) {
    Annotations.of(scope).addWarningV2('cdk-sagemaker-inference:serverlessRecommendation',
      `a recommendation of Inference Recommender can be a serverless one, for which SageMaker has no ${refused.join(', ')}: give instanceType, or select `
      + 'by instance type');
  }
}

function validateModel(validation: Validation, props: ServedModelProps): void {
  validation.required(props, 'recommendation');
  validation.add(props.approval?._validate('approval') ?? []);
  validation.duration('modelDataDownloadTimeout', props.modelDataDownloadTimeout, 60, 3600);
  validation.duration('containerStartupHealthCheckTimeout', props.containerStartupHealthCheckTimeout, 60, 3600);
}

function validateInstances(validation: Validation, scope: IConstruct, props: VariantInstanceProps): void {
  validation.add(props.instanceType?._validate('instanceType') ?? []);
  validation.integer('initialInstanceCount', props.initialInstanceCount, 1);
  validation.oneOf('routingStrategy', props.routingStrategy, Object.values(RoutingStrategy));
  validation.size('volumeSize', props.volumeSize, 'GiB', 1, 512);
  validation.add(validateCapacityReservation('capacityReservation', props.capacityReservation, scope));
  validation.count('capacityReservation.reservationArns', props.capacityReservation?.reservationArns, 0, 1, 'training plans', 'keep the one to run on');
  validation.check(!Token.isUnresolved(props.fallbackCount), 'fallbackCount must be known at synthesis, got a token');
  validation.integer('fallbackCount', props.fallbackCount, 0, 4);
  validation.duration('instanceProvisionTimeout', props.instanceProvisionTimeout, 300, 3600);
  validation.check(props.instanceProvisionTimeout === undefined || !!props.fallbackCount,
    'instanceProvisionTimeout needs fallbackCount, got none: give it, or leave the time-out out');
  validation.check(!props.fallbackCount || props.capacityReservation === undefined,
    'fallbackCount must not be given with capacityReservation, which is for one instance type: leave one of them out');
}

function validateDataCapture(prop: string, capture: DataCapture | undefined): string[] {
  const validation = new Validation(prop);
  if (capture === undefined) {
    return [];
  }
  validation.check(capture.destination !== undefined && capture.destination !== null, `${prop}.destination is required`);
  validation.add(capture.destination?._location.validate(`${prop}.destination`, 1024 - LONGEST_URI) ?? []);
  validation.integer(`${prop}.samplingPercentage`, capture.samplingPercentage, 0, 100);
  validation.count(`${prop}.modes`, capture.modes, 1, 2, 'modes', 'leave it out for both');
  validation.distinct(`${prop}.modes`, capture.modes);
  capture.modes?.forEach((mode, i) => validation.oneOf(`${prop}.modes[${i}]`, mode, Object.values(CaptureMode)));
  for (const list of ['csvContentTypes', 'jsonContentTypes'] as const) {
    validation.count(`${prop}.${list}`, capture[list], 1, 10, 'content types');
    if (!Token.isUnresolved(capture[list])) {
      capture[list]?.forEach((type, i) => {
        validation.length(`${prop}.${list}[${i}]`, type, 1, 256);
        validation.matches(`${prop}.${list}[${i}]`, type, CONTENT_TYPE, "be a content type like 'application/json'");
      });
    }
  }
  return validation.messages;
}

function validateAsync(prop: string, async: AsyncInference | undefined): string[] {
  const validation = new Validation(prop);
  if (async === undefined) {
    return [];
  }
  validation.check(async.output !== undefined && async.output !== null, `${prop}.output is required`);
  for (const location of ['output', 'failureOutput'] as const) {
    validation.add(async[location]?._location.validate(`${prop}.${location}`, 1024 - LONGEST_URI) ?? []);
  }
  const answers = async.includeInferenceResponseIn;
  validation.count(`${prop}.includeInferenceResponseIn`, answers, 1, 2, 'notifications', 'leave it out for none');
  validation.distinct(`${prop}.includeInferenceResponseIn`, answers);
  answers?.forEach((each, i) => validation.oneOf(`${prop}.includeInferenceResponseIn[${i}]`, each, Object.values(AsyncNotification)));
  validation.check(!answers?.includes(AsyncNotification.SUCCESS) || async.successTopic !== undefined,
    `${prop}.includeInferenceResponseIn needs successTopic for AsyncNotification.SUCCESS, got none: give it, or leave the notification out`);
  validation.check(!answers?.includes(AsyncNotification.ERROR) || async.errorTopic !== undefined,
    `${prop}.includeInferenceResponseIn needs errorTopic for AsyncNotification.ERROR, got none: give it, or leave the notification out`);
  validation.integer(`${prop}.maxConcurrentInvocationsPerInstance`, async.maxConcurrentInvocationsPerInstance, 1, 1000);
  return validation.messages;
}
