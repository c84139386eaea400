import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { validateImport } from './deployment-rules';
import { EndpointBase } from './endpoint-base';
import type { DeployRecommendationAttributes } from '../deploy-recommendation-props';

/** SageMaker's name for the one variant that takes all requests. */
export const DEFAULT_VARIANT = 'AllTraffic';

/** An endpoint that was deployed elsewhere. */
export class ImportedEndpoint extends EndpointBase {
  /** ARN of the endpoint. */
  public readonly endpointArn: string;
  /** Name of the endpoint. */
  public readonly endpointName: string;
  /** Name of the production variant that serves the requests. */
  public readonly variantName: string;
  /** Names of the inference components of the endpoint. */
  public readonly inferenceComponentNames: string[];
  /** @internal */
  public readonly _asynchronous: boolean;
  /** @internal */
  public readonly _name: string;

  constructor(scope: Construct, id: string, attrs: DeployRecommendationAttributes, arn?: string) {
    super(scope, id, { environmentFromArn: arn });
    validateImport(this, attrs);
    this.endpointName = attrs.endpointName;
    this._name = attrs.endpointName;
    this.variantName = attrs.variantName ?? DEFAULT_VARIANT;
    this._asynchronous = attrs.asynchronous ?? false;
    this.endpointArn = arn ?? Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: attrs.endpointName });
    this.inferenceComponentNames = attrs.inferenceComponentNames ?? [];
    this.inferenceComponentNames.forEach(name => this.grants._addInferenceComponent(name));
  }
}
