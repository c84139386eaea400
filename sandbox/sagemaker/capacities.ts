import { ServiceError } from '../service';
import { EndpointConfig } from './endpoint-configs';
import { Endpoint, Endpoints } from './endpoints';
import { MINUTE } from './scenario';
import { UpdateEndpointWeightsAndCapacitiesInput as Request } from './types';
import { canGrow, NO_CAPACITY, scalesItself, Variant, variantOf } from './variants';
import { Operations, World } from './world';

const WEIGHTS = MINUTE;
const SCALING = 4 * MINUTE;
const ROLLBACK = MINUTE;

type Wanted = NonNullable<Request['DesiredWeightsAndCapacities']>[number];
type Change = { readonly wanted: Wanted; readonly variant: Variant };

/** Changes of weights and numbers of instances, by a person or by Application Auto Scaling. */
export class Capacities {
  public readonly operations: Operations = {
    UpdateEndpointWeightsAndCapacities: (request: Request) => this.update(this.endpoints.find(request.EndpointName!), request),
  };

  constructor(private readonly world: World, private readonly endpoints: Endpoints, private readonly configOf: (name: string) => EndpointConfig) {
  }

  private update(endpoint: Endpoint, { DesiredWeightsAndCapacities: wanted }: Request): object {
    this.endpoints.refuseUpdate(endpoint);
    const changes = wanted!.map(item => ({ wanted: item, variant: variantOf(endpoint.fleet, item.VariantName!) }));
    changes.forEach(change => this.check(endpoint, change));
    if (changes.filter(({ wanted: { DesiredInstanceCount } }) => DesiredInstanceCount !== undefined).length > 1) {
      throw refused('One request changes the capacity of one variant at most');
    }
    const duration = changes.some(scales) ? SCALING : WEIGHTS;
    for (const { wanted: { DesiredInstanceCount, DesiredWeight }, variant } of changes) {
      variant.desiredInstanceCount = DesiredInstanceCount ?? variant.desiredInstanceCount;
      variant.desiredWeight = DesiredWeight ?? variant.desiredWeight;
    }
    this.endpoints.change(endpoint, { status: 'Updating', failureReason: undefined });
    void this.carryOut(endpoint, changes, duration);
    return { EndpointArn: endpoint.arn };
  }

  private check(endpoint: Endpoint, { wanted: { DesiredInstanceCount: count, ServerlessUpdateConfig: serverless }, variant }: Change): void {
    if (count !== undefined && variant.serverless) {
      throw refused(`Variant "${variant.name}" is serverless and has no instances`);
    }
    if (serverless && !variant.serverless) {
      throw refused(`Variant "${variant.name}" is not serverless`);
    }
    if (count !== undefined && scalesItself(variant)) {
      throw refused(`The instances of variant "${variant.name}" follow its inference components: ManagedInstanceScaling is enabled`);
    }
    // Only asynchronous endpoints are documented to do without instances.
    if (count === 0 && !this.configOf(endpoint.configName).request.AsyncInferenceConfig) {
      throw refused(`DesiredInstanceCount of variant "${variant.name}" must be at least 1`);
    }
  }

  private async carryOut(endpoint: Endpoint, changes: Change[], duration: number): Promise<void> {
    await this.world.clock.sleep(duration);
    const grows = ({ currentInstanceCount: current = 0, desiredInstanceCount: desired = 0 }: Variant): boolean => desired > current;
    const short = changes.some(({ variant }) => grows(variant) && !canGrow(variant, this.world.scenario));
    if (short) {
      this.endpoints.change(endpoint, { status: 'RollingBack' });
      await this.world.clock.sleep(ROLLBACK);
    }
    for (const { wanted: { ServerlessUpdateConfig }, variant } of changes) {
      if (short) {
        variant.desiredInstanceCount = variant.currentInstanceCount;
        variant.desiredWeight = variant.currentWeight;
      } else {
        variant.currentInstanceCount = variant.desiredInstanceCount;
        variant.currentWeight = variant.desiredWeight;
        variant.serverless = variant.serverless && { ...variant.serverless, ...ServerlessUpdateConfig };
      }
    }
    this.endpoints.change(endpoint, { status: 'InService', failureReason: short ? NO_CAPACITY : undefined });
  }
}

function scales({ wanted: { DesiredInstanceCount: count }, variant: { currentInstanceCount: current } }: Change): boolean {
  return count !== undefined && count !== current;
}

function refused(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
