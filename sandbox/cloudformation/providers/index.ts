import type { Keys } from '../../accounts';
import type { AutoScaling } from '../../autoscaling';
import { VirtualClock } from '../../clock';
import type { CloudWatch } from '../../cloudwatch';
import type { EventBridge } from '../../eventbridge';
import { Iam } from '../../runtime/iam';
import { LambdaService } from '../../runtime/lambda';
import { StepFunctions } from '../../runtime/step-functions';
import type { S3 } from '../../s3';
import { ServiceError, ServiceStandIn } from '../../service';
import type { Sns } from '../../sns';
import type { Ssm } from '../../ssm';
import { Assets } from '../assets';
import { Behaviour } from '../engine';
import { validationError } from '../template';
import { alarmEffects } from './alarms';
import { BucketDeploymentProvider } from './bucket-deployment';
import { CustomResourceProvider, CustomResourceTransport } from './custom-resource';
import { dashboardEffects } from './dashboards';
import { functionEffects, stateMachineEffects } from './functions';
import { iamEffects } from './iam';
import { messagingEffects } from './messaging';
import { Effects, MetadataProvider, NativeProvider } from './native';
import { NestedStackProvider, NestedStacks } from './nested-stack';
import { ResourceProvider } from './provider';
import { sageMakerEffects } from './sagemaker';
import { scalingEffects } from './scaling';
import { storageEffects } from './storage';
import { Place, TYPE_MODELS } from './type-models';

/** What carries the effects of native resources; the stack engine itself only keeps the books. */
export interface Services {
  readonly iam: Iam;
  readonly lambda: LambdaService;
  readonly stepFunctions: StepFunctions;
  readonly sagemaker: Pick<ServiceStandIn, 'handle'>;
  readonly autoscaling: AutoScaling;
  readonly cloudWatch: CloudWatch;
  readonly eventBridge: EventBridge;
  readonly sns: Sns;
  readonly ssm: Ssm;
  readonly s3: S3;
  readonly keys: Keys;
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
  readonly behaviour: Required<Behaviour>;
  readonly nestedStacks: NestedStacks;
}

/** The resource types that the sandbox knows. */
export class Providers {
  public readonly bucketDeployments: BucketDeploymentProvider;
  private readonly custom: CustomResourceProvider;
  private readonly byType: Map<string, ResourceProvider>;

  constructor({ clock, place, assets, customResources, parameters, services, behaviour, nestedStacks }: ProvidersProps) {
    this.custom = new CustomResourceProvider(clock, customResources);
    this.bucketDeployments = new BucketDeploymentProvider(clock, assets);
    const effects = { ...parameterEffects(parameters), ...(services && serviceEffects(services, clock, place, assets, behaviour)) };
    this.byType = new Map<string, ResourceProvider>(
      Object.entries(TYPE_MODELS).map(([type, model]) => [type, new NativeProvider(clock, place, model, effects[type])]),
    );
    this.byType.set('AWS::CDK::Metadata', new MetadataProvider());
    this.byType.set('AWS::CloudFormation::Stack', new NestedStackProvider(nestedStacks, assets));
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

function serviceEffects(
  services: Services, clock: VirtualClock, place: Place, assets: Assets, behaviour: Required<Behaviour>,
): Record<string, Effects> {
  return {
    'AWS::Lambda::Function': functionEffects(services.lambda, assets),
    'AWS::StepFunctions::StateMachine': stateMachineEffects(services.stepFunctions),
    ...iamEffects(services.iam, place),
    ...sageMakerEffects(services.sagemaker, clock),
    ...scalingEffects(services.autoscaling, behaviour),
    ...alarmEffects(services.cloudWatch),
    ...dashboardEffects(services.cloudWatch),
    ...messagingEffects(services.eventBridge, services.sns),
    ...storageEffects(services.s3, services.keys, place),
    'AWS::SSM::Parameter': ssmEffects(services.ssm),
  };
}

/** As PutParameter takes them: so the limits of the parameter store are those of a template as well. */
function ssmEffects(ssm: Ssm): Effects {
  const call = (operation: string, input: object) => ssm.handle({ service: 'ssm', operation, input, caller: 'cloudformation' });
  return {
    exists: ({ name }) => ssm.parameters.has(name),
    create: ({ name, properties: { Tags: _tags, ...properties } }) => call('PutParameter', { ...properties, Name: name }),
    update: ({ name, properties: { Tags: _tags, ...properties } }) => call('PutParameter', { ...properties, Name: name, Overwrite: true }),
    delete: ({ name }) => call('DeleteParameter', { Name: name }).catch(error => {
      if (!(error instanceof ServiceError && error.code === 'ParameterNotFound')) throw error;
    }),
  };
}

function parameterEffects(parameters: Map<string, string>): Record<string, Effects> {
  const put: Effects['create'] = ({ name, properties }) => parameters.set(name, String(properties.Value));
  return { 'AWS::SSM::Parameter': { create: put, update: put, delete: ({ name }) => parameters.delete(name) } };
}
