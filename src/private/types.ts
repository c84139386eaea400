import { RemovalPolicy, Token, Tokenization } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { CALLS, INTERFACES, STRUCTS as OWN_STRUCTS } from './signatures';
import { quote, shown, Validation } from './validation';

/*
 * What a compiler checks of the public API, at run time: JavaScript has none, and other languages let pass what they don't know the type of.
 * The types are those of signatures.ts.
 *
 * A value of another kind is refused before any code sees it. What is missing, or out of bounds, is for the rules of each construct to say, which
 * know where it was given. Only a method that can't go on without it says so at once.
 */

/** Structs of our own, and those of aws-cdk-lib that are handed on to it: it has little to say of what is wrong with them. */
export const STRUCTS: Readonly<Record<string, string>> = {
  ...OWN_STRUCTS,
  'appscaling.BaseTargetTrackingProps': 'policyName?: string, disableScaleIn?: boolean, scaleInCooldown?: Duration, scaleOutCooldown?: Duration',
  'appscaling.BasicStepScalingPolicyProps': 'metric: cloudwatch.IMetric, scalingSteps: appscaling.ScalingInterval[], adjustmentType?: string, '
    + 'cooldown?: Duration, minAdjustmentMagnitude?: number, evaluationPeriods?: number, datapointsToAlarm?: number, metricAggregationType?: string',
  'appscaling.ScalingInterval': 'lower?: number, upper?: number, change: number',
  'appscaling.ScalingSchedule': 'schedule: appscaling.Schedule, timeZone?: TimeZone, startTime?: Date, endTime?: Date, minCapacity?: number, '
    + 'maxCapacity?: number',
  'ec2.SubnetSelection': 'subnetType?: string, availabilityZones?: string[], onePerAz?: boolean, subnetGroupName?: string, '
    + 'subnetFilters?: ec2.SubnetFilter[], subnets?: ec2.ISubnet[]',
  'events.EventPattern': 'version?: string[], id?: string[], source?: string[], detailType?: string[], account?: string[], time?: string[], '
    + 'region?: string[], resources?: string[], detail?: { [key: string]: unknown }',
  'events.OnEventOptions': 'target?: events.IRuleTarget, eventPattern?: events.EventPattern, ruleName?: string, description?: string, '
    + 'crossStackScope?: Construct',
};

/** What marks an object of another library as what it is: one of each. A class can be there in several copies, so `instanceof` tells nothing. */
const OTHERS: Readonly<Record<string, string>> = {
  'Construct': 'node',
  'Date': 'toISOString',
  'Duration': 'toSeconds',
  'Size': 'toMebibytes',
  'TimeZone': 'timezoneName',
  'appscaling.Schedule': 'expressionString',
  'cloudwatch.IAlarmRef': 'alarmRef',
  'cloudwatch.IMetric': 'toMetricConfig',
  'ec2.ISecurityGroup': 'securityGroupId',
  'ec2.ISubnet': 'subnetId',
  'ec2.IVpc': 'selectSubnets',
  'ec2.InstanceType': 'sameInstanceClassAs',
  'ec2.SubnetFilter': 'selectSubnets',
  'events.IRuleTarget': 'bind',
  'iam.IGrantable': 'grantPrincipal',
  'iam.IRole': 'roleArn',
  'iam.PolicyStatement': 'toStatementJson',
  'kms.IKey': 'keyArn',
  's3.IBucket': 'bucketArn',
  'sagemaker.IEndpoint': 'endpointArn',
  'sagemaker.IEndpointRef': 'endpointRef|endpointArn', // an IEndpoint of a library from before there were references lacks the first
  'sagemaker.IModelPackageGroupRef': 'modelPackageGroupRef',
  'sagemaker.IModelPackageRef': 'modelPackageRef',
  'sagemaker.IModelRef': 'modelRef',
  'secretsmanager.ISecret': 'secretArn',
  'sns.ITopic': 'topicArn',
};

/** Deeper than any document that a service takes, and less than what the stack of calls takes. */
const MAX_DEPTH = 100;

/** All that nobody else checks: a snapshot can be taken of nothing here. */
const REMOVAL_POLICIES: readonly unknown[] = [RemovalPolicy.DESTROY, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE];

const ENUMS = new Set<string>();
const CLASSES = new Set<string>();
/** A class as it was declared, by the one that a decorator has put in its place: the methods to check are there. */
export const DECLARED = new WeakMap<object, Function>();
const markOf = (type: string) => Symbol.for(`cdk-sagemaker-inference.${type}`);

/**
 * From now on every call of the library's methods is checked before it is made.
 *
 * @param library all that is exported, by name
 */
export function checkCalls(library: Readonly<Record<string, unknown>>): void {
  for (const [type, exported] of Object.entries(library)) {
    if (typeof exported === 'function') {
      CLASSES.add(type);
      Object.defineProperty((DECLARED.get(exported) ?? exported).prototype, markOf(type), { value: true });
    } else {
      ENUMS.add(type);
    }
  }
  for (const [call, parameters] of Object.entries(CALLS)) {
    const [, type, separator, method] = /^(\w+)(\W+)(\w*)$/.exec(call)!;
    if (method !== '') {
      const exported = library[type] as Function;
      const declared = DECLARED.get(exported) ?? exported;
      checkCall(separator === '#' ? declared.prototype : declared, method, `${type}.${method}`, parameters);
    }
  }
}

/** The same for a constructor, which calls it before anything else. */
export function checkNew(type: string, scope: unknown, id: unknown, props: unknown): void {
  const parameters = CALLS[`${type}()`];
  checkArgumentsOfNew(type, parameters, parameters, [scope, id, props]);
}

/** What can be said before properties are injected: what is missing may be among them, but they are looked for where the construct is going to be. */
export function checkBeforeNew(type: string, given: readonly unknown[]): void {
  checkArgumentsOfNew(type, CALLS[`${type}()`], 'scope: Construct, id: string', given);
}

function checkArgumentsOfNew(type: string, parameters: string, needed: string, given: readonly unknown[]): void {
  const [scope, id] = given;
  const name = typeof id === 'string' ? id : shown(id);
  const where = scope instanceof Construct ? `${scope.node.path}/${name}` : name;
  const wrong = ofArguments(parameters, given);
  refuse(`${type} ${quote(where)}`, wrong.length > 0 ? wrong : missingIn(needed, given));
}

function refuse(subject: string, messages: string[], scope?: Construct): void {
  const validation = new Validation(subject);
  validation.add(messages);
  validation.throwIfAny(scope);
}

function checkCall(owner: object, method: string, subject: string, parameters: string): void {
  const { value: original, ...descriptor } = Object.getOwnPropertyDescriptor(owner, method)!;
  const checked = function(this: unknown, ...given: unknown[]): unknown {
    const scope = this instanceof Construct ? this : undefined;
    refuse(subject, ofArguments(parameters, given), scope);
    try {
      return original.apply(this, given);
    } catch (error) {
      refuse(subject, error instanceof TypeError ? missingIn(parameters, given) : refusedByCdk(parameters, error), scope);
      throw error;
    }
  };
  Object.defineProperty(owner, method, { ...descriptor, value: checked });
}

function ofArguments(parameters: string, given: readonly unknown[]): string[] {
  return slotsOf(parameters).flatMap(({ name, type, rest }, i) => {
    if (rest) {
      return given.slice(i).flatMap((each, j) => ofType(type.slice(0, -2), `${name}[${j}]`, each));
    }
    // The props of a call are spoken of by their own names.
    return type in STRUCTS && isObject(given[i]) ? ofMembers(type, '', given[i]) : ofType(type, name, given[i]);
  });
}

function ofMembers(struct: string, prefix: string, value: Record<string, unknown>): string[] {
  return membersOf(struct).flatMap(({ name, type }) => ofType(type, `${prefix}${name}`, value[name]));
}

/** What aws-cdk-lib says of a struct that is its own names no parameter of ours. */
function refusedByCdk(parameters: string, error: unknown): string[] {
  const handedOn = slotsOf(parameters).find(({ type }) => type in STRUCTS && !(type in OWN_STRUCTS));
  return handedOn && (error as Error).constructor !== Error ? [`${handedOn.name} must be what aws-cdk-lib takes: ${(error as Error).message}`] : [];
}

/** What is needed and was not given, however deep, of arguments whose types are right. */
function missingIn(parameters: string, given: readonly unknown[]): string[] {
  return slotsOf(parameters).flatMap(({ name, type, optional, rest }, i) => {
    const value = given[i];
    return rest ? [] : value === undefined ? (optional ? [] : [`${name} is required`]) : missingBelow(type, type in STRUCTS ? '' : name, value);
  });
}

function missingBelow(type: string, path: string, value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((each, i) => missingBelow(type.slice(0, -2), `${path}[${i}]`, each));
  }
  return !(type in STRUCTS) ? [] : membersOf(type).flatMap(({ name, type: of, optional }) => {
    const member = (value as Record<string, unknown>)[name];
    const at = path === '' ? name : `${path}.${name}`;
    return member !== undefined ? missingBelow(of, at, member) : optional ? [] : [`${at} is required`];
  });
}

/** What is wrong with the kind of a value, and of what is in it. */
function ofType(type: string, path: string, value: unknown): string[] {
  const must = (condition: boolean, what: string) => condition ? [] : [`${path} must be ${what}, got ${shown(value)}`];
  if (value === undefined) {
    return [];
  }
  if (value === null && type !== 'unknown') {
    return [`${path} must not be null: give it a value, or leave it out if it is optional`];
  }
  if (type.endsWith('[]')) {
    return ofList(type.slice(0, -2), path, value);
  }
  if (type.startsWith('{')) {
    return isObject(value) ? ofMap(/: string\]: (.*) \}/.exec(type)![1], path, value) : must(false, 'an object of names and values');
  }
  if (type in STRUCTS) {
    return isObject(value) ? ofMembers(type, `${path}.`, value) : must(false, 'an object');
  }
  switch (type) {
    case 'string': return typeof value === 'string' ? ofText(path, value) : must(false, 'a text');
    case 'number': return must(typeof value === 'number' && Number.isFinite(value) && isWhole(value), 'a number');
    case 'boolean': return must(typeof value === 'boolean', 'true or false');
    case 'unknown': return ofAny(path, value);
    case 'RemovalPolicy': return must(REMOVAL_POLICIES.includes(value), `one of ${REMOVAL_POLICIES.join(', ')}`);
    // Somebody may have taken the secret itself for it.
    case 'secretsmanager.ISecret': return isOf(type, value) ? [] : [`${path} must be an ISecret of aws-secretsmanager, and never the secret itself`];
  }
  if (ENUMS.has(type)) {
    return typeof value === 'string' ? ofText(path, value) : must(false, `a value of ${type}`);
  }
  // Parts of the library that are imported by themselves know of no others.
  const isKnown = CLASSES.has(type) || type in INTERFACES || type.includes('.') || type in OTHERS;
  return must(!isKnown || isOf(type, value), `${/^([aeiou]|s3|sns)/i.test(type) ? 'an' : 'a'} ${type}`);
}

function isOf(type: string, value: unknown): boolean {
  if (!isObject(value)) {
    return false;
  }
  if (CLASSES.has(type)) {
    return markOf(type) in value;
  }
  const marks = (INTERFACES[type] ?? OTHERS[type])?.split(', ') ?? [];
  return marks.every(mark => mark.split('|').some(each => each in value));
}

function ofList(item: string, path: string, value: unknown): string[] {
  if (!Array.isArray(value)) {
    return [`${path} must be a list, got ${shown(value)}`];
  }
  if (item === 'string' && Token.isUnresolved(value)) {
    return isWhole(value) ? [] : [`${path} must not have text that looks like a token of the CDK and is none, got ${shown(value[0])}`];
  }
  // `entries` knows of the holes in a list, too.
  return [...value.entries()].flatMap(([i, each]) => each === undefined ? [`${path}[${i}] is required`] : ofType(item, `${path}[${i}]`, each));
}

function ofMap(item: string, path: string, value: Record<string, unknown>): string[] {
  if (Token.isUnresolved(value)) {
    return [`${path} must be an object whose names are known at synthesis, got a token`];
  }
  return Object.entries(value).flatMap(([name, each]) =>
    [...ofText(`the name of an entry in ${path}`, name), ...ofType(item, `${path}.${name}`, each)]);
}

function ofText(path: string, value: string): string[] {
  if (/\p{Surrogate}/u.test(value)) {
    return [`${path} must be Unicode text, got half of a surrogate pair in ${shown(value)}`];
  }
  // A list is one token as a whole: beside other entries it can't be resolved.
  const looksLikeToken = !isWhole(value) || Token.isUnresolved([value]);
  return looksLikeToken ? [`${path} must not have text that looks like a token of the CDK and is none, got ${shown(value)}`] : [];
}

/** Whether a value has no tokens but those that the CDK knows of. Others fail when the app is synthesized, with no word on where they are. */
function isWhole(value: unknown): boolean {
  try {
    if (typeof value === 'string') {
      Tokenization.reverseString(value);
    } else if (typeof value === 'number') {
      Tokenization.reverseNumber(value);
    } else if (Array.isArray(value)) {
      Tokenization.reverseList(value as string[]);
    }
    return true;
  } catch {
    return false;
  }
}

/** Whatever has a form in JSON. */
function ofAny(path: string, value: unknown, parents: readonly unknown[] = []): string[] {
  if (Token.isUnresolved(value)) {
    return isWhole(value) ? [] : [`${path} must not have text that looks like a token of the CDK and is none, got ${shown(value)}`];
  }
  if (parents.includes(value)) {
    return [`${path} must not contain itself`];
  }
  if (parents.length > MAX_DEPTH) {
    return [`${path} must be at most ${MAX_DEPTH} levels deep`];
  }
  switch (typeof value) {
    case 'string': return ofText(path, value);
    case 'number': return Number.isFinite(value) ? [] : [`${path} must be a number, got ${value}`];
    case 'boolean':
    case 'undefined': return [];
    case 'object': {
      if (value !== null && !Array.isArray(value) && !isPlain(value)) {
        return [`${path} must be a text, a number, a boolean, a list or an object of these, got an object of a class`];
      }
      return Object.entries(value ?? {}).flatMap(([name, each]) =>
        [...ofText(`the name of an entry in ${path}`, name), ...ofAny(`${path}.${name}`, each, [...parents, value])]);
    }
    default: return [`${path} must be a text, a number, a boolean, a list or an object of these, got a ${typeof value}`];
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Slot {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly rest: boolean;
}

const SLOTS = new Map<string, Slot[]>();

/** Parameters or members out of their text, which is read when it is needed first. */
function slotsOf(text: string): Slot[] {
  const known = SLOTS.get(text);
  if (known) {
    return known;
  }
  const slots = text.split(', ').map(part => {
    const [, rest, name, optional, type] = /^(\.\.\.)?(\w+)(\??): (.*)$/.exec(part)!;
    return { name, type, optional: optional !== '', rest: rest !== undefined };
  });
  SLOTS.set(text, slots);
  return slots;
}

/** The members of a struct, with those of the structs that it extends. */
function membersOf(struct: string): Slot[] {
  const parts = STRUCTS[struct].split(', ');
  const own = parts.filter(part => !part.startsWith('...')).join(', ');
  return [
    ...parts.filter(part => part.startsWith('...')).flatMap(part => membersOf(part.slice(3))),
    ...(own === '' ? [] : slotsOf(own)),
  ];
}
