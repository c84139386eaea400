import { NO_VALUE } from './intrinsics';
import { ParameterDefinition, validationError } from './template';

/** Where a stack lives; what the pseudo parameters tell. */
export interface Environment {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly stackName: string;
  readonly stackId: string;
}

/** The SSM parameter store: values by name. */
export interface ParameterStore {
  get(name: string): string | undefined;
  /** What kind of parameter it is, where that is known. */
  details?(name: string): { readonly type: string } | undefined;
}

export function pseudoParameter(name: string, environment: Environment): unknown {
  switch (name) {
    case 'AWS::AccountId': return environment.account;
    case 'AWS::Region': return environment.region;
    case 'AWS::Partition': return environment.partition;
    case 'AWS::StackName': return environment.stackName;
    case 'AWS::StackId': return environment.stackId;
    case 'AWS::URLSuffix': return 'amazonaws.com';
    case 'AWS::NotificationARNs': return [];
    case 'AWS::NoValue': return NO_VALUE;
    default: return undefined;
  }
}

type Convert = (value: string, store: ParameterStore, name: string) => unknown;

const list = (value: string) => value.split(',').map(element => element.trim());

const PARAMETER_TYPES: Record<string, Convert> = {
  'String': value => value,
  'Number': (value, _, name) => {
    if (value.trim() === '' || Number.isNaN(Number(value))) {
      throw validationError(`Parameter '${name}' must be a number.`);
    }
    return value;
  },
  'CommaDelimitedList': list,
  'List<String>': list,
  'List<Number>': list,
  ...Object.fromEntries(['VPC', 'Subnet', 'SecurityGroup'].flatMap((noun): [string, Convert][] => [
    // That there is such a thing is not looked into.
    [`AWS::EC2::${noun}::Id`, value => value], [`List<AWS::EC2::${noun}::Id>`, list],
  ])),
  'AWS::SSM::Parameter::Name': value => value,
  'AWS::SSM::Parameter::Value<String>': (value, store) => fromStore(value, store),
  'AWS::SSM::Parameter::Value<List<String>>': (value, store) => list(fromStore(value, store)),
};

/** The value of each parameter: given, else the default; SSM-typed ones are looked up. */
export function parameterValues(
  definitions: Record<string, ParameterDefinition>, given: Record<string, string>, store: ParameterStore,
): Record<string, unknown> {
  const undeclared = Object.keys(given).filter(name => !(name in definitions));
  if (undeclared.length > 0) {
    throw validationError(`Parameters: [${undeclared.join(', ')}] do not exist in the template`);
  }
  const missing = Object.keys(definitions).filter(name => given[name] === undefined && definitions[name].default === undefined);
  if (missing.length > 0) {
    throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  }
  return Object.fromEntries(Object.entries(definitions).map(([name, definition]) => {
    const value = String(given[name] ?? definition.default);
    const convert = PARAMETER_TYPES[definition.type];
    if (!convert) {
      throw validationError(`Template format error: the sandbox does not know the type ${definition.type} of parameter ${name}`);
    }
    if (definition.allowedValues && !definition.allowedValues.map(String).includes(value)) {
      throw validationError(`Parameter '${name}' must be one of AllowedValues`);
    }
    if (definition.allowedPattern && !new RegExp(`^(?:${definition.allowedPattern})$`).test(value)) {
      throw validationError(`Parameter '${name}' failed to satisfy constraint: must match pattern ${definition.allowedPattern}`);
    }
    return [name, convert(value, store, name)];
  }));
}

/** The value of an SSM parameter; the version of the CDK's bootstrap stack is always there. */
export function fromStore(name: string, store: ParameterStore): string {
  const value = /^\/cdk-bootstrap\/[^/]+\/version$/.test(name) ? '30' : store.get(name);
  if (value === undefined) {
    throw validationError(`Unable to fetch parameters [${name}] from parameter store for this account.`);
  }
  // Those are for {{resolve:ssm-secure}}, in a few properties only.
  if (store.details?.(name)?.type === 'SecureString') {
    throw validationError(`Parameters [${name}] referenced by template have types not supported by CloudFormation.`);
  }
  return value;
}
