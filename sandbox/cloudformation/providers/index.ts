import { VirtualClock } from '../../clock';
import { Iam } from '../../runtime/iam';
import { LambdaService } from '../../runtime/lambda';
import { StepFunctions } from '../../runtime/step-functions';
import { ServiceStandIn } from '../../service';
import { Assets } from '../assets';
import { validationError } from '../template';
import { BucketDeploymentProvider } from './bucket-deployment';
import { CustomResourceProvider, CustomResourceTransport } from './custom-resource';
import { functionEffects, stateMachineEffects } from './functions';
import { iamEffects } from './iam';
import { Effects, MetadataProvider, NativeProvider } from './native';
import { ResourceProvider } from './provider';
import { sageMakerEffects } from './sagemaker';
import { Place, TYPE_MODELS } from './type-models';

/** What carries the effects of native resources; the stack engine itself only keeps the books. */
export interface Services {
  readonly iam: Iam;
  readonly lambda: LambdaService;
  readonly stepFunctions: StepFunctions;
  readonly sagemaker: Pick<ServiceStandIn, 'handle'>;
}

export interface ProvidersProps {
  readonly clock: VirtualClock;
  readonly place: Place;
  readonly assets: Assets;
  readonly customResources: CustomResourceTransport;
  /** The SSM parameter store. */
  readonly parameters: Map<string, string>;
  /**
   * @default - native resources have no effects
   */
  readonly services?: Services;
}

/** The resource types that the sandbox knows. */
export class Providers {
  public readonly bucketDeployments: BucketDeploymentProvider;
  private readonly custom: CustomResourceProvider;
  private readonly byType: Map<string, ResourceProvider>;

  constructor({ clock, place, assets, customResources, parameters, services }: ProvidersProps) {
    this.custom = new CustomResourceProvider(clock, customResources);
    this.bucketDeployments = new BucketDeploymentProvider(clock, assets);
    const effects = { ...parameterEffects(parameters), ...(services && serviceEffects(services, clock, place, assets)) };
    this.byType = new Map<string, ResourceProvider>(
      Object.entries(TYPE_MODELS).map(([type, model]) => [type, new NativeProvider(clock, place, model, effects[type])]),
    );
    this.byType.set('AWS::CDK::Metadata', new MetadataProvider());
    this.byType.set('Custom::CDKBucketDeployment', this.bucketDeployments);
  }

  public for(type: string): ResourceProvider {
    const provider = this.byType.get(type) ?? (/^Custom::[\w@-]{1,60}$/.test(type) || type === 'AWS::CloudFormation::CustomResource' ? this.custom : undefined);
    if (!provider) {
      throw validationError(`Template format error: Unrecognized resource types: [${type}]`);
    }
    return provider;
  }

  /** Whether the physical id of resources of a type is up to their provider. */
  public isCustom(type: string): boolean {
    return this.for(type) === this.custom;
  }
}

function serviceEffects(services: Services, clock: VirtualClock, place: Place, assets: Assets): Record<string, Effects> {
  return {
    'AWS::Lambda::Function': functionEffects(services.lambda, assets),
    'AWS::StepFunctions::StateMachine': stateMachineEffects(services.stepFunctions),
    ...iamEffects(services.iam, place),
    ...sageMakerEffects(services.sagemaker, clock),
  };
}

function parameterEffects(parameters: Map<string, string>): Record<string, Effects> {
  const put: Effects['create'] = ({ name, properties }) => parameters.set(name, String(properties.Value));
  return { 'AWS::SSM::Parameter': { create: put, update: put, delete: ({ name }) => parameters.delete(name) } };
}
