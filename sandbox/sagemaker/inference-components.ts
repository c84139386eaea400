import { describeComponent } from './component-description';
import { ComponentFleet, Placement } from './component-fleet';
import { carryOut, ComponentRollout } from './component-rollout';
import {
  checkAdapterSpecification, checkBatch, checkModelSpecifications, isAdapter, refused, specificationsOf, Specified,
} from './component-specification';
import { alarmProblems } from './deployment';
import { Endpoint, Endpoints } from './endpoints';
import { list, ListRequest } from './listing';
import { pick } from './model';
import { Models } from './models';
import { InferenceComponentOutcome, MINUTE } from './scenario';
import {
  CreateInferenceComponentInput, InferenceComponentDeploymentConfig, InferenceComponentSpecification as Specification, UpdateInferenceComponentInput,
  UpdateInferenceComponentRuntimeConfigInput,
} from './types';
import { Operations, World } from './world';

const DELETION = MINUTE;

type ListComponents = ListRequest & {
  EndpointNameEquals?: string; VariantNameEquals?: string; LastModifiedTimeAfter?: number; LastModifiedTimeBefore?: number;
};

export interface InferenceComponent {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly endpointName: string;
  readonly variantName: string;
  status: 'Creating' | 'InService' | 'Updating' | 'Failed' | 'Deleting';
  /** As the service's refusals call what is under way. */
  state: string;
  lastModifiedTime: number;
  failureReason?: string;
  specifications: Specification[];
  /** Of an adapter there are no copies: it is on those of its base. */
  desiredCopyCount: number;
  currentCopyCount: number;
  /** What it holds of its variant's instances. */
  placements: Placement[];
  lastDeploymentConfig?: InferenceComponentDeploymentConfig;
}

/** Inference components come up, change and go on the virtual clock, where there is room for them. */
export class InferenceComponents {
  public readonly operations: Operations = {
    CreateInferenceComponent: request => this.create(request),
    DescribeInferenceComponent: ({ InferenceComponentName }) => this.describe(this.find(InferenceComponentName)),
    UpdateInferenceComponent: request => this.update(this.find(request.InferenceComponentName), request),
    UpdateInferenceComponentRuntimeConfig: request => this.updateCopies(this.find(request.InferenceComponentName), request),
    DeleteInferenceComponent: ({ InferenceComponentName }) => this.delete(this.find(InferenceComponentName)),
    ListInferenceComponents: (request: ListComponents) => this.list(request),
  };

  public readonly all = new Map<string, InferenceComponent>();
  public readonly fleet: ComponentFleet;
  private deployments = 0;

  constructor(
    private readonly world: World,
    private readonly endpoints: () => Endpoints,
    private readonly models: Models,
    private readonly refusal: ComponentRollout['refusal'],
  ) {
    this.fleet = new ComponentFleet(world, this.all, name => endpoints().all.get(name));
  }

  public on(endpointName: string): InferenceComponent[] {
    return [...this.all.values()].filter(component => component.endpointName === endpointName);
  }

  public find(name: string): InferenceComponent {
    const found = this.all.get(name);
    if (!found) {
      throw refused(`Could not find inference component "${this.world.arn('inference-component', name)}".`);
    }
    return found;
  }

  private create(request: CreateInferenceComponentInput): object {
    const name = request.InferenceComponentName!;
    const arn = this.world.arn('inference-component', name);
    if (this.all.has(name)) {
      throw refused(`Cannot create already existing inference component "${arn}".`);
    }
    const endpoint = this.endpoints().find(request.EndpointName!);
    refuseUnlessInService(endpoint);
    const specifications = specificationsOf(request);
    const variantName = isAdapter(specifications)
      ? this.checkAdapter(request, specifications[0]) : this.checkModel(request, endpoint, specifications);
    const outcome = this.nextOutcome(request);
    if (outcome.rollsBack) {
      throw new Error(`the scenario rolls back the creation of ${name}: a new inference component has nothing to go back to`);
    }
    this.world.tags.create(arn, request.Tags);
    const now = this.world.seconds();
    const component: InferenceComponent = {
      name,
      arn,
      creationTime: now,
      lastModifiedTime: now,
      endpointName: endpoint.name,
      variantName,
      status: 'Creating',
      state: 'CREATE_IN_PROGRESS',
      specifications,
      desiredCopyCount: request.RuntimeConfig?.CopyCount ?? 0,
      currentCopyCount: 0,
      placements: [],
    };
    this.all.set(name, component);
    void carryOut(this.rollout(component, specifications, component.desiredCopyCount, outcome));
    return { InferenceComponentArn: arn };
  }

  private checkModel({ VariantName, RuntimeConfig }: CreateInferenceComponentInput, { fleet }: Endpoint, specifications: Specification[]): string {
    const variant = fleet.production.find(({ name }) => name === VariantName);
    if (!variant) {
      throw refused(VariantName ? `Could not find variant "${VariantName}".` : 'An inference component with a model needs a VariantName');
    }
    if (variant.config.ModelName) {
      throw refused('Inference Components are not supported in this Endpoint. Please make sure this endpoint can deploy inference components.');
    }
    // Users report that no component is created without copies: only an update takes it to zero.
    if (!RuntimeConfig?.CopyCount) {
      throw refused('RuntimeConfig.CopyCount of a new inference component must be an integer larger than 0');
    }
    checkModelSpecifications(specifications, variant, this.models);
    return variant.name;
  }

  /** An adapter is where its base is. */
  private checkAdapter(request: CreateInferenceComponentInput, specification: Specification): string {
    checkAdapterSpecification(specification);
    if (request.RuntimeConfig) {
      throw refused('An adapter takes no RuntimeConfig: it is on all copies of its base');
    }
    const base = this.find(specification.BaseInferenceComponentName!);
    if (isAdapter(base.specifications)) {
      throw refused(`Inference component "${base.arn}" is an adapter itself and cannot be a base`);
    }
    if (base.endpointName !== request.EndpointName || base.variantName !== (request.VariantName ?? base.variantName)) {
      throw refused(`The base "${base.arn}" is on variant ${base.variantName} of endpoint ${base.endpointName}: its adapters have to be there too`);
    }
    if (base.status !== 'InService') {
      throw refused(`The base "${base.arn}" must be InService, and is ${base.status}`);
    }
    return base.variantName;
  }

  private update(component: InferenceComponent, request: UpdateInferenceComponentInput): object {
    this.refuseUpdate(component);
    const specifications = request.Specification || request.Specifications ? specificationsOf(request as Specified) : component.specifications;
    const copies = request.RuntimeConfig?.CopyCount ?? component.desiredCopyCount;
    if (isAdapter(component.specifications)) {
      checkAdapterSpecification(specifications[0]);
      if (specifications[0].BaseInferenceComponentName !== component.specifications[0].BaseInferenceComponentName) {
        throw refused('The base of an adapter cannot be changed');
      }
      if (request.RuntimeConfig || request.DeploymentConfig) {
        throw refused('An adapter takes no RuntimeConfig and no DeploymentConfig: it is on all copies of its base');
      }
    } else {
      const variant = this.endpoints().find(component.endpointName).fleet.production.find(({ name }) => name === component.variantName)!;
      checkModelSpecifications(specifications, variant, this.models);
      checkBatch(request.DeploymentConfig, component.currentCopyCount || copies);
      const [problem] = alarmProblems(request.DeploymentConfig?.AutoRollbackConfiguration, this.world);
      if (problem) {
        throw refused(problem);
      }
    }
    component.lastDeploymentConfig = request.DeploymentConfig ?? component.lastDeploymentConfig;
    return this.begin(component, 'UPDATE_IN_PROGRESS', specifications, copies, this.nextOutcome(request), request.DeploymentConfig);
  }

  private updateCopies(component: InferenceComponent, request: UpdateInferenceComponentRuntimeConfigInput): object {
    if (isAdapter(component.specifications)) {
      throw refused(`Inference component "${component.arn}" is an adapter and has no copies of its own`);
    }
    this.refuseUpdate(component);
    return this.begin(component, 'UPDATE_RC_IN_PROGRESS', component.specifications, request.DesiredRuntimeConfig!.CopyCount!, this.nextOutcome(request));
  }

  private begin(
    component: InferenceComponent, state: string, specifications: Specification[], copies: number, outcome: InferenceComponentOutcome,
    deployment?: InferenceComponentDeploymentConfig,
  ): object {
    const rollout = this.rollout(component, specifications, copies, outcome, deployment);
    Object.assign(component, { status: 'Updating', state, desiredCopyCount: copies, failureReason: undefined, lastModifiedTime: this.world.seconds() });
    void carryOut(rollout);
    return { InferenceComponentArn: component.arn };
  }

  private rollout(
    component: InferenceComponent, specifications: Specification[], copies: number, outcome: InferenceComponentOutcome,
    deployment?: InferenceComponentDeploymentConfig,
  ): ComponentRollout {
    const { world, fleet, refusal } = this;
    return { component, specifications, copies, outcome, deployment, world, fleet, refusal, before: { ...component } };
  }

  private refuseUpdate(component: InferenceComponent): void {
    if (component.status !== 'InService' && component.status !== 'Failed') {
      throw refused(`Cannot update inference component "${component.arn}" while it is in state ${component.state}.`);
    }
    refuseUnlessInService(this.endpoints().find(component.endpointName));
  }

  private delete(component: InferenceComponent): void {
    if (component.status !== 'InService' && component.status !== 'Failed') {
      throw refused(`Cannot delete inference component "${component.arn}" while it is in state ${component.state}.`);
    }
    const adapters = [...this.all.values()].filter(({ specifications: [{ BaseInferenceComponentName: base }] }) => base === component.name);
    if (adapters.length > 0) {
      // Not documented: adapters without their base could not be invoked.
      throw refused(`Cannot delete inference component "${component.arn}": delete its adapters first: ${adapters.map(({ name }) => name).join(', ')}.`);
    }
    Object.assign(component, { status: 'Deleting', state: 'DELETE_IN_PROGRESS', lastModifiedTime: this.world.seconds() });
    void this.world.clock.sleep(DELETION).then(() => {
      this.all.delete(component.name);
      this.world.tags.delete(component.arn);
      this.fleet.release(component);
    });
  }

  private list(request: ListComponents): object {
    const { EndpointNameEquals: endpoint, VariantNameEquals: variant } = request;
    const { LastModifiedTimeAfter: after = -Infinity, LastModifiedTimeBefore: before = Infinity } = request;
    const chosen = [...this.all.values()].filter(({ endpointName, variantName, lastModifiedTime }) => (endpoint ?? endpointName) === endpointName
      && (variant ?? variantName) === variantName && lastModifiedTime >= after && lastModifiedTime <= before);
    const { items, NextToken } = list(chosen, request);
    return { InferenceComponents: items.map(item => pick('InferenceComponentSummary', this.describe(item))), NextToken };
  }

  private describe(component: InferenceComponent): object {
    return describeComponent(component, this.endpoints().all.get(component.endpointName)!);
  }

  private nextOutcome(
    request: CreateInferenceComponentInput | UpdateInferenceComponentInput | UpdateInferenceComponentRuntimeConfigInput,
  ): InferenceComponentOutcome {
    this.deployments++;
    return this.world.scenario.inferenceComponent?.(request, this.deployments) ?? {};
  }
}

function refuseUnlessInService({ arn, status }: Endpoint): void {
  if (status !== 'InService') {
    throw refused(`Endpoint "${arn}" must be InService, and is ${status}.`);
  }
}
