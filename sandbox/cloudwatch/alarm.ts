import { ServiceError } from '../service';

export const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = typeof STATES[number];

/** An alarm as it was put, and the state it is in. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly type: 'MetricAlarm' | 'CompositeAlarm';
  readonly properties: Record<string, any>;
  readonly state: AlarmState;
  readonly stateReason: string;
  readonly stateUpdated: Date;
}

const COMPARISONS = [
  'GreaterThanOrEqualToThreshold', 'GreaterThanThreshold', 'LessThanThreshold', 'LessThanOrEqualToThreshold',
  'LessThanLowerOrGreaterThanUpperThreshold', 'LessThanLowerThreshold', 'GreaterThanUpperThreshold',
];
const SINGLE = ['MetricName', 'Namespace', 'Statistic', 'ExtendedStatistic', 'Period', 'Dimensions', 'Unit'];
const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing', undefined];
const ACTIONS = 5;

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

/** What PutMetricAlarm refuses, of what is documented about its parameters. */
export function checkMetricAlarm(input: Record<string, any>): void {
  const { ComparisonOperator, EvaluationPeriods, DatapointsToAlarm, Metrics, TreatMissingData, Threshold, ThresholdMetricId } = input;
  checkName(input.AlarmName);
  checkActions(input);
  if (!COMPARISONS.includes(ComparisonOperator)) {
    throw invalid(`1 validation error detected: Value '${ComparisonOperator}' at 'comparisonOperator' failed to satisfy constraint: `
      + `Member must satisfy enum value set: [${COMPARISONS.join(', ')}]`);
  }
  if (!Number.isInteger(EvaluationPeriods) || EvaluationPeriods < 1) {
    throw invalid('EvaluationPeriods must be a positive integer');
  }
  if (DatapointsToAlarm !== undefined && !(DatapointsToAlarm >= 1 && DatapointsToAlarm <= EvaluationPeriods)) {
    throw invalid('DatapointsToAlarm must be between 1 and EvaluationPeriods');
  }
  if (!MISSING_DATA.includes(TreatMissingData)) {
    throw invalid(`Invalid value for TreatMissingData: ${TreatMissingData}`);
  }
  if ((Threshold === undefined) === (ThresholdMetricId === undefined)) {
    throw invalid('Exactly one of Threshold and ThresholdMetricId must be specified');
  }
  if (Metrics === undefined) {
    checkSingleMetric(input);
  } else {
    checkMetrics(Metrics, SINGLE.filter(member => input[member] !== undefined));
  }
}

export function checkName(name: unknown): void {
  if (typeof name !== 'string' || name.length < 1 || name.length > 255) {
    throw invalid('The alarm name must have 1 to 255 characters');
  }
}

export function checkActions(input: Record<string, any>): void {
  for (const member of ['AlarmActions', 'OKActions', 'InsufficientDataActions']) {
    const actions: unknown[] = input[member] ?? [];
    if (actions.length > ACTIONS || !actions.every(action => typeof action === 'string' && action.startsWith('arn:'))) {
      throw invalid(`Invalid ${member}: at most ${ACTIONS} ARNs, got ${JSON.stringify(actions)}`);
    }
  }
}

function checkSingleMetric({ MetricName, Namespace, Statistic, ExtendedStatistic, Period }: Record<string, any>): void {
  if (typeof MetricName !== 'string' || typeof Namespace !== 'string') {
    throw invalid('An alarm on a single metric needs MetricName and Namespace');
  }
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw invalid('An alarm on a single metric needs either Statistic or ExtendedStatistic');
  }
  checkPeriod(Period);
}

/** Metric math: one of the metrics gives the figure. */
function checkMetrics(metrics: Record<string, any>[], forbidden: string[]): void {
  if (forbidden.length > 0) {
    throw invalid(`The parameters ${forbidden.join(', ')} must not be set along with Metrics`);
  }
  const ids = metrics.map(({ Id }) => Id);
  if (ids.some(id => !/^[a-z][A-Za-z0-9_]*$/.test(id)) || new Set(ids).size < ids.length) {
    throw invalid('Each metric needs an Id of its own that begins with a lower-case letter');
  }
  for (const { Id, Expression, MetricStat } of metrics) {
    if ((Expression === undefined) === (MetricStat === undefined)) {
      throw invalid(`The metric ${Id} needs either Expression or MetricStat`);
    }
    if (MetricStat) {
      checkPeriod(MetricStat.Period);
    }
  }
  // A metric that does not say so returns its data.
  if (metrics.filter(({ ReturnData = true }) => ReturnData).length !== 1) {
    throw invalid('Exactly one of the metrics must return data');
  }
}

function checkPeriod(period: unknown): void {
  if (!(typeof period === 'number' && ([10, 20, 30].includes(period) || (period >= 60 && period % 60 === 0)))) {
    throw invalid(`Invalid period: 10, 20, 30 or a multiple of 60, got ${String(period)}`);
  }
}
