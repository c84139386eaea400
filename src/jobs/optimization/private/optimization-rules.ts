import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { QUANTIZE, TENSOR_PARALLEL_DEGREE, validateEnvironment } from './optimization-environment';
import { familyOf, isListed, isNeuron, isRuled, RULED_FAMILIES } from './optimization-instance-types';
import { regionOf, validatePlace } from '../../../private/environment';
import { OUTPUT_FOLDER, validateJob } from '../../../private/job';
import { validateNetwork } from '../../../private/network';
import { known, quote, Validation } from '../../../private/validation';
import { ModelOptimization } from '../model-optimization';
import { OptimizationJobProps } from '../optimization-props';
import { QuantizationTechnique } from '../optimization-techniques';

/** How long the deployment waits if nothing is said. */
export const WAIT_HOURS = 16;
/** The run time that the handlers ask for if nothing is said. */
const DEFAULT_RUNTIME_SECONDS = 36_000;
const DAYS_28 = 28 * 24 * 3600;

const TECHNIQUES = [QuantizationTechnique.AWQ, QuantizationTechnique.FP8, QuantizationTechnique.SMOOTHQUANT].map(({ value }) => value);

/** What the service would refuse, or fail at, after minutes or hours. */
export function validateOptimizationJob(scope: IConstruct, props: OptimizationJobProps): void {
  const validation = new Validation('OptimizationJob');
  validation.required(props, 'model', 'instanceType', 'optimizations', 'output');
  validation.throwIfAny(scope);

  validation.add(props.model._validate('model', scope));
  validation.add(props.instanceType._validate('instanceType'));
  validation.add(props.output._location.validate('output', OUTPUT_FOLDER));
  validation.add(validateEnvironment('environment', props.environment));
  validation.add(validateNetwork(props));
  validation.add(validateJob(props, scope));

  validation.count('optimizations', props.optimizations, 1, 10, 'optimizations');
  props.optimizations.forEach((optimization, i) => validation.add(optimization._validate(`optimizations[${i}]`)));
  validation.add(never(props));
  validation.add(isRuled(props.instanceType) ? refused(props) : []);

  validation.resourceName('outputModelName', props.outputModelName);
  validation.add(validatePlace('outputEncryptionKey', { region: props.outputEncryptionKey?.env.region }, scope));
  validation.integer('maxInstanceCount', props.maxInstanceCount, 1);
  validation.length('trainingPlanArn', props.trainingPlanArn, 50, 2048);
  validation.matches('trainingPlanArn', props.trainingPlanArn, /arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:training-plan\/.*/,
    'be an ARN like arn:aws:sagemaker:us-west-2:111122223333:training-plan/name');
  validation.add(validatePlace('trainingPlanArn', { region: regionOf(props.trainingPlanArn) }, scope));
  validation.add(validateTimes(props));
  validation.throwIfAny(scope);
}

/** What is legal, or new, but looks like a mistake. */
export function warnOfOptimizationJob(scope: IConstruct, props: OptimizationJobProps): void {
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-sagemaker-inference:${id}`, message);

  const family = familyOf(props.instanceType);
  if (family !== undefined && !isListed(props.instanceType)) {
    warn('unlistedInstanceType', `instanceType is one that this version of the library doesn't know: ${props.instanceType.value}. `
      + 'If optimization jobs don\'t either, the service refuses the job');
  } else if (family !== undefined && !isRuled(props.instanceType)) {
    warn('optimizationFamily', `instanceType is of the family ${family}, and AWS says for no optimization whether it works there: the job may fail. `
      + `What works is known of ${RULED_FAMILIES.join(', ')}`);
    refused(props).forEach(message => warn('optimizationCombination', `${message}. That is the rule of older instance types, and may not be that of ${family}`));
  }

  for (const [i, optimization] of props.optimizations.entries()) {
    if (optimization._definition.kind === 'quantization' && techniqueOf(optimization, props) === undefined) {
      warn('quantizationWithoutTechnique', `optimizations[${i}] is a quantization that doesn't say which: give it a technique`);
    }
  }
  const kinds = kindsOf(props);
  for (const kind of new Set(kinds.filter((each, i) => kinds.indexOf(each) !== i))) {
    warn('optimizationTwice', `optimizations has more than one ${kind}, and AWS doesn't say what becomes of the others: keep one`);
  }

  if (props.model._modelName !== undefined && props.model._locations.length === 0) {
    warn('modelArtifacts', 'model is a SageMaker model whose files are not known here: give its artifacts, or grant the job read access to them '
      + 'and acknowledge this warning');
  }
  if (props.model._locations.some(location => location.isBucket)) {
    warn('wholeBucket', 'model is a whole bucket: all that is in it is taken for files of the model, so give a prefix');
  }
  if (props.model._locations.some(location => location.contains(props.output._location))) {
    warn('outputInModel', 'output is a folder inside model: the results are taken for files of the model when it is used again');
  }
  const wait = props.waitTimeout?.toSeconds() ?? WAIT_HOURS * 3600;
  if (props.maxRuntime && !props.maxRuntime.isUnresolved() && props.maxRuntime.toSeconds() > wait) {
    warn('waitShorterThanRuntime', `maxRuntime allows for ${props.maxRuntime.toSeconds()} seconds, but the deployment stops the job after ${wait}: `
      + 'raise waitTimeout too');
  }
  props.model._locations.forEach(location => location.warnOfOtherRegion('model', scope));
  props.output._location.warnOfOtherRegion('output', scope);
  props.optimizations.forEach(({ _definition }) => _definition.trainingData?._location.warnOfOtherRegion('trainingData', scope));
}

/** What works on no instance type. */
function never(props: OptimizationJobProps): string[] {
  const validation = new Validation('optimizations');
  const kinds = kindsOf(props);
  const compiles = kinds.includes('compilation');
  const smooths = props.optimizations.some(optimization => techniqueOf(optimization, props) === QuantizationTechnique.SMOOTHQUANT.value);
  validation.check(!compiles || !kinds.includes('speculativeDecoding'),
    'optimizations must not have both compilation and speculativeDecoding: keep one of them');
  validation.check(compiles || !smooths || isNeuron(props.instanceType),
    'optimizations must have compilation beside quantization by smoothquant: add it, or quantize by awq or fp8');
  for (const [i, optimization] of props.optimizations.entries()) {
    validation.check(optimization._definition.kind !== 'sharding' || variableOf(TENSOR_PARALLEL_DEGREE, optimization, props) !== undefined,
      `optimizations[${i}].tensorParallelDegree is required: say over how many accelerators the model is to be spread, `
      + `or set ${TENSOR_PARALLEL_DEGREE} in environment`);
  }
  return validation.messages;
}

/** What AWS's SDK, and the service, refuse on the instance types that they have rules for. */
function refused(props: OptimizationJobProps): string[] {
  const validation = new Validation('optimizations');
  const kinds = [...new Set(kindsOf(props))];
  if (isNeuron(props.instanceType)) {
    const others = kinds.filter(kind => kind !== 'compilation');
    validation.check(others.length === 0,
      `optimizations takes nothing but compilation for ${props.instanceType.value}, got ${others.join(', ')}: drop it, or choose an instance type with GPUs`);
  } else {
    validation.check(!kinds.includes('sharding') || kinds.length === 1,
      `optimizations takes nothing beside sharding, got ${kinds.join(', ')}: run a job for each`);
    for (const [i, optimization] of props.optimizations.entries()) {
      const technique = techniqueOf(optimization, props);
      validation.check(!known(technique) || TECHNIQUES.includes(technique),
        `optimizations[${i}] must be a quantization by one of ${TECHNIQUES.join(', ')}, got ${quote(technique ?? '')}`);
    }
  }
  return validation.messages;
}

function validateTimes({ maxRuntime, maxWaitTime, maxPendingTime }: OptimizationJobProps): string[] {
  const validation = new Validation('times');
  validation.duration('maxRuntime', maxRuntime, 1, DAYS_28);
  validation.duration('maxWaitTime', maxWaitTime, 1, Infinity);
  validation.duration('maxPendingTime', maxPendingTime, 7200, DAYS_28);
  if (validation.messages.length === 0 && maxWaitTime && !maxWaitTime.isUnresolved() && !maxRuntime?.isUnresolved()) {
    const runtime = maxRuntime?.toSeconds() ?? DEFAULT_RUNTIME_SECONDS;
    validation.check(maxWaitTime.toSeconds() >= runtime,
      `maxWaitTime must be at least maxRuntime, which is ${runtime} seconds${maxRuntime ? '' : ' by default'}, got ${maxWaitTime.toSeconds()}`);
  }
  return validation.messages;
}

function kindsOf(props: OptimizationJobProps): string[] {
  return props.optimizations.map(({ _definition }) => _definition.kind);
}

/** A variable as an optimization sees it: its own go before those of the job. */
function variableOf(name: string, optimization: ModelOptimization, props: OptimizationJobProps): string | undefined {
  return optimization._environment[name] ?? props.environment?.[name];
}

function techniqueOf(optimization: ModelOptimization, props: OptimizationJobProps): string | undefined {
  return optimization._definition.kind === 'quantization' ? variableOf(QUANTIZE, optimization, props) : undefined;
}
