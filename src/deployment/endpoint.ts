import { aws_cloudwatch as cloudwatch, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { EndpointGrants } from './endpoint-grants';

/**
 * An endpoint that serves a recommendation, deployed here or elsewhere.
 *
 * Metrics of requests are those of the endpoint's own variant, or, with inference components, those of its own component.
 */
export interface IDeployRecommendation extends sagemaker.IEndpoint {
  /**
   * Name of the production variant that serves the requests.
   */
  readonly variantName: string;

  /**
   * Names of the inference components of the endpoint, with those of adapters. Empty for an endpoint without.
   */
  readonly inferenceComponentNames: string[];

  /**
   * Permissions on the endpoint.
   */
  readonly grants: EndpointGrants;

  /**
   * A metric of requests in the namespace `AWS/SageMaker`.
   *
   * @param metricName name of the metric, such as `ModelLatency`
   * @param props overrides of statistic, period and the like
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests. */
  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests for each instance, which target tracking scales on. */
  metricInvocationsPerInstance(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests that the models of the variant are working on, with those that wait in their queues. */
  metricConcurrentRequestsPerModel(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests that the caller got wrong (4xx). */
  metricInvocation4xxErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests that the endpoint failed to answer (5xx). */
  metricInvocation5xxErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests that the container answered with anything but success. */
  metricInvocationModelErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** How long the model takes to answer, in microseconds. */
  metricModelLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** What SageMaker adds to the model's latency, in microseconds. */
  metricOverheadLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** How long a streamed answer takes until its first part has come, in microseconds. */
  metricFirstChunkLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** How long the model takes for the first part of a streamed answer, in microseconds. */
  metricFirstChunkModelLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of streamed answers that broke off. */
  metricMidStreamErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** How long it takes until a serverless endpoint has something to run on, in microseconds. */
  metricModelSetupTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Use of the GPUs in percent, 100 for each GPU of an instance. */
  metricGpuUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Use of the GPUs' memory in percent, 100 for each GPU of an instance. */
  metricGpuMemoryUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Use of the CPUs in percent, 100 for each core of an instance. */
  metricCpuUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Use of the instances' memory in percent. */
  metricMemoryUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Use of the instances' disks in percent. */
  metricDiskUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests in the queue of an asynchronous endpoint, with those that are being worked on. */
  metricApproximateBacklogSize(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Number of requests in the queue of an asynchronous endpoint for each instance. */
  metricApproximateBacklogSizePerInstance(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Age of the oldest request in the queue of an asynchronous endpoint, in seconds. */
  metricApproximateAgeOfOldestRequest(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** 1 while an asynchronous endpoint has requests in its queue and no instance, else 0. */
  metricHasBacklogWithoutCapacity(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
