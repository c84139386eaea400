import { Properties, validationError } from './template';

/** Where intrinsics find what they refer to. */
export interface Scope {
  /** A parameter, a pseudo parameter or the physical id of a resource. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  findInMap(map: string, key: string, secondKey: string): unknown;
  importValue(name: string): string;
  availabilityZones(region: string): string[];
  /** A dynamic reference such as `{{resolve:ssm:/name}}`, without its braces. */
  dynamicReference(reference: string): string;
}

/** What `AWS::NoValue` evaluates to: the property or list element that it stands for disappears. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Evaluate = (argument: unknown, scope: Scope) => unknown;

/** Resolves all intrinsics within a value. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') {
    return resolveReferences(value, scope);
  }
  if (Array.isArray(value)) {
    return value.map(element => evaluate(element, scope)).filter(element => element !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const call = intrinsic(value as Properties);
  if (call) {
    return FUNCTIONS[call.name](call.argument, scope);
  }
  const entries = Object.entries(value).map(([key, child]) => [key, evaluate(child, scope)] as const);
  return Object.fromEntries(entries.filter(([, child]) => child !== NO_VALUE));
}

/** The intrinsic function call that an object is, if it is one. */
export function intrinsic(value: Properties): { name: string; argument: unknown } | undefined {
  const keys = Object.keys(value);
  const name = keys.find(key => key.startsWith('Fn::')) ?? (keys.length === 1 && keys[0] === 'Ref' ? 'Ref' : undefined);
  if (name === undefined) {
    return undefined;
  }
  if (keys.length > 1) {
    throw validationError(`Template error: ${name} must be the only key of its object, got [${keys.join(', ')}]`);
  }
  if (!(name in FUNCTIONS)) {
    throw validationError(`Template error: the sandbox does not know the intrinsic function ${name}`);
  }
  return { name, argument: value[name] };
}

export function getAttArgument(argument: unknown): { logicalId: string; attribute: string } {
  const parts = typeof argument === 'string' ? [argument.split('.')[0], argument.split('.').slice(1).join('.')] : argument;
  if (!Array.isArray(parts) || parts.length !== 2 || parts.some(part => typeof part !== 'string' || part === '')) {
    throw validationError(`Template error: every Fn::GetAtt object requires two non-empty parameters, got ${JSON.stringify(argument)}`);
  }
  return { logicalId: parts[0], attribute: parts[1] };
}

/** Names in `${...}` of a Fn::Sub, without the escaped (`${!x}`) ones. */
export function subNames(template: string): string[] {
  return [...template.matchAll(/\$\{([^!}][^}]*)\}/g)].map(match => match[1]);
}

export function subArguments(argument: unknown): { template: string; variables: Properties } {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof template !== 'string' || typeof variables !== 'object') {
    throw validationError('Template error: One or more Fn::Sub intrinsic functions don\'t specify expected arguments.');
  }
  return { template, variables: variables as Properties };
}

const FUNCTIONS: Record<string, Evaluate> = {
  'Ref': (argument, scope) => scope.ref(text(argument, 'Ref')),
  'Fn::GetAtt': (argument, scope) => {
    const { logicalId, attribute } = getAttArgument(argument);
    return scope.getAtt(logicalId, attribute);
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, list] = tuple(argument, 2, 'Fn::Join');
    return resolveReferences(strings(evaluate(list, scope), 'Fn::Join').join(text(delimiter, 'Fn::Join')), scope);
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = tuple(argument, 2, 'Fn::Split');
    return text(evaluate(source, scope), 'Fn::Split').split(text(delimiter, 'Fn::Split'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = tuple(argument, 2, 'Fn::Select');
    const values = evaluate(list, scope);
    const position = Number(evaluate(index, scope));
    if (!Array.isArray(values) || !(position in values)) {
      throw validationError(`Template error: Fn::Select cannot select nonexistent value at index ${position}`);
    }
    return values[position];
  },
  'Fn::Sub': (argument, scope) => {
    const { template, variables } = subArguments(argument);
    const replaced = template.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      if (name in variables) {
        return text(evaluate(variables[name], scope), `\${${name}} of Fn::Sub`);
      }
      return text(name.includes('.') ? FUNCTIONS['Fn::GetAtt'](name, scope) : scope.ref(name), `\${${name}} of Fn::Sub`);
    });
    return resolveReferences(replaced.replace(/\$\{!/g, '${'), scope);
  },
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = tuple(argument, 3, 'Fn::If');
    return evaluate(scope.condition(text(condition, 'Fn::If')) ? whenTrue : whenFalse, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, key, secondKey] = tuple(argument, 3, 'Fn::FindInMap').map(part => text(evaluate(part, scope), 'Fn::FindInMap'));
    return scope.findInMap(map, key, secondKey);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(evaluate(argument, scope), 'Fn::Base64')).toString('base64'),
  'Fn::ImportValue': (argument, scope) => scope.importValue(text(evaluate(argument, scope), 'Fn::ImportValue')),
  'Fn::GetAZs': (argument, scope) => scope.availabilityZones(text(evaluate(argument, scope), 'Fn::GetAZs')),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = evaluate(tuple(argument, 2, 'Fn::Equals'), scope) as unknown[];
    return String(left) === String(right);
  },
  'Fn::Not': (argument, scope) => !evaluateCondition(tuple(argument, 1, 'Fn::Not')[0], scope),
  'Fn::And': (argument, scope) => (argument as unknown[]).every(part => evaluateCondition(part, scope)),
  'Fn::Or': (argument, scope) => (argument as unknown[]).some(part => evaluateCondition(part, scope)),
};

/** A value of the Conditions section: besides functions, `{ Condition: name }` refers to another one. */
export function evaluateCondition(value: unknown, scope: Scope): boolean {
  const other = (value as Properties | undefined)?.Condition;
  const result = typeof other === 'string' ? scope.condition(other) : evaluate(value, scope);
  if (typeof result !== 'boolean') {
    throw validationError(`Template format error: ${JSON.stringify(value)} is not a condition`);
  }
  return result;
}

function resolveReferences(value: string, scope: Scope): string {
  return value.replace(/\{\{resolve:([^{}]+)\}\}/g, (_, reference: string) => scope.dynamicReference(reference));
}

function tuple(argument: unknown, length: number, name: string): unknown[] {
  if (!Array.isArray(argument) || argument.length !== length) {
    throw validationError(`Template error: ${name} takes a list of ${length}, got ${JSON.stringify(argument)}`);
  }
  return argument;
}

function strings(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) {
    throw validationError(`Template error: ${name} takes a list of strings, got ${JSON.stringify(value)}`);
  }
  return value.map(element => text(element, name));
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw validationError(`Template error: ${name} takes strings, got ${JSON.stringify(value)}`);
  }
  return String(value);
}
