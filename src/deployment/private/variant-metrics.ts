import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { INSTANCES, RequestMetrics, REQUESTS } from './request-metrics';

/**
 * A variant with instances, and the metrics that SageMaker publishes for those.
 *
 * Not exported by the library: in other languages its members are those of the classes that extend it.
 *
 * @jsii ignore
 */
export abstract class VariantMetrics extends RequestMetrics {
  /** @internal */
  public abstract get _variantDimensions(): Record<string, string>;

  /**
   * Number of requests for each instance, which target tracking scales on.
   *
   * @default - sum over 5 minutes
   */
  public metricInvocationsPerInstance(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.variantMetric('InvocationsPerInstance', { statistic: cloudwatch.Stats.SUM, ...props });
  }

  /**
   * Number of requests that the models of the variant are working on, with those that wait in their queues.
   *
   * @default - average over 5 minutes
   */
  public metricConcurrentRequestsPerModel(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.variantMetric('ConcurrentRequestsPerModel', props);
  }

  /**
   * How long it takes until a serverless endpoint has something to run on, in microseconds.
   *
   * @default - average over 5 minutes
   */
  public metricModelSetupTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.variantMetric('ModelSetupTime', { unit: cloudwatch.Unit.MICROSECONDS, ...props });
  }

  /**
   * How long a streamed answer takes until its first part has come, in microseconds: about the time to the first token, as a client sees it.
   *
   * @default - average over 5 minutes
   */
  public metricFirstChunkLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.variantMetric('FirstChunkLatency', { unit: cloudwatch.Unit.MICROSECONDS, ...props });
  }

  /**
   * How long the model takes for the first part of a streamed answer, in microseconds.
   *
   * @default - average over 5 minutes
   */
  public metricFirstChunkModelLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.variantMetric('FirstChunkModelLatency', { unit: cloudwatch.Unit.MICROSECONDS, ...props });
  }

  /**
   * Number of streamed answers that broke off.
   *
   * @default - sum over 5 minutes
   */
  public metricMidStreamErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.variantMetric('MidStreamErrors', { statistic: cloudwatch.Stats.SUM, ...props });
  }

  /**
   * Use of the GPUs in percent: 100 for each GPU of an instance, so up to 400 with four.
   *
   * @default - average over 5 minutes
   */
  public metricGpuUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.instanceMetric('GPUUtilization', props);
  }

  /**
   * Use of the GPUs' memory in percent: 100 for each GPU of an instance, so up to 400 with four.
   *
   * @default - average over 5 minutes
   */
  public metricGpuMemoryUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.instanceMetric('GPUMemoryUtilization', props);
  }

  /**
   * Use of the CPUs in percent: 100 for each core of an instance, so up to 400 with four.
   *
   * @default - average over 5 minutes
   */
  public metricCpuUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.instanceMetric('CPUUtilization', props);
  }

  /**
   * Use of the instances' memory in percent, up to 100.
   *
   * @default - average over 5 minutes
   */
  public metricMemoryUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.instanceMetric('MemoryUtilization', props);
  }

  /**
   * Use of the instances' disks in percent, up to 100.
   *
   * @default - average over 5 minutes
   */
  public metricDiskUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.instanceMetric('DiskUtilization', props);
  }

  private variantMetric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metricIn(REQUESTS, metricName, this._variantDimensions, props);
  }

  private instanceMetric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metricIn(INSTANCES, metricName, this._variantDimensions, props);
  }
}
