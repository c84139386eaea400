import { ServiceError, ServiceStandIn } from '../service';
import { namesIn } from './identity';

export interface Count {
  readonly desired: number;
  /** Whether the service would change the count now. */
  readonly active: boolean;
}

/** The counts that are scaled, as the service that has them shows and sets them. */
export interface Capacity {
  /** Undefined if there is no such resource. */
  read(resourceId: string): Promise<Count | undefined>;
  set(resourceId: string, count: number): Promise<void>;
}

/** The instances of variants and the copies of inference components. The service-linked role that acts here may do all this. */
export class SageMakerCapacity implements Capacity {
  constructor(private readonly sagemaker: Pick<ServiceStandIn, 'handle'>) {
  }

  public async read(resourceId: string): Promise<Count | undefined> {
    const named = namesIn(resourceId);
    if (!named) {
      return undefined;
    }
    if ('component' in named) {
      const component = await this.describe('DescribeInferenceComponent', { InferenceComponentName: named.component });
      return component && { desired: component.RuntimeConfig?.DesiredCopyCount ?? 0, active: component.InferenceComponentStatus === 'InService' };
    }
    const endpoint = await this.describe('DescribeEndpoint', { EndpointName: named.endpoint });
    // An endpoint that is being created shows no variants yet, its configuration does.
    const config = endpoint && await this.describe('DescribeEndpointConfig', { EndpointConfigName: endpoint.EndpointConfigName });
    const configured = variantOf(config, named.variant);
    const desired = variantOf(endpoint, named.variant)?.DesiredInstanceCount ?? configured?.InitialInstanceCount;
    return configured && desired !== undefined ? { desired, active: endpoint.EndpointStatus === 'InService' } : undefined;
  }

  public async set(resourceId: string, count: number): Promise<void> {
    const named = namesIn(resourceId)!;
    if ('component' in named) {
      await this.call('UpdateInferenceComponentRuntimeConfig', { InferenceComponentName: named.component, DesiredRuntimeConfig: { CopyCount: count } });
    } else {
      const DesiredWeightsAndCapacities = [{ VariantName: named.variant, DesiredInstanceCount: count }];
      await this.call('UpdateEndpointWeightsAndCapacities', { EndpointName: named.endpoint, DesiredWeightsAndCapacities });
    }
  }

  private async describe(operation: string, input: object): Promise<any> {
    try {
      return await this.call(operation, input);
    } catch (error) {
      if (error instanceof ServiceError && error.message.startsWith('Could not find')) {
        return undefined;
      }
      throw error;
    }
  }

  private call(operation: string, input: object): Promise<any> {
    return this.sagemaker.handle({ service: 'sagemaker', operation, input, caller: 'application-autoscaling' });
  }
}

function variantOf(description: any, name: string): any {
  return description?.ProductionVariants?.find((variant: any) => variant.VariantName === name);
}
