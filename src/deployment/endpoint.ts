import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { EndpointGrants } from './endpoint-grants';

/**
 * An endpoint that serves a recommendation, deployed here or elsewhere.
 */
export interface IDeployRecommendation extends sagemaker.IEndpoint {
  /**
   * Name of the production variant that serves the requests.
   */
  readonly variantName: string;

  /**
   * Permissions on the endpoint.
   */
  readonly grants: EndpointGrants;

  /**
   * A metric of the endpoint's variant in the namespace `AWS/SageMaker`.
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests. */
  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests for each instance, which target tracking scales on. */
  metricInvocationsPerInstance(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests that the caller got wrong (4xx). */
  metricInvocation4xxErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests that the endpoint failed to answer (5xx). */
  metricInvocation5xxErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** How long the model takes to answer, in microseconds. */
  metricModelLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** What SageMaker adds to the model's latency, in microseconds. */
  metricOverheadLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Use of the GPUs in percent, 100 for each GPU of an instance. */
  metricGpuUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Use of the GPUs' memory in percent, 100 for each GPU of an instance. */
  metricGpuMemoryUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
