import { Duration, Resource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { IDeployRecommendation } from '../endpoint';
import { EndpointGrants } from '../endpoint-grants';

/** SageMaker's metrics of requests, and those of the instances behind the endpoint. */
const REQUESTS = 'AWS/SageMaker';
const INSTANCES = '/aws/sagemaker/Endpoints';

/**
 * What a deployed and an imported endpoint have in common: permissions and metrics.
 *
 * Not exported by the library: in other languages its members are those of DeployRecommendation.
 *
 * @jsii ignore
 */
export abstract class EndpointBase extends Resource implements IDeployRecommendation {
  /**
   * ARN of the endpoint.
   */
  public abstract readonly endpointArn: string;

  /**
   * Name of the endpoint.
   */
  public abstract readonly endpointName: string;

  /**
   * Name of the production variant that serves the requests.
   */
  public abstract readonly variantName: string;

  /**
   * Permissions on the endpoint.
   */
  public readonly grants: EndpointGrants = EndpointGrants._of(this);

  /**
   * A reference to the endpoint, for L1 constructs.
   */
  public get endpointRef(): sagemaker.EndpointReference {
    return { endpointArn: this.endpointArn };
  }

  /**
   * Send requests to the endpoint: the same as `grants.invoke`, which `IEndpoint` of aws-cdk-lib asks for under this name.
   *
   * @param grantee who gets the permission
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.grants.invoke(grantee);
  }

  /**
   * A metric of the endpoint's variant in the namespace `AWS/SageMaker`.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
   * @param metricName name of the metric, such as `ModelLatency`
   * @param props overrides of statistic, period and the like
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metricIn(REQUESTS, metricName, props);
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
   * Number of requests for each instance, which target tracking scales on.
   *
   * @default - sum over 5 minutes
   */
  public metricInvocationsPerInstance(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InvocationsPerInstance', { statistic: cloudwatch.Stats.SUM, ...props });
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

  /**
   * Use of the GPUs in percent: 100 for each GPU of an instance, so up to 400 with four.
   *
   * @default - average over 5 minutes
   */
  public metricGpuUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metricIn(INSTANCES, 'GPUUtilization', props);
  }

  /**
   * Use of the GPUs' memory in percent: 100 for each GPU of an instance, so up to 400 with four.
   *
   * @default - average over 5 minutes
   */
  public metricGpuMemoryUtilization(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metricIn(INSTANCES, 'GPUMemoryUtilization', props);
  }

  private metricIn(namespace: string, metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace,
      metricName,
      dimensionsMap: { EndpointName: this.endpointName, VariantName: this.variantName },
      statistic: cloudwatch.Stats.AVERAGE,
      period: Duration.minutes(5),
      ...props,
    }).attachTo(this);
  }
}
