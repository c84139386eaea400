import { ServiceError } from '../service';
import { EndpointConfig } from './endpoint-configs';
import { Models } from './models';
import { EndpointOutcome, MINUTE } from './scenario';
import { CreateEndpointInput, UpdateEndpointInput } from './types';
import { Operations, World } from './world';

const DEPLOYMENT = 8 * MINUTE;
const ROLLBACK = 3 * MINUTE;
const DELETION = MINUTE / 2;
const FAILURE = 'The primary container for production variant AllTraffic did not pass the ping health check. Please check CloudWatch logs for this endpoint.';

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
  lastDeploymentConfig?: object;
}

/** Endpoints deploy on the virtual clock, and may fail or roll back by themselves as the scenario says. */
export class Endpoints {
  public readonly operations: Operations = {
    CreateEndpoint: request => this.create(request),
    DescribeEndpoint: ({ EndpointName }) => this.describe(this.find(EndpointName)),
    UpdateEndpoint: request => this.update(this.find(request.EndpointName), request),
    DeleteEndpoint: ({ EndpointName }) => this.delete(this.find(EndpointName)),
  };

  public readonly all = new Map<string, Endpoint>();
  private deployments = 0;

  constructor(private readonly world: World, private readonly configOf: (name: string) => EndpointConfig, private readonly models: Models) {
  }

  /** Endpoints with instances, or with capacity that is kept ready, behind them: they cost money. */
  public active(): Endpoint[] {
    return [...this.all.values()].filter(({ status, configName, pendingConfigName }) => status !== 'Failed'
      && [configName, pendingConfigName].some(name => name !== undefined && this.keepsCapacity(name)));
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

  private create(request: CreateEndpointInput): object {
    const name = request.EndpointName!;
    const arn = this.world.arn('endpoint', name);
    if (this.all.has(name)) {
      throw new ServiceError('ValidationException', `Cannot create already existing endpoint "${arn}".`);
    }
    const config = this.configOf(request.EndpointConfigName!);
    const outcome = this.nextOutcome(request);
    if (outcome.rollsBack) {
      throw new Error(`the scenario rolls back the creation of ${name}: a new endpoint has nothing to go back to`);
    }
    this.world.tags.create(arn, request.Tags);
    const now = this.world.seconds();
    const endpoint: Endpoint = {
      name, arn, creationTime: now, lastModifiedTime: now, status: 'Creating', configName: config.name, lastDeploymentConfig: request.DeploymentConfig,
    };
    this.all.set(name, endpoint);
    void this.deploy(endpoint, config.name, outcome);
    return { EndpointArn: arn };
  }

  private update(endpoint: Endpoint, request: UpdateEndpointInput): object {
    this.refuseInProgress(endpoint);
    if (endpoint.status === 'Failed') {
      throw new ServiceError('ValidationException', `Cannot update endpoint "${endpoint.arn}" in status Failed: it can only be deleted.`);
    }
    const config = this.configOf(request.EndpointConfigName!);
    if (isServerless(config) && !isServerless(this.configOf(endpoint.configName))) {
      throw new ServiceError('ValidationException', `Cannot update endpoint "${endpoint.arn}": an endpoint with instances cannot become serverless.`);
    }
    const outcome = this.nextOutcome(request);
    this.change(endpoint, { status: 'Updating', pendingConfigName: config.name, failureReason: undefined });
    endpoint.lastDeploymentConfig = request.DeploymentConfig ?? (request.RetainDeploymentConfig ? endpoint.lastDeploymentConfig : undefined);
    void this.deploy(endpoint, config.name, outcome);
    return { EndpointArn: endpoint.arn };
  }

  private async deploy(endpoint: Endpoint, configName: string, outcome: EndpointOutcome): Promise<void> {
    await this.world.clock.sleep(outcome.duration ?? DEPLOYMENT);
    const refusal = this.refusalOf(configName);
    const failureReason = refusal ?? outcome.failureReason ?? FAILURE;
    if (outcome.rollsBack) {
      this.change(endpoint, { status: 'RollingBack' });
      await this.world.clock.sleep(ROLLBACK);
      this.change(endpoint, { status: 'InService', pendingConfigName: undefined, failureReason });
    } else if (refusal || outcome.status === 'Failed') {
      this.change(endpoint, { status: 'Failed', pendingConfigName: undefined, failureReason });
    } else {
      this.change(endpoint, { status: 'InService', pendingConfigName: undefined, configName });
    }
  }

  /** Why a model of the configuration does not come up. A model that has been deleted by now is none of the service's concern. */
  private refusalOf(configName: string): string | undefined {
    return this.configOf(configName).request.ProductionVariants!
      .flatMap(({ ModelName }) => ModelName && this.models.all.has(ModelName) ? [ModelName] : [])
      .map(name => this.models.roleRefusal(name))
      .find(refusal => refusal !== undefined);
  }

  private keepsCapacity(configName: string): boolean {
    return this.configOf(configName).request.ProductionVariants!
      .some(({ ServerlessConfig }) => !ServerlessConfig || ServerlessConfig.ProvisionedConcurrency !== undefined);
  }

  private delete(endpoint: Endpoint): void {
    this.refuseInProgress(endpoint);
    this.change(endpoint, { status: 'Deleting' });
    void this.world.clock.sleep(DELETION).then(() => {
      this.all.delete(endpoint.name);
      this.world.tags.delete(endpoint.arn);
    });
  }

  private change(endpoint: Endpoint, change: Partial<Endpoint>): void {
    Object.assign(endpoint, change, { lastModifiedTime: this.world.seconds() });
  }

  private nextOutcome(request: CreateEndpointInput | UpdateEndpointInput): EndpointOutcome {
    this.deployments++;
    return this.world.scenario.endpoint?.(request, this.deployments) ?? {};
  }

  /** While an endpoint deploys it can be neither updated nor deleted; the service words both alike. */
  private refuseInProgress(endpoint: Endpoint): void {
    if (endpoint.status !== 'InService' && endpoint.status !== 'Failed') {
      throw new ServiceError('ValidationException', `Cannot update in-progress endpoint "${endpoint.arn}".`);
    }
  }

  private describe(endpoint: Endpoint): object {
    const { request } = this.configOf(endpoint.configName);
    const serves = endpoint.status !== 'Creating' && endpoint.status !== 'Failed';
    return {
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointConfigName: endpoint.configName,
      EndpointStatus: endpoint.status,
      FailureReason: endpoint.failureReason,
      CreationTime: endpoint.creationTime,
      LastModifiedTime: endpoint.lastModifiedTime,
      LastDeploymentConfig: endpoint.lastDeploymentConfig,
      ProductionVariants: serves ? request.ProductionVariants!.map(variant => ({
        VariantName: variant.VariantName,
        CurrentWeight: variant.InitialVariantWeight ?? 1,
        DesiredWeight: variant.InitialVariantWeight ?? 1,
        CurrentInstanceCount: variant.InitialInstanceCount,
        DesiredInstanceCount: variant.InitialInstanceCount,
        CurrentServerlessConfig: variant.ServerlessConfig,
        DesiredServerlessConfig: variant.ServerlessConfig,
        RoutingConfig: variant.RoutingConfig,
      })) : undefined,
      PendingDeploymentSummary: endpoint.pendingConfigName && { EndpointConfigName: endpoint.pendingConfigName },
    };
  }
}

function isServerless(config: EndpointConfig): boolean {
  return config.request.ProductionVariants!.some(variant => variant.ServerlessConfig !== undefined);
}
