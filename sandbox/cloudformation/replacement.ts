import { isDeepStrictEqual } from 'node:util';
import { nestedProperties, Property, PropertyType, resourceSpec } from './spec';
import { Properties } from './template';

/** Whether the change of a native resource's properties takes a new physical resource. */
export function needsReplacement(type: string, before: Properties, after: Properties): boolean {
  const schema = resourceSpec(type);
  if (!schema) {
    return false;
  }
  const additional = schema.additionalReplacementProperties ?? [];
  return objectReplaces(schema.properties, before, after)
    || additional.some(path => !isDeepStrictEqual(atPath(before, path), atPath(after, path)));
}

function objectReplaces(schema: Record<string, Property>, before: Properties, after: Properties): boolean {
  return Object.entries(schema).some(([name, property]) => {
    if (isDeepStrictEqual(before[name], after[name])) {
      return false;
    }
    return property.causesReplacement === 'yes' || valueReplaces(property.type, before[name], after[name]);
  });
}

function valueReplaces(type: PropertyType, before: unknown, after: unknown): boolean {
  if (type.type === 'ref') {
    return objectReplaces(nestedProperties(type), (before ?? {}) as Properties, (after ?? {}) as Properties);
  }
  if (type.type === 'array' && Array.isArray(before) && Array.isArray(after)) {
    return before.some((element, index) => index < after.length && valueReplaces(type.element, element, after[index]));
  }
  return false;
}

function atPath(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((current, key) => (current as Properties | undefined)?.[key], value);
}
