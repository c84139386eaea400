import { isAbsolute } from 'path';
import { Duration, Size, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Stack as DeployedStack } from '../../sandbox/cloudformation';

/** By which a request names what an app has a construct for. */
const IDENTIFIERS = ['keyArn', 'securityGroupId', 'subnetId', 'roleArn', 'endpointName', 'workloadConfigName', 'secretFullArn', 'bucketName'];

/** Shorter texts are in too many others by chance. */
const DISTINCTIVE = 4;

export function isConstruct(value: unknown): value is Construct {
  return Construct.isConstruct(value);
}

/** The forms in which a value that was given to a prop can be in a request. */
export function formsOf(value: unknown, deployed: (token: string) => unknown): unknown[] {
  if (value instanceof Duration) {
    return [value.toSeconds({ integral: false }), value.toMilliseconds({ integral: false })];
  }
  if (value instanceof Size) {
    return [value.toMebibytes()];
  }
  if (typeof value === 'object' && value !== null) {
    const values = value as Record<string, unknown>;
    const text = ['value', ...IDENTIFIERS].map(name => values[name]).find(each => typeof each === 'string');
    if (text === undefined) {
      throw new Error(`no way is known in which a ${value.constructor.name} can be in a request`);
    }
    return formsOf(text, deployed);
  }
  if (typeof value !== 'string') {
    return [value];
  }
  // Of a local file, a hash of its content arrives.
  return isAbsolute(value) ? [] : [Token.isUnresolved(value) ? deployed(value) : value];
}

/** Whether what is in a request can come from a value in one of these forms. */
export function isFrom(inRequest: unknown, forms: unknown[]): boolean {
  if (typeof inRequest === 'object' && inRequest !== null) {
    return Object.entries(inRequest).flat().some(value => isFrom(value, forms));
  }
  const texts = forms.filter(form => typeof form === 'string' && form.length >= DISTINCTIVE) as string[];
  return forms.some(form => form === inRequest || String(form) === inRequest)
    || (typeof inRequest === 'string' && texts.some(text => inRequest.includes(text)));
}

/** What CloudFormation made of a token: of a reference to a resource, or to one of its attributes. */
export function resolveDeployed(cdkStack: Stack, deployed: DeployedStack): (token: string) => unknown {
  return token => {
    const reference = cdkStack.resolve(token) as { 'Ref'?: string; 'Fn::GetAtt'?: [string, string] };
    const [logicalId, attribute] = reference['Fn::GetAtt'] ?? [reference.Ref];
    const resource = deployed.resources.get(logicalId ?? '');
    return attribute === undefined ? resource?.physicalId : resource?.attributes[attribute];
  };
}
