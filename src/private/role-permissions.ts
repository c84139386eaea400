import { Annotations, aws_iam as iam, Resource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { validatePlace } from './environment';
import { known, Validation } from './validation';
import type { JobProps } from '../jobs/job-props';

const WARNING = 'cdk-sagemaker-inference:roleWithoutPermissions';

/** What is wrong with a role that the user brought, or with what the default role is to have. */
export function validateRole({ role, executionPolicy }: Pick<JobProps, 'role' | 'executionPolicy'>, scope: IConstruct): string[] {
  const validation = new Validation('role');
  if (role) {
    validation.add(validatePlace('role', { account: role.env.account }, scope, 'a role cannot be passed to SageMaker across accounts'));
    validation.check(executionPolicy === undefined,
      `executionPolicy is for the default role and must not be given with role, got the role ${role.node.path}: add the statements to that role`);
  }
  validation.add(validateSourceArns(executionPolicy?._options.sourceArns, scope));
  return validation.messages;
}

function validateSourceArns(sourceArns: string[] | undefined, scope: IConstruct): string[] {
  const prop = 'executionPolicy.sourceArns';
  const validation = new Validation(prop);
  validation.count(prop, sourceArns, 1, Infinity, 'ARNs', 'leave it out for anything of SageMaker in the account');
  for (const arn of sourceArns ?? []) {
    validation.matches(prop, arn, /arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/, 'hold ARNs like arn:aws:sagemaker:us-west-2:111122223333:*');
    const account = known(arn) ? arn.split(':')[4] : undefined;
    if (account && /^\d{12}$/.test(account)) {
      validation.add(validatePlace(prop, { account }, scope, 'aws:SourceAccount allows no other'));
    }
  }
  return validation.messages;
}

/**
 * Gives permissions to the role under which SageMaker works for a construct.
 *
 * A role of the same stack, made by the construct or by the user, gets them by itself. One from elsewhere gets them when the user says so: it
 * may be somebody else's, and a policy added to a role of another stack can make the two stacks depend on each other.
 */
export class RolePermissions {
  /**
   * @param method the construct's method that calls `addTo`
   * @param permit adds the permissions to a role
   */
  constructor(
    private readonly scope: IConstruct,
    private readonly role: iam.IRole,
    method: string,
    private readonly permit: (role: iam.IRole) => void,
  ) {
    if (Resource.isOwnedResource(role) && Stack.of(role) === Stack.of(scope)) {
      permit(role);
    } else {
      Annotations.of(scope).addWarningV2(WARNING,
        `role is not of the stack of this construct, so no permissions are added to it: call ${method} with the role, `
        + 'or see to its permissions elsewhere and acknowledge this warning');
    }
  }

  /** Adds the permissions because the user asks for it. */
  public addTo(role: iam.IRole): void {
    this.permit(role);
    if (role.roleArn === this.role.roleArn) {
      Annotations.of(this.scope).acknowledgeWarning(WARNING);
    }
  }
}
