import { aws_iam as iam, IResolvable, Lazy } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { componentName } from './deployed';
import { validateAddedComponent, validateAddedVariant, validateComponentNames, validateSelector, warnOfServerless } from './deployment-rules';
import { renderEndpoint } from './endpoint-members';
import { defineModel, ModelParts, servedAdapters, VariantDefinition } from './model-definition';
import { RecommendationDeployment, ServedModel } from './recommendation-deployment';
import { ServingPermissions } from './serving-permissions';
import type { RecommendationSourceConfig } from '../../jobs/recommendation-source';
import { JobNetwork } from '../../private/network';
import { Validation } from '../../private/validation';
import type { DeployRecommendationProps } from '../deploy-recommendation-props';
import { AddInferenceComponentOptions, DeployedInferenceComponent } from '../deployed-inference-component';
import { AddVariantOptions, DeployedVariant } from '../deployed-variant';
import type { EndpointGrants } from '../endpoint-grants';
import { Hosting, ModelCopies } from '../hosting';
import type { ServedModelProps } from '../served-model-props';

/** So many models one endpoint can have. */
const MAX_MODELS = 10;

export interface EndpointModelsContext {
  /** The construct of the endpoint. */
  readonly scope: Construct;
  readonly props: DeployRecommendationProps;
  /** The endpoint's name as it is known without the endpoint. */
  readonly endpointName: string;
  readonly variantName: string;
  readonly role: iam.IRole;
  readonly permissions: ServingPermissions;
  readonly grants: EndpointGrants;
  readonly network?: JobNetwork;
  /** What says that the endpoint is in service. It is made after the models. */
  readonly inService: () => IDependable;
}

/** Where inference components are made. */
export interface ComponentPlace {
  /** The endpoint's name as a reference to it. */
  readonly endpointName: string;
  /** How they go over to another model. */
  readonly deploymentConfig: () => IResolvable;
}

interface AddedModel {
  readonly model: ServedModel;
  readonly adapterIds: string[];
}

/** The models of an endpoint, its own and those that are added: as variants, or as inference components. */
export class EndpointModels {
  public readonly deployment: RecommendationDeployment;
  public readonly own: ServedModel;
  public readonly components: DeployedInferenceComponent[] = [];
  /** Those that were added. */
  public readonly variants: DeployedVariant[] = [];
  /** Where the models are from, in their order. */
  public readonly sources: RecommendationSourceConfig[] = [];
  private readonly ownAdapterIds: string[];
  /** Names of production and shadow variants. */
  private readonly variantNames: string[];
  private shadows = 0;
  private place?: ComponentPlace;

  constructor(private readonly context: EndpointModelsContext) {
    const { scope, props, endpointName, role, network } = context;
    this.variantNames = [context.variantName];
    const hosting = props.hosting ?? Hosting.variant();
    this.deployment = new RecommendationDeployment(scope, { endpointName, role, hosting, endpoint: renderEndpoint(props, network) });
    const { model, adapterIds } = this.addModel(scope, props, hosting._components, {
      ...props, variantName: props.variantName, managedInstanceScaling: hosting._renderScaling(),
    }, Lazy.string({ produce: () => this.components[0].inferenceComponentName }));
    this.own = model;
    this.ownAdapterIds = adapterIds;
  }

  /** Names of all inference components, each before its adapters. */
  public get componentNames(): string[] {
    return this.components.flatMap(component => namesOf(component));
  }

  /** The endpoint's own model as an inference component, and a place for others. */
  public makeOwnComponent(copies: ModelCopies, place: ComponentPlace): DeployedInferenceComponent {
    this.place = place;
    return this.makeComponent('Component', this.context.props, copies, () => ({ model: this.own, adapterIds: this.ownAdapterIds }));
  }

  public addComponent(id: string, props: AddInferenceComponentOptions): DeployedInferenceComponent {
    const validation = new Validation('DeployRecommendation');
    validation.check(this.place !== undefined,
      'addInferenceComponent needs Hosting.inferenceComponents, got Hosting.variant: give that hosting, or use addVariant');
    this.validateCount('addInferenceComponent', validation);
    validation.throwIfAny(this.context.scope);
    return this.makeComponent(id, props, props, scope => {
      validateAddedComponent(scope, props);
      return this.addModel(scope, props, props, undefined, componentName(scope, props.inferenceComponentName));
    });
  }

  public addVariant(id: string, props: AddVariantOptions, shadow: boolean): DeployedVariant {
    this.validateVariant(shadow);
    const variantName = props.variantName ?? id;
    const added = DeployedVariant._of(this.context.scope, id, scope => {
      validateAddedVariant(scope, props, variantName, this.variantNames);
      const { model } = this.addModel(scope, props, undefined, { ...props, variantName, shadow });
      return {
        endpointName: this.context.endpointName,
        variantName,
        asynchronous: this.context.props.asyncInference !== undefined,
        model,
        dependable: this.context.inService,
      };
    });
    this.variants.push(added);
    this.variantNames.push(variantName);
    this.shadows += shadow ? 1 : 0;
    return added;
  }

  /** A model joins: its job, what the role needs for it, and what the handlers get of it. */
  private addModel(
    scope: Construct, props: ServedModelProps, copies?: ModelCopies, variant?: VariantDefinition, inferenceComponentName?: string,
  ): AddedModel {
    const { network, permissions, props: endpoint } = this.context;
    const source = props.recommendation.bindRecommendation(scope);
    validateSelector(scope, props, source);
    this.warn(scope, source, props, variant);
    permissions.add(role => props.recommendation.bindEndpointRole(scope, role));
    if (source.dependable) {
      this.deployment.resource.node.addDependency(source.dependable);
    }
    const parts: ModelParts = copies ? { source, props, variant, copies, inferenceComponentName }
      : { source, props, variant, network, enableNetworkIsolation: endpoint.enableNetworkIsolation };
    this.sources.push(source);
    return { model: this.deployment.add(defineModel(parts)), adapterIds: copies ? servedAdapters(source, copies) : [] };
  }

  private makeComponent(
    id: string, props: ServedModelProps, copies: ModelCopies, addModel: (scope: Construct) => AddedModel,
  ): DeployedInferenceComponent {
    const { endpointName, deploymentConfig } = this.place!;
    const component = DeployedInferenceComponent._of(this.context.scope, id, scope => {
      const { model, adapterIds } = addModel(scope);
      const inferenceComponentName = componentName(scope, copies.inferenceComponentName);
      const adapterName = (adapterId: string) => `${copies.adapterNamePrefix ?? ''}${adapterId}`;
      validateComponentNames(scope, [inferenceComponentName, ...adapterIds.map(adapterName)], this.componentNames);
      return {
        inferenceComponentName,
        adapterName,
        props,
        model,
        adapterIds,
        managedInstanceScaling: this.context.props.hosting?._components?.managedInstanceScaling,
        endpointName,
        variantName: this.context.variantName,
        deploymentConfig: deploymentConfig(),
        after: this.context.inService(),
      };
    });
    this.components.push(component);
    namesOf(component).forEach(name => this.context.grants._addInferenceComponent(name));
    return component;
  }

  private validateVariant(shadow: boolean): void {
    const { scope, props } = this.context;
    const method = shadow ? 'addShadowVariant' : 'addVariant';
    const production = this.variantNames.length - this.shadows;
    const validation = new Validation('DeployRecommendation');
    validation.check(this.place === undefined,
      `${method} is not for Hosting.inferenceComponents, which share one variant: use addInferenceComponent`);
    validation.check(!props.rollout?._isRolling, `${method} is not for Rollout.rolling, which knows one variant: use another rollout`);
    if (shadow) {
      validation.check(production === 1,
        `addShadowVariant needs an endpoint with one production variant, got ${production}: leave the others out, or the shadow`);
      validation.check(this.shadows === 0, 'addShadowVariant was called before: an endpoint has one shadow variant at most');
      validation.check(props.asyncInference === undefined, 'addShadowVariant is not for an asynchronous endpoint: leave asyncInference out');
    } else {
      validation.check(this.shadows === 0,
        'addVariant is not for an endpoint with a shadow variant, which shadows one production variant: leave one of them out');
    }
    this.validateCount(method, validation);
    validation.throwIfAny(scope);
  }

  private validateCount(method: string, validation: Validation): void {
    validation.check(this.deployment.modelCount < MAX_MODELS,
      `${method} is for an endpoint with fewer than ${MAX_MODELS} models, got ${this.deployment.modelCount}: leave one out, or deploy it elsewhere`);
  }

  private warn(scope: Construct, source: RecommendationSourceConfig, props: ServedModelProps, variant?: VariantDefinition): void {
    const endpoint = this.context.props;
    warnOfServerless(scope, source, { ...variant, ...props }, {
      'several variants': scope !== this.context.scope,
      'inference components': endpoint.hosting?._components !== undefined,
      'VPC': endpoint.vpc !== undefined,
      'network isolation': endpoint.enableNetworkIsolation === true,
      'data capture': endpoint.dataCapture !== undefined,
      'asynchronous inference': endpoint.asyncInference !== undefined,
      'volume encryption': endpoint.volumeEncryption !== undefined,
      'rolling updates': endpoint.rollout?._isRolling === true,
    });
  }
}

function namesOf(component: DeployedInferenceComponent): string[] {
  return [component, ...component.adapterComponents].map(({ inferenceComponentName }) => inferenceComponentName);
}
