import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { RequestMetrics } from './request-metrics';
import { known, Validation } from '../../private/validation';
import { DefaultAlarms, DefaultAlarmsOptions } from '../default-alarms';

/** In minutes. */
const DAY = 1440;

/** Alarms on the metrics of an endpoint, which name it without a reference: the endpoint refers to the alarms. */
export function makeDefaultAlarms(scope: Construct, endpoint: RequestMetrics, props: DefaultAlarmsOptions): DefaultAlarms {
  validate(scope, props);
  const period = props.period ?? Duration.minutes(1);
  const evaluation = {
    evaluationPeriods: props.evaluationPeriods ?? 3,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    // Nobody asks, nobody waits.
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  };
  const errorRate = new cloudwatch.Alarm(scope, 'ErrorRateAlarm', {
    alarmDescription: `Requests that fail at the SageMaker endpoint of ${scope.node.path}, in percent`,
    metric: new cloudwatch.MathExpression({
      label: 'Errors in percent',
      expression: 'IF(invocations > 0, 100 * errors / invocations, 0)',
      usingMetrics: { errors: endpoint.metricInvocation5xxErrors({ period }), invocations: endpoint.metricInvocations({ period }) },
      period,
    }),
    threshold: props.errorRatePercent ?? 5,
    ...evaluation,
  });
  return props.modelLatency === undefined ? { errorRate } : {
    errorRate,
    modelLatency: new cloudwatch.Alarm(scope, 'ModelLatencyAlarm', {
      alarmDescription: `p90 of the model's latency at the SageMaker endpoint of ${scope.node.path}, in microseconds`,
      metric: endpoint.metricModelLatency({ period, statistic: 'p90' }),
      threshold: props.modelLatency.toMilliseconds() * 1000,
      ...evaluation,
    }),
  };
}

function validate(scope: Construct, props: DefaultAlarmsOptions): void {
  const validation = new Validation('addDefaultAlarms');
  const { errorRatePercent, modelLatency, period, evaluationPeriods } = props;
  if (known(errorRatePercent)) {
    validation.check(errorRatePercent > 0 && errorRatePercent <= 100, `errorRatePercent must be more than 0, up to 100, got ${errorRatePercent}`);
  }
  if (modelLatency && !modelLatency.isUnresolved()) {
    const milliseconds = modelLatency.toMilliseconds({ integral: false });
    validation.check(milliseconds >= 1, `modelLatency must be at least 1 millisecond, got ${milliseconds} milliseconds`);
  }
  if (modelLatency?.isUnresolved() || period?.isUnresolved()) {
    validation.check(false, 'modelLatency and period must be known at synthesis, got a token');
  } else if (period) {
    validation.minutes('period', period, 1, DAY);
  }
  validation.integer('evaluationPeriods', evaluationPeriods, 1);
  validation.throwIfAny(scope);
}
