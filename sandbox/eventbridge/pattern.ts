/** Whether an event fits a pattern. */
export type Matcher = (value: unknown) => boolean;

/** A pattern that EventBridge would refuse. */
export class InvalidPattern extends Error {
  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
  }
}

/**
 * An event pattern, ready to be asked. Every operator is understood here or refused, never passed over.
 *
 * Members of an object must all fit, of a list of values one has to. What an event lacks fits only `{ exists: false }`.
 */
export function compilePattern(pattern: unknown): Matcher {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new InvalidPattern('it must be an object with at least one member');
  }
  const members = Object.entries(pattern).map(([name, part]): Matcher => {
    if (name === '$or') {
      return anyOf(part);
    }
    const matches = Array.isArray(part) ? compileValues(name, part) : isObject(part) ? inside(compilePattern(part)) : undefined;
    if (!matches) {
      throw new InvalidPattern(`"${name}" must be an object or an array`);
    }
    return event => matches(isObject(event) ? event[name] : undefined);
  });
  return event => members.every(matches => matches(event));
}

/** A pattern as a template may have it: as text. */
export function parsePattern(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidPattern(`it is no JSON: ${text}`);
  }
}

function anyOf(patterns: unknown): Matcher {
  if (!Array.isArray(patterns) || patterns.length < 2) {
    throw new InvalidPattern('"$or" must be an array of at least two patterns');
  }
  const matchers = patterns.map(compilePattern);
  return event => matchers.some(matches => matches(event));
}

/** Of a list of objects one has to fit. */
function inside(matches: Matcher): Matcher {
  return value => (Array.isArray(value) ? value : [value]).some(matches);
}

function compileValues(name: string, alternatives: unknown[]): Matcher {
  if (alternatives.length === 0) {
    throw new InvalidPattern(`empty arrays are not allowed: "${name}"`);
  }
  const matchers = alternatives.map(compileValue);
  return value => matchers.some(matches => matches(value));
}

function compileValue(alternative: unknown): Matcher {
  if (!isObject(alternative)) {
    return ofEach(equals(literal(alternative)));
  }
  const [[operator, operand], ...others] = Object.entries(alternative);
  if (others.length > 0) {
    throw new InvalidPattern(`only one operator is allowed in ${JSON.stringify(alternative)}`);
  }
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') {
      throw new InvalidPattern('exists must be true or false');
    }
    return value => (value !== undefined && !isObject(value)) === operand;
  }
  return ofEach(compileOperator(operator, operand));
}

/** What holds for a value holds for a list if it holds for one of its elements. What is not there is no value. */
function ofEach(holds: Matcher): Matcher {
  return value => (Array.isArray(value) ? value : [value]).some(each => each !== undefined && !isObject(each) && holds(each));
}

function compileOperator(operator: string, operand: unknown): Matcher {
  switch (operator) {
    case 'prefix': return onText(operator, operand, (text, part) => text.startsWith(part));
    case 'suffix': return onText(operator, operand, (text, part) => text.endsWith(part));
    case 'equals-ignore-case': return onText(operator, operand, (text, part) => text.toLowerCase() === part.toLowerCase());
    case 'wildcard': return onText(operator, operand, (text, part) => wildcard(part).test(text));
    case 'numeric': return numeric(operand);
    case 'anything-but': {
      const operators = isObject(operand) ? Object.entries(operand).map(each => compileOperator(...each)) : undefined;
      const excluded = operators ?? [operand].flat().map(each => equals(literal(each)));
      return value => !excluded.some(matches => matches(value));
    }
    default: throw new InvalidPattern(`the sandbox does not know the operator ${operator}`);
  }
}

function onText(operator: string, operand: unknown, holds: (text: string, part: string) => boolean): Matcher {
  if (typeof operand !== 'string' || operand === '') {
    throw new InvalidPattern(`the sandbox knows ${operator} with a text only, got ${JSON.stringify(operand)}`);
  }
  return value => typeof value === 'string' && holds(value, operand);
}

const COMPARISONS: Partial<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(operand: unknown): Matcher {
  const parts = Array.isArray(operand) ? operand : [];
  const bounds = Array.from({ length: parts.length / 2 }, (_, i) => ({ compare: COMPARISONS[parts[2 * i]], bound: parts[2 * i + 1] }));
  if (![2, 4].includes(parts.length) || !bounds.every(({ compare, bound }) => compare && typeof bound === 'number')) {
    throw new InvalidPattern(`numeric must be one or two comparisons, got ${JSON.stringify(operand)}`);
  }
  return value => typeof value === 'number' && bounds.every(({ compare, bound }) => compare!(value, bound));
}

function equals(expected: unknown): Matcher {
  return value => value === expected;
}

function literal(value: unknown): unknown {
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
    throw new InvalidPattern(`a text, a number, true, false or null is expected, got ${JSON.stringify(value)}`);
  }
  return value;
}

function wildcard(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`, 's');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
