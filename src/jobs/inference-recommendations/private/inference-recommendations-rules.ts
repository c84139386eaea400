import { Annotations, Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { validatePlace } from '../../../private/environment';
import { OUTPUT_FOLDER, validateJob } from '../../../private/job';
import { validateNetwork } from '../../../private/network';
import { Validation } from '../../../private/validation';
import {
  InferenceRecommendationsJobAttributes, InferenceRecommendationsJobProps, InferenceRecommendationsJobType, RecommendationJobResourceLimit,
} from '../inference-recommendations-props';
import { FlatInvocations, RecommendationJobStoppingConditions } from '../stopping-conditions';

/** The API takes 64 characters, but what a job makes is named by the first 40 of them. */
const MAX_JOB_NAME = 40;

const MAX_JOB_SECONDS = 18_000;
const HOUR = 3600;

/** A test that has begun is finished when the job's own time is over. */
const LAST_TESTS = HOUR;

/** How long to wait for a job whose props don't say. */
export function waitTimeoutOf({ jobType, jobDuration }: InferenceRecommendationsJobProps): Duration {
  const usual = jobType === InferenceRecommendationsJobType.ADVANCED ? 6 * HOUR : 2 * HOUR;
  const asked = jobDuration?.isUnresolved() ? MAX_JOB_SECONDS : jobDuration?.toSeconds() ?? 0;
  return Duration.seconds(Math.max(usual, asked + LAST_TESTS));
}

/** What the service would refuse, some of it after an hour. */
export function validateInferenceRecommendationsJob(scope: IConstruct, props: InferenceRecommendationsJobProps): void {
  const validation = new Validation('InferenceRecommendationsJob');
  validation.required(props, 'jobType', 'model');
  validation.throwIfAny(scope);
  const configurations = props.endpointConfigurations ?? [];

  validation.add(validateJob(props, scope, MAX_JOB_NAME));
  validation.add(validateNetwork(props));
  validation.oneOf('jobType', props.jobType, Object.values(InferenceRecommendationsJobType));
  validation.add(props.model._validate('model', scope));
  validation.length('jobDescription', props.jobDescription, 1, 128);
  validation.duration('jobDuration', props.jobDuration, 1, MAX_JOB_SECONDS);

  validation.add(props.trafficPattern?._validate('trafficPattern') ?? []);
  validation.add(validateTrafficDuration(props));
  validation.count('endpointConfigurations', configurations, 0, 10, 'configurations', 'keep the ones to compare');
  for (const [i, configuration] of configurations.entries()) {
    validation.add(configuration._validate(`endpointConfigurations[${i}]`));
    validation.check(props.model._modelPackageArn !== undefined || configuration._inferenceSpecificationName === undefined,
      `endpointConfigurations[${i}].inferenceSpecificationName is of no use with a SageMaker model: only model packages have inference specifications`);
  }
  validation.add(validateStoppingConditions('stoppingConditions', props.stoppingConditions));
  validation.add(validateResourceLimit('resourceLimit', props.resourceLimit));
  if (props.jobType === InferenceRecommendationsJobType.ADVANCED) {
    validation.add(validateAdvanced(props));
  }

  if (props.existingEndpoint) {
    validation.add(validatePlace('existingEndpoint', props.existingEndpoint.env, scope));
  }
  validation.add(props.compiledOutput?._location.validate('compiledOutput', OUTPUT_FOLDER) ?? []);
  for (const [prop, key] of [['outputEncryptionKey', props.outputEncryptionKey], ['volumeEncryptionKey', props.volumeEncryptionKey]] as const) {
    validation.add(key ? validatePlace(prop, { region: key.env.region }, scope) : []);
  }
  validation.throwIfAny(scope);
}

/** What is wrong with what is known of a job. */
export function validateImportedJob(scope: IConstruct, attributes: InferenceRecommendationsJobAttributes): void {
  const validation = new Validation('InferenceRecommendationsJob');
  const { inferenceRecommendationsJobName: name } = attributes;
  validation.required(attributes, 'inferenceRecommendationsJobName');
  validation.length('inferenceRecommendationsJobName', name, 1, 64);
  validation.matches('inferenceRecommendationsJobName', name, /([a-zA-Z0-9](-*[a-zA-Z0-9])*)?/,
    'hold only letters, digits and hyphens, and neither start nor end with a hyphen');
  attributes.artifacts?.forEach((artifact, i) => validation.add(artifact._location.validate(`artifacts[${i}]`)));
  validation.add(attributes.compiledOutput?._location.validate('compiledOutput') ?? []);
  validation.throwIfAny(scope);
}

/** What is legal, or not documented well enough to refuse, but looks like a mistake. */
export function warnOfInferenceRecommendationsJob(scope: IConstruct, props: InferenceRecommendationsJobProps): void {
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-sagemaker-inference:${id}`, message);
  const configurations = props.endpointConfigurations ?? [];

  if (props.jobType === InferenceRecommendationsJobType.DEFAULT) {
    const unused = (['endpointConfigurations', 'trafficPattern', 'resourceLimit'] as const).filter(name => props[name] !== undefined);
    if (unused.length > 0) {
      warn('loadTestOfDefaultJob', `${unused.join(', ')}: documented for advanced jobs only, so the service may ignore or refuse it in a default job. `
        + 'Use InferenceRecommendationsJobType.ADVANCED, or supportedInstanceTypes of the model for what a default job is to try');
    }
  } else {
    if (props.existingEndpoint) {
      warn('endpointOfAdvancedJob', 'existingEndpoint is documented for default jobs only: the service may ignore or refuse it in an advanced job');
    }
    const percentile = props.stoppingConditions?.modelLatencyThreshold?.percentile;
    if (percentile !== undefined && percentile !== 'P95') {
      warn('percentileOfAdvancedJob', `modelLatencyThreshold is a ${percentile}, but advanced jobs are documented to take P95`);
    }
  }
  for (const jump of props.trafficPattern?._jumps ?? []) {
    warn('trafficJumps', `trafficPattern jumps: ${jump}. The service is documented to refuse a difference of more than 3`);
  }
  if (configurations.some(configuration => configuration._provisioned)) {
    warn('provisionedConcurrency', 'endpointConfigurations has a provisionedConcurrency, which Inference Recommender is documented not to support');
  }
  if (props.vpc && configurations.some(configuration => configuration._serverless)) {
    warn('serverlessInVpc', 'endpointConfigurations has a serverless endpoint, which cannot be connected to the vpc: test it in a job of its own');
  }
  if (props.model._artifacts === undefined) {
    warn('unknownArtifacts', 'model doesn\'t say where its files are, so neither the role of the job nor that of an endpoint is allowed to read them: '
      + 'give artifacts (an empty list if there are none), or grant it to the roles and acknowledge this warning');
  }
  props.model._artifacts?.forEach(({ _location: location }) => location.warnOfOtherRegion('artifacts', scope));
  props.model._container.samplePayload?._warnOfOtherRegion('samplePayload', scope);
  props.compiledOutput?._location.warnOfOtherRegion('compiledOutput', scope);
}

/** A load test is made of these; what it is to find out follows from them. */
function validateAdvanced(props: InferenceRecommendationsJobProps): string[] {
  const { endpointConfigurations, existingEndpoint, trafficPattern, stoppingConditions } = props;
  const validation = new Validation('advanced');
  const missing = (prop: string, advice: string) => `${prop} is required for an advanced job: ${advice}, or use InferenceRecommendationsJobType.DEFAULT`;
  validation.check((endpointConfigurations ?? []).length > 0 || existingEndpoint !== undefined,
    missing('endpointConfigurations', 'say which instance types to test'));
  validation.check(trafficPattern !== undefined, missing('trafficPattern', 'say how the load develops'));
  validation.check(stoppingConditions !== undefined, missing('stoppingConditions', 'say what the model must achieve'));
  return validation.messages;
}

function validateTrafficDuration({ trafficPattern, jobDuration }: InferenceRecommendationsJobProps): string[] {
  const validation = new Validation('trafficPattern');
  const seconds = trafficPattern?._seconds;
  if (seconds !== undefined && jobDuration && !jobDuration.isUnresolved()) {
    const limit = jobDuration.toSeconds({ integral: false });
    validation.check(seconds <= limit, `trafficPattern must not last longer than jobDuration, got ${seconds} seconds and ${limit} seconds`);
  }
  return validation.messages;
}

function validateStoppingConditions(prop: string, conditions: RecommendationJobStoppingConditions | undefined): string[] {
  const validation = new Validation(prop);
  if (conditions === undefined) {
    return [];
  }
  validation.check(Object.values(conditions).some(value => value !== undefined), `${prop} is empty: give a condition, or leave it out`);
  validation.integer(`${prop}.maxInvocations`, conditions.maxInvocations, 1, 30_000);
  validation.add(conditions.modelLatencyThreshold?._validate(`${prop}.modelLatencyThreshold`) ?? []);
  validation.oneOf(`${prop}.flatInvocations`, conditions.flatInvocations, Object.values(FlatInvocations));
  return validation.messages;
}

function validateResourceLimit(prop: string, limit: RecommendationJobResourceLimit | undefined): string[] {
  const validation = new Validation(prop);
  validation.check(limit === undefined || Object.values(limit).some(value => value !== undefined), `${prop} is empty: give a limit, or leave it out`);
  validation.integer(`${prop}.maxNumberOfTests`, limit?.maxNumberOfTests, 1);
  validation.integer(`${prop}.maxParallelOfTests`, limit?.maxParallelOfTests, 1);
  return validation.messages;
}
