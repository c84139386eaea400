import { VirtualClock } from '../clock';
import { Authorization, ServiceError } from '../service';
import { AWS_MANAGED_POLICIES } from './managed-policies';
import { parsePolicy, PolicyDocument, Statement } from './policy';

export interface IamOptions {
  /** How long a new policy takes to become effective, in virtual milliseconds (default 0). */
  readonly consistencyDelay?: number;
}

export interface RoleDefinition {
  readonly arn: string;
  readonly name: string;
  /** AssumeRolePolicyDocument */
  readonly trust: PolicyDocument;
  /** ARN of the managed policy that limits what the role's own policies can allow. */
  readonly boundary?: string;
}

/** Who a request comes from. */
export interface Session {
  readonly accessKeyId: string;
  readonly roleArn: string;
  /** ARN of the assumed role, as error messages have it. */
  readonly userArn: string;
}

/** The consent of resources in other accounts, which a caller needs besides what its own account allows. */
export interface ForeignResources {
  /** What a request takes beyond what it says, such as the key that a bucket is encrypted with. */
  needsBehind(caller: string, authorization: Authorization): Authorization[];
  /** Why the policy of the resource does not let the caller do this; undefined if it does, or if the resource is in the caller's account. */
  refusal(caller: string, authorization: Authorization): string | undefined;
}

/** Callers that are no roles: the stack engine itself and a test's own hand. They may do everything. */
const UNCHECKED_CALLERS = ['cloudformation', 'console'];

/** Roles and their permissions, evaluated as IAM does it: nothing is allowed unless a policy says so, and a Deny wins. */
export class Iam {
  /** By default there are no other accounts. */
  public foreign?: ForeignResources;
  /** Until a policy that is written from now on is effective, in milliseconds. */
  public consistencyDelay: number;
  private readonly roles = new Map<string, Role>();
  private readonly customerPolicies = new Map<string, Policy>();
  private readonly sessions = new Map<string, Session>();
  /** Access keys that have expired. */
  private readonly ended = new Set<string>();

  constructor(private readonly clock: VirtualClock, options: IamOptions = {}) {
    this.consistencyDelay = options.consistencyDelay ?? 0;
  }

  /** Creates the role, or gives an existing one another trust policy and boundary. */
  public putRole({ arn, name, trust, boundary }: RoleDefinition): void {
    const given = { arn, name, trust: parsePolicy(trust, 'trust'), boundary };
    const { inline, attached, used } = this.roles.get(arn) ?? { inline: new Map(), attached: new Set<string>(), used: new Set<string>() };
    this.roles.set(arn, { ...given, inline, attached, used });
  }

  public removeRole(arn: string): void {
    this.roles.delete(arn);
  }

  public putInlinePolicy(roleArn: string, name: string, document: PolicyDocument): void {
    this.role(roleArn).inline.set(name, this.policy(document));
  }

  public removeInlinePolicy(roleArn: string, name: string): void {
    this.roles.get(roleArn)?.inline.delete(name);
  }

  /** Creates or changes a customer managed policy. */
  public putManagedPolicy(arn: string, document: PolicyDocument): void {
    this.customerPolicies.set(arn, this.policy(document));
  }

  public removeManagedPolicy(arn: string): void {
    this.customerPolicies.delete(arn);
  }

  public attachManaged(roleArn: string, policyArn: string): void {
    this.role(roleArn).attached.add(policyArn);
  }

  public detachManaged(roleArn: string, policyArn: string): void {
    this.roles.get(roleArn)?.attached.delete(policyArn);
  }

  /** Credentials of the role: each execution environment has its own, so that its calls can be told apart. */
  public sessionFor(roleArn: string, sessionName = 'sandbox'): string {
    const { name } = this.role(roleArn);
    const accessKeyId = `ASIA${String(this.sessions.size + 1).padStart(16, '0')}`;
    const [, partition, , , account] = roleArn.split(':');
    this.sessions.set(accessKeyId, { accessKeyId, roleArn, userArn: `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}` });
    return accessKeyId;
  }

  /** Credentials of the role are good no longer. */
  public endSessions(roleArn: string): void {
    [...this.sessions.values()].filter(session => session.roleArn === roleArn).forEach(({ accessKeyId }) => this.ended.add(accessKeyId));
  }

  /** Whether there were such credentials, which have expired. */
  public hasEnded(accessKeyId: string): boolean {
    return this.ended.has(accessKeyId);
  }

  public session(accessKeyId: string): Session | undefined {
    return this.sessions.get(accessKeyId);
  }

  /** Throws unless the role exists and lets the service (`lambda.amazonaws.com`) take it on. */
  public checkTrust(roleArn: string, service: string, context: Record<string, string> = {}): void {
    if (!this.roles.get(roleArn)?.trust.some(statement => statement.trusts(service, context))) {
      throw new ServiceError('InvalidParameterValueException', `The role ${roleArn} cannot be assumed by ${service}.`);
    }
  }

  /** Throws unless the caller may do all of this. `userArn` is for the message. */
  public check(caller: string, authorizations: Authorization[], userArn = caller): void {
    if (UNCHECKED_CALLERS.includes(caller)) {
      return;
    }
    const role = this.roles.get(caller);
    const policies = role ? this.effectivePolicies(role) : [];
    for (const authorization of authorizations.flatMap(each => [each, ...this.foreign?.needsBehind(caller, each) ?? []])) {
      const matching = policies.flatMap(({ name, policy }) => policy.statements
        .filter(statement => statement.matches(authorization))
        .map(statement => ({ name, statement })));
      if (matching.some(({ statement }) => statement.denies)) {
        throw denied(userArn, authorization, 'with an explicit deny in an identity-based policy');
      }
      if (!role || matching.length === 0) {
        throw denied(userArn, authorization, `because no identity-based policy allows the ${authorization.action} action`);
      }
      const limited = this.limits(role, authorization);
      if (limited !== undefined) {
        throw denied(userArn, authorization, limited);
      }
      const refusal = this.foreign?.refusal(caller, authorization);
      if (refusal !== undefined) {
        throw denied(userArn, authorization, refusal);
      }
      for (const { name, statement } of matching) {
        statement.covering(authorization.action).forEach(action => role.used.add(usage(name, action)));
      }
    }
  }

  /** Actions, as written in the role's own policies, that no call has needed so far. */
  public unusedActions(roleArn: string): string[] {
    const role = this.role(roleArn);
    const unused = [...role.inline].flatMap(([name, { statements }]) => statements
      .filter(statement => !statement.denies)
      .flatMap(statement => statement.actions)
      .filter(action => !role.used.has(usage(name, action))));
    return [...new Set(unused)].sort();
  }

  private role(arn: string): Role {
    const role = this.roles.get(arn);
    if (!role) {
      throw new ServiceError('NoSuchEntity', `The role with ARN ${arn} cannot be found.`, 404);
    }
    return role;
  }

  private policy(document: PolicyDocument): Policy {
    return { statements: parsePolicy(document), effectiveAt: this.clock.now() + this.consistencyDelay };
  }

  /** Why the role's boundary does not let an action through that its policies allow; undefined if it does, or if there is none. */
  private limits({ boundary }: Role, authorization: Authorization): string | undefined {
    if (boundary === undefined) {
      return undefined;
    }
    const speaking = this.managed(boundary).statements.filter(statement => statement.matches(authorization));
    if (speaking.some(({ denies }) => denies)) {
      return 'with an explicit deny in a permissions boundary';
    }
    return speaking.length === 0 ? `because no permissions boundary allows the ${authorization.action} action` : undefined;
  }

  private managed(arn: string): Policy {
    return this.customerPolicies.get(arn) ?? awsManaged(arn);
  }

  private effectivePolicies(role: Role): { name: string; policy: Policy }[] {
    // Looked up only now: a role that nobody uses in the sandbox may have managed policies that the sandbox does not know.
    const attached = [...role.attached].map(arn => ({ name: arn, policy: this.managed(arn) }));
    const inline = [...role.inline].map(([name, policy]) => ({ name, policy }));
    return [...inline, ...attached].filter(({ policy }) => policy.effectiveAt <= this.clock.now());
  }
}

interface Role extends Omit<RoleDefinition, 'trust'> {
  readonly trust: Statement[];
  readonly inline: Map<string, Policy>;
  readonly attached: Set<string>;
  readonly used: Set<string>;
}

interface Policy {
  readonly statements: Statement[];
  readonly effectiveAt: number;
}

const awsManagedCache = new Map<string, Policy>();

function awsManaged(arn: string): Policy {
  const known = awsManagedCache.get(arn);
  if (known) {
    return known;
  }
  const document = /^arn:[^:]+:iam::aws:policy\//.test(arn) ? AWS_MANAGED_POLICIES[arn.slice(arn.indexOf('/') + 1)] : undefined;
  if (!document) {
    throw new Error(`the sandbox does not know the managed policy ${arn}`);
  }
  const policy = { statements: parsePolicy(document), effectiveAt: 0 };
  awsManagedCache.set(arn, policy);
  return policy;
}

function denied(userArn: string, { action, resource }: Authorization, why: string): ServiceError {
  return new ServiceError('AccessDeniedException', `User: ${userArn} is not authorized to perform: ${action} on resource: ${resource} ${why}`, 403);
}

function usage(policyName: string, action: string): string {
  return `${policyName}\n${action}`;
}
