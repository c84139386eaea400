import { ServiceError } from '../service';
import { OperationModel, Shape, shape } from './model';

/** Refuses a request that does not fit the operation's input shape, as the service does: with all that is wrong in one message. */
export function validateInput(operation: OperationModel, input: unknown): void {
  const found = violations(operation.input, input);
  if (found.length > 0) {
    throw new ServiceError('ValidationException', `${found.length} validation error${found.length > 1 ? 's' : ''} detected: ${found.join('; ')}`);
  }
}

/** The stand-in's own answers have to fit too. One that does not is a mistake in the stand-in or in a test's scenario. */
export function assertShape(name: string, value: unknown): void {
  let found: string[];
  try {
    found = violations(name, value);
  } catch (error) {
    found = [(error as Error).message];
  }
  if (found.length > 0) {
    throw new Error(`not an answer that SageMaker could give (${name}): ${found.join('; ')}`);
  }
}

/** What keeps a value from fitting a shape, in the service's words. */
export function violations(name: string, value: unknown, path = ''): string[] {
  const target = shape(name);
  checkType(target, value);
  switch (target.type) {
    case 'structure': return ofStructure(target, value as Record<string, unknown>, path);
    case 'list': return ofList(target, value as unknown[], path);
    case 'map': return ofMap(target, value as Record<string, unknown>, path);
    default: return ofScalar(target, value).map(constraint => violation(value, path, constraint));
  }
}

function ofStructure(target: Shape, value: Record<string, unknown>, path: string): string[] {
  const members = target.members ?? {};
  const given = Object.keys(value).filter(member => isGiven(value[member]));
  const found = (target.required ?? [])
    .filter(member => !isGiven(value[member]))
    .map(member => violation(null, join(path, member), 'Member must not be null'));
  if (target.union && given.length !== 1) {
    found.push(violation(value, path, `Member must have exactly one of ${Object.keys(members).join(', ')}`));
  }
  for (const member of given) {
    if (member in members) {
      found.push(...violations(members[member], value[member], join(path, member)));
    } else {
      found.push(violation(value[member], join(path, member), `Member must be one of ${Object.keys(members).join(', ')}`));
    }
  }
  return found;
}

function ofList(target: Shape, value: unknown[], path: string): string[] {
  const found = lengthConstraints(target, value.length).map(constraint => violation(value, path, constraint));
  const element = shape(target.member!);
  if (isScalar(element)) {
    // The service reports a bad scalar at the list, not at its place in it.
    value.forEach(item => checkType(element, item));
    const constraints = unique(value.flatMap(item => ofScalar(element, item)));
    return constraints.length > 0 ? [...found, violation(value, path, `Member must satisfy constraint: [${constraints.join(', ')}]`)] : found;
  }
  return [...found, ...value.flatMap((item, index) => violations(target.member!, item, `${path}.${index + 1}.member`))];
}

function ofMap(target: Shape, value: Record<string, unknown>, path: string): string[] {
  const entries = Object.entries(value);
  const found = lengthConstraints(target, entries.length).map(constraint => violation(value, path, constraint));
  const keys = shape(target.key!);
  const values = shape(target.value!);
  entries.forEach(([, item]) => checkType(values, item));
  const badKeys = unique(entries.flatMap(([key]) => ofScalar(keys, key)));
  const badValues = unique(entries.flatMap(([, item]) => ofScalar(values, item)));
  if (badKeys.length > 0) {
    found.push(violation(value, path, `Map keys must satisfy constraint: [${badKeys.join(', ')}]`));
  }
  if (badValues.length > 0) {
    found.push(violation(value, path, `Map value must satisfy constraint: [${badValues.join(', ')}]`));
  }
  return found;
}

function ofScalar(target: Shape, value: unknown): string[] {
  if (target.type === 'string') {
    const text = value as string;
    return [
      ...lengthConstraints(target, [...text].length),
      ...(target.pattern && !matches(target.pattern, text) ? [`Member must satisfy regular expression pattern: ${target.pattern}`] : []),
      ...(target.enum && !target.enum.includes(text) ? [`Member must satisfy enum value set: [${target.enum.join(', ')}]`] : []),
    ];
  }
  return typeof value === 'number' ? rangeConstraints(target, value, 'value') : [];
}

function lengthConstraints(target: Shape, length: number): string[] {
  return rangeConstraints(target, length, 'length');
}

function rangeConstraints({ min, max }: Shape, size: number, what: 'length' | 'value'): string[] {
  return [
    ...(min !== undefined && size < min ? [`Member must have ${what} greater than or equal to ${min}`] : []),
    ...(max !== undefined && size > max ? [`Member must have ${what} less than or equal to ${max}`] : []),
  ];
}

const PATTERNS = new Map<string, RegExp>();

/** The model's patterns are Java's and hold for the whole value; classes such as \p{L} take the u flag here. */
function matches(pattern: string, text: string): boolean {
  let expression = PATTERNS.get(pattern);
  if (!expression) {
    expression = new RegExp(`^(?:${pattern})$`, 'u');
    PATTERNS.set(pattern, expression);
  }
  return expression.test(text);
}

const TYPES: Record<Shape['type'], { name: string; accepts: (value: unknown) => boolean }> = {
  structure: { name: 'a Structure', accepts: isObject },
  map: { name: 'a Map', accepts: isObject },
  list: { name: 'a List', accepts: Array.isArray },
  string: { name: 'a String', accepts: value => typeof value === 'string' },
  boolean: { name: 'a Boolean', accepts: value => typeof value === 'boolean' },
  integer: { name: 'an Integer', accepts: Number.isInteger },
  // JSON has no NaN: AWS JSON carries it as a string.
  float: { name: 'a Float', accepts: value => Number.isFinite(value) || value === 'NaN' },
  // AWS JSON carries times as seconds since the epoch.
  timestamp: { name: 'a Date', accepts: Number.isFinite },
};

/** A value of another type does not even reach the service's validation: parsing the request fails. */
function checkType(target: Shape, value: unknown): void {
  const type = TYPES[target.type];
  if (!type.accepts(value)) {
    const token = value === null ? 'NULL' : Array.isArray(value) ? 'LIST' : isObject(value) ? 'STRUCTURE' : typeof value === 'boolean'
      ? String(value).toUpperCase() : (typeof value).toUpperCase();
    throw new ServiceError('SerializationException', `${token}_VALUE can not be converted to ${type.name}`);
  }
}

function violation(value: unknown, path: string, constraint: string): string {
  return `Value ${value === null ? 'null' : `'${rendered(value)}'`} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function rendered(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(rendered).join(', ')}]`;
  }
  return isObject(value) ? `{${Object.entries(value).map(([key, item]) => `${key}=${rendered(item)}`).join(', ')}}` : String(value);
}

/** The service names members with their first letter in lower case. */
function join(path: string, member: string): string {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return path ? `${path}.${name}` : name;
}

function isScalar(target: Shape): boolean {
  return target.type !== 'structure' && target.type !== 'list' && target.type !== 'map';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function unique(items: string[]): string[] {
  return [...new Set(items)];
}
