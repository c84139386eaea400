import { aws_cloudwatch as cloudwatch, Duration, Resource } from 'aws-cdk-lib';

/** SageMaker's metrics of requests, those of the instances behind an endpoint, and those of what runs on them. */
export const REQUESTS = 'AWS/SageMaker';
export const INSTANCES = '/aws/sagemaker/Endpoints';
export const COMPONENTS = '/aws/sagemaker/InferenceComponents';

/**
 * What answers requests, and the metrics of it that SageMaker publishes for variants and for inference components alike.
 *
 * Not exported by the library: in other languages its members are those of the classes that extend it.
 *
 * @jsii ignore
 */
export abstract class RequestMetrics extends Resource {
  /**
   * What the metrics of requests are looked up by. It names nothing by a reference to a resource: alarms on them can stand before the endpoint.
   *
   * @internal
   */
  public abstract get _requestDimensions(): Record<string, string>;

  /**
   * A metric of requests in the namespace `AWS/SageMaker`.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
   * @param metricName name of the metric, such as `ModelLatency`
   * @param props overrides of statistic, period and the like
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metricIn(REQUESTS, metricName, this._requestDimensions, props);
  }

  /**
   * Number of requests.
   *
   * @default - sum over 5 minutes
   */
  public metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Invocations', { statistic: cloudwatch.Stats.SUM, ...props });
  }

  /**
   * Number of requests that the caller got wrong (4xx).
   *
   * @default - sum over 5 minutes
   */
  public metricInvocation4xxErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Invocation4XXErrors', { statistic: cloudwatch.Stats.SUM, ...props });
  }

  /**
   * Number of requests that the endpoint failed to answer (5xx).
   *
   * @default - sum over 5 minutes
   */
  public metricInvocation5xxErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Invocation5XXErrors', { statistic: cloudwatch.Stats.SUM, ...props });
  }

  /**
   * Number of requests that the container answered with anything but success.
   *
   * @default - sum over 5 minutes
   */
  public metricInvocationModelErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InvocationModelErrors', { statistic: cloudwatch.Stats.SUM, ...props });
  }

  /**
   * How long the model takes to answer, in microseconds.
   *
   * @default - average over 5 minutes
   */
  public metricModelLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ModelLatency', { unit: cloudwatch.Unit.MICROSECONDS, ...props });
  }

  /**
   * What SageMaker adds to the model's latency, in microseconds.
   *
   * @default - average over 5 minutes
   */
  public metricOverheadLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('OverheadLatency', { unit: cloudwatch.Unit.MICROSECONDS, ...props });
  }

  /** @internal */
  public _metricIn(
    namespace: string, metricName: string, dimensionsMap: Record<string, string>, props?: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace,
      metricName,
      dimensionsMap,
      statistic: cloudwatch.Stats.AVERAGE,
      period: Duration.minutes(5),
      ...props,
    }).attachTo(this);
  }
}
