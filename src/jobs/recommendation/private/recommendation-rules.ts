import { Annotations, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AiRecommendationJobProps } from '../recommendation-props';
import { validateCapacityReservation } from './capacity';
import { validatePlace, warnOfRegion } from '../../../private/environment';
import { OUTPUT_FOLDER, validateJob } from '../../../private/job';
import { known, quote, Validation } from '../../../private/validation';
import { validateMlflow, warnOfMlflow } from '../../private/mlflow';
import { InferenceFramework } from '../inference-framework';
import { PerformanceObjective } from '../performance-objective';

/** What the service would refuse, after minutes or hours. */
export function validateRecommendationJob(scope: IConstruct, props: AiRecommendationJobProps): void {
  const validation = new Validation('AiRecommendationJob');
  validation.required(props, 'model', 'workloadConfig', 'objective', 'output');
  validation.throwIfAny(scope);
  const instanceTypes = props.instanceTypes ?? [];

  validation.add(props.model._location.validate('model'));
  validation.add(props.output._location.validate('output', OUTPUT_FOLDER));
  validation.add(props.modelPackageGroup?._validate('modelPackageGroup', scope) ?? []);
  validation.add(validateMlflow('mlflow', props.mlflow, scope));
  validation.add(validateCapacityReservation('capacityReservation', props.capacityReservation, scope));
  validation.add(props.adapters?._validate('adapters') ?? []);
  validation.add(validateJob(props, scope));

  validation.oneOf('objective', props.objective, Object.values(PerformanceObjective));
  validation.length('framework', props.framework?.value, 1, 64);

  validation.count('instanceTypes', instanceTypes, 0, 3, 'types', 'keep the ones to compare');
  validation.distinct('instanceTypes', instanceTypes.map(type => type.value));
  instanceTypes.forEach((type, i) => validation.add(type._validate(`instanceTypes[${i}]`)));
  validation.check(props.objective !== PerformanceObjective.COST || instanceTypes.length === 0,
    `instanceTypes must be left out with PerformanceObjective.COST, got ${instanceTypes.length}: the service compares costs over types of its own choice`);
  validation.check(!trainsDraftModel(props) || props.workloadConfig.hasDataset !== false,
    'PerformanceObjective.THROUGHPUT with model optimization needs a workloadConfig with a dataset, got one without: '
    + 'give its WorkloadSpec a dataset, or set optimizeModel to false');
  const format = props.workloadConfig.datasetFormat;
  validation.check(format?._forRecommendationJobs() !== false,
    `workloadConfig has a dataset in a format that recommendation jobs refuse, got ${quote(format?.value ?? '')}: `
    + 'use ShareGPT, OpenAI chat or OpenAI completions');
  validation.oneOf('modelPackageRemovalPolicy', props.modelPackageRemovalPolicy,
    [RemovalPolicy.DESTROY, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE]);
  validateSharing(scope, props, validation);
  validation.add(validatePlace('workloadConfig', props.workloadConfig.env, scope, 'it costs nothing, so make one there too'));
  validation.throwIfAny(scope);
}

/** What is legal, or new, but looks like a mistake. */
export function warnOfRecommendationJob(scope: IConstruct, props: AiRecommendationJobProps): void {
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-sagemaker-inference:${id}`, message);

  const unlisted = (props.instanceTypes ?? []).filter(type => !type._listed).map(type => type.value);
  if (unlisted.length > 0) {
    warn('unlistedInstanceType', `instanceTypes has types that this version of the library doesn't know: ${unlisted.join(', ')}. `
      + 'If they are not GPU types that recommendation jobs take, the service refuses the job');
  }
  const framework = props.framework?.value;
  if (known(framework) && ![InferenceFramework.LMI.value, InferenceFramework.VLLM.value].includes(framework)) {
    warn('unlistedFramework', `framework is one that this version of the library doesn't know: ${quote(framework)}. `
      + 'If recommendation jobs don\'t either, the service refuses the job');
  }
  if (trainsDraftModel(props) && props.workloadConfig.hasDataset === undefined) {
    warn('throughputNeedsDataset', 'PerformanceObjective.THROUGHPUT with model optimization needs a workloadConfig with a dataset, and whether '
      + 'this one has any is not known here: without one the service refuses the job');
  }
  if (props.workloadConfig.benchmarkOnly) {
    warn('benchmarkOnlyWorkload', 'workloadConfig has a sweep or a search, which only benchmark jobs run: a recommendation job may refuse or ignore it');
  }
  const ids = (props.adapters?._adapterIds ?? []).filter(known);
  if (new Set(ids.map(id => id.toLowerCase())).size < new Set(ids).size) {
    warn('adapterIdsAlike', `adapters has adapterIds that differ in nothing but capitals, got ${ids.join(', ')}: SageMaker may take them for the same name`);
  }
  if (props.model._location.isBucket || props.adapters?._locations.some(location => location.isBucket)) {
    warn('wholeBucket', 'model or adapters is a whole bucket: all that is in it is taken for files of the model, so give a prefix');
  }
  if (props.model._location.contains(props.output._location)) {
    warn('outputInModel', 'output is a folder inside model: the results are taken for files of the model when it is used again');
  }
  warnOfRegion(scope, 'recommendation');
  props.model._location.warnOfOtherRegion('model', scope);
  props.output._location.warnOfOtherRegion('output', scope);
  props.adapters?._locations.forEach(location => location.warnOfOtherRegion('adapters', scope));
  warnOfMlflow('mlflow', props.mlflow, scope);
}

/** Who may deploy the model packages beside the account itself. */
function validateSharing(scope: IConstruct, props: AiRecommendationJobProps, validation: Validation): void {
  const { modelPackagesSharedWith: accounts, modelPackageGroup } = props;
  const own = Stack.of(scope).account;
  validation.count('modelPackagesSharedWith', accounts, 1, 100, 'accounts', 'leave it out to share with none');
  validation.distinct('modelPackagesSharedWith', accounts);
  for (const [i, account] of (Token.isUnresolved(accounts) ? [] : accounts ?? []).entries()) {
    validation.matches(`modelPackagesSharedWith[${i}]`, account, /[0-9]{12}/, 'be the id of an account, which has 12 digits');
    validation.check(!known(own) || account !== own, `modelPackagesSharedWith[${i}] must be another account than that of the stack, got ${quote(account)}`);
  }
  if (accounts !== undefined && modelPackageGroup) {
    validation.add(validatePlace('modelPackageGroup', { account: modelPackageGroup._account }, scope, 'share it from there'));
  }
}

/** Optimization for throughput trains a draft model, and a model learns from data. The service optimizes unless told not to. */
function trainsDraftModel(props: AiRecommendationJobProps): boolean {
  return props.objective === PerformanceObjective.THROUGHPUT && props.optimizeModel !== false;
}
