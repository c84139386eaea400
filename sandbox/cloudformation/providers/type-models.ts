import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Properties } from '../template';
import { MESSAGING_TYPES } from './messaging-types';
import { NETWORK_TYPES } from './network-types';

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

export interface Instance {
  readonly name: string;
  readonly physicalId: string;
  readonly properties: Properties;
  readonly place: Place;
}

/** How a native type is named and what Ref and Fn::GetAtt give. */
export interface TypeModel {
  /** The property that sets the name; without it, or if it isn't set, CloudFormation makes one up. */
  readonly nameProperty?: string;
  readonly maxLength?: number;
  readonly lowerCase?: boolean;
  /** How long each operation takes; 2 by default. */
  readonly seconds?: number;
  /** The service makes up the id: the effect of the creation answers with it. `physicalId` is for where there is no such service. */
  readonly assigned?: boolean;
  /** What Ref gives. */
  readonly physicalId: (name: string, place: Place, properties: Properties) => string;
  /** The way back from the physical id, where it isn't the name itself. */
  readonly nameOf?: (physicalId: string) => string;
  readonly attributes: Record<string, (instance: Instance) => unknown>;
}

const byName = (name: string) => name;
const same = ({ physicalId }: Instance) => physicalId;
const property = (name: string) => ({ properties }: Instance) => properties[name] ?? '';

function arn(service: string, resource: (name: string) => string, place: Place, name: string): string {
  return `arn:${place.partition}:${service}:${place.region}:${place.account}:${resource(name)}`;
}

/** An attribute, or a Ref, that is the ARN made from the name. */
function arnAttribute(service: string, resource: (name: string) => string) {
  return ({ place, name }: Instance) => arn(service, resource, place, name);
}

function iamArn(kind: string) {
  return ({ place, name, properties }: Pick<Instance, 'place' | 'name' | 'properties'>) =>
    `arn:${place.partition}:iam::${place.account}:${kind}${String(properties.Path ?? '/')}${name}`;
}

/** Types whose Ref is an ARN that ends in the name. */
function refIsArn(service: string, resource: string, separator: string) {
  const render = (name: string) => `${resource}${name}`;
  return {
    physicalId: (name: string, place: Place) => arn(service, render, place, name),
    nameOf: (physicalId: string) => physicalId.slice(physicalId.lastIndexOf(separator) + 1),
  };
}

const nameAttribute = ({ name }: Instance) => name;

const sageMaker = (resource: string, noun: string): TypeModel => ({
  nameProperty: `${noun}Name`,
  maxLength: 63,
  ...refIsArn('sagemaker', `${resource}/`, '/'),
  attributes: { [`${noun}Arn`]: same, [`${noun}Name`]: nameAttribute },
});

export const TYPE_MODELS: Record<string, TypeModel> = {
  ...NETWORK_TYPES,
  ...MESSAGING_TYPES,
  'AWS::IAM::Role': {
    nameProperty: 'RoleName', seconds: 12, physicalId: byName, attributes: { Arn: iamArn('role'), RoleId: ({ name }) => `AROA${createHash('sha256').update(name).digest('hex').slice(0, 17).toUpperCase()}` },
  },
  'AWS::IAM::Policy': { maxLength: 128, seconds: 12, physicalId: byName, attributes: { Id: same } },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    maxLength: 128,
    physicalId: (name, place, properties) => iamArn('policy')({ name, place, properties }),
    nameOf: physicalId => physicalId.slice(physicalId.lastIndexOf('/') + 1),
    attributes: { PolicyArn: same },
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName', seconds: 6, physicalId: byName, attributes: { Arn: arnAttribute('lambda', name => `function:${name}`) },
  },
  'AWS::Lambda::Permission': { physicalId: byName, attributes: { Id: same } },
  'AWS::Lambda::LayerVersion': {
    nameProperty: 'LayerName', maxLength: 140, physicalId: (name, place) => arn('lambda', () => `layer:${name}:1`, place, name), attributes: { LayerVersionArn: same },
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName', maxLength: 512, physicalId: byName, attributes: { Arn: arnAttribute('logs', name => `log-group:${name}:*`) },
  },
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName', maxLength: 80, ...refIsArn('states', 'stateMachine:', ':'), attributes: { Arn: same, Name: nameAttribute },
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    maxLength: 63,
    lowerCase: true,
    seconds: 15,
    physicalId: byName,
    attributes: {
      Arn: ({ name, place }) => `arn:${place.partition}:s3:::${name}`,
      DomainName: ({ name }) => `${name}.s3.amazonaws.com`,
      DualStackDomainName: ({ name, place }) => `${name}.s3.dualstack.${place.region}.amazonaws.com`,
      RegionalDomainName: ({ name, place }) => `${name}.s3.${place.region}.amazonaws.com`,
      WebsiteURL: ({ name, place }) => `http://${name}.s3-website-${place.region}.amazonaws.com`,
    },
  },
  'AWS::S3::BucketPolicy': { physicalId: (_name, _place, properties) => String(properties.Bucket), attributes: {} },
  'AWS::KMS::Key': { physicalId: () => randomUUID(), attributes: { KeyId: same, Arn: ({ physicalId, place }) => arn('kms', id => `key/${id}`, place, physicalId) } },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', physicalId: byName, attributes: {} },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    maxLength: 256,
    physicalId: (name, place) => `${arn('secretsmanager', () => `secret:${name}`, place, name)}-${randomBytes(3).toString('hex')}`,
    nameOf: physicalId => physicalId.split(':')[6].slice(0, -7),
    attributes: { Id: same },
  },
  'AWS::SSM::Parameter': { nameProperty: 'Name', physicalId: byName, attributes: { Type: property('Type'), Value: property('Value') } },
  'AWS::ECR::Repository': {
    nameProperty: 'RepositoryName',
    maxLength: 256,
    lowerCase: true,
    physicalId: byName,
    attributes: {
      Arn: arnAttribute('ecr', name => `repository/${name}`),
      RepositoryUri: ({ name, place }) => `${place.account}.dkr.ecr.${place.region}.amazonaws.com/${name}`,
    },
  },
  'AWS::Lambda::EventInvokeConfig': {
    physicalId: (_name, _place, { FunctionName, Qualifier }) => `${FunctionName}|${Qualifier}`, attributes: {},
  },
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    physicalId: (_name, _place, { ResourceId, ScalableDimension, ServiceNamespace }) => [ResourceId, ScalableDimension, ServiceNamespace].join('|'),
    attributes: { Id: same },
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    assigned: true,
    physicalId: (_name, place, { PolicyName }) => arn('autoscaling', name => `scalingPolicy:${randomUUID()}:policyName/${name}`, place, String(PolicyName)),
    attributes: { Arn: same },
  },
  'AWS::SageMaker::Endpoint': sageMaker('endpoint', 'Endpoint'),
  'AWS::SageMaker::EndpointConfig': sageMaker('endpoint-config', 'EndpointConfig'),
  'AWS::SageMaker::ModelPackageGroup': {
    nameProperty: 'ModelPackageGroupName',
    ...refIsArn('sagemaker', 'model-package-group/', '/'),
    attributes: { ModelPackageGroupArn: same },
  },
  'AWS::SageMaker::Model': sageMaker('model', 'Model'),
  'AWS::SageMaker::InferenceComponent': {
    nameProperty: 'InferenceComponentName',
    maxLength: 63,
    ...refIsArn('sagemaker', 'inference-component/', '/'),
    // All but the ARN is what the service says of the component: its effects put it in.
    attributes: {
      InferenceComponentArn: same,
      ...Object.fromEntries([
        'InferenceComponentStatus', 'FailureReason', 'CreationTime', 'LastModifiedTime', 'RuntimeConfig.CurrentCopyCount', 'RuntimeConfig.DesiredCopyCount',
      ].map(attribute => [attribute, () => ''])),
    },
  },
};
