import { getAttArgument, intrinsic, subArguments, subNames } from './intrinsics';
import { Properties, Template, validationError } from './template';

/** Something that a value refers to by name. */
export interface Reference {
  readonly name: string;
  /** Of a Fn::GetAtt. */
  readonly attribute?: string;
}

/** The logical ids that each resource waits for. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** All that a value refers to; of a Fn::If, what its chosen branch does. */
export function references(value: unknown, condition: (name: string) => boolean): Reference[] {
  if (Array.isArray(value)) {
    return value.flatMap(element => references(element, condition));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const call = intrinsic(value as Properties);
  if (!call) {
    return Object.values(value).flatMap(child => references(child, condition));
  }
  switch (call.name) {
    case 'Ref':
      return [{ name: String(call.argument) }];
    case 'Fn::GetAtt': {
      const { logicalId, attribute } = getAttArgument(call.argument);
      return [{ name: logicalId, attribute }];
    }
    case 'Fn::Sub': {
      const { template, variables } = subArguments(call.argument);
      const names = subNames(template).filter(name => !(name in variables));
      const own = names.map(name => {
        const [logicalId, ...attribute] = name.split('.');
        return attribute.length > 0 ? { name: logicalId, attribute: attribute.join('.') } : { name };
      });
      return [...own, ...references(variables, condition)];
    }
    case 'Fn::If': {
      const [name, whenTrue, whenFalse] = call.argument as [string, unknown, unknown];
      return references(condition(name) ? whenTrue : whenFalse, condition);
    }
    default:
      return references(call.argument, condition);
  }
}

/** The dependencies among the given (that is, not conditioned away) resources; one in a circle is refused. */
export function dependencyGraph(template: Template, active: ReadonlySet<string>, condition: (name: string) => boolean): Graph {
  const graph = new Map<string, Set<string>>();
  for (const id of active) {
    const resource = template.resources[id];
    const referred = references(resource.properties, condition).map(reference => reference.name);
    graph.set(id, new Set([...referred, ...resource.dependsOn].filter(name => active.has(name))));
  }
  const circle = findCircle(graph);
  if (circle.length > 0) {
    throw validationError(`Circular dependency between resources: [${circle.join(', ')}]`);
  }
  return graph;
}

/** The order of deletion: each resource waits for whatever depends on it. */
export function reversed(graph: Graph): Graph {
  const dependents = new Map<string, Set<string>>();
  for (const [id, dependencies] of graph) {
    for (const dependency of dependencies) {
      dependents.set(dependency, (dependents.get(dependency) ?? new Set()).add(id));
    }
  }
  return dependents;
}

/** The first graph, and the second for what the first doesn't have; so the union can't have a circle. */
export function merged(first: Graph, second: Graph): Graph {
  return new Map([...second, ...first]);
}

/**
 * Visits all ids, each as soon as all it waits for have been visited, so that independent ones run in parallel. Where a
 * visit answers false, what waits for it is left out.
 */
export async function walk(ids: Iterable<string>, waitsFor: Graph, visit: (id: string) => Promise<boolean>): Promise<void> {
  const all = new Set(ids);
  const visits = new Map<string, Promise<boolean>>();
  const start = (id: string): Promise<boolean> => {
    const known = visits.get(id);
    if (known) {
      return known;
    }
    const prerequisites = [...waitsFor.get(id) ?? []].filter(other => all.has(other) && other !== id);
    const visited = Promise.all(prerequisites.map(start)).then(async outcomes => outcomes.every(Boolean) && visit(id));
    visits.set(id, visited);
    return visited;
  };
  await Promise.all([...all].map(start));
}

function findCircle(graph: Graph): string[] {
  const left = new Map([...graph].map(([id, dependencies]) => [id, new Set(dependencies)]));
  for (let free = leaves(left); free.length > 0; free = leaves(left)) {
    free.forEach(id => left.delete(id));
    left.forEach(dependencies => free.forEach(id => dependencies.delete(id)));
  }
  return [...left.keys()];
}

function leaves(graph: Map<string, Set<string>>): string[] {
  return [...graph].filter(([, dependencies]) => dependencies.size === 0).map(([id]) => id);
}
