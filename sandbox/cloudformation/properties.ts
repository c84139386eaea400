import { nestedProperties, Property, PropertyType, resourceSpec } from './spec';
import { Properties } from './template';

/** Properties as a resource handler gets them, and what is wrong with them, in the words of CloudFormation's schema check. */
export interface Conformed {
  readonly properties: Properties;
  readonly problems: string[];
}

/** Checks the properties of a native type against its schema, converting scalars as CloudFormation does ("5" to 5). */
export function conform(type: string, properties: Properties): Conformed {
  const problems: string[] = [];
  const schema = resourceSpec(type);
  if (!schema) {
    return { properties, problems: [`there is no schema of ${type}`] };
  }
  return { properties: conformObject(properties, schema.properties, '#', problems), problems };
}

function conformObject(value: Properties, schema: Record<string, Property>, path: string, problems: string[]): Properties {
  for (const [name, property] of Object.entries(schema)) {
    if (property.required && value[name] === undefined) {
      problems.push(`${path}: required key [${name}] not found`);
    }
  }
  return Object.fromEntries(Object.entries(value).map(([name, child]) => {
    if (!(name in schema)) {
      problems.push(`${path}: extraneous key [${name}] is not permitted`);
      return [name, child];
    }
    return [name, conformValue(child, schema[name].type, `${path}/${name}`, problems)];
  }));
}

function conformValue(value: unknown, type: PropertyType, path: string, problems: string[]): unknown {
  switch (type.type) {
    case 'string':
    case 'date-time':
      return conformString(value, type.type === 'string' ? type.allowedValues : undefined, path, problems);
    case 'integer':
    case 'number':
      return conformNumber(value, type, path, problems);
    case 'boolean':
      if (typeof value === 'boolean' || value === 'true' || value === 'false') {
        return String(value) === 'true';
      }
      return mistyped('Boolean', value, path, problems);
    case 'json':
    case 'null':
      return value;
    case 'tag':
      return isObject(value) ? conformObject(value, TAG, path, problems) : mistyped('JSONObject', value, path, problems);
    case 'ref':
      return isObject(value) ? conformObject(value, nestedProperties(type), path, problems) : mistyped('JSONObject', value, path, problems);
    case 'array':
      if (!Array.isArray(value)) {
        return mistyped('JSONArray', value, path, problems);
      }
      return value.map((element, index) => conformValue(element, type.element, `${path}/${index}`, problems));
    case 'map':
      if (!isObject(value)) {
        return mistyped('JSONObject', value, path, problems);
      }
      return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, conformValue(child, type.element, `${path}/${key}`, problems)]));
    case 'union':
      return conformUnion(value, type.types, path, problems);
  }
}

function conformUnion(value: unknown, types: PropertyType[], path: string, problems: string[]): unknown {
  const attempts = types.map(type => {
    const own: string[] = [];
    return { result: conformValue(value, type, path, own), problems: own };
  });
  // What is of a kind as it stands goes before what would have to be converted.
  const best = attempts.find(attempt => attempt.problems.length === 0 && typeof attempt.result === typeof value)
    ?? attempts.reduce((left, right) => right.problems.length < left.problems.length ? right : left);
  problems.push(...best.problems);
  return best.result;
}

function conformString(value: unknown, allowed: string[] | undefined, path: string, problems: string[]): unknown {
  if (typeof value === 'object') {
    return mistyped('String', value, path, problems);
  }
  const text = String(value);
  if (allowed && !allowed.includes(text)) {
    problems.push(`${path}: ${text} is not a valid enum value, expected one of [${allowed.join(', ')}]`);
  }
  return text;
}

function conformNumber(value: unknown, type: Extract<PropertyType, { type: 'integer' | 'number' }>, path: string, problems: string[]): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const fits = typeof number === 'number' && (type.type === 'integer' ? Number.isInteger(number) : !Number.isNaN(number));
  if (!fits) {
    return mistyped(type.type === 'integer' ? 'Integer' : 'Number', value, path, problems);
  }
  if (type.type === 'integer' && type.allowedValues && !type.allowedValues.includes(number)) {
    problems.push(`${path}: ${number} is not a valid enum value, expected one of [${type.allowedValues.join(', ')}]`);
  }
  return number;
}

const TAG: Record<string, Property> = {
  Key: { type: { type: 'string' }, required: true },
  Value: { type: { type: 'string' }, required: true },
};

function mistyped(expected: string, value: unknown, path: string, problems: string[]): unknown {
  const found = Array.isArray(value) ? 'JSONArray' : isObject(value) ? 'JSONObject' : typeof value === 'string' ? 'String' : typeof value;
  problems.push(`${path}: expected type: ${expected}, found: ${found}`);
  return value;
}

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
