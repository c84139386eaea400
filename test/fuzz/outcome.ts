import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { membersOf } from './calls';
import { KINDS } from '../../lambda/kinds';
import { createRequest } from '../../lambda/request';
import { violations } from '../../sandbox/sagemaker/validation';
import * as library from '../../src';
import { STRUCTS } from '../../src/private/types';
import { invalidProperties } from '../service-spec';

/** Stands for what is only known at deployment: it can be a number as well as a text. */
const LATER = '8675309';

/** Our own sentences begin with the class, or the method of a class, that says them. */
const SUBJECTS = [...Object.keys(library), 'DeployedVariant', 'DeployedInferenceComponent', 'vpcSubnets', '(add|autoScale|scale|on)\\w+'];
const OWN = new RegExp(`^(${SUBJECTS.join('|')})(\\.\\w+)?( '[^]*')?( has \\d+ invalid values)?:\\s`);
const ALSO_OWN = /^'[^']+': \w+ must |^(connections|add\w+|\w+) of \S+ (needs|was called)|^add\w+ /;

/** The names of all props. */
const PROPS = new Set(['benchmark', ...Object.keys(STRUCTS).flatMap(struct => membersOf(struct).map(({ name }) => name))]);

/**
 * What is wrong with an error that the library let out: undefined for one of its own sentences that names one of the props in question.
 *
 * @param names any of which must be in it
 */
export function wrongWith(error: unknown, names: readonly string[]): string | undefined {
  const { message, constructor, stack } = error as Error;
  const places = stack?.split('\n').filter(line => /^ +at .*\/(src|node_modules)\//.test(line)).slice(0, 3) ?? [];
  const shown = [`${constructor?.name}: ${String(message).slice(0, 300)}`, ...places].join('\n');
  if (constructor !== Error || !(OWN.test(message) || ALSO_OWN.test(message))) {
    return `not a sentence of ours: ${shown}`;
  }
  if (/got undefined|\[object|undefined\./.test(message)) {
    return `not a sentence for people: ${shown}`;
  }
  // What a method was given is also spoken of as the prop that it was made for.
  const [, first] = /^.*?:\s+(?:- )?(?:the \w+ of an? \w+ in )?(\w+)/s.exec(message.replace(OWN, ': ')) ?? [];
  const named = PROPS.has(first) || names.some(name => message.toLowerCase().includes(name.toLowerCase()));
  return named ? undefined : `names none of ${names.join(', ')}: ${shown}`;
}

/** A stack that is cheap to synthesize: nothing is copied. */
export function stackOf(name = 'Fuzz'): Stack {
  const app = new App({ analyticsReporting: false, context: { 'aws:cdk:disable-asset-staging': true, 'aws:cdk:enable-path-metadata': false } });
  return new Stack(app, name, { env: { account: '111122223333', region: 'us-west-2' } });
}

/** What is wrong with the template of a stack. Throws what the app throws when it is synthesized. */
export function wrongInTemplate(stack: Stack): string[] {
  const template = Template.fromStack(stack).toJSON();
  const requests = Object.entries<any>(template.Resources)
    .filter(([, { Properties }]) => Properties?.Request !== undefined)
    .flatMap(([id, { Type, Properties }]) => wrongInRequest(id, Type.replace('Custom::SageMaker', ''), later(Properties) as Record<string, unknown>));
  return [...invalidProperties(template), ...requests];
}

/** The Create request as the handlers would send it. */
function wrongInRequest(id: string, type: string, ResourceProperties: Record<string, unknown>): string[] {
  const request = createRequest(KINDS.get(type)!, {
    RequestType: 'Create',
    RequestId: '6a0ae1a0-73b7-4a56-8e0e-2c27c5a3a1de',
    ResourceType: type,
    LogicalResourceId: 'Job',
    ResourceProperties,
    StackId: 'arn:aws:cloudformation:us-west-2:111122223333:stack/Chat/5b918d10-cd98-11ea-90d5-0a9cd3354c10',
  }, 'job-0123456789abcdef');
  const inline = (request as any).AIWorkloadConfigs?.WorkloadSpec?.Inline;
  return [...(inline === undefined ? [] : wrongInSpec(inline)), ...wrongInShape(`Create${type}Request`, request)].map(message => `${id}: ${message}`);
}

function wrongInSpec(inline: string): string[] {
  if (!inline.trimStart().startsWith('{')) {
    return [];
  }
  try {
    return 'injected' in JSON.parse(inline) ? ['the specification has a member that nobody gave'] : [];
  } catch (error) {
    return [`the specification is no JSON: ${(error as Error).message}`];
  }
}

function wrongInShape(shape: string, value: unknown): string[] {
  try {
    return violations(shape, value).filter(message => !message.slice(0, message.indexOf("' at '")).includes(LATER));
  } catch (error) {
    // A value of another type is found first, and there it ends.
    return JSON.stringify(value, (_, each) => Number.isNaN(each) ? LATER : each).includes(LATER) ? [] : [(error as Error).message];
  }
}

/** What CloudFormation makes of properties: scalars become text, and what it puts in stands there as such. */
function later(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(later);
  }
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  }
  const [[key, content] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && key === 'Fn::Join') {
    return (content[1] as unknown[]).map(later).join(content[0]);
  }
  return others.length === 0 && (key === 'Ref' || key.startsWith('Fn::')) ? LATER
    : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, later(each)]));
}
