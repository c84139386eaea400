import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, Resource, SpecDatabase, TagVariant } from '@aws-cdk/service-spec-types';
import type { Template } from 'aws-cdk-lib/assertions';

type Properties = Record<string, Property>;

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

/** Reading it takes a second, so it is read once for all tests of a file. */
let database: SpecDatabase | undefined;

/**
 * What CloudFormation would refuse of the properties of native resources, by the schemas that it publishes: names that there are not, required ones
 * that are missing, and values of another type. Values that are only known at deployment are let pass.
 */
export function invalidProperties(template: Template | { readonly Resources?: Record<string, unknown> }): string[] {
  const json = 'toJSON' in template ? (template as Template).toJSON() : template;
  const resources = Object.entries((json.Resources ?? {}) as Record<string, TemplateResource>);
  return resources
    .filter(([, { Type }]) => !Type.startsWith('Custom::') && Type !== 'AWS::CloudFormation::CustomResource' && Type !== 'AWS::CDK::Metadata')
    .flatMap(([id, resource]) => checkResource(id, resource));
}

function checkResource(id: string, { Type, Properties = {} }: TemplateResource): string[] {
  database ??= loadAwsServiceSpecSync();
  const found: readonly Resource[] = [...database.lookup('resource', 'cloudFormationType', 'equals', Type)];
  if (found.length === 0) {
    return [`${id}: ${Type} is no type of CloudFormation`];
  }
  const [{ properties, tagInformation }] = found;
  const tags = tagInformation?.tagPropertyName;
  const { [tags ?? '']: given, ...rest } = Properties;
  const others = Object.fromEntries(Object.entries(properties).filter(([name]) => name !== tags));
  return [
    ...checkMembers(rest, others, ''),
    ...(tags !== undefined && given !== undefined ? checkTags(given, tags, tagInformation!.variant) : []),
  ].map(message => `${id} (${Type}): ${message}`);
}

function checkMembers(value: Record<string, unknown>, properties: Properties, path: string): string[] {
  const at = (name: string) => path === '' ? name : `${path}.${name}`;
  return [
    ...Object.keys(value).filter(name => !(name in properties)).map(name => `${at(name)} is no property`),
    ...Object.entries(properties).filter(([name, { required }]) => required && isNothing(value[name])).map(([name]) => `${at(name)} is missing`),
    ...Object.entries(value).filter(([name]) => name in properties).flatMap(([name, each]) => {
      const { type, previousTypes = [] } = properties[name];
      return checkAny(each, [type, ...previousTypes], at(name));
    }),
  ];
}

/** Of several types one must fit. The complaint is that of the first, which is the newest. */
function checkAny(value: unknown, types: PropertyType[], path: string): string[] {
  const complaints = types.map(type => checkValue(value, type, path));
  return complaints.some(each => each.length === 0) ? [] : complaints[0] ?? [];
}

function checkValue(value: unknown, type: PropertyType, path: string): string[] {
  if (isIntrinsic(value)) {
    return [];
  }
  const expect = (condition: boolean, what: string) => condition ? [] : [`${path} must be ${what}, got ${JSON.stringify(value)}`];
  switch (type.type) {
    case 'json':
      return [];
    // CloudFormation makes one of another, as long as they look alike.
    case 'string':
    case 'date-time':
      return expect(['string', 'number', 'boolean'].includes(typeof value), 'a string');
    case 'number':
      return expect(isNumber(value), 'a number');
    case 'integer':
      return expect(isNumber(value) && Number.isInteger(Number(value)), 'a whole number');
    case 'boolean':
      return expect([true, false, 'true', 'false'].includes(value as string), 'true or false');
    case 'null':
      return expect(value === null, 'nothing');
    case 'tag':
      return checkTag(value, path, 'standard');
    case 'array':
      return Array.isArray(value) ? value.flatMap((each, i) => checkValue(each, type.element, `${path}[${i}]`)) : expect(false, 'a list');
    case 'map':
      return isObject(value) ? Object.entries(value).flatMap(([key, each]) => checkValue(each, type.element, `${path}.${key}`)) : expect(false, 'a map');
    case 'union':
      return checkAny(value, type.types, path);
    case 'ref':
      return isObject(value) ? checkMembers(value, database!.get('typeDefinition', type.reference.$ref).properties, path) : expect(false, 'an object');
  }
}

function checkTags(value: unknown, path: string, variant: TagVariant): string[] {
  if (isIntrinsic(value)) {
    return [];
  }
  if (variant === 'map') {
    return checkValue(value, { type: 'map', element: { type: 'string' } }, path);
  }
  return Array.isArray(value) ? value.flatMap((tag, i) => checkTag(tag, `${path}[${i}]`, variant))
    : [`${path} must be a list of tags, got ${JSON.stringify(value)}`];
}

function checkTag(value: unknown, path: string, variant: TagVariant): string[] {
  const text: Property = { type: { type: 'string' }, required: true };
  const propagation: Properties = variant === 'asg' ? { PropagateAtLaunch: { type: { type: 'boolean' }, required: true } } : {};
  return isIntrinsic(value) ? [] : isObject(value) ? checkMembers(value, { Key: text, Value: text, ...propagation }, path)
    : [`${path} must be a tag, got ${JSON.stringify(value)}`];
}

/** A value that CloudFormation puts in: of a reference, a function, or a token that a test has not resolved. */
function isIntrinsic(value: unknown): boolean {
  const [key, ...others] = isObject(value) ? Object.keys(value) : [];
  return key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))
    || typeof value === 'string' && /\$\{Token\[/.test(value);
}

function isNothing(value: unknown): boolean {
  return value === undefined || (isObject(value) && value.Ref === 'AWS::NoValue');
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
