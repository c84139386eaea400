import { ServiceError } from '../service';
import { checkDeployment, Plan, planOf } from './deployment';
import { EndpointConfig } from './endpoint-configs';
import { describeEndpoint } from './endpoint-description';
import type { InferenceComponents } from './inference-components';
import { deploy, Rollout } from './rollout';
import { EndpointOutcome, MINUTE } from './scenario';
import { CreateEndpointInput, DeploymentConfig, UpdateEndpointInput } from './types';
import { Fleet, fleetOf, instanceTypesOf, variantsOf } from './variants';
import { Operations, World } from './world';

const ROLLBACK = 3 * MINUTE;
const DELETION = MINUTE / 2;

/** A moment from which on the traffic of an endpoint goes where `shares` says: percentages by the name of the configuration. */
export interface TrafficShift {
  /** In milliseconds since the epoch, as in the journal. */
  readonly time: number;
  readonly shares: Record<string, number>;
}

export interface Endpoint {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  status: 'Creating' | 'InService' | 'Updating' | 'RollingBack' | 'Failed' | 'Deleting';
  /** The configuration that serves, or served last. */
  configName: string;
  /** The configuration of the update that is under way. */
  pendingConfigName?: string;
  lastModifiedTime: number;
  failureReason?: string;
  lastDeploymentConfig?: DeploymentConfig;
  /** What serves; of an endpoint that is being created, what is to. */
  fleet: Fleet;
  pending?: { readonly fleet: Fleet; readonly startTime: number };
  /** Who served when: as long as the shares come to 100, somebody did. Empty until the endpoint serves for the first time. */
  readonly history: TrafficShift[];
}

/** Endpoints deploy on the virtual clock, and may fail or roll back by themselves as the scenario says. */
export class Endpoints {
  public readonly operations: Operations = {
    CreateEndpoint: request => this.create(request),
    DescribeEndpoint: ({ EndpointName }) => describeEndpoint(this.find(EndpointName), this.configOf(this.find(EndpointName).configName)),
    UpdateEndpoint: request => this.update(this.find(request.EndpointName), request),
    DeleteEndpoint: ({ EndpointName }) => this.delete(this.find(EndpointName)),
  };

  public readonly all = new Map<string, Endpoint>();
  private deployments = 0;

  constructor(
    private readonly world: World,
    private readonly configOf: (name: string) => EndpointConfig,
    private readonly components: InferenceComponents,
    private readonly refusal: Rollout['refusal'],
  ) {
  }

  /** Endpoints with instances, or with capacity that is kept ready, behind them: they cost money. */
  public active(): Endpoint[] {
    return [...this.all.values()].filter(({ status, fleet, pending }) => status !== 'Failed' && [fleet, pending?.fleet].some(costs));
  }

  /** The endpoint that has a configuration, or is about to. */
  public userOf(configName: string): Endpoint | undefined {
    return [...this.all.values()].find(endpoint => endpoint.configName === configName || endpoint.pendingConfigName === configName);
  }

  public find(name: string): Endpoint {
    const found = this.all.get(name);
    if (!found) {
      throw new ServiceError('ValidationException', `Could not find endpoint "${this.world.arn('endpoint', name)}".`);
    }
    return found;
  }

  /** While an endpoint deploys it can be neither updated nor deleted; the service words both alike. */
  public refuseInProgress(endpoint: Endpoint): void {
    if (endpoint.status !== 'InService' && endpoint.status !== 'Failed') {
      throw new ServiceError('ValidationException', `Cannot update in-progress endpoint "${endpoint.arn}".`);
    }
  }

  public refuseUpdate(endpoint: Endpoint): void {
    this.refuseInProgress(endpoint);
    if (endpoint.status === 'Failed') {
      throw new ServiceError('ValidationException', `Cannot update endpoint "${endpoint.arn}" in status Failed: it can only be deleted.`);
    }
  }

  /** The variants of an endpoint that Application Auto Scaling scales. */
  public scaledVariants(name: string): string[] {
    const endpoint = this.all.get(name);
    return endpoint ? variantsOf(endpoint.fleet).map(variant => variant.name)
      .filter(variant => this.world.neighbours.isScalableTarget?.(resourceIdOf(name, variant)) ?? false) : [];
  }

  public change(endpoint: Endpoint, change: Partial<Endpoint>): void {
    Object.assign(endpoint, change, { lastModifiedTime: this.world.seconds() });
  }

  private create(request: CreateEndpointInput): object {
    const name = request.EndpointName!;
    const arn = this.world.arn('endpoint', name);
    if (this.all.has(name)) {
      throw new ServiceError('ValidationException', `Cannot create already existing endpoint "${arn}".`);
    }
    const config = this.configOf(request.EndpointConfigName!);
    const fleet = fleetOf(config.request);
    checkDeployment(request.DeploymentConfig, config.request, fleet, this.world);
    const outcome = this.nextOutcome(request);
    if (outcome.rollsBack) {
      throw new Error(`the scenario rolls back the creation of ${name}: a new endpoint has nothing to go back to`);
    }
    this.world.tags.create(arn, request.Tags);
    const now = this.world.seconds();
    const endpoint: Endpoint = {
      name,
      arn,
      creationTime: now,
      lastModifiedTime: now,
      status: 'Creating',
      configName: config.name,
      lastDeploymentConfig: request.DeploymentConfig,
      fleet,
      history: [],
    };
    this.all.set(name, endpoint);
    // A first deployment has no traffic to move.
    void this.bringUp(endpoint, fleet, outcome, planOf(undefined, fleet));
    return { EndpointArn: arn };
  }

  private update(endpoint: Endpoint, request: UpdateEndpointInput): object {
    this.refuseUpdate(endpoint);
    const config = this.configOf(request.EndpointConfigName!);
    const before = this.configOf(endpoint.configName);
    if (isServerless(config) && !isServerless(before)) {
      throw new ServiceError('ValidationException', `Cannot update endpoint "${endpoint.arn}": an endpoint with instances cannot become serverless.`);
    }
    const deployment = request.DeploymentConfig ?? (request.RetainDeploymentConfig ? endpoint.lastDeploymentConfig : undefined);
    const fleet = fleetOf(config.request, endpoint.fleet, request);
    checkDeployment(deployment, config.request, fleet, this.world, before.request);
    this.refuseScaled(endpoint, fleet);
    this.refuseHosting(endpoint, fleet);
    const outcome = this.nextOutcome(request);
    this.change(endpoint, {
      status: 'Updating',
      pendingConfigName: config.name,
      pending: { fleet, startTime: this.world.seconds() },
      failureReason: undefined,
      lastDeploymentConfig: deployment,
    });
    void this.bringUp(endpoint, fleet, outcome, planOf(deployment, fleet));
    return { EndpointArn: endpoint.arn };
  }

  private async bringUp(endpoint: Endpoint, fleet: Fleet, outcome: EndpointOutcome, plan: Plan): Promise<void> {
    const { world, refusal } = this;
    const fit: Rollout['fit'] = variant => this.components.fleet.fit(endpoint.name, variant);
    const end = await deploy({ endpoint, fleet, outcome, plan, world, refusal, fit });
    const settled = { pendingConfigName: undefined, pending: undefined };
    if (end.result === 'rolls back') {
      this.change(endpoint, { status: 'RollingBack' });
      await this.world.clock.sleep(ROLLBACK);
      this.change(endpoint, { ...settled, status: 'InService', failureReason: end.reason });
    } else if (end.result === 'fails') {
      this.change(endpoint, { ...settled, status: 'Failed', failureReason: end.reason });
      endpoint.history.push({ time: this.world.clock.now(), shares: {} });
    } else {
      this.change(endpoint, { ...settled, status: 'InService', configName: fleet.configName, fleet });
    }
  }

  /** As documented: a variant that is scaled keeps its instance type and stays, until it is deregistered. */
  private refuseScaled(endpoint: Endpoint, after: Fleet): void {
    const scaled = this.scaledVariants(endpoint.name);
    for (const variant of variantsOf(endpoint.fleet).filter(({ name }) => scaled.includes(name))) {
      const next = variantsOf(after).find(({ name }) => name === variant.name);
      if (!next || instanceTypesOf(next.config).join() !== instanceTypesOf(variant.config).join()) {
        throw new ServiceError('ValidationException', `Cannot update endpoint "${endpoint.arn}": ${next ? `the instance type of variant "${variant.name}" cannot be changed`
          : `variant "${variant.name}" cannot be removed`} while it is a target of Application Auto Scaling. Deregister it as a scalable target first.`);
      }
    }
  }

  /** What becomes of inference components without a variant to be on is not documented, nor of those that are just being changed. */
  private refuseHosting(endpoint: Endpoint, after: Fleet): void {
    const hosts = after.production.filter(({ config }) => !config.ModelName).map(({ name }) => name);
    const components = this.components.on(endpoint.name);
    const homeless = components.filter(({ variantName }) => !hosts.includes(variantName));
    if (homeless.length > 0) {
      throw new ServiceError('ValidationException',
        `Cannot update endpoint "${endpoint.arn}": the new configuration has no variant for its inference components ${namesOf(homeless)}.`);
    }
    const busy = components.filter(({ status }) => status !== 'InService' && status !== 'Failed');
    if (busy.length > 0) {
      throw new ServiceError('ValidationException', `Cannot update endpoint "${endpoint.arn}" while its inference components are in progress: ${namesOf(busy)}.`);
    }
  }

  private delete(endpoint: Endpoint): void {
    this.refuseInProgress(endpoint);
    const components = this.components.on(endpoint.name);
    if (components.length > 0) {
      // The documentation says to delete them first. The API is reported to leave them behind, out of reach of their endpoint: here it refuses.
      throw new ServiceError('ValidationException',
        `Cannot delete endpoint "${endpoint.arn}": delete its inference components first: ${namesOf(components)}.`);
    }
    this.change(endpoint, { status: 'Deleting' });
    endpoint.history.push({ time: this.world.clock.now(), shares: {} });
    this.scaledVariants(endpoint.name).forEach(variant => this.world.neighbours.deregisterScalableTarget?.(resourceIdOf(endpoint.name, variant)));
    void this.world.clock.sleep(DELETION).then(() => {
      this.all.delete(endpoint.name);
      this.world.tags.delete(endpoint.arn);
    });
  }

  private nextOutcome(request: CreateEndpointInput | UpdateEndpointInput): EndpointOutcome {
    this.deployments++;
    return this.world.scenario.endpoint?.(request, this.deployments) ?? {};
  }
}

/** What Application Auto Scaling calls a variant. */
export function resourceIdOf(endpoint: string, variant: string): string {
  return `endpoint/${endpoint}/variant/${variant}`;
}

function namesOf(resources: { name: string }[]): string {
  return resources.map(({ name }) => name).join(', ');
}

function isServerless(config: EndpointConfig): boolean {
  return config.request.ProductionVariants!.some(variant => variant.ServerlessConfig !== undefined);
}

function costs(fleet: Fleet | undefined): boolean {
  return fleet !== undefined && variantsOf(fleet).some(({ serverless, currentInstanceCount }) => serverless
    ? serverless.ProvisionedConcurrency !== undefined : currentInstanceCount! > 0);
}
