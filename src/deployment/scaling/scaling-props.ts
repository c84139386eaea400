import { aws_applicationautoscaling as appscaling, aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';

/**
 * Properties of scaling that keeps the number of requests for each instance at a target.
 */
export interface InvocationScalingProps extends appscaling.BaseTargetTrackingProps {
  /**
   * How many requests each instance is to get, per minute. Above 0.
   */
  readonly invocationsPerInstance: number;
}

/**
 * Properties of scaling that keeps the number of requests that a model works on at a time at a target.
 */
export interface ConcurrencyScalingProps extends appscaling.BaseTargetTrackingProps {
  /**
   * How many requests each container is to have at a time, with those that wait in its queue, averaged over all of them. Above 0.
   *
   * The concurrency at which the recommendation was measured is a good beginning.
   */
  readonly concurrentRequestsPerModel: number;
}

/**
 * Properties of scaling that keeps the queue of an asynchronous endpoint at a target.
 */
export interface BacklogScalingProps extends appscaling.BaseTargetTrackingProps {
  /**
   * How many requests may wait for each instance, with those that it works on. Above 0.
   */
  readonly backlogPerInstance: number;
}

/**
 * Properties of scaling that keeps the number of requests for each copy at a target.
 */
export interface InvocationsPerCopyScalingProps extends appscaling.BaseTargetTrackingProps {
  /**
   * How many requests each copy is to get, per minute. Above 0.
   */
  readonly invocationsPerCopy: number;
}

/**
 * Properties of scaling that keeps the number of requests that a copy works on at a time at a target.
 */
export interface ConcurrentRequestsPerCopyScalingProps extends appscaling.BaseTargetTrackingProps {
  /**
   * How many requests each copy is to have at a time, with those that wait in its queue, averaged over all of them. Above 0.
   *
   * The concurrency at which the recommendation was measured is a good beginning.
   */
  readonly concurrentRequestsPerCopy: number;
}

/**
 * Properties of scaling that keeps a metric of one's own at a target.
 */
export interface CustomMetricScalingProps extends appscaling.BaseTargetTrackingProps {
  /**
   * The metric. It has to fall when there are more instances or copies, and to rise when there are fewer: more are started above the target, and
   * some are stopped below it. Averages, minima, maxima, sums and counts can be tracked, percentiles and math can't.
   */
  readonly metric: cloudwatch.IMetric;

  /**
   * At which value it is kept, in the metric's own unit. Above 0.
   */
  readonly targetValue: number;
}

/**
 * Properties of scaling out from zero.
 */
export interface ScaleFromZeroProps {
  /**
   * How many are started at a time. A whole number, at least 1.
   *
   * @default 1
   */
  readonly change?: number;

  /**
   * How long the last start counts for: with requests that still find nothing after it, as many are started again, up to `maxCapacity`.
   * 0 seconds or more.
   *
   * @default Duration.minutes(1)
   */
  readonly cooldown?: Duration;
}
