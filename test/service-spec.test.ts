import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { invalidProperties } from './service-spec';

const of = (Type: string, Properties: object) => ({ Resources: { It: { Type, Properties } } });
const ENDPOINT = { EndpointConfigName: 'config' };
const COMPONENT = { EndpointName: 'chat' };

test.each<[string, string, object, string[]]>([
  ['a name that there is not', 'AWS::SageMaker::Endpoint', { ...ENDPOINT, Name: 'x' }, ['It (AWS::SageMaker::Endpoint): Name is no property']],
  ['a name in another case', 'AWS::SageMaker::Endpoint', { endpointConfigName: 'x' },
    ['It (AWS::SageMaker::Endpoint): endpointConfigName is no property', 'It (AWS::SageMaker::Endpoint): EndpointConfigName is missing']],
  ['what is missing', 'AWS::SageMaker::InferenceComponent', {}, ['It (AWS::SageMaker::InferenceComponent): EndpointName is missing']],
  ['what has no value', 'AWS::SageMaker::InferenceComponent', { EndpointName: { Ref: 'AWS::NoValue' } },
    ['It (AWS::SageMaker::InferenceComponent): EndpointName is missing']],
  ['a list instead of an object', 'AWS::SageMaker::Endpoint', { ...ENDPOINT, DeploymentConfig: [] },
    ['It (AWS::SageMaker::Endpoint): DeploymentConfig must be an object, got []']],
  ['an object instead of a list', 'AWS::SageMaker::Endpoint', { ...ENDPOINT, ExcludeRetainedVariantProperties: {} },
    ['It (AWS::SageMaker::Endpoint): ExcludeRetainedVariantProperties must be a list, got {}']],
  ['an unknown member of a member', 'AWS::SageMaker::InferenceComponent', { ...COMPONENT, RuntimeConfig: { Copies: 1 } },
    ['It (AWS::SageMaker::InferenceComponent): RuntimeConfig.Copies is no property']],
  ['a missing member of a member of a list', 'AWS::SageMaker::Endpoint',
    { ...ENDPOINT, DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'a' }, {}] } } },
    ['It (AWS::SageMaker::Endpoint): DeploymentConfig.AutoRollbackConfiguration.Alarms[1].AlarmName is missing']],
  ['a word instead of a number', 'AWS::SageMaker::InferenceComponent', { ...COMPONENT, RuntimeConfig: { CopyCount: 'two' } },
    ['It (AWS::SageMaker::InferenceComponent): RuntimeConfig.CopyCount must be a whole number, got "two"']],
  ['half a copy', 'AWS::SageMaker::InferenceComponent', { ...COMPONENT, RuntimeConfig: { CopyCount: 1.5 } },
    ['It (AWS::SageMaker::InferenceComponent): RuntimeConfig.CopyCount must be a whole number, got 1.5']],
  ['a word instead of a boolean', 'AWS::SageMaker::Endpoint', { ...ENDPOINT, RetainAllVariantProperties: 'yes' },
    ['It (AWS::SageMaker::Endpoint): RetainAllVariantProperties must be true or false, got "yes"']],
  ['an object instead of a string', 'AWS::SageMaker::Endpoint', { EndpointConfigName: { Name: 'x' } },
    ['It (AWS::SageMaker::Endpoint): EndpointConfigName must be a string, got {"Name":"x"}']],
  ['an object instead of a string in a map', 'AWS::SageMaker::InferenceComponent',
    { ...COMPONENT, Specification: { Container: { Environment: { A: {} } } } },
    ['It (AWS::SageMaker::InferenceComponent): Specification.Container.Environment.A must be a string, got {}']],
  ['tags in lower case', 'AWS::SageMaker::Endpoint', { ...ENDPOINT, Tags: [{ key: 'a', Value: 'b' }] },
    ['It (AWS::SageMaker::Endpoint): Tags[0].key is no property', 'It (AWS::SageMaker::Endpoint): Tags[0].Key is missing']],
  ['tags as a map', 'AWS::SageMaker::Endpoint', { ...ENDPOINT, Tags: { a: 'b' } },
    ['It (AWS::SageMaker::Endpoint): Tags must be a list of tags, got {"a":"b"}']],
  ['tags as a list where they are a map', 'AWS::SSM::Parameter', { Type: 'String', Value: 'x', Tags: [{ Key: 'a', Value: 'b' }] },
    ['It (AWS::SSM::Parameter): Tags must be a map, got [{"Key":"a","Value":"b"}]']],
  ['a type that there is not', 'AWS::SageMaker::Endpoints', {}, ['It: AWS::SageMaker::Endpoints is no type of CloudFormation']],
])('finds %s', (_, type, properties, messages) => {
  expect(invalidProperties(of(type, properties))).toEqual(messages);
});

test.each<[string, string, object]>([
  ['what is right', 'AWS::SageMaker::InferenceComponent',
    { ...COMPONENT, RuntimeConfig: { CopyCount: 2 }, Specification: { Container: { Environment: { A: 'b' } } }, Tags: [{ Key: 'a', Value: 'b' }] }],
  ['references and functions', 'AWS::SageMaker::Endpoint', {
    EndpointConfigName: { Ref: 'Config' },
    RetainAllVariantProperties: { 'Fn::GetAtt': ['It', 'Retain'] },
    DeploymentConfig: { 'Fn::If': ['A', {}, {}] },
    Tags: [{ Key: 'a', Value: { 'Fn::Sub': 'b' } }],
  }],
  ['numbers and booleans as text, as custom resources answer them', 'AWS::SageMaker::Endpoint',
    { ...ENDPOINT, RetainAllVariantProperties: 'true' }],
  ['the properties of custom resources', 'Custom::Anything', { It: 'is' }],
])('lets pass %s', (_, type, properties) => {
  expect(invalidProperties(of(type, properties))).toEqual([]);
});

test('resources without properties, and templates without resources, are right', () => {
  expect(invalidProperties({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })).toEqual([]);
  expect(invalidProperties({})).toEqual([]);
});

test('a stack of the CDK is right', () => {
  const stack = new Stack(new App(), 'Stack');
  new s3.Bucket(stack, 'Bucket', { versioned: true, lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(1) }] });
  Tags.of(stack).add('team', 'chat');
  expect(invalidProperties(Template.fromStack(stack))).toEqual([]);
});
