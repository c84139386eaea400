import { aws_cloudwatch as cloudwatch, aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { REQUESTS } from './request-metrics';
import { VariantMetrics } from './variant-metrics';
import { IDeployRecommendation } from '../endpoint';
import { EndpointGrants } from '../endpoint-grants';

/**
 * What a deployed and an imported endpoint have in common: permissions and metrics.
 *
 * Not exported by the library: in other languages its members are those of DeployRecommendation.
 *
 * @jsii ignore
 */
export abstract class EndpointBase extends VariantMetrics implements IDeployRecommendation {
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
  public readonly grants: EndpointGrants = EndpointGrants._of(this, () => this._asynchronous);

  /** @internal */
  public abstract readonly _asynchronous: boolean;

  /**
   * The endpoint's name as it is known without the endpoint.
   *
   * @internal
   */
  public abstract readonly _name: string;

  /**
   * Names of the inference components of the endpoint, with those of adapters. Empty for an endpoint without.
   */
  public abstract get inferenceComponentNames(): string[];

  /**
   * A reference to the endpoint, for L1 constructs.
   */
  public get endpointRef(): sagemaker.EndpointReference {
    return { endpointArn: this.endpointArn };
  }

  /** @internal */
  public get _requestDimensions(): Record<string, string> {
    const [component] = this.inferenceComponentNames;
    return component === undefined ? this._variantDimensions : { InferenceComponentName: component };
  }

  /** @internal */
  public get _variantDimensions(): Record<string, string> {
    return { EndpointName: this._name, VariantName: this.variantName };
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
   * Number of requests in the queue of an asynchronous endpoint, with those that are being worked on.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
   * @default - average over 5 minutes
   */
  public metricApproximateBacklogSize(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queueMetric('metricApproximateBacklogSize', 'ApproximateBacklogSize', props);
  }

  /**
   * Number of requests in the queue of an asynchronous endpoint for each instance, which target tracking scales on.
   *
   * @default - average over 5 minutes
   */
  public metricApproximateBacklogSizePerInstance(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queueMetric('metricApproximateBacklogSizePerInstance', 'ApproximateBacklogSizePerInstance', props);
  }

  /**
   * Age of the oldest request in the queue of an asynchronous endpoint, in seconds.
   *
   * @default - maximum over 5 minutes
   */
  public metricApproximateAgeOfOldestRequest(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queueMetric('metricApproximateAgeOfOldestRequest', 'ApproximateAgeOfOldestRequest', {
      statistic: cloudwatch.Stats.MAXIMUM, ...props,
    });
  }

  /**
   * 1 while an asynchronous endpoint has requests in its queue and no instance, else 0: what an alarm that scales out from none watches.
   *
   * @default - maximum over 5 minutes
   */
  public metricHasBacklogWithoutCapacity(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queueMetric('metricHasBacklogWithoutCapacity', 'HasBacklogWithoutCapacity', { statistic: cloudwatch.Stats.MAXIMUM, ...props });
  }

  /** The queue is one for all variants. */
  private queueMetric(method: string, metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    if (!this._asynchronous) {
      throw new Error(`${method} of ${this.node.path} needs an asynchronous endpoint, which alone has a queue: give asyncInference, or say of an `
        + 'imported one that it is asynchronous');
    }
    return this._metricIn(REQUESTS, metricName, { EndpointName: this._name }, props);
  }
}
