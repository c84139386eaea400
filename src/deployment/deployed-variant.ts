import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DeployedVariantDefinition } from './private/deployed';
import { scaleInstances } from './private/scaling';
import { VariantMetrics } from './private/variant-metrics';
import { ScalableInstanceCount, ScalableInstanceCountProps } from './scaling';
import { ServedModelProps, VariantInstanceProps } from './served-model-props';
import { quote, Validation } from '../private/validation';

/**
 * Properties of a variant that is added to an endpoint.
 */
export interface AddVariantOptions extends ServedModelProps, VariantInstanceProps {
  /**
   * Name of the variant, a dimension of its metrics. 1 to 63 letters, digits and hyphens, and another one than those of the endpoint's other
   * variants.
   *
   * @default - the id of the construct
   */
  readonly variantName?: string;

  /**
   * Weight of the variant: it gets its share of the sum of all weights. At least 0.
   *
   * @default 1
   */
  readonly initialVariantWeight?: number;
}

/**
 * Properties of a shadow variant that is added to an endpoint.
 */
export interface AddShadowVariantOptions extends ServedModelProps, VariantInstanceProps {
  /**
   * Name of the variant, a dimension of its metrics. 1 to 63 letters, digits and hyphens, and another one than that of the production variant.
   *
   * @default - the id of the construct
   */
  readonly variantName?: string;

  /**
   * Weight of the variant against that of the production variant: with half of it, half of the requests are copied. At least 0.
   *
   * @default 1
   */
  readonly initialVariantWeight?: number;
}

/**
 * A variant that was added to the endpoint of a `DeployRecommendation`: another recommendation on instances of its own.
 */
export class DeployedVariant extends VariantMetrics {
  /** @internal */
  public static _of(scope: Construct, id: string, define: (variant: Construct) => DeployedVariantDefinition): DeployedVariant {
    return new DeployedVariant(scope, id, define);
  }

  /** Name of the variant. */
  public readonly variantName: string;

  /** Name of the SageMaker model that is served. */
  public readonly modelName: string;

  /** Instance type that the variant runs on, such as `ml.g6.24xlarge`. Empty for a serverless one. */
  public readonly instanceType: string;

  /** Number of instances that the variant starts with. */
  public readonly instanceCount: string;

  /** Copies of the model on each instance. */
  public readonly copyCountPerInstance: string;

  /** The chosen recommendation, by the name of its inference specification. Empty for one without a model package. */
  public readonly inferenceSpecificationName: string;

  /** Place of the chosen recommendation in the job's ranking, from 1. */
  public readonly rank: string;

  /** How many requests at a time the figures of the recommendation were measured with. Empty if it doesn't say. */
  public readonly concurrency: string;

  /** A sentence, if a limit of the selector was judged at another concurrency than the workload's, else empty. */
  public readonly selectionWarning: string;

  /** The instance types that stand by for lack of capacity, separated by commas. Empty without `fallbackCount`. */
  public readonly fallbackInstanceTypes: string;

  private readonly definition: DeployedVariantDefinition;

  private constructor(scope: Construct, id: string, define: (variant: Construct) => DeployedVariantDefinition) {
    super(scope, id);
    this.definition = define(this);
    const { model, variantName } = this.definition;
    this.variantName = variantName;
    this.modelName = model.attribute('ModelName');
    this.instanceType = model.attribute('InstanceType');
    this.instanceCount = model.attribute('InstanceCount');
    this.copyCountPerInstance = model.attribute('CopyCountPerInstance');
    this.inferenceSpecificationName = model.attribute('InferenceSpecificationName');
    this.rank = model.attribute('Rank');
    this.concurrency = model.attribute('Concurrency');
    this.selectionWarning = model.attribute('SelectionWarning');
    this.fallbackInstanceTypes = model.attribute('FallbackInstanceTypes');
  }

  /** @internal */
  public get _requestDimensions(): Record<string, string> {
    return this._variantDimensions;
  }

  /** @internal */
  public get _variantDimensions(): Record<string, string> {
    return { EndpointName: this.definition.endpointName, VariantName: this.variantName };
  }

  /**
   * Scales the number of instances with the load.
   *
   * @param props from how many instances to how many
   */
  public autoScaleInstances(props: ScalableInstanceCountProps): ScalableInstanceCount {
    const { endpointName, variantName, asynchronous } = this.definition;
    return scaleInstances(this, { endpointName, variantName, asynchronous, dependable: this.definition.dependable() }, props);
  }

  /**
   * Not for a variant: it stays, or is deleted, with its endpoint. Use `applyRemovalPolicy` of the `DeployRecommendation`.
   *
   * @param policy any, which is refused
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    const validation = new Validation('DeployedVariant');
    validation.check(false, `policy can't be applied to a variant, got ${quote(policy)}: it stays, or is deleted, with its endpoint, so use `
      + 'applyRemovalPolicy of the DeployRecommendation');
    validation.throwIfAny(this);
  }
}
