import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { COMPONENTS, RequestMetrics } from './request-metrics';

/**
 * An inference component, and the metrics that SageMaker publishes for it.
 *
 * Not exported by the library: in other languages its members are those of the classes that extend it.
 *
 * @jsii ignore
 */
export abstract class ComponentMetrics extends RequestMetrics {
  /**
   * Name of the inference component, which requests have to give.
   */
  public abstract readonly inferenceComponentName: string;

  /** @internal */
  public get _requestDimensions(): Record<string, string> {
    return { InferenceComponentName: this.inferenceComponentName };
  }

  /**
   * Number of requests for each copy, which target tracking scales on.
   *
   * @default - sum over 5 minutes
   */
  public metricInvocationsPerCopy(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InvocationsPerCopy', { statistic: cloudwatch.Stats.SUM, ...props });
  }

  /**
   * Number of requests that each copy is working on, with those that wait in its queue.
   *
   * @default - average over 5 minutes
   */
  public metricConcurrentRequestsPerCopy(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ConcurrentRequestsPerCopy', props);
  }

  /**
   * Number of requests that came while there was no copy: what an alarm that scales out from none watches.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
   * @default - sum over 5 minutes
   */
  public metricNoCapacityInvocationFailures(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('NoCapacityInvocationFailures', { statistic: cloudwatch.Stats.SUM, ...props });
  }

  /**
   * Use of the GPUs that the copies have, in percent, up to 100.
   *
   * @default - average over 5 minutes
   */
  public metricGpuUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.utilization('GPUUtilizationNormalized', props);
  }

  /**
   * Use of the memory of the GPUs that the copies have, in percent, up to 100.
   *
   * @default - average over 5 minutes
   */
  public metricGpuMemoryUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.utilization('GPUMemoryUtilizationNormalized', props);
  }

  /**
   * Use of the CPUs that the copies have, in percent, up to 100.
   *
   * @default - average over 5 minutes
   */
  public metricCpuUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.utilization('CPUUtilizationNormalized', props);
  }

  /**
   * Use of the memory that the copies have, in percent, up to 100.
   *
   * @default - average over 5 minutes
   */
  public metricMemoryUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.utilization('MemoryUtilizationNormalized', props);
  }

  private utilization(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metricIn(COMPONENTS, metricName, this._requestDimensions, props);
  }
}
