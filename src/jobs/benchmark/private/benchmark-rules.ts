import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { validatePlace, warnOfRegion } from '../../../private/environment';
import { OUTPUT_FOLDER, validateJob } from '../../../private/job';
import { validateNetwork } from '../../../private/network';
import { known, quote, Validation } from '../../../private/validation';
import { validateMlflow, warnOfMlflow } from '../../private/mlflow';
import { AiBenchmarkJobProps } from '../benchmark-props';

/** What the service would refuse, after minutes, and what no result can tell. */
export function validateBenchmarkJob(scope: IConstruct, props: AiBenchmarkJobProps): void {
  const validation = new Validation('AiBenchmarkJob');
  validation.required(props, 'target', 'workloadConfig', 'output');
  validation.throwIfAny(scope);

  validation.add(props.target._validate('target', scope));
  validation.add(props.output._location.validate('output', OUTPUT_FOLDER));
  validation.add(validateMlflow('mlflow', props.mlflow, scope));
  validation.add(validateJob(props, scope));
  validation.add(validateNetwork(props));

  validation.check(props.expectations === undefined || props.expectations.length > 0, 'expectations is empty: leave it out to expect nothing');
  for (const [i, expectation] of (props.expectations ?? []).entries()) {
    validation.add(expectation._validate(`expectations[${i}]`));
    if (expectation._ofSweepOrSearch) {
      validation.add(validateSweepOrSearch(props, `expectations[${i}]`));
    }
  }
  validation.add(props.attempts?._validate('attempts', props.expectations !== undefined) ?? []);

  validation.add(validatePlace('workloadConfig', props.workloadConfig.env, scope, 'it costs nothing, so make one there too'));
  validation.throwIfAny(scope);
}

/** What only sweeps and searches have. Which of the two a workload is, is not known here. */
export function validateSweepOrSearch(props: AiBenchmarkJobProps, prop: string): string[] {
  const validation = new Validation(prop);
  validation.check(props.workloadConfig.benchmarkOnly !== false,
    `${prop} asks for a figure of a sweep or a search, but workloadConfig is one load test: use WorkloadSpec.concurrencySweep or concurrencySearch`);
  return validation.messages;
}

/** What is legal, or new, but looks like a mistake. */
export function warnOfBenchmarkJob(scope: IConstruct, props: AiBenchmarkJobProps): void {
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(`cdk-sagemaker-inference:${id}`, message);

  const { requestCount } = props.workloadConfig;
  const tooFew = (props.expectations ?? []).filter(expectation => known(requestCount) && known(expectation._minRequestCount)
    && requestCount < expectation._minRequestCount);
  if (tooFew.length > 0) {
    const needed = Math.max(...tooFew.map(({ _minRequestCount }) => _minRequestCount));
    warn('tooFewRequests', `expectations needs ${needed} requests for ${tooFew.map(({ _figure }) => _figure).join(', ')}, but workloadConfig sends `
      + `${requestCount}: the deployment will fail whatever is measured. Set the workload's requestCount to ${needed} or more, expect a lower `
      + 'percentile, or lower minRequestCount');
  }
  const format = props.workloadConfig.datasetFormat;
  if (format && (format._forRecommendationJobs() || format.value === 'generic')) {
    warn('benchmarkDatasetFormat', `workloadConfig has a dataset in the format ${quote(format.value)}, which benchmark jobs may refuse: `
      + 'they are known to read the load generator\'s own forms, such as single_turn');
  }
  warnOfRegion(scope, 'benchmark');
  props.target._warn('target', scope, props.rerunToken);
  props.output._location.warnOfOtherRegion('output', scope);
  warnOfMlflow('mlflow', props.mlflow, scope);
}
