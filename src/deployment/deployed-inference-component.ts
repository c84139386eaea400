import { aws_sagemaker as sagemaker, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DeployedAdapter } from './deployed-adapter';
import { ModelCopies } from './hosting';
import { ComponentMetrics } from './private/component-metrics';
import type { DeployedInferenceComponentDefinition } from './private/deployed';
import { scaleCopies } from './private/scaling';
import { ScalableCopyCount, ScalableCopyCountProps } from './scaling';
import { ServedModelProps } from './served-model-props';
import { ProviderResource } from '../private/sagemaker-resource';
import { quote } from '../private/validation';

/** In seconds, as the handlers have it for variants: the service's own defaults are made for small models. */
const DOWNLOAD_TIMEOUT = 3600;
const HEALTH_CHECK_TIMEOUT = 1200;

/**
 * Properties of an inference component that is added to an endpoint.
 */
export interface AddInferenceComponentOptions extends ServedModelProps, ModelCopies {}

/**
 * A model as an inference component of the endpoint of a `DeployRecommendation`, with its LoRA adapters.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-deploy-models.html
 */
export class DeployedInferenceComponent extends ComponentMetrics {
  /** @internal */
  public static _of(
    scope: Construct, id: string, define: (component: Construct) => DeployedInferenceComponentDefinition,
  ): DeployedInferenceComponent {
    return new DeployedInferenceComponent(scope, id, define);
  }

  /** Name of the inference component, which requests have to give. */
  public readonly inferenceComponentName: string;

  /** ARN of the inference component. */
  public readonly inferenceComponentArn: string;

  /** Name of the SageMaker model that is served. */
  public readonly modelName: string;

  /** Instance type that the recommendation is for, such as `ml.g6.24xlarge`. */
  public readonly instanceType: string;

  /** How many accelerators each copy takes. */
  public readonly acceleratorsPerCopy: string;

  /** How much of an instance's memory each copy takes at least, in MiB. */
  public readonly minMemoryPerCopyInMb: string;

  /** Number of copies that the inference component starts with. */
  public readonly copyCount: string;

  /** The chosen recommendation, by the name of its inference specification. Empty for one without a model package. */
  public readonly inferenceSpecificationName: string;

  /** Place of the chosen recommendation in the job's ranking, from 1. */
  public readonly rank: string;

  /** How many requests at a time the figures of the recommendation were measured with. Empty if it doesn't say. */
  public readonly concurrency: string;

  /** A sentence, if a limit of the selector was judged at another concurrency than the workload's, else empty. */
  public readonly selectionWarning: string;

  /** The adapters of the model, each an inference component of its own. */
  public readonly adapterComponents: DeployedAdapter[];

  private readonly resource: sagemaker.CfnInferenceComponent;
  /** What says that it serves its model. */
  private readonly check: ProviderResource;
  private readonly definition: DeployedInferenceComponentDefinition;

  private constructor(scope: Construct, id: string, define: (component: Construct) => DeployedInferenceComponentDefinition) {
    super(scope, id);
    this.definition = define(this);
    const { model } = this.definition;
    this.inferenceComponentName = this.definition.inferenceComponentName;
    this.modelName = model.attribute('ModelName');
    this.instanceType = model.attribute('InstanceType');
    this.acceleratorsPerCopy = model.attribute('Accelerators');
    this.minMemoryPerCopyInMb = model.attribute('MinMemoryInMb');
    this.copyCount = model.attribute('CopyCount');
    this.inferenceSpecificationName = model.attribute('InferenceSpecificationName');
    this.rank = model.attribute('Rank');
    this.concurrency = model.attribute('Concurrency');
    this.selectionWarning = model.attribute('SelectionWarning');

    this.resource = this.makeBase();
    this.inferenceComponentArn = this.resource.attrInferenceComponentArn;
    this.check = new ProviderResource(this, 'Check', {
      type: 'InferenceComponentCheck',
      transient: true,
      properties: { InferenceComponentName: this.inferenceComponentName, ModelName: this.modelName },
    });
    this.check.addDependency(this.resource);
    this.adapterComponents = this.definition.adapterIds.map(adapterId => this.makeAdapter(adapterId));
    this.node.addValidation({ validate: () => this.validateNames() });
  }

  /**
   * Scales the number of copies with the load.
   *
   * @param props from how many copies to how many
   */
  public autoScaleCopies(props: ScalableCopyCountProps): ScalableCopyCount {
    const { inferenceComponentName, managedInstanceScaling } = this.definition;
    return scaleCopies(this, { inferenceComponentName, managedInstanceScaling, dependable: this.check }, props);
  }

  /**
   * Applies to the inference component and to those of its adapters.
   *
   * @param policy what happens to them when they leave the stack
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    this.resource.applyRemovalPolicy(policy);
    this.adapterComponents.forEach(adapter => adapter.applyRemovalPolicy(policy));
  }

  private makeBase(): sagemaker.CfnInferenceComponent {
    const { model, props, endpointName, variantName, deploymentConfig, after } = this.definition;
    const resource = new sagemaker.CfnInferenceComponent(this, 'Resource', {
      inferenceComponentName: this.inferenceComponentName,
      endpointName,
      variantName,
      specification: {
        modelName: this.modelName,
        computeResourceRequirements: {
          numberOfAcceleratorDevicesRequired: model.number('Accelerators'),
          minMemoryRequiredInMb: model.number('MinMemoryInMb'),
        },
        startupParameters: {
          modelDataDownloadTimeoutInSeconds: props.modelDataDownloadTimeout?.toSeconds() ?? DOWNLOAD_TIMEOUT,
          containerStartupHealthCheckTimeoutInSeconds: props.containerStartupHealthCheckTimeout?.toSeconds() ?? HEALTH_CHECK_TIMEOUT,
        },
      },
      runtimeConfig: { copyCount: model.number('CopyCount') },
      deploymentConfig,
    });
    resource.node.addDependency(after);
    return resource;
  }

  /**
   * Adapters are loaded into their base: they are made after it, and deleted before it. CloudFormation doesn't rename a component, so that another
   * name is another resource.
   */
  private makeAdapter(adapterId: string): DeployedAdapter {
    const inferenceComponentName = this.definition.adapterName(adapterId);
    const adapter = DeployedAdapter._of(this, `Adapter-${Token.isUnresolved(inferenceComponentName) ? adapterId : inferenceComponentName}`, {
      adapterId,
      inferenceComponentName,
      baseInferenceComponentName: this.inferenceComponentName,
      endpointName: this.definition.endpointName,
      artifactUrl: this.definition.model.attribute('AdapterUrl', `:${adapterId}`),
    });
    adapter.node.addDependency(this.check);
    return adapter;
  }

  /** Adapters are named by their ids, which two deployments of one job share. Within an endpoint that is an error before this. */
  private validateNames(): string[] {
    const others = Stack.of(this).node.findAll().filter(other => other instanceof ComponentMetrics && !other.node.path.startsWith(`${this.node.path}/`));
    return this.adapterComponents.map(({ inferenceComponentName }) => inferenceComponentName).flatMap(name => others
      .filter(other => !Token.isUnresolved(name) && (other as ComponentMetrics).inferenceComponentName === name)
      .map(other => `names of inference components must be distinct within an account and Region, got ${quote(name)} of '${other.node.path}' too: `
        + 'give adapterNamePrefix'));
  }
}
