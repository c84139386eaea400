import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';

/**
 * When the default alarms of an endpoint go off.
 */
export interface DefaultAlarmsOptions {
  /**
   * The alarm goes off when more than this percentage of the requests fails with a 5xx: more than 0, up to 100.
   *
   * @default 5
   */
  readonly errorRatePercent?: number;

  /**
   * The alarm goes off when the model takes longer than this for the slowest tenth of the requests (p90).
   *
   * @default - no alarm for the latency: what is slow depends on the model
   */
  readonly modelLatency?: Duration;

  /**
   * How long each period is that is looked at: whole minutes, up to a day.
   *
   * @default Duration.minutes(1)
   */
  readonly period?: Duration;

  /**
   * How many periods one after the other must be bad. At least 1.
   *
   * @default 3
   */
  readonly evaluationPeriods?: number;
}

/**
 * The alarms that `addDefaultAlarms` made.
 */
export interface DefaultAlarms {
  /** Goes off when too many requests fail. */
  readonly errorRate: cloudwatch.IAlarm;

  /**
   * Goes off when the model takes too long.
   *
   * @default - none, without `modelLatency`
   */
  readonly modelLatency?: cloudwatch.IAlarm;
}
