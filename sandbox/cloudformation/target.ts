import { dependencyGraph, Graph, references } from './graph';
import { evaluateCondition, Scope } from './intrinsics';
import { Environment, parameterValues, ParameterStore, pseudoParameter } from './parameters';
import { ResourceDefinition, Template, validationError } from './template';

/** What a stack is to become: a template with its parameters' values, so that its conditions and dependencies are known. */
export interface Target {
  readonly raw: unknown;
  readonly template: Template;
  readonly parameters: Record<string, unknown>;
  /** The parameters that the deployment gave: the next one need not repeat them. */
  readonly given: Record<string, string>;
  readonly tags: Record<string, string>;
  /** The resources whose condition holds. */
  readonly resources: ReadonlyMap<string, ResourceDefinition>;
  readonly graph: Graph;
  readonly conditions: ReadonlyMap<string, boolean>;
}

export interface TargetProps {
  readonly raw: unknown;
  readonly template: Template;
  readonly parameters: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly environment: Environment;
  readonly parameterStore: ParameterStore;
}

/** Settles parameters and conditions and checks that all that is referred to exists. */
export function makeTarget(props: TargetProps): Target {
  const { template } = props;
  const parameters = parameterValues(template.parameters, props.parameters, props.parameterStore);
  const conditions = evaluateConditions(template, parameters, props.environment);
  const condition = (name: string) => holds(conditions, name);
  const resources = new Map(Object.entries(template.resources).filter(([, { condition: name }]) => name === undefined || condition(name)));
  checkReferences(template, resources, condition);
  const graph = dependencyGraph(template, new Set(resources.keys()), condition);
  return { raw: props.raw, template, parameters, given: props.parameters, tags: props.tags, resources, graph, conditions };
}

export function holds(conditions: ReadonlyMap<string, boolean>, name: string): boolean {
  const value = conditions.get(name);
  if (value === undefined) {
    throw validationError(`Template format error: Unresolved condition dependency ${name}`);
  }
  return value;
}

export function findInMap(template: Template, map: string, key: string, secondKey: string): unknown {
  const value = template.mappings[map]?.[key]?.[secondKey];
  if (value === undefined) {
    throw validationError(`Template error: Unable to get mapping for ${map}::${key}::${secondKey}`);
  }
  return value;
}

function evaluateConditions(template: Template, parameters: Record<string, unknown>, environment: Environment): Map<string, boolean> {
  const known = new Map<string, boolean>();
  const pending = new Set<string>();
  const notInConditions = (name: string) => (): never => {
    throw validationError(`Template format error: Conditions can only refer to parameters, mappings and other conditions, got ${name}`);
  };
  const scope: Scope = {
    ref: name => parameters[name] ?? pseudoParameter(name, environment) ?? notInConditions(name)(),
    condition: name => {
      if (!known.has(name)) {
        if (!(name in template.conditions) || pending.has(name)) {
          throw validationError(`Template format error: Unresolved condition dependency ${name}`);
        }
        pending.add(name);
        known.set(name, evaluateCondition(template.conditions[name], scope));
      }
      return known.get(name)!;
    },
    findInMap: (map, key, secondKey) => findInMap(template, map, key, secondKey),
    getAtt: notInConditions('Fn::GetAtt'),
    importValue: notInConditions('Fn::ImportValue'),
    availabilityZones: notInConditions('Fn::GetAZs'),
    dynamicReference: notInConditions('a dynamic reference'),
  };
  Object.keys(template.conditions).forEach(name => scope.condition(name));
  return known;
}

/** References from resources and outputs, in the branches that are used, must lead somewhere. */
function checkReferences(template: Template, active: ReadonlyMap<string, ResourceDefinition>, condition: (name: string) => boolean): void {
  const check = (values: unknown[], block: string) => {
    const unresolved = references(values, condition).filter(({ name, attribute }) => {
      const isParameter = attribute === undefined && (name in template.parameters || name.startsWith('AWS::'));
      return !isParameter && !active.has(name);
    });
    if (unresolved.length > 0) {
      const names = [...new Set(unresolved.map(({ name }) => name))].join(', ');
      throw validationError(`Template format error: Unresolved resource dependencies [${names}] in the ${block} block of the template`);
    }
  };
  check([...active.values()].map(({ properties }) => properties), 'Resources');
  const outputs = Object.values(template.outputs).filter(output => output.condition === undefined || condition(output.condition));
  check(outputs.flatMap(output => [output.value, output.exportName]), 'Outputs');
  const dangling = [...active].flatMap(([, { dependsOn }]) => dependsOn).filter(id => !(id in template.resources));
  if (dangling.length > 0) {
    throw validationError(`Template format error: Unresolved resource dependencies [${dangling.join(', ')}] in the Resources block of the template`);
  }
}
