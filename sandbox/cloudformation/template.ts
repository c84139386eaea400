import { ServiceError } from '../service';

export type Properties = Record<string, unknown>;

export interface ParameterDefinition {
  readonly type: string;
  readonly default?: unknown;
  readonly allowedValues?: unknown[];
  readonly allowedPattern?: string;
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';
export type UpdateReplacePolicy = 'Delete' | 'Retain';

export interface ResourceDefinition {
  readonly type: string;
  readonly properties: Properties;
  readonly dependsOn: string[];
  readonly condition?: string;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: UpdateReplacePolicy;
}

export interface OutputDefinition {
  readonly value: unknown;
  readonly exportName?: unknown;
  readonly condition?: string;
}

/** A template with every section and attribute accounted for, its intrinsics not yet resolved. */
export interface Template {
  readonly parameters: Record<string, ParameterDefinition>;
  readonly mappings: Record<string, Record<string, Properties>>;
  readonly conditions: Record<string, unknown>;
  readonly resources: Record<string, ResourceDefinition>;
  readonly outputs: Record<string, OutputDefinition>;
}

const SECTIONS = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs', 'Rules'];
const RESOURCE_ATTRIBUTES = ['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'];
const PARAMETER_ATTRIBUTES = [
  'Type', 'Default', 'Description', 'AllowedValues', 'AllowedPattern', 'NoEcho', 'ConstraintDescription', 'MinLength', 'MaxLength', 'MinValue', 'MaxValue',
];
const OUTPUT_ATTRIBUTES = ['Value', 'Description', 'Export', 'Condition'];
/** The one rule that the CDK adds to every template; it asserts on the bootstrap version, which the sandbox gives out itself. */
const KNOWN_RULE = 'CheckBootstrapVersion';

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

/** Reads a template, refusing whatever the sandbox doesn't know: nothing passes without having been understood. */
export function readTemplate(raw: unknown): Template {
  const template = asObject(raw, 'the template');
  onlyKnown(template, SECTIONS, 'template section');
  refuseNull(template, '');
  const rules = Object.keys(section(template, 'Rules')).filter(rule => rule !== KNOWN_RULE);
  if (rules.length > 0) {
    throw validationError(`Template error: the sandbox does not know the rules [${rules.join(', ')}]`);
  }
  const resources = mapValues(section(template, 'Resources'), readResource);
  if (Object.keys(resources).length === 0) {
    throw validationError('Template format error: At least one Resources member must be defined.');
  }
  return {
    parameters: mapValues(section(template, 'Parameters'), readParameter),
    mappings: section(template, 'Mappings') as Template['mappings'],
    conditions: section(template, 'Conditions'),
    resources,
    outputs: mapValues(section(template, 'Outputs'), readOutput),
  };
}

function readParameter(raw: unknown, name: string): ParameterDefinition {
  const parameter = asObject(raw, `parameter ${name}`);
  onlyKnown(parameter, PARAMETER_ATTRIBUTES, `attribute of parameter ${name}:`);
  return {
    type: asString(parameter.Type, `the type of parameter ${name}`),
    default: parameter.Default,
    allowedValues: parameter.AllowedValues as unknown[] | undefined,
    allowedPattern: parameter.AllowedPattern as string | undefined,
  };
}

function readResource(raw: unknown, logicalId: string): ResourceDefinition {
  if (!/^[A-Za-z0-9]{1,255}$/.test(logicalId)) {
    throw validationError(`Template format error: Resource name ${logicalId} is non alphanumeric.`);
  }
  const resource = asObject(raw, `resource ${logicalId}`);
  onlyKnown(resource, RESOURCE_ATTRIBUTES, `attribute of resource ${logicalId}:`);
  const dependsOn = resource.DependsOn ?? [];
  return {
    type: asString(resource.Type, `the type of resource ${logicalId}`),
    properties: asObject(resource.Properties ?? {}, `the properties of resource ${logicalId}`),
    dependsOn: (Array.isArray(dependsOn) ? dependsOn : [dependsOn]).map(id => asString(id, `DependsOn of resource ${logicalId}`)),
    condition: resource.Condition as string | undefined,
    deletionPolicy: policy(resource.DeletionPolicy, ['Delete', 'Retain', 'RetainExceptOnCreate'], `DeletionPolicy of resource ${logicalId}`),
    updateReplacePolicy: policy(resource.UpdateReplacePolicy, ['Delete', 'Retain'], `UpdateReplacePolicy of resource ${logicalId}`),
  };
}

function readOutput(raw: unknown, name: string): OutputDefinition {
  const output = asObject(raw, `output ${name}`);
  onlyKnown(output, OUTPUT_ATTRIBUTES, `attribute of output ${name}:`);
  if (output.Value === undefined) {
    throw validationError(`Template format error: Output ${name} is malformed: it has no Value`);
  }
  const exported = output.Export === undefined ? undefined : asObject(output.Export, `the export of output ${name}`);
  return { value: output.Value, exportName: exported?.Name, condition: output.Condition as string | undefined };
}

function policy<T extends string>(value: unknown, allowed: T[], what: string): T {
  const chosen = (value ?? 'Delete') as T;
  if (!allowed.includes(chosen)) {
    throw validationError(`Template error: the sandbox knows ${allowed.join(', ')} as ${what}, got ${JSON.stringify(value)}`);
  }
  return chosen;
}

function section(template: Properties, name: string): Properties {
  return template[name] === undefined ? {} : asObject(template[name], `section ${name}`);
}

function asObject(value: unknown, what: string): Properties {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw validationError(`Template format error: ${what} must be an object`);
  }
  return value as Properties;
}

function asString(value: unknown, what: string): string {
  if (typeof value !== 'string') {
    throw validationError(`Template format error: ${what} must be a string`);
  }
  return value;
}

function onlyKnown(object: Properties, known: string[], what: string): void {
  const unknown = Object.keys(object).filter(key => !known.includes(key));
  if (unknown.length > 0) {
    throw validationError(`Template error: the sandbox does not know the ${what} [${unknown.join(', ')}]`);
  }
}

function refuseNull(value: unknown, path: string): void {
  if (value === null) {
    throw validationError(`[${path}] 'null' values are not allowed in templates`);
  }
  if (typeof value === 'object') {
    for (const [key, child] of Object.entries(value as object)) {
      refuseNull(child, `${path}/${key}`);
    }
  }
}

function mapValues<T>(object: Properties, read: (value: unknown, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, read(value, key)]));
}
