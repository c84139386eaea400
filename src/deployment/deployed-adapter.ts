import { aws_sagemaker as sagemaker, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ComponentMetrics } from './private/component-metrics';
import type { DeployedAdapterDefinition } from './private/deployed';

/**
 * A LoRA adapter as an inference component, which is loaded into the copies of the model's inference component.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-adapt.html
 */
export class DeployedAdapter extends ComponentMetrics {
  /** @internal */
  public static _of(scope: Construct, id: string, definition: DeployedAdapterDefinition): DeployedAdapter {
    return new DeployedAdapter(scope, id, definition);
  }

  /** Id of the adapter, as the recommendation job was given it. */
  public readonly adapterId: string;

  /** Name of the inference component, which requests have to give. */
  public readonly inferenceComponentName: string;

  /** ARN of the inference component. */
  public readonly inferenceComponentArn: string;

  /** Where the adapter's files are in S3. */
  public readonly artifactUrl: string;

  private readonly resource: sagemaker.CfnInferenceComponent;

  private constructor(scope: Construct, id: string, definition: DeployedAdapterDefinition) {
    super(scope, id);
    this.adapterId = definition.adapterId;
    this.inferenceComponentName = definition.inferenceComponentName;
    this.artifactUrl = definition.artifactUrl;
    // What it takes and where it runs is its base's matter.
    this.resource = new sagemaker.CfnInferenceComponent(this, 'Resource', {
      inferenceComponentName: this.inferenceComponentName,
      endpointName: definition.endpointName,
      specification: {
        baseInferenceComponentName: definition.baseInferenceComponentName,
        container: { artifactUrl: this.artifactUrl },
      },
    });
    this.inferenceComponentArn = this.resource.attrInferenceComponentArn;
  }

  /**
   * What happens to the inference component when it leaves the stack.
   *
   * @param policy what happens to it
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    this.resource.applyRemovalPolicy(policy);
  }
}
