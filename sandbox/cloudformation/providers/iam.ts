import { Iam } from '../../runtime/iam';
import { PolicyDocument } from '../../runtime/policy';
import { Properties } from '../template';
import { Effect, Effects } from './native';
import { Place } from './type-models';

type IamActions = Pick<Iam,
| 'putRole' | 'removeRole' | 'putInlinePolicy' | 'removeInlinePolicy' | 'putManagedPolicy' | 'removeManagedPolicy' | 'attachManaged' | 'detachManaged'>;

/** IAM's resource types, kept in the sandbox's IAM, which checks each call against them. */
export function iamEffects(iam: IamActions, place: Place): Record<string, Effects> {
  // Policies name their roles; a role's ARN has its path in it.
  const arns = new Map<string, string>();
  const arnOf = (roleName: unknown) => arns.get(String(roleName)) ?? `arn:${place.partition}:iam::${place.account}:role/${String(roleName)}`;

  const putRole = ({ name, properties, attributes }: Effect) => {
    const arn = String(attributes.Arn);
    arns.set(name, arn);
    const boundary = properties.PermissionsBoundary === undefined ? undefined : String(properties.PermissionsBoundary);
    iam.putRole({ arn, name, trust: document(properties.AssumeRolePolicyDocument), boundary });
    inlinePolicies(properties).forEach(policy => iam.putInlinePolicy(arn, String(policy.PolicyName), document(policy.PolicyDocument)));
    list(properties.ManagedPolicyArns).forEach(policyArn => iam.attachManaged(arn, String(policyArn)));
  };
  const clearRole = (arn: string, before: Properties) => {
    inlinePolicies(before).forEach(policy => iam.removeInlinePolicy(arn, String(policy.PolicyName)));
    list(before.ManagedPolicyArns).forEach(policyArn => iam.detachManaged(arn, String(policyArn)));
  };
  const putPolicy = ({ physicalId, properties }: Effect) => {
    rolesOf(properties).forEach(role => iam.putInlinePolicy(arnOf(role), physicalId, document(properties.PolicyDocument)));
  };
  const clearPolicy = (physicalId: string, before: Properties) => {
    rolesOf(before).forEach(role => iam.removeInlinePolicy(arnOf(role), physicalId));
  };
  const putManagedPolicy = ({ physicalId, properties }: Effect) => {
    iam.putManagedPolicy(physicalId, document(properties.PolicyDocument));
    rolesOf(properties).forEach(role => iam.attachManaged(arnOf(role), physicalId));
  };
  const clearManagedPolicy = (physicalId: string, before: Properties) => {
    rolesOf(before).forEach(role => iam.detachManaged(arnOf(role), physicalId));
  };

  return {
    'AWS::IAM::Role': {
      create: putRole,
      update: (effect, before) => {
        clearRole(String(effect.attributes.Arn), before.properties);
        putRole(effect);
      },
      delete: ({ name, attributes }) => {
        iam.removeRole(String(attributes.Arn));
        arns.delete(name);
      },
    },
    'AWS::IAM::Policy': {
      create: putPolicy,
      update: (effect, before) => {
        clearPolicy(effect.physicalId, before.properties);
        putPolicy(effect);
      },
      delete: ({ physicalId, properties }) => clearPolicy(physicalId, properties),
    },
    'AWS::IAM::ManagedPolicy': {
      create: putManagedPolicy,
      update: (effect, before) => {
        clearManagedPolicy(effect.physicalId, before.properties);
        putManagedPolicy(effect);
      },
      delete: ({ physicalId, properties }) => {
        clearManagedPolicy(physicalId, properties);
        iam.removeManagedPolicy(physicalId);
      },
    },
  };
}

function rolesOf(properties: Properties): unknown[] {
  if (list(properties.Users).length + list(properties.Groups).length > 0) {
    throw new Error('the sandbox knows policies of roles only, not of users and groups');
  }
  return list(properties.Roles);
}

function inlinePolicies(properties: Properties): Properties[] {
  return list(properties.Policies) as Properties[];
}

function list(value: unknown): unknown[] {
  return (value ?? []) as unknown[];
}

function document(value: unknown): PolicyDocument {
  return (typeof value === 'string' ? JSON.parse(value) : value) as PolicyDocument;
}
