import { aws_cloudwatch as cloudwatch, aws_ec2 as ec2, aws_iam as iam, aws_sagemaker as sagemaker, Names, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DefaultAlarms, DefaultAlarmsOptions } from './default-alarms';
import { DeployRecommendationAttributes, DeployRecommendationProps } from './deploy-recommendation-props';
import { DeployedAdapter } from './deployed-adapter';
import { AddInferenceComponentOptions, DeployedInferenceComponent } from './deployed-inference-component';
import { AddShadowVariantOptions, AddVariantOptions, DeployedVariant } from './deployed-variant';
import { IDeployRecommendation } from './endpoint';
import { makeDefaultAlarms } from './private/default-alarms';
import { validateDeployment } from './private/deployment-rules';
import { EndpointBase } from './private/endpoint-base';
import { EndpointModels } from './private/endpoint-models';
import { ExpectedFigures } from './private/expected-figures';
import { DEFAULT_VARIANT, ImportedEndpoint } from './private/imported-endpoint';
import { addOutputs } from './private/outputs';
import { Rollback } from './private/rollback';
import { scaleInstances } from './private/scaling';
import { permitServing, ServingPermissions } from './private/serving-permissions';
import type { DeployedEndpoint } from './private/shown-endpoint';
import { ScalableCopyCount, ScalableCopyCountProps, ScalableInstanceCount, ScalableInstanceCountProps } from './scaling';
import { nameInArn } from '../private/environment';
import { JobPermissions, jobRole, permit } from '../private/execution-role';
import { connectionsOf, JobNetwork } from '../private/network';
import { injectable } from '../private/property-injection';
import { ProviderResource } from '../private/sagemaker-resource';
import { checkNew } from '../private/types';
import { Validation } from '../private/validation';

/**
 * The best recommendation of a job as a SageMaker endpoint on the recommended GPU instances.
 *
 * Which configuration won is read from the job when the stack is deployed. A job that changes updates the endpoint in place: the
 * old configuration serves until the new one does, and what the old one needed is deleted afterwards.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-deploy.html
 */
@injectable
export class DeployRecommendation extends EndpointBase implements iam.IGrantable, ec2.IConnectable {
  /**
   * The id by which property injectors know this class: their `constructUniqueId`.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-sagemaker-inference.DeployRecommendation';

  /**
   * Imports an endpoint of this account and Region by its name.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param endpointName its name: up to 63 letters, digits and hyphens
   */
  public static fromEndpointName(scope: Construct, id: string, endpointName: string): IDeployRecommendation {
    return DeployRecommendation.fromEndpointAttributes(scope, id, { endpointName });
  }

  /**
   * Imports an endpoint by its ARN.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param endpointArn its ARN
   */
  public static fromEndpointArn(scope: Construct, id: string, endpointArn: string): IDeployRecommendation {
    const endpointName = nameInArn(scope, id, 'endpointArn', endpointArn, 'endpoint');
    return new ImportedEndpoint(scope, id, { endpointName }, endpointArn);
  }

  /**
   * Imports an endpoint of this account and Region by what is known of it.
   *
   * @param scope the parent of the new construct
   * @param id the id of the new construct
   * @param attributes what is known of it
   */
  public static fromEndpointAttributes(scope: Construct, id: string, attributes: DeployRecommendationAttributes): IDeployRecommendation {
    return new ImportedEndpoint(scope, id, attributes);
  }

  /**
   * ARN of the endpoint.
   */
  public readonly endpointArn: string;

  /**
   * Name of the endpoint.
   */
  public readonly endpointName: string;

  /**
   * Name of the production variant that serves the requests.
   */
  public readonly variantName: string;

  /**
   * The role under which the endpoint runs.
   */
  public readonly role: iam.IRole;

  /**
   * The principal of the role, so that more can be granted to the endpoint, as in `bucket.grantRead(deployment)`.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * Name of the SageMaker model that is served.
   */
  public readonly modelName: string;

  /**
   * Name of the endpoint configuration that is served.
   */
  public readonly endpointConfigName: string;

  /**
   * Instance type that the endpoint runs on, such as `ml.g6.24xlarge`.
   */
  public readonly instanceType: string;

  /**
   * Number of instances that the endpoint starts with.
   */
  public readonly instanceCount: string;

  /**
   * Copies of the model on each instance.
   */
  public readonly copyCountPerInstance: string;

  /**
   * The chosen recommendation, by the name of its inference specification. Empty for one without a model package.
   */
  public readonly inferenceSpecificationName: string;

  /**
   * ARN of the model package that is served. Empty for a recommendation without one.
   */
  public readonly modelPackageArn: string;

  /**
   * The container image that is served. Empty if the recommendation doesn't name it.
   */
  public readonly imageUri: string;

  /**
   * Place of the chosen recommendation in the job's ranking, from 1.
   */
  public readonly rank: string;

  /**
   * How many requests at a time the figures of the recommendation were measured with. Empty if it doesn't say.
   */
  public readonly concurrency: string;

  /**
   * A sentence, if a limit of the selector was judged at another concurrency than the workload's, else empty.
   */
  public readonly selectionWarning: string;

  /**
   * What the job measured of the recommendation, as JSON such as `{"TimeToFirstToken":{"p50":269.55}}`. Empty if it doesn't say, or if it is too long
   * for an attribute.
   */
  public readonly expectedPerformance: string;

  /**
   * The instance types that stand by for lack of capacity, separated by commas. Empty without `fallbackCount`.
   */
  public readonly fallbackInstanceTypes: string;

  /**
   * The model as an inference component. Undefined without `Hosting.inferenceComponents`.
   */
  public readonly inferenceComponent?: DeployedInferenceComponent;

  /** @internal */
  public readonly _asynchronous: boolean;
  /** @internal */
  public readonly _name: string;
  /** What a dashboard shows of it. @internal */
  public readonly _deployed: DeployedEndpoint;

  private readonly permissions: ServingPermissions;
  private readonly network?: JobNetwork;
  private readonly models: EndpointModels;
  private readonly endpoint: sagemaker.CfnEndpoint;
  private readonly check: ProviderResource;
  private readonly rollback: Rollback;
  private removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, props: DeployRecommendationProps) {
    checkNew('DeployRecommendation', scope, id, props);
    const endpointName = props.endpointName ?? uniqueName(scope, id);
    super(scope, id, { physicalName: endpointName });
    validateDeployment(this, props);
    this._name = endpointName;
    this._asynchronous = props.asyncInference !== undefined;
    this.variantName = props.variantName ?? DEFAULT_VARIANT;
    this.removalPolicy = props.removalPolicy ?? RemovalPolicy.DESTROY;

    this.role = props.role
      ?? jobRole(this, 'Role', 'Reads the model, pulls the image and writes the logs of an endpoint', props.executionPolicy);
    this.grantPrincipal = this.role.grantPrincipal;
    this.permissions = new ServingPermissions(this, this.role);
    this.permissions.add(role => permitServing(role, this.stack, props));
    this.network = JobNetwork.of(this, props, 'endpoint');
    this.models = new EndpointModels({
      scope: this,
      props,
      endpointName,
      variantName: this.variantName,
      role: this.role,
      permissions: this.permissions,
      grants: this.grants,
      network: this.network,
      inService: () => this.check,
    });
    const { own: model, deployment } = this.models;
    this.modelName = model.attribute('ModelName');
    this.endpointConfigName = deployment.resource.attribute('EndpointConfigName');
    this.instanceType = model.attribute('InstanceType');
    this.instanceCount = model.attribute('InstanceCount');
    this.copyCountPerInstance = model.attribute('CopyCountPerInstance');
    this.inferenceSpecificationName = model.attribute('InferenceSpecificationName');
    this.modelPackageArn = model.attribute('ModelPackageArn');
    this.imageUri = model.attribute('ImageUri');
    this.rank = model.attribute('Rank');
    this.concurrency = model.attribute('Concurrency');
    this.selectionWarning = model.attribute('SelectionWarning');
    this.expectedPerformance = model.attribute('ExpectedPerformance');
    this.fallbackInstanceTypes = model.attribute('FallbackInstanceTypes');

    this.rollback = new Rollback(this, props.rollout, props.hosting?._components !== undefined,
      () => this.permissions.add(role => permit(role, [new JobPermissions(this.stack).readAlarms()])));
    this._deployed = {
      models: this.models, expected: new ExpectedFigures(deployment, this.models.sources[0].jobType), alarms: () => this.rollback.alarms,
    };
    this.endpoint = new sagemaker.CfnEndpoint(this, 'Resource', {
      endpointName,
      endpointConfigName: this.endpointConfigName,
      deploymentConfig: this.rollback.renderForEndpoint(),
      // Instances that automatic scaling has added stay when a configuration doesn't say otherwise; what the template says of weights holds.
      retainAllVariantProperties: deployment.resource.getAtt('RetainVariantProperties'),
      excludeRetainedVariantProperties: [{ variantPropertyType: 'DataCaptureConfig' }, { variantPropertyType: 'DesiredWeight' }],
    });
    this.endpointArn = this.getResourceArnAttribute(this.endpoint.ref, {
      service: 'sagemaker', resource: 'endpoint', resourceName: this.physicalName,
    });
    this.endpointName = this.getResourceNameAttribute(this.endpoint.attrEndpointName);

    this.check = new ProviderResource(this, 'Check', {
      type: 'EndpointCheck',
      transient: true,
      properties: { EndpointName: this.endpoint.attrEndpointName, EndpointConfigName: this.endpointConfigName },
    });
    this.check.addDependency(this.endpoint);

    this.inferenceComponent = props.hosting?._components && this.models.makeOwnComponent(props.hosting._components, {
      endpointName: this.endpoint.attrEndpointName, deploymentConfig: () => this.rollback.renderForComponent(),
    });
    this.applyRemovalPolicy(this.removalPolicy);
  }

  /**
   * The LoRA adapters of the model, each an inference component of its own. Empty without `Hosting.inferenceComponents`.
   */
  public get adapterComponents(): DeployedAdapter[] {
    return this.inferenceComponent?.adapterComponents ?? [];
  }

  /**
   * Names of the inference components of the endpoint, with those of adapters. Empty for an endpoint without.
   */
  public get inferenceComponentNames(): string[] {
    return this.models.componentNames;
  }

  /**
   * The network interfaces of the endpoint. Only an endpoint with `vpc` has any.
   */
  public get connections(): ec2.Connections {
    return connectionsOf(this.network, this, 'an endpoint');
  }

  /**
   * What a benchmark of this deployment loads: the model that is deployed, without its adapters, which would be measured in one with it.
   *
   * @internal
   */
  public get _inferenceComponentNames(): string[] | undefined {
    return this.inferenceComponent && [this.inferenceComponent.inferenceComponentName];
  }

  /**
   * Another recommendation as a variant beside the endpoint's own, on instances of its own: each gets its share of the requests by its weight.
   * All models of an endpoint together are at most 10.
   *
   * Not with inference components, with a shadow variant or with `Rollout.rolling`.
   *
   * @param id id of the variant's construct, which is below this one
   * @param props the recommendation, and what to run it on
   */
  public addVariant(id: string, props: AddVariantOptions): DeployedVariant {
    return this.models.addVariant(id, props, false);
  }

  /**
   * Another recommendation as a shadow variant: it gets a copy of the requests, and its answers go nowhere but into its metrics.
   *
   * An endpoint has one at most, beside one variant. Not with inference components, an asynchronous endpoint or `Rollout.rolling`.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-shadow-deployment.html
   * @param id id of the variant's construct, which is below this one
   * @param props the recommendation, and what to run it on
   */
  public addShadowVariant(id: string, props: AddShadowVariantOptions): DeployedVariant {
    return this.models.addVariant(id, props, true);
  }

  /**
   * Another recommendation as an inference component, which shares the instances of the endpoint. Only with `Hosting.inferenceComponents`. All models
   * of an endpoint together are at most 10.
   *
   * @param id id of the inference component's construct, which is below this one
   * @param props the recommendation, and what its copies take
   */
  public addInferenceComponent(id: string, props: AddInferenceComponentOptions): DeployedInferenceComponent {
    const added = this.models.addComponent(id, props);
    added.applyRemovalPolicy(this.removalPolicy);
    return added;
  }

  /**
   * Scales the number of the variant's instances with the load. Not with inference components, where it is copies that are scaled.
   *
   * @param props from how many instances to how many
   */
  public autoScaleInstances(props: ScalableInstanceCountProps): ScalableInstanceCount {
    const validation = new Validation('DeployRecommendation');
    validation.check(this.inferenceComponent === undefined, 'autoScaleInstances is not for Hosting.inferenceComponents: use autoScaleCopies for the copies, '
      + 'and managedInstanceScaling of the hosting for the instances');
    validation.throwIfAny(this);
    return scaleInstances(this, {
      endpointName: this._name, variantName: this.variantName, asynchronous: this._asynchronous, dependable: this.check,
    }, props);
  }

  /**
   * Scales the number of the model's copies with the load. Only with `Hosting.inferenceComponents`, and best with `managedInstanceScaling`, which
   * gives the copies instances to be on.
   *
   * @param props from how many copies to how many
   */
  public autoScaleCopies(props: ScalableCopyCountProps): ScalableCopyCount {
    const validation = new Validation('DeployRecommendation');
    validation.check(this.inferenceComponent !== undefined,
      'autoScaleCopies needs Hosting.inferenceComponents, got Hosting.variant: use autoScaleInstances for the instances');
    validation.throwIfAny(this);
    return this.inferenceComponent!.autoScaleCopies(props);
  }

  /**
   * An alarm that ends an update and brings the old configuration back if it goes off meanwhile. Up to 10. With inference components it needs a
   * `rollout`.
   *
   * It must not refer to this endpoint but by metrics of it, which name it without a reference: the endpoint refers to the alarm.
   *
   * @param alarm an alarm of the endpoint's account and Region
   */
  public addRollbackAlarm(alarm: cloudwatch.IAlarmRef): void {
    this.rollback.add('addRollbackAlarm', alarm);
  }

  /**
   * Makes alarms for requests that fail and, if it is said what is slow, for the latency of the model, and has them roll updates back. They watch the
   * endpoint's own variant or inference component. Not for an asynchronous endpoint, which doesn't count its requests.
   *
   * @param props when they go off
   */
  public addDefaultAlarms(props: DefaultAlarmsOptions = {}): DefaultAlarms {
    const validation = new Validation('DeployRecommendation');
    validation.check(!this._asynchronous,
      'addDefaultAlarms is not for an asynchronous endpoint, which doesn\'t publish the number of its requests: use addRollbackAlarm');
    validation.check(this.node.tryFindChild('ErrorRateAlarm') === undefined, 'addDefaultAlarms was called before: the alarms are there');
    validation.throwIfAny(this);
    const alarms = makeDefaultAlarms(this, this, props);
    [alarms.errorRate, ...(alarms.modelLatency ? [alarms.modelLatency] : [])].forEach(alarm => this.rollback.add('addDefaultAlarms', alarm));
    return alarms;
  }

  /**
   * Outputs of the stack for what one wants to know of the endpoint: its name, what it runs on, and what the job measured.
   */
  public addOutputs(): void {
    addOutputs(this);
  }

  /**
   * Gives a role of your own all that the default role has, for a role to which it is not added by itself. Models and alarms that are added later are
   * covered too.
   *
   * @param role the role that the endpoint was made with
   */
  public addExecutionPermissions(role: iam.IRole): void {
    this.permissions.addTo(role);
  }

  /**
   * Applies to the endpoint, to the configuration and models that it serves, without which it cannot be updated, and to its inference components.
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    this.removalPolicy = policy;
    [this.endpoint, ...this.models.components, this.models.deployment.resource].forEach(each => each.applyRemovalPolicy(policy));
  }
}

/** The name of an endpoint that was given none, before there is a construct to make it from. */
function uniqueName(scope: Construct, id: string): string {
  const place = new Construct(scope, id);
  scope.node.tryRemoveChild(id);
  return Names.uniqueResourceName(place, { maxLength: 63 });
}
